#include "varhush/sirna/designer.hpp"

#include "design_fixture.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace varhush::sirna::test {
namespace {

class Designer : public testing::Test {
  protected:
    Designer() {
        input.model = &model;
        options.chemistry = find_chemistry("unmodified");
        options.controls = 0;
        options.top = 10;
    }

    void add_unit(const std::string& name, std::vector<DesignTarget> targets) {
        DesignUnit unit{name, {}, name};
        for (DesignTarget& target : targets) {
            unit.targets.push_back(input.targets.size());
            input.targets.push_back(std::move(target));
        }
        input.units.push_back(std::move(unit));
    }

    SeedModel model;
    std::mt19937 random{5};
    DesignInput input;
    DesignOptions options;
};

using Place = std::pair<std::size_t, std::size_t>;  // target, start

/// Every place of the report, chosen or rejected; fails when one comes twice.
std::set<Place> places(const DesignReport& report) {
    std::set<Place> all;
    for (const DesignedGuide& guide : report.guides) {
        for (const TargetSite& site : guide.sites) {
            EXPECT_TRUE(all.emplace(site.target, site.start).second);
        }
    }
    for (const RejectedCandidate& one : report.rejected) {
        EXPECT_TRUE(all.emplace(one.target, one.start).second);
        EXPECT_FALSE(one.reasons.empty());
        EXPECT_EQ(one.reasons.size(), one.details.size());
    }
    return all;
}

std::map<std::string, int> reasons(const DesignReport& report) {
    std::map<std::string, int> counts;
    for (const RejectedCandidate& one : report.rejected) {
        for (const std::string& reason : one.reasons) {
            ++counts[reason];
        }
    }
    return counts;
}

TEST_F(Designer, LosesNoSite) {
    std::string rna = random_rna(random, 500);
    rna[200] = 'N';
    rna.replace(300, 60, rna.substr(100, 60));  // repeats
    add_unit("A", {target_of("a1", rna), target_of("a2", rna.substr(50, 300))});
    add_unit("B", {target_of("b1", random_rna(random, 120))});
    for (const std::size_t length : {19U, 21U, 23U}) {
        options.length = length;
        const DesignReport report = design(input, options);
        std::set<Place> wanted;
        for (std::size_t target = 0; target < input.targets.size(); ++target) {
            for (std::size_t at = 0; at + length <= input.targets[target].profile.rna.size();
                 ++at) {
                wanted.emplace(target, at);
            }
        }
        EXPECT_EQ(places(report), wanted);
        EXPECT_EQ(report.candidates, wanted.size());
        EXPECT_EQ(reasons(report)["n"], static_cast<int>(2 * length));
    }
}

TEST_F(Designer, GuidesPairWithTheirSites) {
    add_unit("A", {target_of("a1", random_rna(random, 400))});
    options.length = 21;
    options.overhang = Overhang::kTarget;
    const DesignReport report = design(input, options);
    ASSERT_EQ(report.guides.size(), 10U);
    const std::string& rna = input.targets[0].profile.rna;
    for (const DesignedGuide& guide : report.guides) {
        const TargetSite& site = guide.sites.front();
        EXPECT_EQ(site_of_guide(guide.guide), rna.substr(site.start, 21));
        EXPECT_EQ(guide.passenger, rna.substr(site.start + 2, 19));
        EXPECT_EQ(guide.passenger_strand.substr(0, 19), guide.passenger);
        EXPECT_EQ(guide.passenger_strand.size(), 21U);
        EXPECT_FALSE(std::isnan(site.unpaired_seed) && site.end >= 8);
    }
}

TEST_F(Designer, TopMeansTheBest) {
    add_unit("A", {target_of("a1", random_rna(random, 600))});
    options.top = 1000;
    const DesignReport all = design(input, options);
    options.top = 7;
    const DesignReport few = design(input, options);
    ASSERT_EQ(few.guides.size(), 7U);
    for (std::size_t i = 0; i < few.guides.size(); ++i) {
        EXPECT_EQ(few.guides[i].guide, all.guides[i].guide);
        EXPECT_EQ(few.guides[i].rank, i + 1);
        EXPECT_EQ(few.guides[i].id, "A-" + std::to_string(i + 1));
    }
    for (std::size_t i = 1; i < all.guides.size(); ++i) {
        const DesignedGuide& better = all.guides[i - 1];
        const DesignedGuide& worse = all.guides[i];
        EXPECT_TRUE(better.front < worse.front ||
                    (better.front == worse.front && better.score >= worse.score));
    }
    EXPECT_EQ(reasons(few)["top"], static_cast<int>(all.guides.size() - 7));
    options.score_only = true;
    const DesignReport by_score = design(input, options);
    double best = 0;
    for (const DesignedGuide& guide : all.guides) {
        best = std::max(best, guide.score);
    }
    EXPECT_DOUBLE_EQ(by_score.guides.front().score, best);
}

TEST_F(Designer, KeepsTheDistance) {
    add_unit("A", {target_of("a1", random_rna(random, 600))});
    options.min_distance = 40;
    const DesignReport report = design(input, options);
    ASSERT_GT(report.guides.size(), 2U);
    for (const DesignedGuide& one : report.guides) {
        for (const DesignedGuide& other : report.guides) {
            const auto a = static_cast<long>(one.sites[0].start);
            const auto b = static_cast<long>(other.sites[0].start);
            EXPECT_TRUE(one.id == other.id || std::abs(a - b) >= 40);
        }
    }
    EXPECT_GT(reasons(report)["min-distance"], 0);
}

TEST_F(Designer, IsTheSameWithAnyNumberOfThreads) {
    add_unit("A", {target_of("a1", random_rna(random, 300))});
    const OffTargetIndex index = index_of({{"x", "X", random_rna(random, 3000)}});
    input.index = &index;
    options.controls = 2;
    const DesignReport one = design(input, options);
    options.threads = 3;
    const DesignReport three = design(input, options);
    ASSERT_EQ(one.guides.size(), three.guides.size());
    for (std::size_t i = 0; i < one.guides.size(); ++i) {
        EXPECT_EQ(one.guides[i].guide, three.guides[i].guide);
        EXPECT_EQ(one.guides[i].score, three.guides[i].score);
        ASSERT_EQ(one.guides[i].controls.size(), three.guides[i].controls.size());
        for (std::size_t k = 0; k < one.guides[i].controls.size(); ++k) {
            EXPECT_EQ(one.guides[i].controls[k].guide, three.guides[i].controls[k].guide);
        }
    }
}

TEST_F(Designer, RefusesTargetsShorterThanAGuide) {
    add_unit("A", {target_of("a1", random_rna(random, 18))});
    try {
        (void)design(input, options);
        FAIL() << "a target of 18 bases was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error.what()).find("a1: 18 bases"), std::string::npos);
    }
}

TEST_F(Designer, IsoformRuleDecides) {
    const std::string shared = random_rna(random, 200);
    add_unit("A",
             {target_of("long", shared + random_rna(random, 100)), target_of("short", shared)});
    options.top = 10000;
    options.filters.change("none,+isoforms");
    const auto starts_on_long = [&] {
        std::size_t last = 0;
        for (const DesignedGuide& guide : design(input, options).guides) {
            last = std::max(last, guide.sites[0].start);
        }
        return last;
    };
    EXPECT_EQ(starts_on_long(), 300U - 19);
    options.isoforms = {"all"};
    EXPECT_EQ(starts_on_long(), 200U - 19);
    options.isoforms = {"short"};
    EXPECT_EQ(starts_on_long(), 200U - 19);
    options.isoforms = {"long"};
    EXPECT_EQ(starts_on_long(), 300U - 19);
}

TEST_F(Designer, CommonVariantsRejectAndRareOnesCount) {
    DesignTarget target = target_of("a1", random_rna(random, 200));
    const auto variant = [&](std::size_t at, double frequency, bool common) {
        VariantOnTarget made;
        made.id = "rs" + std::to_string(at);
        made.start = at;
        made.ref = target.profile.rna.substr(at, 1);
        made.alt = made.ref == "A" ? "C" : "A";
        made.frequency = frequency;
        made.common = common;
        return made;
    };
    target.profile.variants = {variant(50, 0.2, true), variant(120, 0.01, false)};
    add_unit("A", {target});
    options.filters.change("none,+variants");
    options.top = 10000;
    const DesignReport report = design(input, options);
    EXPECT_EQ(reasons(report)["variants"], 19);
    for (const DesignedGuide& guide : report.guides) {
        const TargetSite& site = guide.sites[0];
        EXPECT_TRUE(site.start > 50 || site.end <= 50);
        const bool rare = site.start <= 120 && 120 < site.end;
        EXPECT_DOUBLE_EQ(guide.population_coverage, rare ? 0.99 : 1);
        ASSERT_EQ(site.variants.size(), rare ? 1U : 0U);
        if (rare) {
            EXPECT_EQ(site.variants[0].first_pos, site.end - 120);
        }
    }
}

TEST_F(Designer, BackSpliceGuidesSpanTheJunction) {
    const std::string rna = random_rna(random, 400);
    const DesignTarget circle = circularise(target_of("t", rna), 100, 301, 40);
    EXPECT_EQ(circle.profile.rna.size(), 201U);
    EXPECT_EQ(circle.profile.name, "t_circ_101_301");
    const std::size_t junction = *circle.profile.junction;
    // The junction joins base 300 to base 100.
    EXPECT_EQ(circle.profile.rna.substr(junction - 10, 20),
              rna.substr(291, 10) + rna.substr(100, 10));
    add_unit("T", {circle});
    options.filters.change("none");
    options.top = 1000;
    const DesignReport report = design(input, options);
    EXPECT_EQ(report.guides.size(), 19U - 2 * 5 + 1);
    for (const DesignedGuide& guide : report.guides) {
        EXPECT_EQ(rna.find(site_of_guide(guide.guide)), std::string::npos);
    }
    EXPECT_THROW((void)circularise(target_of("t", rna), 100, 130, 40), Error);
    EXPECT_THROW((void)circularise(target_of("t", rna), 100, 500, 40), Error);
}

TEST_F(Designer, CirclesHaveVariantsAndGenomePlaces) {
    const std::string rna = random_rna(random, 120);
    for (const char strand : {'+', '-'}) {
        DesignTarget linear = target_of("t", rna);
        linear.placement.emplace(
            "chr1", strand, std::vector<seq::Interval>{{1000, 1050}, {2000, 2070}});
        const DesignTarget circle = circularise(linear, 20, 100, 40);
        for (std::size_t i = 0; i < circle.profile.rna.size(); ++i) {
            const std::size_t base = 20 + (i + circle.circle_turn) % 80;
            ASSERT_EQ(circle.profile.rna[i], rna[base]);
            const std::int64_t position = linear.placement->to_genome(base);
            const char on_genome =
                strand == '-' ? site_of_guide(rna.substr(base, 1))[0] : rna[base];
            const std::string ref(1, on_genome == 'U' ? 'T' : on_genome);
            const PlacedAllele placed =
                place_on_target(circle, {"chr1", position, ref, ref == "A" ? "C" : "A", "", 0.5});
            ASSERT_EQ(placed.place, AllelePlace::kOn) << i;
            EXPECT_EQ(placed.variant.start, i);
        }
        const std::int64_t outside = linear.placement->to_genome(5);
        EXPECT_NE(place_on_target(circle, {"chr1", outside, "A", "AC", "", 0.5}).place,
                  AllelePlace::kOn);
    }
}

/// How many 19-mers of `rna` are in `other`.
int shared_sites(const std::string& rna, const std::string& other) {
    int count = 0;
    for (std::size_t at = 0; at + 19 <= rna.size(); ++at) {
        count += other.find(rna.substr(at, 19)) != std::string::npos ? 1 : 0;
    }
    return count;
}

TEST_F(Designer, OtherGenesWithTheSiteReject) {
    const std::string rna = random_rna(random, 300);
    const std::string paralog =
        random_rna(random, 100) + rna.substr(100, 60) + random_rna(random, 100);
    const OffTargetIndex index = index_of({{"a1", "A", rna}, {"p1", "P", paralog}});
    add_unit("A", {target_of("a1", rna)});
    input.index = &index;
    options.filters.change("none,+specificity");
    options.top = 10000;
    const DesignReport report = design(input, options);
    ASSERT_GE(shared_sites(rna, paralog), 42);
    EXPECT_EQ(reasons(report)["specificity"], shared_sites(rna, paralog));
    for (const DesignedGuide& guide : report.guides) {
        EXPECT_TRUE(guide.off_targets.searched);
        EXPECT_EQ(guide.off_targets.guide_sites[0], 0);
        for (const OffTargetSite& site : guide.off_targets.worst) {
            EXPECT_EQ(site.gene, "P");
        }
    }
    EXPECT_TRUE(report.notes.empty());
}

TEST_F(Designer, ATargetUnderAnotherNameIsKnownByItsSequence) {
    const std::string rna = random_rna(random, 300);
    const OffTargetIndex index =
        index_of({{"ENST1", "GENE1", rna}, {"ENST2", "GENE2", random_rna(random, 500)}});
    add_unit("mine", {target_of("mine", rna)});
    input.index = &index;
    const DesignReport report = design(input, options);
    ASSERT_EQ(report.notes.size(), 1U);
    EXPECT_NE(report.notes[0].find("GENE1 has at least half of its sites"), std::string::npos);
    EXPECT_FALSE(report.guides.empty());
    // A target that the index does not have: a perfect site elsewhere is an off-target.
    const std::string stranger =
        random_rna(random, 50) + rna.substr(10, 30) + random_rna(random, 50);
    const OffTargetIndex other = index_of({{"ENST3", "GENE3", stranger}});
    input.index = &other;
    options.filters.change("none,+specificity");
    EXPECT_EQ(reasons(design(input, options))["specificity"], shared_sites(rna, stranger));
    // Nor is it where the sites asked for are few.
    input.targets[0].profile.region_start = 15;
    input.targets[0].profile.region_end = 35;
    ASSERT_EQ(shared_sites(rna.substr(15, 20), stranger), 2);
    EXPECT_EQ(reasons(design(input, options))["specificity"], 2);
}

TEST_F(Designer, CopiesOfAGeneUnderItsSymbolAreMeantToo) {
    const std::string rna = random_rna(random, 300);
    OffTargetIndexBuilder builder;
    for (const char* gene : {"ENSG1", "ENSG1_PAR_Y"}) {
        TranscriptRecord record;
        record.name = std::string("T-") + gene;
        record.gene_id = gene;
        record.gene_name = "SYM";
        record.bases = rna;
        builder.add(record);
    }
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> piece) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    });
    const OffTargetIndex index = OffTargetIndex::from_memory(std::move(bytes), "test");
    DesignTarget target = target_of("T-ENSG1", rna);
    target.profile.gene = "SYM";
    add_unit("ENSG1", {target});
    input.index = &index;
    EXPECT_EQ(reasons(design(input, options))["specificity"], 0);
}

