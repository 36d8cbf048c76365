// `varhush tracks` on malformed tables and models, as users run it.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

class TracksCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    /// `code`, a message, nothing on stdout, and no output left.
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_EQ(got.out, "");
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    Sandbox box_;
};

constexpr const char* kHeader = "organism\toutput_type\ttrack_index\tname\tstrand\n";

TEST_F(TracksCommand, WritesAFileThatReadsBack) {
    write("t.tsv", std::string(kHeader) + "mouse\tATAC\t0\ta\t.\nmouse\tATAC\t1\tpadding\t.\n");
    const ShellResult got =
        run("varhush tracks --table t.tsv --padding -o out.tsv.gz && varhush tracks --table "
            "out.tsv.gz --count && rm out.tsv.gz");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out, "ATAC\t1\ntotal\t1\n");
    EXPECT_EQ(run("varhush tracks --table t.tsv --json zzz").out, "[]\n");
    EXPECT_NE(
        run("varhush tracks --table t.tsv zzz").err.find("none of the 2 tracks of mouse fits"),
        std::string::npos);
    EXPECT_EQ(run("cat t.tsv | varhush tracks --table - --count --json").out,
              "{\n  \"ATAC\": 1,\n  \"total\": 1\n}\n");
}

TEST_F(TracksCommand, RefusesBadTables) {
    write("cut.tsv", std::string(kHeader) + "human\tATAC\t0\ta\t.");
    refused("varhush tracks --table cut.tsv -o out.tsv", 3, "cut.tsv");
    write("gap.tsv", std::string(kHeader) + "human\tATAC\t1\ta\t.\n");
    refused("varhush tracks --table gap.tsv -o out.tsv", 3, "channels of ATAC must run");
    write("none.tsv", kHeader);
    refused("varhush tracks --table none.tsv -o out.tsv", 3, "no tracks of human or mouse");
    write("mouse.tsv", std::string(kHeader) + "mouse\tATAC\t0\ta\t.\n");
    refused("varhush tracks --table mouse.tsv --organism human", 3, "no tracks of human");
    refused("varhush tracks --table absent.tsv", 3, "absent.tsv");
}

TEST_F(TracksCommand, RefusesOptionsThatMakeNoSense) {
    write("t.tsv", std::string(kHeader) + "human\tATAC\t0\ta\t.\n");
    refused("varhush tracks -m splice-mini", 2, "has no tracks");
    refused("varhush tracks --table t.tsv --heads RNA", 2, "there is no output 'RNA'");
    refused("varhush tracks --table t.tsv --organism rat", 2, "rat");
    refused("varhush tracks --table t.tsv -m splice-mini", 2, "--table");
    refused("varhush tracks --table t.tsv -o ./t.tsv", 2, "t.tsv");
    refused("varhush tracks --table t.tsv 'name=' -o out.tsv", 2, "column 6: a value is missing");
    refused("varhush tracks -m absent", 5, "absent");
}

TEST_F(TracksCommand, ListsTheTracksOfAModel) {
    const std::string model = VARHUSH_TEST_DATA "/alphagenome/tiny_weights.safetensors";
    const ShellResult got =
        run("varhush tracks -m " + model + " --heads splice_sites,contact_maps --count");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out, "CONTACT_MAPS\t3\nSPLICE_SITES\t4\ntotal\t7\n");
    EXPECT_NE(got.err.find("tracks have no names"), std::string::npos) << got.err;
}

}  // namespace
}  // namespace varhush::test
