#include "track_signal.hpp"

#include "row_reader.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/read_depth.hpp"
#include "varhush/io/signal_reader.hpp"
#include "varhush/io/thread_pool.hpp"

namespace varhush::train {
namespace {

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
    io::ReadDepthOptions options;
    options.fragments = source.fragments;
    const auto tally = io::read_depth(reader, options, [&](const io::DepthRun& run) {
        add(run.contig, {run.start, run.end, static_cast<float>(run.depth)});
    });
    core::log(core::LogLevel::kInfo,
              source.file + ": " + std::to_string(tally.counted) +
                  (options.fragments ? " fragments or reads counted of " : " reads counted of ") +
                  std::to_string(tally.reads));
}

}  // namespace

void read_signal(const TrackSource& source, const Add& add) {
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

}  // namespace varhush::train
