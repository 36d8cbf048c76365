#include "stream_support.hpp"

#include <cmath>

namespace varhush::io::test {
namespace {

class VariantValues : public FolderTest {
  protected:
    /// Reads the only record of a VCF of two samples; `body` gets header and record.
    template <class Body>
    void with_record(const std::string& line, const Body& body, std::string header = {}) {
        if (header.empty()) {
            header = header_text({"A", "B"});
            header.insert(header.find("#CHROM"),
                          "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"count\">\n"
                          "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"set\">\n");
        }
        const std::string file = write("in.vcf", header + line + "\n");
        const ThreadPool pool(0);
        VariantReader reader({.path = file}, pool);
        VariantRecord record;
        ASSERT_TRUE(reader.next(record));
        body(reader.header(), record);
    }

    std::string write(const std::string& name, const std::string& text) {
        FolderTest::write(name, text);
        return path(name);
    }
};

TEST_F(VariantValues, ReadsNumbersOfInfo) {
    with_record(
        "chr1\t10\t.\tA\tC,G\t.\t.\tAF=0.25,.;AC=3,.;TXT=0.5,1e-3;DP=7\tGT\t0|1\t1|1",
        [](const VariantHeader& header, const VariantRecord& record) {
            const auto af = record.info_numbers(header, "AF");
            ASSERT_EQ(af.size(), 2U);
            EXPECT_FLOAT_EQ(static_cast<float>(af[0]), 0.25F);
            EXPECT_TRUE(std::isnan(af[1]));
            const auto ac = record.info_numbers(header, "AC");
            ASSERT_EQ(ac.size(), 2U);
            EXPECT_EQ(ac[0], 3);
            EXPECT_TRUE(std::isnan(ac[1]));
            EXPECT_EQ(record.info_numbers(header, "TXT"), (std::vector<double>{0.5, 0.001}));
            EXPECT_EQ(record.info_numbers(header, "DP"), std::vector<double>{7});
            EXPECT_TRUE(record.info_numbers(header, "AN").empty());
        });
}

TEST_F(VariantValues, TextThatIsNoNumberGivesNone) {
    with_record("chr1\t10\t.\tA\tC\t.\t.\tTXT=0.5,high\tGT\t0|1\t1|1",
                [](const VariantHeader& header, const VariantRecord& record) {
                    EXPECT_TRUE(record.info_numbers(header, "TXT").empty());
                });
}

TEST_F(VariantValues, ReadsTextsOfInfo) {
    with_record(
        "chr1\t10\t.\tA\tC,G\t.\t.\tTXT=OK,.;AC=3,.;LATE=a,b\tGT\t0|1\t1|1",
        [](const VariantHeader& header, const VariantRecord& record) {
            EXPECT_EQ(record.info_texts(header, "TXT"), (std::vector<std::string>{"OK", "."}));
            EXPECT_EQ(record.info_texts(header, "LATE"), (std::vector<std::string>{"a", "b"}));
            EXPECT_TRUE(record.info_texts(header, "NONE").empty());
            EXPECT_THROW((void)record.format_numbers(header, "GT"), Error);
        });
    with_record(
        "chr1\t10\t.\tA\tC,G\t.\t.\tTXT=OK,.\tGT\t0|1\t1|1",
        [](const VariantHeader& header, const VariantRecord& record) {
            EXPECT_EQ(record.info_texts(header, "TXT"), (std::vector<std::string>{"OK", "."}));
            EXPECT_TRUE(record.info_texts(header, "AC").empty());
        });
}

TEST_F(VariantValues, ReadsNumbersOfFormat) {
    with_record("chr1\t10\t.\tA\tC\t.\t.\t.\tGT:PS\t0|1:4711\t1|0:.",
                [](const VariantHeader& header, const VariantRecord& record) {
                    const auto numbers = record.format_numbers(header, "PS");
                    ASSERT_EQ(numbers.size(), 2U);
                    EXPECT_EQ(numbers[0], 4711);
                    EXPECT_TRUE(std::isnan(numbers[1]));
                    EXPECT_TRUE(record.format_numbers(header, "AD").empty());
                    EXPECT_TRUE(header.has_format("PS"));
                    EXPECT_FALSE(header.has_format("AC"));
                });
}

TEST_F(VariantValues, ReadsTagsThatTheHeaderDoesNotDefine) {
    with_record("chr1\t10\t.\tA\tC,G\t.\t.\tDP=7;gnomAD_AF=0.125,.\tGT\t0|1\t1|1",
                [](const VariantHeader& header, const VariantRecord& record) {
                    const auto af = record.info_numbers(header, "gnomAD_AF");
                    ASSERT_EQ(af.size(), 2U);
                    EXPECT_EQ(af[0], 0.125);
                    EXPECT_TRUE(std::isnan(af[1]));
                    EXPECT_TRUE(record.info_numbers(header, "AF").empty());
                });
}

TEST_F(VariantValues, ReadsPhaseSets) {
    with_record("chr1\t10\t.\tA\tC\t.\t.\t.\tGT:PS\t0|1:4711\t1|0:.",
                [](const VariantHeader& header, const VariantRecord& record) {
                    EXPECT_EQ(record.phase_set(header, 0), 4711);
                    EXPECT_FALSE(record.phase_set(header, 1));
                });
    with_record("chr1\t10\t.\tA\tC\t.\t.\t.\tGT\t0|1\t1|0",
                [](const VariantHeader& header, const VariantRecord& record) {
                    EXPECT_FALSE(record.phase_set(header, 0));
                });
    with_record(
        "chr1\t10\t.\tA\tC\t.\t.\t.\tGT\t0|1\t1|0",
        [](const VariantHeader& header, const VariantRecord& record) {
            EXPECT_FALSE(record.phase_set(header, 0));
        },
        header_text({"A", "B"}));
}

}  // namespace
}  // namespace varhush::io::test
