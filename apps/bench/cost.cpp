#include "apps/bench/cost.hpp"

#include "apps/bench/figures.hpp"
#include "apps/common/alphagenome_options.hpp"
#include "apps/common/cli.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/scoring/alphagenome_scorer.hpp"
#include "varhush/scoring/splice_scorer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;
using Records = std::vector<scoring::VariantInput>;
using Score =
    std::function<std::vector<seq::RecordAnnotation>(std::span<const scoring::VariantInput>)>;
/// Scores of one allele by series; the one number of a splice network is series 0.
using Values = std::map<std::uint32_t, double>;

Records read_records(const std::string& path) {
    const io::ThreadPool pool(0);
    io::VariantReader reader({path}, pool);
    io::VariantRecord record;
    Records records;
    while (reader.next(record)) {
        scoring::VariantInput one{
            std::string(record.contig()), record.position(), std::string(record.ref()), {}};
        for (std::size_t i = 0; i < record.alt_count(); ++i) {
            one.alts.emplace_back(record.alt(i));
        }
        records.push_back(std::move(one));
    }
    if (records.empty()) {
        throw Error(ErrorKind::kInput, path + ": there are no variants");
    }
    return records;
}

Values values_of(const seq::AlleleAnnotation& allele) {
    Values values;
    for (const seq::RawScore& one : allele.raw) {
        values.emplace(one.series, one.value);  // of several genes the first
    }
    if (const auto& splicing = allele[seq::Modality::kSplicing]; values.empty() && splicing) {
        values.emplace(0, *splicing);
    }
    return values;
}

struct Run {
    std::vector<Values> alleles;
    std::size_t scored = 0;
    double seconds = 0;
};

Run run_of(const Score& score, const Records& records) {
    // Weights are read and packed at first use; that is no cost of a variant.
    static_cast<void>(score(std::span(records).first(1)));
    Run run;
    const auto begin = std::chrono::steady_clock::now();
    const auto scored = score(records);
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const auto& record : scored) {
        for (const auto& allele : record.alleles) {
            run.alleles.push_back(values_of(allele));
            run.scored += run.alleles.back().empty() ? 0 : 1;
        }
    }
    return run;
}

/// Correlation over the alleles that both have, mean over the series where it can be told, and the
/// largest difference of all.
Json agreement(const Run& full, const Run& run) {
    std::map<std::uint32_t, std::pair<std::vector<double>, std::vector<double>>> series;
    double largest = 0;
    for (std::size_t i = 0; i < full.alleles.size(); ++i) {
        for (const auto& [number, value] : full.alleles[i]) {
            const auto same = run.alleles[i].find(number);
            if (same != run.alleles[i].end()) {
                series[number].first.push_back(value);
                series[number].second.push_back(same->second);
                largest = std::max(largest, std::fabs(value - same->second));
            }
        }
    }
    double sum = 0;
    std::size_t count = 0;
    for (const auto& [number, pairs] : series) {
        const auto& [x, y] = pairs;
        const auto varies = [](const std::vector<double>& values) {
            const auto [low, high] = std::minmax_element(values.begin(), values.end());
            return *low < *high;
        };
        if (x.size() >= 3 && varies(x) && varies(y)) {
            sum += core::pearson_correlation(x, y);
            ++count;
        }
    }
    return {
        {"pearson",
         count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN()},
        {"series", count},
        {"max_difference", largest}};
}

/// The table; the first setting is the full one.
class Table {
  public:
    explicit Table(Records records) : records_(std::move(records)) {}

    void add(const std::string& setting, const Score& score) {
        Run run = run_of(score, records_);
        if (run.scored == 0) {
            throw Error(ErrorKind::kInput,
                        setting + ": no variant could be scored",
                        "'varhush score' says why of each");
        }
        if (rows_.empty()) {
            full_ = run;
        }
        Json row{{"setting", setting},
                 {"variants", run.alleles.size()},
                 {"scored", run.scored},
                 {"seconds_a_variant", run.seconds / static_cast<double>(run.alleles.size())}};
        row.update(agreement(full_, run));
        rows_.push_back(std::move(row));
    }
    [[nodiscard]] const std::vector<Json>& rows() const { return rows_; }

  private:
    Records records_;
    Run full_;
    std::vector<Json> rows_;
};