TEST_F(Designer, OtherSpeciesMustHaveTheSite) {
    const std::string rna = random_rna(random, 300);
    std::string mouse = rna;
    for (std::size_t at = 0; at < 150; at += 10) {
        mouse[at] = mouse[at] == 'A' ? 'C' : 'A';
    }
    const OffTargetIndex index = index_of({{"m1", "Aa", mouse}, {"m2", "Bb", rna}});
    add_unit("AA", {target_of("a1", rna)});
    input.species.push_back({"mouse", &index, {}, 0});
    options.filters.change("none,+species");
    options.top = 10000;
    const DesignReport strict = design(input, options);
    for (const DesignedGuide& guide : strict.guides) {
        EXPECT_GT(guide.sites[0].start, 140U);
        ASSERT_EQ(guide.species.size(), 1U);
        EXPECT_EQ(guide.species[0].gene, "Aa");  // the name in another case; Bb has it all
        EXPECT_EQ(guide.species[0].map, std::string(19, '|'));
        EXPECT_EQ(guide.species[0].start, guide.sites[0].start);
    }
    EXPECT_EQ(strict.guides.size(), 300U - 19 + 1 - 141);
    input.species[0].max_mismatches = 2;
    const DesignReport loose = design(input, options);
    EXPECT_EQ(loose.guides.size(), 300U - 19 + 1);
    const auto first = std::find_if(loose.guides.begin(), loose.guides.end(), [](const auto& one) {
        return one.sites[0].start == 5;
    });
    ASSERT_NE(first, loose.guides.end());
    std::string map(19, '|');  // site [5, 24): mismatches at 10 and 20, guide positions 14 and 4
    map[13] = mouse[10];
    map[3] = mouse[20];
    EXPECT_EQ(first->species[0].map, map);
    input.species[0].orthologs = {"Nothing"};
    EXPECT_TRUE(design(input, options).guides.empty());
}

