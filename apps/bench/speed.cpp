#include "apps/bench/speed.hpp"

#include "apps/bench/figures.hpp"
#include "apps/common/child.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/seq/alphabet.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

/// How many variants are tried for the run that tells the start-up.
constexpr std::size_t kCandidates = 20;

/// One process of `varhush score`.
struct Timed {
    double seconds = 0;
    double cpu_seconds = 0;
    double peak_mb = 0;
    std::int64_t alleles = 0;
    std::int64_t scored = 0;
    std::map<std::string, double> by_model;  ///< seconds; of several models
};

ErrorKind kind_of(int code) {
    for (const ErrorKind kind : {ErrorKind::kUsage,
                                 ErrorKind::kInput,
                                 ErrorKind::kModel,
                                 ErrorKind::kOutput,
                                 ErrorKind::kResume}) {
        if (exit_code(kind) == code) {
            return kind;
        }
    }
    return ErrorKind::kInternal;
}

/// `varhush score` with the options of the benchmark.
class ScoreProcess {
  public:
    explicit ScoreProcess(const BenchOptions& options)
        : program_(std::filesystem::read_symlink("/proc/self/exe").string()),
          variants_(options.speed.variants),
          words_{"score", "-q", "-f", options.speed.fasta, "-o", "/dev/null", "--stats", "-"} {
        if (!options.model.empty()) {
            words_.insert(words_.end(), {"-m", options.model});
        }
        if (const std::string& genes = options.speed.genes; !genes.empty()) {
            const bool table = io::is_spliceai_table(genes);
            words_.insert(words_.end(), {table ? "--genes" : "--gtf", genes});
        }
    }

    /// Scores `input`, or the file.
    [[nodiscard]] Timed run(int threads, const std::optional<std::string>& input) const {
        auto words = words_;
        words.insert(words.end(), {"-@", std::to_string(threads), input ? "-" : variants_});
        const auto child = run_child(program_, words, input);
        if (!child) {
            throw Error(ErrorKind::kInternal, "cannot start " + program_);
        }
        if (child->exit_code != 0) {
            throw Error(kind_of(child->exit_code),
                        "'varhush score' ended with exit code " + std::to_string(child->exit_code));
        }
        const Json stats = Json::parse(child->out, nullptr, false);
        if (!stats.is_object()) {
            throw Error(ErrorKind::kInternal, "'varhush score' gave no counts");
        }
        Timed timed{child->seconds,
                    child->cpu_seconds,
                    static_cast<double>(child->peak_bytes) / 1e6,
                    stats.at("alleles").get<std::int64_t>(),
                    stats.at("scored").get<std::int64_t>(),
                    {}};
        if (const auto parts = stats.find("part_seconds"); parts != stats.end()) {
            timed.by_model = parts->get<std::map<std::string, double>>();
        }
        return timed;
    }

  private:
    std::string program_;
    std::string variants_;
    std::vector<std::string> words_;
};

