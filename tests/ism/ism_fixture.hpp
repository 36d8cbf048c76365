#pragma once

#include "command_fixture.hpp"
#include "test_paths.hpp"
#include "varhush/models/alphagenome_config.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::apps {

using Row = std::map<std::string, std::string>;

/// Lines of a tab-separated table by the names of its columns.
inline std::vector<Row> rows_of(const std::string& text) {
    std::istringstream lines(text);
    std::vector<std::string> names;
    std::vector<Row> rows;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::vector<std::string> values;
        for (std::string field; std::getline(fields, field, '\t');) {
            values.push_back(field);
        }
        values.resize(std::max(values.size(), names.size()));
        if (names.empty()) {
            names = values;
            continue;
        }
        Row& row = rows.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) {
            row[names[i]] = values[i];
        }
    }
    return rows;
}

/// `varhush ism` on a random genome with the small network of the reference fixtures, all heads.
class IsmFixture : public CommandFixture {
  protected:
    void SetUp() override {
        std::mt19937 engine(33);
        for (int i = 0; i < 12'000; ++i) {
            bases_.push_back("ACGT"[engine() % 4]);
        }
        write("ref.fa", ">chr1\n" + bases_ + "\n>chr2\n" + bases_.substr(3000, 6000) + "\n");
        write(
            "genes.gtf",
            gene("ENSG00000000001.2", "ONE", '+', 5001, 6200) + gene("G2", "TWO", '-', 5301, 6900));
        const std::string data = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";
        write("tracks.tsv", track_table(data));
        const auto outcome =
            run("varhush model convert " + data + "tiny_weights.safetensors --config " + data +
                "tiny_config.json --organism human --tracks-human tracks.tsv --name tiny --terms "
                "'test only' -o model.safetensors");
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }

    static std::string gene(
        const std::string& id, const std::string& name, char strand, int first, int last) {
        const std::string tags =
            "gene_id \"" + id + "\"; gene_name \"" + name + "\"; transcript_id \"T" + id + "\";\n";
        const std::string ends = "\t" + std::to_string(first) + "\t" + std::to_string(last) +
                                 "\t.\t" + std::string(1, strand) + "\t.\t" + tags;
        return "chr1\tt\ttranscript" + ends + "chr1\tt\texon" + ends;
    }

    // Stranded RNA, one padding slot.
    static std::string track_table(const std::string& data) {
        std::ifstream file(data + "tiny_config.json");
        const std::string json{std::istreambuf_iterator<char>(file), {}};
        const auto config = models::AlphaGenomeConfig::from_json(json, "tiny");
        std::string text = "organism\toutput_type\ttrack_index\tname\tstrand\tontology_curie\n";
        for (const auto output : models::all_output_types()) {
            for (int c = 0; c < config.channels(output); ++c) {
                const bool stranded = output == models::OutputType::kRnaSeq ||
                                      output == models::OutputType::kSpliceSiteUsage;
                std::string strand = stranded ? (c < config.channels(output) / 2 ? "+" : "-") : ".";
                std::string name = "t" + std::to_string(c);
                if (output == models::OutputType::kSpliceSites) {
                    strand = std::string(1, "++--."[c]);
                    name = c == 4 ? "padding" : name;
                }
                if (output == models::OutputType::kAtac && c == 4) {
                    name = "Padding";
                }
                text += "human\t" + std::string(models::output_name(output)) + "\t" +
                        std::to_string(c) + "\t" + name + "\t" + strand + "\t" +
                        (c % 2 == 0 ? "UBERON:0002107" : "CL:0000236") + "\n";
            }
        }
        return text;
    }

    [[nodiscard]] char base(std::int64_t position) const {  // of chr1, 1-based
        return bases_[static_cast<std::size_t>(position - 1)];
    }
    static std::vector<char> others(char base) {
        std::vector<char> all;
        for (const char one : {'A', 'C', 'G', 'T'}) {
            if (one != base) {
                all.push_back(one);
            }
        }
        return all;
    }
    [[nodiscard]] test::ShellResult ism(const std::string& rest) const {
        return run("varhush ism -m model.safetensors -f ref.fa --window 4096 --device cpu " + rest);
    }
    /// Rows of the table on standard output.
    [[nodiscard]] std::vector<Row> table(const std::string& rest) const {
        const auto outcome = ism(rest);
        EXPECT_EQ(outcome.exit_code, 0) << rest << "\n" << outcome.err;
        return rows_of(outcome.out);
    }

    std::string bases_;
};

}  // namespace varhush::apps
