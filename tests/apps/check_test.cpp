#include "apps/check/checker.hpp"
#include "apps/check/findings.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

TEST(RecordSampler, TakesTheFirstAllAndThenEverFewer) {
    RecordSampler sampler(10);
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < 1000; ++i) {
        if (sampler.next()) {
            chosen.push_back(i);
        }
    }
    for (std::size_t i = 0; i <= 10; ++i) {
        EXPECT_EQ(chosen.at(i), static_cast<std::int64_t>(i));
    }
    EXPECT_FALSE(sampler.chose_all());
    EXPECT_GT(chosen.size(), 45U);  // 10 * (1 + ln 100) = 56
    EXPECT_LT(chosen.size(), 70U);
    EXPECT_GT(chosen.back(), 890);
    for (std::size_t i = 12; i < chosen.size(); ++i) {
        EXPECT_GE(chosen[i] - chosen[i - 1] + 1, chosen[i - 1] - chosen[i - 2]);
    }
}

TEST(RecordSampler, TakesEveryRecordWhenAskedOrWhenThereAreFew) {
    RecordSampler full(0);
    RecordSampler few(100);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(full.next());
        EXPECT_TRUE(few.next());
    }
    EXPECT_TRUE(full.chose_all());
    EXPECT_TRUE(few.chose_all());
}

Findings findings_of(ReferenceFit fit) {
    Findings findings;
    findings.records = 10;
    findings.references.push_back(std::move(fit));
    return findings;
}

TEST(Judge, FitsWhenNothingIsWrong) {
    EXPECT_TRUE(judge(findings_of({.compared = 10, .agreeing = 10})).fits());
}

TEST(Judge, EveryKindOfTroubleIsAProblem) {
    EXPECT_FALSE(judge(findings_of({.compared = 10, .agreeing = 9})).fits());
    Findings unsorted = findings_of({});
    unsorted.unsorted.see("chr1:5");
    EXPECT_FALSE(judge(unsorted).fits());
    Findings unknown = findings_of({});
    unknown.contigs.push_back({.name = "chr9", .records = 1});
    EXPECT_FALSE(judge(unknown).fits());
    Findings length = findings_of({});
    length.contigs.push_back({.name = "chr1",
                              .records = 1,
                              .header_length = 9,
                              .fasta_name = "chr1",
                              .fasta_length = 10});
    EXPECT_FALSE(judge(length).fits());
    Findings build = findings_of({.build = "GRCh38"});
    build.header_build = "GRCh37";
    EXPECT_FALSE(judge(build).fits());
}

TEST(Judge, OtherNamesDuplicatesAndSpellingsAreNotes) {
    Findings findings = findings_of({.compared = 5, .agreeing = 5, .not_normalised = 2});
    findings.contigs.push_back({.name = "1", .records = 10, .fasta_name = "chr1"});
    findings.contigs.push_back({.name = "unused"});
    findings.contigs.push_back(
        {.name = "MT", .header_length = 16569, .fasta_name = "chrM", .fasta_length = 16571});
    findings.duplicates.see("chr1:5");
    findings.every_record_compared = false;
    const Verdict verdict = judge(findings);
    EXPECT_TRUE(verdict.fits());
    EXPECT_EQ(verdict.notes.size(), 5U);
}

}  // namespace
}  // namespace varhush::apps
