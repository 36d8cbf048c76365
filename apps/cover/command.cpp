#include "apps/cover/command.hpp"

#include "apps/cover/coverage.hpp"
#include "apps/cover/options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/signal_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::apps {

namespace {

struct FlagName {
    std::uint16_t flag;
    const char* name;
};
constexpr FlagName kFlagNames[] = {{0x4, "unmapped"},
                                   {0x100, "secondary"},
                                   {0x200, "QC-fail"},
                                   {0x400, "duplicate"},
                                   {0x800, "supplementary"}};

struct Tally {
    std::int64_t reads = 0;
    std::int64_t counted = 0;
    std::map<std::string, std::int64_t> left_out;
    std::int64_t past_end = 0;
    std::int64_t runs = 0;
    std::int64_t covered_bp = 0;
};

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

    void write(const DepthRun& run) {
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

/// Counts the reads of one input; every rule of what counts is here.
class Cover {
  public:
    Cover(const CoverOptions& options, io::AlignmentReader& reader, DepthWriter& out);

    void run();
    [[nodiscard]] const Tally& tally() const noexcept { return tally_; }

  private:
    void write_run(const DepthRun& run);
    [[nodiscard]] std::string reason_to_skip(const io::Alignment& read) const;
    void go_to(const io::Alignment& read);
    void count(const io::Alignment& read);

    const CoverOptions& options_;
    io::AlignmentReader& reader_;
    DepthWriter& out_;
    std::uint16_t excluded_;
    std::int64_t window_start_ = 0;
    std::int64_t window_end_ = std::numeric_limits<std::int64_t>::max();
    std::unordered_map<std::string, std::size_t> contig_order_;
    std::string contig_;
    std::size_t contig_index_ = 0;
    std::int64_t contig_length_ = 0;
    std::int64_t last_start_ = -1;
    DepthRuns runs_;
    Tally tally_;
};

Cover::Cover(const CoverOptions& options, io::AlignmentReader& reader, DepthWriter& out)
    : options_(options),
      reader_(reader),
      out_(out),
      excluded_(io::parse_sam_flags(options.excluded_flags)),
      runs_([this](const DepthRun& run) { write_run(run); }) {
    if (options.region) {
        const seq::Region region = seq::parse_region(*options.region);
        window_start_ = region.start;
        window_end_ = region.end;
    }
    for (const auto& contig : reader.contigs()) {
        contig_order_.emplace(contig.name, contig_order_.size());
    }
}

void Cover::write_run(const DepthRun& run) {
    out_.write(run);
    ++tally_.runs;
    tally_.covered_bp += run.end - run.start;
}

/// Empty when the read counts.
std::string Cover::reason_to_skip(const io::Alignment& read) const {
    if (const int hit = read.flags & excluded_; hit != 0) {
        for (const FlagName& one : kFlagNames) {
            if ((hit & one.flag) != 0) {
                return one.name;
            }
        }
        return "other flags";
    }
    if (read.mapping_quality < options_.min_mapping_quality) {
        return "low mapping quality";
    }
    const bool is_placed = read.contig != "*" && read.start >= 0 && !read.cigar.empty();
    return is_placed ? "" : "without an alignment";
}

/// Moves on to where `read` starts; the input must be sorted for that.
void Cover::go_to(const io::Alignment& read) {
    if (read.contig != contig_) {
        const std::size_t index = contig_order_.at(read.contig);
        if (!contig_.empty() && index < contig_index_) {
            throw Error(ErrorKind::kInput,
                        "the reads are not sorted: " + read.contig + " comes after " + contig_,
                        "samtools sort");
        }
        contig_ = read.contig;
        contig_index_ = index;
        contig_length_ = reader_.contigs()[index].length_bp;
        last_start_ = -1;
        runs_.start_contig(contig_);
    }
    if (read.start < last_start_) {
        throw Error(ErrorKind::kInput,
                    "the reads are not sorted: " + contig_ + ":" + std::to_string(read.start + 1) +
                        " comes after " + std::to_string(last_start_ + 1),
                    "samtools sort");
    }
    if (read.start >= contig_length_) {
        throw Error(ErrorKind::kInput,
                    "read " + read.name + " starts at " + contig_ + ":" +
                        std::to_string(read.start + 1) + ", but the contig has only " +
                        std::to_string(contig_length_) + " bases");
    }
    last_start_ = read.start;
    runs_.advance(std::max(read.start, window_start_));
}

void Cover::count(const io::Alignment& read) {
    const std::int64_t limit = std::min(window_end_, contig_length_);
    std::int64_t at = read.start;
    for (const auto& [op, length] : read.cigar) {
        if (op == 'M' || op == '=' || op == 'X') {
            runs_.add(std::max(at, window_start_), std::min(at + length, limit));
        }
        if (op == 'M' || op == '=' || op == 'X' || op == 'D' || op == 'N') {
            at += length;
        }
    }
    ++tally_.counted;
    tally_.past_end += at > contig_length_ ? 1 : 0;
}

void Cover::run() {
    io::Alignment read;
    while (reader_.next(read)) {
        ++tally_.reads;
        if (read.contig != "*" && read.start >= 0) {
            go_to(read);
        }
        if (const std::string reason = reason_to_skip(read); !reason.empty()) {
            ++tally_.left_out[reason];
            continue;
        }
        count(read);
    }
    runs_.finish();
}

std::string summary(const Tally& tally) {
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
    Cover cover(options, reader, out);
    cover.run();
    out.close();
    core::log(core::LogLevel::kInfo, summary(cover.tally()));
    return 0;
}

}  // namespace varhush::apps
