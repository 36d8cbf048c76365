#pragma once

#include "varhush/sirna/allele_sites.hpp"
#include "varhush/sirna/chemistry.hpp"
#include "varhush/sirna/design_filters.hpp"
#include "varhush/sirna/design_rank.hpp"
#include "varhush/sirna/design_report.hpp"
#include "varhush/sirna/duplex_strands.hpp"
#include "varhush/sirna/efficacy_model.hpp"
#include "varhush/sirna/genome_placement.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/target_variants.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// A target sequence with what is known of it. Of `profile` name, gene, species, rna, region,
/// junction, coding region and variants are read; accessibility, contig and exons are filled in.
struct DesignTarget {
    TargetProfile profile;
    std::optional<GenomePlacement> placement;
    /// Back-splice targets: base i of `profile.rna` is base first + (i + turn) % size of the
    /// transcript, `first` being the first base of the circle.
    std::size_t circle_first = 0;
    std::size_t circle_turn = 0;
    std::vector<CarriedVariant> carried;  ///< of the sample, for allele-specific design
};

/// A circle of bases [first, end) of `linear`, cut open opposite its back-splice junction, so that
/// the junction (end - 1 joined to first) is in the middle. @throws Error{kInput} when the circle
/// lies outside or is shorter than `shortest`.
[[nodiscard]] DesignTarget circularise(const DesignTarget& linear,
                                       std::size_t first,
                                       std::size_t end,
                                       std::size_t shortest);

/// `place_allele` for a target that may be a circle; needs its placement. An allele outside the
/// circle, or over the place where it was cut open, is kOutside.
[[nodiscard]] PlacedAllele place_on_target(const DesignTarget& target, const GenomeAllele& allele);

/// What is designed together: a gene with its isoforms, or one sequence.
struct DesignUnit {
    std::string name;
    std::vector<std::size_t> targets;  ///< numbers in DesignInput::targets, the main one first
    std::string gene;                  ///< identifier or symbol by which the index knows it
};

/// A transcriptome that has to have the site as well.
struct CrossSpecies {
    std::string name;
    const OffTargetIndex* index = nullptr;
    std::vector<std::string> orthologs;  ///< genes; empty: those of the same name, in any case
    int max_mismatches = 0;
};

struct DesignInput {
    std::vector<DesignTarget> targets;
    std::vector<DesignUnit> units;
    const EfficacyModel* model = nullptr;   ///< never null
    const OffTargetIndex* index = nullptr;  ///< null: off-targets are not searched
    std::vector<double> transcript_weight;  ///< of `index`, see RiskOptions
    std::vector<CrossSpecies> species;
    /// Variants of a population were asked for: targets without any have a coverage of 1. Else, and
    /// without any variant on a target, the coverage is not known.
    bool variants_known = false;
    /// Names of the miRNAs with the seed of a guide, "." for none; empty: nobody was asked.
    std::function<std::string(std::string_view)> mirnas;
    /// What a table says of the seed of a strand, nothing where it lacks the seed; empty: there is
    /// no table.
    std::function<std::optional<double>(std::string_view)> seed_viability;
};

struct DesignOptions {
    std::size_t length = 19;  ///< nucleotides of the guide that pair with the target
    Overhang overhang = Overhang::kDtdt;
    std::size_t junction_flank = 5;  ///< bases on either side of a back-splice junction, at least
    FilterSet filters;
    FilterLimits limits;
    /// "any", "all", or names of the targets that must have the site.
    std::vector<std::string> isoforms{"any"};
    std::size_t top = 20;
    std::size_t min_distance = 0;  ///< between starts on one target
    ScoreWeights weights;
    bool score_only = false;
    int max_mismatches = 3;
    bool seed_sites = true;
    std::size_t listed_sites = 25;  ///< off-target sites told of each guide
    std::optional<AlleleRequest> allele;
    std::size_t extra_mismatches = 0;
    double least_silenced = 0.5;
    double min_discrimination = 0.25;
    ChemistryPattern chemistry;
    std::size_t controls = 3;  ///< guides of each unit that get matched controls
    std::uint64_t seed = 1;
    int threads = 1;
    std::size_t accessibility_window = 80;
    std::size_t accessibility_span = 40;
};

/// Designs: enumerates every site, judges, predicts, searches, ranks and explains. Every site of
/// every target is in `guides` or, with its reasons, in `rejected`. The same for every number of
/// threads. @throws Error{kInput} for a target shorter than a guide, Error{kUsage} for options
/// that do not fit the input.
[[nodiscard]] DesignReport design(const DesignInput& input, const DesignOptions& options);

}  // namespace varhush::sirna
