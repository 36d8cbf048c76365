// The reference CLI's recorded answers (OpenSpliceAI 0.0.7, real weights, real sequence) against
// the real command with --compat-tag: every score, every position, every refusal.
#include "command_fixture.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

namespace varhush::apps {
namespace {

// f32 passes by different kernels agree to about 1e-6; half of a printed digit comes on top. The
// tolerance is the one the reference's own recordings ask for.
constexpr double kScoreTolerance = 2e-5;
// Below this many positions are equal to the last bit and the first of them is chance.
constexpr double kPositionMatters = 1e-4;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

// Record ID -> entries of the tag; an empty list where the record does not have it.
using Entries = std::map<std::string, std::vector<std::string>>;

Entries entries_of(const std::string& vcf, const std::string& tag) {
    Entries entries;
    for (const auto& line : split(vcf, '\n')) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto fields = split(line, '\t');
        auto& of_record = entries[fields.at(2)];
        for (const auto& info : split(fields.at(7), ';')) {
            if (info.starts_with(tag + "=")) {
                of_record = split(info.substr(tag.size() + 1), ',');
            }
        }
    }
    return entries;
}

struct Compared {
    int scores = 0;
    int positions = 0;
    double largest_difference = 0;
};

void compare_numbers(const std::string& where,
                     const std::vector<std::string>& ours,
                     const std::vector<std::string>& theirs,
                     Compared& compared) {
    for (std::size_t i = 2; i < 6; ++i) {
        if (theirs.at(i) == "." || ours.at(i) == ".") {
            EXPECT_EQ(ours[i], theirs[i]) << where << " field " << i;
            continue;
        }
        const double expected = std::stod(theirs[i]);
        const double difference = std::abs(std::stod(ours[i]) - expected);
        EXPECT_LE(difference, kScoreTolerance) << where << ": " << ours[i] << " " << theirs[i];
        compared.largest_difference = std::max(compared.largest_difference, difference);
        ++compared.scores;
        if (expected >= kPositionMatters) {
            EXPECT_EQ(ours.at(i + 4), theirs.at(i + 4)) << where << " position of field " << i;
            ++compared.positions;
        }
    }
}

Compared compare(const Entries& ours, const Entries& theirs) {
    Compared compared;
    EXPECT_EQ(ours.size(), theirs.size());
    for (const auto& [id, expected] : theirs) {
        const auto found = ours.find(id);
        if (found == ours.end() || found->second.size() != expected.size()) {
            ADD_FAILURE() << id << ": " << expected.size() << " entries expected, "
                          << (found == ours.end() ? 0 : found->second.size()) << " written";
            continue;
        }
        for (std::size_t e = 0; e < expected.size(); ++e) {
            const auto our_fields = split(found->second[e], '|');
            const auto their_fields = split(expected[e], '|');
            EXPECT_EQ(our_fields.size(), 10U) << id;
            EXPECT_EQ(our_fields.at(0), their_fields.at(0)) << id;
            EXPECT_EQ(our_fields.at(1), their_fields.at(1)) << id;
            compare_numbers(id, our_fields, their_fields, compared);
        }
    }
    return compared;
}

struct ParityCase {
    std::string name;
    std::string model;
    std::string input;
    std::string expected;
    std::string options;
    int least_scores;  ///< so that a comparison of nothing fails
};

class ScoreParity : public CommandFixture, public ::testing::WithParamInterface<ParityCase> {};

TEST_P(ScoreParity, EqualsTheReferenceCommand) {
    if (test::shared_folder().empty()) {
        GTEST_SKIP() << "needs the outside data (VARHUSH_SHARED)";
    }
    const auto& parity = GetParam();
    const auto outcome = run(
        "D=$SHARED/fixtures/splice; varhush score -f $D/chr22_20-21M.fa --genes $D/genes.tsv -m "
        "$SHARED/models/" +
        parity.model + " --compat-tag OpenSpliceAI --digits 6 " + parity.options + " $D/" +
        parity.input + " -o out.vcf");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto expected =
        test::read_file(test::shared_folder() / "fixtures" / "splice" / parity.expected);
    const auto compared =
        compare(entries_of(read("out.vcf"), "OpenSpliceAI"), entries_of(expected, "OpenSpliceAI"));
    EXPECT_GE(compared.scores, parity.least_scores);
    std::printf("%s: %d scores, %d positions, largest difference %.2g\n",
                parity.name.c_str(),
                compared.scores,
                compared.positions,
                compared.largest_difference);
}

INSTANTIATE_TEST_SUITE_P(Golden,
                         ScoreParity,
                         ::testing::Values(ParityCase{"context80",
                                                      "openspliceai-mane-80nt.safetensors",
                                                      "golden.vcf",
                                                      "golden_80nt.expected.vcf",
                                                      "",
                                                      256},
                                           ParityCase{"context400",
                                                      "openspliceai-mane-400nt.safetensors",
                                                      "golden.vcf",
                                                      "golden_400nt.expected.vcf",
                                                      "",
                                                      256},
                                           ParityCase{"context10000",
                                                      "openspliceai-mane-10000nt.safetensors",
                                                      "golden.vcf",
                                                      "golden.expected.vcf",
                                                      "",
                                                      260},
                                           ParityCase{"context10000_masked",
                                                      "openspliceai-mane-10000nt.safetensors",
                                                      "golden_masked.vcf",
                                                      "golden_masked.expected.vcf",
                                                      "--distance 200 --mask",
                                                      60}),
                         [](const auto& one) { return one.param.name; });

class ReporterParity : public CommandFixture {};

TEST_F(ReporterParity, DifferencesOfTheRecordedVariants) {
    const std::string shared = test::shared_folder().string();
    const std::string elements = shared + "/data/regulatory/satmut/";
    const std::string recorded = shared + "/fixtures/mpra_apa/dragonn_variants.tsv";
    if (shared.empty() || !std::filesystem::exists(recorded)) {
        GTEST_SKIP() << "needs the outside data (VARHUSH_SHARED)";
    }
    // element offset ref alt placements mean12 and 12 tasks
    std::map<std::string, std::vector<std::string>> expected;
    std::string vcf = "##fileformat=VCFv4.2\n";
    for (const auto& line : split(run("cut -f1,2 " + elements + "elements.fa.fai").out, '\n')) {
        const auto contig = split(line, '\t');
        vcf += "##contig=<ID=" + contig.at(0) + ",length=" + contig.at(1) + ">\n";
    }
    vcf += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    for (const auto& line : split(run("tail -n +2 " + recorded).out, '\n')) {
        const auto row = split(line, '\t');
        const std::string id = "v" + std::to_string(expected.size());
        expected[id] = row;
        vcf += row.at(0) + "\t" + row.at(1) + "\t" + id + "\t" + row.at(2) + "\t" + row.at(3) +
               "\t.\t.\t.\n";
    }
    ASSERT_EQ(expected.size(), 109U);
    write("in.vcf", vcf);
    const auto outcome = run("varhush score --placements inside -m " + shared +
                             "/models/mpra-dragonn-conv.safetensors -f " + elements +
                             "elements.fa in.vcf -o out.vcf");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    // Recorded as they are written. Ours are shifted left first: two in repeats are other windows.
    std::set<std::string> left_aligned;
    for (const auto& record : split(run("bcftools norm -f " + elements +
                                        "elements.fa in.vcf 2>/dev/null | bcftools query "
                                        "-f '%ID %POS\\n'")
                                        .out,
                                    '\n')) {
        const auto fields = split(record, ' ');
        if (expected.at(fields.at(0)).at(1) == fields.at(1)) {
            left_aligned.insert(fields[0]);
        }
    }
    int compared = 0;
    for (const auto& [id, entries] : entries_of(read("out.vcf"), "VH")) {
        const auto& row = expected.at(id);
        ASSERT_EQ(entries.size(), 1U) << id;
        const auto fields = split(entries[0], '|');
        EXPECT_EQ(fields.at(2), row[4]) << id;  // placements
        if (!left_aligned.contains(id)) {
            continue;
        }
        for (std::size_t value = 0; value < 13; ++value) {
            EXPECT_NEAR(std::stod(fields.at(3 + value)), std::stod(row.at(5 + value)), 1.6e-6)
                << id << " " << value;
        }
        ++compared;
    }
    EXPECT_EQ(compared, 107);
    std::printf("reporter variants compared: %d of %zu\n", compared, expected.size());
}

}  // namespace
}  // namespace varhush::apps
