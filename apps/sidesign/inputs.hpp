#pragma once

#include "apps/sidesign/options.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/sirna/designer.hpp"
#include "varhush/sirna/off_target_index.hpp"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Everything a design run reads, kept alive together.
struct DesignFiles {
    std::unique_ptr<sirna::EfficacyModel> model;
    std::optional<sirna::OffTargetIndex> index;
    std::list<sirna::OffTargetIndex> species;
    sirna::DesignInput input;
    std::vector<std::string> notes;  ///< for the report; logged already
};

/// Reads every input; may fill in `options.design.allele`.
[[nodiscard]] DesignFiles load_inputs(SidesignOptions& options, const io::ThreadPool& pool);

}  // namespace varhush::apps
