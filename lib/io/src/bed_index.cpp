#include "varhush/io/bed_index.hpp"

#include "hts.hpp"
#include "part_file.hpp"

#include <unistd.h>

#include <cerrno>

namespace varhush::io {

namespace {

constexpr int kCsiMinShift = 14;

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

void write_bed_index(const std::string& path, bool as_csi) {
    quiet_htslib();
    PartFile index(path + (as_csi ? ".csi" : ".tbi"));
    errno = 0;
    const int shift = as_csi ? kCsiMinShift : 0;
    if (tbx_index_build3(path.c_str(), index.part().c_str(), shift, 0, &tbx_conf_bed) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write the index of " + path, errno));
    }
    index.sync();
    index.publish();
}

}  // namespace varhush::io
