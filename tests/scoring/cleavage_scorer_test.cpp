#include "varhush/scoring/cleavage_scorer.hpp"

#include "aparent_test_network.hpp"
#include "cleavage_change.hpp"
#include "varhush/scoring/hexamers.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

namespace varhush::scoring {
namespace {

using models::test::RandomAparent;
using seq::AlleleStatus;
using seq::Modality;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kWindow = 90;
constexpr std::int64_t kOffset = 20;
constexpr double kTolerance = 3e-5;

TEST(Hexamers, AreTwelve) {
    int found = 0;
    for (int code = 0; code < 4096; ++code) {
        std::string bases;
        int differing = 0;
        for (int i = 0; i < 6; ++i) {
            bases += "ACGT"[code >> (2 * i) & 3];
            differing += bases.back() == "AATAAA"[i] ? 0 : 1;
        }
        if (is_hexamer(bases)) {
            ++found;
            EXPECT_LE(differing, 1) << bases;
        }
    }
    EXPECT_EQ(found, 12);
    EXPECT_TRUE(is_hexamer("ATTAAA"));
    EXPECT_FALSE(is_hexamer("AAAAAA"));
    EXPECT_FALSE(is_hexamer("AATAA"));
    EXPECT_FALSE(is_hexamer("aataaa"));
}

// Bases without any hexamer, with `piece` put at `at`.
std::string plain(std::size_t length, std::size_t at = 0, const std::string& piece = "") {
    std::string bases;
    while (bases.size() < length) {
        bases += "GCTGACGGCT";
    }
    bases.resize(length);
    return bases.replace(at, piece.size(), piece);
}

StrandPair pair_of(const std::string& ref,
                   std::int64_t start,
                   std::int64_t removed,
                   const std::string& inserted) {
    std::string alt = ref;
    alt.replace(static_cast<std::size_t>(start), static_cast<std::size_t>(removed), inserted);
    return {ref, alt, start, removed, static_cast<std::int64_t>(inserted.size())};
}

TEST(Frames, HoldTheChangeInTheirWindow) {
    // A window of 30 with the hexamer at 10: seen from the change, it starts 19 before to 10 after.
    for (std::int64_t at = 50; at < 90; ++at) {
        const auto ref = plain(140, static_cast<std::size_t>(at), "AATAAA");
        const std::string base = ref[70] == 'C' ? "G" : "C";
        const auto frames = frames_of(pair_of(ref, 70, 1, base), 30, 10);
        if (at < 70 - 19 || at > 70 + 10) {
            EXPECT_THAT(frames, IsEmpty()) << at;
        } else {
            EXPECT_THAT(frames, ElementsAre(Frame{at, at})) << at;
        }
    }
}

TEST(Frames, CreatedAndDestroyedHexamersKeepTheirPlace) {
    const auto without = plain(140, 70, "AACAAA");
    EXPECT_THAT(frames_of(pair_of(without, 72, 1, "T"), 30, 10), ElementsAre(Frame{70, 70}));
    const auto with = plain(140, 70, "AATAAA");
    EXPECT_THAT(frames_of(pair_of(with, 72, 1, "C"), 30, 10), ElementsAre(Frame{70, 70}));
    EXPECT_THAT(frames_of(pair_of(with, 71, 1, "T"), 30, 10), ElementsAre(Frame{70, 70}));
}

TEST(Frames, FollowAHexamerThatMoves) {
    const auto ref = plain(140, 75, "AATAAA");
    EXPECT_THAT(frames_of(pair_of(ref, 70, 0, "GGG"), 30, 10), ElementsAre(Frame{75, 78}));
    EXPECT_THAT(frames_of(pair_of(ref, 69, 3, ""), 30, 10), ElementsAre(Frame{75, 72}));
    // Deleted as a whole: ALT is framed where it was.
    EXPECT_THAT(frames_of(pair_of(ref, 73, 10, ""), 30, 10), ElementsAre(Frame{75, 73}));
    // Brought in by an insertion: REF is framed where it comes.
    EXPECT_THAT(frames_of(pair_of(plain(140), 70, 0, "GGAATAAAGG"), 30, 10),
                ElementsAre(Frame{70, 72}));
    // A window that ends before the change, or begins behind it, does not differ.
    EXPECT_THAT(frames_of(pair_of(plain(140, 49, "AATAAA"), 70, 0, "GGG"), 30, 10), IsEmpty());
    EXPECT_THAT(frames_of(pair_of(plain(140, 81, "AATAAA"), 70, 0, "GGG"), 30, 10), IsEmpty());
}

TEST(CleavageChange, IsTheAuthorsLogOdds) {
    const std::vector<double> ref{0.1, 0.2, 0.3, 0.15, 0.25};
    const std::vector<double> alt{0.1, 0.4, 0.2, 0.05, 0.25};
    const auto change = compare_cleavage(ref, alt, {1, 3});
    EXPECT_NEAR(change.ref_use, 0.5, 1e-12);
    EXPECT_NEAR(change.alt_use, 0.6, 1e-12);
    EXPECT_NEAR(change.narrow, std::log(0.6 / 0.4) - std::log(0.5 / 0.5), 1e-12);
    EXPECT_NEAR(change.wide, 0, 1e-12);
    EXPECT_NEAR(change.ref_any, 0.75, 1e-12);
    EXPECT_NEAR(change.mean_shift, (0.4 + 0.4 + 0.15) / 0.75 - (0.2 + 0.6 + 0.45) / 0.75, 1e-12);
    EXPECT_EQ(change.largest_at, 1);
    EXPECT_NEAR(change.largest, 0.2, 1e-12);
}

TEST(CleavageChange, KeepsItsDigitsNearOne) {
    const std::vector<double> ref{1e-9, 1 - 3e-9, 1e-9, 1e-9};
    const std::vector<double> alt{1e-9, 1 - 4e-9, 2e-9, 1e-9};
    EXPECT_NEAR(compare_cleavage(ref, alt, {1, 2}).narrow, std::log(3e-9) - std::log(4e-9), 1e-6);
}

TEST(CleavageChange, RangesCoverTheRunOfAs) {
    EXPECT_EQ(cut_range("GGCAAAGT", 3), (models::PositionRange{2, 6}));
    EXPECT_EQ(cut_range("GGCAAAGT", 2), (models::PositionRange{1, 2}));
    EXPECT_EQ(cut_range("AAA", 0), (models::PositionRange{-1, 3}));
}

std::vector<std::string> fields_of(const std::string& entry) {
    std::vector<std::string> fields;
    std::istringstream stream(entry);
    for (std::string field; std::getline(stream, field, '|');) {
        fields.push_back(field);
    }
    return fields;
}

class CleavageScores : public testing::Test {
  protected:
    CleavageScores() {
        std::mt19937 random(23);
        while (bases_.size() < 1500) {  // rich in A and T: many hexamers
            bases_ += "AAATTTGC"[random() % 8];
        }
        bases_.replace(900, 300, plain(300));
        bases_.replace(600, 20, "CACACACACACACACACACA");
        reference_.add("chr1", bases_);
        reference_.add("turned", seq::reverse_complement(bases_));
        reference_.add("unknown",
                       std::string(400, 'N') + "AATAAAGCAAAAAAGC" + std::string(400, 'N'));
        genes_ = seq::GeneModels({gene("PLUS", '+', 100, 700), gene("MINUS", '-', 500, 1400)});
    }

