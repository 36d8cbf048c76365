// Golden runs: every folder of tests/cli/cases is one test.
//   cmd               shell script, run with `sh -e` in an empty folder with a link to data/
//   expected.stdout   must agree byte for byte (absent: must be empty)
//   expected.stderr   compared only when present; the clock of each log line is cut off first
//   expected.exit     exit code (absent: 0)
//   needs             words: "model" (LibTorch build), "shared" (outside data, $SHARED), or a tool
// `cli_golden_test --regold [--gtest_filter=…]` rewrites what is expected, for review with git
// diff.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

bool g_regold = false;

std::string without_clock(const std::string& text) {
    static const std::regex clock("(^|\n)[0-9]{2}:[0-9]{2}:[0-9]{2} ");
    return std::regex_replace(text, clock, "$1");
}

// What is missing here of the words in `needs`; empty when nothing is.
std::string missing_need(const fs::path& file) {
    if (!fs::exists(file)) {
        return {};
    }
    std::istringstream words(read_file(file));
    std::string word;
    while (words >> word) {
        if (word == "model") {
            if (!VARHUSH_WITH_TORCH) {
                return "LibTorch";
            }
        } else if (word == "shared") {
            if (shared_folder().empty()) {
                return "the outside data (VARHUSH_SHARED)";
            }
        } else if (std::system(("command -v " + word + " >/dev/null").c_str()) != 0) {
            return word;
        }
    }
    return {};
}

void write_or_remove(const fs::path& path, const std::string& text, bool keep) {
    if (keep) {
        std::ofstream(path, std::ios::binary) << text;
    } else {
        fs::remove(path);
    }
}

class GoldenCase : public testing::Test {
  public:
    explicit GoldenCase(fs::path folder) : folder_(std::move(folder)) {}

    void TestBody() override {
        const std::string missing = missing_need(folder_ / "needs");
        if (!missing.empty()) {
            GTEST_SKIP() << "needs " << missing;
        }
        const Sandbox sandbox;
        const ShellResult got = run_shell(read_file(folder_ / "cmd"), sandbox.folder());
        if (g_regold) {
            rewrite(got);
            return;
        }
        EXPECT_EQ(got.exit_code, std::stoi(expected("exit", "0"))) << got.err;
        EXPECT_EQ(got.out, expected("stdout", "")) << got.err;
        if (fs::exists(folder_ / "expected.stderr")) {
            EXPECT_EQ(without_clock(got.err), expected("stderr", ""));
        }
    }

  private:
    std::string expected(const std::string& what, const std::string& otherwise) const {
        const fs::path path = folder_ / ("expected." + what);
        return fs::exists(path) ? read_file(path) : otherwise;
    }

    void rewrite(const ShellResult& got) const {
        const bool compare_stderr = fs::exists(folder_ / "expected.stderr");
        write_or_remove(folder_ / "expected.stdout", got.out, !got.out.empty());
        write_or_remove(folder_ / "expected.stderr", without_clock(got.err), compare_stderr);
        write_or_remove(
            folder_ / "expected.exit", std::to_string(got.exit_code) + "\n", got.exit_code != 0);
    }

    fs::path folder_;
};

void register_cases() {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(VARHUSH_SOURCE_DIR "/tests/cli/cases")) {
        if (fs::exists(entry.path() / "cmd")) {
            folders.push_back(entry.path());
        }
    }
    std::sort(folders.begin(), folders.end());
    for (const fs::path& folder : folders) {
        testing::RegisterTest("Golden",
                              folder.filename().c_str(),
                              nullptr,
                              nullptr,
                              __FILE__,
                              __LINE__,
                              [folder]() -> testing::Test* { return new GoldenCase(folder); });
    }
}

}  // namespace
}  // namespace varhush::test

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    for (int i = 1; i < argc; ++i) {
        varhush::test::g_regold |= std::string_view(argv[i]) == "--regold";
    }
    varhush::test::register_cases();
    return RUN_ALL_TESTS();
}
