#include "apps/common/model_half.hpp"

#include "apps/common/child.hpp"
#include "apps/common/runtime.hpp"
#include "varhush/core/error.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace varhush::apps {

std::string model_half_path() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (error) {
        throw Error(ErrorKind::kInternal, "cannot read /proc/self/exe: " + error.message());
    }
    return self.parent_path().parent_path() / "libexec" / "varhush" / "varhush-model";
}

void become_model_half(int argc, const char* const* argv) {
    const std::string path = model_half_path();
    std::vector<std::string> words(argv, argv + argc);
    words[0] = path;
    prepare_runtime(argc, argv);
    execv(path.c_str(), as_argv(words).data());
    const int cause = errno;
    if (cause == ENOENT) {
        throw Error(
            ErrorKind::kModel,
            "'" + words[1] + "' needs the model half, which is not installed (" + path + ")",
            "build with LibTorch (preset release) or install the complete package");
    }
    throw Error(ErrorKind::kModel, "cannot start " + path + ": " + std::strerror(cause));
}

}  // namespace varhush::apps