TEST_F(Designer, ControlsAreMatched) {
    const std::string rna = random_rna(random, 400);
    const OffTargetIndex index =
        index_of({{"a1", "A", rna}, {"x", "X", random_rna(random, 20000)}});
    add_unit("A", {target_of("a1", rna)});
    input.index = &index;
    options.controls = 3;
    const DesignReport report = design(input, options);
    for (const DesignedGuide& guide : report.guides) {
        if (guide.rank > 3) {
            EXPECT_TRUE(guide.controls.empty());
            continue;
        }
        ASSERT_EQ(guide.controls.size(), 2U);
        const ControlDuplex& scrambled = guide.controls[0];
        EXPECT_TRUE(scrambled.clean) << scrambled.note;
        EXPECT_TRUE(std::is_permutation(scrambled.guide.begin(),
                                        scrambled.guide.end(),
                                        guide.guide.begin(),
                                        guide.guide.end()));
        std::int64_t near = 0;
        SearchOptions search;
        search.passenger_strand = true;
        search_sites(
            index, std::vector<std::string>{scrambled.guide}, search, [&](auto, auto hits) {
                near += static_cast<std::int64_t>(hits.size());
            });
        EXPECT_EQ(near, 0);
        const ControlDuplex& c911 = guide.controls[1];
        EXPECT_EQ(c911.guide.substr(0, 8), guide.guide.substr(0, 8));
        EXPECT_EQ(c911.guide.substr(11), guide.guide.substr(11));
        const std::string middle = guide.guide.substr(8, 3);
        const std::string reversed(middle.rbegin(), middle.rend());
        EXPECT_EQ(c911.guide.substr(8, 3), reverse_complement_rna(reversed));
        EXPECT_EQ(c911.passenger, reverse_complement_rna(c911.guide));
    }
}

