// `varhush train` as a process: signals, resuming and what is left behind.
#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kTiny =
    "varhush train -q -@ 1 -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
    "--kernel-sizes 5,5 --dilations 1,1 --batch 2 --window 200 --max-tiles 4 ";

TEST(TrainCommand, TerminatedRunKeepsACheckpointAndResumesToTheSameBytes) {
    const Sandbox box;
    // A checkpoint after every step, so that the signal can follow the first one at once.
    const auto result = run_shell(kTiny + "--steps 400 -o whole.safetensors\nset +e\n" + kTiny +
                                      "--steps 400 --checkpoint-minutes 0 -o m.safetensors & "
                                      "child=$!\n"
                                      "until [ -e m.safetensors.checkpoint ] || "
                                      "! kill -0 $child; do sleep 0.02; done\n"
                                      "kill -TERM $child; wait $child; echo \"code $?\"\n",
                                  box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("code 143"));
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors"));
    EXPECT_TRUE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
    const auto resumed = run_shell(
        kTiny + "--steps 400 --resume -o m.safetensors\ncmp m.safetensors whole.safetensors",
        box.folder());
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err << resumed.out;
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
}

TEST(TrainCommand, UsageErrorsLeaveNothing) {
    const Sandbox box;
    const auto code = [&](const std::string& arguments, const std::string& message) {
        const auto result = run_shell("varhush train " + arguments, box.folder());
        EXPECT_EQ(result.exit_code, 2) << arguments;
        EXPECT_THAT(result.err, HasSubstr(message)) << arguments;
    };
    code("-o x", "a reference is needed");
    code("-f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz", "an output file is needed");
    code("-f data/demo/chr22.fa.gz --genes a --sites b -o x", "give one of --gtf, --genes");
    code("--join a -o x --evaluate b", "exclude each other");
    code("--make-labels l -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz", "--teacher");
    code("-f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz -o x --metadata novalue",
         "KEY=VALUE");
    code("-f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz -o x --channels 16", "--channels");
    EXPECT_FALSE(fs::exists(box.folder() / "x"));
}

TEST(TrainCommand, OperationsRunOneAfterAnotherOnTheAskedThreads) {
    const Sandbox box;
    const auto result = run_shell(
        "varhush train -v -@ 3 -f data/demo/chr22.fa.gz "
        "--gtf data/demo/genes.gtf.gz --kernel-sizes 5 --dilations 1 "
        "--batch 2 --window 200 --max-tiles 4 --steps 1 -o x",
        box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("threads: 3 within operations, 1 between them"));
}

TEST(TrainCommand, HelpSaysThatTheTilesDoNotDependOnTheSeed) {
    const Sandbox box;
    EXPECT_THAT(run_shell("varhush train --help", box.folder()).out,
                HasSubstr("the tiles stay the same"));
}

TEST(TrainCommand, NoTileOutsideTheExcludedRegionIsAnError) {
    const Sandbox box;
    const auto result = run_shell(kTiny + "--exclude chr22 -o x", box.folder());
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("there is no tile to train on"));
    EXPECT_FALSE(fs::exists(box.folder() / "x"));
}

TEST(TrainCommand, MissingFilesHaveTheirExitCodes) {
    const Sandbox box;
    EXPECT_EQ(run_shell("varhush train --join absent -o x", box.folder()).exit_code, 5);
    EXPECT_EQ(
        run_shell("varhush train -f absent.fa --gtf data/demo/genes.gtf.gz -o x", box.folder())
            .exit_code,
        3);
    EXPECT_EQ(run_shell(kTiny + "--steps 1 --resume -o x", box.folder()).exit_code, 5);
    EXPECT_EQ(run_shell(kTiny + "--steps 1 -o absent/x", box.folder()).exit_code, 6);
}

const std::string kTracks = "varhush train tracks -q -@ 1 --config data/demo/train_tracks.json ";

