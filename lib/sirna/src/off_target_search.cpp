#include "varhush/sirna/off_target_search.hpp"

#include "hit_resolver.hpp"
#include "site_pattern.hpp"
#include "site_scan.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

namespace varhush::sirna {

namespace {

constexpr std::uint64_t kChunkBases = std::uint64_t{1} << 20;
constexpr std::size_t kBatchPatterns = 8192;
constexpr std::size_t kBatchEntries = std::size_t{1} << 23;
constexpr std::size_t kKeysAtOnce = std::size_t{1} << 20;  // resolved before the sink gets them
constexpr int kMostMismatches = 5;

void check(const SearchOptions& options) {
    if (options.max_mismatches < 0 || options.max_mismatches > kMostMismatches) {
        throw Error(ErrorKind::kUsage, "mismatches are 0 to 5");
    }
    if (options.threads < 1) {
        throw Error(ErrorKind::kUsage, "a search needs a thread");
    }
}

void append(std::vector<SitePattern>& patterns,
            std::string_view strand,
            const SearchOptions& options,
            DuplexStrand which,
            std::uint32_t guide) {
    const std::size_t first = patterns.size();
    patterns.push_back(make_pattern(strand, Bulge::kNone, 0));
    if (options.bulge && options.max_mismatches > 0) {
        add_bulged_patterns(strand, patterns);
    }
    for (std::size_t i = first; i < patterns.size(); ++i) {
        patterns[i].strand = which;
        patterns[i].guide = guide;
    }
}

/// All hits of one pass over the text, by chunk; empty when they would be more than `limit`.
class Pass {
  public:
    Pass(const OffTargetIndex& index, core::WorkerPool& pool) : index_(index), pool_(pool) {}

    bool run(std::span<const SitePattern> patterns, int max_mismatches, std::size_t limit) {
        const ScanTable table(patterns, max_mismatches);
        const ScanView view = table.view();
        const ScanKernel kernel = choose_scan_kernel();
        const std::uint64_t bases = index_.text_bases();
        const auto chunks = static_cast<std::int64_t>((bases + kChunkBases - 1) / kChunkBases);
        const std::size_t before = keys_.size();
        keys_.resize(before + static_cast<std::size_t>(chunks));
        std::atomic<bool> full{false};
        pool_.run(chunks, [&](std::int64_t chunk, int) {
            if (full) {
                return;
            }
            auto& keys = keys_[before + static_cast<std::size_t>(chunk)];
            const std::uint64_t first = static_cast<std::uint64_t>(chunk) * kChunkBases;
            kernel(
                view,
                index_.text(),
                first,
                std::min(first + kChunkBases, bases),
                [](void* context, std::uint64_t key) {
                    static_cast<std::vector<std::uint64_t>*>(context)->push_back(key);
                },
                &keys);
            // Only ever set: another thread may have skipped a chunk already.
            if (total_.fetch_add(keys.size()) + keys.size() > limit) {
                full = true;
            }
        });
        return !full;
    }
    [[nodiscard]] std::size_t total() const { return total_; }
    [[nodiscard]] const std::vector<std::vector<std::uint64_t>>& keys() const { return keys_; }

  private:
    const OffTargetIndex& index_;
    core::WorkerPool& pool_;
    std::vector<std::vector<std::uint64_t>> keys_;
    std::atomic<std::size_t> total_{0};
};

/// One search: guides in batches, a pass over the text for each.
class Search {
  public:
    Search(const OffTargetIndex& index, const SearchOptions& options, const HitSink& sink)
        : index_(index), options_(options), sink_(sink), pool_(options.threads) {}

    void run(std::span<const std::string> guides, std::span<const std::string> passengers) {
        const std::size_t step = guides_per_batch();
        for (std::size_t first = 0; first < guides.size(); first += step) {
            search(guides, passengers, first, std::min(first + step, guides.size()));
        }
    }

  private:
    /// So many that the table stays in the processor's caches and under its limit.
    [[nodiscard]] std::size_t guides_per_batch() const {
        const std::size_t strands =
            (options_.guide_strand ? 1U : 0U) + (options_.passenger_strand ? 1U : 0U);
        const std::size_t per_guide = std::max<std::size_t>(strands, 1) * (options_.bulge ? 36 : 1);
        const int budget = options_.max_mismatches;
        const std::size_t by_entries = kBatchEntries / ScanTable::entries_per_pattern(budget);
        return std::max<std::size_t>(1, std::min(kBatchPatterns, by_entries) / per_guide);
    }

    void search(std::span<const std::string> guides,
                std::span<const std::string> passengers,
                std::size_t first,
                std::size_t last) {
        // Bulged sites may have one mismatch less, so they get a pass of their own.
        std::vector<SitePattern> patterns;
        for (std::size_t i = first; i < last; ++i) {
            const auto number = static_cast<std::uint32_t>(i);
            if (options_.guide_strand) {
                append(patterns, guides[i], options_, DuplexStrand::kGuide, number);
            }
            if (options_.passenger_strand) {
                const std::string passenger =
                    passengers.empty() ? passenger_of(guides[i]) : passengers[i];
                append(patterns, passenger, options_, DuplexStrand::kPassenger, number);
            }
        }
        std::stable_partition(patterns.begin(), patterns.end(), [](const SitePattern& one) {
            return one.bulge == Bulge::kNone;
        });
        Pass pass(index_, pool_);
        const std::size_t limit =
            last - first == 1 ? static_cast<std::size_t>(-1) : options_.hits_in_memory;
        if (!run_passes(pass, patterns, limit)) {
            const std::size_t middle = first + (last - first) / 2;
            search(guides, passengers, first, middle);
            search(guides, passengers, middle, last);
            return;
        }
        report(patterns, pass, first, last);
    }

