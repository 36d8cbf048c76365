#include "apps/haplo/block_builder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace varhush::apps {

namespace {

// Equal for samples that carry the same on the same records. Sets by the order in which they come:
// their names do not matter.
std::string pattern_of(const std::vector<std::shared_ptr<const HaploSite>>& sites,
                       const std::vector<Call>& calls) {
    std::vector<PhaseUnit> units;
    std::string text;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const Call& call = calls[i];
        text += std::to_string(sites[i]->id);
        text += ' ';
        text += std::to_string(call.first);
        text += ' ';
        text += std::to_string(call.second);
        if (call.unit.kind != PhaseUnit::Kind::kNone) {
            const auto known = std::find(units.begin(), units.end(), call.unit);
            text += call.unit.kind == PhaseUnit::Kind::kSite ? " s" : " u";
            text += std::to_string(known - units.begin());
            if (known == units.end()) {
                units.push_back(call.unit);
            }
        }
        text += ';';
    }
    return text;
}

}  // namespace

bool BlockBuilder::belongs(const Open& open, const HaploSite& site, const Call& call) const {
    const bool haploid = call.second == io::SampleCalls::kAbsent;
    const bool open_haploid = open.calls.front().second == io::SampleCalls::kAbsent;
    // What lies within a deletion is looked at with it, however long that is.
    const bool fits =
        site.start < open.end || site.end - open.sites.front()->start <= rule_.max_span_bp;
    return site.start <= open.end + rule_.max_gap_bp && fits &&
           open.calls.size() < rule_.max_records && haploid == open_haploid;
}

void BlockBuilder::add(const std::shared_ptr<const HaploSite>& site,
                       const std::string& reference_contig,
                       const std::vector<Call>& calls,
                       std::vector<SampleBlock>& done) {
    reference_contig_ = reference_contig;
    for (std::size_t sample = 0; sample < calls.size(); ++sample) {
        Open& open = open_[sample];
        const Call& call = calls[sample];
        if (!open.calls.empty() && site->start > open.end + rule_.max_gap_bp) {
            close(sample, done);
        }
        if (call.kind == Call::Kind::kMissing) {
            ++counts_.missing;
            ++open.missing_behind;
        }
        counts_.ploidy += call.kind == Call::Kind::kPloidy ? 1 : 0;
        if (call.kind != Call::Kind::kCarried) {
            continue;
        }
        if (!open.calls.empty() && !belongs(open, *site, call)) {
            close(sample, done);
        }
        if (open.calls.empty()) {
            starts_.insert(site->start);
            open.missing_behind = 0;
        }
        open.missing += std::exchange(open.missing_behind, 0);
        open.end = std::max(open.end, site->end);
        open.sites.push_back(site);
        open.calls.push_back(call);
    }
}

void BlockBuilder::close(std::size_t sample, std::vector<SampleBlock>& done) {
    Open& open = open_[sample];
    auto& known = known_[pattern_of(open.sites, open.calls)];
    auto block = known.lock();
    if (!block) {
        std::vector<BlockCall> calls;
        for (std::size_t i = 0; i < open.calls.size(); ++i) {
            calls.push_back({open.sites[i].get(), open.calls[i]});
        }
        block = std::make_shared<const Block>(
            make_block(calls, reference_contig_, reference_, rule_.max_unphased));
        known = block;
    }
    done.push_back({sample, std::move(block), open.missing});
    starts_.erase(starts_.find(open.sites.front()->start));
    open = Open{};
    if (known_.size() > next_sweep_) {
        std::erase_if(known_, [](const auto& one) { return one.second.expired(); });
        next_sweep_ = std::max<std::size_t>(2 * known_.size(), 1024);
    }
}

void BlockBuilder::finish(std::vector<SampleBlock>& done) {
    for (std::size_t sample = 0; sample < open_.size(); ++sample) {
        if (!open_[sample].calls.empty()) {
            close(sample, done);
        }
    }
}

}  // namespace varhush::apps
