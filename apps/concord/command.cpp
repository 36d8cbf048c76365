#include "apps/concord/command.hpp"

#include "apps/concord/json_report.hpp"
#include "apps/concord/options.hpp"
#include "apps/concord/site_table.hpp"
#include "varhush/concord/analysis.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/report/concord_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace varhush::apps {

namespace {

using concord::Analysis;
using concord::SiteStatus;

constexpr std::size_t kFewSites = 50;  // fewer tell little of the over-dispersion

void info(const std::string& text) {
    core::log(core::LogLevel::kInfo, text);
}

void warn(const std::string& text) {
    core::log(core::LogLevel::kWarning, text);
}

std::string text_of(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string range(const char* format, double low, double high) {
    return text_of(format, low) + " to " + text_of(format, high);
}

std::string listed(std::string text, std::int64_t number, std::string_view what) {
    if (number > 0) {
        text.append(text.empty() ? "" : ", ").append(std::to_string(number)).append(" ");
        text.append(what);
    }
    return text;
}

/// Reads what is to be joined. Genotypes of --genotypes go before those of the other files.
Analysis read_inputs(const ConcordOptions& options, const io::ThreadPool& pool) {
    std::optional<io::FastaReader> reference;
    if (!options.fasta.empty()) {
        reference.emplace(options.fasta);
    }
    const concord::VariantKeys keys(reference ? &*reference : nullptr);
    Analysis analysis;
    analysis.counts = concord::read_counts(options.counts, keys, pool);
    if (!options.genotypes.empty() && !analysis.counts.blocks) {
        concord::read_genotypes(options.genotypes, keys, pool, analysis.counts);
    }
    analysis.scores = concord::read_scores(options.scores, keys, pool, analysis.counts);
    if (!options.assays.empty()) {
        analysis.assays =
            concord::read_assays(options.assays, analysis.counts.samples, analysis.scores.labels);
    }
    return analysis;
}

/// @throws Error{kInput} when no row has a genotype and none may be assumed.
void check_genotypes(const Analysis& analysis, const ConcordOptions& options) {
    if (options.imbalance.assume_from) {
        return;
    }
    for (const concord::CountRow& row : analysis.counts.rows) {
        if (row.zygosity != concord::Zygosity::kUnknown) {
            return;
        }
    }
    throw Error(ErrorKind::kInput,
                "no sample of " + options.counts.path +
                    " has a genotype, so nothing says which sites are heterozygous",
                "give a VCF with their GT (--genotypes), or --assume-het N");
}

void report_rows(const Analysis& analysis) {
    std::string text;
    for (std::size_t i = 0; i < analysis.statuses.size(); ++i) {
        const auto status = static_cast<SiteStatus>(i);
        text = listed(text,
                      analysis.statuses[i],
                      status == SiteStatus::kOk ? "tested" : concord::status_text(status));
    }
    info(std::to_string(analysis.counts.rows.size()) + " counts of " +
         std::to_string(analysis.counts.variants.size()) +
         (analysis.counts.blocks ? " blocks in " : " variants in ") +
         std::to_string(analysis.counts.samples.size()) + " samples: " + text + "; " +
         std::to_string(analysis.scores.alleles) +
         (analysis.counts.blocks ? " scored blocks, " : " scored alleles, ") +
         std::to_string(analysis.scores.only_here) + " of them without counts");
}

void report_group(const std::string& name,
                  const concord::Group& group,
                  const ConcordOptions& options) {
    const concord::NullModel& null = group.null;
    std::string text = name + ": expected share of ALT " + text_of("%.3f", null.mean);
    text += null.mean_given ? " (given)" : null.mean_assumed ? " (assumed)" : "";
    text += ", over-dispersion " + text_of("%.4f", null.rho);
    text += null.rho_given ? " (given)"
                           : " (" + range("%.4f", null.rho_interval.low, null.rho_interval.high) +
                                 ", from " + std::to_string(null.sites) + " sites)";
    text += group.min_depth ? ", tested from depth " + std::to_string(*group.min_depth)
                            : std::string(", no depth is enough");
    info(text + ": " + std::to_string(group.significant) + " of " + std::to_string(group.tested) +
         " significant at a false discovery rate of " + text_of("%g", options.imbalance.fdr));
    if (!null.rho_given && null.sites > 0 && null.sites < kFewSites) {
        warn(name + ": an over-dispersion from " + std::to_string(null.sites) +
             " sites is vague; p-values hang on it (--rho, --pool)");
    }
    if (!group.power_reached) {
        warn(name + ": with this over-dispersion no depth finds a " +
             text_of("%g", std::exp2(options.imbalance.power.effect_log2)) +
             "-fold effect often enough" +
             (group.min_depth ? ", so sites are tested that would be deep enough without it" : "") +
             "; see --power-effect, --power and --min-depth");
    }
}

/// A run without a test is no failure, but not what was wanted either.
void warn_without_tests(const Analysis& analysis) {
    if (analysis.statuses[static_cast<std::size_t>(SiteStatus::kOk)] > 0) {
        return;
    }
    const auto& rows = analysis.counts.rows;
    const auto heterozygous = std::count_if(rows.begin(), rows.end(), [](const auto& row) {
        return row.zygosity == concord::Zygosity::kHeterozygous ||
               row.status == SiteStatus::kLowDepth;
    });
    warn(heterozygous > 0 ? "nothing was tested: of " + std::to_string(heterozygous) +
                                " heterozygous sites none is counted and deep enough"
                          : std::string("nothing was tested: no site is heterozygous"));
}

/// Rows of a table about one variant, as those of several genes, are chosen by --where and --by.
void warn_of_choices(const ConcordOptions& options, const Analysis& analysis) {
    if (analysis.scores.differing > 0 && options.scores.where.empty() &&
        options.scores.by.empty()) {
        warn(std::to_string(analysis.scores.differing) + " scores of " + options.scores.path +
             " are of a variant that was there with another value; the largest in size counts "
             "(--where and --by choose rows)");
    }
}

void report_result(const concord::ScoreResult& result) {
    const concord::Agreement& agreement = result.agreement;
    std::string text = result.score + (result.kind == "all" ? "" : ", " + result.name) + ": ";
    std::string without;
    for (const auto& [reason, count] : result.without) {
        without = listed(without, count, reason);
    }
    text += std::to_string(agreement.sites) + " tested sites with a score" +
            (without.empty() ? "" : " (without: " + without + ")");
    const concord::SignCounts& signs = agreement.signs;
    if (signs.sites > 0) {
        text += "; directions agree at " + std::to_string(signs.agree) + " of " +
                std::to_string(signs.sites) + " (" + text_of("%.3f", signs.share()) +
                (signs.single_sites() ? std::string(", ")
                                      : "), by variant at " + std::to_string(signs.variants_agree) +
                                            " of " + std::to_string(signs.variants) + " (" +
                                            text_of("%.3f", signs.variant_share()) + ", ") +
                range("%.3f", signs.wilson.low, signs.wilson.high) + ", p " +
                text_of("%.2g", signs.p) + "), at " +
                std::to_string(agreement.significant_signs.agree) + " of " +
                std::to_string(agreement.significant_signs.sites) + " significant ones";
    }
    if (agreement.sites >= 3) {
        text += "; Spearman " + text_of("%.3f", agreement.spearman.value) + " (" +
                range("%.3f", agreement.spearman.low, agreement.spearman.high) + ")";
    }
    info(text);
    constexpr std::size_t kEnough = 20;
    if (result.kind == "all" && result.negative == 0 && agreement.sites >= kEnough) {
        warn(result.score + ": no score is below 0: is it a signed effect?");
    }
}

report::ConcordProvenance provenance(const ConcordOptions& options) {
    report::ConcordProvenance told{.fdr = options.imbalance.fdr, .facts = {}};
    const auto file = [](const std::string& path) {
        return path == "-" ? std::string("standard input") : path;
    };
    told.facts.emplace_back("counts", file(options.counts.path));
    told.facts.emplace_back("scores", file(options.scores.path));
    if (!options.genotypes.empty()) {
        told.facts.emplace_back("genotypes", options.genotypes);
    }
    if (!options.no_version) {
        told.facts.emplace_back("varhush version", std::string(core::version()));
        told.facts.emplace_back("command", "varhush " + options.command_line);
    }
    return told;
}

/// The outputs of a run: all or none.
class Outputs {
  public:
    explicit Outputs(const ConcordOptions& options) : options_(options) {
        open(options.output, sites_);
        open(options.json, json_);
        open(options.html, html_);
    }

    void write(const Analysis& analysis) {
        std::string text = site_columns();
        constexpr std::size_t kFlush = 1 << 20;
        for (std::size_t row = 0; row < analysis.counts.rows.size(); ++row) {
            append_site(analysis, row, text);
            if (text.size() > kFlush) {
                sites_->write(text);
                text.clear();
            }
        }
        sites_->write(text);
        if (json_) {
            json_->write(concord_json(options_, analysis));
        }
        if (html_) {
            html_->write(report::concord_page(analysis, provenance(options_)));
        }
    }

    void close() {
        for (auto* file : {&sites_, &json_, &html_}) {
            if (*file) {
                (*file)->finish();
            }
        }
        for (auto* file : {&sites_, &json_, &html_}) {
            if (*file) {
                (*file)->close();
            }
        }
    }

  private:
    static void open(const std::string& path, std::unique_ptr<io::OutputFile>& file) {
        if (!path.empty()) {
            file = std::make_unique<io::OutputFile>(path, io::packing_for(path));
        }
    }

    const ConcordOptions& options_;
    std::unique_ptr<io::OutputFile> sites_;
    std::unique_ptr<io::OutputFile> json_;
    std::unique_ptr<io::OutputFile> html_;
};

}  // namespace

int run_concord(int argc, const char* const* argv) {
    const ConcordOptions options = parse_concord_options(argc, argv);
    apply_verbosity(options.run);
    const io::ThreadPool pool(core::make_thread_plan(options.run.threads).hts);
    Analysis analysis = read_inputs(options, pool);
    check_genotypes(analysis, options);
    concord::analyse(options.imbalance, options.agreement, options.pool, analysis);
    Outputs outputs(options);
    outputs.write(analysis);
    outputs.close();
    for (std::size_t i = 0; i < analysis.group_names.size(); ++i) {
        report_group(analysis.group_names[i], analysis.tests.groups[i], options);
    }
    for (const concord::ScoreResult& result : analysis.results) {
        report_result(result);
    }
    report_rows(analysis);
    warn_without_tests(analysis);
    warn_of_choices(options, analysis);
    return 0;
}

}  // namespace varhush::apps
