#include "apps/bench/sirna_data.hpp"

#include "apps/common/efficacy_features.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace varhush::apps {

namespace {

/// The records' queries as they are, without openings, and without context.
std::vector<std::vector<sirna::GuideQuery>> queries_by_state(
    const std::vector<sirna::EfficacyRecord>& records) {
    std::vector<std::vector<sirna::GuideQuery>> out(3);
    for (const auto& record : records) {
        sirna::GuideQuery query = record.query;
        out[0].push_back(query);
        query.opening = {};
        out[1].push_back(query);
        out[2].push_back({query.guide, {}, 0, {}});
    }
    return out;
}

}  // namespace

SirnaBenchData::SirnaBenchData(std::vector<sirna::EfficacyRecord> records,
                               const models::SirnaEnsemble& ensemble,
                               const std::string& source,
                               core::WorkerPool& pool)
    : records_(std::move(records)), config_(ensemble.config()) {
    const EfficacyColumns columns(config_, source);
    std::vector<std::size_t> all(config_.members.size());
    std::iota(all.begin(), all.end(), 0U);
    std::set<std::int64_t> seeds;
    std::set<std::int64_t> fold_seeds;
    for (const auto& member : config_.members) {
        if (member.seed > 0) {
            (member.fold < 0 ? seeds : fold_seeds).insert(member.seed);
        }
    }
    seeds_.assign(seeds.begin(), seeds.end());
    fold_seeds_.assign(fold_seeds.begin(), fold_seeds.end());
    for (const auto& queries : queries_by_state(records_)) {
        const auto rows = columns.rows(queries, &pool);
        if (known_.empty()) {
            const std::size_t width = config_.features.size();
            for (std::size_t i = 0; i < records_.size(); ++i) {
                known_.push_back(ensemble.state_of(std::span(rows).subspan(i * width, width)));
            }
        }
        predicted_.push_back(ensemble.predict(rows, all, &pool));
    }
    if (config_.states.size() != predicted_.size()) {
        throw Error(ErrorKind::kModel,
                    source + ": has " + std::to_string(config_.states.size()) +
                        " states; the benchmark knows three: transcript, flanks, guide");
    }
}

std::size_t SirnaBenchData::state_of(std::size_t record, std::size_t best) const {
    return std::max(known_[record], best);
}

double SirnaBenchData::said(std::size_t record,
                            std::size_t state,
                            std::size_t part,
                            std::int64_t fold,
                            std::int64_t seed) const {
    double sum = 0;
    double count = 0;
    for (std::size_t m = 0; m < config_.members.size(); ++m) {
        const models::SirnaMember& member = config_.members[m];
        const bool asked = static_cast<std::size_t>(member.part) == part && member.fold == fold &&
                           (seed == 0 || member.seed == 0 || member.seed == seed);
        if (asked) {
            sum += predicted_[state][record * config_.members.size() + m];
            ++count;
        }
    }
    if (count == 0) {
        throw Error(ErrorKind::kModel,
                    "the model has no member of part " + config_.parts[part].name + " for fold " +
                        std::to_string(fold),
                    "train it with --keep-folds");
    }
    return sum / count;
}

models::SirnaHeldOut SirnaBenchData::held_out(const std::vector<std::size_t>& rows,
                                              std::size_t state,
                                              std::int64_t seed) const {
    models::SirnaHeldOut out;
    out.parts.resize(config_.parts.size());
    for (const std::size_t i : rows) {
        const sirna::EfficacyRecord& record = records_[i];
        for (std::size_t p = 0; p < config_.parts.size(); ++p) {
            out.parts[p].push_back(said(i, state_of(i, state), p, record.fold_huesken, seed));
        }
        out.efficacy.push_back(record.efficacy);
        out.target.push_back(record.target);
        out.study.push_back(0);
        out.gene.push_back(static_cast<int>(record.cluster));
        out.fold.push_back(record.fold_huesken);
    }
    return out;
}

}  // namespace varhush::apps
