#pragma once

#include "varhush/models/model_identity.hpp"
#include "varhush/models/position_range.hpp"
#include "varhush/models/sequence_edit.hpp"
#include "varhush/nn/packed_matrix.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// Shape of a reporter network ("reporter-cnn"): unpadded convolutions, each followed by ReLU and
/// then a batch norm, and one linear layer over all that is left of the window. Source: Movva et
/// al. 2019 (PLoS ONE 14:e0218073), MPRA-DragoNN ConvModel.
struct ReporterConfig {
    std::vector<int> kernel_sizes;  ///< one a convolution
    int channels = 0;
    int window_bp = 0;  ///< the insert of the assay: 145
    double batchnorm_eps = 1e-3;
    std::vector<std::string> tasks;

    /// Bases that one column of the last convolution sees: 13.
    [[nodiscard]] int word_bp() const noexcept;
    /// Columns of the last convolution in a window: 133.
    [[nodiscard]] int words() const noexcept { return window_bp - word_bp() + 1; }
    /// @throws Error{kModel} for shapes that cannot be run.
    void validate(const std::string& file) const;
};

/// A change of a sequence and the windows to judge it by. Positions count along `codes` (0..3 for
/// A C G T, 4 for anything else). `starts` may lie outside of `codes`: what is read is bounded by
/// context_of().
struct ReporterQuery {
    std::vector<std::uint8_t> codes;
    SequenceEdit edit;
    PositionRange starts;
};

/// Memory of one thread for ReporterNetwork::columns(); it only grows.
struct ReporterScratch {
    std::vector<nn::AlignedFloats> layers;
};

class MemberTensors;
struct Affine;

/// A loaded reporter network, read-only and shared between threads.
///
/// Behind the last convolution everything is linear, so a window's value is a sum over its 13-base
/// words: one pass over a sequence gives all windows, and a change is felt by the words that
/// contain it and by nothing else. All methods use that; none of it is an approximation. Batch
/// norms are folded into the next layer. Values are means of both strands (the reverse complements
/// were in the training set) unless said otherwise.
class ReporterNetwork {
  public:
    /// @throws Error{kModel} for a missing, misshapen or left-over tensor, with expected and found.
    explicit ReporterNetwork(const nn::SafeTensors& file);
    /// A network that is a part of a larger model; its tensors are marked as used.
    ReporterNetwork(const nn::SafeTensors& file, const MemberTensors& tensors);

    [[nodiscard]] const ReporterConfig& config() const noexcept { return config_; }
    [[nodiscard]] const ModelIdentity& identity() const noexcept { return identity_; }
    [[nodiscard]] std::size_t tasks() const noexcept { return config_.tasks.size(); }

    /// Activations of every convolution after its ReLU, [columns, channels] each, for parity tests.
    [[nodiscard]] std::vector<std::vector<float>> layers(std::span<const std::uint8_t> codes) const;

    /// The network's output of every window as it is read, one strand: [L - window + 1, tasks].
    [[nodiscard]] std::vector<double> windows(std::span<const std::uint8_t> codes) const;

    /// Mean output over the windows that start in `starts` (all inside `codes`): [tasks].
    [[nodiscard]] std::vector<double> activity(std::span<const std::uint8_t> codes,
                                               PositionRange starts) const;

    /// What the word that starts at each base adds to the output on average over all placements of
    /// a base in the window: [L - word + 1, tasks]. Windows and their ends play no part, so it can
    /// be cut anywhere; summed over the words that a substitution changes, its change is that of
    /// differences() over all placements. Cost 0.29 M multiply-adds a base.
    [[nodiscard]] std::vector<double> track(std::span<const std::uint8_t> codes) const;

    /// For each query the mean over its window starts of output(edited) - output(as it is), [tasks]
    /// each, one behind the other. The windows have the same starts in both; what lies right of an
    /// insertion or deletion moves. A change that keeps the length costs two passes over 2 * word -
    /// 1 bases a strand, another one about a pass over the window. Results do not depend on `team`,
    /// nor on which queries come together.
    /// @throws Error{kInternal} when `codes` ends before context_of().
    [[nodiscard]] std::vector<double> differences(std::span<const ReporterQuery> queries,
                                                  const nn::Team& team) const;

    /// Positions that differences() reads for an edit judged by the windows from `starts`.
    [[nodiscard]] PositionRange context_of(const SequenceEdit& edit, PositionRange starts) const;

    /// Columns of the last convolution after its ReLU, for `count` sequences of one length that
    /// stand in `codes` one behind the other: sequence by sequence a row for each word start. Rows
    /// have padded_columns(channels) values and are good until `scratch` is used again. Same bits
    /// for a sequence alone and in company.
    [[nodiscard]] nn::ConstRows columns(std::span<const std::uint8_t> codes,
                                        std::int64_t count,
                                        ReporterScratch& scratch) const;

    /// Adds to `sums` [tasks] what `column` [channels] gives when it stands at each of the word
    /// positions `words` of a window, summed; with `reverse` these count from the window's end.
    void add_weighted(std::span<const double> column,
                      PositionRange words,
                      bool reverse,
                      std::span<double> sums) const;

  private:
    struct Kernel;

    void bind(const MemberTensors& tensors);
    void bind_first(const Kernel& kernel);
    static nn::PackedMatrix pack(const Kernel& kernel, const Affine& norm);
    void bind_head(const MemberTensors& tensors, const Affine& norm);
    void first_layer(std::span<const std::uint8_t> codes, std::int64_t count, float* out) const;

    ReporterConfig config_;
    ModelIdentity identity_;
    std::vector<float> first_;  ///< [taps, 5, padded channels]: rows of A, C, G, T, N
    std::vector<float> first_bias_;
    std::vector<nn::PackedMatrix> convolutions_;  ///< from the second on
    /// Running sums of the head over the word positions, [words + 1, tasks, channels]: the weights
    /// of positions [a, b) together are row b - row a.
    std::vector<double> head_sums_;
    std::vector<double> head_bias_;
};

/// Loads a reporter network by name or path; see model_store.hpp.
[[nodiscard]] std::shared_ptr<const ReporterNetwork> load_reporter_network(
    const std::string& name_or_path);

}  // namespace varhush::models
