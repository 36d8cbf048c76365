#include "apps/score/reliability.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

std::string gene_setting(const ScoreOptions& options) {
    return !options.has_genes()                                    ? "none"
           : options.genes.empty() && options.transcripts == "all" ? "all"
                                                                   : "one";
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

// Rank of the largest flat effect; a scorer without tracks has one series for each tag.
std::optional<double> rank_of_effects(const scoring::CalibrationTable& table,
                                      const seq::AlleleAnnotation& allele,
                                      scoring::AlleleClass allele_class) {
    std::optional<double> best;
    for (std::size_t i = 0; i < seq::kModalityCount; ++i) {
        const auto modality = static_cast<seq::Modality>(i);
        const auto series = table.find(report::modality_tag(modality));
        if (!series || !allele[modality]) {
            continue;
        }
        const auto rank =
            table.size_rank(*series, allele_class, static_cast<double>(*allele[modality]));
        if (rank && (!best || *rank > *best)) {
            best = rank;
        }
    }
    return best;
}

// Of the flat effect whose signs were measured; an effect of 0 has none.
void trust_sign(const scoring::CalibrationTable& table, seq::AlleleAnnotation& allele) {
    for (std::size_t i = 0; table.sign() && i < seq::kModalityCount; ++i) {
        const auto modality = static_cast<seq::Modality>(i);
        const auto& effect = allele[modality];
        if (report::modality_tag(modality) == table.sign()->series && effect && *effect != 0) {
            allele.sign_probability =
                static_cast<float>(table.sign()->curve.probability(static_cast<double>(*effect)));
        }
    }
}

// A reason takes the place of the score.
void withhold(seq::AlleleAnnotation& allele) {
    allele.status = seq::AlleleStatus::kLowConf;
    allele.effect = {};
    allele.max_rank.reset();
    allele.top.clear();
    allele.packed.clear();
    allele.sign_probability.reset();
}

}  // namespace

bool spread_too_large(const seq::AlleleAnnotation& allele, double limit) {
    if (!allele.spread || static_cast<double>(*allele.spread) <= kNoSpread) {
        return false;
    }
    double size = 0;
    for (const auto& effect : allele.effect) {
        size = std::max(size, std::fabs(static_cast<double>(effect.value_or(0))));
    }
    return static_cast<double>(*allele.spread) > limit * size;
}

std::string calibration_settings(const ScoreOptions& options,
                                 ModelKind kind,
                                 std::int64_t window_bp) {
    switch (kind) {
        case ModelKind::kSplice:
            return "distance=" + std::to_string(options.distance_bp) +
                   " mask=" + yes_or_no(options.mask) + " genes=" + gene_setting(options);
        case ModelKind::kAlphaGenome:
            return "window=" + std::to_string(window_bp) + " organism=" + options.organism +
                   " align=" + options.align + " genes=" + yes_or_no(options.has_genes());
        case ModelKind::kReporter:
            return "placements=" + options.placements;
        case ModelKind::kCleavage:
            return "genes=" + gene_setting(options);
        case ModelKind::kMix:
        case ModelKind::kNone:
            break;
    }
    return {};
}

std::unique_ptr<const scoring::CalibrationTable> choose_calibration(const ScoreOptions& options,
                                                                    const nn::SafeTensors& model,
                                                                    const std::string& model_sha256,
                                                                    const std::string& settings) {
    if (options.calibration == "none") {
        return nullptr;
    }
    const bool asked = !options.calibration.empty();
    const auto file = asked ? std::optional(nn::SafeTensors::open(options.calibration))
                            : models::open_calibration_of(model);
    if (!file) {
        return nullptr;
    }
    if (!asked && !options.adapters.empty() && models::model_architecture(model) == "alphagenome") {
        core::log(core::LogLevel::kInfo,
                  "not calibrated: " + file->name() + " is of the model without adapters");
        return nullptr;
    }
    auto table = std::make_unique<const scoring::CalibrationTable>(
        scoring::CalibrationTable::from_file(*file));
    table->require_model(model_sha256, file->name());
    if (table->info().settings == settings) {
        return table;
    }
    const std::string difference =
        file->name() + " was made with " + table->info().settings + ", this run has " + settings;
    if (asked) {
        throw Error(ErrorKind::kUsage,
                    "--calibration " + difference,
                    "ranks hold for scores made the same way; make a table with these options: "
                    "'varhush calibrate'");
    }
    core::log(core::LogLevel::kInfo, "not calibrated: " + difference);
    return nullptr;
}

CalibratedRecordScorer::CalibratedRecordScorer(RecordScorer& inner,
                                               const scoring::CalibrationTable& table,
                                               const seq::ReferenceSource& reference,
                                               const ScoreOptions& options)
    : inner_(inner), table_(table) {
    if (table.profile()) {
        watch_.emplace(reference, table.profile()->window_bp());
    }
    if (!options.max_spread.empty()) {
        max_spread_ = options.max_spread == "auto"
                          ? table.info().spread_threshold
                          : parse_positive_number("--max-spread", options.max_spread);
    }
    if (options.max_ood.empty()) {
        return;
    }
    if (!watch_) {
        throw Error(ErrorKind::kUsage,
                    "--max-ood needs a calibration table that knows what sequence is familiar",
                    "this one has no profile; see 'varhush calibrate'");
    }
    max_unlike_ = options.max_ood == "auto" ? table.info().ood_threshold
                                            : parse_unit_number("--max-ood", options.max_ood);
}

void CalibratedRecordScorer::judge(const scoring::VariantInput& record,
                                   std::size_t allele,
                                   seq::AlleleAnnotation& annotation) const {
    if (annotation.status != seq::AlleleStatus::kOk) {
        return;
    }
    if (!annotation.max_rank) {
        annotation.max_rank =
            rank_of_effects(table_,
                            annotation,
                            scoring::allele_class(record.ref.size(), record.alts[allele].size()));
    }
    trust_sign(table_, annotation);
    bool doubtful = max_spread_ > 0 && spread_too_large(annotation, max_spread_);
    if (const auto seen = watch_ ? watch_->look(record, allele) : std::nullopt) {
        const double unlike = scoring::unlikeness(*table_.profile(), *seen);
        annotation.unlike = static_cast<float>(unlike);
        doubtful = doubtful || unlike > max_unlike_;
    }
    if (doubtful) {
        withhold(annotation);
    }
}

void CalibratedRecordScorer::score(std::span<const io::VariantRecord> records,
                                   std::span<seq::RecordAnnotation> annotations) {
    inner_.score(records, annotations);
    copy_records(records, inputs_);
    for (std::size_t r = 0; r < records.size(); ++r) {
        for (std::size_t a = 0; a < annotations[r].alleles.size(); ++a) {
            judge(inputs_[r], a, annotations[r].alleles[a]);
        }
    }
}

void describe_calibration(const scoring::CalibrationTable& table,
                          report::VcfAnnotatorOptions& content,
                          report::ModelProvenance& model) {
    content.calibrated = true;
    content.unlike = table.profile().has_value();
    content.sign_of = table.sign() ? table.sign()->series : std::string();
    // Enough of the hash to tell two backgrounds apart.
    model.calibration = table.info().name + ":" + table.info().background_sha256.substr(0, 12);
}

}  // namespace varhush::apps
