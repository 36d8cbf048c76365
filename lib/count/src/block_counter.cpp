#include "varhush/count/block_counter.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace varhush::count {

namespace {

constexpr std::size_t kNoFeature = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kLeastOpen = 4096;
/// What lies so far behind a fragment's reach is of another one: a mate that begins there may go on
/// for kLongReadBp (longer ones tell), clipped bases are looked at, and a site may begin before its
/// record.
constexpr std::int64_t kMarginBp = kLongReadBp + 2000;
/// Sites wait for their reads to pass by less.
constexpr std::int64_t kSilentBp = 20000;

void count_up(std::uint16_t& votes) noexcept {
    votes = static_cast<std::uint16_t>(
        std::min<int>(votes + 1, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

std::size_t BlockCounter::KeyHash::operator()(const Key& key) const noexcept {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(key.fragment + key.sample * kOdd);
}

BlockCounter::BlockCounter(const FeatureIndex* features, BlockOptions options, Take take)
    : features_(features), options_(options), take_(std::move(take)), close_at_(kLeastOpen) {}

void BlockCounter::extend(const LongRead& read) {
    if (!enter(read.contig_id)) {
        return;  // no site there will be taken
    }
    Fragment& fragment = open_[{read.fragment, read.sample}];
    fragment.reach = std::max(fragment.reach, read.end);
    if (open_.size() > close_at_) {  // where sites are far apart; what has votes waits for add()
        std::erase_if(open_, [&](const auto& one) {
            return one.second.votes.empty() && one.second.reach < read.start - kSilentBp;
        });
        close_at_ = std::max(kLeastOpen, 2 * open_.size());
    }
}

/// False for a contig that was left before.
bool BlockCounter::enter(int contig_id) {
    if (contig_id == contig_id_) {
        return true;
    }
    left_.resize(std::max(left_.size(), static_cast<std::size_t>(contig_id) + 1));
    if (left_[static_cast<std::size_t>(contig_id)]) {
        return false;
    }
    left_[static_cast<std::size_t>(contig_id)] = true;
    close_contig();
    contig_id_ = contig_id;
    position_ = 0;
    return true;
}

void BlockCounter::go_to(const Site& site) {
    if (!enter(site.contig_id) || site.position < position_) {
        throw Error(ErrorKind::kInput,
                    site.contig + ":" + std::to_string(site.position + 1) +
                        " comes behind a later place, and fragments are summed over sites in order",
                    "bcftools sort");
    }
    position_ = site.position;
}

/// Numbers of the blocks that the site is part of; it is added to them.
std::vector<std::uint32_t> BlockCounter::blocks_of(const Site& site,
                                                   std::size_t sample,
                                                   const PhasedGenotype& genotype) {
    std::vector<std::size_t> features{kNoFeature};
    if (features_ != nullptr) {
        features = features_->at(site.contig_id, site.start());
    }
    std::vector<std::uint32_t> blocks;
    for (const std::size_t feature : features) {
        const auto [found, is_new] =
            numbers_.try_emplace(BlockKey{sample, feature, genotype.phase_set},
                                 static_cast<std::uint32_t>(blocks_.size()));
        if (is_new) {
            BlockCounts block;
            block.sample = sample;
            block.feature = feature == kNoFeature ? std::nullopt : std::optional(feature);
            block.contig_id = site.contig_id;
            block.phase_set = genotype.phase_set;
            block.begin = site.position;
            blocks_.push_back(block);
        }
        BlockCounts& block = blocks_[found->second];
        block.end = site.position + 1;
        ++block.sites;
        blocks.push_back(found->second);
    }
    return blocks;
}

void BlockCounter::take_call(const FragmentCall& call,
                             const PhasedGenotype& genotype,
                             std::span<const std::uint32_t> blocks) {
    Fragment& fragment = open_[{call.fragment, call.sample}];
    fragment.reach = std::max(fragment.reach, call.reach);
    for (const std::uint32_t block : blocks) {
        auto vote = std::find_if(fragment.votes.begin(),
                                 fragment.votes.end(),
                                 [block](const Vote& one) { return one.block == block; });
        if (vote == fragment.votes.end()) {
            vote = fragment.votes.insert(vote, Vote{.block = block, .reason = std::nullopt});
        }
        const bool is_allele = call.call.kind == ReadCall::Kind::kAllele;
        if (is_allele && call.call.allele == genotype.first) {
            count_up(vote->first);
        } else if (is_allele && call.call.allele == genotype.second) {
            count_up(vote->second);
        } else if (call.call.kind != ReadCall::Kind::kDropped) {
            vote->other = true;
        } else if (!vote->reason) {
            vote->reason = call.call.reason;
        }
    }
}

void BlockCounter::add(const Site& site,
                       std::span<const std::optional<PhasedGenotype>> genotypes,
                       std::span<const FragmentCall> calls,
                       std::span<const SampleCounts> counts) {
    if (site.kind == SiteKind::kNone) {
        return;
    }
    go_to(site);
    std::vector<std::vector<std::uint32_t>> blocks(genotypes.size());
    for (std::size_t sample = 0; sample < genotypes.size(); ++sample) {
        if (genotypes[sample]) {
            blocks[sample] = blocks_of(site, sample, *genotypes[sample]);
            in_no_feature_ += blocks[sample].empty() ? 1 : 0;
        }
        for (const std::uint32_t block : blocks[sample]) {
            constexpr auto kDepth = static_cast<std::size_t>(Reason::kDepth);
            blocks_[block].dropped[kDepth] += counts[sample].dropped[kDepth];
        }
    }
    for (const FragmentCall& call : calls) {
        if (!blocks[call.sample].empty()) {
            take_call(call, *genotypes[call.sample], blocks[call.sample]);
        }
    }
    if (open_.size() > close_at_) {
        close_fragments(site.position - kMarginBp);
        close_at_ = std::max(kLeastOpen, 2 * open_.size());
    }
}

void BlockCounter::judge(const Vote& vote) {
    BlockCounts& block = blocks_[vote.block];
    const int most = std::max(vote.first, vote.second);
    const int all = vote.first + vote.second;
    constexpr double kRounding = 1e-9;
    if (all == 0) {
        ++(vote.other ? block.other : block.dropped[static_cast<std::size_t>(*vote.reason)]);
    } else if (2 * most == all || most < options_.min_agreement * all - kRounding) {
        ++block.conflict;
    } else {
        ++(vote.first == most ? block.first : block.second);
    }
}

/// Counts the fragments that end before a place.
void BlockCounter::close_fragments(std::int64_t before) {
    for (auto one = open_.begin(); one != open_.end();) {
        if (one->second.reach >= before) {
            ++one;
            continue;
        }
        for (const Vote& vote : one->second.votes) {
            judge(vote);
        }
        one = open_.erase(one);
    }
}

void BlockCounter::close_contig() {
    close_fragments(std::numeric_limits<std::int64_t>::max());
    close_at_ = kLeastOpen;
    std::stable_sort(
        blocks_.begin(), blocks_.end(), [](const BlockCounts& a, const BlockCounts& b) {
            return std::tie(a.begin, a.feature, a.sample) < std::tie(b.begin, b.feature, b.sample);
        });
    for (const BlockCounts& block : blocks_) {
        take_(block);
    }
    blocks_.clear();
    numbers_.clear();
}

void BlockCounter::finish() {
    close_contig();
}

}  // namespace varhush::count
