#include "varhush/io/output_file.hpp"

#include "part_file.hpp"
#include "varhush/core/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace varhush::io {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
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

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
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

void OutputFile::write(std::string_view bytes) {
    buffer_.append(bytes);
    if (buffer_.size() >= kBufferBytes) {
        write_all(descriptor_, buffer_, path_);
        buffer_.clear();
    }
}

void OutputFile::close() {
    VARHUSH_CHECK(!closed_);
    write_all(descriptor_, buffer_, path_);
    buffer_.clear();
    if (part_) {
        if (::close(std::exchange(descriptor_, -1)) != 0) {
            fail("close", path_);
        }
        part_->sync();
        part_->publish();
    }
    closed_ = true;
}

}  // namespace varhush::io
