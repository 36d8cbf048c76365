#include "apps/bench/grammar_model.hpp"

#include "apps/bench/reporter_score.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/seq/reference_source.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

using models::OutputType;

/// VH_MPRA of the change as `score` gives it; the sequence is the insert.
class ReporterGrammar final : public GrammarModel {
  public:
    ReporterGrammar(std::string model, int threads) : model_(std::move(model)), threads_(threads) {}

    [[nodiscard]] bool has_tracks() const override { return false; }
    [[nodiscard]] bool knows(const std::string& /*factor*/) const override { return true; }
    [[nodiscard]] std::size_t usual_length() const override { return kInsertBp; }
    void check_length(std::size_t length) const override {
        if (length < kInsertBp || length > 2000) {
            throw Error(ErrorKind::kUsage,
                        "--length " + std::to_string(length) +
                            ": inserts of reporters have 145 to 2,000 bases here");
        }
    }

    [[nodiscard]] std::vector<std::optional<double>> differences(
        const std::vector<GrammarChange>& changes, const std::string& /*factor*/) const override {
        seq::StringReference inserts;
        std::vector<scoring::VariantInput> records;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const GrammarChange& one = changes[i];
            const std::string name = "insert" + std::to_string(i);
            inserts.add(name, one.from);
            const auto ends = std::mismatch(one.from.begin(), one.from.end(), one.to.begin());
            const auto tails = std::mismatch(one.from.rbegin(), one.from.rend(), one.to.rbegin());
            const auto first = static_cast<std::size_t>(ends.first - one.from.begin());
            const auto same = static_cast<std::size_t>(tails.first - one.from.rbegin());
            const std::size_t count = one.from.size() - same - first;
            records.push_back({name,
                               static_cast<std::int64_t>(first),
                               one.from.substr(first, count),
                               {one.to.substr(first, count)}});
        }
        const auto scored = reporter_scorer(model_, inserts, threads_)(records);
        std::vector<std::optional<double>> out;
        out.reserve(scored.size());
        for (const auto& record : scored) {
            out.emplace_back(record.alleles.at(0)[seq::Modality::kMpra]);
        }
        return out;
    }

  private:
    static constexpr std::size_t kInsertBp = 145;

    std::string model_;
    int threads_;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// Mean over the factor's tracks of what is predicted in the three bins round `place`.
class TrackGrammar final : public GrammarModel {
  public:
    TrackGrammar(const std::string& model, int threads)
        : file_(models::load_alphagenome(model)),
          engine_(models::make_native_alphagenome(file_.file, file_.config, threads)) {
        for (const models::Track& track : file_.tracks.front().tracks(OutputType::kChipTf)) {
            if (!track.transcription_factor.empty()) {
                channels_[lower(track.transcription_factor)].push_back(track.channel);
            }
        }
        if (channels_.empty()) {
            throw Error(ErrorKind::kModel,
                        model + ": none of its tracks names a transcription factor");
        }
    }

    [[nodiscard]] bool has_tracks() const override { return true; }
    [[nodiscard]] bool knows(const std::string& factor) const override {
        return channels_.contains(lower(factor));
    }
    [[nodiscard]] std::size_t usual_length() const override { return models::kPairBp; }
    void check_length(std::size_t length) const override {
        if (length % models::kPairBp != 0 || length > models::kMaxWindowBp) {
            throw Error(ErrorKind::kUsage,
                        "--length " + std::to_string(length) +
                            ": this model takes multiples of 2,048 bases");
        }
    }

    [[nodiscard]] std::vector<std::optional<double>> differences(
        const std::vector<GrammarChange>& changes, const std::string& factor) const override {
        std::vector<std::optional<double>> out;
        out.reserve(changes.size());
        for (const GrammarChange& one : changes) {
            out.emplace_back(value(one.to, one.place, factor) - value(one.from, one.place, factor));
        }
        return out;
    }

  private:
    [[nodiscard]] double value(const std::string& bases,
                               std::size_t place,
                               const std::string& factor) const {
        const auto bins = static_cast<std::int64_t>(bases.size()) / models::kTokenBp;
        const auto middle = static_cast<std::int64_t>(place) / models::kTokenBp;
        models::TrackQuery query;
        query.output = OutputType::kChipTf;
        query.resolution_bp = models::kTokenBp;
        query.bins = {{std::max<std::int64_t>(middle - 1, 0), std::min(middle + 2, bins)}};
        query.channels = channels_.at(lower(factor));
        std::vector<std::uint8_t> codes;
        for (const char base : bases) {
            codes.push_back(static_cast<std::uint8_t>(std::string_view("ACGT").find(base)));
        }
        const auto values = engine_->run(codes, 0)->tracks({&query, 1}).front();
        double sum = 0;
        for (const float one : values) {
            sum += static_cast<double>(one);
        }
        return sum / static_cast<double>(query.channels.size());
    }

    models::AlphaGenomeFile file_;
    std::unique_ptr<models::SequenceModel> engine_;
    std::map<std::string, std::vector<std::int32_t>> channels_;  ///< by factor, lower case
};

}  // namespace

std::unique_ptr<GrammarModel> open_grammar_model(const std::string& model, int threads) {
    const std::string architecture = models::model_architecture(models::open_model(model));
    if (architecture == "alphagenome") {
        return std::make_unique<TrackGrammar>(model, threads);
    }
    if (architecture == "reporter-mix" || architecture == "reporter-cnn") {
        return std::make_unique<ReporterGrammar>(model, threads);
    }
    throw Error(ErrorKind::kModel,
                model + ": neither reporter activity nor transcription factors",
                "expected reporter-mix, reporter-cnn or alphagenome");
}

}  // namespace varhush::apps