/// The first variants of the file whose alleles are bases, as files of one record.
std::vector<std::string> single_variants(const std::string& path) {
    const io::ThreadPool pool(0);
    io::VariantReader reader({path}, pool);
    io::VariantRecord record;
    std::vector<std::string> files;
    while (files.size() < kCandidates && reader.next(record)) {
        std::string alts;
        bool plain = seq::is_acgt(record.ref()) && record.alt_count() > 0;
        for (std::size_t i = 0; i < record.alt_count(); ++i) {
            plain = plain && seq::is_acgt(record.alt(i));
            alts.append(i == 0 ? "" : ",").append(record.alt(i));
        }
        if (!plain) {
            continue;
        }
        std::string text = "##fileformat=VCFv4.2\n##contig=<ID=";
        text.append(record.contig()).append(">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
        text.append(record.contig()).append("\t").append(std::to_string(record.position() + 1));
        text.append("\t.\t").append(record.ref()).append("\t").append(alts).append("\t.\t.\t.\n");
        files.push_back(std::move(text));
    }
    return files;
}

/// The first of them that gets a score: what has none does not load the models.
std::string scored_variant(const ScoreProcess& score, const std::string& path, int threads) {
    for (std::string& one : single_variants(path)) {
        if (score.run(threads, one).scored > 0) {
            return std::move(one);
        }
    }
    throw Error(ErrorKind::kInput,
                path + ": none of its first variants could be scored",
                "'varhush score' says why of each");
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double median_of(const std::vector<Timed>& runs, double Timed::*value) {
    std::vector<double> values;
    values.reserve(runs.size());
    for (const Timed& run : runs) {
        values.push_back(run.*value);
    }
    return median(std::move(values));
}

/// Runs of the whole file, each with a run of one variant in front.
struct Runs {
    std::vector<Timed> whole;
    std::vector<Timed> one;

    /// Variants beyond the first a second beyond the start; NaN when there are too few to tell.
    [[nodiscard]] std::vector<double> speeds(double Timed::*time) const {
        std::vector<double> speeds;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            const auto variants = static_cast<double>(whole[i].alleles - one[i].alleles);
            const double seconds = whole[i].*time - one[i].*time;
            speeds.push_back(seconds > 0 && variants > 0 ? variants / seconds : std::nan(""));
        }
        return speeds;
    }
};

/// NaN when one of the values is.
double told_median(const std::vector<double>& values) {
    const bool told =
        std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
    return told ? median(values) : std::nan("");
}

Json row_of(const std::string& models, int threads, const Runs& runs) {
    const auto speeds = runs.speeds(&Timed::seconds);
    const double speed = told_median(speeds);
    const auto [low, high] = std::minmax_element(speeds.begin(), speeds.end());
    const bool several = !std::isnan(speed) && speeds.size() > 1;
    return {{"models", models},
            {"run", std::to_string(threads) + (threads == 1 ? " thread" : " threads")},
            {"variants", runs.whole.front().alleles},
            {"scored", runs.whole.front().scored},
            {"seconds", median_of(runs.whole, &Timed::seconds)},
            {"startup_seconds", median_of(runs.one, &Timed::seconds)},
            {"cpu_seconds", median_of(runs.whole, &Timed::cpu_seconds)},
            {"peak_mb", median_of(runs.whole, &Timed::peak_mb)},
            {"variants_a_cpu_second", told_median(runs.speeds(&Timed::cpu_seconds))},
            {"variants_a_second", speed},
            {"low", several ? *low : std::nan("")},
            {"high", several ? *high : std::nan("")}};
}

/// Where the time of several models goes.
void add_models(const Json& whole, const Runs& runs, std::vector<Json>& rows) {
    for (const auto& [model, first] : runs.whole.front().by_model) {
        std::vector<double> seconds;
        for (const Timed& run : runs.whole) {
            seconds.push_back(run.by_model.at(model));
        }
        rows.push_back(
            {{"models", model}, {"run", whole.at("run")}, {"seconds", median(std::move(seconds))}});
    }
}

std::vector<int> thread_counts(int most) {
    std::vector<int> counts;
    for (int threads = 1; threads < most; threads *= 2) {
        counts.push_back(threads);
    }
    counts.push_back(most);
    return counts;
}

}  // namespace

int run_speed_bench(const BenchOptions& options) {
    const SpeedBenchOptions& own = options.speed;
    const Report report(options, own.tolerance);
    const ScoreProcess score(options);
    const auto counts = thread_counts(core::make_thread_plan(options.run.threads).total);
    const std::string one = scored_variant(score, own.variants, counts.back());
    std::vector<Json> rows;
    for (const int threads : counts) {
        Runs runs;
        for (int i = 0; i < own.repeats; ++i) {
            runs.one.push_back(score.run(threads, one));
            runs.whole.push_back(score.run(threads, std::nullopt));
        }
        const Json row = row_of(options.model.empty() ? "default" : options.model, threads, runs);
        if (std::isnan(row.at("variants_a_second").get<double>())) {
            core::log(core::LogLevel::kWarning,
                      own.variants + ": too few variants to tell their time from the start-up");
        }
        rows.push_back(row);
        add_models(row, runs, rows);
    }
    return report.finish("varhush bench speed: " + own.variants,
                         rows_text({"models",
                                    "run",
                                    "variants",
                                    "scored",
                                    "seconds",
                                    "startup_seconds",
                                    "variants_a_second",
                                    "low",
                                    "high",
                                    "cpu_seconds",
                                    "variants_a_cpu_second",
                                    "peak_mb"},
                                   rows),
                         rows);
}

}  // namespace varhush::apps
