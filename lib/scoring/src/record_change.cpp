#include "record_change.hpp"

#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varhush::scoring {

std::variant<RecordChange, seq::AlleleStatus> change_of(const VariantInput& record,
                                                        std::size_t allele,
                                                        const seq::ReferenceSource& reference,
                                                        const seq::ContigAliases& aliases,
                                                        std::int64_t most_changed) {
    const std::string& alt = record.alts[allele];
    const auto contig = aliases.find(record.contig);
    if (!contig) {
        const auto status = seq::classify_alt(alt);
        return status == seq::AlleleStatus::kOk ? seq::AlleleStatus::kContigMissing : status;
    }
    auto found = seq::normalise(reference, *contig, record.position, record.ref, alt);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        return *status;
    }
    RecordChange result{*contig, std::get<seq::Change>(std::move(found))};
    if (result.removed() > most_changed || result.inserted() > most_changed) {
        return seq::AlleleStatus::kTooLong;
    }
    return result;
}

std::int64_t anchor_of(const seq::Change& change) {
    const bool indel = change.ref.empty() || change.alt.empty();
    return indel ? std::max<std::int64_t>(change.start - 1, 0) : change.start;
}

ScoredVariant as_recorded(const seq::ReferenceSource& reference,
                          const std::string& contig,
                          const seq::Change& change) {
    ScoredVariant variant{contig, change.start, change.ref, change.alt};
    if ((change.ref.empty() || change.alt.empty()) && change.start > 0) {
        const std::string before = reference.fetch(contig, change.start - 1, change.start);
        variant = {contig, change.start - 1, before + change.ref, before + change.alt};
    }
    return variant;
}

double round_to_micro(double value) {
    const double rounded = std::round(value * 1e6) / 1e6;
    return rounded == 0 ? 0.0 : rounded;
}

double known_share(const std::string& bases) {
    const auto known = std::count_if(
        bases.begin(), bases.end(), [](char base) { return seq::base_code(base) < 4; });
    return bases.empty() ? 0.0 : static_cast<double>(known) / static_cast<double>(bases.size());
}

}  // namespace varhush::scoring
