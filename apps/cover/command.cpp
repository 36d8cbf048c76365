#include "apps/cover/command.hpp"

#include "apps/cover/options.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/read_depth.hpp"
#include "varhush/io/signal_writer.hpp"

#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

void append_number(std::string& line, std::int64_t value) {
    std::array<char, 24> digits;
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    line.append(digits.data(), done.ptr);
}

/// bedGraph lines or a bigWig file, by the name of the output.
class DepthWriter {
  public:
    DepthWriter(const std::string& path, const io::AlignmentReader& reader) {
        if (io::names_bigwig(path)) {
            std::vector<seq::ReferenceSource::Contig> contigs;
            for (const auto& contig : reader.contigs()) {
                contigs.push_back({contig.name, contig.length_bp});
            }
            bigwig_ = std::make_unique<io::BigWigWriter>(path, contigs);
        } else {
            text_ = std::make_unique<io::OutputFile>(path, io::packing_for(path));
        }
    }

    void write(const io::DepthRun& run) {
        if (bigwig_) {
            bigwig_->add(run.contig, run.start, run.end, static_cast<float>(run.depth));
            return;
        }
        line_ = run.contig;
        for (const std::int64_t value : {run.start, run.end, run.depth}) {
            line_ += '\t';
            append_number(line_, value);
        }
        line_ += '\n';
        text_->write(line_);
    }
    void close() { bigwig_ ? bigwig_->close() : text_->close(); }

  private:
    std::unique_ptr<io::BigWigWriter> bigwig_;
    std::unique_ptr<io::OutputFile> text_;
    std::string line_;
};

std::string summary(const io::ReadDepthTally& tally) {
    std::string text = std::to_string(tally.reads) + " reads, " + std::to_string(tally.counted) +
                       " counted, left out:";
    for (const auto& [reason, count] : tally.left_out) {
        text += ' ' + std::to_string(count) + ' ' + reason + ',';
    }
    text = tally.left_out.empty() ? text + " none" : text.substr(0, text.size() - 1);
    if (tally.past_end > 0) {
        text += "; " + std::to_string(tally.past_end) + " cut at a contig end";
    }
    return text + "; " + std::to_string(tally.covered_bp) + " bases covered in " +
           std::to_string(tally.runs) + " intervals";
}

}  // namespace

int run_cover(int argc, const char* const* argv) {
    const CoverOptions options = parse_cover_options(argc, argv);
    apply_verbosity(options.run);
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    const io::ThreadPool pool(plan.hts);
    io::AlignmentReaderOptions wanted{.path = options.input, .reference = options.fasta};
    if (options.region) {
        wanted.region = seq::parse_region(*options.region);
    }
    io::AlignmentReader reader(wanted, pool);
    DepthWriter out(options.output, reader);
    io::ReadDepthOptions depth;
    depth.region = wanted.region;
    depth.min_mapping_quality = options.min_mapping_quality;
    depth.excluded_flags = io::parse_sam_flags(options.excluded_flags);
    const auto tally =
        io::read_depth(reader, depth, [&](const io::DepthRun& run) { out.write(run); });
    out.close();
    core::log(core::LogLevel::kInfo, summary(tally));
    return 0;
}

}  // namespace varhush::apps
