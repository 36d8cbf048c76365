#include "varhush/sirna/accession.hpp"

#include <gtest/gtest.h>

namespace varhush::sirna {
namespace {

TEST(Accession, VersionsAreCutOff) {
    EXPECT_EQ(without_version("ENST00000456328.2"), "ENST00000456328");
    EXPECT_EQ(without_version("NM_002046.7"), "NM_002046");
    EXPECT_EQ(without_version("NM_002046"), "NM_002046");
}

TEST(Accession, OtherNamesStay) {
    for (const char* name : {"", ".", ".2", "t.", "t.2", "MSTRG.7", "MSTRG.7.2", "T1.x", "T1.2x"}) {
        EXPECT_EQ(without_version(name), name);
    }
}

}  // namespace
}  // namespace varhush::sirna
