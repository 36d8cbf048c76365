#include "apps/haplo/block.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/seq/haplotype.hpp"
#include "varhush/seq/status.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kMaxChanged = 10'000;  // bases, as in `score`

std::variant<seq::Change, seq::AlleleStatus> read_alt(const io::VariantRecord& record,
                                                      std::string_view alt,
                                                      const std::optional<std::string>& contig,
                                                      const seq::ReferenceSource& reference) {
    const auto kind = seq::classify_alt(alt);
    if (kind == seq::AlleleStatus::kStar || kind == seq::AlleleStatus::kSymbolic) {
        return kind;
    }
    if (!contig) {
        return seq::AlleleStatus::kContigMissing;
    }
    if (std::max(record.ref().size(), alt.size()) > kMaxChanged) {
        return seq::AlleleStatus::kTooLong;
    }
    if (!seq::ref_agrees(reference, *contig, record.position(), record.ref())) {
        return seq::AlleleStatus::kRefMismatch;
    }
    auto change = seq::trimmed_in_place(record.position(), record.ref(), alt);
    if ((!change.ref.empty() && !seq::is_acgt(change.ref)) ||
        (!change.alt.empty() && !seq::is_acgt(change.alt))) {
        return seq::AlleleStatus::kNonAcgt;
    }
    return change;
}

// Whether two records of one place are one change in two spellings.
bool same_alone(const seq::Change& one,
                const seq::Change& other,
                const std::string& contig,
                const seq::ReferenceSource& reference) {
    return seq::canonical_changes(reference, contig, {one}) ==
           seq::canonical_changes(reference, contig, {other});
}

// Haplotype 1 (`second` false) or 2 with the units turned that `turned` names by their bits.
BlockHaplotype build(const std::vector<BlockCall>& calls,
                     const std::vector<std::size_t>& unit_of,
                     std::size_t turned,
                     bool second,
                     const std::string& contig,
                     const seq::ReferenceSource& reference) {
    constexpr auto kNoUnit = static_cast<std::size_t>(-1);
    BlockHaplotype haplotype;
    std::vector<seq::Change> changes;
    std::vector<std::int64_t> stars;
    std::int64_t last_start = -1;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const bool turn = unit_of[i] != kNoUnit && ((turned >> unit_of[i]) & 1U) != 0;
        const Call& call = calls[i].call;
        const int allele = second != turn ? call.second : call.first;
        if (allele <= 0) {
            continue;
        }
        const auto& alt = calls[i].site->alts[static_cast<std::size_t>(allele - 1)];
        if (const auto* change = std::get_if<seq::Change>(&alt)) {
            const bool is_known = calls[i].site->start == last_start && !changes.empty() &&
                                  same_alone(changes.back(), *change, contig, reference);
            last_start = calls[i].site->start;
            if (!is_known && (!change->ref.empty() || !change->alt.empty())) {
                changes.push_back(*change);
            }
            continue;
        }
        const auto status = std::get<seq::AlleleStatus>(alt);
        if (status == seq::AlleleStatus::kStar) {
            stars.push_back(calls[i].site->start);
        } else if (haplotype.known()) {
            haplotype.status = seq::status_text(status);
        }
    }
    // '*': the deletion that takes this place has a record of its own, which must be here.
    const bool explained = std::all_of(stars.begin(), stars.end(), [&](std::int64_t place) {
        return std::any_of(changes.begin(), changes.end(), [&](const seq::Change& change) {
            return change.start <= place && place < change.end() && seq::length_change(change) < 0;
        });
    });
    if (haplotype.known() && !explained) {
        haplotype.status = seq::status_text(seq::AlleleStatus::kStar);
    }
    if (!haplotype.known()) {
        return haplotype;
    }
    auto canonical = seq::canonical_changes(reference, contig, std::move(changes));
    if (canonical) {
        haplotype.changes = std::move(*canonical);
    } else {
        haplotype.status = "OVERLAP";
    }
    return haplotype;
}

std::string phase_text(const std::vector<BlockCall>& calls, std::size_t units, bool haploid) {
    if (haploid) {
        return "haploid";
    }
    if (units == 0) {
        return "homozygous";
    }
    if (units > 1) {
        return "unphased";
    }
    const auto heterozygous = std::count_if(calls.begin(), calls.end(), [](const BlockCall& one) {
        return one.call.unit.kind != PhaseUnit::Kind::kNone;
    });
    const bool site = std::any_of(calls.begin(), calls.end(), [](const BlockCall& one) {
        return one.call.unit.kind == PhaseUnit::Kind::kSite;
    });
    return heterozygous == 1 && site ? "single" : "phased";
}

}  // namespace

HaploSite make_site(const io::VariantRecord& record,
                    std::int64_t id,
                    const std::optional<std::string>& reference_contig,
                    const seq::ReferenceSource& reference) {
    HaploSite site;
    site.id = id;
    site.contig = record.contig();
    site.start = record.position();
    // Nothing waits for the end of a deletion that is not applied.
    site.end =
        record.position() + static_cast<std::int64_t>(std::min(record.ref().size(), kMaxChanged));
    for (std::size_t i = 0; i < record.alt_count(); ++i) {
        site.alts.push_back(read_alt(record, record.alt(i), reference_contig, reference));
    }
    return site;
}

Block make_block(const std::vector<BlockCall>& calls,
                 const std::string& reference_contig,
                 const seq::ReferenceSource& reference,
                 std::size_t max_unphased) {
    VARHUSH_CHECK(!calls.empty());
    Block block;
    block.contig = calls.front().site->contig;
    block.start = calls.front().site->start;
    std::vector<PhaseUnit> units;
    std::vector<std::size_t> unit_of;
    for (const BlockCall& one : calls) {
        block.end = std::max(block.end, one.site->end);
        block.sites.push_back(one.site->id);
        if (one.call.unit.kind == PhaseUnit::Kind::kNone) {
            unit_of.push_back(static_cast<std::size_t>(-1));
            continue;
        }
        const auto known = std::find(units.begin(), units.end(), one.call.unit);
        unit_of.push_back(static_cast<std::size_t>(known - units.begin()));
        if (known == units.end()) {
            units.push_back(one.call.unit);
        }
    }
    const bool haploid = calls.front().call.second == io::SampleCalls::kAbsent;
    block.units = units.size();
    block.phase = phase_text(calls, units.size(), haploid);
    if (units.size() > max_unphased + 1) {
        return block;
    }
    // The first unit stays as it is: turning all of them only changes the haplotypes' numbers.
    const std::size_t ways = units.size() < 2 ? 1 : std::size_t{1} << (units.size() - 1);
    for (std::size_t way = 0; way < ways; ++way) {
        BlockPhase phase;
        phase.first = build(calls, unit_of, way << 1U, false, reference_contig, reference);
        if (!haploid) {
            phase.second = build(calls, unit_of, way << 1U, true, reference_contig, reference);
        }
        block.phases.push_back(std::move(phase));
    }
    return block;
}

}  // namespace varhush::apps
