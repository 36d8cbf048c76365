// Numbers of the real MPRA-DragoNN and APARENT2 networks, recorded from a float64 forward written
// independently, and what the authors of APARENT2 print themselves. The weights and the numbers
// stand in the shared folder.

#include "parity_bases.hpp"
#include "varhush/models/aparent_network.hpp"
#include "varhush/models/reporter_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::models {
namespace {

namespace fs = std::filesystem;
using test::encode;
using test::reverse_complement;
using test::shared_folder;

using Row = std::map<std::string, std::string>;

std::vector<Row> read_table(const fs::path& path) {
    std::ifstream file(path);
    std::vector<Row> rows;
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        std::vector<std::string> values;
        for (std::string value; std::getline(fields, value, '\t');) {
            values.push_back(value);
        }
        if (names.empty()) {
            names = values;
            continue;
        }
        values.resize(names.size());
        Row& row = rows.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) {
            row[names[i]] = values[i];
        }
    }
    return rows;
}

std::map<std::string, std::string> read_fasta(const fs::path& path) {
    std::ifstream file(path);
    std::map<std::string, std::string> sequences;
    std::string name;
    for (std::string line; std::getline(file, line);) {
        if (line.front() == '>') {
            name = line.substr(1, line.find(' ') - 1);
        } else {
            sequences[name] += line;
        }
    }
    return sequences;
}

class MpraApaParity : public testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(fixtures() / "dragonn_variants.tsv")) {
            GTEST_SKIP() << "needs the shared models and fixtures (VARHUSH_SHARED)";
        }
    }
    static fs::path fixtures() { return shared_folder() / "fixtures/mpra_apa"; }
    static std::string model(const std::string& name) {
        return (shared_folder() / "models" / (name + ".safetensors")).string();
    }
    static nn::SafeTensors expected(const std::string& name) {
        return nn::SafeTensors::open((fixtures() / (name + "_expected.safetensors")).string());
    }
};

// [channels, columns] as recorded against [columns, channels] as we hold it.
double largest_difference(const std::vector<float>& recorded,
                          const std::vector<float>& found,
                          std::size_t channels) {
    const std::size_t columns = found.size() / channels;
    double largest = recorded.size() == found.size() ? 0 : INFINITY;
    for (std::size_t at = 0; at < columns; ++at) {
        for (std::size_t c = 0; c < channels; ++c) {
            largest = std::max<double>(
                largest, std::fabs(recorded[c * columns + at] - found[at * channels + c]));
        }
    }
    return largest;
}

TEST_F(MpraApaParity, ReporterOutputsOfBothStrands) {
    const auto network = load_reporter_network(model("mpra-dragonn-conv"));
    const auto recorded = expected("dragonn");
    const auto forward = recorded.read_f32("forward", {13, 12});
    const auto reverse = recorded.read_f32("reverse", {13, 12});
    const auto mean = recorded.read_f32("mean", {13, 12});
    const auto rows = read_table(fixtures() / "dragonn_sequences.tsv");
    ASSERT_EQ(rows.size(), 13U);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto codes = encode(rows[r].at("sequence"));
        const auto ahead = network->windows(codes);
        const auto back = network->windows(reverse_complement(codes));
        const auto both = network->activity(codes, {0, 1});
        ASSERT_EQ(ahead.size(), 12U);
        for (std::size_t t = 0; t < 12; ++t) {
            EXPECT_NEAR(ahead[t], forward[r * 12 + t], 2e-5) << rows[r].at("name");
            EXPECT_NEAR(back[t], reverse[r * 12 + t], 2e-5) << rows[r].at("name");
            EXPECT_NEAR(both[t], mean[r * 12 + t], 2e-5) << rows[r].at("name");
        }
    }
}

TEST_F(MpraApaParity, ReporterLayers) {
    const auto network = load_reporter_network(model("mpra-dragonn-conv"));
    const auto recorded = expected("dragonn");
    for (const Row& row : read_table(fixtures() / "dragonn_sequences.tsv")) {
        if (row.at("name") != "F9_79") {
            continue;
        }
        const auto layers = network->layers(encode(row.at("sequence")));
        ASSERT_EQ(layers.size(), 3U);
        for (std::int64_t layer = 0; layer < 3; ++layer) {
            const auto relu =
                recorded.read_f32("F9_79.relu." + std::to_string(layer), {120, 141 - 4 * layer});
            EXPECT_LT(largest_difference(relu, layers[static_cast<std::size_t>(layer)], 120), 1e-4);
        }
    }
}

TEST_F(MpraApaParity, ReporterSlidesAlongAnElementInOnePass) {
    const auto network = load_reporter_network(model("mpra-dragonn-conv"));
    const auto recorded = expected("dragonn");
    const auto elements = read_fasta(shared_folder() / "data/regulatory/satmut/elements.fa");
    const auto codes = encode(elements.at("F9"));
    const auto ahead = network->windows(codes);
    auto back = network->windows(reverse_complement(codes));
    const auto forward = recorded.read_f32("F9_slide.forward", {12, 159});
    const auto reverse = recorded.read_f32("F9_slide.reverse", {12, 159});
    ASSERT_EQ(ahead.size(), 12U * 159U);
    for (std::size_t start = 0; start < 159; ++start) {
        for (std::size_t t = 0; t < 12; ++t) {
            EXPECT_NEAR(ahead[start * 12 + t], forward[t * 159 + start], 2e-5);
            EXPECT_NEAR(back[(158 - start) * 12 + t], reverse[t * 159 + start], 2e-5);
        }
    }
}

