#include "apps/train/sirna.hpp"

#include "apps/common/efficacy_features.hpp"
#include "apps/common/efficacy_table.hpp"
#include "apps/common/fasta_stream.hpp"
#include "apps/train/options.hpp"
#include "apps/train/sirna_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/sirna/features.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/train/random.hpp"
#include "varhush/train/sirna_trainer.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace varhush::apps {

namespace {

using Records = std::vector<sirna::EfficacyRecord>;

constexpr std::size_t kSite = 19;
constexpr std::size_t kFlank = 19;

bool is_trained(const sirna::EfficacyRecord& record, const std::string& train_on) {
    return train_on == "all" ? record.primary : record.dataset == train_on && record.in_published;
}

std::vector<int> numbered(const Records& records,
                          const std::function<std::string(const sirna::EfficacyRecord&)>& key) {
    std::map<std::string, int> numbers;
    std::vector<int> out;
    for (const auto& record : records) {
        out.push_back(numbers.emplace(key(record), static_cast<int>(numbers.size())).first->second);
    }
    return out;
}

/// Rows with a cluster that a held-out row has are kept out, too.
train::SirnaSplit split_of(const Records& records,
                           const std::string& name,
                           const std::vector<std::uint8_t>& held_out) {
    train::SirnaSplit split;
    split.name = name;
    split.held_out = held_out;
    std::set<std::int64_t> clusters;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (held_out[i] != 0) {
            clusters.insert(records[i].cluster);
        }
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        split.excluded.push_back(held_out[i] != 0 || clusters.contains(records[i].cluster) ? 1 : 0);
    }
    return split;
}

/// Gene-disjoint folds; where all data sets are trained on, also every data set by itself as a
/// laboratory that the model has not seen.
std::vector<train::SirnaSplit> splits_of(const Records& records,
                                         const std::vector<std::uint8_t>& trained,
                                         const std::string& train_on) {
    std::map<int, std::vector<std::uint8_t>> folds;
    std::map<std::string, std::vector<std::uint8_t>> datasets;
    const std::vector<std::uint8_t> none(records.size(), 0);
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (trained[i] == 0) {
            continue;
        }
        const int fold = train_on == "huesken" ? records[i].fold_huesken : records[i].fold_all;
        if (fold >= 0) {
            folds.try_emplace(fold, none).first->second[i] = 1;
        }
        datasets.try_emplace(records[i].dataset, none).first->second[i] = 1;
    }
    std::vector<train::SirnaSplit> splits;
    for (const auto& [fold, rows] : folds) {
        splits.push_back(split_of(records, "fold " + std::to_string(fold), rows));
    }
    if (datasets.size() > 1) {
        for (const auto& [dataset, rows] : datasets) {
            splits.push_back(split_of(records, dataset, rows));
            splits.back().laboratory = true;
        }
    }
    return splits;
}

/// Guides at random places of the transcripts, with their context.
std::vector<sirna::GuideQuery> draw_windows(const TrainSirnaOptions& options) {
    FastaStream transcripts(options.pretrain);
    constexpr std::size_t kWindow = kFlank + kSite + kFlank;
    std::vector<std::string> sequences;
    std::vector<std::int64_t> ends;  // of the starts of windows, one transcript after the other
    for (FastaStream::Record record; transcripts.next(record);) {
        std::string rna = sirna::to_rna(record.letters);
        if (rna.size() >= kWindow) {
            ends.push_back((ends.empty() ? 0 : ends.back()) +
                           static_cast<std::int64_t>(rna.size() - kWindow + 1));
            sequences.push_back(std::move(rna));
        }
    }
    if (sequences.empty()) {
        throw Error(ErrorKind::kInput, options.pretrain + ": no sequence of 57 or more bases");
    }
    train::Random random(11);
    std::vector<sirna::GuideQuery> out;
    const auto wanted = static_cast<std::size_t>(options.pretrain_windows);
    for (std::size_t tries = 0; out.size() < wanted && tries < 20 * wanted; ++tries) {
        const std::int64_t place = random.below(ends.back());
        const auto which = static_cast<std::size_t>(
            std::upper_bound(ends.begin(), ends.end(), place) - ends.begin());
        const auto start = static_cast<std::size_t>(which == 0 ? place : place - ends[which - 1]);
        std::string context = sequences[which].substr(start, kWindow);
        if (sirna::is_rna(context)) {
            out.push_back({sirna::reverse_complement_rna(context.substr(kFlank, kSite)),
                           context,
                           kFlank,
                           {}});
        }
    }
    if (out.size() < wanted) {
        throw Error(ErrorKind::kInput, options.pretrain + ": hardly any window without N");
    }
    return out;
}

