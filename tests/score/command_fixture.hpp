#pragma once

#include "shell.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace varhush::apps {

/// Runs the real `varhush` and the real bcftools, tabix, … in a sandbox of the test's own.
class CommandFixture : public ::testing::Test {
  protected:
    [[nodiscard]] const std::filesystem::path& folder() const { return sandbox_.folder(); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder() / name, std::ios::binary) << text;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        return test::read_file(folder() / name);
    }
    [[nodiscard]] bool exists(const std::string& name) const {
        return std::filesystem::exists(folder() / name);
    }
    /// Names of the files in the folder that begin with `prefix`.
    [[nodiscard]] std::vector<std::string> files(const std::string& prefix) const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder())) {
            if (entry.path().filename().string().starts_with(prefix)) {
                names.push_back(entry.path().filename());
            }
        }
        return names;
    }

    /// Runs `command` with bash and pipefail, so that a failure anywhere in a pipe shows.
    [[nodiscard]] test::ShellResult run(const std::string& command) const {
        write(".run.sh", "set -o pipefail\n" + command + "\n");
        return test::run_shell("exec bash .run.sh", folder());
    }

    /// Text of `name` without header lines, as bcftools sees it.
    [[nodiscard]] std::string records(const std::string& name) const {
        return run("bcftools view -H " + name).out;
    }

  private:
    test::Sandbox sandbox_;
};

/// True when `tool` is on the PATH. Tests of real tools skip visibly without it.
inline bool have_tool(const std::string& tool) {
    return std::system(("command -v " + tool + " > /dev/null 2>&1").c_str()) == 0;
}

}  // namespace varhush::apps

#define VARHUSH_NEEDS_TOOL(tool)                        \
    do {                                                \
        if (!::varhush::apps::have_tool(tool)) {        \
            GTEST_SKIP() << tool " is not on the PATH"; \
        }                                               \
    } while (false)
