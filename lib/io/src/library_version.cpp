#include "varhush/io/library_version.hpp"

#include <htslib/hts.h>

namespace varhush::io {

std::string htslib_version() {
    return hts_version();
}

}  // namespace varhush::io
