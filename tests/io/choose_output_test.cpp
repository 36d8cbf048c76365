#include "stream_support.hpp"

namespace varhush::io::test {
namespace {

struct Case {
    const char* path;
    std::optional<std::string> type;
    VariantFormat format;
    int level;
};

TEST(ChooseOutput, FollowsTypeThenSuffixThenPlainVcf) {
    const Case cases[] = {{"-", std::nullopt, VariantFormat::kVcf, -1},
                          {"-", "z", VariantFormat::kVcfGz, -1},
                          {"-", "b3", VariantFormat::kBcf, 3},
                          {"-", "u", VariantFormat::kBcfUncompressed, -1},
                          {"a.vcf", std::nullopt, VariantFormat::kVcf, -1},
                          {"a.VCF.gz", std::nullopt, VariantFormat::kVcfGz, -1},
                          {"a.vcf.bgz", "z9", VariantFormat::kVcfGz, 9},
                          {"a.bcf", std::nullopt, VariantFormat::kBcf, -1},
                          {"a.bcf", "u", VariantFormat::kBcfUncompressed, -1},
                          {"a.txt", std::nullopt, VariantFormat::kVcf, -1},
                          {"a.txt", "b", VariantFormat::kBcf, -1}};
    for (const Case& one : cases) {
        const auto options = choose_output(one.path, one.type, std::nullopt);
        EXPECT_EQ(options.format, one.format) << one.path;
        EXPECT_EQ(options.compression_level, one.level) << one.path;
        EXPECT_EQ(options.index, IndexKind::kNone);
        EXPECT_EQ(options.path, one.path);
    }
}

TEST(ChooseOutput, IndexIsCsiUnlessTbiIsAskedFor) {
    EXPECT_EQ(choose_output("a.vcf.gz", std::nullopt, "").index, IndexKind::kCsi);
    EXPECT_EQ(choose_output("a.vcf.gz", std::nullopt, "tbi").index, IndexKind::kTbi);
    EXPECT_EQ(choose_output("a.bcf", std::nullopt, "csi").index, IndexKind::kCsi);
}

TEST(ChooseOutput, ConflictsAreUsageErrors) {
    struct Bad {
        const char* path;
        std::optional<std::string> type;
        std::optional<std::string> index;
        const char* message;
    };
    const Bad cases[] = {{"a.vcf", "z", std::nullopt, "-O z and the suffix .vcf"},
                         {"a.vcf.gz", "b", std::nullopt, "-O b and the suffix .vcf.gz"},
                         {"a.bcf", "v", std::nullopt, "-O v and the suffix .bcf"},
                         {"-", "x", std::nullopt, "unknown output type -O x"},
                         {"-", "", std::nullopt, "unknown output type"},
                         {"-", "z10", std::nullopt, "unknown output type -O z10"},
                         {"-", "v1", std::nullopt, "unknown output type -O v1"},
                         {"-", "z", "csi", "standard output"},
                         {"a.vcf", std::nullopt, "", "this output type"},
                         {"a.bcf", "u", "", "this output type"},
                         {"a.bcf", std::nullopt, "tbi", "BCF cannot have a tbi"},
                         {"a.vcf.gz", std::nullopt, "bai", "unknown index type -W=bai"}};
    for (const Bad& one : cases) {
        const auto error = error_of([&] { (void)choose_output(one.path, one.type, one.index); });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kUsage);
        EXPECT_NE(std::string(error->what()).find(one.message), std::string::npos) << error->what();
    }
}

}  // namespace
}  // namespace varhush::io::test
