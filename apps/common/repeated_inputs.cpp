#include "apps/common/repeated_inputs.hpp"

#include "varhush/core/error.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <tuple>

namespace varhush::apps {

namespace {

/// Which file it is: device and inode, or its name where there is none (an address, or nothing).
using Identity = std::tuple<dev_t, ino_t, std::string>;

Identity identity_of(const std::string& path) {
    struct stat found {};
    const int result = path == "-" ? fstat(STDIN_FILENO, &found) : stat(path.c_str(), &found);
    return result == 0 ? Identity{found.st_dev, found.st_ino, ""} : Identity{0, 0, path};
}

}  // namespace

void reject_repeated_inputs(const std::vector<std::string>& paths) {
    std::map<Identity, std::string> seen;
    for (const std::string& path : paths) {
        const auto [first, is_new] = seen.emplace(identity_of(path), path);
        if (!is_new) {
            const std::string both =
                first->second == path
                    ? "the input " + path + " is given twice"
                    : "the inputs " + first->second + " and " + path + " are the same file";
            throw Error(ErrorKind::kUsage, both, "every read of it would count twice");
        }
    }
}

}  // namespace varhush::apps
