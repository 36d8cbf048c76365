#include "varhush/seq/left_align.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace varhush::seq {
namespace {

constexpr std::int64_t kFar = 1'000'000;

class LeftAlign : public testing::Test {
  protected:
    //                                  01234567890123456
    LeftAlign() { reference_.add("c", "CACACAGGGTTTNNACG"); }

    void expect(Spelling given, LeftAlignment result, const Spelling& expected) {
        EXPECT_EQ(left_align(reference_, "c", kFar, given), result);
        EXPECT_EQ(given, expected) << given.position << ' ' << given.ref << ' ' << given.alts[0];
    }

    void expect_unchanged(const Spelling& given) {
        expect(given, LeftAlignment::kUnchanged, given);
    }

    StringReference reference_;
};

TEST_F(LeftAlign, MovesIndelsAndKeepsTheBaseInFront) {
    expect({8, "G", {"GG"}}, LeftAlignment::kChanged, {5, "A", {"AG"}});
    expect({7, "GG", {"G"}}, LeftAlignment::kChanged, {5, "AG", {"A"}});
    expect({11, "T", {"TT"}}, LeftAlignment::kChanged, {8, "G", {"GT"}});
}

TEST_F(LeftAlign, UsesTheBaseBehindAtTheContigStart) {
    expect({3, "ACA", {"A"}}, LeftAlignment::kChanged, {0, "CAC", {"C"}});
    expect({3, "A", {"ACA"}}, LeftAlignment::kChanged, {0, "C", {"CAC"}});
}

TEST_F(LeftAlign, TrimsBothEndsAndUpperCasesWhatItChanges) {
    expect({4, "caggg", {"catgg"}}, LeftAlignment::kChanged, {6, "G", {"T"}});
    expect_unchanged({6, "g", {"t"}});
    expect_unchanged({6, "GGG", {"TGC"}});
}

TEST_F(LeftAlign, MovesSeveralAllelesTogether) {
    expect({8, "G", {"GG", "GGG"}}, LeftAlignment::kChanged, {5, "A", {"AG", "AGG"}});
    expect({8, "G", {"GG", "T"}}, LeftAlignment::kUnchanged, {8, "G", {"GG", "T"}});
    expect({7, "GGT", {"GT", "GCT"}}, LeftAlignment::kChanged, {7, "GG", {"G", "GC"}});
}

TEST_F(LeftAlign, LeavesWhatIsNoRecordOfPlainBases) {
    expect_unchanged({8, "G", {"GG", "*"}});
    expect_unchanged({8, "G", {"<DEL>"}});
    expect_unchanged({8, "G", {"GG", "G"}});
    expect_unchanged({8, "C", {"CC"}});   // REF disagrees
    expect_unchanged({12, "NN", {"N"}});  // N could be anything
    expect_unchanged({16, "GT", {"G"}});  // past the end
    Spelling monomorphic{8, "G", {}};
    EXPECT_EQ(left_align(reference_, "c", kFar, monomorphic), LeftAlignment::kUnchanged);
}

TEST_F(LeftAlign, ChangesNothingWhenTheWayIsTooFar) {
    Spelling spelling{8, "G", {"GG"}};
    EXPECT_EQ(left_align(reference_, "c", 2, spelling), LeftAlignment::kTooFar);
    EXPECT_EQ(spelling, (Spelling{8, "G", {"GG"}}));
    EXPECT_EQ(left_align(reference_, "c", 3, spelling), LeftAlignment::kChanged);
}

TEST_F(LeftAlign, StopsAtAnAssemblyGap) {
    expect({14, "A", {"AA"}}, LeftAlignment::kChanged, {13, "N", {"NA"}});
}

/// Random records of one to three ALTs over a repetitive reference, against the real tool.
TEST(LeftAlignProperty, AgreesWithBcftoolsNormOnMultiallelicRecords) {
    if (std::system("bcftools --version >/dev/null 2>&1 && samtools --version >/dev/null 2>&1") !=
        0) {
        GTEST_SKIP() << "bcftools or samtools is not installed";
    }
    namespace fs = std::filesystem;
    const fs::path dir = fs::path(testing::TempDir()) / "varhush_left_align_test";
    fs::remove_all(dir);
    fs::create_directories(dir);
    std::mt19937 random(5);
    const auto below = [&](std::size_t bound) { return random() % bound; };
    std::string bases;
    while (bases.size() < 3000) {
        const std::string unit = std::string("ACAGTCAT").substr(below(6), 1 + below(3));
        for (std::size_t i = 1 + below(6); i > 0; --i) {
            bases += unit;
        }
    }
    StringReference reference;
    reference.add("c", bases);
    std::ofstream(dir / "ref.fa") << ">c\n" << bases << "\n";
    std::vector<Spelling> records;
    std::ofstream vcf(dir / "in.vcf");
    vcf << "##fileformat=VCFv4.2\n##contig=<ID=c,length=" << bases.size()
        << ">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    while (records.size() < 2000) {
        Spelling one;
        one.position = static_cast<std::int64_t>(below(bases.size() - 10));
        one.ref = bases.substr(static_cast<std::size_t>(one.position), 1 + below(6));
        for (std::size_t i = 1 + below(3); i > 0; --i) {
            std::string alt = one.ref;
            alt.insert(below(alt.size() + 1), bases.substr(below(100), below(3)));
            alt.erase(below(alt.size()), below(3));
            if (!alt.empty() && alt != one.ref &&
                std::find(one.alts.begin(), one.alts.end(), alt) == one.alts.end()) {
                one.alts.push_back(alt);
            }
        }
        if (one.alts.empty()) {
            continue;
        }
        vcf << "c\t" << one.position + 1 << "\tr" << records.size() << '\t' << one.ref << '\t';
        for (std::size_t i = 0; i < one.alts.size(); ++i) {
            vcf << (i > 0 ? "," : "") << one.alts[i];
        }
        vcf << "\t.\t.\t.\n";
        records.push_back(one);
    }
    vcf.close();
    ASSERT_EQ(std::system(("cd '" + dir.string() +
                           "' && samtools faidx ref.fa && bcftools norm -f ref.fa in.vcf -o "
                           "out.vcf 2>log.txt")
                              .c_str()),
              0);
    std::ifstream out(dir / "out.vcf");
    std::size_t compared = 0;
    for (std::string line; std::getline(out, line);) {
        if (line[0] == '#') {
            continue;
        }
        std::istringstream fields(line);
        std::string contig, position, id, ref, alts;
        fields >> contig >> position >> id >> ref >> alts;
        Spelling ours = records.at(std::stoul(id.substr(1)));
        (void)left_align(reference, "c", kFar, ours);
        std::string joined;
        for (const std::string& alt : ours.alts) {
            joined += (joined.empty() ? "" : ",") + alt;
        }
        EXPECT_EQ(std::to_string(ours.position + 1) + ' ' + ours.ref + ' ' + joined,
                  position + ' ' + ref + ' ' + alts)
            << id;
        ++compared;
    }
    EXPECT_EQ(compared, records.size());
    fs::remove_all(dir);
}

}  // namespace
}  // namespace varhush::seq
