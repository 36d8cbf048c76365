#include "varhush/scoring/calibration_table.hpp"

#include "varhush/core/error.hpp"
#include "varhush/scoring/sequence_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>
#include <string>

namespace varhush::scoring {
namespace {

using ::testing::HasSubstr;

using enum AlleleClass;

std::string bases_of(std::size_t length, const std::string& alphabet, unsigned seed) {
    std::mt19937 engine(seed);
    std::string bases;
    for (std::size_t i = 0; i < length; ++i) {
        bases += alphabet[engine() % alphabet.size()];
    }
    return bases;
}

std::vector<ProfileFeatures> windows_of(std::size_t count, const std::string& alphabet) {
    std::vector<ProfileFeatures> windows;
    for (unsigned i = 0; i < count; ++i) {
        windows.push_back(*profile_features(bases_of(1000, alphabet, i + 1)));
    }
    return windows;
}

// 200 substitutions from -1 to 0.99, 100 deletions of size 5, 3 insertions of 1.
CalibrationTable small_table() {
    CalibrationBuilder builder({{"VH_SPL", true}, {"LEVEL[0]", false}, {"EMPTY[0]", true}});
    const auto add = [&](AlleleClass kind, float value) {
        builder.add(0, kind, value);
        builder.add(1, kind, std::fabs(value));
        builder.add_allele(kind, "chr1:1:A:" + std::to_string(value));
    };
    for (int i = -100; i < 100; ++i) {
        add(kSubstitution, static_cast<float>(i) / 100);
    }
    for (int i = 0; i < 100; ++i) {
        add(kDeletion, i % 2 == 0 ? 5.0F : -5.0F);
    }
    for (int i = 0; i < 3; ++i) {
        add(kInsertion, 1);
    }
    CalibrationInfo info;
    info.name = "small";
    info.model_id = "m";
    info.model_sha256 = "ab12";
    info.settings = "distance=50";
    info.background = "made up";
    return builder.finish(info, SequenceProfile::of(windows_of(150, "AACGT"), 1000, 0));
}

TEST(CalibrationTable, RanksAlleleAmongThoseOfItsClass) {
    const auto table = small_table();
    EXPECT_EQ(table.info().alleles, (std::array<std::int64_t, 3>{200, 3, 100}));
    const auto series = table.find("VH_SPL");
    ASSERT_TRUE(series);
    // Sizes of the substitutions: 0 once, 0.01 to 0.99 twice each, 1 once.
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kSubstitution, 0), 0.5 / 200);
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kSubstitution, 0.5), 100.0 / 200);
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kSubstitution, -0.5), 100.0 / 200);
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kDeletion, 0.5), 0.5 / 100);
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kDeletion, 5), 0.5);
    // Three insertions are too few: among all 303, 199 + 3 of which are below 1 or equal.
    EXPECT_DOUBLE_EQ(*table.size_rank(*series, kInsertion, 1), (199 + 4 / 2.0) / 303);
}

TEST(CalibrationTable, QuantileScoresAreSignedForSignedSeries) {
    const auto table = small_table();
    EXPECT_DOUBLE_EQ(*table.quantile_score(0, kSubstitution, 0), 2 * (100.5 / 200) - 1);
    EXPECT_DOUBLE_EQ(*table.quantile_score(0, kSubstitution, -0.5), 2 * (50.5 / 200) - 1);
    EXPECT_DOUBLE_EQ(*table.quantile_score(0, kSubstitution, -9), 2 * (0.5 / 200) - 1);
    EXPECT_DOUBLE_EQ(*table.quantile_score(1, kSubstitution, 9), 1 - 0.5 / 200);
    EXPECT_DOUBLE_EQ(*table.quantile_score(1, kSubstitution, 0), 0.5 / 200);
}

TEST(CalibrationTable, WhatHasNoBackgroundHasNoRank) {
    const auto table = small_table();
    EXPECT_FALSE(table.size_rank(2, kSubstitution, 1));
    EXPECT_FALSE(table.quantile_score(2, kSubstitution, 1));
    EXPECT_FALSE(table.size_rank(0, kSubstitution, NAN));
    EXPECT_FALSE(table.find("VH_TSS"));
}

