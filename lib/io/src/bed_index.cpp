#include "varhush/io/bed_index.hpp"

#include "hts.hpp"
#include "part_file.hpp"
#include "varhush/core/error.hpp"

#include <htslib/tbx.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace varhush::io {

namespace {

constexpr int kMinShift = 14;
constexpr int kTbiLevels = 5;
constexpr int kCsiLevels = 6;  // 2^(14 + 3 * 6) bases: as tabix, which has room for 31 bits

}  // namespace

void remove_former_indexes(const std::string& path) {
    for (const char* suffix : {".tbi", ".csi"}) {
        const std::string former = path + suffix;
        if (::unlink(former.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
            throw Error(ErrorKind::kOutput,
                        with_errno("cannot remove the index of the former file, " + former, errno));
        }
    }
}

struct BedIndex::Impl {
    explicit Impl(bool as_csi)
        : format(as_csi ? HTS_FMT_CSI : HTS_FMT_TBI),
          index(hts_idx_init(0, format, 0, kMinShift, as_csi ? kCsiLevels : kTbiLevels)) {
        VARHUSH_CHECK(index != nullptr);
    }

    int format;
    IndexPtr index;
    std::string names;  ///< of the contigs with lines, each ended by NUL
    std::string contig;
    int contigs = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;

    void push(std::uint64_t offset) {
        if (contigs > 0 && hts_idx_push(index.get(), contigs - 1, start, end, offset, 1) != 0) {
            throw Error(ErrorKind::kOutput,
                        "cannot index " + contig + ":" + std::to_string(start + 1),
                        "a .csi index holds positions beyond 2^29");
        }
    }
};

BedIndex::BedIndex(bool as_csi) : impl_(std::make_unique<Impl>(as_csi)) {
    quiet_htslib();
}

BedIndex::~BedIndex() = default;

void BedIndex::add(std::string_view contig,
                   std::int64_t start,
                   std::int64_t end,
                   std::uint64_t offset) {
    impl_->push(offset);
    if (impl_->contigs == 0 || contig != impl_->contig) {
        impl_->contig = contig;
        impl_->names += impl_->contig;
        impl_->names += '\0';
        ++impl_->contigs;
    }
    impl_->start = start;
    impl_->end = end;
}

void BedIndex::write(const std::string& path, std::uint64_t offset) {
    PartFile file(path + (impl_->format == HTS_FMT_CSI ? ".csi" : ".tbi"));
    hts_idx_t* index = impl_->index.get();
    impl_->push(offset);
    VARHUSH_CHECK(hts_idx_finish(index, offset) == 0);
    // What tabix keeps: its six settings for BED, then the names and how long they are together.
    const std::array<std::int32_t, 7> head = {tbx_conf_bed.preset,
                                              tbx_conf_bed.sc,
                                              tbx_conf_bed.bc,
                                              tbx_conf_bed.ec,
                                              tbx_conf_bed.meta_char,
                                              tbx_conf_bed.line_skip,
                                              static_cast<std::int32_t>(impl_->names.size())};
    std::vector<std::uint8_t> meta(sizeof(head));
    std::memcpy(meta.data(), head.data(), sizeof(head));
    meta.insert(meta.end(), impl_->names.begin(), impl_->names.end());
    errno = 0;
    if (hts_idx_set_meta(index, static_cast<std::uint32_t>(meta.size()), meta.data(), 1) != 0 ||
        hts_idx_save_as(index, nullptr, file.part().c_str(), impl_->format) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write the index of " + path, errno));
    }
    file.sync();
    file.publish();
}

}  // namespace varhush::io