TEST(TrainTracksCommand, TerminatedRunKeepsACheckpointAndResumesToTheSameBytes) {
    const Sandbox box;
    const std::string paced =
        "sed 's/\"report_steps\"/\"checkpoint_minutes\": 0, \"report_steps\"/' "
        "data/demo/train_tracks.json > every.json\n";
    const auto result = run_shell(
        paced + kTracks + "--steps 60 -o m.safetensors\nmv m.safetensors whole\nset +e\n" +
            "varhush train tracks -q -@ 1 --config every.json --data data/demo --steps 60 "
            "-o m.safetensors & child=$!\n"
            "until [ -e m.safetensors.checkpoint ] || ! kill -0 $child; do sleep 0.02; done\n"
            "kill -TERM $child; wait $child; echo \"code $?\"\n",
        box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("code 143"));
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors"));
    EXPECT_TRUE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
    const auto resumed = run_shell(
        kTracks + "--steps 60 --resume -o m.safetensors\ncmp m.safetensors whole", box.folder());
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err << resumed.out;
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
}

TEST(TrainTracksCommand, WritesCurvesReportAndAModelThatPredictReads) {
    const Sandbox box;
    const auto result = run_shell(
        kTracks + "--steps 4 --log c.tsv --curves c.svg --report r.tsv -o m.safetensors\n" +
            kTracks +
            "--evaluate m.safetensors --report again.tsv\ncmp r.tsv again.tsv\n"
            "varhush predict -q -f data/demo/chr22.fa.gz -m ./m.safetensors "
            "-r chr22:20900001-20902048 --window 2048 --format bedgraph -o p\n"
            "zcat -f $(find p -type f) | grep -q ^chr22; head -c 4 c.svg; wc -l < r.tsv\n"
            "varhush model verify ./m.safetensors\n",
        box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("<svg2"));
}

TEST(TrainTracksCommand, EndsBehindAStepAndGoesOnButNotBack) {
    const Sandbox box;
    const auto result =
        run_shell(kTracks + "--steps 6 -o m.safetensors\nmv m.safetensors whole\n" + kTracks +
                      "--steps 6 --until 4 -o m.safetensors\n[ ! -e m.safetensors ]\n" +
                      "cp m.safetensors.checkpoint kept\n" + kTracks +
                      "--steps 6 --resume -o m.safetensors\ncmp m.safetensors whole\n" +
                      "rm m.safetensors; mv kept m.safetensors.checkpoint; set +e\n" + kTracks +
                      "--steps 3 --resume -o m.safetensors; echo code $?\n",
                  box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "code 7\n");
    EXPECT_THAT(result.err, HasSubstr("stands at step 4, beyond the 3 asked for"));
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors"));
    EXPECT_TRUE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
}

TEST(TrainTracksCommand, SeedsAndStepsOfTheCommandLineCountWhateverTheyAre) {
    const Sandbox box;
    const auto result = run_shell(
        "sed 's/\"training\": {/\"training\": {\"seed\": 0,/' data/demo/train_tracks.json > "
        "zero.json\n"
        "grep -q '\"seed\": 0' zero.json; mkdir file option usual\n"
        "varhush train tracks -q -@ 1 --config zero.json --data data/demo --steps 2 -o file/m\n" +
            kTracks + "--steps 2 --seed 0 -o option/m\n" + kTracks + "--steps 2 -o usual/m\n" +
            "cmp file/m option/m\nset +e\ncmp -s option/m usual/m; echo $?\n" + kTracks +
            "--steps 0 -o c; echo $?\n" + kTracks + "--steps 2 --seed -1 -o c; echo $?\n",
        box.folder());
    EXPECT_EQ(result.out, "1\n2\n2\n") << result.err;
    EXPECT_THAT(result.err, HasSubstr("--steps must be above 0"));
    EXPECT_FALSE(fs::exists(box.folder() / "c"));
}

