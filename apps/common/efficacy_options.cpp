#include "apps/common/efficacy_options.hpp"

#include "apps/common/efficacy_features.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/sirna_ensemble.hpp"

#include <mutex>

namespace varhush::apps {

namespace {

constexpr std::size_t kFew = 256;

/// Joins the features of lib/sirna to the networks of lib/models.
class EnsembleEfficacyModel final : public sirna::EfficacyModel {
  public:
    EnsembleEfficacyModel(const nn::SafeTensors& file, const EfficacyOptions& options)
        : ensemble_(file),
          columns_(ensemble_.config(), file.name()),
          identity_(models::identity_of(file)),
          known_laboratory_(options.known_laboratory),
          pool_(options.threads) {}

    [[nodiscard]] std::vector<sirna::Efficacy> predict(
        std::span<const sirna::GuideQuery> queries) const override {
        // Few guides: in the calling thread, as several callers may be at work. The pool serves
        // one loop at a time.
        std::vector<models::SirnaJudgement> judged;
        if (queries.size() <= kFew) {
            judged = ensemble_.judge(columns_.rows(queries, nullptr), known_laboratory_, nullptr);
        } else {
            const std::scoped_lock lock(mutex_);
            judged = ensemble_.judge(columns_.rows(queries, &pool_), known_laboratory_, &pool_);
        }
        std::vector<sirna::Efficacy> out;
        out.reserve(judged.size());
        for (const models::SirnaJudgement& one : judged) {
            out.push_back({one.expected, one.low, one.high, one.p_effective});
        }
        return out;
    }

    [[nodiscard]] std::string name() const override { return identity_.id; }
    [[nodiscard]] std::string sha256() const override { return identity_.sha256; }

  private:
    models::SirnaEnsemble ensemble_;
    EfficacyColumns columns_;
    models::ModelIdentity identity_;
    bool known_laboratory_;
    mutable std::mutex mutex_;
    mutable core::WorkerPool pool_;
};

}  // namespace

std::unique_ptr<sirna::EfficacyModel> load_efficacy_model(const EfficacyOptions& options) {
    const std::string name =
        options.model.empty() ? models::default_efficacy_model_name() : options.model;
    return std::make_unique<EnsembleEfficacyModel>(models::open_model(name), options);
}

}  // namespace varhush::apps
