#include "window_cache.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::scoring {

WindowCache::WindowCache(const models::AparentNetwork& network, int threads)
    : network_(network), pool_(threads), scratch_(static_cast<std::size_t>(pool_.threads())) {}

std::size_t WindowCache::add(const std::string& window) {
    const auto [found, is_new] = known_.try_emplace(window, values_.size());
    if (is_new) {
        letters_.push_back(&found->first);
        values_.emplace_back();
    }
    return found->second;
}

void WindowCache::run() {
    const std::size_t first = computed_;
    pool_.run(
        static_cast<std::int64_t>(values_.size() - first), [&](std::int64_t index, int worker) {
            const std::size_t number = first + static_cast<std::size_t>(index);
            const auto logits = network_.logits(seq::base_codes(*letters_[number]),
                                                network_.config().library,
                                                scratch_[static_cast<std::size_t>(worker)]);
            if (!std::all_of(logits.begin(), logits.end(), [](float logit) {
                    return std::isfinite(logit);
                })) {
                throw Error(ErrorKind::kModel,
                            "the model gave a probability that is not a number",
                            "its weights are broken; check the file's SHA-256 against its source");
            }
            values_[number] = models::cleavage_probabilities(logits);
        });
    computed_ = values_.size();
}

void WindowCache::forget() {
    if (values_.size() > kKept) {
        known_.clear();
        letters_.clear();
        values_.clear();
        computed_ = 0;
    }
}

}  // namespace varhush::scoring
