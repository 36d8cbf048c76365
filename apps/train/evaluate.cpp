#include "apps/train/evaluate.hpp"

#include "apps/common/cli.hpp"
#include "apps/train/data.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/train/evaluate.hpp"

#include <cstdio>
#include <memory>

namespace varhush::apps {

namespace {

std::string cell(const train::Measured& m) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f (%.3f-%.3f)", m.value, m.interval.low, m.interval.high);
    return text;
}

/// Compares the deltas of models with those of one of them.
class DeltaJudge {
  public:
    DeltaJudge(const TrainCommandOptions& options, int threads)
        : reference_(options.evaluate_variants_fasta),
          genes_(io::read_gene_models(options.evaluate_variants_genes)),
          substitutions_(train::read_substitutions(options.evaluate_variants)),
          threads_(threads),
          expected_(scores(models::load_splice_network(options.evaluate_against))) {}

    [[nodiscard]] train::DeltaAgreement judge(
        const std::shared_ptr<const models::SpliceNetwork>& network) const {
        return train::compare_deltas(expected_, scores(network));
    }

  private:
    [[nodiscard]] train::DeltaScores scores(
        const std::shared_ptr<const models::SpliceNetwork>& network) const {
        return train::delta_scores(network, reference_, genes_, substitutions_, threads_);
    }

    io::FastaReader reference_;
    seq::GeneModels genes_;
    std::vector<train::Substitution> substitutions_;
    int threads_;
    train::DeltaScores expected_;
};

std::string site_line(const std::string& name, const train::SiteAccuracy& a) {
    return name + "\tsites\t" + std::to_string(a.donors) + "+" + std::to_string(a.acceptors) +
           " in " + std::to_string(a.positions) + "\t" + cell(a.donor_auprc) + "\t" +
           cell(a.acceptor_auprc) + "\t" + cell(a.donor_top_k) + "\t" + cell(a.acceptor_top_k) +
           "\n";
}

std::string delta_line(const std::string& name, const train::DeltaAgreement& d) {
    return name + "\tdeltas\t" + std::to_string(d.pairs) + "\t" + cell(d.all_pearson) + "\t" +
           cell(d.all_spearman) + "\t" + cell(d.largest_pearson) + "\t" + cell(d.largest_spearman) +
           "\n";
}

constexpr const char* kHead =
    "#sites: model, what, donors+acceptors in positions, donor AUPRC, acceptor AUPRC, donor top-k, "
    "acceptor top-k\n"
    "#deltas: model, what, SNV-gene pairs, Pearson and Spearman of all four scores, Pearson and "
    "Spearman of the largest\n"
    "#in brackets: 95 % bootstrap intervals, by gene and by SNV\n";

}  // namespace

int evaluate_models(const TrainCommandOptions& options) {
    const int threads = core::make_thread_plan(options.run.threads).model;
    std::unique_ptr<DeltaJudge> judge;
    if (!options.evaluate_variants.empty()) {
        judge = std::make_unique<DeltaJudge>(options, threads);
    }
    std::unique_ptr<io::FastaReader> reference;
    train::SpliceAnnotation annotation;
    if (!options.evaluate_region.empty()) {
        reference = std::make_unique<io::FastaReader>(options.fasta);
        annotation = read_annotation(options);
    }
    print_to_stdout(kHead);
    for (const auto& name : options.evaluate) {
        const auto network = models::load_splice_network(name);
        if (reference) {
            const auto region = seq::parse_region(options.evaluate_region);
            print_to_stdout(site_line(
                name, train::evaluate_sites(network, *reference, annotation, region, threads)));
        }
        if (judge) {
            print_to_stdout(delta_line(name, judge->judge(network)));
        }
    }
    return 0;
}

}  // namespace varhush::apps
