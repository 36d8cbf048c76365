#include "apps/calibrate/matched.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

namespace varhush::apps {
namespace {

struct Line {
    std::string contig, id, ref, alt;
    std::int64_t position = 0;  // 0-based
};

std::vector<Line> lines_of(const std::string& vcf) {
    std::istringstream in(vcf);
    std::vector<Line> lines;
    for (std::string text; std::getline(in, text);) {
        if (!text.starts_with('#')) {
            std::istringstream fields(text);
            Line line;
            fields >> line.contig >> line.position >> line.id >> line.ref >> line.alt;
            --line.position;
            lines.push_back(line);
        }
    }
    return lines;
}

class Matched : public ::testing::Test {
  protected:
    Matched() {
        std::mt19937 engine(1);
        for (int i = 0; i < 20'000; ++i) {
            bases_ += "ACGT"[engine() % 4];
        }
        bases_.replace(5000, 3000, std::string(3000, 'N'));
        reference_.add("chr1", bases_);
    }
    [[nodiscard]] BackgroundAllele allele(std::int64_t at,
                                          std::size_t length,
                                          std::string alt) const {
        return {"1", at, bases_.substr(static_cast<std::size_t>(at), length), std::move(alt)};
    }

    std::string bases_;
    seq::StringReference reference_;
};

TEST_F(Matched, SubstitutionsKeepTheirNeighbours) {
    const char alt = bases_[1000] == 'A' ? 'C' : 'A';
    const auto vcf = matched_vcf(
        {allele(1000, 1, std::string(1, alt)), allele(19'000, 1, "N")}, reference_, 200, 3);
    int moved = 0;
    for (const Line& line : lines_of(vcf)) {
        const auto at = static_cast<std::size_t>(line.position);
        EXPECT_EQ(line.contig, "1");
        EXPECT_GE(line.position, 1000);
        EXPECT_LE(line.position, 19'000);
        EXPECT_EQ(line.ref, bases_.substr(at, 1));
        const std::size_t source = line.alt == "N" ? 19'000 : 1000;
        EXPECT_EQ(bases_.substr(at - 1, 3), bases_.substr(source - 1, 3));
        moved += at == source ? 0 : 1;
    }
    EXPECT_GT(moved, 180);
}

TEST_F(Matched, InsertionsAndDeletionsKeepLengthAndFirstBase) {
    const std::string base(1, bases_[2000]);
    const auto vcf = matched_vcf(
        {allele(2000, 1, base + "GATTACA"), allele(15'000, 6, bases_.substr(15'000, 1))},
        reference_,
        300,
        5);
    std::map<std::size_t, int> lengths;
    for (const Line& line : lines_of(vcf)) {
        const auto at = static_cast<std::size_t>(line.position);
        EXPECT_EQ(line.ref, bases_.substr(at, line.ref.size()));
        EXPECT_EQ(line.ref.find('N'), std::string::npos);
        EXPECT_EQ(line.alt.front(), line.ref.front());
        EXPECT_EQ(line.alt, line.ref.size() == 1 ? base + "GATTACA" : line.ref.substr(0, 1));
        ++lengths[line.ref.size()];
    }
    EXPECT_EQ(lengths.size(), 2U);
    EXPECT_GT(lengths[1], 100);
    EXPECT_GT(lengths[6], 100);
}

TEST_F(Matched, OrderedReproducibleAndEmptyOfNothing) {
    const std::vector<BackgroundAllele> background{allele(100, 1, "N"), allele(18'000, 1, "N")};
    const auto vcf = matched_vcf(background, reference_, 50, 9);
    const auto lines = lines_of(vcf);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_LE(lines[i - 1].position, lines[i].position);
    }
    EXPECT_EQ(matched_vcf(background, reference_, 50, 9), vcf);
    EXPECT_NE(matched_vcf(background, reference_, 50, 10), vcf);
    EXPECT_TRUE(lines_of(matched_vcf({}, reference_, 50, 9)).empty());
    EXPECT_TRUE(lines_of(matched_vcf({{"chrZ", 5, "A", "C"}}, reference_, 50, 9)).empty());
}

}  // namespace
}  // namespace varhush::apps