TEST_F(MpraApaParity, ReporterDifferencesOfTheRecordedVariants) {
    const auto network = load_reporter_network(model("mpra-dragonn-conv"));
    const auto elements = read_fasta(shared_folder() / "data/regulatory/satmut/elements.fa");
    const auto rows = read_table(fixtures() / "dragonn_variants.tsv");
    ASSERT_EQ(rows.size(), 109U);
    double largest = 0;
    for (const Row& row : rows) {
        const std::string& bases = elements.at(row.at("element"));
        const std::int64_t o = std::stol(row.at("offset")) - 1;
        const auto alt = encode(row.at("alt"));
        const auto removed = static_cast<std::int64_t>(row.at("ref").size());
        const std::int64_t shorter =
            static_cast<std::int64_t>(bases.size()) +
            std::min<std::int64_t>(0, static_cast<std::int64_t>(alt.size()) - removed);
        constexpr std::int64_t kPad = 400;  // so that what is read lies inside
        const std::string padding(kPad, 'N');
        ReporterQuery query{
            encode(padding + bases + padding),
            {kPad + o, removed, alt},
            {kPad + std::max<std::int64_t>(o - 144, 0), kPad + std::min(o, shorter - 145) + 1}};
        EXPECT_EQ(query.starts.size(), std::stol(row.at("placements")));
        const auto found = network->differences({&query, 1}, nn::Team());
        ASSERT_EQ(found.size(), 12U);
        const double mean = std::accumulate(found.begin(), found.end(), 0.0) / 12;
        EXPECT_NEAR(mean, std::stod(row.at("mean12")), 1e-6) << row.at("element") << o;
        for (std::size_t t = 0; t < 12; ++t) {
            const double recorded = std::stod(row.at(network->config().tasks[t]));
            largest = std::max(largest, std::fabs(found[t] - recorded));
        }
    }
    EXPECT_LT(largest, 1e-6);
    RecordProperty("largest_difference", std::to_string(largest));
}

TEST_F(MpraApaParity, AparentLogitsAndProbabilities) {
    const auto network = load_aparent_network(model("aparent2"));
    const auto recorded = expected("aparent2");
    const auto logits = recorded.read_f32("logits", {11, 206});
    const auto cut = recorded.read_f32("cut", {11, 206});
    const auto rows = read_table(fixtures() / "aparent2_sequences.tsv");
    ASSERT_EQ(rows.size(), 11U);
    AparentScratch scratch;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto found = network->logits(encode(rows[r].at("sequence")), 11, scratch);
        const auto probabilities = cleavage_probabilities(found);
        for (std::size_t i = 0; i < 206; ++i) {
            EXPECT_NEAR(found[i], logits[r * 206 + i], 1e-4) << rows[r].at("name") << " " << i;
            EXPECT_NEAR(probabilities[i], cut[r * 206 + i], 2e-6) << rows[r].at("name") << " " << i;
        }
    }
}

TEST_F(MpraApaParity, AparentLayersAndLibraries) {
    const auto network = load_aparent_network(model("aparent2"));
    const auto recorded = expected("aparent2");
    const auto rows = read_table(fixtures() / "aparent2_sequences.tsv");
    ASSERT_EQ(rows.front().at("name"), "PTEN");
    const auto codes = encode(rows.front().at("sequence"));
    AparentScratch scratch;
    AparentTrace trace;
    static_cast<void>(network->logits(codes, 11, scratch, &trace));
    EXPECT_LT(largest_difference(recorded.read_f32("PTEN.stem", {32, 205}), trace.stem, 32), 1e-5);
    ASSERT_EQ(trace.groups.size(), 7U);
    for (std::size_t group = 0; group < 7; ++group) {
        const auto values = recorded.read_f32("PTEN.group." + std::to_string(group), {32, 205});
        EXPECT_LT(largest_difference(values, trace.groups[group], 32), 1e-4) << group;
    }
    const auto by_library = recorded.read_f32("PTEN.cut_by_library", {13, 206});
    for (std::size_t library = 0; library < 13; ++library) {
        const auto cut =
            cleavage_probabilities(network->logits(codes, static_cast<int>(library), scratch));
        for (std::size_t i = 0; i < 206; ++i) {
            EXPECT_NEAR(cut[i], by_library[library * 206 + i], 2e-6) << library;
        }
    }
}

TEST_F(MpraApaParity, AparentAlongALongSequence) {
    const auto network = load_aparent_network(model("aparent2"));
    const auto recorded = expected("aparent2").read_f32("slide10.cut", {277});
    std::ifstream file(fixtures() / "aparent2_long.txt");
    std::string bases;
    file >> bases;
    const auto found = cleavage_along(*network, encode(bases));
    ASSERT_EQ(found.size(), 277U);
    for (std::size_t i = 0; i < 277; ++i) {
        EXPECT_NEAR(found[i], recorded[i], 2e-6) << i;
    }
}

}  // namespace
}  // namespace varhush::models
