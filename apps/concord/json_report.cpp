#include "apps/concord/json_report.hpp"

#include "varhush/core/version.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

/// JSON has no word for what is not finite.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

template <class Value>
Json or_auto(const std::optional<Value>& value) {
    return value ? Json(*value) : Json("auto");
}

Json estimate(const concord::Estimate& one) {
    return {{"value", number(one.value)}, {"low", number(one.low)}, {"high", number(one.high)}};
}

Json signs(const concord::SignCounts& counts) {
    Json json{{"sites", counts.sites}, {"agree", counts.agree}, {"ties", counts.ties}};
    json["share"] = number(counts.share());
    json["variants"] = counts.variants;
    json["variants_agree"] = counts.variants_agree;
    json["variant_share"] = number(counts.variant_share());
    json["low"] = counts.wilson.low;
    json["high"] = counts.wilson.high;
    json["exact_low"] = counts.exact.low;
    json["exact_high"] = counts.exact.high;
    json["p"] = counts.p;
    return json;
}

Json group(const std::string& name, const concord::Group& one) {
    Json json{{"name", name}};
    json["expected_share"] = one.null.mean;
    json["expected_share_given"] = one.null.mean_given;
    json["expected_share_assumed"] = one.null.mean_assumed;
    json["rho"] = one.null.rho;
    json["rho_given"] = one.null.rho_given;
    json["rho_low"] = one.null.rho_interval.low;
    json["rho_high"] = one.null.rho_interval.high;
    json["rho_of_all_sites"] = one.null.rho_plain;
    json["rho_likeliest"] = one.null.rho_likeliest;
    json["share_beyond_null"] = one.null.share_of_hits;
    json["fitted_sites"] = one.null.sites;
    json["power_reached"] = one.power_reached;
    json["min_depth"] = one.min_depth ? Json(*one.min_depth) : Json(nullptr);
    json["tested"] = one.tested;
    json["significant"] = one.significant;
    return json;
}

Json bins(const concord::Agreement& agreement) {
    Json list = Json::array();
    for (const concord::CalibrationBin& bin : agreement.bins) {
        list.push_back({{"sites", bin.sites},
                        {"score_low", bin.low},
                        {"score_high", bin.high},
                        {"mean_score", bin.mean_score},
                        {"mean_effect", bin.mean_effect},
                        {"effect_low", bin.effect.low},
                        {"effect_high", bin.effect.high},
                        {"share_alt", bin.share_alt}});
    }
    return list;
}

Json result(const concord::ScoreResult& one) {
    Json json{{"score", one.score}, {"of", one.kind}};
    json["name"] = one.name.empty() ? Json(nullptr) : Json(one.name);
    json["tested"] = one.tested;
    json["scored"] = one.agreement.sites;
    json["variants"] = one.agreement.variants;
    json["without_score"] = Json::object();
    for (const auto& [reason, count] : one.without) {
        json["without_score"][reason] = count;
    }
    json["negative_scores"] = one.negative;
    json["signs"] = signs(one.agreement.signs);
    json["signs_significant"] = signs(one.agreement.significant_signs);
    json["spearman"] = estimate(one.agreement.spearman);
    json["spearman_significant"] = estimate(one.agreement.spearman_significant);
    json["slope"] = estimate(one.agreement.slope);
    json["bins"] = bins(one.agreement);
    return json;
}

Json asked(const ConcordOptions& options) {
    const auto& test = options.imbalance;
    Json json{{"fdr", test.fdr}};
    json["expected_ratio"] = or_auto(test.null.mean);
    json["rho"] = test.null.robust ? or_auto(test.null.rho) : Json("plain");
    json["min_depth"] = or_auto(test.min_depth);
    json["power"] = test.power.power;
    json["power_effect_log2"] = test.power.effect_log2;
    json["assume_het"] = test.assume_from ? Json(*test.assume_from) : Json(nullptr);
    json["pool"] = options.pool;
    json["bins"] = options.agreement.bins;
    json["bootstrap"] = options.agreement.rounds;
    json["seed"] = options.agreement.seed;
    return json;
}

}  // namespace

std::string concord_json(const ConcordOptions& options, const concord::Analysis& analysis) {
    Json json;
    if (!options.no_version) {
        json["version"] = std::string(core::version());
        json["command"] = options.command_line;
    }
    json["options"] = asked(options);
    json["samples"] = analysis.counts.samples;
    json["variants"] = analysis.counts.variants.size();
    json["rows"] = analysis.counts.rows.size();
    for (std::size_t i = 0; i < analysis.statuses.size(); ++i) {
        const auto status = static_cast<concord::SiteStatus>(i);
        json["status"][std::string(concord::status_text(status))] = analysis.statuses[i];
    }
    json["scored_alleles"] = analysis.scores.alleles;
    json["scored_without_counts"] = analysis.scores.only_here;
    json["scored_again"] = analysis.scores.repeated;
    json["nulls"] = Json::array();
    for (std::size_t i = 0; i < analysis.group_names.size(); ++i) {
        json["nulls"].push_back(group(analysis.group_names[i], analysis.tests.groups[i]));
    }
    json["results"] = Json::array();
    for (const concord::ScoreResult& one : analysis.results) {
        json["results"].push_back(result(one));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace varhush::apps
