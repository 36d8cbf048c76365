#pragma once

#include "varhush/sirna/design_report.hpp"
#include "varhush/sirna/placement_options.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varhush::sirna {

// Chemistry of ordered strands. It annotates: efficacy is predicted for the unmodified duplex.

/// Sugars that the notation knows; the letter stands in front of the base: mU, fA, dT.
enum class Sugar : char {
    kRibose = 'r',
    kMethoxy = 'm',   ///< 2'-O-methyl
    kFluoro = 'f',    ///< 2'-deoxy-2'-fluoro
    kDeoxy = 'd',     ///< 2'-deoxy; U becomes T
    kGlycol = 'g',    ///< glycol nucleic acid (GNA)
    kUnlocked = 'n',  ///< unlocked nucleic acid (2',3'-seco-RNA, UNA)
};

enum class FivePrime { kHydroxyl, kPhosphate, kVinylPhosphonate };

struct Nucleotide {
    char base = 'A';  ///< A C G U T
    Sugar sugar = Sugar::kRibose;
    bool thioate = false;  ///< the link to the next one is a phosphorothioate
};

struct ModifiedStrand {
    std::vector<Nucleotide> units;  ///< 5'->3'
    FivePrime five = FivePrime::kHydroxyl;
    bool l96 = false;  ///< the triantennary GalNAc ligand L96 at the 3' end
};

/// Atoms of a molecule.
struct Formula {
    long c = 0, h = 0, f = 0, n = 0, o = 0, p = 0, s = 0;

    Formula& operator+=(const Formula& other) noexcept;
    bool operator==(const Formula&) const = default;
};

/// The free acid of a strand. Residues are nucleoside monophosphates less water; L96 with its
/// phosphate is C78H138N11O33P (what the published formulas of vutrisiran, inclisiran, lumasiran
/// and fitusiran leave when both strands are taken off).
[[nodiscard]] Formula formula_of(const ModifiedStrand& strand);

/// Average molar mass in g/mol, IUPAC 2021 abridged standard atomic weights.
[[nodiscard]] double molar_mass(const Formula& formula) noexcept;

/// "C10H13N5O4", Hill order.
[[nodiscard]] std::string to_text(const Formula& formula);

/// varhush notation: "mUsfAsmG", 's' behind a nucleotide is a phosphorothioate, "p-" or "vp-" in
/// front a 5'-phosphate or 5'-(E)-vinylphosphonate, "-L96" behind the ligand.
[[nodiscard]] std::string to_text(const ModifiedStrand& strand);

/// The notation of Integrated DNA Technologies: rA, mA, /i2FA/ (/52FA/ and /32FA/ at the ends), T
/// for dT, * behind a phosphorothioate, /5Phos/; empty when the strand has GNA, UNA,
/// vinylphosphonate or L96, for which there is no standing code.
[[nodiscard]] std::string to_idt(const ModifiedStrand& strand);

/// What is done to one strand, from the general to the particular.
struct StrandPattern {
    std::string sugars = "r";  ///< letters of Sugar along the strand, repeated as needed
    /// The first base of every such word gets this sugar ("UA" -> 'm'); "Y" is any pyrimidine.
    std::vector<std::pair<std::string, char>> words = {};
    std::vector<std::pair<int, char>> at =
        {};                     ///< position (1 is the 5' end, -1 the 3' end) and sugar
    std::size_t thioates5 = 0;  ///< links from the 5' end
    std::size_t thioates3 = 0;  ///< links from the 3' end
    FivePrime five = FivePrime::kHydroxyl;
    bool l96 = false;
};

/// A named way to modify both strands.
struct ChemistryPattern {
    std::string name;
    std::string about;
    std::string source;
    StrandPattern guide;
    StrandPattern passenger;
    std::size_t guide_length = 0;  ///< of the whole strand; 0: any
    std::size_t passenger_length = 0;
    /// Set: nothing is fixed, `place_chemistry` chooses within these limits.
    std::optional<PlacementOptions> placement = {};
};

/// The patterns that come with varhush; the first is the default.
[[nodiscard]] std::span<const ChemistryPattern> chemistry_library();

/// @throws Error{kUsage} naming those that there are.
[[nodiscard]] const ChemistryPattern& find_chemistry(std::string_view name);

/// Why the pattern cannot be used for strands of these lengths; empty: it can.
[[nodiscard]] std::string why_not(const ChemistryPattern& pattern,
                                  std::size_t guide_length,
                                  std::size_t passenger_length);

/// @throws Error{kUsage} for a letter that is none.
[[nodiscard]] Sugar parse_sugar(char letter);

/// The 0-based index of a position (1 is the 5' end, -1 the 3' end). @throws Error{kUsage} outside.
[[nodiscard]] std::size_t strand_index(int position, std::size_t length);

/// `strand` (RNA, 't' for dT, which stays dT) with the pattern. @throws Error{kUsage} for letters
/// that are no sugar and positions outside the strand.
[[nodiscard]] ModifiedStrand modify(std::string_view strand, const StrandPattern& pattern);

/// Both strands, ready to be ordered, with their masses. `pattern` is a plain one; `ordered_duplex`
/// (chemistry_placement.hpp) takes those that place as well.
[[nodiscard]] ModifiedDuplex modified_duplex(const ChemistryPattern& pattern,
                                             std::string_view guide_strand,
                                             std::string_view passenger_strand);

}  // namespace varhush::sirna
