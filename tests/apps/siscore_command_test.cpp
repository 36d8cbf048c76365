// `varhush siscore --json` beside its table.
#include "shell.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class SiscoreJson : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    [[nodiscard]] Json json(const std::string& name) const {
        return Json::parse(read_file(box_.folder() / name));
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    Sandbox box_;
};

std::vector<std::vector<std::string>> rows_of(const std::string& table) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        rows.emplace_back();
        std::istringstream fields(line + "\t");
        for (std::string field; std::getline(fields, field, '\t');) {
            rows.back().push_back(field);
        }
    }
    return rows;
}

// Every field of the table, the input's own and odd ones too, and nothing else.
TEST_F(SiscoreJson, HoldsTheWholeTable) {
    write("in.tsv",
          "id\tguide\tcontext\tnote\n"
          "a\tUUCUUUAUGUUUUUGGCGU\t.\tplain\n"
          "b\tuucuuuauguuuuuggcgu\tGGUAAAGCCACCAUGGAAGACGCCAAAAACAUAAAGAAAGGCCCGGCGCCAUUCUAU\t\"q\""
          "\\\n"
          "b\tACGU\t.\t\n"
          "c\tUUCUUUAUGUUUUUGGCGN\tNA\t\xff\n"
          "d\tUUCUUUAUGUUUUUGGCGU\tAAAAAAAAAAAAAAAAAAAAAAAA\tx\n");
    const ShellResult got =
        run("varhush siscore in.tsv -o out.tsv --json out.json --no-version 2> err");
    ASSERT_EQ(got.exit_code, 0);
    const Json all = json("out.json");
    EXPECT_FALSE(all.contains("version") || all.contains("command"));
    EXPECT_EQ(all["model"]["id"], "sirna-ensemble");
    EXPECT_EQ(all["model"]["sha256"].get<std::string>().size(), 64U);
    EXPECT_EQ(all["intervals"], "new laboratory");
    const auto rows = rows_of(read_file(box_.folder() / "out.tsv"));
    ASSERT_EQ(rows.size(), 6U);
    ASSERT_EQ(all["guides"].size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        const Json& guide = all["guides"][i];
        EXPECT_EQ(guide.size(), rows[0].size());
        for (std::size_t c = 0; c < rows[0].size(); ++c) {
            const Json& value = guide.at(rows[0][c]);
            const std::string& field = rows[i + 1][c];
            if (c < 4) {
                EXPECT_EQ(value, field == "\xff" ? "\xef\xbf\xbd" : field);
            } else if (value.is_number()) {
                EXPECT_EQ(value.get<double>(), std::stod(field));
            } else {
                EXPECT_EQ(value.is_null() ? "." : value.get<std::string>(), field);
            }
        }
    }
    EXPECT_TRUE(all["guides"][0]["efficacy"].is_number());
    EXPECT_TRUE(all["guides"][2]["efficacy"].is_null());
    const Json summary = Json::parse(
        R"({"guides": 5, "scored": 2, "unscored": 3, "repeated_ids": 1,
            "status": {"NOT_RNA": 1, "NO_SITE": 1, "OK": 2, "WRONG_LENGTH": 1}})");
    EXPECT_EQ(all["summary"], summary);
}

TEST_F(SiscoreJson, SaysWhatMadeItAndGoesToStandardOutput) {
    const ShellResult got = run(
        "varhush siscore -q --known-laboratory data/demo/guides.tsv -o t.tsv --json - | tee a.json "
        "> b.json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const Json all = json("a.json");
    EXPECT_EQ(all["command"],
              "varhush siscore -q --known-laboratory data/demo/guides.tsv -o t.tsv --json -");
    EXPECT_TRUE(all.contains("version"));
    EXPECT_EQ(all["intervals"], "known laboratory");
    EXPECT_EQ(all["guides"].size(), 8U);
}

TEST_F(SiscoreJson, BadInputLeavesNothing) {
    refused("varhush siscore data/demo/guides.tsv --json -", 2, "only one output");
    refused("varhush siscore data/demo/guides.tsv -o out.a --json ./out.a", 2, "same file");
    write("twice.tsv", "guide\tnote\tnote\nUUCUUUAUGUUUUUGGCGU\ta\tb\n");
    refused("varhush siscore twice.tsv -o out.tsv --json out.json", 3, "two columns of the input");
    write("cut.tsv", "guide\tnote\nUUCUUUAUGUUUUUGGCGU\ta\nUUCUUUAUGUUUUUGGCGU\n");
    refused("varhush siscore cut.tsv -o out.tsv --json out.json", 3, "cut.tsv:3");
    refused("varhush siscore data/demo/guides.tsv -o out.tsv --json no/out.json", 6, "no/out.json");
}

}  // namespace
}  // namespace varhush::test
