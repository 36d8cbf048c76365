#include "hts.hpp"

#include "varhush/core/log.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace varhush::io {

void quiet_htslib() noexcept {
    hts_set_log_level(core::log_level() == core::LogLevel::kDebug ? HTS_LOG_INFO : HTS_LOG_OFF);
}

std::string with_errno(std::string message, int error_number) {
    if (error_number != 0) {
        message += ": ";
        message += std::strerror(error_number);
    }
    return message;
}

std::string display_name(const std::string& path) {
    return path == "-" ? "standard input" : path;
}

HtsFilePtr open_for_reading(const std::string& path) {
    quiet_htslib();
    if (path != "-") {
        // Only local files: HTSlib would follow URLs, and nothing is downloaded at run time.
        struct stat info {};
        if (::stat(path.c_str(), &info) != 0) {
            throw Error(ErrorKind::kInput, with_errno("cannot open " + path, errno));
        }
        if (S_ISDIR(info.st_mode)) {
            throw Error(ErrorKind::kInput, "cannot open " + path + ": it is a directory");
        }
    }
    errno = 0;
    HtsFilePtr file(hts_open(path.c_str(), "r"));
    if (!file) {
        // A CRAM's header is read here already.
        const std::string what = "cannot open " + display_name(path);
        throw Error(ErrorKind::kInput,
                    errno == 0 ? what + ": damaged or cut" : with_errno(what, errno));
    }
    return file;
}

}  // namespace varhush::io