TEST(CalibrationTable, TheHighestRankIsTheResolution) {
    const auto table = small_table();
    EXPECT_DOUBLE_EQ(table.highest_rank(kSubstitution), 1 - 0.5 / 200);
    EXPECT_DOUBLE_EQ(table.highest_rank(kDeletion), 1 - 0.5 / 100);
    EXPECT_DOUBLE_EQ(table.highest_rank(kInsertion), 1 - 0.5 / 303);
    EXPECT_DOUBLE_EQ(*table.size_rank(0, kSubstitution, 1e9), 1 - 0.5 / 200);
    CalibrationBuilder big({{"X", false}});
    for (int i = 0; i < 100'000; ++i) {
        big.add(0, kSubstitution, static_cast<float>(i));
        big.add_allele(kSubstitution, "");
    }
    EXPECT_EQ(*big.finish({}, {}).size_rank(0, kSubstitution, 1e9), CalibrationTable::kLargestRank);
}

TEST(CalibrationTable, NothingScoredIsNoBackground) {
    CalibrationBuilder builder({{"VH_SPL", true}});
    EXPECT_THROW(static_cast<void>(builder.finish({}, {})), Error);
}

nn::SafeTensors in_memory(const std::string& bytes) {
    return nn::SafeTensors::from_memory(std::as_bytes(std::span(bytes)), "table");
}

TEST(CalibrationTable, AFileGivesTheSameRanks) {
    const auto table = small_table();
    const std::string bytes = table.to_bytes();
    EXPECT_EQ(bytes, small_table().to_bytes());
    const auto again = CalibrationTable::from_file(in_memory(bytes));
    EXPECT_EQ(again.to_bytes(), bytes);
    EXPECT_EQ(again.info().background, "made up");
    EXPECT_EQ(again.info().spread_threshold, 1);
    EXPECT_EQ(again.info().background_sha256, table.info().background_sha256);
    for (const double x : {-7.0, -0.333, 0.0, 0.004, 0.5, 4.0, 9.0}) {
        for (const auto kind : {kSubstitution, kInsertion, kDeletion}) {
            EXPECT_EQ(again.size_rank(0, kind, x), table.size_rank(0, kind, x));
            EXPECT_EQ(again.quantile_score(0, kind, x), table.quantile_score(0, kind, x));
        }
    }
    const auto strange = *profile_features(bases_of(1000, "GGC", 7));
    EXPECT_EQ(again.profile()->rank(strange), table.profile()->rank(strange));
}

void expect_refused(const std::string& bytes, const std::string& words) {
    try {
        static_cast<void>(CalibrationTable::from_file(in_memory(bytes)));
        ADD_FAILURE() << "accepted; expected: " << words;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        EXPECT_THAT(error.what(), HasSubstr(words));
    }
}

TEST(CalibrationTable, EveryFlippedBitAndEveryCutIsRefused) {
    const std::string bytes = small_table().to_bytes();
    for (std::size_t at = 0; at < bytes.size(); at += 101) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        // A blank of the padding may become something that is still no JSON: refused as well.
        EXPECT_THROW(static_cast<void>(CalibrationTable::from_file(in_memory(damaged))), Error)
            << at;
        EXPECT_THROW(static_cast<void>(CalibrationTable::from_file(in_memory(bytes.substr(0, at)))),
                     Error)
            << at;
    }
}

TEST(CalibrationTable, SaysWhatIsWrong) {
    const std::string bytes = small_table().to_bytes();
    std::string damaged = bytes;
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    expect_refused(damaged, "damaged");
    expect_refused(nn::safetensors_header({}, {{"a", "b"}}), "no calibration table");
}

