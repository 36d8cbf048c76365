#include "apps/calibrate/comparison.hpp"

#include "varhush/core/error.hpp"
#include "varhush/report/run_summary.hpp"

#include <cstdio>

namespace varhush::apps {

void Comparison::begin(const report::ModelProvenance& model,
                       const std::string& settings,
                       const std::vector<scoring::ScoreSeries>& series,
                       const seq::ReferenceSource& /*reference*/) {
    // The same options, so the same series in the same order.
    VARHUSH_CHECK(model.sha256 == table_.info().model_sha256 &&
                  settings == table_.info().settings && series.size() == table_.series().size());
}

void Comparison::put(const io::VariantRecord& record, const seq::RecordAnnotation& annotation) {
    for (std::size_t a = 0; a < annotation.alleles.size(); ++a) {
        const auto kind = scoring::allele_class(record.ref().size(), record.alt(a).size());
        Ranks& ranks = ranks_[static_cast<std::size_t>(kind)];
        for (const seq::RawScore& raw : annotation.alleles[a].raw) {
            if (const auto rank =
                    table_.size_rank(raw.series, kind, static_cast<double>(raw.value))) {
                ++ranks.count;
                ranks.sum += *rank;
                ranks.above_90 += *rank > 0.9 ? 1 : 0;
                ranks.above_99 += *rank > 0.99 ? 1 : 0;
            }
        }
    }
}

std::vector<std::string> Comparison::lines() const {
    std::vector<std::string> lines;
    for (std::size_t c = 0; c < ranks_.size(); ++c) {
        const Ranks& ranks = ranks_[c];
        if (ranks.count == 0) {
            continue;
        }
        const auto count = static_cast<double>(ranks.count);
        std::array<char, 120> text{};
        std::snprintf(text.data(),
                      text.size(),
                      " scores, mean rank %.3f, %.1f %% above 0.9, %.2f %% above 0.99",
                      ranks.sum / count,
                      100 * static_cast<double>(ranks.above_90) / count,
                      100 * static_cast<double>(ranks.above_99) / count);
        lines.push_back(
            "matched random " +
            std::string(scoring::allele_class_name(static_cast<scoring::AlleleClass>(c))) +
            "s: " + report::with_thousands(ranks.count) + text.data());
    }
    return lines;
}

}  // namespace varhush::apps
