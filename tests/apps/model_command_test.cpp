#include "aparent_test_network.hpp"
#include "reporter_test_network.hpp"
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

// `varhush model` as users run it, with the reduced AlphaGenome-style model of tests/data.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

const std::string kTiny = VARHUSH_TEST_DATA "/alphagenome/tiny_weights.safetensors";

class ModelCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    /// `code`, a message, and no file but those listed.
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.out << got.err;
        EXPECT_NE((got.out + got.err).find(message), std::string::npos) << got.out << got.err;
        for (const auto& entry : fs::recursive_directory_iterator(box_.folder())) {
            const std::string name = entry.path().filename().string();
            EXPECT_FALSE(name.starts_with("out.") || name.ends_with(".part")) << name;
        }
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    /// Rows for every channel of the reduced model.
    void write_tracks() const {
        std::string text = "organism\toutput_type\ttrack_index\ttrack_name\tstrand\n";
        const std::pair<const char*, int> outputs[] = {{"atac", 5},
                                                       {"dnase", 4},
                                                       {"procap", 4},
                                                       {"cage", 6},
                                                       {"rna_seq", 8},
                                                       {"chip_tf", 7},
                                                       {"chip_histone", 3},
                                                       {"contact_maps", 3},
                                                       {"splice_sites", 5},
                                                       {"splice_site_usage", 12},
                                                       {"splice_junctions", 6}};
        for (const auto& [output, channels] : outputs) {
            for (int channel = 0; channel < channels; ++channel) {
                text += std::string("human\t") + output + "\t" + std::to_string(channel) +
                        "\ttrack " + std::to_string(channel) + "\t.\n";
            }
        }
        write("h.tsv", text);
    }
    Sandbox box_;
};

TEST_F(ModelCommand, ConvertsVerifiesDescribesAddsAndLists) {
    write_tracks();
    write("terms.txt", "not for\nthe clinic\n");
    const ShellResult made = run("varhush model convert " + kTiny +
                                 " -o out.safetensors --organism human --tracks-human h.tsv "
                                 "--terms-file terms.txt --name mine");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.out.find("mine, 472691 parameters"), std::string::npos) << made.out;
    EXPECT_EQ(made.err, "");
    const ShellResult info = run("varhush model info out.safetensors --json");
    const auto json = nlohmann::json::parse(info.out);
    EXPECT_EQ(json["name"], "mine");
    EXPECT_EQ(json["terms"], "not for the clinic");
    EXPECT_EQ(json["outputs"]["human"]["CAGE"]["tracks"], 6);
    EXPECT_FALSE(json["outputs"].contains("mouse"));
    EXPECT_FALSE(json.contains("notice"));
    EXPECT_EQ(run("varhush model verify out.safetensors").exit_code, 0);
    const ShellResult added =
        run("mkdir m && export VARHUSH_MODELS=m && varhush model add out.safetensors && cmp "
            "out.safetensors m/mine.safetensors && varhush model info mine && varhush model list");
    EXPECT_EQ(added.exit_code, 0) << added.err;
    EXPECT_NE(added.out.find("mine                    alphagenome"), std::string::npos)
        << added.out;
}

TEST_F(ModelCommand, KnowsReporterAndCleavageNetworksByTheirTensors) {
    models::test::RandomReporter().save((box_.folder() / "r.safetensors").string());
    models::test::RandomAparent().save((box_.folder() / "a.safetensors").string());
    const auto reporter = nlohmann::json::parse(run("varhush model info r.safetensors --json").out);
    EXPECT_EQ(reporter["architecture"], "reporter-cnn");
    EXPECT_EQ(reporter["tasks"], (std::vector<std::string>{"liver", "brain", "heart"}));
    EXPECT_EQ(reporter["window_bp"], 31);
    const auto aparent = nlohmann::json::parse(run("varhush model info a.safetensors --json").out);
    EXPECT_EQ(aparent["architecture"], "aparent2");
    EXPECT_EQ(aparent["window_bp"], 61);
    EXPECT_EQ(aparent["library"], 1);
    for (const char* name : {"r", "a"}) {
        const ShellResult added =
            run("mkdir -p m && export VARHUSH_MODELS=m && varhush model add " + std::string(name) +
                ".safetensors --name " + name + " && varhush model verify " + name +
                " && varhush model info " + name);
        EXPECT_EQ(added.exit_code, 0) << added.out << added.err;
        EXPECT_NE(added.out.find("tensors fit"), std::string::npos) << added.out;
    }
    refused("varhush model convert r.safetensors -o out.safetensors", 5, "is a reporter-cnn model");
    refused("varhush model convert a.safetensors -o out.safetensors", 5, "aparent2 model");
}

