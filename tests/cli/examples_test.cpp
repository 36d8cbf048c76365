// Runs what users read: both examples at the end of each command's --help, and every fenced `sh`
// block of docs/<page>.md. Blocks of one page run one after the other in one folder. A block that
// is only to be read is fenced as `console` or `text`; `<!-- needs: model -->` in a page leaves it
// out of builds without LibTorch.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

// Commands as `varhush --help` lists them: two blanks, name, summary.
std::vector<std::string> listed_commands() {
    const Sandbox sandbox;
    std::vector<std::string> names;
    for (const std::string& line : lines_of(run_shell("varhush --help", sandbox.folder()).out)) {
        if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
            names.push_back(line.substr(2, line.find(' ', 2) - 2));
        }
    }
    return names;
}

std::vector<std::string> runnable_blocks(const std::string& page) {
    std::vector<std::string> blocks;
    bool inside = false;
    for (const std::string& line : lines_of(page)) {
        if (line == "```sh") {
            blocks.emplace_back();
            inside = true;
        } else if (line.starts_with("```")) {
            inside = false;
        } else if (inside) {
            blocks.back() += line + "\n";
        }
    }
    return blocks;
}

class HelpExamples : public testing::Test {
  public:
    explicit HelpExamples(std::string command) : command_(std::move(command)) {}

    void TestBody() override {
        const Sandbox sandbox;
        const ShellResult help = run_shell("varhush " + command_ + " --help", sandbox.folder());
        if (!VARHUSH_WITH_TORCH && help.exit_code == 5) {
            GTEST_SKIP() << "needs LibTorch";
        }
        ASSERT_EQ(help.exit_code, 0) << help.err;
        EXPECT_EQ(help.err, "");
        const auto lines = lines_of(help.out);
        ASSERT_GE(lines.size(), 3U) << help.out;
        ASSERT_EQ(lines[lines.size() - 3], "Examples:") << help.out;
        for (std::size_t i = lines.size() - 2; i < lines.size(); ++i) {
            EXPECT_TRUE(lines[i].starts_with("  varhush " + command_)) << lines[i];
            const ShellResult got = run_shell(lines[i], sandbox.folder());
            EXPECT_EQ(got.exit_code, 0) << lines[i] << "\n" << got.err;
        }
    }

  private:
    std::string command_;
};

class DocsPage : public testing::Test {
  public:
    explicit DocsPage(fs::path page) : page_(std::move(page)) {}

    void TestBody() override {
        const std::string text = read_file(page_);
        if (!VARHUSH_WITH_TORCH && text.find("<!-- needs: model -->") != std::string::npos) {
            GTEST_SKIP() << "needs LibTorch";
        }
        const Sandbox sandbox;
        for (const std::string& block : runnable_blocks(text)) {
            if (block.find("$SHARED") != std::string::npos && shared_folder().empty()) {
                GTEST_SKIP() << "needs the outside data (VARHUSH_SHARED)";
            }
            const ShellResult got = run_shell(block, sandbox.folder());
            EXPECT_EQ(got.exit_code, 0) << block << "\n" << got.err;
        }
    }

  private:
    fs::path page_;
};

template <class Case, class Value>
void register_case(const char* suite, const std::string& name, const Value& value) {
    testing::RegisterTest(
        suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__, [value]() -> testing::Test* {
            return new Case(value);
        });
}

void register_cases() {
    for (const std::string& command : listed_commands()) {
        register_case<HelpExamples>("HelpExamples", command, command);
    }
    std::vector<fs::path> pages;
    for (const auto& entry : fs::directory_iterator(VARHUSH_SOURCE_DIR "/docs")) {
        if (entry.path().extension() == ".md" &&
            !runnable_blocks(read_file(entry.path())).empty()) {
            pages.push_back(entry.path());
        }
    }
    std::sort(pages.begin(), pages.end());
    for (const fs::path& page : pages) {
        register_case<DocsPage>("DocsPage", page.stem().string(), page);
    }
}

// A discovery that finds nothing would pass silently.
TEST(Examples, AreFound) {
    const auto commands = listed_commands();
    EXPECT_NE(std::find(commands.begin(), commands.end(), "version"), commands.end());
}

// Targets of [text](target) that are files, without "#section".
std::vector<std::string> file_links(const std::string& page) {
    static const std::regex link("\\]\\(([^)#: ]+)(#[^)]*)?\\)");
    std::vector<std::string> targets;
    for (std::sregex_iterator one(page.begin(), page.end(), link), end; one != end; ++one) {
        targets.push_back((*one)[1]);
    }
    return targets;
}

TEST(Documentation, LinksPointAtFiles) {
    std::vector<fs::path> pages{VARHUSH_SOURCE_DIR "/README.md"};
    for (const auto& entry : fs::directory_iterator(VARHUSH_SOURCE_DIR "/docs")) {
        pages.push_back(entry.path());
    }
    std::size_t links = 0;
    for (const fs::path& page : pages) {
        for (const std::string& target : file_links(read_file(page))) {
            EXPECT_TRUE(fs::exists(page.parent_path() / target)) << page << " -> " << target;
            ++links;
        }
    }
    EXPECT_GT(links, 10U);
}

TEST(Documentation, EveryCommandHasItsPage) {
    for (const std::string& command : listed_commands()) {
        EXPECT_TRUE(fs::exists(VARHUSH_SOURCE_DIR "/docs/" + command + ".md")) << command;
    }
}

TEST(Examples, OnlyShBlocksAreRun) {
    EXPECT_EQ(runnable_blocks("a\n```sh\none\ntwo\n```\n```console\nno\n```\n```\nno\n```\n"),
              (std::vector<std::string>{"one\ntwo\n"}));
}

}  // namespace
}  // namespace varhush::test

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    varhush::test::register_cases();
    return RUN_ALL_TESTS();
}
