#include "line_source.hpp"

#include "varhush/core/error.hpp"

#include <htslib/hfile.h>
#include <htslib/tbx.h>

#include <cstring>
#include <utility>

namespace varhush::io {

namespace {
constexpr std::size_t kChunk = std::size_t{128} << 10;
constexpr std::size_t kMaxLine = std::size_t{1} << 30;
}  // namespace

LineSource::LineSource(BGZF* file, std::string name)
    : blocks_(file), name_(std::move(name)), buffer_(kChunk + 1) {}

LineSource::LineSource(htsFile* file, std::string name)
    : blocks_(hts_get_bgzfp(file)),
      plain_(blocks_ == nullptr ? file->fp.hfile : nullptr),
      name_(std::move(name)),
      buffer_(kChunk + 1) {}

bool LineSource::refill() {
    if (at_end_) {
        return false;
    }
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ + kChunk + 1 > buffer_.size()) {
        if (end_ > kMaxLine) {
            throw Error(ErrorKind::kInput,
                        name_ + ":" + std::to_string(line_number_ + 1) +
                            ": the line is longer than 1 GiB; this is no text file");
        }
        buffer_.resize(2 * buffer_.size() + kChunk);
    }
    const ssize_t got = blocks_ != nullptr ? bgzf_read(blocks_, buffer_.data() + end_, kChunk)
                                           : hread(plain_, buffer_.data() + end_, kChunk);
    if (got < 0) {
        throw Error(
            ErrorKind::kInput,
            name_ + ": cannot be read (damaged or cut) after line " + std::to_string(line_number_),
            "copy or make the file again; 'gzip -t' tests it");
    }
    at_end_ = got == 0;
    end_ += static_cast<std::size_t>(got);
    return got > 0;
}

std::span<char> LineSource::take(std::size_t length, std::size_t skip) {
    char* line = buffer_.data() + begin_;
    begin_ += length + skip;
    consumed_ += static_cast<std::int64_t>(length + skip);
    ++line_number_;
    if (length > 0 && line[length - 1] == '\r') {
        --length;
    }
    line[length] = '\0';
    return {line, length};
}

bool LineSource::next(std::span<char>& line) {
    std::size_t searched = 0;
    while (true) {
        char* from = buffer_.data() + begin_ + searched;
        const std::size_t left = end_ - begin_ - searched;
        if (auto* found = static_cast<char*>(std::memchr(from, '\n', left))) {
            line = take(static_cast<std::size_t>(found - buffer_.data()) - begin_, 1);
            return true;
        }
        searched = end_ - begin_;
        if (!refill()) {
            break;
        }
    }
    if (begin_ == end_) {
        return false;
    }
    unterminated_ = true;
    line = take(end_ - begin_, 0);
    return true;
}

}  // namespace varhush::io
