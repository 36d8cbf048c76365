#include "varhush/count/site_counts.hpp"

#include <algorithm>

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

void SiteTally::start(std::size_t alleles) {
    alleles_ = alleles;
    std::fill(over_.begin(), over_.end(), 0);
    calls_.clear();
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

/// What the fragments of one sample say of bias.
void SiteTally::compare(std::span<const FragmentCall> calls, SampleCounts& sample) {
    const auto& ref = sample.alleles.front();
    for (std::size_t allele = 1; allele < alleles_; ++allele) {
        const auto& alt = sample.alleles[allele];
        if (ref.both() == 0 || alt.both() == 0) {
            continue;  // nothing to compare
        }
        distances_.clear();
        qualities_.clear();
        for (const FragmentCall& one : calls) {
            const bool is_alt = one.call.allele == allele;
            if (one.call.kind == Kind::kAllele && (is_alt || one.call.allele == 0)) {
                distances_.add(one.call.end_distance, is_alt);
                qualities_.add(one.mapping_quality, is_alt);
            }
        }
        sample.bias[allele - 1] = {
            .strand_phred = fisher_phred(ref.forward, ref.reverse, alt.forward, alt.reverse),
            .position_z = distances_.z(),
            .mapping_z = qualities_.z()};
    }
}

void SiteTally::count(std::vector<SampleCounts>& counts) {
    for (const FragmentCall& one : calls_) {
        SampleCounts& sample = counts[one.sample];
        if (one.call.kind == Kind::kDropped) {
            ++sample.dropped[static_cast<std::size_t>(one.call.reason)];
        } else if (one.call.kind == Kind::kOther) {
            ++sample.other;
        } else {
            auto& strands = sample.alleles[one.call.allele];
            ++(one.reverse ? strands.reverse : strands.forward);
        }
    }
    // The calls of a sample lie together.
    for (auto from = calls_.cbegin(); from != calls_.cend();) {
        const auto to = std::find_if(from, calls_.cend(), [&](const FragmentCall& one) {
            return one.sample != from->sample;
        });
        compare({from, to}, counts[from->sample]);
        from = to;
    }
}

/// Few calls are compared with each other faster than they are sorted.
bool SiteTally::has_mates() const noexcept {
    constexpr std::size_t kFew = 24;
    if (calls_.size() > kFew) {
        return true;
    }
    for (auto one = calls_.begin(); one != calls_.end(); ++one) {
        if (std::any_of(one + 1, calls_.end(), [&](const FragmentCall& other) {
                return other.fragment == one->fragment;
            })) {
            return true;
        }
    }
    return false;
}

/// One call a fragment. They are sorted by sample.
void SiteTally::join_mates() {
    std::stable_sort(
        calls_.begin(), calls_.end(), [](const FragmentCall& a, const FragmentCall& b) {
            return a.sample != b.sample ? a.sample < b.sample : a.fragment < b.fragment;
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

std::vector<SampleCounts> SiteTally::finish(bool by_fragment) {
    std::vector<SampleCounts> counts(over_.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i].alleles.resize(alleles_);
        counts[i].bias.resize(alleles_ - 1);
        counts[i].dropped[static_cast<std::size_t>(Reason::kDepth)] = over_[i];
    }
    if (by_fragment && has_mates()) {
        join_mates();
    } else if (counts.size() > 1) {
        std::stable_sort(
            calls_.begin(), calls_.end(), [](const FragmentCall& a, const FragmentCall& b) {
                return a.sample < b.sample;
            });
    }
    count(counts);
    return counts;
}

}  // namespace varhush::count
