#include "chromosome_copies.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <optional>

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
            copies.phase = "phased, " + hap_name(copy);
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
    for (const VariantOnTarget& change : changes_) {
        if (!carries && change.start >= anchor.start && !anchor_start) {
            copy_until(anchor.start);
            anchor_start = copy.bases.size();
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
        copy_until(anchor.start);
        anchor_start = copy.bases.size();
    }
    copy_until(to_);
    copy.anchor_start = *anchor_start;
    if (!carries) {
        copy.anchor_end = copy.anchor_start + anchor.ref.size();
    }
    return copy;
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
    const std::size_t from = anchor.variant.start > margin ? anchor.variant.start - margin : 0;
    const std::size_t to = std::min(rna.size(), anchor.variant.end() + margin);
    std::array<CopyBuilder, 2> builders{CopyBuilder(rna, from, to), CopyBuilder(rna, from, to)};
    const std::size_t carrier = anchor.copies[0] == 1 ? 0 : 1;
    VARHUSH_CHECK(builders[carrier].add(anchor.variant));
    for (const CarriedVariant& other : variants) {
        const bool inside = other.variant.start >= from && other.variant.end() <= to;
        const bool absent = other.copies[0] == 0 && other.copies[1] == 0;
        if (&other == &anchor || !inside || absent) {
            continue;
        }
        if (other.copies[0] < 0 || other.copies[1] < 0) {
            copies.unclear.emplace_back(other.variant,
                                        "the genotype of " + other.variant.id + " is missing");
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
    // A genotype such as 1|2 has another ALT where one expects REF.
    const CarriedVariant* rival = nullptr;
    for (const CarriedVariant& other : variants) {
        if (&other != &anchor && other.record == anchor.record && other.copies[1 - carrier] == 1) {
            rival = &other;
        }
    }
    const std::string other_allele = rival != nullptr ? rival->variant.alt : anchor.variant.ref;
    copies.wanted_allele = wanted == carrier ? anchor.variant.alt : other_allele;
    copies.spared_allele = wanted == carrier ? other_allele : anchor.variant.alt;
    if (request.wanted == WantedAllele::kRef && rival != nullptr) {
        copies.refused = "neither copy has REF at " + anchor.variant.where;
    }
    return copies;
}

}  // namespace varhush::sirna
