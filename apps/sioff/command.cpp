#include "apps/sioff/command.hpp"

#include "apps/common/expression_table.hpp"
#include "apps/common/guide_list.hpp"
#include "apps/common/seed_tables.hpp"
#include "apps/sioff/options.hpp"
#include "apps/sioff/site_rows.hpp"
#include "apps/sioff/summary_rows.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::OffTargetHit;

constexpr std::size_t kSeedSlice = 256;  // guides whose seed sites are held at once
constexpr std::size_t kMostTargets = 10;

std::unique_ptr<io::OutputFile> open_output(const std::string& path) {
    return path.empty() ? nullptr : std::make_unique<io::OutputFile>(path, io::packing_for(path));
}

std::vector<std::uint32_t> numbers_of(const std::vector<std::string>& names,
                                      const sirna::OffTargetIndex& index) {
    std::set<std::uint32_t> genes;
    for (const std::string& name : names) {
        const auto found = index.find_genes(name);
        if (found.empty()) {
            throw Error(ErrorKind::kInput,
                        "there is no gene '" + name + "' in the index",
                        "ids and names count, versions do not");
        }
        genes.insert(found.begin(), found.end());
    }
    return {genes.begin(), genes.end()};
}

/// One run: guides -> sites -> rows.
class OffTargets {
  public:
    explicit OffTargets(const SioffOptions& options)
        : options_(options),
          index_(sirna::OffTargetIndex::open(options.index)),
          list_(read_guides(options.guides, options.skip_bad)) {
        for (const ListedGuide& guide : list_.guides) {
            guides_.push_back(guide.guide);
            passengers_.push_back(guide.passenger.empty() ? sirna::passenger_of(guide.guide)
                                                          : guide.passenger);
        }
        set_search();
        risk_.target_genes = numbers_of(options.target_genes, index_);
        risk_.seed_sites = !options.no_seed_sites;
        read_expression_table();
        warn_without_utrs();
    }

    void run() {
        const sirna::OffTargetAssessor assessor(index_, search_, risk_);
        const SiteRows rows(index_, tpm_, paralogues());
        std::optional<MirnaSeeds> mirnas;
        std::optional<SeedValues> viability;
        if (!options_.mirna_seeds.empty()) {
            mirnas.emplace(options_.mirna_seeds);
        }
        if (!options_.seed_viability.empty()) {
            viability.emplace(options_.seed_viability);
        }
        const SummaryRows summaries(
            index_, options_.max_mismatches, std::move(mirnas), std::move(viability));
        assessor_ = &assessor;
        rows_ = &rows;
        summary_rows_ = &summaries;
        out_ = open_output(options_.output);
        bed_ = open_output(options_.bed);
        summary_ = open_output(options_.summary);
        write_all();
        close_outputs();
        report();
    }

  private:
    void set_search() {
        search_.max_mismatches = options_.max_mismatches;
        search_.guide_strand = options_.strand != "passenger";
        search_.passenger_strand = options_.strand != "guide";
        search_.bulge = options_.bulge;
        search_.threads = core::make_thread_plan(options_.run.threads).model;
    }

    void read_expression_table() {
        if (options_.expression.empty()) {
            return;
        }
        Expression expression =
            read_expression(options_.expression, options_.expression_column, index_);
        if (expression.transcripts + expression.genes == 0) {
            throw Error(ErrorKind::kInput,
                        options_.expression + ": not one of its " +
                            std::to_string(expression.rows) + " names is in the index");
        }
        core::log(expression.unknown > 0 ? core::LogLevel::kWarning : core::LogLevel::kInfo,
                  options_.expression + ": " + std::to_string(expression.rows) + " rows, " +
                      std::to_string(expression.transcripts) + " transcripts, " +
                      std::to_string(expression.genes) + " genes, " +
                      std::to_string(expression.unknown) + " not in the index; " +
                      std::to_string(expression.without_value) +
                      " transcripts of the index have no value and count 0");
        tpm_ = std::move(expression.tpm);
        risk_.transcript_weight = tpm_;
    }

    void warn_without_utrs() const {
        const auto& all = index_.transcripts();
        const bool any = std::any_of(
            all.begin(), all.end(), [](const auto& one) { return one.cds.has_value(); });
        if (!any && !options_.no_seed_sites) {
            core::log(core::LogLevel::kWarning,
                      "no transcript of the index has an annotated coding region, so no 3' UTR is "
                      "known and no seed site is found");
        }
    }

    [[nodiscard]] std::vector<std::uint32_t> paralogues() const {
        std::set<std::uint32_t> found;
        if (!options_.paralogues.empty()) {
            const std::set<std::uint32_t> targets(risk_.target_genes.begin(),
                                                  risk_.target_genes.end());
            for (const auto& [name, other] : read_name_pairs(options_.paralogues)) {
                for (const auto& [a, b] : {std::pair(name, other), std::pair(other, name)}) {
                    const auto genes = index_.find_genes(a);
                    const bool is_target = std::any_of(genes.begin(), genes.end(), [&](auto gene) {
                        return targets.contains(gene);
                    });
                    if (is_target) {
                        const auto alike = index_.find_genes(b);
                        found.insert(alike.begin(), alike.end());
                    }
                }
            }
        } else if (risk_.target_genes.size() <= kMostTargets) {
            for (const std::uint32_t gene : risk_.target_genes) {
                const auto alike = sirna::similar_genes(index_, gene, search_.threads);
                found.insert(alike.begin(), alike.end());
            }
        }
        return {found.begin(), found.end()};
    }

