#include "shell.hpp"

#include "test_paths.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace varhush::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTimeLimit = "600";

// Quotes for sh.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

}  // namespace

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path.string());
    }
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

fs::path shared_folder() {
    const char* given = std::getenv("VARHUSH_SHARED");
    const fs::path folder =
        given != nullptr ? fs::path(given) : fs::path(VARHUSH_SOURCE_DIR) / ".." / "shared";
    std::error_code error;
    return fs::is_directory(folder, error) ? fs::canonical(folder) : fs::path();
}

Sandbox::Sandbox() {
    std::string pattern = (fs::temp_directory_path() / "varhush_cli_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make " + pattern);
    }
    folder_ = pattern;
    for (const char* shown : {"data", "models"}) {
        fs::create_directory_symlink(fs::path(VARHUSH_SOURCE_DIR) / shown, folder_ / shown);
    }
}

Sandbox::~Sandbox() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

ShellResult run_shell(const std::string& script, const fs::path& folder) {
    const fs::path out = folder / ".stdout";
    const fs::path err = folder / ".stderr";
    const std::string command =
        "cd " + quoted(folder) + " && PATH=" + quoted(fs::path(VARHUSH_BINARY).parent_path()) +
        ":$PATH SHARED=" + quoted(shared_folder()) + " LC_ALL=C.UTF-8 timeout " + kTimeLimit +
        " sh -e -c " + quoted(script) + " </dev/null >" + quoted(out) + " 2>" + quoted(err);
    const int status = std::system(command.c_str());
    ShellResult result;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.out = read_file(out);
    result.err = read_file(err);
    fs::remove(out);
    fs::remove(err);
    return result;
}

}  // namespace varhush::test
