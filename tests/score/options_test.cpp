#include "apps/score/options.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace varhush::apps {
namespace {

ScoreOptions parse(std::initializer_list<const char*> arguments) {
    std::vector<const char*> argv{"score"};
    argv.insert(argv.end(), arguments);
    return parse_score_options(static_cast<int>(argv.size()), argv.data());
}

void expect_usage_error(std::initializer_list<const char*> arguments, const std::string& part) {
    try {
        static_cast<void>(parse(arguments));
        FAIL() << "no exception; expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
}

TEST(ScoreOptions, HaveTheDefaultsOfTheFamily) {
    const auto options = parse({"-f", "x.fa", "in.vcf.gz"});
    EXPECT_EQ(options.input, "in.vcf.gz");
    EXPECT_EQ(options.distance_bp, 50);
    EXPECT_FALSE(options.mask);
    EXPECT_EQ(options.digits, 2);
    EXPECT_EQ(options.output.path, "-");
    EXPECT_EQ(options.transcripts, "canonical");
    EXPECT_EQ(options.command_line, "score -f x.fa in.vcf.gz");
}

TEST(ScoreOptions, AbsentInputIsStandardInput) {
    EXPECT_EQ(parse({"-m", "none"}).input, "-");
    EXPECT_EQ(parse({"-m", "none", "-"}).input, "-");
}

TEST(ScoreOptions, WhatDoesNotMakeSenseIsAUsageError) {
    expect_usage_error({"in.vcf"}, "-f FASTA");
    expect_usage_error({"-f", "x.fa", "--mask", "in.vcf"}, "--mask needs gene models");
    expect_usage_error({"-f", "x.fa", "--compat-tag", "S", "in.vcf"}, "--compat-tag needs gene");
    expect_usage_error({"-f", "x.fa", "--digits", "3", "in.vcf"}, "--digits belongs to");
    expect_usage_error({"-f", "x.fa", "--gtf", "a", "--genes", "b", "in.vcf"}, "--genes");
    expect_usage_error({"-f", "x.fa", "--distance", "5000", "in.vcf"}, "--distance");
    expect_usage_error({"-f", "x.fa", "--distance", "-1", "in.vcf"}, "--distance");
    expect_usage_error({"-m", "none", "-O", "t", "-W", "-o", "x", "in.vcf"}, "-W cannot index");
    expect_usage_error({"-m", "none", "--stats", "-", "in.vcf"}, "standard output");
    expect_usage_error({"-m", "none", "--stats", "x", "-o", "x", "in.vcf"}, "same file");
    expect_usage_error({"-m", "none", "-o", "in.vcf", "in.vcf"}, "same file");
    expect_usage_error({"-m", "none", "--stats", "./x", "-o", "x", "in.vcf"}, "same file");
    expect_usage_error({"-m", "none", "--stats", "x.gz.csi", "-o", "x.gz", "in.vcf"}, "same file");
    expect_usage_error({"-m", "none", "-f", "r.fa", "-o", "r.fa.fai", "in.vcf"}, "same file");
    expect_usage_error({"-f", "r.fa", "--gtf", "g", "--stats", "./g", "in.vcf"}, "--gtf g");
    expect_usage_error({"-f", "r.fa", "-m", "m.st", "-o", "m.st", "in.vcf"}, "-m m.st");
    expect_usage_error({"-m", "none", "-R", "a.bed", "-o", "a.bed", "in.vcf"}, "-R a.bed");
    expect_usage_error({"-m", "none", "-T", "^a.bed", "-o", "a.bed", "in.vcf"}, "-T a.bed");
    expect_usage_error({"-m", "none", "-o", "x.tsv.gz", "in.vcf"}, "not compressed");
    expect_usage_error({"-m", "none", "--progress", "disco", "in.vcf"}, "--progress");
    expect_usage_error({"-m", "none", "one.vcf", "two.vcf"}, "two.vcf");
}

TEST(ScoreOptions, SuffixesInConflictAreUsageErrors) {
    for (const auto* name : {"x.vcf", "x.vcf.gz", "x.vcf.bgz", "x.bcf"}) {
        expect_usage_error({"-m", "none", "-O", "t", "-o", name, "in.vcf"}, "in conflict");
    }
    for (const auto* type : {"v", "z", "b", "u"}) {
        expect_usage_error({"-m", "none", "-O", type, "-o", "x.tsv", "in.vcf"}, "in conflict");
    }
    expect_usage_error({"-m", "none", "-O", "t", "-o", "x.gz", "in.vcf"}, "not compressed");
    for (const auto* name : {"x.vcf.zst", "x.vcf.xz", "x.tsv.bz2", "x.zst"}) {
        expect_usage_error({"-m", "none", "-o", name, "in.vcf"}, "does not write");
    }
}

TEST(ScoreOptions, TableBySwitchOrSuffix) {
    EXPECT_TRUE(parse({"-m", "none", "-O", "t"}).wants_table());
    EXPECT_TRUE(parse({"-m", "none", "-o", "x.tsv"}).wants_table());
    EXPECT_FALSE(parse({"-m", "none", "-o", "x.vcf"}).wants_table());
    EXPECT_FALSE(parse({"-m", "none", "-O", "z", "-o", "x"}).wants_table());
}

TEST(UnscoredLimit, IsACountOrAShare) {
    EXPECT_FALSE(parse_unscored_limit("0").exceeded(0, 10));
    EXPECT_TRUE(parse_unscored_limit("0").exceeded(1, 10));
    EXPECT_FALSE(parse_unscored_limit("10").exceeded(10, 1000));
    EXPECT_TRUE(parse_unscored_limit("10").exceeded(11, 1000));
    EXPECT_FALSE(parse_unscored_limit("5%").exceeded(5, 100));
    EXPECT_TRUE(parse_unscored_limit("5%").exceeded(6, 100));
    EXPECT_FALSE(parse_unscored_limit("100%").exceeded(7, 7));
    EXPECT_FALSE(parse_unscored_limit("0%").exceeded(0, 0));
}

TEST(UnscoredLimit, OtherTextIsAUsageError) {
    for (const auto* text :
         {"", "%", "x", "-1", "1.5", "101%", "5%%", "nan", "inf", "1e999", "3 "}) {
        EXPECT_THROW(static_cast<void>(parse_unscored_limit(text)), Error) << text;
    }
}

}  // namespace
}  // namespace varhush::apps
