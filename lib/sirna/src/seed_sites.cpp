#include "hit_resolver.hpp"
#include "seed_cores.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <vector>

namespace varhush::sirna {

namespace {

constexpr std::size_t kGuidesPerPass = 128;

struct Wanted {
    Seed seed;
    std::uint32_t guide = 0;
    DuplexStrand strand = DuplexStrand::kGuide;
};

bool has_m8(SiteKind kind) noexcept {
    return kind == SiteKind::k7merM8 || kind == SiteKind::k8mer;
}

/// Position of the core on the transcript: the same for every kind.
std::uint32_t core_start(const OffTargetHit& hit) noexcept {
    return hit.start + (has_m8(hit.kind) ? 1 : 0);
}

/// Seed sites of some guides on the whole index.
class SeedSearch {
  public:
    SeedSearch(const OffTargetIndex& index,
               std::span<const std::string> guides,
               std::span<const std::string> passengers,
               std::size_t first,
               std::size_t last,
               const SearchOptions& options)
        : index_(index), first_(first), by_core_(kSeedCores), hits_(last - first) {
        for (std::size_t i = first; i < last; ++i) {
            const auto number = static_cast<std::uint32_t>(i);
            if (options.guide_strand) {
                want({seed_of(guides[i]), number, DuplexStrand::kGuide});
            }
            if (options.passenger_strand) {
                const std::string passenger =
                    passengers.empty() ? passenger_of(guides[i]) : passengers[i];
                want({seed_of(passenger), number, DuplexStrand::kPassenger});
            }
        }
    }

    std::vector<std::vector<OffTargetHit>> run() {
        for (std::uint32_t i = 0; i < index_.transcripts().size(); ++i) {
            each_utr_core(index_, i, [&](const SeedCore& core) {
                for (const Wanted& one : by_core_[core.core]) {
                    OffTargetHit hit = make_hit(one, core);
                    hit.transcript = i;
                    hit.start = static_cast<std::uint32_t>(window(hit, core).first);
                    hit.end = static_cast<std::uint32_t>(window(hit, core).second);
                    of(hit).push_back(hit);
                }
            });
        }
        for (const Placement& place : index_.placements()) {
            if (place.edit_count > 0 && index_.transcripts()[place.transcript].cds) {
                search_reading(place);
            }
        }
        for (auto& hits : hits_) {
            put_in_order(hits);
        }
        return std::move(hits_);
    }

  private:
    void want(const Wanted& one) { by_core_[one.seed.core].push_back(one); }
    std::vector<OffTargetHit>& of(const OffTargetHit& hit) { return hits_[hit.guide - first_]; }

    static OffTargetHit make_hit(const Wanted& wanted, const SeedCore& core) {
        OffTargetHit hit;
        hit.guide = wanted.guide;
        hit.strand = wanted.strand;
        hit.kind = seed_kind(wanted.seed, core);
        return hit;
    }

    static std::pair<std::uint64_t, std::uint64_t> window(const OffTargetHit& hit,
                                                          const SeedCore& core) {
        return {core.start - (has_m8(hit.kind) ? 1 : 0),
                core.start + kSeedBases + (core.a1 ? 1 : 0)};
    }

    /// Sites that the first allele or ambiguity letter of a reading makes or changes.
    void search_reading(const Placement& place) {
        const auto edits = std::span(index_.edits()).subspan(place.first_edit, place.edit_count);
        const std::uint32_t utr = index_.transcripts()[place.transcript].cds->end;
        const auto code_at = [&](std::uint64_t base) {
            const auto packed = static_cast<unsigned>(index_.text()[base / 4]);
            return static_cast<std::uint8_t>((packed >> (2 * (base % 4))) & 3U);
        };
        each_core(place.text_start, place.text_end(), code_at, [&](SeedCore core) {
            if (by_core_[core.core].empty() ||
                on_transcript(place, edits, core.start, core.start + kSeedBases).start < utr) {
                return;
            }
            // A base of the coding region is no part of a site, as in the reference.
            if (core.before != kNoBase &&
                on_transcript(place, edits, core.start - 1, core.start).start < utr) {
                core.before = kNoBase;
            }
            for (const Wanted& one : by_core_[core.core]) {
                add_of_reading(one, core, place, edits);
            }
        });
    }

    void add_of_reading(const Wanted& one,
                        const SeedCore& core,
                        const Placement& place,
                        std::span<const Edit> edits) {
        OffTargetHit hit = make_hit(one, core);
        const auto [first, last] = window(hit, core);
        const Stretch where = on_transcript(place, edits, first, last);
        auto start = first;
        auto end = last;
        if (!touches(edits[0], start, end)) {
            // An allele beside a site may have made it weaker.
            start = core.start - (core.start > place.text_start ? 1 : 0);
            end = core.start + kSeedBases + 1;
            const Stretch bases = on_transcript(place, edits, core.start, core.start + kSeedBases);
            if (!touches(edits[0], start, end) ||
                hit.kind >= reference_kind(one.seed, place.transcript, bases.start)) {
                return;
            }
        }
        hit.transcript = place.transcript;
        hit.start = where.start;
        hit.end = where.end;
        hit.first_edit = place.first_edit;
        hit.edit_count = static_cast<std::uint16_t>(
            std::count_if(edits.begin(), edits.end(), [&](const Edit& edit) {
                return touches(edit, start, end);
            }));
        of(hit).push_back(hit);
    }

