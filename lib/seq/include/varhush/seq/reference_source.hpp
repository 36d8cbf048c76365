#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::seq {

/// Where reference bases come from: a FASTA file (io::FastaReader), in tests a string.
class ReferenceSource {
  public:
    virtual ~ReferenceSource() = default;

    struct Contig {
        std::string name;
        std::int64_t length_bp = 0;
    };

    /// Contigs in file order.
    [[nodiscard]] virtual const std::vector<Contig>& contigs() const = 0;

    /// Length of the contig called `name` here (exact name, see ContigAliases); nullopt when
    /// unknown.
    [[nodiscard]] virtual std::optional<std::int64_t> length_bp(std::string_view name) const = 0;

    /// Bases [start, end) of a contig, upper case, only A C G T N; positions outside the contig
    /// (negative ones included) are N. `end - start` letters in any case.
    /// @throws Error{kInternal} for an unknown contig, Error{kInput} when the file cannot be read.
    [[nodiscard]] virtual std::string fetch(std::string_view name,
                                            std::int64_t start,
                                            std::int64_t end) const = 0;
};

/// A reference held in memory: for tests and for small constructed sequences.
class StringReference final : public ReferenceSource {
  public:
    void add(std::string name, std::string bases);

    [[nodiscard]] const std::vector<Contig>& contigs() const override { return contigs_; }
    [[nodiscard]] std::optional<std::int64_t> length_bp(std::string_view name) const override;
    [[nodiscard]] std::string fetch(std::string_view name,
                                    std::int64_t start,
                                    std::int64_t end) const override;

  private:
    std::vector<Contig> contigs_;
    std::vector<std::string> bases_;
};

}  // namespace varhush::seq
