#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/splice_scorer.hpp"
#include "varhush/train/evaluate.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>
#include <sstream>

namespace varhush::train {
namespace {

constexpr int kRounds = 1000;
constexpr std::size_t kBatch = 512;  // variants scored at once: bounds the memory

/// The gene and the four scores of an entry "ALLELE|SYMBOL|AG|AL|DG|DL|…"; no scores for dots.
std::pair<std::string, std::vector<double>> parse_entry(const std::string& entry) {
    std::istringstream in(entry);
    std::vector<std::string> fields;
    for (std::string field; std::getline(in, field, '|');) {
        fields.push_back(field);
    }
    VARHUSH_CHECK(fields.size() >= 6);
    std::vector<double> deltas;
    for (std::size_t i = 2; i < 6 && fields[2] != "."; ++i) {
        deltas.push_back(std::strtod(fields[i].c_str(), nullptr));
    }
    return {fields[1], deltas};
}

struct Common {
    std::vector<std::vector<double>> expected, found;
};

Common common_keys(const DeltaScores& expected, const DeltaScores& found) {
    std::map<std::string, std::size_t> at;
    for (std::size_t i = 0; i < expected.keys.size(); ++i) {
        at[expected.keys[i]] = i;
    }
    Common out;
    for (std::size_t i = 0; i < found.keys.size(); ++i) {
        const auto other = at.find(found.keys[i]);
        if (other != at.end() && !found.deltas[i].empty() &&
            !expected.deltas[other->second].empty()) {
            out.expected.push_back(expected.deltas[other->second]);
            out.found.push_back(found.deltas[i]);
        }
    }
    return out;
}

using Correlation = double (*)(std::span<const double>, std::span<const double>);

Measured measure(const Common& common, bool largest, Correlation correlation) {
    const auto over = [&](std::span<const std::size_t> drawn) {
        std::vector<double> x;
        std::vector<double> y;
        const auto add = [&](const std::vector<double>& from, std::vector<double>& to) {
            if (largest) {
                to.push_back(*std::max_element(from.begin(), from.end()));
            } else {
                to.insert(to.end(), from.begin(), from.end());
            }
        };
        for (const auto index : drawn) {
            add(common.expected[index], x);
            add(common.found[index], y);
        }
        return correlation(x, y);
    };
    std::vector<std::size_t> all(common.expected.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    return {over(all), bootstrap(all.size(), kRounds, 1, over)};
}

void score_batch(scoring::SpliceScorer& scorer,
                 std::span<const Substitution> substitutions,
                 DeltaScores& out) {
    std::vector<scoring::VariantInput> batch;
    for (const auto& s : substitutions) {
        batch.push_back({s.contig, s.position, s.ref, {s.alt}});
    }
    const auto scored = scorer.score(batch);
    VARHUSH_CHECK(scored.size() == batch.size());
    for (std::size_t i = 0; i < scored.size(); ++i) {
        const auto& s = substitutions[i];
        for (const auto& entry : scored[i].compat) {
            auto [gene, deltas] = parse_entry(entry);
            out.keys.push_back(s.contig + ":" + std::to_string(s.position + 1) + ":" + s.ref + ">" +
                               s.alt + ":" + gene);
            out.deltas.push_back(std::move(deltas));
        }
    }
}

}  // namespace

DeltaScores delta_scores(std::shared_ptr<const models::SpliceNetwork> network,
                         const seq::ReferenceSource& reference,
                         const seq::GeneModels& genes,
                         const std::vector<Substitution>& substitutions,
                         int threads) {
    scoring::SpliceScorerOptions options;
    options.compat = true;
    options.compat_digits = 6;
    scoring::SpliceScorer scorer(std::move(network), reference, &genes, options, threads);
    DeltaScores out;
    const std::span<const Substitution> all(substitutions);
    for (std::size_t first = 0; first < all.size(); first += kBatch) {
        score_batch(scorer, all.subspan(first, std::min(kBatch, all.size() - first)), out);
    }
    return out;
}

DeltaAgreement compare_deltas(const DeltaScores& expected, const DeltaScores& found) {
    const Common common = common_keys(expected, found);
    if (common.expected.size() < 3) {
        throw Error(ErrorKind::kInput, "fewer than three substitutions were scored by both models");
    }
    DeltaAgreement out;
    out.pairs = static_cast<std::int64_t>(common.expected.size());
    out.all_pearson = measure(common, false, core::pearson_correlation);
    out.all_spearman = measure(common, false, core::spearman_correlation);
    out.largest_pearson = measure(common, true, core::pearson_correlation);
    out.largest_spearman = measure(common, true, core::spearman_correlation);
    return out;
}

}  // namespace varhush::train
