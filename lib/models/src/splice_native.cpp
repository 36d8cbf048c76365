#include "splice_layers.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/nn/conv32.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace varhush::models {

namespace {

// Rows a thread takes at once in the reference pass: 1,024 rows of one layer are 128 kB, half an
// L2.
constexpr std::int64_t kChunkRows = 1024;
constexpr std::size_t kMaxOutputs = 12;
// Tiles up to this length are not worth sharing among threads: each thread takes its own.
constexpr std::size_t kShortTileBases = 4 * kChunkRows;

// Activations of the reference pass of one member. Layer 0 is the stem, layer u + 1 the output of
// unit u; middle[u] is what unit u's second convolution reads.
struct ReferenceCache {
    std::vector<RowBuffer> layers;
    std::vector<RowBuffer> middle;
};

// Memory of one thread.
struct Scratch {
    RowBuffer input;       // of a convolution
    RowBuffer patched;     // middle activations with the recomputed part put in
    RowBuffer recomputed;  // middle activations inside the cone
    RowBuffer changed[2];  // layer rows inside the cone, before and after a unit
    std::vector<float> logits;
};

// Where the alternative differs from the reference, in alternative coordinates. Left of the edit
// the two share coordinates; right of it the reference lies `shift` lower.
struct EditView {
    std::int64_t start;
    std::int64_t inserted_end;
    std::int64_t shift;

    explicit EditView(const SequenceEdit& edit)
        : start(edit.start),
          inserted_end(edit.start + static_cast<std::int64_t>(edit.inserted.size())),
          shift(edit.shift()) {}
};

// Copies reference rows over alternative positions [begin, end), all outside the changed zone and
// on one side of it. `transform` sees (source, rows, destination).
template <class Transform>
void copy_side(const RowBuffer& reference,
               std::int64_t begin,
               std::int64_t end,
               std::int64_t shift,
               RowBuffer& out,
               const Transform& transform) {
    if (begin >= end) {
        return;
    }
    VARHUSH_CHECK(begin - shift >= reference.begin() && end - shift <= reference.end());
    transform(reference.row(begin - shift), end - begin, out.row(begin));
}

// Fills `out` over its range: the zone [zone.begin, zone.end) from `zone`, the rest from the
// reference.
template <class Transform>
void assemble(const RowBuffer& reference,
              const RowBuffer& zone,
              std::int64_t shift,
              RowBuffer& out,
              const Transform& transform) {
    const std::int64_t left_end = std::clamp(zone.begin(), out.begin(), out.end());
    const std::int64_t right_begin = std::clamp(zone.end(), left_end, out.end());
    copy_side(reference, out.begin(), left_end, 0, out, transform);
    if (left_end < right_begin) {
        transform(zone.row(left_end), right_begin - left_end, out.row(left_end));
    }
    copy_side(reference, right_begin, out.end(), shift, out, transform);
}

void copy_rows(const float* from, std::int64_t rows, float* to) {
    std::memcpy(to, from, static_cast<std::size_t>(rows) * nn::kRowChannels * sizeof(float));
}

class NativeSpliceEvaluator final : public SpliceEvaluator {
  public:
    NativeSpliceEvaluator(std::shared_ptr<const SpliceNetwork> network, int threads)
        : network_(std::move(network)),
          config_(network_->config()),
          pool_(threads),
          scratch_(static_cast<std::size_t>(pool_.threads())) {
        std::int64_t remaining = 0;
        for (int unit = config_.units(); unit-- > 0;) {
            context_after_.insert(context_after_.begin(), remaining);
            remaining += 2 * std::int64_t{config_.half_width(unit)};
        }
        half_context_ = remaining;
        cache_.layers.resize(static_cast<std::size_t>(config_.units()) + 1);
        cache_.middle.resize(static_cast<std::size_t>(config_.units()));
    }

    [[nodiscard]] int channels() const override { return result_channels(config_); }

    [[nodiscard]] std::vector<SpliceResult> evaluate(const SpliceTile& tile,
                                                     std::span<const SpliceQuery> queries) override;
    [[nodiscard]] std::vector<std::vector<SpliceResult>> evaluate_all(
        std::span<const SpliceTask> tasks) override;

