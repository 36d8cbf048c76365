#include "varhush/scoring/haplotype_scorer.hpp"

#include "splice_test_network.hpp"
#include "varhush/seq/haplotype.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

namespace varhush::scoring {
namespace {

using seq::AlleleStatus;
using seq::Change;

constexpr int kDistance = 12;

std::string random_bases(std::mt19937& random, std::size_t size) {
    std::string bases;
    while (bases.size() < size) {
        bases += "ACGT"[random() % 4];
    }
    return bases;
}

class SpliceHaplotypes : public testing::Test {
  protected:
    SpliceHaplotypes() : random_(7), bases_(random_bases(random_, 2000)) {
        const models::test::RandomNetwork weights("5,5,5,5", "1,2,4,4", 2, "softmax3");
        const auto path = std::filesystem::temp_directory_path() /
                          ("varhush-haplotypes-" + std::to_string(::getpid()) + ".safetensors");
        nn::write_safetensors(path, weights.tensors, weights.metadata);
        network_ = std::make_shared<const models::SpliceNetwork>(nn::SafeTensors::open(path));
        std::filesystem::remove(path);
    }

    [[nodiscard]] std::unique_ptr<HaplotypeEffects> effects_on(
        const seq::StringReference& reference) const {
        return make_splice_haplotypes(network_,
                                      models::make_native_evaluator(network_, 1),
                                      reference,
                                      nullptr,
                                      {kDistance, false});
    }
    static seq::StringReference contig(const std::string& bases) {
        seq::StringReference reference;
        reference.add("c", bases);
        return reference;
    }
    /// A change at `start`: a base replaced, bases inserted or removed.
    Change random_change(std::int64_t start) {
        const auto at = static_cast<std::size_t>(start);
        switch (random_() % 3) {
            case 0:
                return {start, bases_.substr(at, 1), bases_[at] == 'G' ? "T" : "G"};
            case 1:
                return {start, "", random_bases(random_, 1 + random_() % 5)};
            default:
                return {start, bases_.substr(at, 1 + random_() % 6), ""};
        }
    }
    static std::vector<double> of(HaplotypeEffects& effects,
                                  const Change& frame,
                                  std::vector<Change> changes) {
        const HaplotypeQuery query{{"c", frame}, std::move(changes)};
        auto found = effects.effects({&query, 1});
        EXPECT_EQ(found.at(0).status, AlleleStatus::kOk);
        return found[0].values.at(0);
    }