    /// The site that the reference has where its core begins at `at`; kFull for none.
    [[nodiscard]] SiteKind reference_kind(const Seed& seed,
                                          std::uint32_t transcript,
                                          std::uint32_t at) const {
        const auto code_at = [&](std::int64_t base) {
            return code_of(index_.base(transcript, base));
        };
        SeedCore core;
        for (std::uint32_t i = 0; i < kSeedBases; ++i) {
            const std::uint8_t code = code_at(std::int64_t{at} + i);
            if (code == kNoBase) {
                return SiteKind::kFull;
            }
            core.core |= std::uint32_t{code} << (2 * i);
        }
        if (core.core != seed.core) {
            return SiteKind::kFull;
        }
        if (at > index_.transcripts()[transcript].cds->end) {
            core.before = code_at(std::int64_t{at} - 1);
        }
        core.a1 = code_at(std::int64_t{at} + kSeedBases) == 0;
        return seed_kind(seed, core);
    }

    /// Of several readings with the same alleles the strongest kind stays.
    void put_in_order(std::vector<OffTargetHit>& hits) const {
        const auto place = [](const OffTargetHit& hit) {
            return std::tuple(hit.strand, hit.transcript, core_start(hit));
        };
        std::sort(hits.begin(), hits.end(), [&](const OffTargetHit& a, const OffTargetHit& b) {
            return std::tuple(place(a), b.kind, a.first_edit) <
                   std::tuple(place(b), a.kind, b.first_edit);
        });
        const HitResolver resolver(index_);
        std::vector<OffTargetHit> kept;
        std::size_t group = 0;  // first kept hit at this place
        for (const OffTargetHit& hit : hits) {
            if (group < kept.size() && place(kept[group]) != place(hit)) {
                group = kept.size();
            }
            const auto known = [&](const OffTargetHit& other) {
                return resolver.same_alleles(other, hit);
            };
            if (std::none_of(
                    kept.begin() + static_cast<std::ptrdiff_t>(group), kept.end(), known)) {
                kept.push_back(hit);
            }
        }
        hits = std::move(kept);
    }

    const OffTargetIndex& index_;
    std::size_t first_;
    std::vector<std::vector<Wanted>> by_core_;
    std::vector<std::vector<OffTargetHit>> hits_;
};

}  // namespace

Seed seed_of(std::string_view strand) {
    Seed seed;
    const auto complement = [&](std::size_t position) {
        return static_cast<std::uint8_t>(3U - code_of(strand[position - 1]));
    };
    for (std::size_t i = 0; i < kSeedBases; ++i) {
        seed.core |= std::uint32_t{complement(kSeedBases + 1 - i)} << (2 * i);
    }
    seed.m8 = complement(kSeedBases + 2);
    return seed;
}

SiteKind seed_kind(const Seed& seed, const SeedCore& core) noexcept {
    if (core.before == seed.m8) {
        return core.a1 ? SiteKind::k8mer : SiteKind::k7merM8;
    }
    return core.a1 ? SiteKind::k7merA1 : SiteKind::k6mer;
}

void search_seed_sites(const OffTargetIndex& index,
                       std::span<const std::string> guides,
                       const SearchOptions& options,
                       const HitSink& sink) {
    search_seed_sites(index, guides, {}, options, sink);
}

void search_seed_sites(const OffTargetIndex& index,
                       std::span<const std::string> guides,
                       std::span<const std::string> passengers,
                       const SearchOptions& options,
                       const HitSink& sink) {
    core::WorkerPool pool(options.threads);
    const auto threads = static_cast<std::size_t>(pool.threads());
    const std::size_t round = kGuidesPerPass * threads;
    for (std::size_t first = 0; first < guides.size(); first += round) {
        const std::size_t count = std::min(round, guides.size() - first);
        const std::size_t share = (count + threads - 1) / threads;
        std::vector<std::vector<std::vector<OffTargetHit>>> hits(threads);
        pool.run(static_cast<std::int64_t>(threads), [&](std::int64_t part, int) {
            const auto number = static_cast<std::size_t>(part);
            const std::size_t from = first + std::min(count, number * share);
            const std::size_t to = first + std::min(count, (number + 1) * share);
            if (from < to) {
                hits[number] = SeedSearch(index, guides, passengers, from, to, options).run();
            }
        });
        auto guide = static_cast<std::uint32_t>(first);
        for (const auto& part : hits) {
            for (const auto& one : part) {
                sink(guide++, one);
            }
        }
    }
}

}  // namespace varhush::sirna
