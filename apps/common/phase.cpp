#include "apps/common/phase.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace varhush::apps {

namespace {

// "123-2" -> {123, 2}
std::optional<std::pair<std::int64_t, int>> part_of_hp(std::string_view text) {
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    std::pair<std::int64_t, int> part;
    const char* middle = text.data() + dash;
    const char* end = text.data() + text.size();
    const auto set = std::from_chars(text.data(), middle, part.first);
    const auto haplotype = std::from_chars(middle + 1, end, part.second);
    const bool whole = set.ec == std::errc() && set.ptr == middle && haplotype.ec == std::errc() &&
                       haplotype.ptr == end;
    return whole && (part.second == 1 || part.second == 2) ? std::optional(part) : std::nullopt;
}

// Set and haplotype of the first allele; nothing for what is no such pair.
std::optional<std::pair<std::int64_t, int>> read_hp(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = part_of_hp(text.substr(0, comma));
    const auto second = part_of_hp(text.substr(comma + 1));
    return first && second && first->first == second->first && first->second != second->second
               ? first
               : std::nullopt;
}

void find_phase(const io::SampleCalls& calls, std::size_t sample, std::int64_t site, Call& call) {
    using Kind = PhaseUnit::Kind;
    if (calls.phased[sample] != 0) {
        call.unit = set_of(calls, sample);
        return;
    }
    const auto read_backed =
        calls.read_backed.empty() ? std::nullopt : read_hp(calls.read_backed[sample]);
    if (!read_backed) {
        call.unit = {Kind::kSite, site};
        return;
    }
    call.unit = {Kind::kReadBacked, read_backed->first};
    if (read_backed->second == 2) {
        std::swap(call.first, call.second);
    }
}

}  // namespace

PhaseUnit set_of(const io::SampleCalls& calls, std::size_t sample) {
    using Kind = PhaseUnit::Kind;
    const std::int64_t set =
        calls.phase_sets.empty() ? io::SampleCalls::kNoSet : calls.phase_sets[sample];
    return set == io::SampleCalls::kNoSet ? PhaseUnit{Kind::kContig, 0}
                                          : PhaseUnit{Kind::kPhaseSet, set};
}

Call read_call(const io::SampleCalls& calls, std::size_t sample, std::int64_t site) {
    Call call;
    if (calls.ploidy == 0) {
        return call;
    }
    const auto ploidy = static_cast<std::size_t>(calls.ploidy);
    const auto first = calls.alleles.begin() + static_cast<std::ptrdiff_t>(sample * ploidy);
    const auto behind = std::find(first, first + calls.ploidy, io::SampleCalls::kAbsent);
    const auto copies = behind - first;
    if (std::find(first, behind, io::SampleCalls::kMissing) != behind) {
        call.kind = Call::Kind::kMissing;
        return call;
    }
    if (copies == 0 || std::all_of(first, behind, [](int allele) { return allele == 0; })) {
        return call;
    }
    if (copies > 2) {
        call.kind = Call::Kind::kPloidy;
        return call;
    }
    call.kind = Call::Kind::kCarried;
    call.first = *first;
    call.second = copies == 2 ? *(first + 1) : io::SampleCalls::kAbsent;
    if (copies == 2 && call.first != call.second) {
        find_phase(calls, sample, site, call);
    }
    return call;
}

}  // namespace varhush::apps
