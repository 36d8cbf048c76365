#include "apps/cover/signal.hpp"

#include "varhush/core/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kSpoolRuns = 4096;
/// Packing is most of the work of a deep bedGraph. Level 1 needs a third of the time of level 6.
constexpr int kPackingLevel = 1;
constexpr std::int64_t kTbiLimit = std::int64_t{1} << 29U;

template <class Number>
void append_number(std::string& line, Number value) {
    std::array<char, 48> digits;
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    line.append(digits.data(), done.ptr);
}

void append_value(std::string& line, double value) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (value == std::floor(value) && std::abs(value) < kExact) {
        append_number(line, static_cast<std::int64_t>(value));
    } else {
        append_number(line, static_cast<float>(value));
    }
}

[[noreturn]] void fail_spool(const char* what) {
    throw Error(ErrorKind::kOutput,
                std::string("cannot ") + what +
                    " the temporary file that holds values until they can be normalised: " +
                    std::strerror(errno),
                "TMPDIR names a folder with room for it");
}

std::FILE* open_nameless() {
    const char* folder = std::getenv("TMPDIR");
    std::string name = folder != nullptr && *folder != '\0' ? folder : "/tmp";
    name += "/varhush.XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) {
        fail_spool("create");
    }
    ::unlink(name.c_str());
    std::FILE* file = ::fdopen(descriptor, "w+b");
    if (file == nullptr) {
        ::close(descriptor);
        fail_spool("create");
    }
    return file;
}

}  // namespace

Bins::Bins(std::int64_t bin_bp, bool means, TakeSignal take)
    : bin_bp_(bin_bp), means_(means), take_(std::move(take)) {}

void Bins::add(const SignalRun& run, std::int64_t window_start, std::int64_t window_end) {
    if (bin_bp_ == 1) {
        take_(run);
        return;
    }
    for (std::int64_t at = run.start; at < run.end;) {
        const std::int64_t first = at / bin_bp_ * bin_bp_;
        const std::int64_t start = std::max(first, window_start);
        const std::int64_t end = std::min(first + bin_bp_, window_end);
        if (bin_.contig_id != run.contig_id || bin_.start != start) {
            finish();
            bin_ = {run.contig_id, start, end, 0};
        }
        const std::int64_t stop = std::min(run.end, end);
        bin_.value += run.value * static_cast<double>(stop - at);
        at = stop;
    }
}

void Bins::finish() {
    if (bin_.contig_id >= 0 && bin_.value != 0) {
        bin_.value /= means_ ? static_cast<double>(bin_.end - bin_.start) : 1.0;
        take_(bin_);
    }
    bin_ = {.contig_id = -1};
}

SignalSpool::SignalSpool() : file_(open_nameless(), &std::fclose) {}

void SignalSpool::flush() {
    if (std::fwrite(buffer_.data(), sizeof(SignalRun), buffer_.size(), file_.get()) !=
        buffer_.size()) {
        fail_spool("write");
    }
    buffer_.clear();
}

void SignalSpool::add(const SignalRun& run) {
    buffer_.push_back(run);
    if (buffer_.size() == kSpoolRuns) {
        flush();
    }
}

void SignalSpool::replay(const TakeSignal& take) {
    flush();
    if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) {
        fail_spool("write");
    }
    buffer_.resize(kSpoolRuns);
    std::size_t count = 0;
    while ((count = std::fread(buffer_.data(), sizeof(SignalRun), kSpoolRuns, file_.get())) > 0) {
        for (std::size_t i = 0; i < count; ++i) {
            take(buffer_[i]);
        }
    }
    if (std::ferror(file_.get()) != 0) {
        fail_spool("read");
    }
    buffer_.clear();
}

SignalOutput::SignalOutput(const std::string& path,
                           const std::vector<io::AlignmentReader::Contig>& contigs,
                           const std::string& index)
    : path_(path), contigs_(contigs) {
    if (io::names_bigwig(path)) {
        std::vector<seq::ReferenceSource::Contig> all;
        all.reserve(contigs.size());
        for (const auto& contig : contigs) {
            all.push_back({contig.name, contig.length_bp});
        }
        bigwig_ = std::make_unique<io::BigWigWriter>(path, all);
    } else {
        text_ = std::make_unique<io::OutputFile>(path, io::packing_for(path), kPackingLevel);
        is_packed_ = io::packing_for(path) == io::Packing::kBgzip;
    }
    if (is_packed_ && !index.empty()) {
        const bool is_long = std::any_of(contigs.begin(), contigs.end(), [](const auto& contig) {
            return contig.length_bp > kTbiLimit;
        });
        index_ = std::make_unique<io::BedIndex>(index == "csi" || (index == "auto" && is_long));
    }
}

void SignalOutput::write(const SignalRun& run) {
    const std::string& contig = contigs_[static_cast<std::size_t>(run.contig_id)].name;
    if (bigwig_) {
        bigwig_->add(contig, run.start, run.end, static_cast<float>(run.value));
        return;
    }
    if (index_) {
        index_->add(contig, run.start, run.end, text_->virtual_offset());
    }
    line_ = contig;
    line_ += '\t';
    append_number(line_, run.start);
    line_ += '\t';
    append_number(line_, run.end);
    line_ += '\t';
    append_value(line_, run.value);
    line_ += '\n';
    text_->write(line_);
}

void SignalOutput::add(const SignalRun& run) {
    const bool goes_on =
        run.contig_id == last_.contig_id && run.start == last_.end && run.value == last_.value;
    if (goes_on) {
        last_.end = run.end;
        return;
    }
    if (last_.contig_id >= 0) {
        write(last_);
    }
    last_ = run;
}

void SignalOutput::finish() {
    if (last_.contig_id >= 0) {
        write(last_);
        last_ = {.contig_id = -1};
    }
    if (text_) {
        text_->finish();
    }
}

void SignalOutput::close() {
    if (bigwig_) {
        bigwig_->close();
        return;
    }
    if (is_packed_) {
        io::remove_former_indexes(path_);
    }
    text_->close();
    if (index_) {
        index_->write(path_, text_->virtual_offset());
    }
}

}  // namespace varhush::apps