    static seq::Transcript gene(const std::string& name,
                                char strand,
                                std::int64_t start,
                                std::int64_t end) {
        seq::Transcript row;
        row.id = "T_" + name;
        row.gene_id = "G_" + name;
        row.gene_name = name;
        row.contig = "1";
        row.strand = strand;
        row.span = {start, end};
        return row;
    }

    std::vector<seq::RecordAnnotation> score(const std::vector<VariantInput>& records,
                                             bool with_genes = false,
                                             CleavageScorerOptions options = {},
                                             int threads = 1) {
        CleavageScorer scorer(
            network_, reference_, with_genes ? &genes_ : nullptr, options, threads);
        return scorer.score(records);
    }
    AlleleStatus status_of(const VariantInput& record, bool with_genes = false) {
        return score({record}, with_genes)[0].alleles.at(0).status;
    }
    VariantInput snv(const std::string& contig, std::int64_t position) const {
        const std::string ref = reference_.fetch(contig, position, position + 1);
        return {contig, position, ref, {ref == "A" ? "C" : "A"}};
    }

    // The largest change by size over the hexamers of a strand, by the definition: a substitution
    // at `at` of `ref`, read in the direction of the gene.
    double strongest(std::string ref, std::size_t at, char base) const {
        std::string alt = ref;
        alt[at] = base;
        double best = 0;
        for (std::size_t h = static_cast<std::size_t>(kOffset);
             h + static_cast<std::size_t>(kWindow - kOffset) <= ref.size();
             ++h) {
            const std::size_t begin = h - static_cast<std::size_t>(kOffset);
            const bool holds = at >= begin && at < begin + static_cast<std::size_t>(kWindow);
            if (!holds || !(is_hexamer(ref.substr(h, 6)) || is_hexamer(alt.substr(h, 6)))) {
                continue;
            }
            const double change =
                log_odds(alt.substr(begin, kWindow)) - log_odds(ref.substr(begin, kWindow));
            best = std::fabs(change) > std::fabs(best) ? change : best;
        }
        return best;
    }
    // ln odds of a cut 1 to 50 bases behind the hexamer.
    double log_odds(const std::string& window) const {
        const auto cut = RandomAparent::softmax(weights_.forward(seq::base_codes(window)));
        double inside = 0;
        double outside = 0;
        for (std::int64_t i = 0; i <= kWindow; ++i) {
            (i >= kOffset + 7 && i < kOffset + 57 ? inside : outside) +=
                cut[static_cast<std::size_t>(i)];
        }
        return std::log(inside / outside);
    }

