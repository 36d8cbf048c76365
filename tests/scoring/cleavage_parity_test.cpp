// Changes of cleavage of the real APARENT2, recorded from a float64 forward and, for the first
// three, printed by the authors' own scoring example.
#include "cleavage_change.hpp"
#include "test_paths.hpp"
#include "varhush/models/aparent_network.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::scoring {
namespace {

namespace fs = std::filesystem;

fs::path shared_folder() {
    const char* folder = std::getenv("VARHUSH_SHARED");
    return folder != nullptr ? fs::path(folder) : fs::path(VARHUSH_SOURCE_DIR) / "../shared";
}

std::vector<std::vector<std::string>> read_rows(const fs::path& path) {
    std::ifstream file(path);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        auto& row = rows.emplace_back();
        for (std::string field; std::getline(fields, field, '\t');) {
            row.push_back(field);
        }
    }
    rows.erase(rows.begin());  // names
    return rows;
}

TEST(CleavageParity, OfTheRecordedVariants) {
    const fs::path folder = shared_folder() / "fixtures/mpra_apa";
    if (!fs::exists(folder)) {
        GTEST_SKIP() << "needs the shared models and fixtures (VARHUSH_SHARED)";
    }
    const auto network =
        models::load_aparent_network((shared_folder() / "models/aparent2.safetensors").string());
    std::map<std::string, std::string> sequences;
    for (const auto& row : read_rows(folder / "aparent2_sequences.tsv")) {
        sequences[row.at(0)] = row.at(1);
    }
    models::AparentScratch scratch;
    const auto cut = [&](const std::string& bases) {
        return models::cleavage_probabilities(
            network->logits(seq::base_codes(bases), network->config().library, scratch));
    };
    int published = 0;
    const auto rows = read_rows(folder / "aparent2_variants.tsv");
    ASSERT_EQ(rows.size(), 75U);
    for (const auto& row : rows) {
        std::string bases = sequences.at(row.at(0));
        const auto ref = cut(bases);
        const auto at = std::stoul(row.at(1));
        ASSERT_EQ(bases.substr(at, 1), row.at(2));
        bases.replace(at, 1, row.at(3));
        const auto alt = cut(bases);
        const auto change = compare_cleavage(ref, alt, {77, 127});
        const std::string what = row.at(0) + " " + row.at(1) + row.at(2) + ">" + row.at(3);
        EXPECT_NEAR(change.narrow, std::stod(row.at(4)), 1.05e-5) << what;
        EXPECT_NEAR(change.wide, std::stod(row.at(5)), 1.05e-5) << what;
        EXPECT_NEAR(change.mean_shift, std::stod(row.at(6)), 5e-4) << what;
        const auto place = std::stoul(row.at(7));
        EXPECT_NEAR(change.largest, std::stod(row.at(8)), 2.5e-6) << what;
        EXPECT_NEAR(alt[place] - ref[place], std::stod(row.at(8)), 2.5e-6) << what;
        if (static_cast<std::size_t>(change.largest_at) != place) {  // a tie
            EXPECT_NEAR(std::abs(change.largest), std::abs(alt[place] - ref[place]), 1e-5) << what;
        }
        if (row.size() > 10 && row[9] != "." && row[9] != "nan") {
            EXPECT_NEAR(change.narrow, std::stod(row[9]), 5e-6) << what;
            EXPECT_NEAR(change.wide, std::stod(row[10]), 5e-6) << what;
            ++published;
        }
    }
    EXPECT_EQ(published, 3);
}

}  // namespace
}  // namespace varhush::scoring
