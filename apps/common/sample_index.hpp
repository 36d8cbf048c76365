#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// Which of a VCF's `samples` is called `name`; the only one when `name` is empty.
/// @throws Error{kInput} without samples, with `why_needed` as its hint; Error{kUsage} when `name`
/// is none of them, or empty although there are several.
[[nodiscard]] int sample_index(const std::vector<std::string>& samples,
                               const std::string& name,
                               const std::string& vcf,
                               const std::string& why_needed);

}  // namespace varhush::apps