    std::string bases_;
    seq::StringReference reference_;
    seq::GeneModels genes_;
    const RandomAparent weights_{kWindow, kOffset};
    const std::shared_ptr<const models::AparentNetwork> network_ =
        weights_.load<models::AparentNetwork>();
};

TEST_F(CleavageScores, TheStrongestHexamerCounts) {
    int compared = 0;
    for (std::int64_t at = 250; at < 650; at += 21) {
        const auto record = snv("chr1", at);
        const char base = record.alts[0][0];
        const double plus = strongest(bases_, static_cast<std::size_t>(at), base);
        const double minus = strongest(seq::reverse_complement(bases_),
                                       bases_.size() - 1 - static_cast<std::size_t>(at),
                                       seq::complement(base));
        const auto found = score({record})[0].alleles.at(0);
        ASSERT_EQ(found.status, AlleleStatus::kOk);
        ASSERT_TRUE(found[Modality::kPas]);
        const double expected = std::fabs(minus) > std::fabs(plus) ? minus : plus;
        EXPECT_NEAR(*found[Modality::kPas], expected, kTolerance) << at;
        compared += std::fabs(expected) > 10 * kTolerance ? 1 : 0;
        const auto with_genes = score({record}, true)[0].alleles.at(0);
        for (const auto& entry : with_genes.packed) {
            const auto fields = fields_of(entry);
            ASSERT_EQ(fields.size(), 16U);
            const double strand = fields[2] == "PLUS" ? plus : minus;
            EXPECT_EQ(fields[5], fields[2] == "PLUS" ? "+" : "-");
            if (fields[1] != "no_hexamer") {
                EXPECT_NEAR(std::stod(fields[9]), strand, kTolerance) << at << entry;
            }
        }
    }
    EXPECT_GT(compared, 10);
}

TEST_F(CleavageScores, TheOtherStrandOfATurnedSequenceIsTheSame) {
    const auto length = static_cast<std::int64_t>(bases_.size());
    int hexamers = 0;
    for (std::int64_t at = 200; at < 640; at += 13) {
        const auto record = snv("chr1", at);
        VariantInput turned{"turned",
                            length - 1 - at,
                            seq::reverse_complement(record.ref),
                            {seq::reverse_complement(record.alts[0])}};
        const auto one = score({record})[0].alleles.at(0);
        const auto other = score({turned})[0].alleles.at(0);
        EXPECT_EQ(one[Modality::kPas], other[Modality::kPas]) << at;
        const auto a = fields_of(one.packed.at(0));
        const auto b = fields_of(other.packed.at(0));
        if (a[1] == "no_hexamer") {
            continue;
        }
        ++hexamers;
        EXPECT_NE(a[5], b[5]);
        EXPECT_EQ(std::stol(a[8]), -std::stol(b[8]));
        for (const std::size_t field : {6, 7, 9, 10, 11, 12, 13, 14, 15}) {
            EXPECT_EQ(a[field], b[field]) << at << " field " << field;
        }
    }
    EXPECT_GT(hexamers, 20);
}

TEST_F(CleavageScores, SayWhatHappensToTheHexamer) {
    std::string bases = plain(600, 300, "AATAAA");
    bases.replace(100, 6, "AACAAA");
    reference_.add("planted", bases);
    const auto fields = [&](std::int64_t at, const std::string& ref, const std::string& alt) {
        return fields_of(score({{"planted", at, ref, {alt}}})[0].alleles.at(0).packed.at(0));
    };
    const auto destroyed = fields(302, "T", "C");
    EXPECT_THAT(destroyed[1], HasSubstr("&hexamer_destroyed"));
    EXPECT_EQ(destroyed[6], "AATAAA");
    EXPECT_EQ(destroyed[7], "AACAAA");
    EXPECT_EQ(destroyed[8], "-2");
    EXPECT_EQ(destroyed[5], "+");
    const auto created = fields(102, "C", "T");
    EXPECT_THAT(created[1], HasSubstr("&hexamer_created"));
    EXPECT_EQ(created[6], "AACAAA");
    EXPECT_EQ(created[7], "AATAAA");
    const auto far =
        score({{"planted", 500, bases.substr(500, 1), {bases[500] == 'A' ? "C" : "A"}}});
    EXPECT_EQ(far[0].alleles[0].status, AlleleStatus::kOk);
    EXPECT_EQ(far[0].alleles[0][Modality::kPas], 0.0F);
    EXPECT_EQ(far[0].alleles[0].top, "");
    EXPECT_THAT(far[0].alleles[0].packed, ElementsAre(HasSubstr("|no_hexamer|")));
    EXPECT_EQ(fields_of(far[0].alleles[0].packed[0]).size(), 16U);
}

TEST_F(CleavageScores, EverySpellingHasTheSameNumbers) {
    const std::vector<VariantInput> spellings{
        {"chr1", 599, bases_.substr(599, 3), {bases_.substr(599, 1)}},
        {"chr1", 600, "CAC", {"C"}},
        {"1", 611, "aca", {"a"}},
        {"chr1", 600, "CACACA", {"CACA"}},
    };
    const auto scored = score(spellings);
    for (std::size_t i = 0; i < spellings.size(); ++i) {
        const auto& allele = scored[i].alleles.at(0);
        ASSERT_EQ(allele.status, AlleleStatus::kOk);
        EXPECT_EQ(allele[Modality::kPas], scored[0].alleles[0][Modality::kPas]);
        auto fields = fields_of(allele.packed.at(0));
        auto first = fields_of(scored[0].alleles[0].packed.at(0));
        // Positions count from the record's own POS.
        EXPECT_EQ(std::stol(fields.at(8)) + spellings[i].position,
                  std::stol(first.at(8)) + spellings[0].position);
        fields[8] = first[8];
        fields[0] = first[0];
        EXPECT_EQ(fields, first);
    }
}

TEST_F(CleavageScores, EveryAlleleHasAStatus) {
    const std::string ref = bases_.substr(300, 1);
    EXPECT_EQ(status_of({"chrUn", 10, "A", {"C"}}), AlleleStatus::kContigMissing);
    EXPECT_EQ(status_of({"chr1", 300, ref, {"*"}}), AlleleStatus::kStar);
    EXPECT_EQ(status_of({"chr1", 300, ref, {"<INS>"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 300, ref, {"R"}}), AlleleStatus::kNonAcgt);
    EXPECT_EQ(status_of({"chr1", 300, ref == "A" ? "C" : "A", {"G"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 300, ref, {ref + std::string(92, 'G')}}), AlleleStatus::kTooLong);
    EXPECT_EQ(status_of(snv("unknown", 407)), AlleleStatus::kNRich);
    EXPECT_EQ(status_of(snv("chr1", 0)), AlleleStatus::kOk);  // beyond the end: unknown bases
    EXPECT_EQ(status_of(snv("chr1", 1499)), AlleleStatus::kOk);
}

TEST_F(CleavageScores, GenesReachAsFarAsAWindowBehindTheirEnd) {
    constexpr std::int64_t kBehind = kWindow - kOffset;
    EXPECT_EQ(status_of(snv("chr1", 99), true), AlleleStatus::kNoGene);  // before PLUS
    EXPECT_EQ(status_of(snv("chr1", 100), true), AlleleStatus::kOk);
    EXPECT_EQ(status_of(snv("chr1", 1400), true), AlleleStatus::kNoGene);  // before MINUS
    EXPECT_EQ(status_of(snv("chr1", 1399), true), AlleleStatus::kOk);
    const auto genes_at = [&](std::int64_t at) {
        std::string names;
        const auto found = score({snv("chr1", at)}, true);
        for (const auto& entry : found[0].alleles.at(0).packed) {
            names += fields_of(entry).at(2) + " ";
        }
        return names;
    };
    EXPECT_EQ(genes_at(500 - kBehind), "PLUS MINUS ");
    EXPECT_EQ(genes_at(500 - kBehind - 1), "PLUS ");
    EXPECT_EQ(genes_at(699 + kBehind), "PLUS MINUS ");
    EXPECT_EQ(genes_at(700 + kBehind), "MINUS ");
}

TEST_F(CleavageScores, BatchesAndThreadsChangeNothing) {
    std::vector<VariantInput> records;
    for (std::int64_t at = 60; at < 460; at += 3) {
        auto record = snv("chr1", at);
        record.alts.push_back(record.ref + "AATAAAC");
        record.alts.emplace_back("*");
        records.push_back(record);
    }
    const auto together = score(records, true, {}, 3);
    for (std::size_t r = 0; r < records.size(); r += 5) {
        const auto alone = score({records[r]}, true);
        for (std::size_t a = 0; a < 3; ++a) {
            EXPECT_EQ(alone[0].alleles[a].status, together[r].alleles[a].status);
            EXPECT_EQ(alone[0].alleles[a].packed, together[r].alleles[a].packed);
            EXPECT_EQ(alone[0].alleles[a].top, together[r].alleles[a].top);
        }
    }
}

TEST_F(CleavageScores, LevelsAddCleavageAnywhere) {
    CleavageScorer scorer(network_, reference_, nullptr, {true}, 1);
    EXPECT_THAT(scorer.packed_format(), testing::EndsWith("|Cut_change|Any_REF|Any_ALT"));
    for (const std::int64_t at : {300, 1050}) {  // the second has no hexamer in reach
        const auto record = snv("chr1", at);
        EXPECT_EQ(fields_of(scorer.score({&record, 1})[0].alleles.at(0).packed.at(0)).size(), 18U);
    }
}

TEST(CleavageScorerFile, TheWindowMustHoldTheStretchBehindTheHexamer) {
    seq::StringReference reference;
    reference.add("chr1", "ACGT");
    const RandomAparent weights(61, 20);
    const auto network = weights.load<models::AparentNetwork>();
    EXPECT_THROW(CleavageScorer(network, reference, nullptr, {}, 1), Error);
}

}  // namespace
}  // namespace varhush::scoring
