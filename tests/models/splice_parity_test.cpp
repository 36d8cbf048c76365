// Activations recorded from OpenSpliceAI and Pangolin themselves. Tolerance 2e-5 absolute; 2e-6 is
// usual.

#include "parity_bases.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace varhush::models {
namespace {

namespace fs = std::filesystem;
using test::encode;
using test::reverse_complement;
using test::shared_folder;

constexpr double kTolerance = 2e-5;

std::string read_fasta(const fs::path& path) {
    std::ifstream file(path);
    std::string bases;
    for (std::string line; std::getline(file, line);) {
        if (line.front() != '>') {
            bases += line;
        }
    }
    return bases;
}

class SpliceParity : public testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(shared_folder() / "models")) {
            GTEST_SKIP() << "needs the shared models (VARHUSH_SHARED)";
        }
    }

    static std::unique_ptr<SpliceEvaluator> evaluator(const std::string& name) {
        return make_native_evaluator(
            load_splice_network((shared_folder() / "models" / (name + ".safetensors")).string()),
            2);
    }
};

struct Case {
    const char* name;
    std::int64_t position;  // 1-based POS in the slice
    std::size_t removed;
    const char* alt;
    std::int64_t transcript_start, transcript_end;  // 1-based, closed
    bool minus;
};

// Gene bounds from genes.tsv of the fixtures; bases outside them are N.
constexpr Case kCases[] = {
    {"snv_plus", 74207, 1, "A", 67764, 99395, false},
    {"snv_minus", 302348, 1, "T", 0, 0, true},
    {"del4_plus", 30876, 5, "A", 8633, 54687, false},
    {"ins60_plus",
     80410,
     1,
     "AGTAAACCATTTTACGGAGGATACCAAATTCCTCCTTATTCAGGACCTAACCTGAGGTAAA",
     67764,
     99395,
     false},
    {"ins_minus", 104700, 1, "CGGTAAG", 99398, 104749, true},
};

PositionRange gene_bounds(const std::string& name) {
    std::ifstream table(shared_folder() / "fixtures/splice/genes.tsv");
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string gene, contig, strand;
        PositionRange range;
        fields >> gene >> contig >> strand;
        if (gene == name && fields >> range.begin >> range.end) {
            return {range.begin + 1, range.end};
        }
    }
    throw std::out_of_range(name);
}

TEST_F(SpliceParity, TenKilobaseTracksOfOpenSpliceAi) {
    const std::string slice = read_fasta(shared_folder() / "fixtures/splice/chr22_20-21M.fa");
    const auto tracks = nn::SafeTensors::open(
        (shared_folder() / "fixtures/splice/osai_tracks.safetensors").string());
    const auto native = evaluator("openspliceai-mane-10000nt");
    constexpr std::int64_t kHalf = 5050;
    for (const Case& c : kCases) {
        const PositionRange gene = c.transcript_end > 0
                                       ? PositionRange{c.transcript_start, c.transcript_end}
                                       : gene_bounds("DGCR6L");
        std::string window =
            slice.substr(static_cast<std::size_t>(c.position - kHalf - 1), 2 * kHalf + 1);
        for (std::int64_t i = 0; i < 2 * kHalf + 1; ++i) {
            const std::int64_t position = c.position - kHalf + i;
            if (position < gene.begin || position > gene.end) {
                window[static_cast<std::size_t>(i)] = 'N';
            }
        }
        auto codes = encode(window);
        const auto inserted = static_cast<std::int64_t>(std::string(c.alt).size());
        const auto removed = static_cast<std::int64_t>(c.removed);
        SpliceQuery query;
        query.ref_outputs = {5000, 5101};
        query.edit = {kHalf, removed, encode(c.alt)};
        query.alt_outputs = {5000, 5101 + inserted - removed};
        if (c.minus) {
            codes = reverse_complement(codes);
            query.edit.start = 2 * kHalf + 1 - kHalf - removed;
            query.edit.inserted = reverse_complement(query.edit.inserted);
        }
        const SpliceResult result = native->evaluate({codes}, {&query, 1}).front();
        const auto compare = [&](const std::vector<float>& values, const std::string& key) {
            const auto length = static_cast<std::int64_t>(values.size() / 3);
            const auto expected = tracks.read_f32(key, {3, length});
            double worst = 0;
            for (std::int64_t at = 0; at < length; ++at) {
                const std::int64_t own = c.minus ? length - 1 - at : at;
                for (std::int64_t channel = 0; channel < 3; ++channel) {
                    worst = std::max<double>(
                        worst,
                        std::abs(values[static_cast<std::size_t>(own * 3 + channel)] -
                                 expected[static_cast<std::size_t>(channel * length + at)]));
                }
            }
            EXPECT_LT(worst, kTolerance) << key;
            RecordProperty(key, std::to_string(worst));
        };
        compare(result.ref, std::string(c.name) + ".ref.mean");
        compare(result.alt, std::string(c.name) + ".alt.mean");
    }
}

TEST_F(SpliceParity, PangolinTracksOnBothStrands) {
    const std::string slice = read_fasta(shared_folder() / "fixtures/splice/chr22_20-21M.fa");
    const auto tracks = nn::SafeTensors::open(
        (shared_folder() / "fixtures/splice/pangolin_tracks.safetensors").string());
    const auto native = evaluator("pangolin-v2-psplice-fold1");
    const auto forward = encode(slice.substr(69156, 10101));
    for (const bool minus : {false, true}) {
        SpliceQuery query;
        query.ref_outputs = {5000, 5101};
        query.edit.start = 5050;
        query.alt_outputs = {5050, 5050};
        const auto codes = minus ? reverse_complement(forward) : forward;
        const auto values = native->evaluate({codes}, {&query, 1}).front().ref;
        const auto expected = tracks.read_f32(minus ? "strand_minus" : "strand_plus", {4, 12, 101});
        for (std::size_t tissue = 0; tissue < 4; ++tissue) {
            for (std::size_t at = 0; at < 101; ++at) {
                EXPECT_NEAR(values[at * 4 + tissue],
                            expected[(tissue * 12 + tissue * 3 + 1) * 101 + at],
                            kTolerance);
            }
        }
    }
}

}  // namespace
}  // namespace varhush::models
