#pragma once

#include "varhush/io/thread_pool.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// What to read of a BAM, CRAM or SAM. Without `bases` a CRAM needs no reference; nothing comes
/// from the network.
struct AlignmentReaderOptions {
    std::string path = "-";
    std::string reference = {};  ///< FASTA of a CRAM; may be empty
    /// By index; reads that overlap it, not only those that start there.
    std::optional<seq::Region> region = std::nullopt;
    bool bases = false;        ///< fill Alignment::bases and qualities
    bool haplotypes = false;   ///< fill Alignment::haplotype
    bool read_groups = false;  ///< fill Alignment::read_group where the header has any @RG
};

/// One aligned read, reused by the reader. Coordinates 0-based half-open.
struct Alignment {
    std::string name;
    std::uint16_t flags = 0;
    std::string contig;  ///< "*" when unmapped
    int contig_id = -1;  ///< place in AlignmentReader::contigs(); -1 when unmapped
    int mate_contig_id = -1;
    std::int64_t start = -1;
    std::int64_t end = -1;  ///< one past the last reference base it covers
    std::uint8_t mapping_quality = 0;
    std::int64_t mate_start = -1;
    std::int64_t template_length = 0;

    struct CigarOp {
        char op = 'M';  ///< one of MIDNSHP=X
        std::int64_t length = 0;
    };
    std::vector<CigarOp> cigar;

    std::string bases;                    ///< letters as stored, empty for SEQ '*'
    std::vector<std::uint8_t> qualities;  ///< Phred; empty when the file has none
    int haplotype = 0;                    ///< HP tag, 0 without one
    std::string read_group;               ///< RG tag, empty without one
};

/// Streams alignments in file order.
/// @throws Error{kInput} for malformed or truncated files and for a region without an index.
class AlignmentReader {
  public:
    AlignmentReader(const AlignmentReaderOptions& options, const ThreadPool& pool);
    ~AlignmentReader();
    AlignmentReader(AlignmentReader&&) noexcept;
    AlignmentReader& operator=(AlignmentReader&&) noexcept;

    struct Contig {
        std::string name;
        std::int64_t length_bp = 0;
    };
    [[nodiscard]] const std::vector<Contig>& contigs() const;
    /// The path, or "standard input".
    [[nodiscard]] const std::string& name() const;
    struct ReadGroup {
        std::string id;
        std::string sample;  ///< SM, empty without one
    };
    /// The @RG lines of the header.
    [[nodiscard]] std::vector<ReadGroup> read_groups() const;
    /// Whether there is an index (.bai, .csi or .crai) that can be read.
    bool load_index();
    /// Goes on with the reads that overlap `region`, by index; may be called again.
    void go_to(const seq::Region& region);
    bool next(Alignment& alignment);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// SAM flags from "0x704", "1796" or names such as "UNMAP,DUP" (samtools flags).
/// @throws Error{kUsage} for anything else.
[[nodiscard]] std::uint16_t parse_sam_flags(const std::string& text);

}  // namespace varhush::io
