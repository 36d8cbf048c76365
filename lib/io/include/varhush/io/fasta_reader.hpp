#pragma once

#include "varhush/seq/reference_source.hpp"

#include <memory>
#include <string>

namespace varhush::io {

/// A plain or bgzipped FASTA with random access. A missing .fai (.gzi) is made: beside the file, or
/// in a temporary place (removed at the end) when the folder is read-only. Lower case is accepted,
/// letters outside ACGT become N. fetch() is safe from several threads.
/// @throws Error{kInput} for a missing, malformed or gzip-but-not-bgzip file (the hint names the
/// repair).
class FastaReader final : public seq::ReferenceSource {
  public:
    explicit FastaReader(const std::string& path);
    ~FastaReader() override;
    FastaReader(FastaReader&&) noexcept;
    FastaReader& operator=(FastaReader&&) noexcept;

    [[nodiscard]] const std::vector<Contig>& contigs() const override;
    [[nodiscard]] std::optional<std::int64_t> length_bp(std::string_view name) const override;
    [[nodiscard]] std::string fetch(std::string_view name,
                                    std::int64_t start,
                                    std::int64_t end) const override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
