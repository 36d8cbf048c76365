#include "varhush/io/output_file.hpp"

#include "part_file.hpp"
#include "varhush/core/error.hpp"

#include <fcntl.h>
#include <htslib/bgzf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace varhush::io {

namespace {

constexpr std::size_t kBlockBytes = 0xff00;  // what bgzip puts into a block
constexpr const char* kStdout = "-";

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw Error(ErrorKind::kOutput,
                "cannot " + what + " " + (path == kStdout ? "standard output" : path) + ": " +
                    std::strerror(errno));
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail("write", path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Some file systems report a failed write only to close(); a copy leaves standard output open.
void close_copy_of_stdout() {
    const int copy = ::dup(STDOUT_FILENO);
    if (copy < 0 || ::close(copy) != 0) {
        fail("close", kStdout);
    }
}

}  // namespace

Packing packing_for(std::string_view path) noexcept {
    return path.ends_with(".gz") || path.ends_with(".bgz") ? Packing::kBgzip : Packing::kNone;
}

OutputFile::OutputFile(std::string path, Packing packing, int level)
    : path_(std::move(path)), packing_(packing), level_(level) {
    if (path_ == kStdout) {
        descriptor_ = STDOUT_FILENO;
        return;
    }
    part_ = std::make_unique<PartFile>(path_);
    const int flags = O_WRONLY | O_CLOEXEC | (part_->is_direct() ? 0 : O_CREAT | O_TRUNC);
    descriptor_ = ::open(part_->part().c_str(), flags, 0666);
    if (descriptor_ < 0) {
        fail("create", part_->part());
    }
    part_->watch();
}

OutputFile::~OutputFile() {
    if (part_ && descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void OutputFile::write_block(std::string_view bytes) {
    if (packing_ == Packing::kNone) {
        write_all(descriptor_, bytes, path_);
        return;
    }
    std::array<char, BGZF_MAX_BLOCK_SIZE> packed;
    std::size_t size = packed.size();
    if (bgzf_compress(packed.data(), &size, bytes.data(), bytes.size(), level_) != 0) {
        throw Error(ErrorKind::kInternal, "cannot compress " + path_);
    }
    write_all(descriptor_, {packed.data(), size}, path_);
    packed_bytes_ += bytes.empty() ? 0 : size;  // the end-of-file block is no text
}

std::uint64_t OutputFile::virtual_offset() const noexcept {
    return packed_bytes_ << 16U | buffer_.size();
}

void OutputFile::flush(std::size_t least) {
    if (buffer_.size() < least) {
        return;
    }
    std::size_t done = 0;
    while (buffer_.size() - done >= least && done < buffer_.size()) {
        const std::size_t size = std::min(kBlockBytes, buffer_.size() - done);
        write_block(std::string_view(buffer_).substr(done, size));
        done += size;
    }
    buffer_.erase(0, done);
}

void OutputFile::write(std::string_view bytes) {
    VARHUSH_CHECK(!finished_);
    buffer_.append(bytes);
    flush(kBlockBytes);
}

void OutputFile::finish() {
    VARHUSH_CHECK(!finished_);
    flush(0);
    if (packing_ == Packing::kBgzip) {
        write_block({});  // the end-of-file block
    }
    if (part_) {
        if (::close(std::exchange(descriptor_, -1)) != 0) {
            fail("close", path_);
        }
        part_->sync();
    } else {
        close_copy_of_stdout();
    }
    finished_ = true;
}

void OutputFile::close() {
    VARHUSH_CHECK(!closed_);
    if (!finished_) {
        finish();
    }
    if (part_) {
        part_->publish();
    }
    closed_ = true;
}

}  // namespace varhush::io
