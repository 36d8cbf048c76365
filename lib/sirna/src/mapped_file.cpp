#include "mapped_file.hpp"

#include "varhush/core/error.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace varhush::sirna {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::kInput, path + ": " + what);
}

std::span<const std::byte> map(int descriptor, const std::string& path) {
    struct stat info {};
    if (::fstat(descriptor, &info) != 0) {
        fail(path, std::string("cannot look at it: ") + std::strerror(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        fail(path, "an index must be a regular file, because it is mapped");
    }
    if (info.st_size == 0) {
        fail(path, "the file is empty");
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (data == MAP_FAILED) {
        fail(path, std::string("cannot map it: ") + std::strerror(errno));
    }
    return {static_cast<const std::byte*>(data), size};
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        fail(path, std::string("cannot open: ") + std::strerror(errno));
    }
    try {
        bytes_ = map(descriptor, path);
    } catch (...) {
        ::close(descriptor);
        throw;
    }
    ::close(descriptor);
}

MappedFile::~MappedFile() {
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace varhush::sirna
