#pragma once

#include "varhush/core/worker_pool.hpp"
#include "varhush/models/aparent_network.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::scoring {

/// Predictions of windows by their letters: the reference of neighbouring variants, and of the
/// alleles of one record, is computed once. What is kept never decides a result, only its cost.
class WindowCache {
  public:
    /// Windows kept from one call of run() to the next: about 2 kB each.
    static constexpr std::size_t kKept = 8192;

    WindowCache(const models::AparentNetwork& network, int threads);

    /// Asks for a window (upper-case A C G T N). The number is good until forget().
    [[nodiscard]] std::size_t add(const std::string& window);
    /// Computes what was asked for and is not there yet.
    void run();
    /// Probabilities of a window (models::cleavage_probabilities); run() comes first.
    [[nodiscard]] const std::vector<double>& probabilities(std::size_t number) const {
        return values_[number];
    }
    /// Number of windows asked for since forget() dropped them.
    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
    /// Drops all windows when there are more than kKept.
    void forget();

  private:
    const models::AparentNetwork& network_;
    core::WorkerPool pool_;
    std::vector<models::AparentScratch> scratch_;
    std::unordered_map<std::string, std::size_t> known_;
    std::vector<const std::string*> letters_;  ///< keys of known_, by number
    std::vector<std::vector<double>> values_;
    std::size_t computed_ = 0;
};

}  // namespace varhush::scoring
