#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// The header of a VCF/BCF file; copied from input to output and then added to.
class VariantHeader {
  public:
    VariantHeader();
    VariantHeader(const VariantHeader& other);
    VariantHeader& operator=(const VariantHeader& other);
    VariantHeader(VariantHeader&&) noexcept;
    VariantHeader& operator=(VariantHeader&&) noexcept;
    ~VariantHeader();

    /// Appends one meta line ("##INFO=<…>", "##key=value"). An INFO, FORMAT or FILTER line with an
    /// ID that is there already replaces it when Number and Type agree.
    /// @throws Error{kInput} when the existing definition has another Number or Type, naming both.
    void add_line(const std::string& line);

    /// Takes away every meta line "##key=…", structured or not.
    void remove_lines(std::string_view key);

    /// Takes away all samples and FORMAT lines and puts `names` in their place; ids stay.
    /// @throws Error{kInput} for a name that is there twice.
    void replace_samples(std::span<const std::string> names);

    struct Contig {
        std::string name;
        std::optional<std::int64_t> length_bp;
    };
    /// Contigs in header order (those that records brought without a header line included).
    [[nodiscard]] std::vector<Contig> contigs() const;
    [[nodiscard]] int sample_count() const;
    [[nodiscard]] std::vector<std::string> samples() const;
    [[nodiscard]] bool has_info(std::string_view id) const;
    [[nodiscard]] bool has_format(std::string_view id) const;

    struct Impl;  ///< visible only inside lib/io
    [[nodiscard]] Impl& impl() const noexcept { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

/// FORMAT/GT of one sample.
struct SampleGenotype {
    std::vector<int> alleles;  ///< 0: REF, 1: the first ALT, …; -1: missing; empty: no GT
    bool phased = false;       ///< every allele behind the first follows a '|'
};

/// FORMAT/GT, PS and HP of all samples, as they stand.
struct SampleCalls {
    static constexpr int kMissing = -1;
    static constexpr int kAbsent = -2;  ///< behind the last allele of a sample of lower ploidy

    int ploidy = 0;                        ///< the largest; 0: the record has no GT
    std::vector<int> alleles;              ///< [samples, ploidy]
    std::vector<char> phased;              ///< by sample: every allele behind the first has a '|'
    std::vector<std::int64_t> phase_sets;  ///< PS by sample, kNoSet without; empty: no PS
    std::vector<std::string> read_backed;  ///< HP by sample, "" or "." without; empty: no HP
    static constexpr std::int64_t kNoSet = std::numeric_limits<std::int64_t>::min();
};

/// One record, reused by readers. Everything it does not touch is written as it came.
/// Views stay valid until the record changes.
class VariantRecord {
  public:
    VariantRecord();
    VariantRecord(VariantRecord&&) noexcept;
    VariantRecord& operator=(VariantRecord&&) noexcept;
    ~VariantRecord();

    [[nodiscard]] std::string_view contig() const;
    [[nodiscard]] std::int64_t position() const;  ///< POS, 0-based
    [[nodiscard]] std::string_view id() const;    ///< "." when missing
    [[nodiscard]] std::string_view ref() const;
    [[nodiscard]] std::size_t alt_count() const;  ///< 0 for a monomorphic '.'
    [[nodiscard]] std::string_view alt(std::size_t index) const;
    [[nodiscard]] std::string where() const;       ///< "chr1:12345 rs99", 1-based, for messages
    [[nodiscard]] std::size_t size_bytes() const;  ///< about the memory that its fields take

    /// Genotype of sample number `sample` of the reader's `header`.
    /// @throws Error{kInput} when FORMAT cannot be read.
    [[nodiscard]] SampleGenotype genotype(const VariantHeader& header, int sample) const;

    /// The same of all samples at once, with what says how they are phased: PS, and HP as
    /// ReadBackedPhasing and WhatsHap write it ("POS-1,POS-2").
    /// @throws Error{kInput} when FORMAT cannot be read.
    void calls(const VariantHeader& header, SampleCalls& calls) const;

    /// FORMAT/PS of a sample: genotypes are phased with each other inside one set. Nothing where
    /// the record has none (then the whole contig is one set, VCF 4.3 section 1.6.2).
    [[nodiscard]] std::optional<std::int64_t> phase_set(const VariantHeader& header,
                                                        int sample) const;

    /// Numbers of an INFO tag in file order, NaN for missing ones ('.'), none when the record has
    /// no such tag or it is no number. `header` is the reader's. A tag that the header does not
    /// define is read all the same.
    [[nodiscard]] std::vector<double> info_numbers(const VariantHeader& header,
                                                   const std::string& tag) const;

    /// Values of an INFO tag as text, "." for missing ones, none when the record has no such tag.
    [[nodiscard]] std::vector<std::string> info_texts(const VariantHeader& header,
                                                      const std::string& tag) const;

    /// Numbers of a FORMAT tag, sample by sample, as many for each: the record's most, with NaN for
    /// missing ones and behind the last. Empty when the record has no such tag or it is no number.
    /// @throws Error{kInput} for a record with tags that the header does not define.
    [[nodiscard]] std::vector<double> format_numbers(const VariantHeader& header,
                                                     const std::string& tag) const;

    /// Texts of a FORMAT tag, one a sample, "." or "" for missing ones. Empty when the record has
    /// no such tag or it is no text.
    /// @throws Error{kInput} for a record with tags that the header does not define.
    [[nodiscard]] std::vector<std::string> format_texts(const VariantHeader& header,
                                                        const std::string& tag) const;

    /// Values of an INFO tag, one an ALT allele; nullopt and "" are written as '.'. The tag must be
    /// in the header given to the writer. An empty span removes the tag.
    void set_info(const VariantHeader& header,
                  const std::string& tag,
                  std::span<const std::string> values);
    void set_info(const VariantHeader& header,
                  const std::string& tag,
                  std::span<const std::optional<float>> values);

    /// Takes away all samples with their FORMAT, as VariantHeader::replace_samples() does for
    /// `header`, the reader's. What is set then is for the samples of the new header.
    /// @throws Error{kInput} for a record with tags that the header does not define.
    void drop_samples(const VariantHeader& header);

    /// FORMAT/GT, one a sample of `header`.
    void set_genotypes(const VariantHeader& header, std::span<const SampleGenotype> genotypes);
    /// Values of a FORMAT tag, as many for each sample, sample by sample; nullopt is '.'.
    void set_format(const VariantHeader& header,
                    const std::string& tag,
                    std::span<const std::optional<std::int32_t>> values);
    void set_format(const VariantHeader& header,
                    const std::string& tag,
                    std::span<const std::optional<float>> values);
    /// The same of a string tag, one text a sample; "" is '.'. An empty span removes the tag.
    void set_format(const VariantHeader& header,
                    const std::string& tag,
                    std::span<const std::string> values);

    struct Impl;  ///< visible only inside lib/io
    [[nodiscard]] Impl& impl() const noexcept { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
