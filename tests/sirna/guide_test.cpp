#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

namespace varhush::sirna {
namespace {

TEST(Guide, ReadsDnaLettersAndLowerCaseAsRna) {
    EXPECT_EQ(to_rna("acgtUT"), "ACGUUU");
    EXPECT_TRUE(is_rna("ACGU"));
    EXPECT_FALSE(is_rna(""));
    EXPECT_FALSE(is_rna("ACGN"));
}

TEST(Guide, SiteIsTheReverseComplement) {
    EXPECT_EQ(site_of_guide("AACGU"), "ACGUU");
    EXPECT_EQ(reverse_complement_rna("ANR"), "NNU");
}

TEST(Guide, SaysWhatIsWrong) {
    EXPECT_EQ(why_no_guide("ACGUACGUACGUACGUACG"), "");
    EXPECT_EQ(why_no_guide("ACGU"), "it has 4 nucleotides; a guide has 19 to 23");
    EXPECT_EQ(why_no_guide("ACGUACGUACGUACGUACGUACGU"),
              "it has 24 nucleotides; a guide has 19 to 23");
    EXPECT_EQ(why_no_guide("ACNUACGUACGUACGUACG"), "position 3 is 'N', not A, C, G or U");
    EXPECT_EQ(why_no_guide("AC\tUACGUACGUACGUACG"), "position 3 is byte 9, not A, C, G or U");
}

}  // namespace
}  // namespace varhush::sirna
