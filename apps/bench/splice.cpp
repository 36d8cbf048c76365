#include "apps/bench/splice.hpp"

#include "apps/bench/figures.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/train/evaluate.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;
using Network = std::shared_ptr<const models::SpliceNetwork>;

void add_row(std::vector<Json>& rows,
             const char* what,
             const char* measure,
             const train::Measured& figure,
             std::int64_t count) {
    rows.push_back({{"what", what},
                    {"measure", measure},
                    {"value", figure.value},
                    {"low", figure.interval.low},
                    {"high", figure.interval.high},
                    {"count", count}});
}

train::SpliceAnnotation read_annotation(const SpliceBenchOptions& options) {
    if (!options.sites.empty()) {
        return train::read_splice_annotation(options.sites, options.exons);
    }
    return train::annotation_from(io::read_gene_models(options.genes));
}

void judge_sites(const BenchOptions& options, const Network& network, std::vector<Json>& rows) {
    const SpliceBenchOptions& own = options.splice;
    const io::FastaReader reference(own.fasta);
    const auto a = train::evaluate_sites(network,
                                         reference,
                                         read_annotation(own),
                                         seq::parse_region(own.region),
                                         core::make_thread_plan(options.run.threads).model,
                                         options.rounds);
    add_row(rows, "donors", "auprc", a.donor_auprc, a.donors);
    add_row(rows, "acceptors", "auprc", a.acceptor_auprc, a.acceptors);
    add_row(rows, "donors", "top_k", a.donor_top_k, a.donors);
    add_row(rows, "acceptors", "top_k", a.acceptor_top_k, a.acceptors);
}

void judge_deltas(const BenchOptions& options, const Network& network, std::vector<Json>& rows) {
    const SpliceBenchOptions& own = options.splice;
    const io::FastaReader reference(own.variants_fasta);
    const auto genes = io::read_gene_models(own.variants_genes);
    const auto substitutions = train::read_substitutions(own.variants);
    const auto scores = [&](const Network& judged) {
        return train::delta_scores(judged,
                                   reference,
                                   genes,
                                   substitutions,
                                   core::make_thread_plan(options.run.threads).model);
    };
    const auto expected = own.against.empty() ? train::read_recorded_deltas(own.recorded, own.tag)
                                              : scores(models::load_splice_network(own.against));
    const auto d = train::compare_deltas(expected, scores(network), options.rounds);
    add_row(rows, "four deltas", "pearson", d.all_pearson, d.pairs);
    add_row(rows, "four deltas", "spearman", d.all_spearman, d.pairs);
    add_row(rows, "largest delta", "pearson", d.largest_pearson, d.pairs);
    add_row(rows, "largest delta", "spearman", d.largest_spearman, d.pairs);
}

}  // namespace

int run_splice_bench(const BenchOptions& options) {
    const Report report(options);
    const auto network = models::load_splice_network(options.model);
    std::vector<Json> rows;
    if (!options.splice.region.empty()) {
        judge_sites(options, network, rows);
    }
    if (!options.splice.variants.empty()) {
        judge_deltas(options, network, rows);
    }
    return report.finish("varhush bench splice: " + options.model,
                         rows_text({"what", "measure", "value", "low", "high", "count"}, rows),
                         rows);
}

}  // namespace varhush::apps
