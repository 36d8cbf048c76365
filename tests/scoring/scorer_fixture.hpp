#pragma once

// The official scoring code's inputs and results (tests/data/alphagenome/scorers), and a driver
// that feeds a scorer from whole arrays, cut at random places.

#include "varhush/nn/safetensors.hpp"
#include "varhush/scoring/variant_scorer.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace varhush::scoring::test {

[[nodiscard]] std::string scorer_file(const std::string& name);
[[nodiscard]] std::string read_text(const std::string& path);
[[nodiscard]] std::vector<std::string> split(const std::string& text, char separator);

/// Values of an F32, I32 or BOOL tensor.
[[nodiscard]] std::vector<double> numbers(const nn::SafeTensors& file, const std::string& key);
[[nodiscard]] std::vector<float> floats(const nn::SafeTensors& file, const std::string& key);

/// "chr1:12001:A>C"
[[nodiscard]] ScoredVariant parse_variant(const std::string& text);
/// "chr1:100-200:."
[[nodiscard]] ScoreWindow parse_window(const std::string& text);

/// Transcripts of scorers_genes.tsv (0-based).
[[nodiscard]] std::vector<seq::Transcript> read_genes();

struct ScorerFixture {
    ScorerFixture();

    nn::SafeTensors inputs;
    nn::SafeTensors expected;
    nlohmann::json cases;
    ScoreWindow window;
    models::TrackTable tracks;
    TrackSelection selection;
    seq::GeneModels models;
    GeneTable genes;
    PasTable pas;
    ScorerContext context;
    std::map<models::OutputType, std::vector<float>> ref, alt;
    std::vector<std::string> variants;  ///< names of the cases

    [[nodiscard]] ScoredVariant variant(const std::string& name) const;
    [[nodiscard]] models::SpliceSiteRows junction_sites() const;

    /// Feeds `scorer` its needs; `random` null: one block a range of bins.
    void feed(VariantScorer& scorer, const ScoredVariant& variant, std::mt19937* random) const;
    [[nodiscard]] ScoreTable score(const ScorerSpec& spec,
                                   const ScoredVariant& variant,
                                   std::mt19937* random = nullptr) const;
};

/// |a - b| within 2e-5 relative + 2e-6 + `rounding` of the value, NaN equal to NaN; "" or what
/// differs.
[[nodiscard]] std::string difference(const std::vector<double>& found,
                                     const std::vector<double>& wanted,
                                     const std::vector<double>& rounding = {});

}  // namespace varhush::scoring::test
