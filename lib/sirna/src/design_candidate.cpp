#include "design_candidate.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/target_variants.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kFlank = 19;

/// The context of a site for the efficacy model: guide positions 1-19 face the last 19 bases.
void set_context(std::string_view rna, std::size_t end, Candidate& candidate) {
    const std::size_t site = end - kSiteBases;
    const std::size_t from = site > kFlank ? site - kFlank : 0;
    candidate.context = std::string(rna.substr(from, end - from + kFlank));
    candidate.context_offset = site - from;
}

/// Collects the candidates of one unit; a guide that comes again gets one more site.
class UnitCandidates {
  public:
    UnitCandidates(const DesignInput& input, const DesignOptions& options, std::size_t unit)
        : input_(input), options_(options), unit_(unit) {}

    void add_target(std::size_t target);
    [[nodiscard]] std::vector<Candidate> take() { return std::move(found_); }

  private:
    void add_site(std::size_t target, std::size_t start);
    void add_allele_site(std::size_t target, AlleleSite site);
    Candidate& add(const std::string& guide,
                   std::size_t target,
                   std::size_t start,
                   std::size_t end,
                   bool merge);
    void set_strands(std::size_t target, std::size_t end, Candidate& candidate) const;
    [[nodiscard]] bool wanted(const TargetProfile& profile, std::size_t start) const;

    const DesignInput& input_;
    const DesignOptions& options_;
    std::size_t unit_;
    std::vector<Candidate> found_;
    std::unordered_map<std::string, std::size_t> by_guide_;
};

bool UnitCandidates::wanted(const TargetProfile& profile, std::size_t start) const {
    if (!profile.junction) {
        return true;
    }
    return start + options_.junction_flank <= *profile.junction &&
           *profile.junction + options_.junction_flank <= start + options_.length;
}

void UnitCandidates::add_target(std::size_t target) {
    const TargetProfile& profile = input_.targets[target].profile;
    if (options_.allele) {
        for (AlleleSite& site : allele_sites(
                 profile.rna, input_.targets[target].carried, *options_.allele, options_.length)) {
            if (site.start >= profile.region_start && site.end <= profile.region_end) {
                add_allele_site(target, std::move(site));
            }
        }
        return;
    }
    for (std::size_t start = profile.region_start; start + options_.length <= profile.region_end;
         ++start) {
        if (wanted(profile, start)) {
            add_site(target, start);
        }
    }
}

void UnitCandidates::set_strands(std::size_t target, std::size_t end, Candidate& candidate) const {
    const std::string& rna = input_.targets[target].profile.rna;
    const std::string_view downstream = std::string_view(rna).substr(std::min(end, rna.size()), 2);
    DuplexStrands strands = make_strands(candidate.guide.guide, options_.overhang, downstream);
    candidate.guide.passenger = std::move(strands.passenger);
    candidate.guide.guide_strand = std::move(strands.guide_strand);
    candidate.guide.passenger_strand = std::move(strands.passenger_strand);
}

Candidate& UnitCandidates::add(
    const std::string& guide, std::size_t target, std::size_t start, std::size_t end, bool merge) {
    const auto known = by_guide_.find(guide);
    if (merge && known != by_guide_.end()) {
        Candidate& candidate = found_[known->second];
        candidate.guide.sites.push_back({.target = target, .start = start, .end = end});
        return candidate;
    }
    Candidate& candidate = found_.emplace_back();
    candidate.unit = unit_;
    candidate.guide.unit = input_.units[unit_].name;
    candidate.guide.guide = guide;
    candidate.guide.sites.push_back({.target = target, .start = start, .end = end});
    if (merge) {
        by_guide_.emplace(guide, found_.size() - 1);
    }
    return candidate;
}

void UnitCandidates::add_site(std::size_t target, std::size_t start) {
    const std::string_view rna = input_.targets[target].profile.rna;
    const std::size_t end = start + options_.length;
    const std::string_view site = rna.substr(start, options_.length);
    const bool bases = is_rna(site);
    Candidate& candidate = add(reverse_complement_rna(site), target, start, end, bases);
    if (candidate.guide.sites.size() > 1) {
        return;
    }
    if (!bases) {
        candidate.reject("n",
                         "the target has no known base at " +
                             std::to_string(site.find_first_not_of("ACGU") + start + 1));
        return;
    }
    set_context(rna, end, candidate);
    set_strands(target, end, candidate);
}

void UnitCandidates::add_allele_site(std::size_t target, AlleleSite site) {
    // Refused sites and those of other haplotypes keep apart: their reasons differ.
    const bool merge = site.refused.empty();
    Candidate& candidate = add(site.guide, target, site.start, site.end, merge);
    if (candidate.guide.sites.size() > 1) {
        return;
    }
    candidate.guide.allele = site.contrast;
    if (!site.refused.empty()) {
        candidate.reject("phase", site.refused);
        return;
    }
    candidate.context = site.context;
    candidate.context_offset = site.context_offset + options_.length - kSiteBases;
    set_strands(target, site.end, candidate);
    candidate.allele = std::move(site);
}

bool is_carried(const VariantOnTarget& variant, const std::vector<CarriedVariant>& carried) {
    return std::any_of(carried.begin(), carried.end(), [&](const CarriedVariant& one) {
        return one.variant.start == variant.start && one.variant.ref == variant.ref &&
               one.variant.alt == variant.alt;
    });
}

}  // namespace

void require_room(const TargetProfile& profile, std::size_t length) {
    const std::size_t bases = profile.region_end - profile.region_start;
    if (bases < length || profile.region_end > profile.rna.size()) {
        throw Error(ErrorKind::kInput,
                    profile.name + ": " + std::to_string(bases) +
                        " bases to design in, a guide of " + std::to_string(length) +
                        " does not fit");
    }
}