/// What may be known of a target: its transcript, the bases around the site, or nothing. Networks
/// are shown a quarter of the guides without what lies around their site.
std::vector<train::SirnaStateData> states_of(const Records& records,
                                             const std::vector<std::string>& features,
                                             core::WorkerPool& pool) {
    const auto column = [&](const std::string& name) {
        const auto found = std::find(features.begin(), features.end(), name);
        VARHUSH_CHECK(found != features.end());
        return static_cast<std::int64_t>(found - features.begin());
    };
    std::vector<sirna::GuideQuery> queries;
    for (const auto& record : records) {
        queries.push_back(record.query);
    }
    const bool folded = std::any_of(
        queries.begin(), queries.end(), [](const auto& query) { return query.opening.known(); });
    std::vector<train::SirnaStateData> states(3);
    states[0] = {"transcript",
                 {column("context_AU_up_5"), column("opening_narrow_seed")},
                 efficacy_features(queries, pool),
                 0.5};
    for (sirna::GuideQuery& query : queries) {
        query.opening = {};
    }
    states[1] = {"flanks", {column("context_AU_up_5")}, efficacy_features(queries, pool), 0.25};
    for (sirna::GuideQuery& query : queries) {
        query.context.clear();
        query.site_offset = 0;
    }
    states[2] = {"guide", {}, efficacy_features(queries, pool), 0.25};
    if (!folded) {
        states.erase(states.begin());
        states.front().share = 0.75;
    }
    return states;
}

train::SirnaTrainingData training_data(const Records& records,
                                       const TrainSirnaOptions& options,
                                       core::WorkerPool& pool) {
    train::SirnaTrainingData data;
    for (const sirna::Feature& feature : sirna::features()) {
        data.features.push_back(feature.name);
        data.blocks.push_back(feature.block);
    }
    for (const auto& record : records) {
        data.target.push_back(record.target);
        data.efficacy.push_back(record.efficacy);
        data.in_training.push_back(is_trained(record, options.train_on) ? 1 : 0);
    }
    data.states = states_of(records, data.features, pool);
    data.study = numbered(records, [](const auto& r) { return r.dataset + "/" + r.study; });
    data.gene = numbered(records, [](const auto& r) { return std::to_string(r.cluster); });
    data.splits = splits_of(records, data.in_training, options.train_on);
    if (!options.pretrain.empty()) {
        data.pretraining = efficacy_features(draw_windows(options), pool);
    }
    return data;
}

/// Parts outside the mix that show what pretraining is worth.
void add_comparisons(std::vector<train::SirnaPartRecipe>& recipe) {
    std::vector<train::SirnaPartRecipe> more;
    for (train::SirnaPartRecipe one : recipe) {
        if (one.pretrain_steps > 0) {
            one.part.name += "_unpretrained";
            one.pretrain_steps = 0;
            one.states.clear();
            more.push_back(std::move(one));
        }
    }
    recipe.insert(recipe.end(), more.begin(), more.end());
}

std::vector<train::SirnaPartRecipe> recipe_for(const TrainSirnaOptions& options,
                                               const train::SirnaTrainingData& data) {
    auto recipe = train::default_sirna_recipe(data.features, data.blocks);
    for (const std::string& setting : options.settings) {
        train::change_sirna_recipe(recipe, setting);
    }
    for (const std::string& name : options.without) {
        if (std::erase_if(recipe, [&](const auto& one) { return one.part.name == name; }) == 0) {
            throw Error(ErrorKind::kUsage, "--without: there is no part '" + name + "'");
        }
    }
    for (auto& one : recipe) {
        if (data.pretraining.empty() && one.pretrain_steps > 0) {
            core::log(core::LogLevel::kWarning,
                      one.part.name + " is not pretrained: no --pretrain was given");
            one.pretrain_steps = 0;
        }
    }
    std::set<std::string> states;
    for (const auto& state : data.states) {
        states.insert(state.name);
    }
    std::erase_if(recipe, [&](train::SirnaPartRecipe& one) {
        std::erase_if(one.states, [&](const auto& name) { return !states.contains(name); });
        return one.states.empty();  // a kernel for what no guide is known by
    });
    if (options.comparisons) {
        add_comparisons(recipe);
    }
    return recipe;
}

