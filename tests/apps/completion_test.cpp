#include "apps/completion/script.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

namespace varhush::apps {
namespace {

const std::array kCommands{
    CompletedCommand{"score",
                     "score each ALT allele's effect",
                     {{"-o", "Write to FILE"}, {"--output", "Write to FILE"}}},
    CompletedCommand{"check", "compare with a reference", {{"--fix", "Write a repaired file"}}}};

std::string output_of(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 256> buffer{};
    while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
        text += buffer.data();
    }
    pclose(pipe);
    return text;
}

TEST(OptionsInHelp, ShortAndLongNamesWithTheirText) {
    const auto options = options_in_help(
        "Usage: x\n\nOptions:\n  -h,--help              Show this text\n"
        "  -o,--output FILE       Write to FILE\n                         - is stdout\n"
        "  --no-version           Leave out\n");
    ASSERT_EQ(options.size(), 5U);
    EXPECT_EQ(options[0].name, "-h");
    EXPECT_EQ(options[3].name, "--output");
    EXPECT_EQ(options[3].summary, "Write to FILE");
    EXPECT_EQ(options[4].name, "--no-version");
}

TEST(CompletionScript, AnotherShellIsAUsageError) {
    EXPECT_THROW((void)completion_script("tcsh", kCommands), Error);
}

TEST(CompletionScript, BashCompletesCommandsAndOptions) {
    const std::string file = testing::TempDir() + "varhush_completion.bash";
    std::ofstream(file) << completion_script("bash", kCommands);
    const std::string start = "bash -c 'source " + file + "; ";
    const std::string end = "; _varhush; echo ${COMPREPLY[*]}'";
    EXPECT_EQ(output_of(start + "COMP_WORDS=(varhush sc); COMP_CWORD=1" + end), "score\n");
    EXPECT_EQ(output_of(start + "COMP_WORDS=(varhush score --o); COMP_CWORD=2" + end),
              "--output\n");
    EXPECT_EQ(output_of(start + "COMP_WORDS=(varhush check -); COMP_CWORD=2" + end), "--fix\n");
    EXPECT_EQ(output_of(start + "COMP_WORDS=(varhush help ch); COMP_CWORD=2" + end), "check\n");
}

TEST(CompletionScript, QuotesInSummariesDoNotBreakTheScripts) {
    EXPECT_NE(completion_script("zsh", kCommands).find("'score:score each ALT alleles effect'"),
              std::string::npos);
    EXPECT_NE(completion_script("fish", kCommands).find("-l 'fix' -d 'Write a repaired file'"),
              std::string::npos);
}

}  // namespace
}  // namespace varhush::apps
