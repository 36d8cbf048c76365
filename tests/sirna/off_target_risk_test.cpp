#include "varhush/sirna/off_target_risk.hpp"

#include "off_target_fixture.hpp"
#include "varhush/sirna/guide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace varhush::sirna::test {
namespace {

OffTargetHit hit_with(std::initializer_list<unsigned> mismatches,
                      std::initializer_list<unsigned> wobbles = {}) {
    OffTargetHit hit;
    for (const unsigned position : mismatches) {
        hit.mismatch_mask |= 1U << (position - 1);
    }
    for (const unsigned position : wobbles) {
        hit.wobble_mask |= 1U << (position - 1);
    }
    return hit;
}

TEST(CleavageWeight, FollowsThePublishedOrderOfRegions) {
    const auto one = [](unsigned position) { return cleavage_weight(hit_with({position})); };
    EXPECT_EQ(cleavage_weight(hit_with({})), 1.0);
    for (const unsigned center : {10U, 11U}) {
        for (unsigned position = 1; position <= 19; ++position) {
            EXPECT_LE(one(center), one(position));
        }
    }
    EXPECT_LT(one(16), one(15));  // Schwarz 2006
    EXPECT_LT(one(5), one(18));   // the seed before the 3' end
    EXPECT_GT(one(1), one(2));
    EXPECT_DOUBLE_EQ(cleavage_weight(hit_with({3, 18})), one(3) * one(18));
    EXPECT_DOUBLE_EQ(cleavage_weight(hit_with({3}, {3})), (1 + one(3)) / 2);
    OffTargetHit seed;
    seed.kind = SiteKind::k8mer;
    EXPECT_EQ(cleavage_weight(seed), 0.0);
}

TEST(SeedWeight, IsTheMeanChangeOfGrimson2007) {
    EXPECT_NEAR(seed_weight(SiteKind::k8mer), 0.1934, 1e-4);
    EXPECT_NEAR(seed_weight(SiteKind::k7merM8), 0.1056, 1e-4);
    EXPECT_NEAR(seed_weight(SiteKind::k7merA1), 0.0663, 1e-4);
    EXPECT_NEAR(seed_weight(SiteKind::k6mer), 0.0103, 1e-4);
    EXPECT_EQ(seed_weight(SiteKind::kFull), 0.0);
}

/// Transcripts with coding regions, several to a gene.
std::vector<TranscriptRecord> coding_records(std::mt19937& random) {
    std::vector<TranscriptRecord> records;
    for (int i = 0; i < 9; ++i) {
        TranscriptRecord record;
        record.name = "t" + std::to_string(i);
        record.gene_id = "g" + std::to_string(i / 2);
        record.bases = repetitive_bases(random, 1500);
        if (i % 3 == 1) {
            record.bases[700] = 'N';
            record.bases[701] = 'R';
        }
        if (i != 4) {
            const auto start = static_cast<std::uint32_t>(random() % 300);
            record.cds = Stretch{start, start + 300};
        }
        records.push_back(record);
    }
    return records;
}

/// Seed sites of a strand in one 3' UTR, letter by letter (Bartel 2009, figure 1).
std::vector<std::string> seeds_by_hand(const TranscriptRecord& record, const std::string& strand) {
    std::vector<std::string> found;
    if (!record.cds) {
        return found;
    }
    const std::string rna = to_rna(record.bases);
    const std::string core = reverse_complement_rna(strand.substr(1, 6));
    const char m8 = reverse_complement_rna(strand.substr(7, 1))[0];
    for (std::size_t at = record.cds->end; at + 6 <= rna.size(); ++at) {
        if (rna.compare(at, 6, core) != 0) {
            continue;
        }
        const bool has_m8 = at > record.cds->end && rna[at - 1] == m8;
        const bool has_a1 = at + 6 < rna.size() && rna[at + 6] == 'A';
        const char* const kinds[] = {"6mer", "7mer-A1", "7mer-m8", "8mer"};
        found.push_back(record.name + ":" + std::to_string(at - (has_m8 ? 1 : 0)) + "-" +
                        std::to_string(at + 6 + (has_a1 ? 1 : 0)) + " " +
                        kinds[(has_m8 ? 2 : 0) + (has_a1 ? 1 : 0)]);
    }
    return found;
}

TEST(SeedSites, AreThoseOfBartel2009) {
    std::mt19937 random(21);
    auto records = coding_records(random);
    for (TranscriptRecord& record : records) {
        std::replace(record.bases.begin(), record.bases.end(), 'R', 'N');
    }
    const OffTargetIndex index = make_index(records);
    std::vector<std::string> guides;
    for (int i = 0; i < 300; ++i) {
        const std::string& from = records[random() % records.size()].bases;
        const std::string site = to_rna(from.substr(random() % (from.size() - 21), 21));
        if (is_rna(site)) {
            guides.push_back(reverse_complement_rna(site));
        }
    }
    SearchOptions options;
    options.passenger_strand = true;
    options.threads = 3;
    std::size_t seen = 0;
    std::uint32_t next = 0;
    search_seed_sites(index, guides, options, [&](std::uint32_t guide, auto hits) {
        EXPECT_EQ(guide, next++);
        std::vector<std::string> found;
        for (const OffTargetHit& hit : hits) {
            found.push_back(index.transcripts()[hit.transcript].name + ":" +
                            std::to_string(hit.start) + "-" + std::to_string(hit.end) + " " +
                            std::string(to_text(hit.kind)));
        }
        std::vector<std::string> expected;
        for (const std::string& strand : {guides[guide], passenger_of(guides[guide])}) {
            for (const TranscriptRecord& record : records) {
                const auto some = seeds_by_hand(record, strand);
                expected.insert(expected.end(), some.begin(), some.end());
            }
        }
        ASSERT_EQ(found, expected);
        seen += found.size();
    });
    EXPECT_EQ(next, guides.size());
    EXPECT_GT(seen, 500U);
}

/// The load from the hits themselves: each site by the larger of its weights.
struct Loads {
    double cleavage = 0;
    double seed = 0;
};

Loads loads_by_hand(const OffTargetIndex& index,
                    const std::vector<OffTargetHit>& full,
                    const std::vector<OffTargetHit>& seeds,
                    const std::vector<double>& weights,
                    std::uint32_t intended) {
    Loads loads;
    std::map<std::tuple<DuplexStrand, std::uint32_t, std::uint32_t>, double> cut;  // by core
    for (const OffTargetHit& hit : full) {
        if (index.transcripts()[hit.transcript].gene == intended) {
            continue;
        }
        const double weight = cleavage_weight(hit);
        const SiteKind kind = seed_in(index, hit);
        if (kind != SiteKind::kFull && hit.first_edit == OffTargetHit::kReference) {
            cut[{hit.strand, hit.transcript, hit.start + 12}] = weight;
        }
        if (kind == SiteKind::kFull || weight >= seed_weight(kind)) {
            loads.cleavage += weights[hit.transcript] * weight;
        }
    }
    for (const OffTargetHit& hit : seeds) {
        if (index.transcripts()[hit.transcript].gene == intended) {
            continue;
        }
        const bool m8 = hit.kind == SiteKind::k8mer || hit.kind == SiteKind::k7merM8;
        const auto known = cut.find({hit.strand, hit.transcript, hit.start + (m8 ? 1U : 0U)});
        if (known == cut.end() || known->second < seed_weight(hit.kind)) {
            loads.seed += weights[hit.transcript] * seed_weight(hit.kind);
        }
    }
    return loads;
}

TEST(OffTargetLoad, SumsWhatTheSitesSay) {
    std::mt19937 random(22);
    auto records = coding_records(random);
    for (TranscriptRecord& record : records) {
        std::replace(record.bases.begin(), record.bases.end(), 'R', 'N');
    }
    const OffTargetIndex index = make_index(records);
    std::vector<std::string> guides;
    while (guides.size() < 40) {
        const std::string& from = records[random() % records.size()].bases;
        const std::string site = to_rna(from.substr(random() % (from.size() - 19), 19));
        if (is_rna(site)) {
            guides.push_back(mutated(random, reverse_complement_rna(site), 2));
        }
    }
    RiskOptions risk;
    risk.target_genes = {2};
    for (std::size_t i = 0; i < records.size(); ++i) {
        risk.transcript_weight.push_back(static_cast<double>(i) * 1.5);
    }
    SearchOptions options;
    options.passenger_strand = true;
    std::vector<std::vector<OffTargetHit>> full(guides.size());
    std::vector<std::vector<OffTargetHit>> seeds(guides.size());
    search_seed_sites(index, guides, options, [&](std::uint32_t guide, auto hits) {
        seeds[guide].assign(hits.begin(), hits.end());
    });
    const auto summaries =
        assess_off_targets(index, guides, options, risk, [&](std::uint32_t guide, auto hits) {
            full[guide].assign(hits.begin(), hits.end());
        });
    for (std::size_t i = 0; i < guides.size(); ++i) {
        const Loads expected = loads_by_hand(index, full[i], seeds[i], risk.transcript_weight, 2);
        EXPECT_NEAR(summaries[i].cleavage_load, expected.cleavage, 1e-9);
        EXPECT_NEAR(summaries[i].seed_load, expected.seed, 1e-9);
        EXPECT_NEAR(summaries[i].load, expected.cleavage + expected.seed, 1e-9);
        std::uint64_t counted = summaries[i].intended_sites;
        for (const OffTargetHit& hit : full[i]) {
            const bool aside = index.transcripts()[hit.transcript].gene == 2 &&
                               hit.strand == DuplexStrand::kPassenger;
            counted += aside ? 1 : 0;
        }
        for (std::size_t k = 0; k < 6; ++k) {
            counted += summaries[i].guide_sites[k] + summaries[i].passenger_sites[k];
        }
        EXPECT_EQ(counted, full[i].size());
        EXPECT_EQ(summaries[i].intended_genes, std::vector<std::uint32_t>{2});
    }
}

TEST(OffTargetLoad, TakesGenesWithAPerfectSiteAsIntended) {
    std::mt19937 random(23);
    std::vector<TranscriptRecord> records(3);
    const std::string shared = random_bases(random, 300);
    for (std::size_t i = 0; i < 3; ++i) {
        records[i].name = "t" + std::to_string(i);
        records[i].gene_id = i < 2 ? "target" : "other";
        records[i].bases = random_bases(random, 200) + (i < 2 ? shared : random_bases(random, 200));
    }
    records[2].bases += mutated(random, to_rna(shared.substr(100, 19)), 0);
    records[2].bases[records[2].bases.size() - 1] = records[2].bases.back() == 'A' ? 'C' : 'A';
    const OffTargetIndex index = make_index(records);
    const std::string guide = reverse_complement_rna(to_rna(shared.substr(100, 21)));
    const std::string shifted = guide.substr(2);  // pairs with the 19 bases at 100
    const auto summary = assess_off_targets(index, std::vector{shifted}, {}, {}).front();
    EXPECT_EQ(summary.intended_genes, std::vector<std::uint32_t>{0});
    EXPECT_EQ(summary.intended_transcripts, 2U);
    EXPECT_EQ(summary.guide_sites[1], 1U);
    EXPECT_EQ(summary.genes[1], 1U);
    ASSERT_EQ(summary.worst_genes.size(), 1U);
    EXPECT_EQ(summary.worst_genes[0].gene, 1U);
    EXPECT_DOUBLE_EQ(summary.cleavage_load, cleavage_weight(hit_with({1})));
}

TEST(SimilarGenes, FindsAParalogueAndNoStranger) {
    std::mt19937 random(24);
    std::vector<TranscriptRecord> records(3);
    const std::string gene = random_bases(random, 1500);
    std::string paralogue = gene;
    for (int i = 0; i < 150; ++i) {
        paralogue[random() % paralogue.size()] = "ACGT"[random() % 4];
    }
    const std::vector<std::string> bases{gene, paralogue, random_bases(random, 1500)};
    for (std::size_t i = 0; i < 3; ++i) {
        records[i].name = "t" + std::to_string(i);
        records[i].bases = bases[i];
    }
    const OffTargetIndex index = make_index(records);
    EXPECT_EQ(similar_genes(index, 0, 1), std::vector<std::uint32_t>{1});
    EXPECT_TRUE(similar_genes(index, 2, 1).empty());
}

}  // namespace
}  // namespace varhush::sirna::test