/// Drops the columns that no part looks at.
void keep_used_columns(train::SirnaTrainingData& data,
                       std::vector<train::SirnaPartRecipe>& recipe) {
    std::vector<std::int64_t> place(data.features.size(), -1);
    const auto each = [&](const std::function<void(std::vector<std::int64_t>&)>& apply) {
        for (auto& one : recipe) {
            apply(one.part.sequence);
            apply(one.part.dense);
            for (auto& term : one.part.terms) {
                apply(term.columns);
            }
        }
        for (auto& state : data.states) {
            apply(state.needs);
        }
    };
    each([&](std::vector<std::int64_t>& columns) {
        for (const std::int64_t c : columns) {
            place[static_cast<std::size_t>(c)] = 0;
        }
    });
    std::vector<std::size_t> kept;
    for (std::size_t c = 0; c < place.size(); ++c) {
        if (place[c] == 0) {
            place[c] = static_cast<std::int64_t>(kept.size());
            kept.push_back(c);
        }
    }
    each([&](std::vector<std::int64_t>& columns) {
        for (std::int64_t& c : columns) {
            c = place[static_cast<std::size_t>(c)];
        }
    });
    const auto thin = [&](std::vector<float>& rows) {
        std::vector<float> out;
        for (std::size_t first = 0; first < rows.size(); first += place.size()) {
            for (const std::size_t c : kept) {
                out.push_back(rows[first + c]);
            }
        }
        rows = std::move(out);
    };
    for (auto& state : data.states) {
        thin(state.rows);
    }
    thin(data.pretraining);
    std::vector<std::string> features;
    std::vector<std::string> blocks;
    for (const std::size_t c : kept) {
        features.push_back(data.features[c]);
        blocks.push_back(data.blocks[c]);
    }
    data.features = std::move(features);
    data.blocks = std::move(blocks);
}

}  // namespace

bool run_train_sirna(int argc, const char* const* argv, const std::function<bool()>& stop) {
    const TrainSirnaOptions options = parse_train_sirna_options(argc, argv);
    apply_verbosity(options.run);
    train::SirnaTrainOptions settings;
    settings.threads = core::make_thread_plan(options.run.threads).model;
    settings.output = options.output;
    settings.report = options.report;
    settings.epochs_output = options.epochs_output;
    settings.seeds = options.seeds;
    settings.split_seeds = options.split_seeds;
    settings.keep_splits = options.keep_splits;
    settings.resume = options.resume;
    settings.feature_version = sirna::kFeatureVersion;
    settings.metadata = parse_metadata(options.metadata);
    Records records = read_efficacy_table(options.data);
    if (!options.targets.empty()) {
        const TargetFit fit = fold_targets(options.targets, records, settings.threads);
        core::log(core::LogLevel::kInfo,
                  std::to_string(fit.placed) + " of " + std::to_string(records.size()) +
                      " sites were found in " + options.targets);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!options.watch.empty() && records[i].dataset == options.watch) {
            settings.watched.push_back(i);
        }
    }
    core::WorkerPool pool(settings.threads);
    auto data = training_data(records, options, pool);
    settings.recipe = recipe_for(options, data);
    keep_used_columns(data, settings.recipe);
    core::log(core::LogLevel::kInfo,
              std::to_string(std::count(data.in_training.begin(), data.in_training.end(), 1)) +
                  " guides to train on, " + std::to_string(data.splits.size()) + " folds");
    return train::train_sirna(data, settings, stop) == train::SirnaTrainOutcome::kFinished;
}

}  // namespace varhush::apps
