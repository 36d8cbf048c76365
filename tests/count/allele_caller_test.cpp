#include "varhush/count/allele_caller.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace varhush::count {
namespace {

constexpr std::size_t kReadBp = 100;

// A contig of random bases with a run of A in the middle, and reads of its alleles.
class CallerTest : public testing::Test {
  protected:
    CallerTest() {
        std::mt19937 random(3);
        for (int i = 0; i < 1000; ++i) {
            bases_ += "ACGT"[random() % 4];
        }
        bases_.replace(499, 12, "CAAAAAAAAAAG");
        reference_.add("c", bases_);
    }

    Site site(std::int64_t position, const std::string& ref, const std::string& alt) const {
        return make_site(reference_, "c", 0, position, ref, std::vector{alt}, {});
    }
    Site deletion(std::int64_t position, std::size_t length) const {
        const auto at = static_cast<std::size_t>(position);
        return site(position, bases_.substr(at, length + 1), bases_.substr(at, 1));
    }
    Site insertion(std::int64_t position, const std::string& what) const {
        const std::string base = bases_.substr(static_cast<std::size_t>(position), 1);
        return site(position, base, base + what);
    }
    // A read as an aligner that knows no gaps places it.
    static io::Alignment read(const std::string& text, std::int64_t start) {
        io::Alignment one;
        one.contig = "c";
        one.contig_id = 0;
        one.start = start;
        one.end = start + static_cast<std::int64_t>(text.size());
        one.bases = text;
        one.qualities.assign(text.size(), 30);
        one.cigar = {{'M', static_cast<std::int64_t>(text.size())}};
        return one;
    }

    struct Seen {
        int right = 0;
        int wrong = 0;
    };
    // Calls of all reads of haplotype `allele`, placed by the bases in front of the change, or by
    // those behind it, whichever are more.
    Seen call_all(const Site& one, std::size_t allele) {
        const std::string& slice = one.haplotypes[allele];
        const auto gain = static_cast<std::int64_t>(slice.size()) -
                          static_cast<std::int64_t>(one.haplotypes[0].size());
        const std::string before = bases_.substr(0, static_cast<std::size_t>(one.slice_start));
        const std::string whole =
            before + slice + bases_.substr(static_cast<std::size_t>(one.slice_end));
        Seen seen;
        for (std::size_t from = before.size() - 60; from < before.size() + 120; ++from) {
            const auto start = static_cast<std::int64_t>(from);
            const auto middle = start + static_cast<std::int64_t>(kReadBp) / 2;
            const bool by_front = middle < one.core_start;
            const std::int64_t placed = by_front ? start : start - gain;
            const auto call = caller_.call(read(whole.substr(from, kReadBp), placed), one);
            if (!call || call->kind != ReadCall::Kind::kAllele) {
                continue;
            }
            ++(call->allele == allele ? seen.right : seen.wrong);
        }
        return seen;
    }

