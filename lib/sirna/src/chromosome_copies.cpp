#include "chromosome_copies.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace varhush::sirna {

namespace {

bool in_phase(const CarriedVariant& one, const CarriedVariant& other) {
    return one.record == other.record ||
           (one.phased && other.phased && one.phase_set == other.phase_set);
}

std::string hap_name(std::size_t copy) {
    return copy == 0 ? "hap1" : "hap2";
}

/// The copy to be silenced; sets `phase` or `refused`.
std::size_t wanted_copy(const CarriedVariant& anchor,
                        const AlleleRequest& request,
                        ChromosomeCopies& copies) {
    const std::size_t alt = anchor.copies[0] == 1 ? 0 : 1;
    const std::string own = anchor.phased ? "phased, " : "one variant, ";
    // Which copy is the first is a choice of each phase set.
    const std::string set =
        anchor.phase_set ? " of phase set " + std::to_string(*anchor.phase_set) : "";
    switch (request.wanted) {
        case WantedAllele::kAlt:
            copies.phase = own + "ALT";
            return alt;
        case WantedAllele::kRef:
            copies.phase = own + "REF";
            return 1 - alt;
        case WantedAllele::kHap1:
        case WantedAllele::kHap2: {
            const std::size_t copy = request.wanted == WantedAllele::kHap1 ? 0 : 1;
            copies.phase = "phased, " + hap_name(copy) + set;
            if (!anchor.phased) {
                copies.refused = "the phase of " + anchor.variant.id +
                                 " is not known: it may be on either haplotype";
            }
            return copy;
        }
        case WantedAllele::kInPhase:
            break;
    }
    if (anchor.variant.id == request.disease) {
        copies.phase = "the disease variant itself";
        return alt;
    }
    copies.phase = "in phase with " + request.disease;
    if (!anchor.phased || !request.disease_phased) {
        copies.refused = "the phase of " + anchor.variant.id + " against " + request.disease +
                         " is not known: the genotype of " +
                         (anchor.phased ? request.disease : anchor.variant.id) + " is unphased";
    } else if (anchor.phase_set != request.disease_phase_set) {
        copies.refused = "the phase of " + anchor.variant.id + " against " + request.disease +
                         " is not known: they are in different phase sets";
    }
    return request.disease_copy;
}

/// Collects the changes of one copy, in order, and applies them.
class CopyBuilder {
  public:
    CopyBuilder(std::string_view rna, std::size_t from, std::size_t to)
        : rna_(rna), from_(from), to_(to) {}

    /// False when it overlaps a change that is there already.
    bool add(const VariantOnTarget& variant) {
        for (const VariantOnTarget& other : changes_) {
            const bool apart = variant.end() < other.start || other.end() < variant.start ||
                               (variant.end() == other.start && !variant.ref.empty()) ||
                               (other.end() == variant.start && !other.ref.empty());
            if (!apart) {
                return false;
            }
        }
        changes_.push_back(variant);
        return true;
    }

    [[nodiscard]] ChromosomeCopy build(const VariantOnTarget& anchor, bool carries);

  private:
    std::string_view rna_;
    std::size_t from_;
    std::size_t to_;
    std::vector<VariantOnTarget> changes_;
};

ChromosomeCopy CopyBuilder::build(const VariantOnTarget& anchor, bool carries) {
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) {
        return a.start < b.start;
    });
    ChromosomeCopy copy;
    const auto append = [&](std::string_view bases, std::size_t origin, bool steps) {
        for (const char base : bases) {
            copy.bases += base;
            copy.origin.push_back(origin);
            origin += steps ? 1 : 0;
        }
    };
    std::size_t at = from_;
    const auto copy_until = [&](std::size_t end) {
        append(rna_.substr(at, end - at), at, true);
        at = end;
    };
    std::optional<std::size_t> anchor_start;
    std::size_t kept = anchor.ref.size();
    const auto start_anchor = [&] {
        if (at <= anchor.start) {
            copy_until(anchor.start);
        } else {  // a deletion has taken its first bases
            kept -= std::min(kept, at - anchor.start);
        }
        anchor_start = copy.bases.size();
    };
    for (const VariantOnTarget& change : changes_) {
        if (!carries && change.start >= anchor.start && !anchor_start) {
            start_anchor();
        }
        copy_until(change.start);
        const bool is_anchor = carries && change.start == anchor.start &&
                               change.ref == anchor.ref && change.alt == anchor.alt;
        if (is_anchor) {
            anchor_start = copy.bases.size();
        }
        append(change.alt, change.start, change.alt.size() == change.ref.size());
        if (is_anchor) {
            copy.anchor_end = copy.bases.size();
        }
        at = change.end();
    }
    if (!anchor_start) {
        start_anchor();
    }
    copy_until(to_);
    copy.anchor_start = *anchor_start;
    if (!carries) {
        copy.anchor_end = copy.anchor_start + kept;
    }
    return copy;
}

