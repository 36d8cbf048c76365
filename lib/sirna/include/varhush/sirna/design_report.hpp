#pragma once

#include "varhush/seq/transcript.hpp"
#include "varhush/sirna/efficacy_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Everything a design run found, as plain data: the tables, the JSON and the HTML report are made
// of it and of nothing else. Positions are 0-based half-open, positions inside a guide 1-based from
// its 5' end. "Not known" is NaN for numbers and the empty string for text.

namespace varhush::sirna {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Mismatch counts that off-target summaries tell apart: 0 to 5.
constexpr std::size_t kMismatchClasses = 6;

/// A variant on the coordinates of one target.
struct VariantOnTarget {
    std::string id;     ///< rs number; else contig:position:REF>ALT as in the VCF
    std::string where;  ///< "chr22:20012345 C>T", 1-based, for people
    std::size_t start = 0;
    std::string ref;              ///< target strand, RNA; empty: an insertion in front of `start`
    std::string alt;              ///< target strand, RNA; empty: a deletion
    double frequency = kUnknown;  ///< of this allele, 0 to 1
    bool common = false;          ///< at or above --max-af, or of unknown frequency

    [[nodiscard]] std::size_t end() const noexcept { return start + ref.size(); }
};

/// One target sequence and what is drawn along it.
struct TargetProfile {
    std::string name;     ///< transcript id or FASTA name
    std::string gene;     ///< symbol, else identifier; empty when unknown
    std::string species;  ///< empty when unknown
    std::string rna;      ///< 5'->3', A C G U N
    std::size_t region_start = 0;
    std::size_t region_end = 0;           ///< sites lie in [region_start, region_end)
    std::optional<std::size_t> junction;  ///< back-splice targets: first base behind the junction
    std::optional<std::size_t> cds_start;
    std::optional<std::size_t> cds_end;
    std::string contig;  ///< of the genome; empty when unknown
    char strand = '+';
    std::vector<seq::Interval> exons;  ///< in genome order
    std::vector<double> unpaired8;   ///< [end base]: probability that the 8 bases ending there are
                                     ///< unpaired; NaN where not defined
    std::vector<double> unpaired19;  ///< the same for 19 bases
    std::vector<VariantOnTarget> variants;
};

/// A variant inside a site.
struct VariantInSite {
    std::size_t variant = 0;    ///< number in TargetProfile::variants
    std::size_t first_pos = 0;  ///< guide positions it touches, first <= last
    std::size_t last_pos = 0;
};

/// One place where a guide pairs with a target in full.
struct TargetSite {
    std::size_t target = 0;  ///< number in DesignReport::targets
    std::size_t start = 0;
    std::size_t end = 0;
    double unpaired_seed = kUnknown;         ///< the 8 bases facing guide positions 1-8
    double unpaired_site = kUnknown;         ///< the 19 bases facing guide positions 1-19
    std::vector<seq::Interval> genome = {};  ///< pieces in genome order; empty when not known
    std::vector<VariantInSite> variants = {};
    double coverage = kUnknown;  ///< share of chromosomes on which no known variant touches it
};

/// An unintended site in the index.
struct OffTargetSite {
    std::string transcript;
    std::string gene;
    std::string species;
    std::size_t start = 0;
    bool passenger = false;  ///< of the passenger strand
    int mismatches = 0;
    std::vector<int> mismatch_positions;  ///< in the strand that binds, from its 5' end
    int wobbles = 0;                      ///< of the mismatches, how many are G:U
    double weight = 0;                    ///< its share of the load
};

/// All that was found in the index for one guide; sites of the intended genes are not in it.
struct OffTargetAccount {
    bool searched = false;
    double load = kUnknown;  ///< expected off-target load, see docs/sirna.md: the next two together
    double cleavage_load = kUnknown;
    double seed_load = kUnknown;
    std::array<std::int64_t, kMismatchClasses> guide_sites{};
    std::array<std::int64_t, kMismatchClasses> passenger_sites{};
    std::int64_t genes = 0;                    ///< with a site of the guide or the passenger
    std::int64_t seed_genes = 0;               ///< whose 3' UTR has a seed site (7mer or better)
    std::array<std::int64_t, 4> seed_sites{};  ///< 8mer, 7mer-m8, 7mer-A1, 6mer
    std::string mirna;                         ///< miRNAs with the same seed, comma-separated
    std::vector<OffTargetSite> worst;          ///< by weight, the heaviest first
};

/// The guide's site in one more species.
struct SpeciesSite {
    std::string species;
    std::string transcript;
    std::string gene;
    std::size_t start = 0;
    int mismatches = 0;
    std::string map;  ///< one character a guide position from its 5' end: '|' pair, else the base
};

/// What an allele-specific guide does to both alleles.
struct AlleleContrast {
    std::string variant;     ///< VariantOnTarget::id of the one told apart
    std::string on_allele;   ///< bases of the allele to be silenced, target strand
    std::string off_allele;  ///< bases of the allele to be spared
    std::string on_site;     ///< what the guide meets on either allele, 5'->3'
    std::string off_site;
    std::vector<int> positions;     ///< guide positions mismatched on the spared allele only
    std::vector<int> shared;        ///< mismatches placed against both alleles
    std::string mismatch;           ///< "G:A": guide base, base of the spared allele
    double on_silenced = kUnknown;  ///< predicted fraction silenced
    double off_silenced = kUnknown;
    double discrimination = kUnknown;  ///< on_silenced - off_silenced
    double on_kcal_mol = kUnknown;     ///< duplex with either allele
    double off_kcal_mol = kUnknown;
    std::string phase;  ///< how the target allele is known: "one variant", "phased hap1", …
};

/// What one filter says of a candidate.
struct FilterVerdict {
    std::string name;
    bool passed = true;
    bool enforced = false;  ///< failing it rejects the candidate
    std::string detail;     ///< "GC 63.2 %, allowed 30-60 %"
};

/// One term of what placed modifications cost, see chemistry_placement.hpp.
struct PlacementTerm {
    std::string name;
    std::string about;
    double guide = 0;
    double passenger = 0;
};

/// Why modifications stand where they stand.
struct PlacementAccount {
    double cost = 0;  ///< the sum of the terms
    std::vector<PlacementTerm> terms;
    std::size_t methoxy = 0;  ///< on both strands
    std::size_t fluoro = 0;
    std::size_t thioates = 0;
    std::size_t opened = 0;                                     ///< GNA and UNA
    std::size_t prone_steps = 0;                                ///< UpA and CpA, both strands
    std::size_t prone_open = 0;                                 ///< of them with a ribose in front
    std::vector<std::pair<std::string, double>> compared = {};  ///< other patterns' cost
};

/// Both strands as they are ordered.
struct ModifiedDuplex {
    std::string pattern;  ///< name in the pattern library
    std::string guide;    ///< 5'->3', varhush notation
    std::string passenger;
    std::string guide_idt;  ///< vendor notation; empty where it has none for a piece
    std::string passenger_idt;
    double guide_g_mol = kUnknown;  ///< free acid
    double passenger_g_mol = kUnknown;
    std::optional<PlacementAccount> placement = {};  ///< where modifications were placed
};

/// A matched negative control.
struct ControlDuplex {
    std::string id;
    std::string kind;  ///< "scrambled" or "C911"
    std::string guide;
    std::string passenger;
    std::array<std::int64_t, kMismatchClasses> sites{};  ///< in the index, both strands
    bool searched = false;
    bool clean = false;  ///< searched, and nothing within 3 mismatches
    std::string note;
    ModifiedDuplex duplex;
};

/// Parts of the score, each 0 to 1, larger is better; NaN: not known, left out of the score.
struct ScoreParts {
    double efficacy = kUnknown;
    double specificity = kUnknown;
    double accessibility = kUnknown;
    double population = kUnknown;
    double isoforms = kUnknown;
    double discrimination = kUnknown;
};

/// One guide of the answer.
struct DesignedGuide {
    std::string id;         ///< "TTR-1": unit and rank
    std::string unit;       ///< gene, or the FASTA record, it was designed for
    std::size_t rank = 0;   ///< 1 is the best of its unit
    std::size_t front = 0;  ///< Pareto front, 1: nothing is better in every respect
    double score = kUnknown;
    ScoreParts parts;
    std::string guide;         ///< antisense, 5'->3', RNA, what pairs with the target
    std::string passenger;     ///< its partner without overhang
    std::string guide_strand;  ///< with overhangs; 't' stands for dT
    std::string passenger_strand;
    Efficacy efficacy;
    double gc = kUnknown;  ///< share of G and C
    double asymmetry_kcal_mol = kUnknown;
    double seed_kcal_mol = kUnknown;
    double seed_tm_celsius = kUnknown;
    double fold_kcal_mol = kUnknown;    ///< of the guide by itself
    double duplex_kcal_mol = kUnknown;  ///< with its site
    double seed_viability = kUnknown;   ///< of the table; NaN: none, or it lacks the seed
    double passenger_seed_viability = kUnknown;
    int reynolds = 0;
    int amarzguioui = 0;
    bool ui_tei = false;
    double population_coverage = kUnknown;
    double isoform_coverage = kUnknown;
    std::vector<TargetSite> sites;  ///< the first is the one it was designed on
    std::vector<FilterVerdict> filters;
    OffTargetAccount off_targets;
    std::vector<SpeciesSite> species;
    std::optional<AlleleContrast> allele;
    ModifiedDuplex duplex;
    std::vector<ControlDuplex> controls;
    std::vector<std::string> why;  ///< why it was chosen, sentences
};

/// A candidate that is not in the answer.
struct RejectedCandidate {
    std::string unit;
    std::size_t target = 0;  ///< number in DesignReport::targets
    std::size_t start = 0;
    std::size_t end = 0;
    std::string guide;              ///< with N where the target has one
    double p_effective = kUnknown;  ///< where it was computed
    double score = kUnknown;
    std::vector<std::string> reasons;  ///< filter names, "min-distance", "top", …
    std::vector<std::string> details;  ///< one a reason
};

/// The whole answer.
struct DesignReport {
    std::string version;
    std::string command;  ///< empty with --no-version
    std::string model;
    std::string model_sha256;
    std::string index;        ///< file name of the off-target index; empty: not searched
    ScoreParts weights = {};  ///< how much each part counts in the score; NaN: not known
    std::vector<std::pair<std::string, std::string>> settings;  ///< name and value, for people
    std::vector<TargetProfile> targets;
    std::vector<DesignedGuide> guides;  ///< unit by unit, best first
    std::vector<RejectedCandidate> rejected;
    std::vector<std::string> notes;  ///< warnings and what the numbers do not say
    std::size_t candidates = 0;      ///< guides + rejected
};

}  // namespace varhush::sirna
