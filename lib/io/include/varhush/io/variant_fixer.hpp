#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace varhush::io {

/// What VariantFixer does, in this order: rename, split, left-align, join.
struct VariantFixerOptions {
    bool rename = true;      ///< contigs get the reference's names (see seq::ContigAliases)
    bool left_align = true;  ///< indels to the left, common bases off (see seq::left_align)
    bool split = false;      ///< one record per ALT
    bool join = false;       ///< one record per place: substitutions, and indels, each together
    bool sorted = true;      ///< the input is in order: records that moved are put in order again
};

/// What was done, in records of the output unless said otherwise.
struct VariantFixerCounts {
    std::int64_t renamed = 0;
    std::int64_t left_aligned = 0;
    std::int64_t split = 0;   ///< input records that became several
    std::int64_t joined = 0;  ///< records that came from several
    std::int64_t too_far =
        0;  ///< left where they were: the leftmost place is over 10,000 bases off
    std::int64_t not_joined = 0;  ///< places where joining would have lost something
};

/// Repairs records on their way from a reader to a writer. Records that need no change pass as they
/// came; those that do go through their text, so numbers have the digits VCF writes (6 for floats).
/// INFO/END moves with a record whose END it was. Memory: the records of 10,000 bases of one
/// contig, because left-aligned records must be put in order again.
class VariantFixer {
  public:
    using Sink = std::function<void(VariantRecord&)>;

    /// `input` is the header after the whole input was read once (with what records brought that
    /// the header lacked), `reference` outlives the fixer. `sink` gets the records in output order.
    VariantFixer(const VariantHeader& input,
                 const seq::ReferenceSource& reference,
                 const VariantFixerOptions& options,
                 Sink sink);
    ~VariantFixer();

    /// The header for the writer: renamed contigs, lengths added where they were missing.
    [[nodiscard]] const VariantHeader& header() const;

    /// Takes the next record over; `record` is empty afterwards, as after a move.
    /// @throws Error{kInput} when a tag cannot be split (see the message).
    void put(VariantRecord& record);

    /// Hands out what was held back. Call once, at the end.
    void finish();

    [[nodiscard]] const VariantFixerCounts& counts() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
