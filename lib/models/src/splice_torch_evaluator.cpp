#include "varhush/models/splice_torch_evaluator.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/splice_resnet_torch.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <utility>

namespace varhush::models {

namespace {

constexpr std::size_t kBatch = 32;
constexpr std::int64_t kMaxOutputs = 20'000;
constexpr int kTissues = 4;

// [1, 4, L] of codes 0..3; 4 is a zero column.
at::Tensor one_hot(std::span<const std::uint8_t> codes) {
    const auto length = static_cast<std::int64_t>(codes.size());
    at::Tensor x = torch::zeros({1, 4, length});
    auto values = x.accessor<float, 3>();
    for (std::int64_t at = 0; at < length; ++at) {
        if (const std::uint8_t code = codes[static_cast<std::size_t>(at)]; code < 4) {
            values[0][code][at] = 1;
        }
    }
    return x;
}

// The edited sequence over [begin, end) of its own coordinates.
std::vector<std::uint8_t> edited_window(const SpliceTile& tile,
                                        const SequenceEdit& edit,
                                        std::int64_t begin,
                                        std::int64_t end) {
    const std::int64_t inserted_end = edit.start + static_cast<std::int64_t>(edit.inserted.size());
    std::vector<std::uint8_t> codes;
    codes.reserve(static_cast<std::size_t>(end - begin));
    for (std::int64_t at = begin; at < end; ++at) {
        if (at >= edit.start && at < inserted_end) {
            codes.push_back(edit.inserted[static_cast<std::size_t>(at - edit.start)]);
            continue;
        }
        const std::int64_t source = at < edit.start ? at : at - edit.shift();
        VARHUSH_CHECK(source >= 0 && source < static_cast<std::int64_t>(tile.codes.size()));
        codes.push_back(tile.codes[static_cast<std::size_t>(source)]);
    }
    return codes;
}

class TorchSpliceEvaluator final : public SpliceEvaluator {
  public:
    TorchSpliceEvaluator(SpliceResnetEnsemble ensemble, const std::string& device)
        : ensemble_(std::move(ensemble)),
          device_(device),
          half_context_(ensemble_.config.half_context()) {
        for (SpliceResnetTorch& member : ensemble_.members) {
            member.to(device_);
        }
    }

    [[nodiscard]] int channels() const override {
        return ensemble_.config.head == "pangolin12" ? kTissues : 3;
    }

    [[nodiscard]] std::vector<SpliceResult> evaluate(const SpliceTile& tile,
                                                     std::span<const SpliceQuery> queries) override;

  private:
    [[nodiscard]] at::Tensor predict(const at::Tensor& x);
    void predict_reference(const SpliceTile& tile,
                           std::span<const SpliceQuery> queries,
                           std::vector<SpliceResult>& results);

