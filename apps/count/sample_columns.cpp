#include "apps/count/sample_columns.hpp"

#include "apps/common/sample_index.hpp"
#include "varhush/core/error.hpp"
#include "varhush/count/read_samples.hpp"

#include <algorithm>

namespace varhush::apps {

std::vector<int> sample_columns(const CountCommandOptions& options,
                                const std::vector<std::string>& samples,
                                const std::vector<std::string>& known,
                                const std::string& why_needed) {
    if (!options.vcf_sample.empty()) {
        if (samples.size() != 1) {
            throw Error(ErrorKind::kUsage,
                        "--vcf-sample is for reads of one sample, and these are of " +
                            std::to_string(samples.size()) + ": " + count::some_of(samples),
                        "choose one with -s");
        }
        return {sample_index(known, options.vcf_sample, options.vcf, why_needed)};
    }
    std::vector<int> columns;
    columns.reserve(samples.size());
    for (const std::string& sample : samples) {
        const auto found = std::find(known.begin(), known.end(), sample);
        columns.push_back(found == known.end() ? -1 : static_cast<int>(found - known.begin()));
    }
    return columns;
}

}  // namespace varhush::apps