TEST_F(ModelCommand, SaysWhichCheckAFileDoesNotPass) {
    refused(
        "head -c 100000 " + kTiny + " > cut; varhush model verify ./cut", 5, "FAILED container");
    refused("varhush model verify ./absent", 5, "FAILED container");
    refused("varhush model convert " + kTiny +
                " -o ok.safetensors -q && printf x | dd of="
                "ok.safetensors bs=1 seek=1900000 conv=notrunc 2>&1 && varhush model verify "
                "ok.safetensors",
            5,
            "FAILED hash");
    refused(
        "varhush model convert " + kTiny +
            " -o nan.safetensors -q && printf '\\377\\377\\377"
            "\\377' | dd of=nan.safetensors bs=1 seek=1900000 conv=notrunc 2>&1 && varhush model "
            "verify nan.safetensors",
        5,
        "FAILED values");
    const ShellResult json = run("varhush model verify ./cut --json");
    EXPECT_EQ(json.exit_code, 5);
    EXPECT_EQ(nlohmann::json::parse(json.out)["passed"], false);
}

TEST_F(ModelCommand, ConvertLeavesNothingBehindWhenItFails) {
    write_tracks();
    const std::string convert = "varhush model convert -o out.safetensors ";
    refused("head -c 100000 " + kTiny + " > cut.safetensors; " + convert + "cut.safetensors",
            5,
            "is the file cut?");
    refused(convert + "absent.safetensors", 5, "cannot be opened");
    refused(convert + "splice-mini", 5, "is a splice-resnet model");
    refused(convert + kTiny + " --tracks-human absent.tsv", 3, "absent.tsv");
    refused("head -n 40 h.tsv > few.tsv; " + convert + kTiny + " --tracks-human few.tsv",
            3,
            "but the model has");
    refused("head -c 200 h.tsv > cut.tsv; " + convert + kTiny + " --tracks-human cut.tsv",
            3,
            "cut.tsv");
    refused(convert + kTiny + " --organism rat", 2, "--organism");
    refused(convert + kTiny + " --organism mouse --tracks-human h.tsv", 2, "not for that organism");
    refused(convert + kTiny + " --heads rna_seq,rna", 2, "no output 'rna'");
    refused(
        "echo '{\"qk_dim\":8}' > c.json; " + convert + kTiny + " --config c.json", 5, "expected");
    refused("echo '{\"width\":8}' > c.json; " + convert + kTiny + " --config c.json",
            5,
            "c.json: config: unknown key");
    refused("varhush model convert " + kTiny + " -o no/out.safetensors", 6, "no/out.safetensors");
    refused("varhush model convert " + kTiny + " -o -", 2, "standard output");
    refused("cp " + kTiny + " a.safetensors; varhush model convert a.safetensors -o a.safetensors",
            2,
            "are the same file");
}

TEST_F(ModelCommand, ConvertNeverWritesOverAModelGivenByName) {
    const ShellResult got = run("mkdir m && cp " + kTiny +
                                " m/big.safetensors && export VARHUSH_MODELS=m && varhush "
                                "model convert big -o m/big.safetensors");
    EXPECT_EQ(got.exit_code, 2) << got.err;
    EXPECT_NE(got.err.find("are the same file"), std::string::npos) << got.err;
    EXPECT_EQ(run("cmp " + kTiny + " m/big.safetensors && ls m").out, "big.safetensors\n");
}

TEST_F(ModelCommand, ConvertDescribesTheFileItWroteWhateverItsName) {
    // "mine" is no name that is found, "big" is that of another model.
    const ShellResult got = run("mkdir m && cp " + kTiny +
                                " m/big.safetensors && export VARHUSH_MODELS=m && varhush "
                                "model convert -q " +
                                kTiny +
                                " -o mine --name first --heads cage && varhush model "
                                "convert -q " +
                                kTiny + " -o big --name second --heads cage --json");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out.find("mine: first, "), 0U) << got.out;
    EXPECT_NE(got.out.find("\"name\": \"second\""), std::string::npos) << got.out;
    EXPECT_EQ(got.out.find("ATAC"), std::string::npos) << got.out;
}

TEST_F(ModelCommand, AddRefusesBadModelsNamesAndPlaces) {
    const std::string add = "mkdir -p m; varhush model add " + kTiny;
    refused(add, 2, "--dir");
    refused(add + " --dir absent", 6, "is no folder");
    refused(add + " --dir m --name a/b", 2, "cannot be the name");
    refused(add + " --dir m --name splice-mini", 2, "embedded");
    refused("mkdir -p m; head -c 5000 " + kTiny + " > cut; varhush model add ./cut --dir m",
            5,
            "container");
    EXPECT_EQ(run("ls m").out, "");
    EXPECT_EQ(run(add + " --dir m --name x").exit_code, 0);
    refused(add + " --dir m --name x", 2, "there already");
    EXPECT_EQ(run(add + " --dir m --name x --force").exit_code, 0);
    refused("varhush model add m/x.safetensors --dir m --name x --force", 2, "that very file");
}

TEST_F(ModelCommand, NeedsASubcommand) {
    refused("varhush model", 2, "subcommand");
    refused("varhush model verify", 2, "model");
}

}  // namespace
}  // namespace varhush::test
