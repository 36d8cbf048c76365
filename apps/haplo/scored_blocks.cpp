#include "apps/haplo/scored_blocks.hpp"

#include "varhush/report/vcf_annotator.hpp"
#include "varhush/seq/status.hpp"

#include <algorithm>
#include <optional>

namespace varhush::apps {

namespace {

std::vector<scoring::HaplotypeEffects*> effects_of(const std::vector<HaploModel>& models) {
    std::vector<scoring::HaplotypeEffects*> effects;
    effects.reserve(models.size());
    for (const HaploModel& model : models) {
        effects.push_back(model.effects.get());
    }
    return effects;
}

// One a haplotype, in their order.
std::vector<std::string> statuses_of(const std::vector<HaploLine>& lines) {
    std::vector<std::pair<std::string, std::string>> known;
    for (const HaploLine& line : lines) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) {
            return one.first == line.haplotype;
        });
        if (found == known.end()) {
            known.emplace_back(line.haplotype, line.status);
        } else if (line.status == "OK") {
            found->second = line.status;
        }
    }
    std::vector<std::string> statuses;
    statuses.reserve(known.size());
    for (auto& [haplotype, status] : known) {
        statuses.push_back(std::move(status));
    }
    return statuses;
}

// Not where two changes of one haplotype overlap, or '*' stands on the one without the deletion.
bool can_be(const BlockPhase& phase) {
    const auto fits = [](const BlockHaplotype& one) {
        return one.status != "OVERLAP" && one.status != seq::status_text(seq::AlleleStatus::kStar);
    };
    return fits(phase.first) && (!phase.second || fits(*phase.second));
}

}  // namespace

std::string changes_text(std::span<const seq::Change> changes) {
    std::string text;
    for (const seq::Change& change : changes) {
        text += (text.empty() ? "" : "+") + std::to_string(change.start + 1) + ":" +
                (change.ref.empty() ? "-" : change.ref) + ">" +
                (change.alt.empty() ? "-" : change.alt);
    }
    return text;
}

BlockScorer::BlockScorer(const std::vector<HaploModel>& models,
                         const seq::ReferenceSource& reference)
    : scorer_(effects_of(models), reference) {
    for (std::size_t model = 0; model < models.size(); ++model) {
        const auto& tags = models[model].effects->tags();
        for (std::size_t tag = 0; tag < tags.size(); ++tag) {
            columns_.push_back({model,
                                tag,
                                models[model].name,
                                std::string(report::modality_tag(tags[tag].modality))});
        }
    }
}

void BlockScorer::remember(const std::string& contig, const BlockHaplotype& haplotype) {
    if (contig != contig_) {
        sequences_.clear();
        contig_ = contig;
    }
    if (!haplotype.changes.empty() &&
        sequences_.insert({haplotype.changes.front().start, changes_text(haplotype.changes)})
            .second) {
        ++distinct_;
    }
}

// Both haplotypes of each phase, one behind the other (of haploid blocks one).
std::vector<BlockScorer::Candidate> BlockScorer::candidates_of(
    const Block& block, std::vector<scoring::HaplotypeTask>& tasks) {
    std::vector<Candidate> candidates;
    const bool any_possible =
        std::any_of(block.phases.begin(), block.phases.end(), can_be) && block.units > 1;
    for (const BlockPhase& phase : block.phases) {
        if (any_possible && !can_be(phase)) {
            continue;  // tried, and the records themselves say that it is another
        }
        const BlockHaplotype* second = phase.second ? &*phase.second : nullptr;
        for (const auto& [ours, theirs] :
             {std::pair(&phase.first, second), std::pair(second, &phase.first)}) {
            if (ours == nullptr) {
                continue;
            }
            Candidate candidate{ours, -1};
            if (ours->known()) {
                remember(block.contig, *ours);
                candidate.task = static_cast<std::ptrdiff_t>(tasks.size());
                tasks.push_back({block.contig, ours->changes, std::nullopt});
                if (theirs != nullptr && theirs->known()) {
                    tasks.back().other = theirs->changes;
                }
            }
            candidates.push_back(candidate);
        }
    }
    return candidates;
}

HaploLine BlockScorer::line_of(const Column& column,
                               const std::string& label,
                               const Candidate& candidate,
                               const std::vector<scoring::HaplotypeScores>& scores) const {
    HaploLine line{label,
                   candidate.haplotype->status,
                   changes_text(candidate.haplotype->changes),
                   column.name,
                   column.score,
                   {}};
    if (candidate.task >= 0) {
        line.values = scores[static_cast<std::size_t>(candidate.task)][column.model][column.tag];
        line.status = seq::status_text(line.values.status);
    }
    return line;
}

// Where the sequence of one possible haplotype is not known, or has no score, there is no bound.
void BlockScorer::add_bounds(const Column& column,
                             std::span<const Candidate> candidates,
                             const std::vector<scoring::HaplotypeScores>& scores,
                             std::vector<HaploLine>& lines) const {
    std::optional<HaploLine> low;
    std::optional<HaploLine> high;
    std::string status = candidates.empty() ? "UNPHASED" : "OK";
    for (const Candidate& candidate : candidates) {
        HaploLine line = line_of(column, "low", candidate, scores);
        if (line.status != "OK") {
            status = line.status;
            break;
        }
        if (!high || line.values.joint > high->values.joint) {
            high = line;
            high->haplotype = "high";
        }
        if (!low || line.values.joint < low->values.joint) {
            low = std::move(line);
        }
    }
    if (status != "OK") {
        for (const char* label : {"low", "high"}) {
            lines.push_back({label, status, "", column.name, column.score, {}});
        }
        return;
    }
    lines.push_back(std::move(*low));
    lines.push_back(std::move(*high));
}

std::vector<std::shared_ptr<const ScoredBlock>> BlockScorer::score(
    std::span<const std::shared_ptr<const Block>> blocks) {
    std::vector<scoring::HaplotypeTask> tasks;
    std::vector<std::vector<Candidate>> candidates;
    for (const auto& block : blocks) {
        candidates.push_back(candidates_of(*block, tasks));
    }
    const auto scores = scorer_.score(tasks);
    std::vector<std::shared_ptr<const ScoredBlock>> results;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        auto scored = std::make_shared<ScoredBlock>();
        scored->block = blocks[b];
        if (blocks[b]->units > 1) {
            for (const Column& column : columns_) {
                add_bounds(column, candidates[b], scores, scored->lines);
            }
        } else {
            for (std::size_t i = 0; i < candidates[b].size(); ++i) {
                for (const Column& column : columns_) {
                    scored->lines.push_back(
                        line_of(column, i == 0 ? "1" : "2", candidates[b][i], scores));
                }
            }
        }
        scored->statuses = statuses_of(scored->lines);
        scored->changed = std::count_if(
            candidates[b].begin(), candidates[b].end(), [](const Candidate& candidate) {
                return candidate.task >= 0 && !candidate.haplotype->changes.empty();
            });
        results.push_back(std::move(scored));
    }
    return results;
}

void BlockScorer::forget_before(const std::string& contig, std::int64_t position) {
    scorer_.forget_before(contig, position);
    if (contig != contig_) {
        sequences_.clear();
        contig_ = contig;
    }
    sequences_.erase(sequences_.begin(), sequences_.lower_bound({position, std::string()}));
}

}  // namespace varhush::apps