void splice_settings(const BenchOptions& options,
                     const seq::ReferenceSource& reference,
                     const seq::GeneModels* genes,
                     int threads,
                     Table& table) {
    const auto whole = models::load_splice_network(options.model);
    const auto add = [&](const std::string& setting, const auto& network, const auto* known) {
        scoring::SpliceScorer scorer(
            network, reference, known, scoring::SpliceScorerOptions{}, threads);
        table.add(setting, [&](auto batch) { return scorer.score(batch); });
    };
    const std::size_t members = whole->members().size();
    const std::string all = std::to_string(members) + " members";
    if (genes != nullptr) {
        add(all + ", strand of the gene", whole, genes);
    }
    add(all + ", both strands, no genes", whole, static_cast<const seq::GeneModels*>(nullptr));
    for (std::size_t i = 0; members > 1 && i < members; ++i) {
        add("member " + std::to_string(i + 1) + " alone",
            std::make_shared<const models::SpliceNetwork>(whole->alone(i)),
            genes);
    }
}

std::vector<std::int64_t> windows_of(const std::string& text, std::int64_t usual) {
    std::vector<std::int64_t> windows;
    for (const auto& one : core::split_list(text)) {
        char* end = nullptr;
        windows.push_back(std::strtoll(one.c_str(), &end, 10));
        if (*end != '\0' || windows.back() < models::kPairBp ||
            windows.back() > models::kMaxWindowBp || windows.back() % models::kPairBp != 0) {
            throw Error(ErrorKind::kUsage,
                        "--windows: " + one + " is no multiple of 2,048 up to 1,048,576");
        }
    }
    for (std::int64_t window = usual;
         text.empty() && window >= models::kPairBp && windows.size() < 3;
         window = window / 2 / models::kPairBp * models::kPairBp) {
        windows.push_back(window);
    }
    std::sort(windows.rbegin(), windows.rend());
    return windows;
}

/// The scorers that run with what is there; `score` names those it leaves out.
std::vector<scoring::ScorerSpec> runnable(const BenchOptions& options,
                                          const ScorerTables& tables,
                                          const models::AlphaGenomeFile& file,
                                          const scoring::TrackSelection& selection) {
    auto specs = scoring::parse_scorers(options.cost.scorers);
    std::erase_if(specs, [&](const scoring::ScorerSpec& spec) {
        return !tables.why_not(spec, file, 0, selection).empty();
    });
    if (specs.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--scorers " + options.cost.scorers + ": none of them can run here",
                    "'varhush score' says why");
    }
    return specs;
}

void alphagenome_settings(const BenchOptions& options,
                          const seq::ReferenceSource& reference,
                          const seq::GeneModels* genes,
                          int threads,
                          Table& table) {
    const auto file = models::load_alphagenome(options.model);
    const auto windows = windows_of(options.cost.windows, usual_window(file));
    const auto model = models::make_native_alphagenome(file.file, file.config, threads);
    const auto selection = choose_tracks("", "", file, 0);
    const ScorerTables tables(genes, "");
    const auto specs = runnable(options, tables, file, selection);
    const auto add = [&](const std::string& setting, std::int64_t window, std::int64_t share) {
        scoring::AlphaGenomeScorerOptions inside;
        inside.window_bp = window;
        inside.share_window_bp = share;
        inside.raw = true;
        scoring::AlphaGenomeScorer scorer(
            *model, 0, reference, tables.context(file, 0, selection), specs, inside);
        table.add(setting, [&](auto batch) { return scorer.score(batch, {}); });
    };
    for (const std::int64_t window : windows) {
        add("window " + std::to_string(window), window, 0);
    }
    const std::int64_t share = windows.front() / 8;
    add("window " + std::to_string(windows.front()) + ", shared within " + std::to_string(share),
        windows.front(),
        share);
}

}  // namespace

int run_cost_bench(const BenchOptions& options) {
    const int threads = core::make_thread_plan(options.run.threads).model;
    const io::FastaReader reference(options.cost.fasta);
    std::optional<seq::GeneModels> genes;
    if (!options.cost.genes.empty()) {
        genes = io::read_gene_models(options.cost.genes);
    }
    Table table(read_records(options.cost.variants));
    const bool tracks =
        models::model_architecture(models::open_model(options.model)) == "alphagenome";
    (tracks ? alphagenome_settings : splice_settings)(
        options, reference, genes ? &*genes : nullptr, threads, table);
    print_to_stdout(options.json ? Json(table.rows()).dump(2) + "\n"
                                 : rows_text({"setting",
                                              "variants",
                                              "scored",
                                              "seconds_a_variant",
                                              "pearson",
                                              "series",
                                              "max_difference"},
                                             table.rows()));
    return 0;
}

}  // namespace varhush::apps