  private:
    [[nodiscard]] PositionRange reference_outputs(const SpliceTile& tile,
                                                  std::span<const SpliceQuery> queries) const;
    void reference_pass(const SpliceMember& member, const SpliceTile& tile, PositionRange outputs);
    void reference_unit(const SpliceMember& member, int unit, PositionRange outputs);
    void reference_probabilities(int member, PositionRange outputs, std::vector<float>& sum) const;
    void alternative_pass(int member,
                          const SpliceQuery& query,
                          Scratch& scratch,
                          SpliceResult& result) const;
    void changed_stem(const SpliceMember& member,
                      const SpliceQuery& query,
                      RowBuffer& changed) const;
    void changed_unit(const SpliceMember::Unit& weights,
                      int unit,
                      const EditView& edit,
                      PositionRange outputs,
                      const RowBuffer& before,
                      Scratch& scratch,
                      RowBuffer& after) const;
    void alternative_logits(const SpliceMember& member,
                            int skip,
                            const RowBuffer& reference,
                            const RowBuffer& changed,
                            std::int64_t shift,
                            const SpliceQuery& query,
                            Scratch& scratch) const;

    [[nodiscard]] std::size_t outputs_per_row() const {
        return static_cast<std::size_t>(config_.output_channels());
    }
    [[nodiscard]] std::int64_t chunks(std::int64_t rows) const {
        return (rows + kChunkRows - 1) / kChunkRows;
    }

