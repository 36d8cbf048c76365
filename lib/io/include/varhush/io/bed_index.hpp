#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace varhush::io {

/// Removes FILE.tbi and FILE.csi: they would be taken for indexes of a new FILE.
/// @throws Error{kOutput}
void remove_former_indexes(const std::string& path);

/// Indexes a bgzipped, sorted BED or bedGraph while it is written: FILE.tbi, or FILE.csi, which
/// holds positions beyond 2^29, too. The bytes are those of `tabix -p bed`, which reads the file
/// once more (a sixth of the time of a deep bedGraph).
class BedIndex {
  public:
    explicit BedIndex(bool as_csi);
    ~BedIndex();
    BedIndex(const BedIndex&) = delete;
    BedIndex& operator=(const BedIndex&) = delete;

    /// The next line, 0-based half-open, and where in the file it will start
    /// (OutputFile::virtual_offset). Contigs one after the other, starts ascending.
    /// @throws Error{kOutput} for lines out of order, or behind what the index can hold
    void add(std::string_view contig, std::int64_t start, std::int64_t end, std::uint64_t offset);

    /// Writes the index of `path`, whose text ends at `offset`.
    /// @throws Error{kOutput}
    void write(const std::string& path, std::uint64_t offset);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
