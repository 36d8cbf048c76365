#include "apps/bench/satmut.hpp"

#include "apps/bench/effect_pairs.hpp"
#include "apps/bench/figures.hpp"
#include "apps/bench/replicates.hpp"
#include "apps/bench/reporter_score.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/text_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

struct Interval {
    double low = 0;
    double high = 0;
};

struct Element {
    std::string name;
    std::string split;
    std::string kind;
    EffectPairs substitutions;
    EffectPairs deletions;
    std::size_t unscored = 0;
};

// A deletion is anchored at the base before it, or at the one behind it at the start.
scoring::VariantInput record_of(const io::EffectRow& row, const seq::ReferenceSource& reference) {
    if (!row.alt.empty()) {
        return {row.element, row.position, row.ref, {row.alt}};
    }
    if (row.position == 0) {
        const auto end = static_cast<std::int64_t>(row.ref.size());
        const std::string behind = reference.fetch(row.element, end, end + 1);
        return {row.element, 0, row.ref + behind, {behind}};
    }
    const std::string before = reference.fetch(row.element, row.position - 1, row.position);
    return {row.element, row.position - 1, before + row.ref, {before}};
}

std::map<std::string, std::string> read_kinds(const std::string& path) {
    std::map<std::string, std::string> kinds;
    if (path.empty()) {
        return kinds;
    }
    io::TextReader reader(path);
    for (std::string line; reader.next(line);) {
        const auto fields = io::split_tabs(line);
        if (fields.size() < 2) {
            throw Error(ErrorKind::kInput, reader.where() + ": expected element and kind");
        }
        kinds.emplace(fields[0], fields[1]);
    }
    return kinds;
}

std::string kind_of(const std::map<std::string, std::string>& kinds, const std::string& element) {
    const auto kind = kinds.find(element);
    return kind == kinds.end() ? "" : kind->second;
}

// The splits that --split names.
class WantedSplits {
  public:
    explicit WantedSplits(const std::string& splits)
        : all_(splits == "all"), names_(core::split_list(splits)) {}

    [[nodiscard]] bool contain(const std::string& split) const {
        return all_ || std::find(names_.begin(), names_.end(), split) != names_.end();
    }

  private:
    bool all_;
    std::vector<std::string> names_;
};

std::vector<Element> judge(const BenchOptions& options,
                           std::vector<io::EffectRow> rows,
                           const std::map<std::string, std::string>& kinds) {
    const io::FastaReader reference(options.elements);
    const WantedSplits wanted(options.splits);
    std::erase_if(rows, [&](const io::EffectRow& row) {
        return !row.passed || !row.primary || !wanted.contain(row.split);
    });
    if (rows.empty()) {
        throw Error(ErrorKind::kInput,
                    options.data + ": no variants of the split " + options.splits);
    }
    const auto scorer = reporter_scorer(
        options.model, reference, core::make_thread_plan(options.run.threads).model);
    std::vector<scoring::VariantInput> records;
    records.reserve(rows.size());
    for (const auto& row : rows) {
        records.push_back(record_of(row, reference));
    }
    const auto scored = scorer(records);
    std::vector<Element> elements;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto found = std::find_if(elements.begin(), elements.end(), [&](const Element& one) {
            return one.name == rows[i].element;
        });
        if (found == elements.end()) {
            elements.push_back(
                {rows[i].element, rows[i].split, kind_of(kinds, rows[i].element), {}, {}, 0});
            found = elements.end() - 1;
        }
        const auto value = scored[i].alleles.at(0)[seq::Modality::kMpra];
        if (!value) {
            ++found->unscored;
            continue;
        }
        EffectPairs& pairs = rows[i].alt.empty() ? found->deletions : found->substitutions;
        pairs.add(*value, rows[i].effect_log2);
    }
    return elements;
}

// Percentile intervals (Efron 1979). Same seed, same numbers.
class Bootstrap {
  public:
    explicit Bootstrap(int rounds) : rounds_(rounds) {}

    [[nodiscard]] Interval of(const EffectPairs& pairs) {
        return percentiles([&] { return redrawn(pairs); });
    }
    /// Elements are redrawn, and in each its variants.
    [[nodiscard]] Interval of(const std::vector<const Element*>& elements) {
        return percentiles([&] {
            double sum = 0;
            for (std::size_t i = 0; i < elements.size(); ++i) {
                sum += redrawn(elements[random_() % elements.size()]->substitutions);
            }
            return sum / static_cast<double>(elements.size());
        });
    }

  private:
    double redrawn(const EffectPairs& pairs) {
        EffectPairs drawn = pairs;
        for (std::size_t i = 0; i < pairs.score.size(); ++i) {
            const std::size_t at = random_() % pairs.score.size();
            drawn.score[i] = pairs.score[at];
            drawn.effect[i] = pairs.effect[at];
        }
        return drawn.pearson();
    }
    template <class Draw>
    Interval percentiles(const Draw& draw) const {
        std::vector<double> values;
        values.reserve(static_cast<std::size_t>(rounds_));
        for (int round = 0; round < rounds_; ++round) {
            values.push_back(draw());
        }
        if (values.empty()) {
            return {std::nan(""), std::nan("")};
        }
        std::sort(values.begin(), values.end());
        const auto at = [&](double share) {
            return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
        };
        return {at(0.05), at(0.95)};
    }

