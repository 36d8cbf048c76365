#pragma once

#include "varhush/scoring/variant_input.hpp"
#include "varhush/scoring/window.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace varhush::scoring {

/// One ALT of a record as a change of the reference.
struct RecordChange {
    std::string contig;  ///< as the reference writes it
    seq::Change change;

    [[nodiscard]] std::int64_t removed() const {
        return static_cast<std::int64_t>(change.ref.size());
    }
    [[nodiscard]] std::int64_t inserted() const {
        return static_cast<std::int64_t>(change.alt.size());
    }
};

/// Brings an allele to its only spelling, or says why it cannot be scored: all that
/// seq::normalise says, kContigMissing, and kTooLong when more than `most_changed` bases are
/// removed or inserted.
[[nodiscard]] std::variant<RecordChange, seq::AlleleStatus> change_of(
    const VariantInput& record,
    std::size_t allele,
    const seq::ReferenceSource& reference,
    const seq::ContigAliases& aliases,
    std::int64_t most_changed);

/// The base a change is reported from: its first, or the one before a pure insertion or deletion
/// (VCF's POS of the shortest spelling).
[[nodiscard]] std::int64_t anchor_of(const seq::Change& change);

/// As a left-aligned record has it: where bases come or go, with the base before (none at the start
/// of a contig). `contig` is the reference's name.
[[nodiscard]] ScoredVariant as_recorded(const seq::ReferenceSource& reference,
                                        const std::string& contig,
                                        const seq::Change& change);

/// Six decimals: what lies below differs between processors' kernels. Never -0.
[[nodiscard]] double round_to_micro(double value);

/// Share of A, C, G, T in `bases`; 0 of nothing.
[[nodiscard]] double known_share(const std::string& bases);

}  // namespace varhush::scoring