    std::shared_ptr<const SpliceNetwork> network_;
    const SpliceConfig& config_;
    const nn::Kernels32& kernels_ = nn::kernels32();
    core::WorkerPool pool_;
    std::vector<Scratch> scratch_;
    std::vector<std::int64_t> context_after_;  // bases a side still lost after each unit
    std::int64_t half_context_ = 0;
    ReferenceCache cache_;
    std::vector<std::unique_ptr<NativeSpliceEvaluator>> single_;  // one a thread, for short tiles
};

// The span of reference outputs whose receptive fields hold everything any query reads.
PositionRange NativeSpliceEvaluator::reference_outputs(const SpliceTile& tile,
                                                       std::span<const SpliceQuery> queries) const {
    const auto length = static_cast<std::int64_t>(tile.codes.size());
    PositionRange span{length, 0};
    for (const SpliceQuery& query : queries) {
        const EditView edit(query.edit);
        VARHUSH_CHECK(query.ref_outputs.begin <= query.ref_outputs.end &&
                      query.alt_outputs.begin <= query.alt_outputs.end);
        VARHUSH_CHECK(edit.start >= 0 && query.edit.removed >= 0 &&
                      edit.start + query.edit.removed <= length);
        // Outputs left of the edit's end share the reference's coordinates, those right of it are
        // shifted.
        const std::int64_t first = query.alt_outputs.begin;
        const std::int64_t last = query.alt_outputs.end;
        const std::int64_t ref_first =
            first <= edit.start ? first : first - std::max<std::int64_t>(edit.shift, 0);
        const std::int64_t ref_last = std::max(last - edit.shift, std::min(last, edit.start));
        span.begin = std::min({span.begin, query.ref_outputs.begin, ref_first});
        span.end = std::max({span.end, query.ref_outputs.end, ref_last});
    }
    VARHUSH_CHECK(span.begin - half_context_ >= 0 && span.end + half_context_ <= length);
    return span;
}

void NativeSpliceEvaluator::reference_pass(const SpliceMember& member,
                                           const SpliceTile& tile,
                                           PositionRange outputs) {
    RowBuffer& stem = cache_.layers[0];
    stem.reset(outputs.begin - half_context_, outputs.end + half_context_);
    stem_rows(member,
              std::span(tile.codes)
                  .subspan(static_cast<std::size_t>(stem.begin()),
                           static_cast<std::size_t>(stem.end() - stem.begin())),
              0,
              stem.row(stem.begin()));
    for (int unit = 0; unit < config_.units(); ++unit) {
        reference_unit(member, unit, outputs);
    }
}

void NativeSpliceEvaluator::reference_unit(const SpliceMember& member,
                                           int unit,
                                           PositionRange outputs) {
    const auto u = static_cast<std::size_t>(unit);
    const SpliceMember::Unit& weights = member.units[u];
    const int width = config_.kernel_sizes[u];
    const int dilation = config_.dilations[u];
    const std::int64_t half = config_.half_width(unit);
    const RowBuffer& before = cache_.layers[u];
    RowBuffer& middle = cache_.middle[u];
    RowBuffer& after = cache_.layers[u + 1];
    after.reset(outputs.begin - context_after_[u], outputs.end + context_after_[u]);
    middle.reset(after.begin() - half, after.end() + half);

    pool_.run(chunks(middle.end() - middle.begin()), [&](std::int64_t chunk, int worker) {
        const std::int64_t begin = middle.begin() + chunk * kChunkRows;
        const std::int64_t end = std::min(begin + kChunkRows, middle.end());
        RowBuffer& input = scratch_[static_cast<std::size_t>(worker)].input;
        input.reset(begin - half, end + half);
        kernels_.scale_shift(before.row(input.begin()),
                             input.end() - input.begin(),
                             weights.scale.data(),
                             weights.shift.data(),
                             config_.negative_slope,
                             input.row(input.begin()));
        kernels_.conv(input.row(input.begin()),
                      end - begin,
                      width,
                      dilation,
                      weights.weights1.data(),
                      weights.bias1.data(),
                      {.residual = nullptr, .activate = true, .slope = config_.negative_slope},
                      middle.row(begin));
    });
    pool_.run(chunks(after.end() - after.begin()), [&](std::int64_t chunk, int) {
        const std::int64_t begin = after.begin() + chunk * kChunkRows;
        const std::int64_t end = std::min(begin + kChunkRows, after.end());
        kernels_.conv(middle.row(begin - half),
                      end - begin,
                      width,
                      dilation,
                      weights.weights2.data(),
                      weights.bias2.data(),
                      {.residual = before.row(begin), .activate = false, .slope = 0},
                      after.row(begin));
    });
}

void NativeSpliceEvaluator::reference_probabilities(int member,
                                                    PositionRange outputs,
                                                    std::vector<float>& sum) const {
    const SpliceMember& weights = network_->members()[static_cast<std::size_t>(member)];
    const auto row_channels = static_cast<std::size_t>(channels());
    float storage[kMaxOutputs];
    const std::span<float> logits(storage, outputs_per_row());
    for (std::int64_t at = outputs.begin; at < outputs.end; ++at) {
        std::copy(weights.head_bias.begin(), weights.head_bias.end(), logits.begin());
        add_skip_head(weights.skip_heads[0], cache_.layers[0].row(at), logits);
        for (int unit = 0; unit < config_.units(); ++unit) {
            if (const int skip = config_.skip_after(unit); skip > 0) {
                add_skip_head(weights.skip_heads[static_cast<std::size_t>(skip)],
                              cache_.layers[static_cast<std::size_t>(unit) + 1].row(at),
                              logits);
            }
        }
        add_probabilities(config_,
                          member,
                          logits,
                          sum.data() + static_cast<std::size_t>(at - outputs.begin) * row_channels);
    }
}

void NativeSpliceEvaluator::changed_stem(const SpliceMember& member,
                                         const SpliceQuery& query,
                                         RowBuffer& changed) const {
    const auto inserted = static_cast<std::int64_t>(query.edit.inserted.size());
    changed.reset(query.edit.start, query.edit.start + inserted);
    if (inserted > 0) {
        stem_rows(member, query.edit.inserted, 0, changed.row(changed.begin()));
    }
}

// One residual unit inside the cone: positions the edit reaches, cut to those the outputs can see.
void NativeSpliceEvaluator::changed_unit(const SpliceMember::Unit& weights,
                                         int unit,
                                         const EditView& edit,
                                         PositionRange outputs,
                                         const RowBuffer& before,
                                         Scratch& scratch,
                                         RowBuffer& after) const {
    const auto u = static_cast<std::size_t>(unit);
    const int width = config_.kernel_sizes[u];
    const int dilation = config_.dilations[u];
    const std::int64_t half = config_.half_width(unit);
    const std::int64_t seen_begin = outputs.begin - context_after_[u];
    const std::int64_t seen_end = outputs.end + context_after_[u];

    RowBuffer& middle = scratch.recomputed;
    const std::int64_t middle_begin = std::max(before.begin() - half, seen_begin - half);
    const std::int64_t middle_end = std::min(before.end() + half, seen_end + half);
    if (middle_begin >= middle_end) {  // the outputs do not see the edit
        after.reset(before.begin(), before.begin());
        return;
    }
    middle.reset(middle_begin, middle_end);
    scratch.input.reset(middle_begin - half, middle_end + half);
    assemble(
        cache_.layers[u],
        before,
        edit.shift,
        scratch.input,
        [&](const float* from, std::int64_t rows, float* to) {
            kernels_.scale_shift(
                from, rows, weights.scale.data(), weights.shift.data(), config_.negative_slope, to);
        });
    kernels_.conv(scratch.input.row(scratch.input.begin()),
                  middle_end - middle_begin,
                  width,
                  dilation,
                  weights.weights1.data(),
                  weights.bias1.data(),
                  {.residual = nullptr, .activate = true, .slope = config_.negative_slope},
                  middle.row(middle_begin));

    const std::int64_t begin = std::max(middle_begin - half, seen_begin);
    const std::int64_t end = std::min(middle_end + half, seen_end);
    after.reset(begin, end);
    scratch.patched.reset(begin - half, end + half);
    assemble(cache_.middle[u], middle, edit.shift, scratch.patched, copy_rows);
    assemble(cache_.layers[u], before, edit.shift, after, copy_rows);  // the residual
    kernels_.conv(scratch.patched.row(scratch.patched.begin()),
                  end - begin,
                  width,
                  dilation,
                  weights.weights2.data(),
                  weights.bias2.data(),
                  {.residual = after.row(begin), .activate = false, .slope = 0},
                  after.row(begin));
}

void NativeSpliceEvaluator::alternative_logits(const SpliceMember& member,
                                               int skip,
                                               const RowBuffer& reference,
                                               const RowBuffer& changed,
                                               std::int64_t shift,
                                               const SpliceQuery& query,
                                               Scratch& scratch) const {
    const std::size_t width = outputs_per_row();
    for (std::int64_t at = query.alt_outputs.begin; at < query.alt_outputs.end; ++at) {
        const bool inside = changed.begin() <= at && at < changed.end();
        const float* row = inside                 ? changed.row(at)
                           : at < changed.begin() ? reference.row(at)
                                                  : reference.row(at - shift);
        const auto offset = static_cast<std::size_t>(at - query.alt_outputs.begin) * width;
        add_skip_head(member.skip_heads[static_cast<std::size_t>(skip)],
                      row,
                      std::span(scratch.logits).subspan(offset, width));
    }
}

void NativeSpliceEvaluator::alternative_pass(int member,
                                             const SpliceQuery& query,
                                             Scratch& scratch,
                                             SpliceResult& result) const {
    const SpliceMember& weights = network_->members()[static_cast<std::size_t>(member)];
    const EditView edit(query.edit);
    const std::size_t width = outputs_per_row();
    const auto rows = static_cast<std::size_t>(query.alt_outputs.size());
    scratch.logits.resize(rows * width);
    for (std::size_t row = 0; row < rows; ++row) {
        std::copy(weights.head_bias.begin(),
                  weights.head_bias.end(),
                  scratch.logits.begin() + static_cast<std::ptrdiff_t>(row * width));
    }
    RowBuffer* before = &scratch.changed[0];
    RowBuffer* after = &scratch.changed[1];
    changed_stem(weights, query, *before);
    alternative_logits(weights, 0, cache_.layers[0], *before, edit.shift, query, scratch);
    for (int unit = 0; unit < config_.units(); ++unit) {
        const auto u = static_cast<std::size_t>(unit);
        changed_unit(weights.units[u], unit, edit, query.alt_outputs, *before, scratch, *after);
        std::swap(before, after);
        if (const int skip = config_.skip_after(unit); skip > 0) {
            alternative_logits(
                weights, skip, cache_.layers[u + 1], *before, edit.shift, query, scratch);
        }
    }
    const auto row_channels = static_cast<std::size_t>(channels());
    for (std::size_t row = 0; row < rows; ++row) {
        add_probabilities(config_,
                          member,
                          std::span(scratch.logits).subspan(row * width, width),
                          result.alt.data() + row * row_channels);
    }
}

std::vector<SpliceResult> NativeSpliceEvaluator::evaluate(const SpliceTile& tile,
                                                          std::span<const SpliceQuery> queries) {
    std::vector<SpliceResult> results(queries.size());
    if (queries.empty()) {
        return results;
    }
    const PositionRange outputs = reference_outputs(tile, queries);
    const auto row_channels = static_cast<std::size_t>(channels());
    std::vector<float> reference(static_cast<std::size_t>(outputs.size()) * row_channels);
    for (std::size_t q = 0; q < queries.size(); ++q) {
        results[q].alt.assign(
            static_cast<std::size_t>(queries[q].alt_outputs.size()) * row_channels, 0.0F);
    }
    for (int member = 0; member < config_.ensemble_size; ++member) {
        reference_pass(network_->members()[static_cast<std::size_t>(member)], tile, outputs);
        reference_probabilities(member, outputs, reference);
        pool_.run(static_cast<std::int64_t>(queries.size()), [&](std::int64_t index, int worker) {
            const auto q = static_cast<std::size_t>(index);
            alternative_pass(
                member, queries[q], scratch_[static_cast<std::size_t>(worker)], results[q]);
        });
    }
    const float share =
        static_cast<float>(row_channels == 3 ? 1 : 4) / static_cast<float>(config_.ensemble_size);
    for (std::size_t q = 0; q < queries.size(); ++q) {
        const PositionRange range = queries[q].ref_outputs;
        const auto first = reference.begin() + (range.begin - outputs.begin) *
                                                   static_cast<std::ptrdiff_t>(row_channels);
        results[q].ref.assign(first,
                              first + range.size() * static_cast<std::ptrdiff_t>(row_channels));
        for (auto* values : {&results[q].ref, &results[q].alt}) {
            for (float& value : *values) {
                value *= share;
            }
        }
    }
    return results;
}

std::vector<std::vector<SpliceResult>> NativeSpliceEvaluator::evaluate_all(
    std::span<const SpliceTask> tasks) {
    std::vector<std::vector<SpliceResult>> results(tasks.size());
    std::vector<std::size_t> short_tasks;
    for (std::size_t task = 0; task < tasks.size(); ++task) {
        if (pool_.threads() > 1 && tasks[task].tile.codes.size() <= kShortTileBases) {
            short_tasks.push_back(task);
        } else {
            results[task] = evaluate(tasks[task].tile, tasks[task].queries);
        }
    }
    while (!short_tasks.empty() && single_.size() < static_cast<std::size_t>(pool_.threads())) {
        single_.push_back(std::make_unique<NativeSpliceEvaluator>(network_, 1));
    }
    pool_.run(static_cast<std::int64_t>(short_tasks.size()), [&](std::int64_t index, int worker) {
        const std::size_t task = short_tasks[static_cast<std::size_t>(index)];
        results[task] = single_[static_cast<std::size_t>(worker)]->evaluate(tasks[task].tile,
                                                                            tasks[task].queries);
    });
    return results;
}

}  // namespace

std::vector<std::vector<SpliceResult>> SpliceEvaluator::evaluate_all(
    std::span<const SpliceTask> tasks) {
    std::vector<std::vector<SpliceResult>> results;
    results.reserve(tasks.size());
    for (const SpliceTask& task : tasks) {
        results.push_back(evaluate(task.tile, task.queries));
    }
    return results;
}

std::unique_ptr<SpliceEvaluator> make_native_evaluator(std::shared_ptr<const SpliceNetwork> network,
                                                       int threads) {
    return std::make_unique<NativeSpliceEvaluator>(std::move(network), threads);
}

}  // namespace varhush::models
