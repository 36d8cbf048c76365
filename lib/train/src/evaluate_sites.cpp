#include "varhush/core/error.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/train/evaluate.hpp"
#include "varhush/train/splice_tile.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace varhush::train {
namespace {

constexpr std::int64_t kPiece = 40'000;  // bases predicted at a time
// Negatives below this are counted, not listed: they cannot change a rank among the better ones.
constexpr float kFloor = 1e-4F;

/// What is kept of one type of site in one gene union.
struct Kept {
    std::vector<Scored> items;
    std::int64_t hidden = 0;

    void add(float score, bool positive) {
        if (score >= kFloor) {
            items.push_back({score, positive});
        } else if (positive) {
            items.push_back({0, true});
        } else {
            ++hidden;
        }
    }
};

struct GeneResult {
    Kept acceptor, donor;
};

/// Probabilities [positions, 3] of an oriented piece.
std::vector<float> predict(models::SpliceEvaluator& evaluator,
                           std::string_view bases,
                           std::int64_t half_context) {
    models::SpliceTile tile;
    for (const char base : bases) {
        const auto code = std::string_view("ACGT").find(base);
        tile.codes.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(code, 4)));
    }
    models::SpliceQuery query;
    query.ref_outputs = {half_context, static_cast<std::int64_t>(bases.size()) - half_context};
    query.edit.start = half_context;
    query.alt_outputs = {half_context, half_context};
    return evaluator.evaluate(tile, {&query, 1}).at(0).ref;
}

GeneResult evaluate_gene(models::SpliceEvaluator& evaluator,
                         std::int64_t half_context,
                         const seq::ReferenceSource& reference,
                         const SpliceAnnotation& annotation,
                         const GeneSpan& gene,
                         const seq::Region& region) {
    GeneResult out;
    const std::int64_t end = std::min(gene.end, region.end);
    for (std::int64_t at = std::max(gene.start, region.start); at < end; at += kPiece) {
        TileSpec piece{region.contig, at, std::min(at + kPiece, end), gene.minus};
        piece.masked = true;
        piece.gene_start = gene.start;
        piece.gene_end = gene.end;
        const auto p =
            predict(evaluator, oriented_bases(reference, piece, half_context), half_context);
        const auto length = static_cast<std::size_t>(piece.end - piece.start);
        VARHUSH_CHECK(p.size() == 3 * length);
        std::vector<char> acceptor(length, 0);
        std::vector<char> donor(length, 0);
        for (const auto& site : oriented_sites(annotation, piece)) {
            (site.donor ? donor : acceptor)[static_cast<std::size_t>(site.index)] = 1;
        }
        for (std::size_t i = 0; i < length; ++i) {
            out.acceptor.add(p[3 * i + 1], acceptor[i] != 0);
            out.donor.add(p[3 * i + 2], donor[i] != 0);
        }
    }
    return out;
}

using Metric = double (*)(std::vector<Scored>, std::int64_t);

Measured measure(const std::vector<GeneResult>& genes,
                 Kept GeneResult::*type,
                 Metric metric,
                 int rounds) {
    const auto over = [&](std::span<const std::size_t> drawn) {
        std::vector<Scored> items;
        std::int64_t hidden = 0;
        for (const auto index : drawn) {
            const Kept& kept = genes[index].*type;
            items.insert(items.end(), kept.items.begin(), kept.items.end());
            hidden += kept.hidden;
        }
        return metric(std::move(items), hidden);
    };
    std::vector<std::size_t> all(genes.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    return {over(all), bootstrap(genes.size(), rounds, 1, over)};
}

std::int64_t count_sites(const std::vector<GeneResult>& genes, Kept GeneResult::*type) {
    std::int64_t count = 0;
    for (const auto& gene : genes) {
        for (const auto& item : (gene.*type).items) {
            count += item.positive ? 1 : 0;
        }
    }
    return count;
}

}  // namespace

SiteAccuracy evaluate_sites(const std::shared_ptr<const models::SpliceNetwork>& network,
                            const seq::ReferenceSource& reference,
                            const SpliceAnnotation& annotation,
                            const seq::Region& region,
                            int threads,
                            int rounds) {
    const auto evaluator = models::make_native_evaluator(network, threads);
    const std::int64_t half_context = network->config().half_context();
    std::vector<GeneResult> genes;
    SiteAccuracy out;
    for (const auto& gene : annotation.gene_unions(region.contig, region.start, region.end)) {
        genes.push_back(
            evaluate_gene(*evaluator, half_context, reference, annotation, gene, region));
        out.positions += std::min(gene.end, region.end) - std::max(gene.start, region.start);
    }
    out.genes = static_cast<std::int64_t>(genes.size());
    out.acceptors = count_sites(genes, &GeneResult::acceptor);
    out.donors = count_sites(genes, &GeneResult::donor);
    if (out.acceptors == 0 || out.donors == 0) {
        throw Error(ErrorKind::kInput, seq::to_text(region) + " holds no annotated splice site");
    }
    out.acceptor_auprc = measure(genes, &GeneResult::acceptor, average_precision, rounds);
    out.donor_auprc = measure(genes, &GeneResult::donor, average_precision, rounds);
    out.acceptor_top_k = measure(genes, &GeneResult::acceptor, top_k_accuracy, rounds);
    out.donor_top_k = measure(genes, &GeneResult::donor, top_k_accuracy, rounds);
    return out;
}

}  // namespace varhush::train
