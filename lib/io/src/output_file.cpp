#include "varhush/io/output_file.hpp"

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

// Pipes and terminals cannot be synced, which is no failure.
void sync(int descriptor, const std::string& path) {
    if (::fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS) {
        fail("sync", path);
    }
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    if (path_ == kStdout) {
        descriptor_ = STDOUT_FILENO;
        return;
    }
    const std::string part = path_ + ".part";
    register_unfinished(part);
    descriptor_ = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) {
        const int cause = errno;
        unregister_unfinished(part);
        errno = cause;
        fail("create", part);
    }
}

OutputFile::~OutputFile() {
    if (closed_ || path_ == kStdout) {
        return;
    }
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    const std::string part = path_ + ".part";
    ::unlink(part.c_str());
    unregister_unfinished(part);
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
    if (path_ == kStdout) {
        closed_ = true;
        return;
    }
    sync(descriptor_, path_);
    if (::close(std::exchange(descriptor_, -1)) != 0) {
        fail("close", path_);
    }
    const std::string part = path_ + ".part";
    if (::rename(part.c_str(), path_.c_str()) != 0) {
        fail("rename to", path_);
    }
    closed_ = true;
    unregister_unfinished(part);
}

}  // namespace varhush::io
