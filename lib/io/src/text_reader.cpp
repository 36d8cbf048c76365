#include "varhush/io/text_reader.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ios>
#include <utility>

namespace varhush::io {
namespace {

namespace bio = boost::iostreams;

constexpr std::size_t kChunkBytes = 1 << 18;
constexpr std::size_t kLongestLineBytes = std::size_t{64} << 20;

/// The empty block every complete BGZF file ends with (SAM specification, section 4.1.2).
constexpr std::string_view kBgzfEnd{
    "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0", 28};

/// Boost's zstd filter takes a cut stream for a complete one. So a frame of our own is put behind
/// the end of the file (magic, single segment of 16 bytes, one last RLE block of 16 times \1): its
/// text comes out at the end only when the file's own last frame was complete.
constexpr std::string_view kZstdMark{"\x28\xb5\x2f\xfd\x20\x10\x83\0\0\x01", 10};
constexpr std::string_view kZstdMarkText{"\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1", 16};

enum class Compression { kNone, kGzip, kBgzf, kBzip2, kZstd };

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

Compression compression_of(std::string_view start, const std::string& name) {
    if (starts_with(start, "\x1f\x8b")) {
        const bool bgzf = start.size() >= 14 && (start[3] & 4) != 0 && start.substr(12, 2) == "BC";
        return bgzf ? Compression::kBgzf : Compression::kGzip;
    }
    if (starts_with(start, "BZh")) {
        return Compression::kBzip2;
    }
    const bool skippable =
        start.size() >= 4 && start.substr(1, 3) == "\x2a\x4d\x18" && (start[0] & 0xF0) == 0x50;
    if (starts_with(start, kZstdMark.substr(0, 4)) || skippable) {
        return Compression::kZstd;
    }
    if (starts_with(start,
                    std::string_view("\xfd"
                                     "7zXZ",
                                     5))) {
        throw Error(ErrorKind::kInput,
                    name + ": xz compression is not supported",
                    "decompress it, or use gzip, bgzip, bzip2 or zstd");
    }
    return Compression::kNone;
}

/// The bytes of the file as they lie on disk, remembering the last of them.
class File {
  public:
    File(const std::string& path, std::string name) : name_(std::move(name)) {
        descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        owned_ = path != "-";
        if (descriptor_ < 0) {
            throw Error(ErrorKind::kInput, name_ + ": cannot open: " + std::strerror(errno));
        }
        try {
            while (start_.size() < 18 && fill_start()) {
            }
        } catch (...) {
            release();
            throw;
        }
    }
    ~File() { release(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] std::string_view start() const { return start_; }
    [[nodiscard]] bool ends_as_bgzf() const { return last_ == kBgzfEnd; }
    void append(std::string_view behind_the_end) { behind_ = behind_the_end; }

    std::streamsize read(char* out, std::streamsize wanted) {
        auto count = static_cast<std::size_t>(wanted);
        if (given_ < start_.size()) {
            count = std::min(count, start_.size() - given_);
            std::memcpy(out, start_.data() + given_, count);
            given_ += count;
        } else {
            count = read_descriptor(out, count);
            if (count == 0) {
                count = behind_.copy(out, static_cast<std::size_t>(wanted));
                behind_.remove_prefix(count);
                return count == 0 ? -1 : static_cast<std::streamsize>(count);
            }
        }
        remember({out, count});
        return static_cast<std::streamsize>(count);
    }

  private:
    bool fill_start() {
        std::array<char, 18> piece{};
        const std::size_t count = read_descriptor(piece.data(), piece.size() - start_.size());
        start_.append(piece.data(), count);
        return count > 0;
    }

    std::size_t read_descriptor(char* out, std::size_t wanted) {
        while (true) {
            const ssize_t count = ::read(descriptor_, out, wanted);
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                throw Error(ErrorKind::kInput, name_ + ": cannot read: " + std::strerror(errno));
            }
        }
    }

    void remember(std::string_view bytes) {
        last_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kBgzfEnd.size())));
        if (last_.size() > kBgzfEnd.size()) {
            last_.erase(0, last_.size() - kBgzfEnd.size());
        }
    }

    void release() {
        if (owned_ && descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = -1;
    }

    std::string name_;
    int descriptor_ = -1;
    bool owned_ = false;
    std::string start_;
    std::size_t given_ = 0;
    std::string last_;
    std::string_view behind_;
};

/// Boost copies its devices, so this one only points to the file.
struct FileDevice {
    using char_type = char;
    using category = bio::source_tag;
    File* file = nullptr;

    std::streamsize read(char* out, std::streamsize wanted) { return file->read(out, wanted); }
};

}  // namespace

