#include "track_signal.hpp"

#include "row_reader.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/coverage.hpp"
#include "varhush/io/signal_reader.hpp"
#include "varhush/io/thread_pool.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace varhush::train {
namespace {

/// A proper pair counts whatever its length: aligners set the flag only within their own limit.
constexpr std::int64_t kMaxFragmentBp = std::int64_t{1} << 32U;

using Add = std::function<void(const std::string& contig, const LabelSpan&)>;

void read_bedgraph(const std::string& path, const Add& add) {
    RowReader rows(path, {"1", "2", "3", "4"});
    while (rows.next()) {
        const LabelSpan one{
            rows.position("2"), rows.position("3"), static_cast<float>(rows.number("4"))};
        if (one.length() <= 0) {
            rows.refuse("the interval ends before it starts");
        }
        add(std::string(rows.field("1")), one);
    }
}

void read_coverage(const TrackSource& source, const Add& add) {
    const io::ThreadPool pool(1);
    io::AlignmentReader reader({.path = source.file}, pool);
    io::CoverageOptions options;
    options.count_overlaps = true;
    if (source.fragments) {
        options.mode = io::CoverageMode::kFragment;
        options.single_reads = true;
        options.max_fragment_bp = kMaxFragmentBp;
    }
    const auto tally = io::read_coverage({&reader, 1}, options, [&](auto, const io::DepthRun& run) {
        add(run.contig, {run.start, run.end, static_cast<float>(run.depth)});
    });
    core::log(core::LogLevel::kInfo,
              source.file + ": " + std::to_string(tally.counted) +
                  (source.fragments ? " fragments or reads counted of " : " reads counted of ") +
                  std::to_string(tally.reads));
}

void read_any(const TrackSource& source, const Add& add) {
    if (source.kind == LabelKind::kCoverage) {
        read_coverage(source, add);
        return;
    }
    if (io::is_bigwig(source.file)) {
        io::read_bigwig(source.file, [&](const io::SignalRun& run) {
            add(run.contig, {run.start, run.end, run.value});
        });
        return;
    }
    read_bedgraph(source.file, add);
}

/// Means of bins of a fixed size: a bigWig with a value a base would fill the memory.
class BinMeans {
  public:
    BinMeans(const TrackSource& source, const Add& add) : source_(source), add_(add) {}

    void take(const std::string& contig, const LabelSpan& one) {
        const float value = source_.log2_values ? std::exp2(one.value) : one.value;
        if (source_.bin_bp == 1) {
            add_(contig, {one.start, one.end, value});
            return;
        }
        for (std::int64_t at = one.start; at < one.end;) {
            const std::int64_t bin = at / source_.bin_bp * source_.bin_bp;
            if (contig != contig_ || bin != bin_) {
                flush();
                contig_ = contig;
                bin_ = bin;
            }
            const std::int64_t end = std::min(one.end, bin + source_.bin_bp);
            sum_ += static_cast<double>(value) * static_cast<double>(end - at);
            last_ = end;
            at = end;
        }
    }
    /// The total stays what it is: bases that the file leaves out are 0.
    void flush() {
        if (last_ > bin_) {
            const auto mean = static_cast<float>(sum_ / static_cast<double>(last_ - bin_));
            add_(contig_, {bin_, last_, mean});
        }
        sum_ = 0;
        last_ = bin_;
    }

  private:
    const TrackSource& source_;
    const Add& add_;
    std::string contig_;
    std::int64_t bin_ = -1;
    std::int64_t last_ = -1;
    double sum_ = 0;
};

}  // namespace

void read_signal(const TrackSource& source, const Add& take) {
    BinMeans means(source, take);
    const Add add = [&](const std::string& contig, const LabelSpan& one) {
        means.take(contig, one);
    };
    read_any(source, add);
    means.flush();
}

}  // namespace varhush::train