    std::mt19937 random_;
    std::string bases_;
    std::shared_ptr<const models::SpliceNetwork> network_;
};

// What a second change does on top of the first is what it does to a genome that has the first.
TEST_F(SpliceHaplotypes, ChangesOfOneHaplotypeAreOneSequence) {
    const auto reference = contig(bases_);
    const auto effects = effects_on(reference);
    for (int round = 0; round < 40; ++round) {
        const Change looked_at = random_change(1000);
        // Left or right of where is looked, within the network's sight.
        const bool left = random_() % 2 == 0;
        const auto distance = static_cast<std::int64_t>(kDistance + 7 + random_() % 12);
        const Change other = random_change(left ? 1000 - distance : 1006 + distance);
        std::vector<Change> both{other, looked_at};
        std::sort(both.begin(), both.end(), [](const auto& a, const auto& b) {
            return a.start < b.start;
        });
        std::string changed = bases_;
        changed.replace(static_cast<std::size_t>(other.start), other.ref.size(), other.alt);
        const auto personal = contig(changed);
        const auto on_personal = effects_on(personal);
        Change moved = looked_at;
        moved.start += left ? seq::length_change(other) : 0;

        const auto joint = of(*effects, looked_at, both);
        const auto first = of(*effects, looked_at, {other});
        const auto second = of(*on_personal, moved, {moved});
        ASSERT_EQ(joint.size(), second.size());
        double largest = 0;
        for (std::size_t i = 0; i < joint.size(); ++i) {
            // Where bases are deleted there is no prediction of the first change to start from.
            EXPECT_NEAR(joint[i] - first[i], second[i], 2e-6) << round << " " << i;
            largest = std::max(largest, std::fabs(first[i]));
        }
        EXPECT_GT(largest, 1e-4) << "the other change is in sight";
    }
}

TEST_F(SpliceHaplotypes, ThePlacesOfOtherChangesAreLaidOverToo) {
    // Both in one window: bases between them stay where they stand, deleted ones lose their site.
    const auto reference = contig(bases_);
    const auto effects = effects_on(reference);
    const Change deletion{995, bases_.substr(995, 3), ""};
    const Change insertion{1000, "", "ACG"};
    const auto rows = static_cast<std::size_t>(2 * kDistance + 1);
    const auto joint = of(*effects, insertion, {deletion, insertion});
    const auto alone = of(*effects, insertion, {deletion});
    // The window begins kDistance before the base in front of the insertion.
    const auto row = [&](std::int64_t position) {
        return static_cast<std::size_t>(position - (999 - kDistance));
    };
    for (std::size_t channel = 0; channel < 2; ++channel) {
        for (const std::int64_t position : {995, 996, 997}) {
            EXPECT_EQ(joint[channel * rows + row(position)], alone[channel * rows + row(position)])
                << "minus what the reference has there";
        }
    }
}

// Where the other haplotype has lost all that is looked at, nothing is predicted there any more.
TEST_F(SpliceHaplotypes, ADeletionMayTakeAwayAWholeWindow) {
    const auto reference = contig(bases_);
    const auto effects = effects_on(reference);
    const Change place{1000, bases_.substr(1000, 1), bases_[1000] == 'A' ? "C" : "A"};
    const Change deletion{950, bases_.substr(950, 100), ""};
    const auto lost = of(*effects, place, {deletion});
    // The same from the left of it: deleted positions lose what they had.
    const auto from_left = of(*effects, deletion, {deletion});
    const auto rows = static_cast<std::size_t>(2 * kDistance + 1);
    const auto wide = static_cast<std::size_t>(2 * kDistance + 101);
    for (std::size_t block = 0; block < 4; ++block) {  // strands and sites
        for (std::size_t row = 0; row < rows; ++row) {
            // Windows begin kDistance before 1000 and before 949.
            EXPECT_EQ(lost[block * rows + row], from_left[block * wide + row + 51]);
            EXPECT_LT(lost[block * rows + row], 0);
        }
    }
    HaplotypeScorer scorer({effects.get()}, reference);
    const std::vector<HaplotypeTask> tasks{{"c", {place}, std::vector<Change>{deletion}}};
    EXPECT_EQ(scorer.score(tasks)[0][0][0].status, AlleleStatus::kOk);
}

TEST_F(SpliceHaplotypes, ScorerAddsAndSubtractsPlaceByPlace) {
    const auto reference = contig(bases_);
    const auto effects = effects_on(reference);
    HaplotypeScorer scorer({effects.get()}, reference);
    const Change a{1000, bases_.substr(1000, 1), bases_[1000] == 'A' ? "C" : "A"};
    const Change b{1015, bases_.substr(1015, 1), bases_[1015] == 'A' ? "C" : "A"};
    const Change far{1800, bases_.substr(1800, 1), bases_[1800] == 'A' ? "C" : "A"};
    const std::vector<HaplotypeTask> tasks{{"c", {a}, {}},
                                           {"c", {a, b}, std::vector<Change>{}},
                                           {"c", {}, std::vector<Change>{a, b}},
                                           {"c", {a}, std::vector<Change>{b}},
                                           {"c", {b}, std::vector<Change>{a}},
                                           {"c", {a, b}, std::vector<Change>{a, b}}};
    const auto scores = scorer.score(tasks);
    const auto& one = scores[0][0][0];
    EXPECT_EQ(one.joint, one.sum);
    EXPECT_EQ(one.epistasis, 0.0);
    EXPECT_FALSE(one.other);
    const auto& both = scores[1][0][0];
    EXPECT_EQ(both.other, both.joint) << "the other is the reference";
    EXPECT_NE(both.epistasis, 0.0);
    EXPECT_NEAR(*both.epistasis, both.epistasis_joint - both.epistasis_sum, 2e-6);
    const auto& none = scores[2][0][0];
    EXPECT_EQ(none.status, AlleleStatus::kOk);
    EXPECT_EQ(none.joint, 0);
    EXPECT_EQ(none.other, -*both.other);
    EXPECT_EQ(*scores[3][0][0].other, -*scores[4][0][0].other);
    EXPECT_EQ(scores[5][0][0].other, 0.0) << "the same on both";
    // Kept: nothing new is computed, and what is forgotten is computed again, to the same value.
    const auto computed = scorer.counts().computed;
    EXPECT_LT(computed, scorer.counts().wanted);
    EXPECT_EQ(scorer.score(tasks)[1][0][0].joint, both.joint);
    EXPECT_EQ(scorer.counts().computed, computed);
    scorer.forget_before("c", 1990);
    EXPECT_EQ(scorer.score(tasks)[1][0][0].joint, both.joint);
    // A change out of sight adds nothing but its own places.
    const std::vector<HaplotypeTask> apart{{"c", {a, far}, {}}, {"c", {far}, {}}};
    const auto wide = scorer.score(apart);
    EXPECT_EQ(wide[0][0][0].epistasis, 0.0);
    EXPECT_EQ(
        wide[0][0][0].joint,
        std::fabs(one.joint) >= std::fabs(wide[1][0][0].joint) ? one.joint : wide[1][0][0].joint);
}

}  // namespace
}  // namespace varhush::scoring
