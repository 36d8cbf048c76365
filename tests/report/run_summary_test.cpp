#include "varhush/report/run_summary.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace varhush::report {
namespace {

using seq::AlleleStatus;

RunSummary example() {
    RunSummary summary;
    summary.model = "splice-mini";
    summary.records = 1200;
    summary.alleles = 1210;
    summary.counts[static_cast<std::size_t>(AlleleStatus::kOk)] = 1190;
    summary.counts[static_cast<std::size_t>(AlleleStatus::kStar)] = 15;
    summary.counts[static_cast<std::size_t>(AlleleStatus::kNoGene)] = 5;
    summary.seconds = 2.0;
    return summary;
}

TEST(RunSummary, TextNamesEveryReasonThatOccurred) {
    EXPECT_EQ(example().to_text(),
              "1,200 records, 1,210 alleles = 1,190 scored + 15 STAR + 5 NO_GENE, 2.0 s "
              "(605 alleles/s)");
}

TEST(RunSummary, TextOfAnEmptyRun) {
    EXPECT_EQ(RunSummary{}.to_text(), "0 records, 0 alleles = 0 scored, 0.0 s");
}

TEST(RunSummary, CheckThrowsWhenAnAlleleIsNotAccountedFor) {
    RunSummary summary = example();
    EXPECT_NO_THROW(summary.check());
    summary.alleles += 1;
    EXPECT_THROW(summary.check(), Error);
}

TEST(RunSummary, JsonHoldsEveryStatusAndAddsUp) {
    const auto json = nlohmann::json::parse(example().to_json());
    EXPECT_EQ(json["model"], "splice-mini");
    EXPECT_EQ(json["records"], 1200);
    EXPECT_EQ(json["unscored"], 20);
    EXPECT_EQ(json["status"].size(), seq::kAlleleStatusCount);
    int sum = 0;
    for (const auto& [name, count] : json["status"].items()) {
        sum += count.get<int>();
    }
    EXPECT_EQ(sum, json["alleles"].get<int>());
}

TEST(RunSummary, JsonSaysWhatEachOfSeveralModelsTook) {
    RunSummary summary = example();
    EXPECT_FALSE(nlohmann::json::parse(summary.to_json()).contains("part_seconds"));
    summary.parts = {{"a", summary.counts, 1.5}, {"b", summary.counts, 0.25}};
    const auto json = nlohmann::json::parse(summary.to_json());
    EXPECT_EQ(json["parts"]["a"]["STAR"], 15);
    EXPECT_EQ(json["part_seconds"]["a"], 1.5);
    EXPECT_EQ(json["part_seconds"]["b"], 0.25);
}

TEST(RunSummary, JsonStandsModelPathsThatAreNotUtf8) {
    RunSummary summary;
    summary.model = "m\xff.safetensors";
    EXPECT_TRUE(nlohmann::json::accept(summary.to_json()));
}

TEST(WithThousands, GroupsDigits) {
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(1000), "1,000");
    EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
}

}  // namespace
}  // namespace varhush::report
