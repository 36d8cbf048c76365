#include "apps/ism/attribute.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/scoring/gradient_target.hpp"
#include "varhush/scoring/ism.hpp"
#include "varhush/scoring/window_scorer.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace varhush::apps {

namespace {

constexpr std::string_view kBases = "ACGT";
constexpr std::size_t kLetters = 4;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

scoring::ScoreWindow window_of(const seq::Region& region, std::int64_t window_bp) {
    return scoring::resized({region.contig, region.start, region.end, '.'}, window_bp);
}

// Looked at before anything is computed: a run of hours must not end at its last interval.
void check_bases(const AttributionJob& job, const seq::Region& region) {
    const std::string bases = job.reference.fetch(region.contig, region.start, region.end);
    if (bases.find_first_not_of('N') == std::string::npos) {
        throw Error(ErrorKind::kInput,
                    seq::to_text(region) + ": the reference has only N there",
                    "is the interval on another genome build?");
    }
    const auto window = window_of(region, job.window_bp);
    const std::string seen = job.reference.fetch(window.contig, window.start, window.end);
    const auto unknown = std::count(seen.begin(), seen.end(), 'N');
    if (2 * unknown > window.width()) {
        throw Error(ErrorKind::kInput,
                    seq::to_text(region) + ": more than half of the window of " +
                        std::to_string(window.width()) + " bases is unknown (N)",
                    "choose a smaller --window");
    }
    if (unknown > 0) {
        core::log(core::LogLevel::kDebug,
                  seq::to_text(region) + ": " + std::to_string(unknown) +
                      " bases of the window are unknown (N)");
    }
}

Attribution start(const AttributionJob& job, const seq::Region& region) {
    Attribution result;
    result.region = region;
    result.bases = job.reference.fetch(region.contig, region.start, region.end);
    result.variants = scoring::ism_variants(region.contig, region.start, result.bases);
    return result;
}

// What a model cannot give must not look like a score, nor like a gene that is not there.
[[noreturn]] void refuse_number(const scoring::ScoredVariant& variant) {
    throw Error(ErrorKind::kModel,
                variant.to_text() + ": the model gives no finite number",
                "'varhush model verify' checks a model file");
}

void refuse_if_nothing(const Attribution& result) {
    const auto none = std::all_of(
        result.scores.begin(), result.scores.end(), [](double score) { return std::isnan(score); });
    if (none) {
        throw Error(ErrorKind::kInput,
                    seq::to_text(result.region) + ": no change has a score: " +
                        std::string(seq::status_text(result.statuses.front())),
                    "see --gtf, --gene, --tracks and --scorer");
    }
}

Attribution mutate(const AttributionJob& job,
                   scoring::WindowScorer& scorer,
                   const seq::Region& region,
                   ProgressCounters& progress,
                   std::int64_t all_variants) {
    Attribution result = start(job, region);
    const auto window = window_of(region, job.window_bp);
    for (const auto& variant : result.variants) {
        const auto tables = scorer.score(window, variant, true);
        const auto& table = tables.front();
        const double score = scoring::reduced(table, job.options.reduction(), job.options.gene);
        auto status = table.status;
        if (std::isnan(score) && status == seq::AlleleStatus::kOk && job.spec.needs_genes()) {
            status = seq::AlleleStatus::kNoGene;  // no row of the gene, or of the track's strand
        }
        if (!std::isfinite(score) && (!std::isnan(score) || status == seq::AlleleStatus::kOk)) {
            refuse_number(variant);
        }
        progress.unscored += std::isnan(score) ? 1 : 0;
        result.scores.push_back(score);
        result.statuses.push_back(status);
        progress.alleles += 1;
        progress.fraction =
            static_cast<double>(progress.alleles) / static_cast<double>(all_variants);
    }
    refuse_if_nothing(result);
    result.matrix = scoring::ism_matrix(result.bases, result.scores, job.options.times_sequence);
    return result;
}

// Slopes of A, C, G and T at the bases of the interval.
std::vector<double> slopes_of(const AttributionJob& job,
                              const seq::Region& region,
                              const InputGradient& gradient) {
    const auto window = window_of(region, job.window_bp);
    const std::int64_t focus = (region.start + region.end) / 2;
    const scoring::GradientTarget target(job.spec, job.context, window, focus, job.options.gene);
    const auto codes =
        seq::base_codes(job.reference.fetch(window.contig, window.start, window.end));
    const std::vector<models::TrackQuery> queries{target.query()};
    const auto tracks = job.model.run(codes, job.organism)->tracks(queries);
    const auto all = gradient(codes, job.organism, target.query(), target.weights(tracks.front()));
    VARHUSH_CHECK(all.size() == codes.size() * kLetters);
    const auto first = static_cast<std::size_t>(region.start - window.start) * kLetters;
    const auto size = static_cast<std::size_t>(region.end - region.start) * kLetters;
    return {all.begin() + static_cast<std::ptrdiff_t>(first),
            all.begin() + static_cast<std::ptrdiff_t>(first + size)};
}

// One row of the matrix: what each letter contributes.
void append_row(const AttributionJob& job,
                const double* slopes,
                std::size_t ref,
                std::vector<double>& matrix) {
    if (ref == std::string_view::npos) {
        matrix.insert(matrix.end(), kLetters, kNan);
        return;
    }
    const double mean = job.options.method() == IsmMethod::kGradient
                            ? (slopes[0] + slopes[1] + slopes[2] + slopes[3]) / 4
                            : 0;
    for (std::size_t letter = 0; letter < kLetters; ++letter) {
        const bool shown = !job.options.times_sequence || letter == ref;
        matrix.push_back(shown ? slopes[letter] - mean : 0);
    }
}

Attribution differentiate(const AttributionJob& job,
                          const seq::Region& region,
                          const InputGradient& gradient) {
    Attribution result = start(job, region);
    const auto slopes = slopes_of(job, region, gradient);
    for (std::size_t at = 0; at < result.bases.size(); ++at) {
        const double* here = slopes.data() + at * kLetters;
        const std::size_t ref = kBases.find(result.bases[at]);
        const double from = ref == std::string_view::npos ? 0 : here[ref];
        for (std::size_t letter = 0; letter < kLetters; ++letter) {
            if (letter != ref) {
                result.scores.push_back(here[letter] - from);
                result.statuses.push_back(seq::AlleleStatus::kOk);
            }
        }
        append_row(job, here, ref, result.matrix);
    }
    VARHUSH_CHECK(result.scores.size() == result.variants.size());
    for (std::size_t i = 0; i < result.scores.size(); ++i) {
        if (!std::isfinite(result.scores[i])) {
            refuse_number(result.variants[i]);
        }
    }
    return result;
}

}  // namespace

double Attribution::contribution(std::size_t at) const {
    const std::size_t ref = kBases.find(bases[at]);
    return ref == std::string_view::npos ? kNan : matrix[at * kLetters + ref];
}

std::vector<Attribution> attribute(const AttributionJob& job,
                                   const std::vector<seq::Region>& regions,
                                   const InputGradient& gradient,
                                   ProgressCounters& progress) {
    std::int64_t all_variants = 0;
    for (const auto& region : regions) {
        check_bases(job, region);
        all_variants += 3 * (region.end - region.start);
    }
    std::vector<Attribution> results;
    if (job.options.method() == IsmMethod::kIsm) {
        scoring::WindowScorer scorer(
            job.model, job.organism, job.reference, job.context, {job.spec}, {});
        for (const auto& region : regions) {
            results.push_back(mutate(job, scorer, region, progress, all_variants));
        }
        return results;
    }
    for (const auto& region : regions) {
        results.push_back(differentiate(job, region, gradient));
        progress.alleles += static_cast<std::int64_t>(results.back().scores.size());
        progress.fraction =
            static_cast<double>(progress.alleles) / static_cast<double>(all_variants);
    }
    return results;
}

}  // namespace varhush::apps