    void write_all() {
        out_->write(site_columns());
        if (summary_) {
            summary_->write(summary_rows_->columns());
        }
        if (options_.no_seed_sites) {
            sirna::search_sites(
                index_, guides_, passengers_, search_, [&](std::uint32_t guide, auto hits) {
                    write(guide, hits, {});
                });
        } else {
            for (std::size_t from = 0; from < guides_.size(); from += kSeedSlice) {
                write_slice(from, std::min(from + kSeedSlice, guides_.size()));
            }
        }
        for (const RefusedGuide& guide : list_.refused) {
            if (summary_) {
                summary_->write(summary_rows_->line(guide));
            }
        }
    }

    void write_slice(std::size_t from, std::size_t to) {
        const auto guides = std::span(guides_).subspan(from, to - from);
        const auto passengers = std::span(passengers_).subspan(from, to - from);
        std::vector<std::vector<OffTargetHit>> full(guides.size());
        sirna::search_sites(
            index_, guides, passengers, search_, [&](std::uint32_t guide, auto hits) {
                full[guide].assign(hits.begin(), hits.end());
            });
        sirna::search_seed_sites(
            index_, guides, passengers, search_, [&](std::uint32_t guide, auto hits) {
                write(from + guide, full[guide], hits);
                full[guide] = {};
            });
    }

    void write(std::size_t guide,
               std::span<const OffTargetHit> full,
               std::span<const OffTargetHit> seeds) {
        const auto summary = assessor_->assess(guides_[guide], passengers_[guide], full);
        table_.clear();
        bed_text_.clear();
        rows_->append(list_.guides[guide],
                      full,
                      seeds,
                      summary.intended_genes,
                      table_,
                      bed_ ? &bed_text_ : nullptr);
        watch_for_mix_up(full);
        sites_ += full.size();
        seed_sites_ += seeds.size();
        out_->write(table_);
        if (bed_) {
            bed_->write(bed_text_);
        }
        if (summary_) {
            summary_->write(summary_rows_->line(list_.guides[guide], passengers_[guide], summary));
        }
    }

    /// All or none.
    void close_outputs() {
        for (auto* file : {&out_, &bed_, &summary_}) {
            if (*file) {
                (*file)->finish();
            }
        }
        for (auto* file : {&out_, &bed_, &summary_}) {
            if (*file) {
                (*file)->close();
            }
        }
    }

    /// A guide without any site that its passenger matches perfectly: strands mixed up?
    void watch_for_mix_up(std::span<const OffTargetHit> full) {
        bool guide = false;
        bool passenger = false;
        for (const OffTargetHit& hit : full) {
            const bool perfect = hit.mismatches == 0 && hit.bulge == sirna::Bulge::kNone;
            (hit.strand == sirna::DuplexStrand::kGuide ? guide : passenger) |= perfect;
        }
        mixed_up_ += passenger && !guide ? 1 : 0;
    }

    void report() const {
        if (mixed_up_ > 0 && search_.guide_strand) {
            core::log(core::LogLevel::kWarning,
                      std::to_string(mixed_up_) +
                          " guides match nothing perfectly while their passengers do: are these "
                          "the passengers? A guide is the antisense strand");
        }
        if (!list_.refused.empty()) {
            core::log(core::LogLevel::kWarning,
                      std::to_string(list_.refused.size()) + " guides were set apart, the first: " +
                          list_.refused.front().id + ": " + list_.refused.front().reason);
        }
        core::log(core::LogLevel::kInfo,
                  std::to_string(guides_.size()) + " guides, " + std::to_string(sites_) +
                      " sites with at most " + std::to_string(options_.max_mismatches) +
                      " mismatches, " + std::to_string(seed_sites_) + " seed sites in " +
                      std::to_string(index_.transcripts().size()) + " transcripts");
    }

    const SioffOptions& options_;
    sirna::OffTargetIndex index_;
    GuideList list_;
    std::vector<std::string> guides_;
    std::vector<std::string> passengers_;
    sirna::SearchOptions search_;
    sirna::RiskOptions risk_;
    std::vector<double> tpm_;
    const sirna::OffTargetAssessor* assessor_ = nullptr;
    const SiteRows* rows_ = nullptr;
    const SummaryRows* summary_rows_ = nullptr;
    std::unique_ptr<io::OutputFile> out_;
    std::unique_ptr<io::OutputFile> bed_;
    std::unique_ptr<io::OutputFile> summary_;
    std::string table_;
    std::string bed_text_;
    std::uint64_t sites_ = 0;
    std::uint64_t seed_sites_ = 0;
    std::uint64_t mixed_up_ = 0;
};

}  // namespace

int run_sioff(int argc, const char* const* argv) {
    const SioffOptions options = parse_sioff_options(argc, argv);
    apply_verbosity(options.run);
    OffTargets(options).run();
    return 0;
}

}  // namespace varhush::apps
