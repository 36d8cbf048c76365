#include "varhush/count/site_counts.hpp"

#include "varhush/count/bias.hpp"

#include <algorithm>
#include <tuple>

namespace varhush::count {

namespace {

using Kind = ReadCall::Kind;

bool speaks(const ReadCall& call) noexcept {
    return call.kind != Kind::kDropped;
}

bool agree(const ReadCall& a, const ReadCall& b) noexcept {
    return a.kind == b.kind && (a.kind == Kind::kOther || a.allele == b.allele);
}

}  // namespace

std::int64_t SampleCounts::depth() const noexcept {
    std::int64_t sum = other;
    for (const Strands& one : alleles) {
        sum += one.both();
    }
    return sum;
}

void SiteTally::add(const FragmentCall& call) {
    if (static_cast<std::int64_t>(calls_.size()) >= max_depth_) {
        ++over_[call.sample];
        return;
    }
    calls_.push_back(call);
}

/// The one call of the reads [from, to) of a fragment.
FragmentCall SiteTally::judge_fragment(Place from, Place to) {
    FragmentCall result = *from;
    std::int64_t reach = from->reach;
    for (auto one = from + 1; one != to; ++one) {
        reach = std::max(reach, one->reach);
        if (!speaks(one->call)) {
            continue;
        }
        if (!speaks(result.call)) {
            if (result.call.reason == Reason::kConflict) {
                continue;
            }
            result = *one;
        } else if (!agree(result.call, one->call)) {
            result.call = {.kind = Kind::kDropped, .reason = Reason::kConflict};
        } else if (one->call.quality > result.call.quality) {
            result = *one;
        }
    }
    result.reach = reach;
    return result;
}

void SiteTally::count(std::vector<SampleCounts>& counts) const {
    using ByAllele = std::vector<std::vector<int>>;
    std::vector<ByAllele> distances(counts.size(), ByAllele(alleles_));
    std::vector<ByAllele> mapping(counts.size(), ByAllele(alleles_));
    for (const FragmentCall& one : calls_) {
        SampleCounts& sample = counts[one.sample];
        if (one.call.kind == Kind::kDropped) {
            ++sample.dropped[static_cast<std::size_t>(one.call.reason)];
        } else if (one.call.kind == Kind::kOther) {
            ++sample.other;
        } else {
            auto& strands = sample.alleles[one.call.allele];
            ++(one.reverse ? strands.reverse : strands.forward);
            distances[one.sample][one.call.allele].push_back(one.call.end_distance);
            mapping[one.sample][one.call.allele].push_back(one.mapping_quality);
        }
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto& ref = counts[i].alleles.front();
        for (std::size_t allele = 1; allele < alleles_; ++allele) {
            const auto& alt = counts[i].alleles[allele];
            counts[i].strand_bias.push_back(
                fisher_phred(ref.forward, ref.reverse, alt.forward, alt.reverse));
            counts[i].position_bias.push_back(
                rank_sum_z(distances[i][allele], distances[i].front()));
            counts[i].mapping_bias.push_back(rank_sum_z(mapping[i][allele], mapping[i].front()));
        }
    }
}

std::vector<SampleCounts> SiteTally::finish(bool by_fragment) {
    std::vector<SampleCounts> counts(over_.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i].alleles.resize(alleles_);
        counts[i].dropped[static_cast<std::size_t>(Reason::kDepth)] = over_[i];
    }
    if (by_fragment) {
        std::stable_sort(
            calls_.begin(), calls_.end(), [](const FragmentCall& a, const FragmentCall& b) {
                return std::tie(a.sample, a.fragment) < std::tie(b.sample, b.fragment);
            });
        std::size_t kept = 0;
        for (auto from = calls_.cbegin(); from != calls_.cend();) {
            const auto to = std::find_if(from, calls_.cend(), [&](const FragmentCall& one) {
                return one.sample != from->sample || one.fragment != from->fragment;
            });
            calls_[kept++] = judge_fragment(from, to);
            from = to;
        }
        calls_.resize(kept);
    }
    count(counts);
    return counts;
}

}  // namespace varhush::count