TEST_F(Designer, AllelesAreToldApart) {
    DesignTarget target = target_of("a1", random_rna(random, 200));
    CarriedVariant carried;
    carried.variant.id = "rs100";
    carried.variant.start = 100;
    carried.variant.ref = target.profile.rna.substr(100, 1);
    carried.variant.alt = carried.variant.ref == "A" ? "C" : "A";
    carried.copies = {0, 1};
    target.carried = {carried};
    VariantOnTarget frequent = carried.variant;
    frequent.frequency = 0.3;
    frequent.common = true;
    target.profile.variants = {frequent};  // the one that is told apart does no harm
    add_unit("A", {target});
    options.allele = AlleleRequest{};
    options.filters.change("none,+discrimination");
    options.min_discrimination = 0.05;
    const DesignReport report = design(input, options);
    EXPECT_EQ(places(report).size(), 19U);
    ASSERT_FALSE(report.guides.empty());
    std::string alt = target.profile.rna;
    alt[100] = carried.variant.alt[0];
    for (const DesignedGuide& guide : report.guides) {
        ASSERT_TRUE(guide.allele);
        EXPECT_EQ(site_of_guide(guide.guide), alt.substr(guide.sites[0].start, 19));
        EXPECT_DOUBLE_EQ(guide.allele->on_silenced, guide.efficacy.expected);
        EXPECT_LT(guide.allele->off_silenced, guide.allele->on_silenced);
        EXPECT_GE(guide.allele->discrimination, 0.05);
        EXPECT_EQ(guide.population_coverage, 1);
    }
}

}  // namespace
}  // namespace varhush::sirna::test
