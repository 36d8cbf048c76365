#include "varhush/io/read_depth.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace varhush::io {

namespace {

constexpr std::uint16_t kProperPair = 0x2;

struct FlagName {
    std::uint16_t flag;
    const char* name;
};
constexpr FlagName kFlagNames[] = {{0x4, "unmapped"},
                                   {0x100, "secondary"},
                                   {0x200, "QC-fail"},
                                   {0x400, "duplicate"},
                                   {0x800, "supplementary"}};

/// Counts the reads of one input; every rule of what counts is here.
class DepthReader {
  public:
    DepthReader(AlignmentReader& reader,
                const ReadDepthOptions& options,
                const std::function<void(const DepthRun&)>& emit);

    ReadDepthTally run();

  private:
    [[nodiscard]] std::string reason_to_skip(const Alignment& read) const;
    void go_to(const Alignment& read);
    void count(const Alignment& read);

    AlignmentReader& reader_;
    const ReadDepthOptions& options_;
    std::int64_t window_start_ = 0;
    std::int64_t window_end_ = std::numeric_limits<std::int64_t>::max();
    std::unordered_map<std::string, std::size_t> contig_order_;
    std::string contig_;
    std::size_t contig_index_ = 0;
    std::int64_t contig_length_ = 0;
    std::int64_t last_start_ = -1;
    ReadDepthTally tally_;
    DepthRuns runs_;
};

DepthReader::DepthReader(AlignmentReader& reader,
                         const ReadDepthOptions& options,
                         const std::function<void(const DepthRun&)>& emit)
    : reader_(reader), options_(options), runs_([this, emit](const DepthRun& run) {
          emit(run);
          ++tally_.runs;
          tally_.covered_bp += run.end - run.start;
      }) {
    if (options.region) {
        window_start_ = options.region->start;
        window_end_ = options.region->end;
    }
    for (const auto& contig : reader.contigs()) {
        contig_order_.emplace(contig.name, contig_order_.size());
    }
}

/// Empty when the read counts.
std::string DepthReader::reason_to_skip(const Alignment& read) const {
    if (const int hit = read.flags & options_.excluded_flags; hit != 0) {
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
void DepthReader::go_to(const Alignment& read) {
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

void DepthReader::count(const Alignment& read) {
    const std::int64_t limit = std::min(window_end_, contig_length_);
    std::int64_t at = read.start;
    if (options_.fragments && (read.flags & kProperPair) != 0 && read.template_length != 0) {
        // The mate with the positive length starts first and stands for both.
        if (read.template_length > 0) {
            at += read.template_length;
            runs_.add(std::max(read.start, window_start_), std::min(at, limit));
            ++tally_.counted;
            tally_.past_end += at > contig_length_ ? 1 : 0;
        }
        return;
    }
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

ReadDepthTally DepthReader::run() {
    Alignment read;
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
    return tally_;
}

}  // namespace

ReadDepthTally read_depth(AlignmentReader& reader,
                          const ReadDepthOptions& options,
                          const std::function<void(const DepthRun&)>& emit) {
    return DepthReader(reader, options, emit).run();
}

}  // namespace varhush::io