    std::string bases_;
    seq::StringReference reference_;
    AlleleCaller caller_{{}};
};

TEST_F(CallerTest, NeitherAlleleOfAnIndelIsPreferred) {
    const std::vector<Site> sites{deletion(450, 1),
                                  deletion(450, 7),
                                  deletion(450, 60),
                                  insertion(450, "G"),
                                  insertion(450, "GATTACAGATTACA"),
                                  deletion(499, 1),
                                  deletion(499, 4),
                                  insertion(499, "A"),
                                  insertion(499, "AAA")};
    for (const Site& one : sites) {
        ASSERT_EQ(one.kind, SiteKind::kLocal);
        const Seen ref = call_all(one, 0);
        const Seen alt = call_all(one, 1);
        EXPECT_EQ(ref.wrong + alt.wrong, 0) << one.haplotypes[1];
        EXPECT_GT(ref.right, 60) << one.haplotypes[1];
        // A few reads more or less are those whose last bases tell by chance.
        EXPECT_NEAR(ref.right, alt.right, 6) << one.haplotypes[1];
    }
}

TEST_F(CallerTest, MnvsAreJudgedAsAWhole) {
    const std::string ref = bases_.substr(300, 3);
    std::string alt = ref;
    for (char& base : alt) {
        base = base == 'A' ? 'C' : 'A';
    }
    const Site one = site(300, ref, alt);
    ASSERT_EQ(one.kind, SiteKind::kLocal);
    EXPECT_EQ(call_all(one, 0).wrong + call_all(one, 1).wrong, 0);
    EXPECT_EQ(call_all(one, 0).right, call_all(one, 1).right);
}

TEST_F(CallerTest, ClippedBasesSpeakForTheirAllele) {
    const Site one = deletion(450, 40);
    const std::string carrier = bases_.substr(400, 51) + bases_.substr(491, 49);
    auto front = read(carrier, 400);
    front.cigar = {{'M', 51}, {'S', 49}};
    front.end = 451;
    auto back = read(carrier, 491);
    back.cigar = {{'S', 51}, {'M', 49}};
    back.end = 540;
    auto spliced = read(carrier, 400);
    spliced.cigar = {{'M', 51}, {'D', 40}, {'M', 49}};
    spliced.end = 540;
    for (const io::Alignment& carried : {front, back, spliced}) {
        const auto call = caller_.call(carried, one);
        ASSERT_TRUE(call.has_value());
        EXPECT_EQ(call->kind, ReadCall::Kind::kAllele);
        EXPECT_EQ(call->allele, 1);
    }
}

TEST_F(CallerTest, SaysWhyAReadDoesNotCount) {
    const Site one = deletion(450, 2);
    const auto reason = [&](const io::Alignment& from, const Site& at) {
        const auto call = caller_.call(from, at);
        EXPECT_TRUE(call.has_value() && call->kind == ReadCall::Kind::kDropped);
        return call ? call->reason : Reason::kDepth;
    };
    EXPECT_EQ(reason(read(bases_.substr(449, 60), 449), one), Reason::kEnd);
    auto intron = read(bases_.substr(400, 40) + bases_.substr(500, 40), 400);
    intron.cigar = {{'M', 40}, {'N', 60}, {'M', 40}};
    intron.end = 540;
    EXPECT_EQ(reason(intron, one), Reason::kIntron);
    EXPECT_EQ(reason(read(std::string(100, 'T'), 400), one), Reason::kNoFit);
    auto bare = read("", 400);
    bare.end = 500;
    bare.cigar = {{'M', 100}};
    EXPECT_EQ(reason(bare, one), Reason::kNoBases);
    // Ends inside the run of A: one A more or less cannot be seen.
    EXPECT_EQ(reason(read(bases_.substr(410, 97), 410), insertion(499, "A")), Reason::kAmbiguous);
    const Site base = site(450, bases_.substr(450, 1), bases_[450] == 'A' ? "C" : "A");
    auto weak = read(bases_.substr(400, 100), 400);
    weak.qualities[50] = 12;
    EXPECT_EQ(reason(weak, base), Reason::kBaseQuality);
    auto gap = read(bases_.substr(400, 50) + bases_.substr(452, 40), 400);
    gap.cigar = {{'M', 50}, {'D', 2}, {'M', 40}};
    gap.end = 492;
    EXPECT_EQ(reason(gap, base), Reason::kGap);
    EXPECT_FALSE(caller_.call(read(bases_.substr(600, 100), 600), one).has_value());
}

TEST_F(CallerTest, CallsBasesOnBothSidesOfIndels) {
    const std::string ref = bases_.substr(450, 1);
    const std::string alt = ref == "A" ? "C" : "A";
    const Site one = site(450, ref, alt);
    auto carrier = read(bases_.substr(400, 30) + "GG" + bases_.substr(430, 20) + alt, 400);
    carrier.cigar = {{'S', 0}, {'M', 30}, {'I', 2}, {'M', 21}};
    carrier.end = 451;
    const auto call = caller_.call(carrier, one);
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->allele, 1);
    EXPECT_EQ(call->end_distance, 0);
}

TEST_F(CallerTest, StatusOfWhatCannotBeCounted) {
    EXPECT_EQ(site(450, bases_.substr(450, 1), "<DEL>").status[0], seq::AlleleStatus::kSymbolic);
    EXPECT_EQ(site(450, bases_[450] == 'A' ? "C" : "A", "G").status[0],
              seq::AlleleStatus::kRefMismatch);
    EXPECT_EQ(deletion(100, 600).status[0], seq::AlleleStatus::kTooLong);
    EXPECT_EQ(make_site(reference_, "c", -1, 1, "A", std::vector<std::string>{"C"}, {}).status[0],
              seq::AlleleStatus::kContigMissing);
}

}  // namespace
}  // namespace varhush::count
