#include "polya_windows.hpp"

#include "varhush/core/error.hpp"
#include "varhush/scoring/hexamers.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace varhush::train {

namespace {

constexpr std::int64_t kLargestIndel = 20;
constexpr int kTries = 10'000;

// 1, 2, … with chance 0.35 to end at each.
std::int64_t indel_size(Random& random) {
    std::int64_t size = 1;
    while (size < kLargestIndel && !random.chance(0.35)) {
        ++size;
    }
    return size;
}

// Where in a window a change is: the hexamer, its surroundings or anywhere.
std::int64_t draw_place(std::int64_t window, std::int64_t offset, Random& random) {
    const double kind = random.uniform();
    if (kind < 0.15) {
        return offset + random.below(models::kHexamerBp);
    }
    const std::int64_t near = offset - 25 + random.below(85);
    return kind < 0.6 && near >= 0 && near < window ? near : random.below(window);
}

// The share of it that is inside of [0, length).
std::int64_t clipped_end(const seq::Region& region, std::int64_t length) {
    return std::min(region.end, length);
}

}  // namespace

PolyaWindows::PolyaWindows(const seq::ReferenceSource& reference,
                           const SpliceAnnotation& annotation,
                           const PolyaConfig& config,
                           const models::AparentConfig& shape)
    : recipe_(config.recipe), window_(shape.window_bp), offset_(shape.hexamer_offset) {
    sites_of(PolyaPart::kTrain).regions = config.train;
    sites_of(PolyaPart::kValidation).regions = config.validation;
    sites_of(PolyaPart::kTest).regions = config.test;
    load(reference);
    find_ends(annotation);
}

void PolyaWindows::load(const seq::ReferenceSource& reference) {
    std::set<std::string> names;
    for (PartSites& part : parts_) {
        for (const seq::Region& region : part.regions) {
            const auto length = reference.length_bp(region.contig);
            if (!length || region.start >= *length) {
                throw Error(ErrorKind::kInput,
                            "the reference has nothing of region " + seq::to_text(region));
            }
            part.lengths.push_back(clipped_end(region, *length) - region.start);
            names.insert(region.contig);
        }
    }
    for (const std::string& name : names) {
        Contig contig;
        contig.name = name;
        contig.strands[0] = reference.fetch(name, 0, *reference.length_bp(name));
        contig.strands[1] = seq::reverse_complement(contig.strands[0]);
        contigs_.push_back(std::move(contig));
    }
}

void PolyaWindows::find_ends(const SpliceAnnotation& annotation) {
    for (std::size_t c = 0; c < contigs_.size(); ++c) {
        const auto genes = annotation.genes.find(contigs_[c].name);
        if (genes == annotation.genes.end()) {
            continue;
        }
        const auto length = static_cast<std::int64_t>(contigs_[c].strands[0].size());
        for (const GeneSpan& gene : genes->second) {
            const std::size_t strand = 2 * c + (gene.minus ? 1 : 0);
            const std::int64_t end = gene.minus ? length - gene.start : gene.end;
            std::optional<PolyaSite> best;
            for (std::int64_t at = end - 120; at < end + 80; ++at) {
                const PolyaSite site{strand, at};
                const auto part = part_of(site);
                if (!part || !hexamer_at(site)) {
                    continue;
                }
                sites_of(*part).near.push_back(site);
                const std::int64_t before = end - at;
                if (before >= 5 && before <= 60 &&
                    (!best || std::abs(before - 21) < std::abs(end - best->at - 21))) {
                    best = site;
                }
            }
            if (best) {
                sites_of(*part_of(*best)).ends.push_back(*best);
            } else if (const auto part = part_of({strand, end - 21})) {
                ++sites_of(*part).without;
            }
        }
    }
    for (PartSites& part : parts_) {
        for (auto* list : {&part.near, &part.ends}) {
            std::sort(list->begin(), list->end());
            list->erase(std::unique(list->begin(), list->end()), list->end());
        }
    }
}

bool PolyaWindows::hexamer_at(const PolyaSite& site) const {
    return scoring::is_hexamer(std::string_view(bases_of(site))
                                   .substr(static_cast<std::size_t>(site.at), models::kHexamerBp));
}

std::optional<PolyaPart> PolyaWindows::part_of(const PolyaSite& site) const {
    const std::string& bases = bases_of(site);
    const auto length = static_cast<std::int64_t>(bases.size());
    std::int64_t begin = site.at - offset_ - kMargin;
    std::int64_t end = site.at - offset_ + window_ + kMargin;
    if (begin < 0 || end > length ||
        !seq::is_acgt(std::string_view(bases).substr(static_cast<std::size_t>(begin),
                                                     static_cast<std::size_t>(end - begin)))) {
        return std::nullopt;
    }
    if (is_minus(site)) {
        std::swap(begin, end);
        begin = length - begin;
        end = length - end;
    }
    for (const PolyaPart part : {PolyaPart::kTest, PolyaPart::kValidation, PolyaPart::kTrain}) {
        for (const seq::Region& region : sites_of(part).regions) {
            if (region.contig != contig_of(site) || region.start >= end || region.end <= begin) {
                continue;
            }
            if (region.start <= begin && region.end >= end) {
                return part;
            }
            return std::nullopt;  // half in a held-out region, or over the edge of a train region
        }
    }
    return std::nullopt;
}

