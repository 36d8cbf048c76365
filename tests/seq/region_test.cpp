#include "varhush/seq/region.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush::seq {
namespace {

TEST(ParseRegion, ReadsTheFormsOfSamtools) {
    EXPECT_EQ(parse_region("chr1"), (Region{"chr1", 0, Region::kToContigEnd}));
    EXPECT_EQ(parse_region("chr1:1,000"), (Region{"chr1", 999, 1000}));
    EXPECT_EQ(parse_region("chr1:1000-2000"), (Region{"chr1", 999, 2000}));
    EXPECT_EQ(parse_region("chr1:1000-"), (Region{"chr1", 999, Region::kToContigEnd}));
    EXPECT_EQ(parse_region("{HLA-A*01:01}:1-2"), (Region{"HLA-A*01:01", 0, 2}));
    EXPECT_EQ(parse_region("{HLA-A*01:01}"), (Region{"HLA-A*01:01", 0, Region::kToContigEnd}));
}

TEST(ParseRegion, RefusesEverythingElse) {
    for (const char* text : {"",
                             ":1-2",
                             "chr1:",
                             "chr1:0",
                             "chr1:0-5",
                             "chr1:5-4",
                             "chr1:a",
                             "chr1:1-2-3",
                             "chr1:1-b",
                             "chr1:-5",
                             "chr1:1--5",
                             "chr1:,",
                             "{chr1",
                             "{}:1",
                             "{chr1}1",
                             "chr1:99999999999999999999",
                             "chr1:1:2"}) {
        try {
            (void)parse_region(text);
            ADD_FAILURE() << "accepted '" << text << "'";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage) << text;
            EXPECT_NE(std::string(error.what()).find("'" + std::string(text) + "'"),
                      std::string::npos);
        }
    }
}

TEST(ParseRegion, ReadsBackWhatToTextWrites) {
    for (const Region& region : {Region{"chr1", 0, 10},
                                 Region{"a:b", 5, 6},
                                 Region{"x"},
                                 Region{"y", 7, Region::kToContigEnd}}) {
        EXPECT_EQ(parse_region(to_text(region)), region) << to_text(region);
    }
    EXPECT_EQ(to_text(Region{"chr1", 1000, 2000}), "chr1:1001-2000");
}

TEST(Region, IsHalfOpen) {
    const Region region{"c", 5, 7};
    EXPECT_FALSE(region.contains(4));
    EXPECT_TRUE(region.contains(5));
    EXPECT_TRUE(region.contains(6));
    EXPECT_FALSE(region.contains(7));
}

}  // namespace
}  // namespace varhush::seq