void give_verdict(const FilterSet& filters,
                  const char* name,
                  bool passed,
                  const std::string& detail,
                  Candidate& candidate) {
    const bool enforced = filters.enforced(name);
    candidate.guide.filters.push_back({name, passed, enforced, detail});
    if (!passed && enforced) {
        candidate.reject(name, detail);
    }
}

std::vector<Candidate> enumerate_candidates(const DesignInput& input,
                                            const DesignOptions& options) {
    std::vector<Candidate> all;
    for (std::size_t unit = 0; unit < input.units.size(); ++unit) {
        UnitCandidates of_unit(input, options, unit);
        for (const std::size_t target : input.units[unit].targets) {
            of_unit.add_target(target);
        }
        for (Candidate& candidate : of_unit.take()) {
            all.push_back(std::move(candidate));
        }
    }
    return all;
}

std::vector<seq::Interval> genome_pieces(const DesignTarget& target,
                                         std::size_t start,
                                         std::size_t end) {
    if (!target.placement) {
        return {};
    }
    if (!target.profile.junction) {
        return target.placement->pieces(start, end);
    }
    const std::size_t size = target.profile.rna.size();
    const std::size_t turned = (start + target.circle_turn) % size;
    const std::size_t length = end - start;
    const std::size_t first = target.circle_first + turned;
    const std::size_t circle_end = target.circle_first + size;
    std::vector<seq::Interval> pieces =
        target.placement->pieces(first, std::min(first + length, circle_end));
    if (first + length > circle_end) {
        const auto rest = target.placement->pieces(
            target.circle_first, target.circle_first + (first + length - circle_end));
        pieces.insert(pieces.end(), rest.begin(), rest.end());
        std::sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) {
            return a.start < b.start;
        });
    }
    return pieces;
}

void describe_sites(const std::vector<TargetProfile>& profiles,
                    const DesignInput& input,
                    std::vector<Candidate>& candidates) {
    const bool looked =
        input.variants_known || std::any_of(profiles.begin(), profiles.end(), [](const auto& one) {
            return !one.variants.empty();
        });
    for (Candidate& candidate : candidates) {
        std::vector<double> coverages;
        for (TargetSite& site : candidate.guide.sites) {
            const TargetProfile& profile = profiles[site.target];
            site.unpaired_seed = profile.unpaired8[site.end - 1];
            site.unpaired_site = profile.unpaired19[site.end - 1];
            site.genome = genome_pieces(input.targets[site.target], site.start, site.end);
            site.variants = variants_in_site(profile.rna, profile.variants, site.start, site.end);
            if (candidate.allele) {
                // What the guide is made for is no harm.
                const std::vector<CarriedVariant>& carried = input.targets[site.target].carried;
                std::erase_if(site.variants, [&](const VariantInSite& one) {
                    return is_carried(profile.variants[one.variant], carried);
                });
            }
            site.coverage = population_coverage(profile.variants, site.variants);
            coverages.push_back(site.coverage);
        }
        // What is not known of one place is not known of the guide.
        const bool known = std::none_of(
            coverages.begin(), coverages.end(), [](double one) { return std::isnan(one); });
        candidate.guide.population_coverage =
            known && looked ? *std::min_element(coverages.begin(), coverages.end()) : kUnknown;
    }
}

DesignTarget circularise(const DesignTarget& linear,
                         std::size_t first,
                         std::size_t end,
                         std::size_t shortest) {
    const std::string& rna = linear.profile.rna;
    if (end > rna.size() || first >= end || end - first < shortest) {
        throw Error(ErrorKind::kInput,
                    linear.profile.name + ": no circle of bases " + std::to_string(first + 1) +
                        "-" + std::to_string(end) + " in a transcript of " +
                        std::to_string(rna.size()),
                    "a circle lies on the transcript and has at least " + std::to_string(shortest) +
                        " bases");
    }
    const std::size_t size = end - first;
    DesignTarget circle = linear;
    circle.circle_first = first;
    circle.circle_turn = size / 2;
    circle.profile.rna =
        rna.substr(first + size / 2, size - size / 2) + rna.substr(first, size / 2);
    circle.profile.name =
        linear.profile.name + "_circ_" + std::to_string(first + 1) + "_" + std::to_string(end);
    circle.profile.junction = size - size / 2;
    circle.profile.region_start = 0;
    circle.profile.region_end = size;
    circle.profile.cds_start.reset();
    circle.profile.cds_end.reset();
    return circle;
}

PlacedAllele place_on_target(const DesignTarget& target, const GenomeAllele& allele) {
    VARHUSH_CHECK(target.placement.has_value());
    const std::string& rna = target.profile.rna;
    if (!target.profile.junction) {
        return place_allele(rna, *target.placement, allele);
    }
    const std::size_t size = rna.size();
    VARHUSH_CHECK(size > 0);
    std::string linear(target.placement->size(), 'N');
    for (std::size_t i = 0; i < size; ++i) {
        linear[target.circle_first + (i + target.circle_turn) % size] = rna[i];
    }
    PlacedAllele placed = place_allele(linear, *target.placement, allele);
    if (placed.place != AllelePlace::kOn && placed.place != AllelePlace::kSplit) {
        return placed;
    }
    VariantOnTarget& variant = placed.variant;
    const bool inside =
        variant.start >= target.circle_first && variant.end() <= target.circle_first + size;
    const std::size_t turned =
        (variant.start - target.circle_first + size - target.circle_turn) % size;
    if (!inside || turned + variant.ref.size() > size) {
        return {AllelePlace::kOutside, {}};
    }
    variant.start = turned;
    return placed;
}

}  // namespace varhush::sirna
