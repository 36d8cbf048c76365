#pragma once

#include "varhush/concord/variant_key.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::concord {

/// What a sample carries at a variant, of the one ALT that a row is about.
enum class Zygosity : std::uint8_t {
    kUnknown,       ///< no genotype, or a missing allele
    kHeterozygous,  ///< REF and this ALT
    kHomozygous,    ///< one allele twice
    kNotCarried,    ///< other ALTs, not this one
    kNoRef,         ///< this ALT and another, no REF to compare with
    kOverlap,       ///< REF and this ALT, but another ALT of the sample changes the same bases
    kPloidy,        ///< not two alleles
};

/// Of the genotype of a sample with respect to ALT number `alt` (1: the first).
[[nodiscard]] Zygosity zygosity_of(const io::SampleCalls& calls, std::size_t sample, int alt);

/// Why a row is tested or not.
enum class SiteStatus : std::uint8_t {
    kOk,          ///< tested
    kNotCounted,  ///< the counts say that the allele cannot be counted
    kDuplicate,   ///< the same variant and sample again, with equal counts
    kNoGenotype,
    kPloidy,
    kHomozygous,
    kNotCarried,
    kNoRef,
    kOverlap,
    kOneAllele,  ///< genotype unknown and one allele has too few fragments to assume a heterozygote
    kStrandBias,  ///< 'count' marked the allele; of several marks the first here
    kPositionBias,
    kMappingBias,
    kLowDepth,
};
inline constexpr std::size_t kSiteStatusCount = 14;

/// "OK", "NOT_COUNTED", "DUPLICATE", …
[[nodiscard]] std::string_view status_text(SiteStatus status) noexcept;

struct CountedVariant {
    std::uint32_t contig = 0;   ///< in CountTable::contigs
    std::int64_t position = 0;  ///< POS, 0-based
    std::int64_t end = 0;       ///< one past REF, or past a block
    std::string id;
    std::string ref;
    std::string alt;
};

/// One sample at one ALT.
struct CountRow {
    std::uint32_t variant = 0;
    std::uint32_t sample = 0;
    std::int64_t ref_count = 0;
    std::int64_t alt_count = 0;
    Zygosity zygosity = Zygosity::kUnknown;
    SiteStatus status = SiteStatus::kOk;
    SiteStatus mark = SiteStatus::kOk;  ///< a bias that 'count' marked; the genotype goes before
    [[nodiscard]] std::int64_t depth() const noexcept { return ref_count + alt_count; }
};

/// All of a count file in its order. Memory: about 300 bytes a variant and 80 a row.
struct CountTable {
    ContigNumbers contigs;
    std::vector<std::string> samples;
    std::vector<CountedVariant> variants;
    std::vector<CountRow> rows;
    /// Lines of `count --blocks`: each is a variant "hap1" > "hap2" of one sample.
    bool blocks = false;
    std::unordered_map<std::string, std::uint32_t> by_key;  ///< VariantKeys::of() -> variant
    /// (variant, sample) -> row: the first of them.
    std::unordered_map<std::uint64_t, std::uint32_t> row_of;

    [[nodiscard]] static std::uint64_t row_key(std::uint32_t variant, std::uint32_t sample) {
        return (static_cast<std::uint64_t>(variant) << 32U) | sample;
    }
};

/// Which kind of file a path holds.
enum class FileKind { kTable, kVariants };

/// By content: VCF, compressed or not, and BCF, or else a table. Standard input and pipes can be
/// read only once, so they are taken for what they are `otherwise`.
/// @throws Error{kInput}
[[nodiscard]] FileKind file_kind(const std::string& path, FileKind otherwise);

struct CountInput {
    std::string path;
    FileKind kind = FileKind::kTable;
    std::vector<std::string> samples;  ///< only these; empty: all
};

/// The counts of `varhush count`, as a table (also of --blocks) or as VCF or BCF with FORMAT/AD
/// (and DP, GT). Marks of bias are those of `status`, or of FORMAT/VH_FT and without it FT. Rows of
/// the same variant, in whatever spelling, and sample: with equal counts kDuplicate.
/// @throws Error{kInput}, with file and line or record, for missing columns or tags, cut or damaged
/// files, counts that are negative, no whole numbers or above 10 million, a depth below the sum of
/// both alleles, rows of the same variant and sample with different counts, samples that are not
/// there.
[[nodiscard]] CountTable read_counts(const CountInput& input,
                                     const VariantKeys& keys,
                                     const io::ThreadPool& pool);

/// Genotypes of another VCF or BCF for the samples of the same name; those that the counts brought
/// stay where this file has none. Returns how many of the samples it has.
/// @throws Error{kInput} for damaged files, a variant with two genotypes of a sample, and when it
/// has none of the samples.
std::size_t read_genotypes(const std::string& path,
                           const VariantKeys& keys,
                           const io::ThreadPool& pool,
                           CountTable& table);

/// Takes the genotypes of a file, record by record, for the rows of its variants.
class GenotypeTaker {
  public:
    /// `only_unknown`: those that are known stay. `header`, `keys` and `table` must outlive it.
    GenotypeTaker(const io::VariantHeader& header,
                  const VariantKeys& keys,
                  bool only_unknown,
                  CountTable& table);

    /// How many samples of the table the file has.
    [[nodiscard]] std::int64_t samples() const noexcept { return samples_; }
    /// @throws Error{kInput} for a sample whose genotype of the variant was another one before.
    void take(const io::VariantRecord& record);

  private:
    void take(const io::VariantRecord& record, std::uint32_t variant, int alt);

    const io::VariantHeader& header_;
    const VariantKeys& keys_;
    bool only_unknown_;
    CountTable& table_;
    std::vector<int> columns_;     // sample of the table -> column of the file, -1 without one
    std::vector<Zygosity> found_;  // by row: what this file said; kUnknown: nothing yet
    std::int64_t samples_ = 0;
    io::SampleCalls calls_;
};

/// Columns of `header` for the samples of `table`, -1 for those that it has not.
[[nodiscard]] std::vector<int> sample_columns(const CountTable& table,
                                              const io::VariantHeader& header);

}  // namespace varhush::concord