TEST(TrainTracksCommand, LeaksAndUsageErrorsLeaveNothing) {
    const Sandbox box;
    const auto leak = run_shell(
        "sed 's/chr22:20720001/chr22:20700001/' data/demo/train_tracks.json > l.json\n"
        "varhush train tracks --config l.json --data data/demo -o x",
        box.folder());
    EXPECT_EQ(leak.exit_code, 3);
    EXPECT_THAT(leak.err, HasSubstr("leak: the training window at chr22:20697953 moved by 128"));
    EXPECT_EQ(run_shell(kTracks, box.folder()).exit_code, 2);
    EXPECT_EQ(run_shell(kTracks + "--curves c.svg -o x", box.folder()).exit_code, 2);
    EXPECT_EQ(run_shell("varhush train tracks --config missing.json -o x", box.folder()).exit_code,
              3);
    EXPECT_EQ(run_shell(kTracks + "--resume -o x", box.folder()).exit_code, 5);
    EXPECT_FALSE(fs::exists(box.folder() / "x"));
}

const std::string kPolya = "varhush train polya -q -@ 1 --config data/demo/polya.json ";

TEST(TrainPolyaCommand, TerminatedRunKeepsACheckpointAndResumesToTheSameBytes) {
    const Sandbox box;
    const auto result = run_shell(
        "sed 's/\"report_steps\"/\"checkpoint_minutes\": 0, \"report_steps\"/' "
        "data/demo/polya.json > every.json\n" +
            kPolya + "--steps 90 -o m.safetensors\nmv m.safetensors whole\nset +e\n" +
            "varhush train polya -q -@ 1 --config every.json --data data/demo --steps 90 "
            "-o m.safetensors & child=$!\n"
            "until [ -e m.safetensors.checkpoint ] || ! kill -0 $child; do sleep 0.02; done\n"
            "kill -TERM $child; wait $child; echo \"code $?\"\n",
        box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("code 143"));
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors"));
    const auto resumed = run_shell(
        kPolya + "--steps 90 --resume -o m.safetensors\ncmp m.safetensors whole", box.folder());
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err << resumed.out;
    EXPECT_FALSE(fs::exists(box.folder() / "m.safetensors.checkpoint"));
}

TEST(TrainPolyaCommand, WritesAModelThatScores) {
    const Sandbox box;
    const auto result = run_shell(
        kPolya + "--steps 4 --until 2 -o m.safetensors\n[ ! -e m.safetensors ]\n" + kPolya +
            "--steps 4 --resume --log c.tsv --report r.tsv -o m.safetensors\n" + kPolya +
            "--evaluate ./m.safetensors --report again.tsv\ncmp r.tsv again.tsv\n"
            "varhush model verify ./m.safetensors > /dev/null\n"
            "varhush score -q -m ./m.safetensors -f data/demo/chr22.fa.gz "
            "data/demo/variants.vcf.gz "
            "-o s.vcf\nbcftools query -e 'VH_PAS=\".\"' -f '%VH_STATUS\\n' s.vcf | sort -u\n",
        box.folder());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "OK\n");
}

TEST(TrainPolyaCommand, ErrorsHaveTheirExitCodesAndLeaveNothing) {
    const Sandbox box;
    const auto code = [&](const std::string& command) {
        return run_shell(command, box.folder()).exit_code;
    };
    EXPECT_EQ(code(kPolya), 2);
    EXPECT_EQ(code(kPolya + "--evaluate varhush-polya"), 2);
    EXPECT_EQ(code(kPolya + "--steps -1 -o x"), 2);
    EXPECT_EQ(code(kPolya + "--until -1 -o x"), 2);
    EXPECT_EQ(code("varhush train polya --config missing.json -o x"), 3);
    EXPECT_EQ(code("sed s/varhush-polya/splice-mini/ data/demo/polya.json > p.json\n"
                   "varhush train polya --config p.json --data data/demo -o x"),
              5);
    EXPECT_EQ(code("sed s/chr22:20080001/chr21:20080001/ data/demo/polya.json > p.json\n"
                   "varhush train polya --config p.json --data data/demo -o x"),
              3);
    EXPECT_EQ(code(kPolya + "--resume -o x"), 5);
    EXPECT_FALSE(fs::exists(box.folder() / "x"));
}

}  // namespace
}  // namespace varhush::test
