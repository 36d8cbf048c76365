#include "apps/common/reader_options.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

RegionOptions with_regions(const std::string& text) {
    RegionOptions options;
    options.regions = text;
    return options;
}

TEST(ReaderOptions, ListsAreSplitAtCommasOutsideBraces) {
    const auto options = reader_options("x.vcf.gz", with_regions("chr1:10-20,{a,b:1}:3-4,chr2"));
    ASSERT_EQ(options.regions.size(), 3U);
    EXPECT_EQ(options.regions[0], (seq::Region{"chr1", 9, 20}));
    EXPECT_EQ(options.regions[1], (seq::Region{"a,b:1", 2, 4}));
    EXPECT_EQ(options.regions[2].contig, "chr2");
}

TEST(ReaderOptions, TargetsTakeALeadingCaret) {
    RegionOptions regions;
    regions.targets = "^chr1:10-20";
    const auto options = reader_options("-", regions);
    EXPECT_TRUE(options.targets_excluded);
    ASSERT_EQ(options.targets.size(), 1U);
    EXPECT_EQ(options.targets[0], (seq::Region{"chr1", 9, 20}));
}

// "chr1:1,000-2,000" would otherwise ask for the contigs "000-2" and "000" and quietly find
// nothing.
TEST(ReaderOptions, ThousandsSeparatorsInAListAreAUsageError) {
    EXPECT_THROW(static_cast<void>(reader_options("x", with_regions("chr1:1,000-2,000"))), Error);
    EXPECT_THROW(static_cast<void>(reader_options("x", with_regions("chr1:1,000"))), Error);
    EXPECT_NO_THROW(static_cast<void>(reader_options("x", with_regions("chr1:1-5,22:3-4"))));
    EXPECT_NO_THROW(static_cast<void>(reader_options("x", with_regions("1,100"))));
}

TEST(ReaderOptions, EmptyRegionsAreAUsageError) {
    EXPECT_THROW(static_cast<void>(reader_options("x", with_regions("chr1,,chr2"))), Error);
    EXPECT_THROW(static_cast<void>(reader_options("x", with_regions(","))), Error);
}

}  // namespace
}  // namespace varhush::apps
