#pragma once

#include "apps/ism/attribute.hpp"
#include "apps/ism/options.hpp"
#include "varhush/models/alphagenome_file.hpp"

#include <functional>
#include <memory>

namespace varhush::apps {

/// A model ready to run, and what gives its gradients; empty in the light half.
struct IsmEngine {
    std::unique_ptr<models::SequenceModel> model;
    InputGradient gradient;
};

using IsmEngineFactory = std::function<IsmEngine(const models::AlphaGenomeFile& file, int threads)>;

/// The whole of `varhush ism` behind its command line; returns the exit code.
[[nodiscard]] int run_ism_with(const IsmOptions& options, const IsmEngineFactory& make_engine);

}  // namespace varhush::apps
