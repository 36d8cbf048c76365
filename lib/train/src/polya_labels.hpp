#pragma once

#include "polya_windows.hpp"
#include "varhush/core/worker_pool.hpp"

#include <ATen/core/TensorBody.h>

namespace varhush::train {

/// Windows and what a network says of them.
struct PolyaLessons {
    at::Tensor codes;   ///< [2 B, window], bytes: B windows, then their changed copies
    at::Tensor logits;  ///< [2 B, window + 1]
};

/// A network that labels pairs. Results do not depend on the number of threads.
class PolyaTeacher {
  public:
    /// @throws Error{kModel}.
    PolyaTeacher(const std::string& model, int threads);

    [[nodiscard]] const models::AparentNetwork& network() const noexcept { return *network_; }
    [[nodiscard]] const std::shared_ptr<const models::AparentNetwork>& shared() const noexcept {
        return network_;
    }
    [[nodiscard]] PolyaLessons lessons(const std::vector<PolyaPair>& pairs);
    /// Log odds of a cut 1 to 50 bases behind the hexamer.
    [[nodiscard]] std::vector<double> narrow_odds(
        const std::vector<std::vector<std::uint8_t>>& windows);

  private:
    [[nodiscard]] std::vector<float> logits(const std::vector<std::uint8_t>& codes, int worker);

    std::shared_ptr<const models::AparentNetwork> network_;
    core::WorkerPool pool_;
    std::vector<models::AparentScratch> scratch_;
};

}  // namespace varhush::train
