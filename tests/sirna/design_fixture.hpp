#pragma once

#include "varhush/sirna/designer.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_builder.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace varhush::sirna::test {

/// A model for tests alone: the share of A and U in guide positions 1 to 7, and a check that the
/// context holds the site where it is said to be.
class SeedModel final : public EfficacyModel {
  public:
    [[nodiscard]] std::vector<Efficacy> predict(
        std::span<const GuideQuery> queries) const override {
        std::vector<Efficacy> all;
        for (const GuideQuery& query : queries) {
            double count = 0;
            for (std::size_t i = 0; i < 7; ++i) {
                count += query.guide[i] == 'A' || query.guide[i] == 'U' ? 1 : 0;
            }
            EXPECT_EQ(query.context.substr(query.site_offset, 19),
                      site_of_guide(query.guide.substr(0, 19)));
            const double share = count / 7;
            all.push_back({0.5 + share / 3, share / 2, 1, share});
        }
        return all;
    }
    [[nodiscard]] std::string name() const override { return "seed-model"; }
    [[nodiscard]] std::string sha256() const override { return "00"; }
};

inline std::string random_rna(std::mt19937& random, std::size_t length) {
    std::string rna;
    for (std::size_t i = 0; i < length; ++i) {
        rna += "ACGU"[random() % 4];
    }
    return rna;
}

inline DesignTarget target_of(const std::string& name, const std::string& rna) {
    DesignTarget target;
    target.profile.name = name;
    target.profile.rna = rna;
    target.profile.region_end = rna.size();
    return target;
}

/// name, gene, bases
struct Entry {
    std::string name;
    std::string gene;
    std::string bases;
};

inline OffTargetIndex index_of(const std::vector<Entry>& entries) {
    OffTargetIndexBuilder builder;
    for (const Entry& entry : entries) {
        TranscriptRecord record;
        record.name = entry.name;
        record.gene_id = entry.gene;
        record.gene_name = entry.gene;
        record.bases = entry.bases;
        builder.add(record);
    }
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> piece) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    });
    return OffTargetIndex::from_memory(std::move(bytes), "test");
}

}  // namespace varhush::sirna::test