    SpliceResnetEnsemble ensemble_;
    torch::Device device_;
    std::int64_t half_context_;
};

// Mean over members as rows [N, L, channels] on the CPU.
at::Tensor TorchSpliceEvaluator::predict(const at::Tensor& x) {
    const c10::InferenceMode guard;
    const at::Tensor input = x.to(device_);
    const auto members = static_cast<std::int64_t>(ensemble_.members.size());
    at::Tensor sum;
    if (channels() == 3) {
        for (SpliceResnetTorch& member : ensemble_.members) {
            const at::Tensor p = member.probabilities(input);
            sum = sum.defined() ? sum + p : p;
        }
        sum = sum / members;
    } else {
        std::vector<at::Tensor> tissues(kTissues);
        for (std::size_t m = 0; m < ensemble_.members.size(); ++m) {
            const auto tissue = static_cast<std::int64_t>(m % kTissues);
            const at::Tensor p =
                ensemble_.members[m].probabilities(input).select(1, tissue * 3 + 1);
            at::Tensor& mean = tissues[m % kTissues];
            mean = mean.defined() ? mean + p : p;
        }
        sum = torch::stack(tissues, 1) *
              (static_cast<double>(kTissues) / static_cast<double>(members));
    }
    return sum.transpose(1, 2).contiguous().to(torch::kCPU);
}

void TorchSpliceEvaluator::predict_reference(const SpliceTile& tile,
                                             std::span<const SpliceQuery> queries,
                                             std::vector<SpliceResult>& results) {
    PositionRange span{static_cast<std::int64_t>(tile.codes.size()), 0};
    for (const SpliceQuery& query : queries) {
        span.begin = std::min(span.begin, query.ref_outputs.begin);
        span.end = std::max(span.end, query.ref_outputs.end);
    }
    VARHUSH_CHECK(span.begin >= half_context_ &&
                  span.end + half_context_ <= static_cast<std::int64_t>(tile.codes.size()));
    std::vector<float> rows;
    for (std::int64_t begin = span.begin; begin < span.end; begin += kMaxOutputs) {
        const std::int64_t end = std::min(begin + kMaxOutputs, span.end);
        const at::Tensor part = predict(
            one_hot(std::span(tile.codes)
                        .subspan(static_cast<std::size_t>(begin - half_context_),
                                 static_cast<std::size_t>(end - begin + 2 * half_context_))));
        rows.insert(rows.end(), part.data_ptr<float>(), part.data_ptr<float>() + part.numel());
    }
    for (std::size_t q = 0; q < queries.size(); ++q) {
        const PositionRange range = queries[q].ref_outputs;
        const auto first = rows.begin() + (range.begin - span.begin) * channels();
        results[q].ref.assign(first, first + range.size() * channels());
    }
}

std::vector<SpliceResult> TorchSpliceEvaluator::evaluate(const SpliceTile& tile,
                                                         std::span<const SpliceQuery> queries) {
    std::vector<SpliceResult> results(queries.size());
    if (queries.empty()) {
        return results;
    }
    predict_reference(tile, queries, results);
    std::map<std::int64_t, std::vector<std::size_t>> by_length;
    for (std::size_t q = 0; q < queries.size(); ++q) {
        if (queries[q].alt_outputs.size() > 0) {
            by_length[queries[q].alt_outputs.size()].push_back(q);
        }
    }
    for (const auto& [length, members] : by_length) {
        for (std::size_t first = 0; first < members.size(); first += kBatch) {
            const std::size_t last = std::min(first + kBatch, members.size());
            std::vector<at::Tensor> windows;
            for (std::size_t i = first; i < last; ++i) {
                const SpliceQuery& query = queries[members[i]];
                windows.push_back(one_hot(edited_window(tile,
                                                        query.edit,
                                                        query.alt_outputs.begin - half_context_,
                                                        query.alt_outputs.end + half_context_)));
            }
            const at::Tensor rows = predict(torch::cat(windows, 0));
            const std::int64_t size = length * channels();
            for (std::size_t i = first; i < last; ++i) {
                const float* values =
                    rows.data_ptr<float>() + static_cast<std::int64_t>(i - first) * size;
                results[members[i]].alt.assign(values, values + size);
            }
        }
    }
    return results;
}

}  // namespace

std::unique_ptr<SpliceEvaluator> make_torch_evaluator(const std::string& model,
                                                      const std::string& device) {
    return std::make_unique<TorchSpliceEvaluator>(SpliceResnetEnsemble::load(open_model(model)),
                                                  device);
}

std::string resolve_device(const std::string& wish) {
    if (wish == "cpu") {
        return wish;
    }
    const auto cards =
        static_cast<int>(torch::cuda::is_available() ? torch::cuda::device_count() : 0);
    if (wish == "auto") {
        return cards > 0 ? "cuda" : "cpu";
    }
    const torch::Device device(wish);
    const int index = device.has_index() ? device.index() : 0;
    if (index >= cards) {
        throw Error(
            ErrorKind::kUsage,
            "--device " + wish + ": LibTorch sees " + std::to_string(cards) + " graphics cards",
            "build against a CUDA LibTorch (-DCMAKE_PREFIX_PATH), or use --device cpu");
    }
    return wish;
}

}  // namespace varhush::models