bool is_absent(const CarriedVariant& variant) {
    return variant.copies[0] == 0 && variant.copies[1] == 0;
}

/// `margin` bases to both sides of the anchor, and more where another change reaches over that.
std::pair<std::size_t, std::size_t> stretch_of(std::string_view rna,
                                               const std::vector<CarriedVariant>& variants,
                                               const CarriedVariant& anchor,
                                               std::size_t margin) {
    const auto before = [&](std::size_t at) { return at > margin ? at - margin : 0; };
    const auto behind = [&](std::size_t at) { return std::min(rna.size(), at + margin); };
    std::size_t from = before(anchor.variant.start);
    std::size_t to = behind(anchor.variant.end());
    for (bool grown = true; grown;) {
        grown = false;
        for (const CarriedVariant& other : variants) {
            const bool over = other.variant.start < to && other.variant.end() > from;
            const bool inside = other.variant.start >= from && other.variant.end() <= to;
            if (over && !inside && !is_absent(other)) {
                from = std::min(from, before(other.variant.start));
                to = std::max(to, behind(other.variant.end()));
                grown = true;
            }
        }
    }
    return {from, to};
}

/// Whether a change takes away all that another replaces.
bool covers(const VariantOnTarget& change, const VariantOnTarget& other) {
    return !other.ref.empty() && change.start <= other.start && change.end() >= other.end();
}

}  // namespace

ChromosomeCopies chromosome_copies(std::string_view rna,
                                   const std::vector<CarriedVariant>& variants,
                                   const CarriedVariant& anchor,
                                   const AlleleRequest& request,
                                   std::size_t margin) {
    ChromosomeCopies copies;
    copies.anchor = anchor.variant;
    const std::size_t wanted = wanted_copy(anchor, request, copies);
    const auto [from, to] = stretch_of(rna, variants, anchor, margin);
    std::array<CopyBuilder, 2> builders{CopyBuilder(rna, from, to), CopyBuilder(rna, from, to)};
    const std::size_t carrier = anchor.copies[0] == 1 ? 0 : 1;
    VARHUSH_CHECK(builders[carrier].add(anchor.variant));
    for (const CarriedVariant& other : variants) {
        const bool inside = other.variant.start >= from && other.variant.end() <= to;
        if (&other == &anchor || !inside || is_absent(other)) {
            continue;
        }
        if (other.copies[0] < 0 || other.copies[1] < 0) {
            copies.unclear.emplace_back(
                other.variant,
                other.readable ? "the genotype of " + other.variant.id + " is missing"
                               : "what " + other.variant.id + " makes of the target is not known");
            continue;
        }
        if (other.heterozygous() && !in_phase(other, anchor)) {
            copies.unclear.emplace_back(other.variant,
                                        "the phase of " + other.variant.id + " against " +
                                            anchor.variant.id + " is not known");
            continue;
        }
        for (std::size_t copy = 0; copy < 2; ++copy) {
            if (other.copies[copy] == 1 && !builders[copy].add(other.variant)) {
                copies.unclear.emplace_back(
                    other.variant, other.variant.id + " overlaps another variant of the same copy");
            }
        }
    }
    copies.wanted = builders[wanted].build(anchor.variant, wanted == carrier);
    copies.spared = builders[1 - wanted].build(anchor.variant, wanted != carrier);
    // A genotype such as 1|2 has another ALT where one expects REF; a deletion may have taken it.
    std::string other_allele = anchor.variant.ref;
    bool without_ref = false;
    for (const CarriedVariant& other : variants) {
        if (&other == &anchor || other.copies[1 - carrier] != 1) {
            continue;
        }
        if (other.record == anchor.record) {
            other_allele = other.variant.alt;
            without_ref = true;
        } else if (covers(other.variant, anchor.variant) &&
                   (!other.heterozygous() || in_phase(other, anchor))) {
            other_allele.clear();
            without_ref = true;
        }
    }
    copies.wanted_allele = wanted == carrier ? anchor.variant.alt : other_allele;
    copies.spared_allele = wanted == carrier ? other_allele : anchor.variant.alt;
    if (request.wanted == WantedAllele::kRef && without_ref) {
        copies.refused = "neither copy has REF at " + anchor.variant.where;
    }
    return copies;
}

}  // namespace varhush::sirna