// A description of ours with something changed, and its checksum put right.
std::string forged(const std::function<std::string(std::string)>& change) {
    const std::string bytes = small_table().to_bytes();
    const auto file = in_memory(bytes);
    auto metadata = file.metadata();
    std::string& text = metadata.at("varhush.calibration");
    text = change(text);
    nn::Sha256 hash;
    hash.update(std::as_bytes(std::span(text)));
    metadata["varhush.calibration_sha256"] = hash.finish();
    std::vector<nn::TensorShape> shapes;
    for (const char* name : {"values", "ranks", "grids", "profile"}) {
        const auto& entry = file.entries().at(name);
        shapes.push_back({name, entry.shape, entry.dtype});
    }
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return nn::safetensors_header(shapes, metadata) + bytes.substr(8 + header);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(CalibrationTable, RefusesLaterVersionsAndStrangeDescriptions) {
    expect_refused(
        forged([](auto text) { return replaced(text, "\"version\":1", "\"version\":2"); }),
        "version 2, this program reads version 1");
    expect_refused(forged([](auto text) { return replaced(text, "LEVEL[0]", "VH_SPL"); }), "twice");
    expect_refused(forged([](auto) { return std::string("[1"); }), "description");
    expect_refused(
        forged([](auto text) { return replaced(text, "\"signed\":true", "\"signed\":7"); }),
        "description");
    EXPECT_NO_THROW(CalibrationTable::from_file(in_memory(forged([](auto text) { return text; }))));
    const auto limited = [](const std::string& limit) {
        return forged([&](auto text) {
            return replaced(text, "\"spread_threshold\":1.0", "\"spread_threshold\":" + limit);
        });
    };
    expect_refused(limited("-1"), "limit of disagreement");
    expect_refused(limited("\"1\""), "description");
    EXPECT_EQ(CalibrationTable::from_file(in_memory(limited("0.5"))).info().spread_threshold, 0.5);
    // Tables of before have none.
    EXPECT_EQ(CalibrationTable::from_file(in_memory(forged([](auto text) {
                  return replaced(text, "\"spread_threshold\":1.0,", "");
              })))
                  .info()
                  .spread_threshold,
              1);
}

TEST(CalibrationTable, BelongsToOneModel) {
    const auto table = small_table();
    EXPECT_NO_THROW(table.require_model("ab12", "t"));
    try {
        table.require_model("cd34", "t.vhcal");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        EXPECT_THAT(error.what(), HasSubstr("t.vhcal: this calibration belongs to another model"));
    }
}

TEST(CalibrationTable, KeepsWhatIsKnownOfSigns) {
    const SignCurve curve({{0.25F, 0.5F}, {1, 0.75F}});
    auto table = small_table().with_sign({"VH_SPL", "measured.tsv", 1234, curve});
    const std::string bytes = table.to_bytes();
    const auto again = CalibrationTable::from_file(in_memory(bytes));
    ASSERT_TRUE(again.sign());
    EXPECT_EQ(again.sign()->series, "VH_SPL");
    EXPECT_EQ(again.sign()->source, "measured.tsv");
    EXPECT_EQ(again.sign()->measured, 1234);
    EXPECT_EQ(again.sign()->curve.knots(), curve.knots());
    EXPECT_FALSE(small_table().sign());
    EXPECT_EQ(again.to_bytes(), bytes);
    EXPECT_THROW(static_cast<void>(small_table().with_sign({"VH_TF", "", 1, curve})), Error);
    EXPECT_THROW(static_cast<void>(small_table().with_sign({"LEVEL[0]", "", 1, curve})), Error)
        << "levels have no sign";
    const auto with_sign = [](const std::string& sign) {
        return forged(
            [&](auto text) { return replaced(text, "\"tolerance\"", sign + ",\"tolerance\""); });
    };
    const std::string start = R"("sign":{"measured":1,"source":"s","series":)";
    EXPECT_NO_THROW(CalibrationTable::from_file(
        in_memory(with_sign(start + R"("VH_SPL","knots":[[0.1,0.6]]})"))));
    expect_refused(with_sign(start + R"("VH_SPL","knots":[[0.1,0.6],[0.2,0.5]]})"), "damaged");
    expect_refused(with_sign(start + R"("VH_SPL","knots":[]})"), "damaged");
    expect_refused(with_sign(start + R"("LEVEL[0]","knots":[[0.1,0.6]]})"), "belong to no series");
    expect_refused(with_sign(start + R"("VH_SPL","knots":[[0.1]]})"), "description");
    expect_refused(with_sign(R"("sign":7)"), "description");
}

TEST(AlleleClass, FollowsFromTheChangeOfLength) {
    EXPECT_EQ(allele_class(1, 1), kSubstitution);
    EXPECT_EQ(allele_class(3, 3), kSubstitution);
    EXPECT_EQ(allele_class(2, 5), kInsertion);
    EXPECT_EQ(allele_class(5, 2), kDeletion);
}

}  // namespace
}  // namespace varhush::scoring