const std::vector<PolyaSite>& PolyaWindows::near_ends(PolyaPart part) const {
    return sites_of(part).near;
}

const std::vector<PolyaSite>& PolyaWindows::of_ends(PolyaPart part) const {
    return sites_of(part).ends;
}

std::int64_t PolyaWindows::ends_without(PolyaPart part) const {
    return sites_of(part).without;
}

const std::string& PolyaWindows::contig_of(const PolyaSite& site) const {
    return contigs_[site.strand / 2].name;
}

std::int64_t PolyaWindows::genome_position(const PolyaSite& site) const {
    return is_minus(site) ? static_cast<std::int64_t>(bases_of(site).size()) - 1 - site.at
                          : site.at;
}

PolyaSite PolyaWindows::anywhere(PolyaPart part, Random& random) const {
    const PartSites& sites = sites_of(part);
    std::int64_t total = 0;
    for (const std::int64_t length : sites.lengths) {
        total += length;
    }
    for (int tries = 0; tries < kTries && total > 0; ++tries) {
        std::int64_t place = random.below(total);
        std::size_t which = 0;
        while (place >= sites.lengths[which]) {
            place -= sites.lengths[which++];
        }
        const seq::Region& region = sites.regions[which];
        std::size_t c = 0;
        while (contigs_[c].name != region.contig) {
            ++c;
        }
        const std::size_t minus = random.chance(0.5) ? 1 : 0;
        PolyaSite site{2 * c + minus, region.start + place};
        const auto length = static_cast<std::int64_t>(bases_of(site).size());
        if (minus == 1) {
            site.at = length - 1 - site.at;
        }
        for (int step = 0; step < 1000 && site.at < length && !hexamer_at(site); ++step) {
            ++site.at;
        }
        if (site.at < length && hexamer_at(site) && part_of(site) == part) {
            return site;
        }
    }
    throw Error(ErrorKind::kInput, "no polyadenylation hexamer is found in a part of the sequence");
}

std::vector<std::uint8_t> PolyaWindows::window_at(const PolyaSite& site) const {
    return seq::base_codes(std::string_view(bases_of(site))
                               .substr(static_cast<std::size_t>(site.at - offset_),
                                       static_cast<std::size_t>(window_)));
}

PolyaPair PolyaWindows::pair_at(const PolyaSite& site, Random& random) const {
    PolyaPair pair;
    pair.ref = window_at(site);
    std::vector<std::uint8_t> wide =
        seq::base_codes(std::string_view(bases_of(site))
                            .substr(static_cast<std::size_t>(site.at - offset_ - kMargin),
                                    static_cast<std::size_t>(window_ + 2 * kMargin)));
    const std::int64_t place = draw_place(window_, offset_, random);
    std::int64_t start = kMargin;  // of the changed window in `wide`
    const auto at = wide.begin() + kMargin + place;
    if (!random.chance(recipe_.indel_share)) {
        *at = static_cast<std::uint8_t>((*at + 1 + random.below(3)) % 4);
    } else if (random.chance(0.5)) {
        const std::int64_t size = indel_size(random);
        // The hexamer stays in its frame where it survives.
        start -= std::min(size, std::max<std::int64_t>(offset_ - place, 0));
        wide.erase(at, at + size);
    } else {
        std::vector<std::uint8_t> inserted(static_cast<std::size_t>(indel_size(random)));
        for (std::uint8_t& base : inserted) {
            base = static_cast<std::uint8_t>(random.below(4));
        }
        start += place < offset_ ? static_cast<std::int64_t>(inserted.size()) : 0;
        wide.insert(at, inserted.begin(), inserted.end());
    }
    pair.alt.assign(wide.begin() + start, wide.begin() + start + window_);
    return pair;
}

PolyaPair PolyaWindows::draw(PolyaPart part, Random& random) const {
    const auto& near = near_ends(part);
    PolyaSite site =
        !near.empty() && random.chance(recipe_.end_share)
            ? near[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(near.size())))]
            : anywhere(part, random);
    if (random.chance(recipe_.shift_share)) {
        const PolyaSite moved{site.strand, site.at + random.below(window_) - window_ / 2};
        site = part_of(moved) == part ? moved : site;
    }
    PolyaPair pair = pair_at(site, random);
    if (random.chance(recipe_.unknown_share)) {
        const std::int64_t unknown = 1 + random.below(window_ / 2);
        const bool front = random.chance(0.5);
        for (auto* window : {&pair.ref, &pair.alt}) {
            const auto begin = front ? window->begin() : window->end() - unknown;
            std::fill(begin, begin + unknown, models::kUnknownBase);
        }
    }
    return pair;
}

}  // namespace varhush::train
