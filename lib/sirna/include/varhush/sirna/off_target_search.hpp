#pragma once

#include "varhush/sirna/off_target_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace varhush::sirna {

/// Which strand of the duplex pairs with the site.
enum class DuplexStrand : std::uint8_t { kGuide, kPassenger };

/// What kind of site: pairing along positions 1 to 19, or a miRNA-like seed site alone (Bartel
/// 2009, Cell 136:215): 6mer pairs positions 2-7; 7mer-A1 has an A opposite position 1 besides;
/// 7mer-m8 pairs 2-8; 8mer has both.
enum class SiteKind : std::uint8_t { kFull, k6mer, k7merA1, k7merM8, k8mer };

enum class Bulge : std::uint8_t {
    kNone,
    kTarget,  ///< one base of the site is unpaired: 20 bases of the transcript
    kStrand,  ///< one base of the strand is unpaired: 18 bases of the transcript
};

/// One site of one guide on one transcript.
struct OffTargetHit {
    static constexpr std::uint32_t kReference = 0xffffffff;

    std::uint32_t guide = 0;       ///< number in the list of guides
    std::uint32_t transcript = 0;  ///< number in the index
    std::uint32_t start = 0;       ///< of the transcript, 0-based half-open, sense strand
    std::uint32_t end = 0;
    /// Bit p - 1: position p of the strand (1 to 19, from its 5' end) forms no Watson-Crick pair.
    std::uint32_t mismatch_mask = 0;
    std::uint32_t wobble_mask = 0;  ///< those of them that are G:U or U:G
    /// First of the edits (OffTargetIndex::edits) of the patient's sequence or reading of an
    /// ambiguity letter in which the site lies.
    std::uint32_t first_edit = kReference;
    std::uint16_t edit_count = 0;  ///< edits that the site touches
    DuplexStrand strand = DuplexStrand::kGuide;
    SiteKind kind = SiteKind::kFull;
    Bulge bulge = Bulge::kNone;
    /// kTarget: the unpaired base lies opposite the gap between positions p and p + 1; kStrand:
    /// position p is unpaired.
    std::uint8_t bulge_position = 0;
    std::uint8_t mismatches = 0;  ///< bits of mismatch_mask: wobbles are among them, a bulge not
    std::uint8_t wobbles = 0;     ///< bits of wobble_mask
    bool a_at_end = false;        ///< of a full site: its last base, opposite position 1, is an A

    bool operator==(const OffTargetHit&) const = default;
};

struct SearchOptions {
    /// Positions 1 to 19 without a Watson-Crick pair, at most; 0 to 5.
    int max_mismatches = 3;
    bool guide_strand = true;
    bool passenger_strand = false;
    /// Also sites with exactly one bulged base, which counts as one of `max_mismatches`; between
    /// two paired or mismatched positions (not at an end). Left out where an ungapped site of the
    /// strand starts or ends at the same base of the transcript.
    bool bulge = false;
    int threads = 1;
    /// Hits that may be held at once (8 bytes each); guides are searched in smaller batches when
    /// there are more. One guide's hits are always held.
    std::size_t hits_in_memory = std::size_t{1} << 25;
};

/// Gets all hits of one guide: guide strand first, then ascending by transcript, start, end. Called
/// once for every guide, in their order, from the thread that called the search.
using HitSink = std::function<void(std::uint32_t guide, std::span<const OffTargetHit> hits)>;

/// The passenger that pairs with `guide` (RNA) leaving it an overhang of two nucleotides at its 3'
/// end when it is longer than 20: reverse complement of its first max(19, length - 2) positions.
[[nodiscard]] std::string passenger_of(std::string_view guide);

/// Every site of every guide with at most `max_mismatches`, complete: for each window of 19 bases
/// of each transcript the reverse complement of the strand's positions 1 to 19 is compared. Windows
/// with an N do not count; of windows that hold ambiguity letters or alleles of the patient every
/// reading counts, and of several readings with the same edits' alleles at one place the one with
/// the fewest mismatches is reported. Guides are RNA (`why_no_guide` is empty), passengers as
/// `passenger_of`. Cost: one pass over the text for every 4,096 strands; about 2 s of processor
/// time for 3,000 guides on 300 Mb.
/// @throws Error{kUsage} for options out of range.
void search_sites(const OffTargetIndex& index,
                  std::span<const std::string> guides,
                  const SearchOptions& options,
                  const HitSink& sink);

/// The same with passengers given, one a guide (RNA, 19 bases or more).
void search_sites(const OffTargetIndex& index,
                  std::span<const std::string> guides,
                  std::span<const std::string> passengers,
                  const SearchOptions& options,
                  const HitSink& sink);

/// miRNA-like seed sites in 3' UTRs (behind the annotated CDS; transcripts without one have none).
/// `start` and `end` are the paired bases with the A opposite position 1 where that is part of the
/// site; masks are 0. Every site has the strongest kind that it is.
void search_seed_sites(const OffTargetIndex& index,
                       std::span<const std::string> guides,
                       const SearchOptions& options,
                       const HitSink& sink);

/// The same with passengers given, one a guide (RNA, 19 bases or more).
void search_seed_sites(const OffTargetIndex& index,
                       std::span<const std::string> guides,
                       std::span<const std::string> passengers,
                       const SearchOptions& options,
                       const HitSink& sink);

/// "8mer" and so on; "full" for kFull.
[[nodiscard]] std::string_view to_text(SiteKind kind) noexcept;
[[nodiscard]] std::string_view to_text(DuplexStrand strand) noexcept;

/// "3,11" for people, 1-based positions of the strand; "." for none.
[[nodiscard]] std::string positions_text(std::uint32_t mask);

}  // namespace varhush::sirna
