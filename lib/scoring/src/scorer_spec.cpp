#include "varhush/scoring/scorer_spec.hpp"

#include <array>

namespace varhush::scoring {

namespace {

using models::OutputType;

// In the order of Aggregation.
constexpr std::array<std::string_view, 8> kAggregations{"DIFF_MEAN",
                                                        "DIFF_SUM",
                                                        "DIFF_SUM_LOG2",
                                                        "DIFF_LOG2_SUM",
                                                        "L2_DIFF",
                                                        "L2_DIFF_LOG1P",
                                                        "ACTIVE_MEAN",
                                                        "ACTIVE_SUM"};

ScorerSpec center(OutputType output, std::int64_t width, Aggregation aggregation) {
    return {ScorerKind::kCenterMask, output, width, aggregation};
}

ScorerSpec plain(ScorerKind kind, OutputType output) {
    return {kind, output, std::nullopt, Aggregation::kDiffLog2Sum};
}

std::vector<NamedScorer> make_recommended() {
    constexpr auto kDiff = Aggregation::kDiffLog2Sum;
    constexpr auto kActive = Aggregation::kActiveSum;
    return {
        {"ATAC", center(OutputType::kAtac, 501, kDiff)},
        {"CONTACT_MAPS", plain(ScorerKind::kContactMap, OutputType::kContactMaps)},
        {"DNASE", center(OutputType::kDnase, 501, kDiff)},
        {"CHIP_TF", center(OutputType::kChipTf, 501, kDiff)},
        {"CHIP_HISTONE", center(OutputType::kChipHistone, 2001, kDiff)},
        {"CAGE", center(OutputType::kCage, 501, kDiff)},
        {"PROCAP", center(OutputType::kProcap, 501, kDiff)},
        {"RNA_SEQ", plain(ScorerKind::kGeneMaskLfc, OutputType::kRnaSeq)},
        {"RNA_SEQ_ACTIVE", plain(ScorerKind::kGeneMaskActive, OutputType::kRnaSeq)},
        {"SPLICE_SITES", plain(ScorerKind::kGeneMaskSplicing, OutputType::kSpliceSites)},
        {"SPLICE_SITE_USAGE", plain(ScorerKind::kGeneMaskSplicing, OutputType::kSpliceSiteUsage)},
        {"SPLICE_JUNCTIONS", plain(ScorerKind::kSpliceJunction, OutputType::kSpliceJunctions)},
        {"POLYADENYLATION", plain(ScorerKind::kPolyadenylation, OutputType::kRnaSeq)},
        {"ATAC_ACTIVE", center(OutputType::kAtac, 501, kActive)},
        {"DNASE_ACTIVE", center(OutputType::kDnase, 501, kActive)},
        {"CHIP_TF_ACTIVE", center(OutputType::kChipTf, 501, kActive)},
        {"CHIP_HISTONE_ACTIVE", center(OutputType::kChipHistone, 2001, kActive)},
        {"CAGE_ACTIVE", center(OutputType::kCage, 501, kActive)},
        {"PROCAP_ACTIVE", center(OutputType::kProcap, 501, kActive)},
    };
}

seq::Modality modality_of(OutputType output) {
    switch (output) {
        case OutputType::kAtac:
        case OutputType::kDnase:
            return seq::Modality::kAccessibility;
        case OutputType::kProcap:
        case OutputType::kCage:
            return seq::Modality::kTss;
        case OutputType::kRnaSeq:
            return seq::Modality::kExpression;
        case OutputType::kChipTf:
            return seq::Modality::kTf;
        case OutputType::kChipHistone:
            return seq::Modality::kHistone;
        case OutputType::kContactMaps:
            return seq::Modality::kContact;
        default:
            return seq::Modality::kSplicing;
    }
}

}  // namespace

std::string_view aggregation_name(Aggregation aggregation) noexcept {
    return kAggregations[static_cast<std::size_t>(aggregation)];
}

std::string ScorerSpec::name() const {
    const std::string requested = "(requested_output=" + std::string(output_name(output));
    const std::string width = ", width=" + (width_bp ? std::to_string(*width_bp) : "None");
    switch (kind) {
        case ScorerKind::kCenterMask:
            return "CenterMaskScorer" + requested + width +
                   ", aggregation_type=" + std::string(aggregation_name(aggregation)) + ")";
        case ScorerKind::kGeneMaskLfc:
            return "GeneMaskLFCScorer" + requested + ")";
        case ScorerKind::kGeneMaskActive:
            return "GeneMaskActiveScorer" + requested + ")";
        case ScorerKind::kGeneMaskSplicing:
            return "GeneMaskSplicingScorer" + requested + width + ")";
        case ScorerKind::kContactMap:
            return "ContactMapScorer()";
        case ScorerKind::kPolyadenylation:
            return "PolyadenylationScorer()";
        default:
            return "SpliceJunctionScorer()";
    }
}

bool ScorerSpec::is_signed() const noexcept {
    if (kind == ScorerKind::kGeneMaskLfc) {
        return true;
    }
    return kind == ScorerKind::kCenterMask && aggregation <= Aggregation::kDiffLog2Sum;
}

std::optional<seq::Modality> ScorerSpec::modality() const noexcept {
    if (kind == ScorerKind::kGeneMaskActive ||
        (kind == ScorerKind::kCenterMask && aggregation >= Aggregation::kActiveMean)) {
        return std::nullopt;
    }
    return kind == ScorerKind::kPolyadenylation ? seq::Modality::kPas : modality_of(output);
}

bool ScorerSpec::needs_genes() const noexcept {
    return kind != ScorerKind::kCenterMask && kind != ScorerKind::kContactMap;
}

const std::vector<NamedScorer>& recommended_scorers() {
    static const std::vector<NamedScorer> all = make_recommended();
    return all;
}

}  // namespace varhush::scoring
