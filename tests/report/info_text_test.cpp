#include "varhush/report/info_text.hpp"

#include "varhush/report/model_line.hpp"

#include <gtest/gtest.h>

namespace varhush::report {
namespace {

TEST(InfoText, LeavesOrdinaryTextAlone) {
    EXPECT_EQ(info_text("A|missense|HLA-A|0.25:x"), "A|missense|HLA-A|0.25:x");
    EXPECT_EQ(info_text(""), "");
    EXPECT_EQ(info_text("Gén"), "Gén");
}

TEST(InfoText, EncodesWhatWouldEndAValue) {
    EXPECT_EQ(info_text("a b,c;d=e"), "a%20b%2Cc%3Bd%3De");
    EXPECT_EQ(info_text("a\tb\nc\rd"), "a%09b%0Ac%0Dd");
    EXPECT_EQ(info_text("5% off"), "5%25%20off");
}

TEST(InfoText, EncodingTwiceChangesNothing) {
    const std::string once = info_text("x, y=100%;\t%zz %");
    EXPECT_EQ(info_text(once), once);
    EXPECT_EQ(info_text("a%7Cb"), "a%7Cb");
}

TEST(QuotedHeaderText, EscapesQuotesAndBackslashes) {
    EXPECT_EQ(quoted_header_text(R"(say "no" \ yes)"), R"("say \"no\" \\ yes")");
    EXPECT_EQ(quoted_header_text("two\nlines"), "\"two lines\"");
}

TEST(ModelLine, WritesEveryFieldInOrder) {
    ModelProvenance model;
    model.id = "splice-mini";
    model.sha256 = "ab12";
    model.window_bp = 401;
    model.terms = "MIT; \"research\"";
    EXPECT_EQ(model_line(model),
              "<ID=splice-mini,SHA256=ab12,Window=401,Calibration=none,"
              "Terms=\"MIT; \\\"research\\\"\">");
}

TEST(ModelLine, AbsentValuesAreDotsAndPathsAreMadeSafe) {
    ModelProvenance model;
    EXPECT_EQ(model_line(model), "<ID=none,SHA256=.,Window=.,Calibration=none,Terms=\"\">");
    model.id = "my models/a,b>c";
    EXPECT_EQ(model_line(model),
              "<ID=my%20models/a%2Cb%3Ec,SHA256=.,Window=.,Calibration=none,Terms=\"\">");
}

}  // namespace
}  // namespace varhush::report
