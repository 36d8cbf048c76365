#include "varhush/sirna/accessibility.hpp"

#include "partition.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace varhush::sirna {

namespace {

// Stretches that end in a part of about this many bases are computed together. The part is folded
// with one window more on each side, so short parts waste work and long ones leave threads idle and
// caches cold.
constexpr int kPartLength = 768;

void validate(const AccessibilityOptions& options) {
    const auto refuse = [](const std::string& what) { throw Error(ErrorKind::kUsage, what, {}); };
    constexpr std::size_t kLongestWindow = 10'000;
    if (options.window < 1 || options.window > kLongestWindow) {
        refuse("a folding window of " + std::to_string(options.window) +
               " bases: 1 to 10000 can be had");
    }
    if (options.span < 1 || options.span > options.window) {
        refuse("a longest pair span of " + std::to_string(options.span) +
               " does not fit a window of " + std::to_string(options.window));
    }
    for (const std::size_t length : options.lengths) {
        if (length < 1 || length > options.window) {
            refuse("a stretch of " + std::to_string(length) + " bases does not fit a window of " +
                   std::to_string(options.window));
        }
    }
    if (options.threads < 1) {
        refuse("accessibility needs at least one thread");
    }
}

struct Job {
    const Strand& strand;
    const AccessibilityOptions& options;
    int window;
    int span;
    std::vector<std::vector<double>>& unpaired;
};

// Stretches that end at first..last-1; false when the numbers do not fit Real.
template <class Real>
bool compute_part(const Job& job, int first, int last, const BandKernels<Real>& kernels) {
    const int n = job.strand.size();
    // Every window that contains a stretch of this part lies within one window of it.
    const int begin = std::max(0, first - job.window + 1);
    const int end = std::min(n, last + job.window - 1);
    const PartitionShape shape{
        .first = begin, .size = end - begin, .window = job.window, .span = job.span};
    Partition<Real> partition(job.strand, shape, kernels);
    if (!partition.in_range()) {
        return false;
    }
    partition.run_outside();
    for (std::size_t k = 0; k < job.unpaired.size(); ++k) {
        const auto length = static_cast<int>(job.options.lengths[k]);
        if (length > job.window) {
            continue;  // longer than the transcript
        }
        for (int at = std::max(first, length - 1); at < last; ++at) {
            const auto p =
                static_cast<double>(partition.unpaired(at - length + 1 - begin, at - begin));
            if (!std::isfinite(p)) {
                return false;
            }
            job.unpaired[k][static_cast<std::size_t>(at)] = std::min(p, 1.0);
        }
    }
    return true;
}

void compute_part(const Job& job, int first, int last) {
    if (compute_part(job, first, last, double_kernels()) ||
        compute_part(job, first, last, long_double_kernels())) {
        return;
    }
    throw Error(ErrorKind::kUsage,
                "windows of " + std::to_string(job.window) + " bases are too long to be folded",
                "take a shorter one");
}

}  // namespace

Accessibility::Accessibility(std::size_t size,
                             std::vector<std::size_t> lengths,
                             std::vector<std::vector<double>> unpaired)
    : size_(size), lengths_(std::move(lengths)), unpaired_(std::move(unpaired)) {
    VARHUSH_CHECK(lengths_.size() == unpaired_.size());
}

double Accessibility::unpaired(std::size_t length, std::size_t end) const {
    const auto found = std::find(lengths_.begin(), lengths_.end(), length);
    VARHUSH_CHECK(found != lengths_.end() && end < size_);
    return unpaired_[static_cast<std::size_t>(found - lengths_.begin())][end];
}

double Accessibility::opening_kcal_mol(std::size_t length, std::size_t end) const {
    return -kThermalKcalMol * std::log(unpaired(length, end));
}

Accessibility local_unpaired(std::string_view rna, const AccessibilityOptions& options) {
    validate(options);
    const Strand strand(rna);
    const int n = strand.size();
    if (n == 0) {
        throw Error(ErrorKind::kInput, "the accessibility of an empty sequence", {});
    }
    std::vector<std::vector<double>> unpaired(
        options.lengths.size(),
        std::vector<double>(rna.size(), std::numeric_limits<double>::quiet_NaN()));
    const int window = std::min(static_cast<int>(options.window), n);
    const Job job{.strand = strand,
                  .options = options,
                  .window = window,
                  .span = std::min(static_cast<int>(options.span), window),
                  .unpaired = unpaired};
    const int parts = (n + kPartLength - 1) / kPartLength;
    core::WorkerPool pool(std::min(options.threads, parts));
    pool.run(parts, [&](std::int64_t part, int) {
        const auto bound = [&](std::int64_t k) { return static_cast<int>(k * n / parts); };
        compute_part(job, bound(part), bound(part + 1));
    });
    return {rna.size(), options.lengths, std::move(unpaired)};
}

}  // namespace varhush::sirna
