#include "polya_labels.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace varhush::train {

PolyaTeacher::PolyaTeacher(const std::string& model, int threads)
    : network_(models::load_aparent_network(model)),
      pool_(threads),
      scratch_(static_cast<std::size_t>(pool_.threads())) {}

std::vector<float> PolyaTeacher::logits(const std::vector<std::uint8_t>& codes, int worker) {
    return network_->logits(
        codes, network_->config().library, scratch_[static_cast<std::size_t>(worker)]);
}

PolyaLessons PolyaTeacher::lessons(const std::vector<PolyaPair>& pairs) {
    const auto count = static_cast<std::int64_t>(pairs.size());
    const std::int64_t window = network_->config().window_bp;
    PolyaLessons out{at::empty({2 * count, window}, at::kByte), at::empty({2 * count, window + 1})};
    auto* codes = out.codes.data_ptr<std::uint8_t>();
    auto* labels = out.logits.data_ptr<float>();
    pool_.run(2 * count, [&](std::int64_t row, int worker) {
        const PolyaPair& pair = pairs[static_cast<std::size_t>(row % count)];
        const auto& one = row < count ? pair.ref : pair.alt;
        std::copy(one.begin(), one.end(), codes + row * window);
        const auto said = logits(one, worker);
        std::copy(said.begin(), said.end(), labels + row * (window + 1));
    });
    return out;
}

std::vector<double> PolyaTeacher::narrow_odds(
    const std::vector<std::vector<std::uint8_t>>& windows) {
    std::vector<double> odds(windows.size());
    pool_.run(static_cast<std::int64_t>(windows.size()), [&](std::int64_t i, int worker) {
        const auto at = static_cast<std::size_t>(i);
        const auto said = logits(windows[at], worker);
        odds[at] = models::cleavage_log_odds(models::cleavage_probabilities(said),
                                             network_->config().narrow_range());
    });
    return odds;
}

}  // namespace varhush::train
