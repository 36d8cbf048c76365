#include "apps/bench/reporter_score.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/scoring/mix_scorer.hpp"
#include "varhush/scoring/reporter_scorer.hpp"

#include <memory>

namespace varhush::apps {

ReporterScore reporter_scorer(const std::string& model,
                              const seq::ReferenceSource& reference,
                              int threads) {
    const auto file = models::open_model(model);
    const std::string architecture = models::model_architecture(file);
    if (architecture == "reporter-mix") {
        const auto scorer = std::make_shared<scoring::MixScorer>(
            std::make_shared<const models::ReporterMix>(file), reference, threads);
        return [scorer](auto batch) { return scorer->score(batch); };
    }
    if (architecture == "reporter-cnn") {
        scoring::ReporterScorerOptions inside;
        inside.inside = true;
        const auto scorer = std::make_shared<scoring::ReporterScorer>(
            std::make_shared<const models::ReporterNetwork>(file), reference, inside, threads);
        return [scorer](auto batch) { return scorer->score(batch); };
    }
    throw Error(ErrorKind::kModel,
                model + ": no model of reporter activity",
                "expected reporter-mix or reporter-cnn; 'varhush model list' shows the families");
}

}  // namespace varhush::apps
