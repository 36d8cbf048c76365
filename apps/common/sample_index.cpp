#include "apps/common/sample_index.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::apps {

int sample_index(const std::vector<std::string>& samples,
                 const std::string& name,
                 const std::string& vcf,
                 const std::string& why_needed) {
    if (samples.empty()) {
        throw Error(ErrorKind::kInput, vcf + " has no samples", why_needed);
    }
    if (name.empty() && samples.size() == 1) {
        return 0;
    }
    const auto found = std::find(samples.begin(), samples.end(), name);
    if (name.empty() || found == samples.end()) {
        throw Error(ErrorKind::kUsage,
                    name.empty() ? vcf + " has " + std::to_string(samples.size()) +
                                       " samples: say which with --sample"
                                 : vcf + " has no sample '" + name + "'",
                    "'bcftools query -l' lists them");
    }
    return static_cast<int>(found - samples.begin());
}

}  // namespace varhush::apps