    bool run_passes(Pass& pass, std::span<const SitePattern> patterns, std::size_t limit) {
        const auto bulged = std::find_if(patterns.begin(), patterns.end(), [](const auto& one) {
            return one.bulge != Bulge::kNone;
        });
        const auto plain = static_cast<std::size_t>(bulged - patterns.begin());
        offset_second_ = plain;
        first_chunks_ = 0;
        if (plain > 0 && !pass.run(patterns.first(plain), options_.max_mismatches, limit)) {
            return false;
        }
        first_chunks_ = pass.keys().size();
        return plain == patterns.size() ||
               pass.run(patterns.subspan(plain), options_.max_mismatches - 1, limit);
    }

    /// Keys by guide, so that each guide can be resolved by itself.
    void report(std::span<const SitePattern> patterns,
                const Pass& pass,
                std::size_t first,
                std::size_t last) {
        const std::size_t guides = last - first;
        std::vector<std::size_t> starts(guides + 1);
        std::vector<std::uint64_t> keys(pass.total());
        const auto each_key = [&](const auto& use) {
            for (std::size_t chunk = 0; chunk < pass.keys().size(); ++chunk) {
                const std::uint64_t offset = chunk < first_chunks_ ? 0 : offset_second_;
                for (const std::uint64_t key : pass.keys()[chunk]) {
                    const std::uint64_t number = (key >> 48U) + offset;
                    use(patterns[number].guide - first, key + (offset << 48U));
                }
            }
        };
        each_key([&](std::size_t guide, std::uint64_t) { ++starts[guide + 1]; });
        for (std::size_t guide = 0; guide < guides; ++guide) {
            starts[guide + 1] += starts[guide];
        }
        std::vector<std::size_t> next(starts.begin(), starts.end() - 1);
        each_key([&](std::size_t guide, std::uint64_t key) { keys[next[guide]++] = key; });
        for (std::size_t from = 0; from < guides;) {
            std::size_t to = from + 1;
            while (to < guides && starts[to + 1] - starts[from] <= kKeysAtOnce) {
                ++to;
            }
            hand_out(patterns, keys, starts, from, to, first);
            from = to;
        }
    }

    void hand_out(std::span<const SitePattern> patterns,
                  const std::vector<std::uint64_t>& keys,
                  const std::vector<std::size_t>& starts,
                  std::size_t from,
                  std::size_t to,
                  std::size_t first) {
        const HitResolver resolver(index_);
        std::vector<std::vector<OffTargetHit>> hits(to - from);
        pool_.run(static_cast<std::int64_t>(to - from), [&](std::int64_t i, int) {
            const std::size_t guide = from + static_cast<std::size_t>(i);
            const auto own =
                std::span(keys).subspan(starts[guide], starts[guide + 1] - starts[guide]);
            hits[static_cast<std::size_t>(i)] = resolver.resolve(patterns, own);
        });
        for (std::size_t guide = from; guide < to; ++guide) {
            sink_(static_cast<std::uint32_t>(first + guide), hits[guide - from]);
        }
    }

    const OffTargetIndex& index_;
    const SearchOptions& options_;
    const HitSink& sink_;
    core::WorkerPool pool_;
    std::uint64_t offset_second_ = 0;  ///< number of the first bulged pattern
    std::size_t first_chunks_ = 0;     ///< chunks of keys of ungapped patterns
};

}  // namespace

std::string passenger_of(std::string_view guide) {
    constexpr std::size_t kOverhang = 2;
    const std::size_t paired = std::max<std::size_t>(kSiteBases, guide.size() - kOverhang);
    return reverse_complement_rna(guide.substr(0, paired));
}

void search_sites(const OffTargetIndex& index,
                  std::span<const std::string> guides,
                  const SearchOptions& options,
                  const HitSink& sink) {
    search_sites(index, guides, {}, options, sink);
}

void search_sites(const OffTargetIndex& index,
                  std::span<const std::string> guides,
                  std::span<const std::string> passengers,
                  const SearchOptions& options,
                  const HitSink& sink) {
    check(options);
    VARHUSH_CHECK(passengers.empty() || passengers.size() == guides.size());
    Search(index, options, sink).run(guides, passengers);
}

std::string_view to_text(SiteKind kind) noexcept {
    switch (kind) {
        case SiteKind::k6mer:
            return "6mer";
        case SiteKind::k7merA1:
            return "7mer-A1";
        case SiteKind::k7merM8:
            return "7mer-m8";
        case SiteKind::k8mer:
            return "8mer";
        case SiteKind::kFull:
            break;
    }
    return "full";
}

std::string_view to_text(DuplexStrand strand) noexcept {
    return strand == DuplexStrand::kGuide ? "guide" : "passenger";
}

std::string positions_text(std::uint32_t mask) {
    if (mask == 0) {
        return ".";
    }
    std::string text;
    for (unsigned position = 1; mask != 0; ++position, mask >>= 1U) {
        if ((mask & 1U) != 0) {
            text += (text.empty() ? "" : ",") + std::to_string(position);
        }
    }
    return text;
}

}  // namespace varhush::sirna
