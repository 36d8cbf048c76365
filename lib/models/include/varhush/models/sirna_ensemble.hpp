#pragma once

#include "varhush/core/worker_pool.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::models {

/// A term of a kernel: amplitude * exp(-|S (x - y)|^2 / 2) over some columns, S a scale a column.
struct SirnaKernelTerm {
    std::string name;                   ///< unique in the part
    std::vector<std::int64_t> columns;  ///< of a row of features
    bool raw = false;                   ///< columns as they are (letters), or standardised

    bool operator==(const SirnaKernelTerm&) const = default;
};

/// One kind of network in an ensemble of siRNA efficacy models, and the numbers that give its
/// shape. Inputs are columns of a row of named features.
struct SirnaPart {
    std::string name;             ///< unique in the file, e.g. "cnn"
    std::string kind;             ///< "spline", "cnn", "transformer" or "kernel"
    std::vector<double> weights;  ///< share in the mix, one a state
    std::vector<std::int64_t>
        sequence;                      ///< columns of one-hot letters, four a position, as they are
    std::vector<std::int64_t> dense;   ///< columns that are standardised; NaN becomes 0
    std::int64_t hidden = 0;           ///< units of the layer before the output (not kernel)
    std::int64_t knots = 0;            ///< spline: B-splines a feature, on [-3, 3]
    std::vector<std::int64_t> widths;  ///< cnn: of the convolutions
    std::int64_t channels = 0;         ///< cnn: of each convolution; transformer: of the model
    std::int64_t layers = 0;           ///< transformer
    std::int64_t heads = 0;            ///< transformer
    std::int64_t feed_forward = 0;     ///< transformer
    std::int64_t support = 0;          ///< kernel: stored points
    std::vector<SirnaKernelTerm> terms;  ///< kernel, beside a linear term of sequence and dense

    bool operator==(const SirnaPart&) const = default;
};

/// One trained network: which part it is, its seed, and the fold that its training left out (-1:
/// none). Models for use hold only members of fold -1; the benchmark's model holds all.
struct SirnaMember {
    std::int64_t part = 0;
    std::int64_t seed = 0;
    std::int64_t fold = -1;

    bool operator==(const SirnaMember&) const = default;
};

/// From the mix of the members to what is said of a guide.
struct SirnaCalibration {
    double threshold = 0.7;  ///< fraction silenced that counts as effective
    double p_slope = 1;      ///< P = 1 / (1 + exp(-(p_slope * score + p_offset)))
    double p_offset = 0;
    double spread_at_0 = 0.2;   ///< expected absolute error at score 0 …
    double spread_at_1 = 0.2;   ///< … and at score 1; between them a line
    double below = 2;           ///< the interval reaches that many spreads below the score …
    double above = 2;           ///< … and above it
    double new_laboratory = 1;  ///< factor of both for a laboratory outside the training data

    bool operator==(const SirnaCalibration&) const = default;
};

/// How a guide is judged of whose target so much is known.
struct SirnaState {
    std::string name;                 ///< e.g. "transcript", "flanks", "guide"
    std::vector<std::int64_t> needs;  ///< columns that must not be NaN
    double offset = 0;  ///< score = offset + sum of weight * mean of the part's members
    SirnaCalibration calibration;

    bool operator==(const SirnaState&) const = default;
};

/// Shape of an ensemble; stored as JSON in the metadata.
struct SirnaEnsembleConfig {
    std::int64_t feature_version = 0;
    std::vector<std::string> features;  ///< names of the columns
    std::vector<SirnaPart> parts;
    std::vector<SirnaMember> members;
    std::vector<SirnaState> states;  ///< from the most to the least that may be known

    [[nodiscard]] std::string to_json() const;
    /// @throws Error{kModel} naming `source` for what does not parse.
    static SirnaEnsembleConfig from_json(const std::string& text, const std::string& source);
    /// @throws Error{kModel} naming `source` for numbers that make no network.
    void validate(const std::string& source) const;

    bool operator==(const SirnaEnsembleConfig&) const = default;
};

using TensorLayout = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;
/// Names (without prefix) and shapes of one member's tensors.
[[nodiscard]] TensorLayout sirna_member_layout(const SirnaPart& part);
/// "member.3."
[[nodiscard]] std::string sirna_member_prefix(std::size_t member);
/// Name of the tensor [support, columns] that the members of a kernel part share for a term.
[[nodiscard]] std::string sirna_support_name(const SirnaPart& part, const SirnaKernelTerm& term);

/// What is expected of a guide, as fraction silenced.
struct SirnaJudgement {
    double expected = 0;
    double low = 0;
    double high = 0;
    double p_effective = 0;
};
/// `score` clipped to 0..1, its 90 % interval, and P. Intervals are widened for laboratories that
/// the model was not trained on unless `known_laboratory`.
[[nodiscard]] SirnaJudgement judge_score(const SirnaCalibration& calibration,
                                         double score,
                                         bool known_laboratory);

class SirnaMemberNet;

/// A `sirna-ensemble` file, computed without LibTorch. Safe to call from several threads.
/// File: tensors "features.mean" and "features.scale" [features], the members' tensors
/// (sirna_member_layout) and the kernel parts' support points.
class SirnaEnsemble {
  public:
    /// @throws Error{kModel} for another architecture, or missing, misshapen and left-over tensors.
    explicit SirnaEnsemble(const nn::SafeTensors& file);
    ~SirnaEnsemble();
    SirnaEnsemble(SirnaEnsemble&&) noexcept;
    SirnaEnsemble& operator=(SirnaEnsemble&&) noexcept;

    [[nodiscard]] const SirnaEnsembleConfig& config() const noexcept { return config_; }

    /// Predictions of members `which` for rows of raw features ([N, features], NaN: unknown) as
    /// [N, which.size()].
    [[nodiscard]] std::vector<float> predict(std::span<const float> rows,
                                             std::span<const std::size_t> which,
                                             core::WorkerPool* pool = nullptr) const;

    /// The first state all of whose needs a row of features knows; the last one needs nothing.
    [[nodiscard]] std::size_t state_of(std::span<const float> row) const;

    /// The mix of all members of fold -1, one score a row.
    [[nodiscard]] std::vector<double> scores(std::span<const float> rows,
                                             core::WorkerPool* pool = nullptr) const;

    /// What scores() means for a guide, one judgement a row.
    [[nodiscard]] std::vector<SirnaJudgement> judge(std::span<const float> rows,
                                                    bool known_laboratory,
                                                    core::WorkerPool* pool = nullptr) const;

    /// Raw features, standardised with the file's means and scales and clipped to +-4; NaN gives 0.
    void standardise(std::span<const float> row, std::span<float> out) const;

  private:
    [[nodiscard]] std::vector<double> mixed(std::span<const float> rows,
                                            std::size_t state,
                                            core::WorkerPool* pool) const;

    SirnaEnsembleConfig config_;
    std::vector<float> mean_;
    std::vector<float> scale_;
    std::vector<std::unique_ptr<SirnaMemberNet>> nets_;
};

}  // namespace varhush::models
