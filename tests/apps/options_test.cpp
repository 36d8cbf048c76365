#include "apps/common/cli.hpp"
#include "apps/common/output_options.hpp"
#include "apps/common/region_options.hpp"
#include "apps/common/run_options.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace varhush::apps {
namespace {

constexpr HelpText kHelp{"try", "Tries things.", "varhush try a", "varhush try b"};

struct Parsed {
    OutputOptions output;
    RunOptions run;
    RegionOptions regions;
    std::string device = "auto";
    std::string input = "-";
};

Parsed parse(std::vector<const char*> arguments) {
    Parsed parsed;
    const auto app = make_command_app(kHelp);
    app->add_option("input", parsed.input, "Input");
    add_output_options(*app, parsed.output);
    add_run_options(*app, parsed.run);
    add_region_options(*app, parsed.regions);
    add_device_option(*app, parsed.device);
    arguments.insert(arguments.begin(), "try");
    parse_command_line(*app, static_cast<int>(arguments.size()), arguments.data());
    return parsed;
}

ErrorKind kind_of_failure(std::vector<const char*> arguments) {
    try {
        parse(std::move(arguments));
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(), "see 'varhush try --help'");
        return error.kind();
    }
    ADD_FAILURE() << "parsed";
    return ErrorKind::kInternal;
}

TEST(OutputOptions, DefaultsAreStandardOutputWithoutIndex) {
    const Parsed parsed = parse({});
    EXPECT_EQ(parsed.output.path, "-");
    EXPECT_FALSE(parsed.output.output_type.has_value());
    EXPECT_FALSE(parsed.output.write_index.has_value());
    EXPECT_FALSE(parsed.output.no_version);
}

TEST(OutputOptions, BareWriteIndexDoesNotSwallowTheInput) {
    const Parsed parsed = parse({"-Oz", "-W", "in.vcf", "-o", "out.vcf.gz"});
    EXPECT_EQ(parsed.output.write_index, "");
    EXPECT_EQ(parsed.input, "in.vcf");
    EXPECT_EQ(parsed.output.output_type, "z");
    EXPECT_EQ(parsed.output.path, "out.vcf.gz");
}

TEST(OutputOptions, WriteIndexTakesItsKindInEveryForm) {
    EXPECT_EQ(parse({"-W=csi"}).output.write_index, "csi");
    EXPECT_EQ(parse({"-Wtbi"}).output.write_index, "tbi");
    EXPECT_EQ(parse({"--write-index=csi", "x"}).output.write_index, "csi");
    EXPECT_EQ(parse({"--write-index", "x"}).output.write_index, "");
}

TEST(RunOptions, ThreadsBothWays) {
    EXPECT_EQ(parse({"-@", "3"}).run.threads, 3);
    EXPECT_EQ(parse({"--threads=5"}).run.threads, 5);
    EXPECT_EQ(kind_of_failure({"-@", "-1"}), ErrorKind::kUsage);
    EXPECT_EQ(kind_of_failure({"-@", "two"}), ErrorKind::kUsage);
}

TEST(RunOptions, QuietAndVerboseExcludeEachOther) {
    EXPECT_THROW(apply_verbosity(parse({"-q", "-v"}).run), Error);
}

TEST(RunOptions, DeviceNamesAreChecked) {
    EXPECT_EQ(parse({"--device", "cuda:1"}).device, "cuda:1");
    EXPECT_EQ(kind_of_failure({"--device", "gpu"}), ErrorKind::kUsage);
    EXPECT_EQ(kind_of_failure({"--device", "cuda:x"}), ErrorKind::kUsage);
}

TEST(RegionOptions, ListAndFileExcludeEachOther) {
    EXPECT_EQ(parse({"-r", "chr1:1-5,chr2"}).regions.regions, "chr1:1-5,chr2");
    EXPECT_EQ(parse({"-T", "^dark.bed"}).regions.targets_file, "^dark.bed");
    EXPECT_EQ(kind_of_failure({"-r", "chr1", "-R", "x.bed"}), ErrorKind::kUsage);
}

TEST(ParseCommandLine, UnknownOptionIsAUsageError) {
    EXPECT_EQ(kind_of_failure({"--no-such"}), ErrorKind::kUsage);
}

TEST(ParseCommandLine, HelpGoesToStandardOutputAndEndsWithTheExamples) {
    testing::internal::CaptureStdout();
    EXPECT_THROW(parse({"--help"}), CLI::CallForHelp);
    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_NE(text.find("Usage: varhush try"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("Examples:\n  varhush try a\n  varhush try b\n")) << text;
}

TEST(ParseCommandLine, OptionsShowTheirValueAndDefaultButNoValidators) {
    testing::internal::CaptureStdout();
    EXPECT_THROW(parse({"--help"}), CLI::CallForHelp);
    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_NE(text.find("  -@,--threads N                  Thread budget"), std::string::npos);
    EXPECT_NE(text.find("(default: 0)"), std::string::npos);
    EXPECT_EQ(text.find("INT in"), std::string::npos) << text;
    EXPECT_EQ(text.find("Excludes:"), std::string::npos) << text;
    EXPECT_EQ(text.find("\n\n\n"), std::string::npos) << text;
}

TEST(ParseCommandLine, LongDescriptionsAreWrapped) {
    const std::string sentence = "Words that follow one another for a while. ";
    std::string description;
    for (int i = 0; i < 5; ++i) {
        description += sentence;
    }
    const auto app = make_command_app({"try", description, "a", "b"});
    std::istringstream lines(app->help());
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 96U) << line;
    }
}

TEST(ParseCommandLine, HelpThatCannotBeWrittenIsAnOutputError) {
    FILE* const saved = stdout;
    stdout = std::fopen("/dev/full", "w");
    EXPECT_THROW(parse({"--help"}), Error);
    std::fclose(stdout);
    stdout = saved;
}

}  // namespace
}  // namespace varhush::apps
