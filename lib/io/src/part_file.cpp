#include "part_file.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace varhush::io {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw Error(ErrorKind::kOutput, "cannot " + what + " " + path + ": " + std::strerror(errno));
}

// Some file systems cannot sync a folder or at all, which is no failure of ours.
bool cannot_sync() {
    return errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

int open_to_sync(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
        fail("open for syncing", path);
    }
    return descriptor;
}

void sync_and_close(int descriptor, const std::string& path) {
    const bool failed = ::fsync(descriptor) != 0 && !cannot_sync();
    const int cause = errno;
    ::close(descriptor);
    if (failed) {
        errno = cause;
        fail("sync", path);
    }
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return ".";
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string resolve_link(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> target(::realpath(path.c_str(), nullptr),
                                                             &std::free);
    return target ? target.get() : path;
}

}  // namespace

PartFile::PartFile(const std::string& path) : path_(path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
        path_ = resolve_link(path);
    }
    if (::stat(path_.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            errno = EISDIR;
            fail("write", path);
        }
        direct_ = !S_ISREG(info.st_mode);
    }
    part_ = direct_ ? path_ : path_ + ".part";
    if (!direct_) {
        register_unfinished(part_);
    }
}

PartFile::~PartFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    if (!published_ && !direct_) {
        ::unlink(part_.c_str());
        unregister_unfinished(part_);
    }
}

void PartFile::watch() {
    if (!direct_) {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = open_to_sync(part_, O_RDONLY);
    }
}

void PartFile::sync() {
    if (!direct_) {
        const int descriptor =
            descriptor_ >= 0 ? std::exchange(descriptor_, -1) : open_to_sync(part_, O_RDONLY);
        sync_and_close(descriptor, part_);
    }
}

void PartFile::publish() {
    if (!direct_) {
        if (std::rename(part_.c_str(), path_.c_str()) != 0) {
            fail("rename to", path_);
        }
        published_ = true;
        unregister_unfinished(part_);
        const std::string folder = folder_of(path_);
        sync_and_close(open_to_sync(folder, O_RDONLY | O_DIRECTORY), folder);
    }
    published_ = true;
}

}  // namespace varhush::io
