#pragma once

#include "apps/bench/options.hpp"
#include "varhush/models/parity.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/safetensors.hpp"

#include <functional>
#include <memory>
#include <string>

namespace varhush::apps {

/// What is compared.
struct ParityEngine {
    std::string name;
    std::function<std::unique_ptr<models::SequenceModel>(const nn::SafeTensors& weights,
                                                         const models::AlphaGenomeConfig& config)>
        make;
    models::ModuleRunner modules;  ///< empty: whole networks only
};

/// Compares the engine with every fixture of the folder and prints a line for each: the exit code,
/// 1 when one differs.
/// @throws Error{kInput} for a folder without fixtures, or with nothing that this engine can run.
[[nodiscard]] int run_parity(const BenchOptions& options, const ParityEngine& engine);

}  // namespace varhush::apps
