#include "part_file.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/signal_writer.hpp"

#include <bigWig.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <mutex>
#include <unordered_map>

namespace varhush::io {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 17U;
constexpr std::size_t kBatch = 4096;  // single intervals handed over at once
constexpr std::uint32_t kMagic = 0x888FFC26;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw Error(ErrorKind::kOutput,
                "cannot " + what + " " + path +
                    (errno != 0 ? std::string(": ") + std::strerror(errno) : std::string()));
}

void start_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (bwInit(kBufferBytes) != 0) {
            throw Error(ErrorKind::kInternal, "libBigWig cannot be started");
        }
    });
}

/// The last thing that is written to a bigWig file is its magic number once more.
bool ends_with_magic(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::uint32_t last = 0;
    file.seekg(-static_cast<std::streamoff>(sizeof last), std::ios::end);
    file.read(reinterpret_cast<char*>(&last), sizeof last);
    return file.good() && last == kMagic;
}

void create(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0 || ::close(descriptor) != 0) {
        fail("create", path);
    }
}

struct CloseBigWig {
    void operator()(bigWigFile_t* file) const noexcept { bwClose(file); }
};
using BigWigPtr = std::unique_ptr<bigWigFile_t, CloseBigWig>;

}  // namespace

struct BigWigWriter::Impl {
    Impl(const std::string& path,
         const std::vector<seq::ReferenceSource::Contig>& all,
         int zoom_levels)
        : part(checked(path)), contigs(all) {
        for (std::size_t i = 0; i < contigs.size(); ++i) {
            order.emplace(contigs[i].name, i);
        }
        if (part.is_direct()) {
            throw Error(ErrorKind::kOutput,
                        "cannot write " + path + ": a bigWig needs a regular file");
        }
        start_library();
        create(part.part());  // libBigWig 0.4.7 crashes where it cannot create a file
        errno = 0;
        file.reset(bwOpen(part.part().c_str(), nullptr, "w"));
        if (!file) {
            fail("create", part.part());
        }
        part.watch();
        write_header(zoom_levels);
    }

    static const std::string& checked(const std::string& path) {
        if (path == "-") {
            throw Error(ErrorKind::kUsage, "a bigWig cannot be written to standard output");
        }
        return path;
    }

    void write_header(int zoom_levels) {
        std::vector<const char*> names;
        std::vector<std::uint32_t> lengths;
        for (const auto& contig : contigs) {
            if (contig.length_bp > std::numeric_limits<std::uint32_t>::max()) {
                throw Error(ErrorKind::kInput,
                            "contig " + contig.name + " is too long for a bigWig file");
            }
            names.push_back(contig.name.c_str());
            lengths.push_back(static_cast<std::uint32_t>(contig.length_bp));
        }
        errno = 0;
        if (bwCreateHdr(file.get(), zoom_levels) != 0) {
            fail("write", part.part());
        }
        file->cl = bwCreateChromList(
            names.data(), lengths.data(), static_cast<std::int64_t>(names.size()));
        if (file->cl == nullptr || bwWriteHdr(file.get()) != 0) {
            fail("write", part.part());
        }
    }

    /// Checks order and place, and notes what is written.
    void go_to(const std::string& contig, std::int64_t start, std::int64_t end) {
        const auto found = order.find(contig);
        VARHUSH_CHECK(found != order.end());
        VARHUSH_CHECK(!started || found->second >= at);
        if (!started || found->second != at) {
            flush();
            started = true;
            at = found->second;
            last_end = 0;
        }
        VARHUSH_CHECK(start >= last_end && start < end && end <= contigs[at].length_bp);
        last_end = end;
        covered += static_cast<std::uint64_t>(end - start);
    }

    void check_number(const std::string& contig, std::int64_t start, float value) const {
        if (!std::isfinite(value)) {
            throw Error(ErrorKind::kInput,
                        contig + ":" + std::to_string(start + 1) + ": the value is not a number");
        }
    }

    void flush() {
        if (starts.empty()) {
            return;
        }
        const std::vector<const char*> names(starts.size(), contigs[at].name.c_str());
        errno = 0;
        if (bwAddIntervals(file.get(),
                           names.data(),
                           starts.data(),
                           ends.data(),
                           values.data(),
                           static_cast<std::uint32_t>(starts.size())) != 0) {
            fail("write", part.part());
        }
        starts.clear();
        ends.clear();
        values.clear();
    }

    /// libBigWig reports no error of its last steps: what it wrote is read back.
    void verify() const {
        const BigWigPtr made(bwOpen(part.part().c_str(), nullptr, "r"));
        if (!made || made->hdr->nBasesCovered != covered || !ends_with_magic(part.part())) {
            errno = 0;
            fail("complete", part.part());
        }
    }

    PartFile part;
    std::vector<seq::ReferenceSource::Contig> contigs;
    std::unordered_map<std::string, std::size_t> order;
    BigWigPtr file;
    bool started = false;
    std::size_t at = 0;
    std::int64_t last_end = 0;
    std::uint64_t covered = 0;
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> ends;
    std::vector<float> values;
};

BigWigWriter::BigWigWriter(const std::string& path,
                           const std::vector<seq::ReferenceSource::Contig>& contigs,
                           int zoom_levels)
    : impl_(std::make_unique<Impl>(path, contigs, zoom_levels)) {}
BigWigWriter::~BigWigWriter() = default;

void BigWigWriter::add_bins(const std::string& contig,
                            std::int64_t start,
                            std::int64_t bin_bp,
                            std::span<const float> values) {
    if (values.empty()) {
        return;
    }
    VARHUSH_CHECK(bin_bp > 0);
    const auto count = static_cast<std::int64_t>(values.size());
    impl_->go_to(contig, start, start + count * bin_bp);
    for (std::size_t i = 0; i < values.size(); ++i) {
        impl_->check_number(contig, start + static_cast<std::int64_t>(i) * bin_bp, values[i]);
    }
    impl_->flush();
    const auto step = static_cast<std::uint32_t>(bin_bp);
    errno = 0;
    if (bwAddIntervalSpanSteps(impl_->file.get(),
                               contig.c_str(),
                               static_cast<std::uint32_t>(start),
                               step,
                               step,
                               values.data(),
                               static_cast<std::uint32_t>(values.size())) != 0) {
        fail("write", impl_->part.part());
    }
}

void BigWigWriter::add(const std::string& contig,
                       std::int64_t start,
                       std::int64_t end,
                       float value) {
    impl_->go_to(contig, start, end);
    impl_->check_number(contig, start, value);
    impl_->starts.push_back(static_cast<std::uint32_t>(start));
    impl_->ends.push_back(static_cast<std::uint32_t>(end));
    impl_->values.push_back(value);
    if (impl_->starts.size() == kBatch) {
        impl_->flush();
    }
}

void BigWigWriter::close() {
    impl_->flush();
    impl_->file.reset();
    impl_->verify();
    impl_->part.sync();
    impl_->part.publish();
}

}  // namespace varhush::io