struct TextReader::Impl {
    explicit Impl(const std::string& path)
        : name(path == "-" ? "standard input" : path), file(path, name) {
        compression = compression_of(file.start(), name);
        if (compression == Compression::kGzip || compression == Compression::kBgzf) {
            chain.push(bio::gzip_decompressor());
        } else if (compression == Compression::kBzip2) {
            chain.push(bio::bzip2_decompressor());
        } else if (compression == Compression::kZstd) {
            file.append(kZstdMark);
            held_back = kZstdMarkText.size();
            chain.push(bio::zstd_decompressor());
        }
        chain.push(FileDevice{&file});
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::kInput,
                    name + ":" + std::to_string(line_number + 1) + ": " + what,
                    "was the file copied or downloaded completely?");
    }

    /// How many decoded bytes may be given out.
    [[nodiscard]] std::size_t ready() const {
        return at_end ? buffer.size() : buffer.size() - std::min(buffer.size(), held_back);
    }

    void finish() {
        at_end = true;
        if (compression == Compression::kZstd) {
            if (buffer.size() - used < kZstdMarkText.size() ||
                std::string_view(buffer).substr(buffer.size() - kZstdMarkText.size()) !=
                    kZstdMarkText) {
                fail("the zstd data are cut");
            }
            buffer.resize(buffer.size() - kZstdMarkText.size());
        }
        if (compression == Compression::kBgzf && !file.ends_as_bgzf()) {
            fail("the BGZF end-of-file block is missing: the file is cut");
        }
    }

    void refill() {
        buffer.erase(0, used);
        used = 0;
        if (buffer.size() > kLongestLineBytes) {
            fail("the line is longer than 64 MiB");
        }
        const std::size_t before = buffer.size();
        buffer.resize(before + kChunkBytes);
        std::streamsize count = 0;
        try {
            count = chain.sgetn(buffer.data() + before, static_cast<std::streamsize>(kChunkBytes));
        } catch (const std::ios_base::failure& error) {
            fail("the compressed data are cut or damaged (" + std::string(error.what()) + ")");
        }
        buffer.resize(before + static_cast<std::size_t>(std::max<std::streamsize>(count, 0)));
        if (count <= 0) {
            finish();
        }
    }

    bool next(std::string& line) {
        std::size_t searched = used;
        while (true) {
            const std::size_t limit = ready();
            if (searched < limit) {
                const void* const found =
                    std::memchr(buffer.data() + searched, '\n', limit - searched);
                if (found != nullptr) {
                    const auto end =
                        static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
                    take(line, end, end + 1);
                    return true;
                }
            }
            if (at_end) {
                if (used == buffer.size()) {
                    return false;
                }
                take(line, buffer.size(), buffer.size());
                return true;
            }
            searched = std::max(searched, limit) - used;  // refill() moves `used` to 0
            refill();
        }
    }

    void take(std::string& line, std::size_t end, std::size_t next_start) {
        const std::size_t line_end = end;
        std::size_t start = used;
        if (line_number == 0 && buffer.compare(start, 3, "\xEF\xBB\xBF") == 0) {
            start += 3;  // the byte order mark some editors write
        }
        if (end > start && buffer[end - 1] == '\r') {
            --end;
        }
        line.assign(buffer, start, end - start);
        complete = next_start > line_end;
        used = next_start;
        ++line_number;
    }

    std::string name;
    File file;
    Compression compression = Compression::kNone;
    bio::filtering_istreambuf chain;
    std::string buffer;
    std::size_t used = 0;
    std::size_t held_back = 0;
    bool at_end = false;
    bool complete = true;  ///< the last line given had a line end
    std::int64_t line_number = 0;
};

TextReader::TextReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
TextReader::~TextReader() = default;
TextReader::TextReader(TextReader&&) noexcept = default;
TextReader& TextReader::operator=(TextReader&&) noexcept = default;

bool TextReader::next(std::string& line) {
    return impl_->next(line);
}

bool TextReader::last_line_complete() const noexcept {
    return impl_->complete;
}

void TextReader::refuse_cut_line() const {
    if (!impl_->complete) {
        throw Error(
            ErrorKind::kInput,
            where() + ": the last line has no line end, so the file may be cut",
            "if it is complete, end it with a line feed: echo >> FILE (before compressing)");
    }
}

void TextReader::warn_of_cut_line() const {
    if (!impl_->complete) {
        core::log(core::LogLevel::kWarning,
                  where() + ": the last line has no line end, so the file may be cut");
    }
}

std::int64_t TextReader::line_number() const noexcept {
    return impl_->line_number;
}

std::string TextReader::where() const {
    return impl_->name + ":" + std::to_string(impl_->line_number);
}

}  // namespace varhush::io
