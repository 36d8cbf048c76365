#pragma once

#include "apps/bench/fold.hpp"
#include "apps/bench/reliability_options.hpp"
#include "apps/bench/transcriptome.hpp"
#include "apps/common/run_options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

struct SpliceBenchOptions {
    std::string fasta;  ///< of the sites
    std::string region;
    std::string genes;  ///< gene models, or sites and exons
    std::string sites;
    std::string exons;
    std::string variants;
    std::string variants_fasta;
    std::string variants_genes;
    std::string against;   ///< a model, or else recorded deltas
    std::string recorded;  ///< VCF
    std::string tag = "OpenSpliceAI";
};

struct TracksBenchOptions {
    std::string config;  ///< of a training
    std::string folder;
    std::string regions;
    std::int64_t windows = 0;
};

struct CostBenchOptions {
    std::string fasta;
    std::string variants;
    std::string genes;
    std::string windows;  ///< of AlphaGenome-style models; empty: up to the model's own
    std::string scorers = "recommended";
};

struct SpeedBenchOptions {
    std::string fasta;
    std::string variants;
    std::string genes;
    int repeats = 3;
    double tolerance = 0.2;  ///< of what is expected, below which it is missed
};

struct GrammarBenchOptions {
    std::string motifs;                  ///< JASPAR matrices
    std::string names;                   ///< which of them; empty: all
    std::vector<std::string> consensus;  ///< "NAME=LETTERS"
    std::vector<std::string> pairs;      ///< "A,B"
    std::string repressors;              ///< names
    std::string from;                    ///< FASTA that backgrounds are like
    int backgrounds = 100;
    std::int64_t length = 0;  ///< 0: what suits the model
    double threshold = 0.85;
    std::uint64_t seed = 1;
};

struct BenchOptions {
    enum class Task {
        kKernels,
        kFold,
        kForward,
        kParity,
        kRecipe,
        kReliability,
        kSatmut,
        kSirna,
        kSplice,
        kTracks,
        kGrammar,
        kCost,
        kSpeed,
        kTranscriptome
    };
    Task task = Task::kKernels;
    RunOptions run;
    bool json = false;

    // fold
    FoldOptions fold;

    // transcriptome
    TranscriptomeOptions transcriptome;

    // parity
    std::string folder;
    bool quick = false;
    std::string engine = "native";  ///< or "torch"
    std::string device = "cpu";     ///< of the torch engine

    // forward
    std::string model;
    std::int64_t window_bp = 131072;
    bool again = false;

    // sirna
    std::string data;
    std::string targets;
    std::string epochs;

    // every table of accuracy
    int rounds = 1000;
    std::string svg;     ///< file; empty: none
    std::string expect;  ///< file; empty: none

    SpliceBenchOptions splice;
    TracksBenchOptions tracks;
    GrammarBenchOptions grammar;
    CostBenchOptions cost;
    SpeedBenchOptions speed;

    // satmut; the table is `data`
    std::string elements;
    std::string kinds;
    std::string splits = "all";
    std::string replicates = "split";  ///< other assays of those elements, of "all", or "none"

    // reliability
    ReliabilityOptions reliability;

    // recipe
    std::string output;
    std::string config;  ///< file; empty: the released widths
};

/// @throws Error{kUsage} for what does not parse or does not go together.
[[nodiscard]] BenchOptions parse_bench_options(int argc, const char* const* argv);

}  // namespace varhush::apps