    int rounds_;
    std::mt19937_64 random_{1};
};

Json row_of(const std::string& name, const std::string& split, const std::string& kind) {
    return Json{{"element", name}, {"split", split}, {"kind", kind}};
}

void add_correlations(const EffectPairs& substitutions,
                      const EffectPairs& deletions,
                      Bootstrap& bootstrap,
                      Json& row) {
    if (substitutions.score.size() >= 3) {
        const Interval interval = bootstrap.of(substitutions);
        row["pearson"] = substitutions.pearson();
        row["low"] = interval.low;
        row["high"] = interval.high;
        row["spearman"] = substitutions.spearman();
    }
    row["deletions"] = deletions.score.size();
    if (deletions.score.size() >= 3) {
        row["deletions_pearson"] = deletions.pearson();
    }
}

Json element_row(const Element& one, Bootstrap& bootstrap) {
    Json row = row_of(one.name, one.split, one.kind);
    row["variants"] = one.substitutions.score.size();
    row["unscored"] = one.unscored;
    add_correlations(one.substitutions, one.deletions, bootstrap, row);
    return row;
}

Json replicate_row(const Replicate& one, const std::string& kind, Bootstrap& bootstrap) {
    Json row = row_of(one.element, one.split, kind);
    row["replicate"] = one.assay;
    row["variants"] = one.substitutions.score.size();
    add_correlations(one.substitutions, one.deletions, bootstrap, row);
    return row;
}

double mean_of(const std::vector<const Element*>& elements, double (*value)(const Element&)) {
    double sum = 0;
    for (const Element* one : elements) {
        sum += value(*one);
    }
    return sum / static_cast<double>(elements.size());
}

Json mean_row(const std::string& split,
              const std::string& kind,
              const std::vector<const Element*>& elements,
              Bootstrap& bootstrap) {
    Json row = row_of("mean of " + std::to_string(elements.size()), split, kind);
    std::size_t variants = 0;
    std::size_t unscored = 0;
    std::size_t deletions = 0;
    for (const Element* one : elements) {
        variants += one->substitutions.score.size();
        unscored += one->unscored;
        deletions += one->deletions.score.size();
    }
    const Interval interval = bootstrap.of(elements);
    row["variants"] = variants;
    row["unscored"] = unscored;
    row["pearson"] = mean_of(elements, [](const Element& e) { return e.substitutions.pearson(); });
    row["low"] = interval.low;
    row["high"] = interval.high;
    row["spearman"] =
        mean_of(elements, [](const Element& e) { return e.substitutions.spearman(); });
    row["deletions"] = deletions;
    std::vector<const Element*> some;
    std::copy_if(elements.begin(), elements.end(), std::back_inserter(some), [](const Element* e) {
        return e->deletions.score.size() >= 3;
    });
    if (!some.empty()) {
        row["deletions_pearson"] =
            mean_of(some, [](const Element& e) { return e.deletions.pearson(); });
    }
    return row;
}

std::vector<Json> table_of(const std::vector<Element>& elements, Bootstrap& bootstrap) {
    std::vector<Json> table;
    std::map<std::pair<std::string, std::string>, std::vector<const Element*>> groups;
    for (const Element& one : elements) {
        table.push_back(element_row(one, bootstrap));
        if (one.substitutions.score.size() >= 3) {
            groups[{one.split, ""}].push_back(&one);
            groups[{"all", ""}].push_back(&one);
            if (!one.kind.empty()) {
                groups[{"all", one.kind}].push_back(&one);
            }
        }
    }
    for (const auto& [group, members] : groups) {
        table.push_back(mean_row(group.first, group.second, members, bootstrap));
    }
    return table;
}

// Other assays of the elements that are asked for, beside the primary one.
std::vector<Replicate> replicates_of(const BenchOptions& options, std::vector<io::EffectRow> rows) {
    if (options.replicates == "none") {
        return {};
    }
    if (options.replicates != "all") {
        const WantedSplits wanted(options.splits);
        std::erase_if(rows, [&](const io::EffectRow& row) { return !wanted.contain(row.split); });
    }
    return replicates_in(rows, options.data);
}

}  // namespace

int run_satmut_bench(const BenchOptions& options) {
    const Report report(options);
    const auto rows = io::read_effect_table(options.data);
    const auto kinds = read_kinds(options.kinds);
    Bootstrap bootstrap(options.rounds);
    const auto replicates = replicates_of(options, rows);  // before the minutes of the model
    auto table = table_of(judge(options, rows, kinds), bootstrap);
    for (const Replicate& one : replicates) {  // no model is judged by these rows
        table.push_back(replicate_row(one, kind_of(kinds, one.element), bootstrap));
    }
    std::vector<std::string> columns{"element", "split", "kind"};
    if (!replicates.empty()) {
        columns.emplace_back("replicate");
    }
    for (const char* column : {"variants",
                               "unscored",
                               "pearson",
                               "low",
                               "high",
                               "spearman",
                               "deletions",
                               "deletions_pearson"}) {
        columns.emplace_back(column);
    }
    return report.finish(
        "varhush bench satmut: " + options.model, rows_text(columns, table), table);
}

}  // namespace varhush::apps
