#include "varhush/io/coverage.hpp"

#include "mate_overlaps.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/merged_alignments.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace varhush::io {

namespace {

// Extended reads may start left of a contig's first base.
constexpr std::int64_t kNoRegion = std::numeric_limits<std::int64_t>::min();

constexpr std::uint16_t kPaired = 0x1;
constexpr std::uint16_t kProperPair = 0x2;
constexpr std::uint16_t kReverse = 0x10;
constexpr std::uint16_t kSecondOfPair = 0x80;
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();
/// Not a reason to leave out: the read is part of what its mate stood for.
constexpr const char* kMate = "mate";

bool is_reverse(const Alignment& read) noexcept {
    return (read.flags & kReverse) != 0;
}

/// Counts the reads of all inputs; every rule of what counts where is here.
class Counter {
  public:
    Counter(std::span<AlignmentReader> readers,
            const CoverageOptions& options,
            const std::function<void(std::size_t, const DepthRun&)>& emit);

    CoverageTally run();

  private:
    void read_all();
    void read_region(int contig_id, const IntervalSet::Interval& interval);
    void take(const Alignment& read);
    void go_to(const Alignment& read);
    [[nodiscard]] const char* shape(const Alignment& read);
    [[nodiscard]] const char* shape_fragment(const Alignment& read);
    [[nodiscard]] const char* shape_end(const Alignment& read, std::int64_t shift);
    void add_aligned_blocks(const Alignment& read);
    [[nodiscard]] std::size_t track_of(const Alignment& read);
    [[nodiscard]] std::size_t haplotype_of(const Alignment& read);
    void count(const Alignment& read);
    void clip_and_add(std::size_t track, Block block);

