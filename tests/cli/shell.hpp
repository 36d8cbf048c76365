#pragma once

#include <filesystem>
#include <string>

namespace varhush::test {

struct ShellResult {
    int exit_code = -1;  ///< 128 + signal when killed, as a shell says it
    std::string out;
    std::string err;
};

/// Runs `script` with `sh -e` in `folder`. The binary under test is first in PATH, and SHARED is
/// the folder of outside data. The script must end by itself within ten minutes.
ShellResult run_shell(const std::string& script, const std::filesystem::path& folder);

/// A new temporary folder with links to the source tree's folders
/// `data` and `models`; removed by its
/// destructor.
class Sandbox {
  public:
    Sandbox();
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  private:
    std::filesystem::path folder_;
};

/// The folder of outside data (VARHUSH_SHARED, else ../shared beside the source tree); empty when
/// it is not there.
std::filesystem::path shared_folder();

std::string read_file(const std::filesystem::path& path);

}  // namespace varhush::test
