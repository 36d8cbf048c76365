// `varhush adapt` as a process: signals, resuming, leaks and what is left behind.
#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kAdapt =
    "varhush adapt -q -@ 1 -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
    "--bam data/demo/ctcf.bam --fragments --head chip_tf --track CTCF --window 2048 --batch 2 "
    "--rank 2 --layers attention --name ctcf ";

TEST(AdaptCommand, TerminatedRunKeepsACheckpointAndResumesToTheSameBytes) {
    const Sandbox box;
    const std::string steps = kAdapt + "--train chr22:20000001-20100000 --steps 12 ";
    const auto result = run_shell(steps + "-o whole.safetensors\nset +e\n" + steps +
                                      "--log m.tsv -o m.safetensors & child=$!\n"
                                      "until [ -e m.tsv.part ] || [ -e m.tsv ] || "
                                      "! kill -0 $child; do sleep 0.02; done\n"
                                      "kill -TERM $child; wait $child; echo \"code $?\"\n",
                                  box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("code 143"));
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors"));
    ASSERT_TRUE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
    const auto resumed = run_shell(
        steps + "--resume -o m.safetensors\ncmp m.safetensors whole.safetensors", box.folder());
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err << resumed.out;
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
}

TEST(AdaptCommand, LeaksAndMissingFilesHaveTheirExitCodes) {
    const Sandbox box;
    const auto code = [&](const std::string& arguments, int expected, const std::string& message) {
        const auto result =
            run_shell(kAdapt + arguments + " --steps 1 -o x.safetensors", box.folder());
        EXPECT_EQ(result.exit_code, expected) << arguments << result.err;
        EXPECT_THAT(result.err, HasSubstr(message)) << arguments;
        EXPECT_FALSE(fs::exists(box.folder() / "x.safetensors"));
    };
    code("--train chr22:20000001-20100000 --test chr22:20050001-20200000", 3, "chr22");
    code("--train chr22:20000001-20100000 --test chr22:20100001-20200000", 3, "chr22");
    code("--train chr22:20000001-20100000 --resume", 5, "x.safetensors.checkpoint");
    code("--train chr5:1-100", 3, "chr5");
}

}  // namespace
}  // namespace varhush::test