    MergedAlignments reads_;
    const CoverageOptions& options_;
    std::int64_t reach_bp_ = 0;   ///< how far what counts may lie from its read
    std::int64_t before_bp_ = 0;  ///< how far it may begin before its read
    Block window_{0, kNoEnd};
    std::int64_t former_end_ = kNoRegion;  ///< of the region before on this contig
    int contig_id_ = -1;
    std::int64_t contig_bp_ = 0;
    std::vector<Block> blocks_;  ///< of the read at hand
    MateOverlaps mates_;
    std::vector<DepthRuns> tracks_;
    CoverageTally tally_;
};

/// How far blocks may lie from the read that brings them.
std::int64_t reach_of(const CoverageOptions& options) {
    switch (options.mode) {
        case CoverageMode::kFragment:
            return std::max(options.max_fragment_bp, options.extend_bp);
        case CoverageMode::kCutSite:
            return std::max(std::abs(options.shift_plus_bp), std::abs(options.shift_minus_bp));
        default:
            return 0;
    }
}

std::int64_t before_of(const CoverageOptions& options) {
    return options.mode == CoverageMode::kFragment ? options.extend_bp : reach_of(options);
}

Counter::Counter(std::span<AlignmentReader> readers,
                 const CoverageOptions& options,
                 const std::function<void(std::size_t, const DepthRun&)>& emit)
    : reads_(readers),
      options_(options),
      reach_bp_(reach_of(options)),
      before_bp_(before_of(options)) {
    const std::size_t count = track_names(options).size();
    for (std::size_t track = 0; track < count; ++track) {
        tracks_.emplace_back([this, emit, track](const DepthRun& run) {
            emit(track, run);
            ++tally_.runs;
            tally_.covered_bp += run.end - run.start;
        });
    }
}

CoverageTally Counter::run() {
    if (options_.regions.empty()) {
        read_all();
    } else {
        const IntervalSet wanted(options_.regions, reads_.contigs());
        if (wanted.unknown() > 0) {
            reads_.go_to({wanted.unknown_contig()});  // says what contigs there are
        }
        for (int id = 0; id < static_cast<int>(reads_.contigs().size()); ++id) {
            former_end_ = kNoRegion;
            for (const auto& interval : wanted.of(id)) {
                read_region(id, interval);
            }
        }
    }
    return std::move(tally_);
}

void Counter::read_region(int contig_id, const IntervalSet::Interval& interval) {
    const std::string& contig = reads_.contigs()[static_cast<std::size_t>(contig_id)].name;
    window_ = {interval.start, interval.end};
    contig_id_ = -1;
    const std::int64_t from = std::max<std::int64_t>(0, interval.start - reach_bp_);
    reads_.go_to({contig, from, interval.end + reach_bp_});
    read_all();
    former_end_ = interval.end;
}

void Counter::read_all() {
    Alignment read;
    while (reads_.next(read)) {
        take(read);
    }
    for (DepthRuns& track : tracks_) {
        track.finish();
    }
}

void Counter::take(const Alignment& read) {
    if (read.contig_id >= 0 && read.start >= 0) {
        go_to(read);
    }
    blocks_.clear();
    const char* reason = options_.filter.reason_to_skip(read);
    if (reason == nullptr) {
        reason = shape(read);
    }
    const Block hull = blocks_.empty() ? Block{read.start, std::max(read.end, read.start + 1)}
                                       : Block{blocks_.front().start, blocks_.back().end};
    const bool in_window = hull.start < window_.end && window_.start < hull.end;
    if (window_.end != kNoEnd && !in_window) {
        return;  // read only because what it stands for might have reached in
    }
    const bool is_new = hull.start >= former_end_;
    if (reason == nullptr && options_.blacklist != nullptr &&
        options_.blacklist->overlaps(read.contig_id, hull.start, hull.end)) {
        reason = "blacklisted";
    }
    tally_.reads += is_new ? 1 : 0;
    if (reason == kMate) {
        tally_.mates += is_new ? 1 : 0;
    } else if (reason != nullptr) {
        tally_.left_out[reason] += is_new ? 1 : 0;
    } else {
        tally_.counted += is_new ? 1 : 0;
        count(read);
    }
}

void Counter::go_to(const Alignment& read) {
    if (read.contig_id != contig_id_) {
        contig_id_ = read.contig_id;
        contig_bp_ = reads_.contigs()[static_cast<std::size_t>(contig_id_)].length_bp;
        mates_.start_contig();
        for (DepthRuns& track : tracks_) {
            track.start_contig(read.contig);
        }
    }
    for (DepthRuns& track : tracks_) {
        track.advance(std::max(read.start - before_bp_, window_.start));
    }
}

void Counter::add_aligned_blocks(const Alignment& read) {
    std::int64_t at = read.start;
    for (const auto& [op, length] : read.cigar) {
        const bool aligned = op == 'M' || op == '=' || op == 'X';
        if (aligned && !blocks_.empty() && blocks_.back().end == at) {
            blocks_.back().end += length;
        } else if (aligned && length > 0) {
            blocks_.push_back({at, at + length});
        }
        at += aligned || op == 'D' || op == 'N' ? length : 0;
    }
}

const char* Counter::shape_fragment(const Alignment& read) {
    if ((read.flags & kProperPair) != 0 && read.template_length != 0) {
        if (std::abs(read.template_length) > options_.max_fragment_bp) {
            return "fragment too long";
        }
        // The mate with the positive length starts first and stands for both.
        if (read.template_length < 0) {
            return kMate;
        }
        blocks_.push_back({read.start, read.start + read.template_length});
        return nullptr;
    }
    if (options_.extend_bp > 0) {
        blocks_.push_back(is_reverse(read) ? Block{read.end - options_.extend_bp, read.end}
                                           : Block{read.start, read.start + options_.extend_bp});
        return nullptr;
    }
    if (options_.single_reads) {
        add_aligned_blocks(read);
        return nullptr;
    }
    return "not in a proper pair";
}

const char* Counter::shape_end(const Alignment& read, std::int64_t shift) {
    const std::int64_t at = (is_reverse(read) ? read.end - 1 : read.start) + shift;
    if (at < 0 || at >= contig_bp_) {
        return "outside the contig";
    }
    blocks_.push_back({at, at + 1});
    return nullptr;
}

/// Fills blocks_; the reason when the read does not count after all.
const char* Counter::shape(const Alignment& read) {
    if (read.end == read.start) {
        return "without an aligned base";
    }
    switch (options_.mode) {
        case CoverageMode::kRead:
            add_aligned_blocks(read);
            return blocks_.empty() ? "without an aligned base" : nullptr;
        case CoverageMode::kSpan:
            blocks_.push_back({read.start, read.end});
            return nullptr;
        case CoverageMode::kFragment:
            return shape_fragment(read);
        case CoverageMode::kFivePrime:
            return shape_end(read, 0);
        default:
            return shape_end(read,
                             is_reverse(read) ? options_.shift_minus_bp : options_.shift_plus_bp);
    }
}

/// 0 and 1: the haplotypes; 2: unphased.
std::size_t Counter::haplotype_of(const Alignment& read) {
    if (options_.haplotype_by == HaplotypeBy::kTag) {
        return read.haplotype == 1 || read.haplotype == 2
                   ? static_cast<std::size_t>(read.haplotype - 1)
                   : 2;
    }
    switch (options_.sites->haplotype(read)) {
        case PhasedSites::Vote::kFirst:
            return 0;
        case PhasedSites::Vote::kSecond:
            return 1;
        case PhasedSites::Vote::kConflict:
            ++tally_.conflicting;
            return 2;
        default:
            return 2;
    }
}

std::size_t Counter::track_of(const Alignment& read) {
    std::size_t track = options_.haplotype_by == HaplotypeBy::kNone ? 0 : haplotype_of(read);
    if (options_.split_strands) {
        bool minus = is_reverse(read);
        const bool by_pair =
            options_.strand_of != StrandOf::kRead || options_.mode == CoverageMode::kFragment;
        if (by_pair && (read.flags & kPaired) != 0 && (read.flags & kSecondOfPair) != 0) {
            minus = !minus;
        }
        minus = options_.strand_of == StrandOf::kSecond ? !minus : minus;
        track = 2 * track + (minus ? 1 : 0);
    }
    return track;
}

void Counter::clip_and_add(std::size_t track, Block block) {
    block = {std::max<std::int64_t>(block.start, 0), std::min(block.end, contig_bp_)};
    tally_.counted_bp += std::max<std::int64_t>(0, block.end - block.start);
    tracks_[track].add(std::max(block.start, window_.start), std::min(block.end, window_.end));
}

void Counter::count(const Alignment& read) {
    const std::size_t track = track_of(read);
    tally_.past_end += blocks_.back().end > contig_bp_ ? 1 : 0;
    const bool by_bases =
        options_.mode == CoverageMode::kRead || options_.mode == CoverageMode::kSpan;
    if (by_bases && !options_.count_overlaps) {
        mates_.cut(read, reads_.source(), track, blocks_);
    }
    for (const Block& block : blocks_) {
        clip_and_add(track, block);
    }
}

}  // namespace

std::vector<std::string> track_names(const CoverageOptions& options) {
    std::vector<std::string> haplotypes{""};
    if (options.haplotype_by != HaplotypeBy::kNone) {
        haplotypes = {"hap1", "hap2", "unphased"};
    }
    if (!options.split_strands) {
        return haplotypes;
    }
    std::vector<std::string> names;
    for (const std::string& haplotype : haplotypes) {
        for (const char* strand : {"plus", "minus"}) {
            names.push_back(haplotype.empty() ? strand : haplotype + "." + strand);
        }
    }
    return names;
}

CoverageTally read_coverage(std::span<AlignmentReader> readers,
                            const CoverageOptions& options,
                            const std::function<void(std::size_t track, const DepthRun&)>& emit) {
    return Counter(readers, options, emit).run();
}

}  // namespace varhush::io
