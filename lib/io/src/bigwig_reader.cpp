#include "varhush/core/error.hpp"
#include "varhush/io/signal_reader.hpp"

#include <bigWig.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>

namespace varhush::io {
namespace {

constexpr std::int64_t kStretch = std::int64_t{1} << 22U;
constexpr std::uint32_t kMagic = 0x888FFC26;

struct CloseBigWig {
    void operator()(bigWigFile_t* file) const noexcept { bwClose(file); }
};
struct FreeIntervals {
    void operator()(bwOverlappingIntervals_t* found) const noexcept {
        bwDestroyOverlappingIntervals(found);
    }
};

std::uint32_t magic_at(std::ifstream& file, std::streamoff at, std::ios::seekdir from) {
    std::uint32_t magic = 0;
    file.clear();
    file.seekg(at, from);
    file.read(reinterpret_cast<char*>(&magic), sizeof magic);
    return file.good() ? magic : 0;
}

[[noreturn]] void refuse(const std::string& path, const char* what) {
    throw Error(ErrorKind::kInput, path + ": " + what);
}

/// Emits one contig; returns its bases with a value.
std::int64_t read_contig(bigWigFile_t* file,
                         const char* name,
                         std::int64_t length,
                         const std::function<void(const SignalRun&)>& emit) {
    std::int64_t covered = 0;
    SignalRun run;
    run.contig = name;
    for (std::int64_t start = 0; start < length; start += kStretch) {
        const std::int64_t end = std::min(start + kStretch, length);
        // Nothing there and nothing readable look alike here: the caller compares the sum.
        const std::unique_ptr<bwOverlappingIntervals_t, FreeIntervals> found(
            bwGetOverlappingIntervals(
                file, name, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)));
        for (std::uint32_t i = 0; found && i < found->l; ++i) {
            run.start = std::max<std::int64_t>(found->start[i], start);
            run.end = std::min<std::int64_t>(found->end[i], end);
            run.value = found->value[i];
            covered += run.end - run.start;
            emit(run);
        }
    }
    return covered;
}

}  // namespace

bool is_bigwig(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return file && magic_at(file, 0, std::ios::beg) == kMagic;
}

void read_bigwig(const std::string& path, const std::function<void(const SignalRun&)>& emit) {
    std::ifstream raw(path, std::ios::binary);
    if (!raw || magic_at(raw, 0, std::ios::beg) != kMagic) {
        refuse(path, "is no bigWig file of this byte order");
    }
    if (magic_at(raw, -4, std::ios::end) != kMagic) {
        refuse(path, "is cut: a bigWig ends with its magic number");
    }
    const std::unique_ptr<bigWigFile_t, CloseBigWig> file(bwOpen(path.c_str(), nullptr, "r"));
    if (!file || file->hdr == nullptr || file->cl == nullptr) {
        refuse(path, "cannot be read as a bigWig");
    }
    std::int64_t covered = 0;
    for (std::int64_t i = 0; i < file->cl->nKeys; ++i) {
        covered += read_contig(file.get(), file->cl->chrom[i], file->cl->len[i], emit);
    }
    if (file->hdr->summaryOffset != 0 &&
        covered != static_cast<std::int64_t>(file->hdr->nBasesCovered)) {
        refuse(path, "is damaged: fewer values than its summary says");
    }
}

}  // namespace varhush::io
