// The motif scan against one written in Python: tests/data/mix/README.md.
#include "test_paths.hpp"
#include "varhush/io/jaspar_reader.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/models/motif_bank.hpp"
#include "varhush/models/reporter_mix.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::scoring {
namespace {

const std::string kData = std::string(VARHUSH_TEST_DATA) + "/mix/";

models::MotifBank bank_of(const std::vector<io::CountMatrix>& matrices) {
    std::vector<float> log_odds;
    for (const auto& matrix : matrices) {
        const auto values = models::motif_log_odds(matrix.counts);
        log_odds.insert(log_odds.end(), values.begin(), values.end());
    }
    return {log_odds, 10, 0.78};
}

std::vector<std::vector<std::string>> variants(const std::string& file = "satmut40.tsv") {
    io::TextReader reader(kData + file);
    std::vector<std::vector<std::string>> rows;
    std::string line;
    reader.next(line);
    while (reader.next(line)) {
        rows.emplace_back();
        for (const auto field : io::split_tabs(line)) {
            rows.back().emplace_back(field);
        }
    }
    return rows;
}

TEST(MotifGolden, BestScoresOfEightMatrices) {
    const auto bank = bank_of(io::read_jaspar(kData + "motifs.jaspar"));
    ASSERT_EQ(bank.size(), 8U);
    const auto rows = variants();
    ASSERT_EQ(rows.size(), 40U);
    for (const auto& row : rows) {
        for (const std::size_t allele : {0U, 1U}) {
            std::vector<float> best(bank.size());
            bank.best(seq::base_codes(row[2 + allele]), best);
            for (std::size_t m = 0; m < best.size(); ++m) {
                EXPECT_NEAR(best[m], std::stod(row[5 + 2 * m + allele]), 2e-5)
                    << row[0] << " " << row[1] << " motif " << m;
            }
        }
    }
}

TEST(MotifGolden, ActivatorSumsOfAllMatrices) {
    const char* shared = std::getenv("VARHUSH_SHARED");
    const std::filesystem::path root =
        shared != nullptr ? shared : std::string(VARHUSH_SOURCE_DIR) + "/../shared";
    const auto path = root / "data/regulatory/motifs/JASPAR2024_CORE_vertebrates_nr.jaspar";
    if (!std::filesystem::exists(path)) {
        GTEST_SKIP() << "no JASPAR matrices: " << path;
    }
    const auto matrices = io::read_jaspar(path.string());
    ASSERT_EQ(matrices.size(), 879U);
    std::istringstream names(
        "SP1 SP2 SP3 SP4 KLF1 KLF4 KLF5 KLF6 GATA1 GATA2 HNF1A HNF4A HNF1B CEBPA CEBPB NFYA NFYB "
        "NFYC ETS1 GABPA ELK1 ELK4 ELF1 FOXA1 FOXA2 JUN FOS JUND FOSL1 FOSL2 CREB1 ATF1 NRF1 YY1 "
        "TBP TEAD1 TEAD4 SREBF1 SREBF2 TFAP2A IRF4 MITF SOX10 E2F1 ZNF143");
    std::set<std::string> activators;
    for (std::string name; names >> name;) {
        activators.insert(name);
    }
    const auto bank = bank_of(matrices);
    for (const auto& row : variants()) {
        std::vector<double> before(bank.size());
        std::vector<double> after(bank.size());
        bank.occupancy(seq::base_codes(row[2]), before);
        bank.occupancy(seq::base_codes(row[3]), after);
        double sum = 0;
        for (std::size_t m = 0; m < matrices.size(); ++m) {
            std::string name = matrices[m].name.substr(0, matrices[m].name.find("::"));
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
                return static_cast<char>(std::toupper(c));
            });
            sum += activators.contains(name) ? after[m] - before[m] : 0.0;
        }
        EXPECT_NEAR(sum, std::stod(row[4]), 2e-5) << row[0] << " " << row[1];
    }
}

// The shipped file by a float64 program that shares nothing with ours, insertions and deletions
// too.
TEST(ReporterGolden, ScoresOfTheShippedModel) {
    const models::ReporterMix mix(nn::SafeTensors::open(
        std::string(VARHUSH_SOURCE_DIR) + "/models/varhush-reporter/weights.safetensors"));
    const auto rows = variants("varhush-reporter.tsv");
    ASSERT_EQ(rows.size(), 52U);
    for (const auto& row : rows) {
        const models::MixQuery query{seq::base_codes(row[0]), seq::base_codes(row[1])};
        EXPECT_NEAR(mix.scores({&query, 1}, nn::Team())[0].total(), std::stod(row[2]), 2e-6)
            << row[0];
    }
}

}  // namespace
}  // namespace varhush::scoring
