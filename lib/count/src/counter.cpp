#include "varhush/count/counter.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/merged_alignments.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>

namespace varhush::count {

namespace {

/// Sites may begin so far before the position of their record.
constexpr std::int64_t kShiftBp = 1000;
/// Clipped bases are looked at so far from where a read starts or ends.
constexpr std::int64_t kClipBp = 300;
/// Reading over a gap between sites is cheaper than jumping when it is shorter.
constexpr std::int64_t kJumpBp = 20000;

struct Active {
    Site site;
    SiteTally tally;
};

class Sweep {
  public:
    Sweep(std::span<io::AlignmentReader> readers,
          const ReadSamples& samples,
          const CountOptions& options,
          const NextSite& next,
          const SiteDone& done)
        : reads_(readers),
          samples_(samples),
          options_(options),
          next_(next),
          done_(done),
          caller_(options.caller),
          indexed_(std::all_of(readers.begin(), readers.end(), [](io::AlignmentReader& one) {
              return one.load_index();
          })) {}

    CountTally run();

  private:
    void look_ahead();
    void start_at(const Site& site);
    void activate();
    void retire(bool all);
    void keep_spare(SiteTally&& tally);
    void fetch();
    void take();
    [[nodiscard]] bool follows(const Site& site) const;

    io::MergedAlignments reads_;
    const ReadSamples& samples_;
    const CountOptions& options_;
    const NextSite& next_;
    const SiteDone& done_;
    AlleleCaller caller_;
    bool indexed_;
    std::optional<Site> ahead_;
    std::deque<Active> active_;
    std::vector<SiteTally> spare_;  ///< of sites that are done, for their memory
    io::Alignment read_;
    bool have_read_ = false;
    bool at_end_ = false;
    int last_contig_ = 0;             ///< of the last site that was activated
    std::int64_t last_position_ = 0;  ///< and its record's position
    CountTally tally_;
};

/// Whether `site` comes behind the last one.
bool Sweep::follows(const Site& site) const {
    return site.contig_id == last_contig_ && site.position >= last_position_;
}

void Sweep::look_ahead() {
    ahead_ = next_();
}

void Sweep::fetch() {
    if (have_read_ || at_end_) {
        return;
    }
    have_read_ = reads_.next(read_);
    at_end_ = !have_read_;
    tally_.reads += have_read_ ? 1 : 0;
}

/// Brings the reads to where the first site of a stretch needs them.
void Sweep::start_at(const Site& site) {
    const bool ordered = site.contig_id > last_contig_ || follows(site);
    if (!indexed_) {
        if (!ordered) {
            throw Error(ErrorKind::kInput,
                        site.contig + ":" + std::to_string(site.position + 1) +
                            " comes behind a later place, and the reads have no index",
                        "sort the VCF like the reads, or index them (samtools index)");
        }
        return;
    }
    const bool near = ordered && have_read_ && read_.contig_id == site.contig_id &&
                      site.start() < read_.start + kJumpBp;
    if (!near) {
        const std::int64_t from = std::max<std::int64_t>(0, site.position - kShiftBp);
        reads_.go_to({site.contig, from, seq::Region::kToContigEnd});
        have_read_ = false;
        at_end_ = false;
    }
}

void Sweep::activate() {
    if (ahead_->kind != SiteKind::kNone) {
        last_contig_ = ahead_->contig_id;
        last_position_ = ahead_->position;
    }
    if (spare_.empty()) {
        spare_.emplace_back(samples_.names().size(), options_.max_depth);
    }
    spare_.back().start(ahead_->status.size() + 1);
    active_.push_back({std::move(*ahead_), std::move(spare_.back())});
    spare_.pop_back();
    look_ahead();
}

/// Gives out the sites at the front that no further read can reach.
void Sweep::retire(bool all) {
    while (!active_.empty()) {
        Active& front = active_.front();
        const bool passed =
            front.site.kind == SiteKind::kNone || front.site.end() + kClipBp < read_.start;
        if (!all && !passed) {
            return;
        }
        auto counts = front.tally.finish(options_.by_fragment);
        done_(front.site, std::move(counts), front.tally.calls());
        keep_spare(std::move(front.tally));
        active_.pop_front();
    }
}

/// A pile-up does not keep its memory.
void Sweep::keep_spare(SiteTally&& tally) {
    constexpr std::size_t kMostSpare = 64;
    constexpr std::size_t kMostCalls = 1024;
    if (spare_.size() < kMostSpare && tally.calls().size() <= kMostCalls) {
        spare_.push_back(std::move(tally));
    }
}

/// Where the read, or its mate as far as this one knows, lies last.
std::int64_t reach_of(const io::Alignment& read) noexcept {
    return read.mate_contig_id == read.contig_id ? std::max(read.end, read.mate_start) : read.end;
}

/// Asks the read at hand at every active site.
void Sweep::take() {
    const auto sample = samples_.of(reads_.source(), read_.read_group);
    const bool counts = sample.kind == ReadSamples::Kind::kSample;
    const char* refusal = options_.filter.reason_to_skip(read_);
    const bool low_quality = refusal != nullptr &&
                             read_.mapping_quality < options_.filter.min_mapping_quality &&
                             std::string_view(refusal) == "low mapping quality";
    const std::uint64_t fragment =
        std::hash<std::string_view>{}(read_.name) ^ (reads_.source() * 0x9e3779b97f4a7c15U);
    if (counts && options_.long_read && read_.end - read_.start > kLongReadBp) {
        options_.long_read({sample.index, fragment, read_.contig_id, read_.start, read_.end});
    }
    bool is_near = false;
    for (Active& one : active_) {
        if (one.site.kind == SiteKind::kNone || one.site.start() > read_.end + kClipBp ||
            !AlleleCaller::touches(read_, one.site)) {
            continue;
        }
        std::optional<ReadCall> call;
        if (refusal == nullptr && counts) {
            call = caller_.call(read_, one.site);
        } else {
            call = ReadCall{.reason = low_quality ? Reason::kMapping : Reason::kFlags};
        }
        if (call && counts) {
            one.tally.add({.fragment = fragment,
                           .reach = reach_of(read_),
                           .sample = static_cast<std::uint32_t>(sample.index),
                           .reverse = (read_.flags & 0x10) != 0,
                           .mapping_quality = read_.mapping_quality,
                           .call = *call});
        }
        is_near = is_near || call.has_value();
    }
    tally_.without_group += is_near && sample.kind == ReadSamples::Kind::kUnknown ? 1 : 0;
    tally_.other_samples += is_near && sample.kind == ReadSamples::Kind::kLeftOut ? 1 : 0;
    have_read_ = false;
}

CountTally Sweep::run() {
    look_ahead();
    while (ahead_ || !active_.empty()) {
        if (active_.empty()) {
            const bool needs_reads = ahead_->kind != SiteKind::kNone;
            if (needs_reads) {
                start_at(*ahead_);
            }
            activate();
            if (!needs_reads) {
                retire(true);
            }
            continue;
        }
        fetch();
        const bool is_placed = have_read_ && read_.contig_id >= 0 && read_.start >= 0;
        if (!is_placed || read_.contig_id > last_contig_) {
            retire(true);
            continue;
        }
        if (read_.contig_id < last_contig_) {
            have_read_ = false;
            continue;
        }
        while (ahead_ && (ahead_->kind == SiteKind::kNone ||
                          (follows(*ahead_) && ahead_->position <= read_.end + kShiftBp))) {
            activate();
        }
        retire(false);
        if (!active_.empty()) {
            take();
        }
    }
    return tally_;
}

}  // namespace

CountTally count_alleles(std::span<io::AlignmentReader> readers,
                         const ReadSamples& samples,
                         const CountOptions& options,
                         const NextSite& next,
                         const SiteDone& done) {
    return Sweep(readers, samples, options, next, done).run();
}

}  // namespace varhush::count
