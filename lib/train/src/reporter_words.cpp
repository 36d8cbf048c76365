#include "reporter_words.hpp"

#include "varhush/models/word_counts.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace varhush::train {

namespace {

constexpr std::size_t kBlock = 2048;  // bins in memory as dense rows: 34 MB

// Square roots of the word counts of some bins, [bins, kGappedWords].
at::Tensor word_rows(const LabelledSequence& sequence, std::span<const std::int64_t> bins) {
    const auto words = static_cast<std::int64_t>(models::kGappedWords);
    at::Tensor rows = at::zeros({static_cast<std::int64_t>(bins.size()), words});
    float* row = rows.data_ptr<float>();
    for (const std::int64_t bin : bins) {
        const auto codes = std::span(sequence.codes)
                               .subspan(static_cast<std::size_t>(bin * LabelledSequence::kBin),
                                        static_cast<std::size_t>(LabelledSequence::kBin));
        models::visit_gapped_words(codes, [&](std::size_t word) { row[word] += 1; });
        row += words;
    }
    return rows.sqrt_();
}

// Whether each bin is positive, [bins, tracks].
at::Tensor label_rows(const LabelledSequence& sequence, std::span<const std::int64_t> bins) {
    const auto tracks = static_cast<std::int64_t>(sequence.tracks.size());
    at::Tensor rows = at::zeros({static_cast<std::int64_t>(bins.size()), tracks});
    float* values = rows.data_ptr<float>();
    for (std::size_t b = 0; b < bins.size(); ++b) {
        for (const auto& positive : sequence.bins) {
            *values++ = std::binary_search(positive.begin(), positive.end(), bins[b]) ? 1.0F : 0.0F;
        }
    }
    return rows;
}

}  // namespace

at::Tensor fit_word_heads(const LabelledSequence& sequence,
                          const BinChoice& choice,
                          double lambda) {
    const auto words = static_cast<std::int64_t>(models::kGappedWords);
    const auto tracks = static_cast<std::int64_t>(sequence.tracks.size());
    const auto count = static_cast<double>(choice.bins.size());
    const auto each_block = [&](const auto& take) {
        for (std::size_t start = 0; start < choice.bins.size(); start += kBlock) {
            const auto bins =
                std::span(choice.bins).subspan(start, std::min(kBlock, choice.bins.size() - start));
            take(word_rows(sequence, bins), label_rows(sequence, bins));
        }
    };
    at::Tensor word_mean = at::zeros({words}, at::kDouble);
    at::Tensor label_mean = at::zeros({tracks}, at::kDouble);
    each_block([&](const at::Tensor& x, const at::Tensor& y) {
        word_mean += x.sum(0).to(at::kDouble) / count;
        label_mean += y.sum(0).to(at::kDouble) / count;
    });
    at::Tensor gram = at::zeros({words, words});
    at::Tensor cross = at::zeros({words, tracks});
    each_block([&](const at::Tensor& x, const at::Tensor& y) {
        const at::Tensor centred = x - word_mean.to(at::kFloat);
        gram.addmm_(centred.t(), centred);
        cross.addmm_(centred.t(), y - label_mean.to(at::kFloat));
    });
    const at::Tensor factor =
        at::linalg_cholesky(gram.to(at::kDouble) + at::eye(words, at::kDouble) * lambda);
    return at::cholesky_solve(cross.to(at::kDouble), factor).to(at::kFloat).contiguous();
}

}  // namespace varhush::train
