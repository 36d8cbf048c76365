#pragma once

#include "varhush/sirna/design_report.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// A variant that a sample carries on a target.
struct CarriedVariant {
    VariantOnTarget variant;
    std::size_t record = 0;             ///< alleles of one VCF record share the number
    std::array<int, 2> copies{-1, -1};  ///< 1: this copy has the ALT; 0: it has not; -1: not known
    bool phased = false;
    std::optional<std::int64_t> phase_set;
    /// False: the VCF does not say in bases of the target what the allele is ("*", "<DEL>", a
    /// change over an exon's end, another REF); `copies` is {-1, -1} then.
    bool readable = true;

    [[nodiscard]] bool heterozygous() const noexcept {
        return copies[0] >= 0 && copies[1] >= 0 && copies[0] != copies[1];
    }
};

enum class WantedAllele { kRef, kAlt, kHap1, kHap2, kInPhase };

/// "ref", "alt", "hap1", "hap2". @throws Error{kUsage}.
[[nodiscard]] WantedAllele parse_wanted_allele(std::string_view text);

/// Which allele is to be silenced.
struct AlleleRequest {
    WantedAllele wanted = WantedAllele::kAlt;
    /// kInPhase: the copy of the chromosome on which the given (disease) variant lies, and its
    /// phase set; sites over any variant in phase with it are candidates.
    std::string disease;
    std::size_t disease_copy = 0;
    bool disease_phased = false;
    std::optional<std::int64_t> disease_phase_set;
};

/// A site that only one copy of the target has.
struct AlleleSite {
    std::size_t start = 0;  ///< on the target; its end may be elsewhere than start + length when
    std::size_t end = 0;    ///< the silenced allele has an insertion or deletion
    std::string guide;      ///< perfect on the silenced allele; empty when refused
    std::string context;    ///< of the silenced allele, with flanks
    std::size_t context_offset = 0;  ///< of the whole site in `context`
    AlleleContrast contrast;
    OffTargetHit spared;        ///< how the guide lies on the spared allele
    double kept_on_spared = 1;  ///< share of cleavage that it keeps there, 0 to 1
    std::string refused;        ///< why the site cannot be used; empty: it can
};

/// All sites of `length` bases over heterozygous variants, on the copy that is to be silenced; also
/// refused ones, with the reason: phase not known against the disease variant or another variant in
/// the site, genotype missing, overlapping changes. A homozygous ALT is on both copies. The two
/// copies are compared base for base, so every spelling of a change counts the same. What the
/// spared copy keeps is the largest `cleavage_weight` over the alignments of guide and spared copy
/// near the site: in register, shifted where the copies differ in length, or with one bulge.
[[nodiscard]] std::vector<AlleleSite> allele_sites(std::string_view rna,
                                                   const std::vector<CarriedVariant>& variants,
                                                   const AlleleRequest& request,
                                                   std::size_t length);

/// What remains of a predicted fraction silenced when cleavage goes down to the share `kept`: odds
/// of silencing are taken as proportional to it (mass action at the same dose), so a strong guide
/// loses less by the same mismatch than a weak one. More than 0.95 counts as 0.95, which is what
/// assays can tell. 0 <= silenced, kept <= 1.
[[nodiscard]] double silenced_with(double silenced, double kept) noexcept;

/// Fills the predictions of `site.contrast` from `silenced`, the prediction for the perfect guide,
/// and changes up to `count` bases of `site.guide` (positions 1 to 19 outside those that tell the
/// alleles apart), so that it pairs with neither allele there, where that makes the difference
/// between the alleles larger and leaves the wanted allele silenced by `least_silenced` or more:
/// near saturation a second mismatch costs the spared allele more than the wanted one. Beam
/// search; ties go to the lower position and base.
void place_mismatches(AlleleSite& site, double silenced, std::size_t count, double least_silenced);

}  // namespace varhush::sirna
