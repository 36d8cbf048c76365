#include "varhush/concord/analysis.hpp"

#include "shared_places.hpp"
#include "table_columns.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

namespace varhush::concord {

namespace {

[[noreturn]] void bad(const std::string& where, const std::string& what) {
    throw Error(ErrorKind::kInput, where + ": " + what);
}

/// What is drawn together by the bootstrap: a variant, or the blocks of all samples at one place.
std::vector<std::uint32_t> clusters_of(const CountTable& table) {
    std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> first;
    std::vector<std::uint32_t> clusters;
    for (std::uint32_t i = 0; i < table.variants.size(); ++i) {
        const CountedVariant& variant = table.variants[i];
        clusters.push_back(
            table.blocks
                ? first.emplace(std::pair(variant.contig, variant.position), i).first->second
                : i);
    }
    return clusters;
}

ScoreResult result_of(const Analysis& analysis,
                      std::size_t label,
                      const std::function<bool(std::uint32_t)>& wanted,
                      const AgreementOptions& options) {
    ScoreResult result;
    result.score = analysis.scores.labels[label];
    const std::vector<std::uint32_t> clusters = clusters_of(analysis.counts);
    std::vector<ScoredSite> sites;
    for (std::size_t i = 0; i < analysis.counts.rows.size(); ++i) {
        const CountRow& row = analysis.counts.rows[i];
        if (row.status != SiteStatus::kOk || !wanted(row.sample) ||
            !applies(analysis, label, row.sample)) {
            continue;
        }
        ++result.tested;
        const Prediction& prediction = analysis.scores.predictions[label][row.variant];
        if (prediction.reason != ScoreBook::kOk) {
            ++result.without[analysis.scores.reasons[prediction.reason]];
            continue;
        }
        result.negative += prediction.value < 0 ? 1 : 0;
        const Imbalance& test = analysis.tests.rows[i];
        sites.push_back(
            {prediction.value, test.effect_log2, test.significant, clusters[row.variant]});
    }
    result.agreement = measure_agreement(sites, options);
    return result;
}

void add_results(std::size_t label, const AgreementOptions& options, Analysis& analysis) {
    const auto add = [&](const std::string& kind, const std::string& name, const auto& wanted) {
        ScoreResult result = result_of(analysis, label, wanted, options);
        result.kind = kind;
        result.name = name;
        analysis.results.push_back(std::move(result));
    };
    add("all", "", [](std::uint32_t) { return true; });
    std::set<std::string> assays;
    for (const SampleAssay& sample : analysis.assays) {
        assays.insert(sample.assay);
    }
    for (const std::string& assay : assays) {
        add("assay", assay, [&](std::uint32_t sample) {
            return analysis.assays[sample].assay == assay;
        });
    }
    const auto samples = static_cast<std::uint32_t>(analysis.counts.samples.size());
    for (std::uint32_t number = 0; samples > 1 && number < samples; ++number) {
        if (applies(analysis, label, number)) {
            add("sample", analysis.counts.samples[number], [&](std::uint32_t sample) {
                return sample == number;
            });
        }
    }
}

}  // namespace

std::vector<SampleAssay> read_assays(const std::string& path,
                                     std::span<const std::string> samples,
                                     std::span<const std::string> labels) {
    TableReader reader(path);
    const std::size_t sample = reader.require({"sample"});
    const std::size_t assay = reader.require({"assay"});
    const auto score = reader.find("score");
    std::unordered_map<std::string, SampleAssay> found;
    while (reader.next()) {
        SampleAssay one{std::string(reader.field(assay)),
                        score ? std::string(reader.field(*score)) : std::string()};
        one.score = one.score == "." ? "" : one.score;
        if (one.assay.empty()) {
            bad(reader.where(), "no assay");
        }
        if (!one.score.empty() &&
            std::find(labels.begin(), labels.end(), one.score) == labels.end()) {
            bad(reader.where(), "'" + one.score + "' is none of the scores of this run");
        }
        if (!found.emplace(std::string(reader.field(sample)), one).second) {
            bad(reader.where(), "sample '" + std::string(reader.field(sample)) + "' again");
        }
    }
    std::vector<SampleAssay> assays;
    for (const std::string& name : samples) {
        const auto place = found.find(name);
        if (place == found.end()) {
            bad(path, "no line for sample '" + name + "'");
        }
        assays.push_back(place->second);
    }
    return assays;
}

bool applies(const Analysis& analysis, std::size_t label, std::uint32_t sample) {
    return analysis.assays.empty() || analysis.assays[sample].score.empty() ||
           analysis.assays[sample].score == analysis.scores.labels[label];
}

void analyse(const ImbalanceOptions& imbalance,
             const AgreementOptions& agreement,
             bool pool,
             Analysis& analysis) {
    const auto samples = static_cast<std::uint32_t>(analysis.counts.samples.size());
    std::vector<std::uint32_t> group_of(samples, 0);
    if (pool) {
        analysis.group_names = {"all"};
    } else {
        analysis.group_names = analysis.counts.samples;
        for (std::uint32_t i = 0; i < samples; ++i) {
            group_of[i] = i;
        }
    }
    if (!analysis.counts.blocks) {
        mark_shared_places(analysis.counts);
    }
    analysis.tests =
        test_imbalance(analysis.counts.rows, group_of, analysis.group_names.size(), imbalance);
    for (const CountRow& row : analysis.counts.rows) {
        ++analysis.statuses[static_cast<std::size_t>(row.status)];
    }
    for (std::size_t label = 0; label < analysis.scores.labels.size(); ++label) {
        add_results(label, agreement, analysis);
    }
}

}  // namespace varhush::concord
