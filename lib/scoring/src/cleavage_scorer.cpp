#include "varhush/scoring/cleavage_scorer.hpp"

#include "cleavage_change.hpp"
#include "record_change.hpp"
#include "score_text.hpp"
#include "splice_format.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/hexamers.hpp"
#include "varhush/seq/alphabet.hpp"
#include "window_cache.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kHexamer = models::kHexamerBp;
constexpr double kMinKnownShare = 0.5;

// One hexamer on its way.
struct Site {
    std::int64_t ref_at = 0;  // first base in the contig, along the strand; REF coordinates
    std::string ref_window;
    std::string alt_window;
    std::size_t ref = 0;  // in the cache
    std::size_t alt = 0;
};

// All hexamers of one strand.
struct StrandSites {
    char strand = '+';
    std::vector<Site> sites;
};

struct Pending {
    std::size_t record = 0;
    std::size_t allele = 0;
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    std::vector<std::size_t> genes;  // transcripts, where there are gene models
    std::vector<StrandSites> strands;
};

// The site of a strand that changes most.
struct Best {
    const Site* site = nullptr;  // null: no hexamer in reach
    CleavageChange change;
};

std::string consequence_of(const Best& best, std::int64_t offset) {
    if (best.site == nullptr) {
        return "no_hexamer";
    }
    const auto at_frame = [&](const std::string& window) {
        return is_hexamer(std::string_view(window).substr(static_cast<std::size_t>(offset),
                                                          static_cast<std::size_t>(kHexamer)));
    };
    std::string text = best.change.narrow > kSmallestPrinted    ? "cleavage_gain"
                       : best.change.narrow < -kSmallestPrinted ? "cleavage_loss"
                                                                : "cleavage_unchanged";
    const bool before = at_frame(best.site->ref_window);
    const bool after = at_frame(best.site->alt_window);
    if (before != after) {
        text += after ? "&hexamer_created" : "&hexamer_destroyed";
    }
    return text;
}

}  // namespace

struct CleavageScorer::Impl {
    Impl(std::shared_ptr<const models::AparentNetwork> loaded,
         const seq::ReferenceSource& source,
         const seq::GeneModels* models,
         const CleavageScorerOptions& chosen,
         int threads)
        : network(std::move(loaded)),
          reference(source),
          genes(models),
          options(chosen),
          aliases(seq::aliases_of(source)),
          cache(*network, threads),
          window(network->config().window_bp),
          offset(network->config().hexamer_offset),
          narrow(network->config().narrow_range()) {}

    [[nodiscard]] std::vector<std::size_t> genes_at(const std::string& contig,
                                                    const seq::Change& change) const;
    [[nodiscard]] seq::AlleleStatus prepare(const VariantInput& record, Pending& pending);
    [[nodiscard]] std::vector<char> strands_of(const Pending& pending) const;
    [[nodiscard]] StrandSites sites_of(const RecordChange& one,
                                       const std::string& bases,
                                       std::int64_t begin,
                                       char strand);
    [[nodiscard]] Best best_of(const StrandSites& strand) const;
    [[nodiscard]] std::string pack(const VariantInput& record,
                                   const std::string& alt,
                                   const seq::Transcript* gene,
                                   char strand,
                                   const Best& best) const;
    [[nodiscard]] std::string top_of(const VariantInput& record,
                                     const seq::Transcript* gene,
                                     char strand,
                                     const Best& best) const;
    void append_values(const Best& best, std::string& entry) const;
    [[nodiscard]] seq::AlleleAnnotation judge(const VariantInput& record,
                                              const Pending& pending) const;
    void flush(std::span<const VariantInput> batch,
               std::vector<seq::RecordAnnotation>& annotations);

    std::shared_ptr<const models::AparentNetwork> network;
    const seq::ReferenceSource& reference;
    const seq::GeneModels* genes;
    CleavageScorerOptions options;
    seq::ContigAliases aliases;
    WindowCache cache;
    std::int64_t window;
    std::int64_t offset;
    models::PositionRange narrow;
    std::vector<Pending> waiting;
};

// Genes whose transcript, or what a window of its last base reads behind it, holds the change.
std::vector<std::size_t> CleavageScorer::Impl::genes_at(const std::string& contig,
                                                        const seq::Change& change) const {
    const std::int64_t behind = window - offset;
    const std::int64_t begin = anchor_of(change);
    const std::int64_t end = std::max(change.end(), begin + 1);
    auto found = genes->overlapping(contig, begin - behind, end + behind);
    std::erase_if(found, [&](std::size_t row) {
        const seq::Transcript& gene = genes->transcripts()[row];
        const bool plus = gene.strand != '-';
        return begin >= gene.span.end + (plus ? behind : 0) ||
               end <= gene.span.start - (plus ? 0 : behind);
    });
    return found;
}

std::vector<char> CleavageScorer::Impl::strands_of(const Pending& pending) const {
    std::vector<char> strands;
    for (const char strand : {'+', '-'}) {
        const bool wanted =
            genes == nullptr ||
            std::any_of(pending.genes.begin(), pending.genes.end(), [&](std::size_t row) {
                return genes->transcripts()[row].strand == strand;
            });
        if (wanted) {
            strands.push_back(strand);
        }
    }
    return strands;
}

seq::AlleleStatus CleavageScorer::Impl::prepare(const VariantInput& record, Pending& pending) {
    auto found = change_of(record, pending.allele, reference, aliases, window);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        return *status;
    }
    const auto& one = std::get<RecordChange>(found);
    if (genes != nullptr) {
        pending.genes = genes_at(record.contig, one.change);
        if (pending.genes.empty()) {
            return seq::AlleleStatus::kNoGene;
        }
    }
    const std::int64_t begin = one.change.start - window;
    const std::string bases = reference.fetch(one.contig, begin, one.change.end() + window);
    if (known_share(bases) < kMinKnownShare) {
        return seq::AlleleStatus::kNRich;
    }
    for (const char strand : strands_of(pending)) {
        pending.strands.push_back(sites_of(one, bases, begin, strand));
    }
    return seq::AlleleStatus::kOk;
}

// `bases` holds a window on both sides of the change and begins at `begin`.
StrandSites CleavageScorer::Impl::sites_of(const RecordChange& one,
                                           const std::string& bases,
                                           std::int64_t begin,
                                           char strand) {
    StrandPair pair;
    pair.ref = bases;
    pair.alt = bases;
    pair.alt.replace(static_cast<std::size_t>(window), one.change.ref.size(), one.change.alt);
    pair.start = window;
    pair.removed = one.removed();
    pair.inserted = one.inserted();
    if (strand == '-') {  // as much on both sides: the change starts where it did
        pair.ref = seq::reverse_complement(pair.ref);
        pair.alt = seq::reverse_complement(pair.alt);
    }
    StrandSites result;
    result.strand = strand;
    const auto length = static_cast<std::size_t>(window);
    const auto end = begin + static_cast<std::int64_t>(bases.size());
    for (const Frame& frame : frames_of(pair, window, offset)) {
        Site site;
        site.ref_at = strand == '-' ? end - 1 - frame.ref : begin + frame.ref;
        site.ref_window = pair.ref.substr(static_cast<std::size_t>(frame.ref - offset), length);
        site.alt_window = pair.alt.substr(static_cast<std::size_t>(frame.alt - offset), length);
        site.ref = cache.add(site.ref_window);
        site.alt = cache.add(site.alt_window);
        result.sites.push_back(std::move(site));
    }
    return result;
}

Best CleavageScorer::Impl::best_of(const StrandSites& strand) const {
    Best best;
    for (const Site& site : strand.sites) {
        const auto change =
            compare_cleavage(cache.probabilities(site.ref), cache.probabilities(site.alt), narrow);
        if (!std::isfinite(change.narrow) || !std::isfinite(change.wide) ||
            !std::isfinite(change.mean_shift)) {
            throw Error(ErrorKind::kModel,
                        "the model is so sure of a cleavage that its odds are not a number",
                        "its weights are broken; check the file's SHA-256 against its source");
        }
        if (best.site == nullptr || std::fabs(change.narrow) > std::fabs(best.change.narrow)) {
            best = {&site, change};
        }
    }
    return best;
}

void CleavageScorer::Impl::append_values(const Best& best, std::string& entry) const {
    const CleavageChange& change = best.change;
    for (const double value :
         {change.narrow, change.wide, change.ref_use, change.alt_use, change.mean_shift}) {
        append_number(value, entry);
    }
    const bool more = change.largest > 0;
    const auto range =
        cut_range(more ? best.site->alt_window : best.site->ref_window, change.largest_at);
    std::string places = std::to_string(range.begin - offset);
    if (range.size() > 1) {
        places += ".." + std::to_string(range.end - 1 - offset);
    }
    append_field(places, entry);
    append_number(change.largest, entry);
    if (options.levels) {
        append_number(change.ref_any, entry);
        append_number(change.alt_any, entry);
    }
}

std::string CleavageScorer::Impl::pack(const VariantInput& record,
                                       const std::string& alt,
                                       const seq::Transcript* gene,
                                       char strand,
                                       const Best& best) const {
    std::string entry = alt;
    append_field(consequence_of(best, offset), entry);
    append_field(gene == nullptr ? "" : field_text(gene->gene_name), entry);
    append_field(gene == nullptr ? "" : field_text(gene->gene_id), entry);
    append_field(gene == nullptr ? "" : field_text(gene->id), entry);
    append_field(std::string(1, strand), entry);
    if (best.site == nullptr) {
        const int unknown = options.levels ? 12 : 10;
        for (int i = 0; i < unknown; ++i) {
            append_field(".", entry);
        }
        return entry;
    }
    const auto at = static_cast<std::size_t>(offset);
    const auto length = static_cast<std::size_t>(kHexamer);
    append_field(best.site->ref_window.substr(at, length), entry);
    append_field(best.site->alt_window.substr(at, length), entry);
    append_field(std::to_string(best.site->ref_at - record.position), entry);
    append_values(best, entry);
    return entry;
}

std::string CleavageScorer::Impl::top_of(const VariantInput& record,
                                         const seq::Transcript* gene,
                                         char strand,
                                         const Best& best) const {
    return std::string("polyadenylation:") +
           (best.change.narrow > 0 ? "cleavage_gain:" : "cleavage_loss:") +
           (gene == nullptr ? "no_gene" : field_text(gene->gene_name)) + ":" + record.contig + ":" +
           std::to_string(best.site->ref_at + 1) + ":" + strand;
}

seq::AlleleAnnotation CleavageScorer::Impl::judge(const VariantInput& record,
                                                  const Pending& pending) const {
    seq::AlleleAnnotation out;
    out.status = pending.status;
    if (pending.status != seq::AlleleStatus::kOk) {
        return out;
    }
    std::vector<Best> bests;
    for (const StrandSites& strand : pending.strands) {
        bests.push_back(best_of(strand));
    }
    double score = 0;
    const auto take = [&](const seq::Transcript* gene, std::size_t s) {
        const char strand = pending.strands[s].strand;
        out.packed.push_back(pack(record, record.alts[pending.allele], gene, strand, bests[s]));
        const double change = bests[s].change.narrow;
        if (std::fabs(change) > std::max(std::fabs(score), kSmallestPrinted)) {
            score = change;
            out.top = top_of(record, gene, strand, bests[s]);
        }
    };
    if (genes == nullptr) {  // the strand with the larger effect; plus when equal
        const bool minus = bests[0].site == nullptr ? bests[1].site != nullptr
                                                    : std::fabs(bests[1].change.narrow) >
                                                          std::fabs(bests[0].change.narrow);
        take(nullptr, minus ? 1 : 0);
    }
    for (const std::size_t row : pending.genes) {
        const seq::Transcript& gene = genes->transcripts()[row];
        const bool first = pending.strands.front().strand == gene.strand;
        take(&gene, first ? 0 : 1);
    }
    out[seq::Modality::kPas] = static_cast<float>(round_to_micro(score));
    return out;
}

void CleavageScorer::Impl::flush(std::span<const VariantInput> batch,
                                 std::vector<seq::RecordAnnotation>& annotations) {
    cache.run();
    for (const Pending& pending : waiting) {
        annotations[pending.record].alleles.push_back(judge(batch[pending.record], pending));
    }
    waiting.clear();
    cache.forget();
}

CleavageScorer::CleavageScorer(std::shared_ptr<const models::AparentNetwork> network,
                               const seq::ReferenceSource& reference,
                               const seq::GeneModels* genes,
                               const CleavageScorerOptions& options,
                               int threads)
    : impl_(std::make_unique<Impl>(std::move(network), reference, genes, options, threads)) {
    if (impl_->narrow.end > impl_->window) {
        throw Error(ErrorKind::kModel,
                    impl_->network->identity().path +
                        ": the window ends before the 50 bases behind the hexamer do");
    }
}

CleavageScorer::~CleavageScorer() = default;

std::vector<seq::RecordAnnotation> CleavageScorer::score(std::span<const VariantInput> batch) {
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            Pending pending;
            pending.record = r;
            pending.allele = a;
            pending.status = impl_->prepare(batch[r], pending);
            impl_->waiting.push_back(std::move(pending));
            if (impl_->cache.size() > 2 * WindowCache::kKept) {
                impl_->flush(batch, annotations);
            }
        }
    }
    impl_->flush(batch, annotations);
    return annotations;
}

std::string CleavageScorer::packed_format() const {
    std::string fields =
        "Allele|Consequence|Gene|Gene_ID|Feature|Strand|Hexamer_REF|Hexamer_ALT|Hexamer_offset|"
        "Narrow|Wide|Use_REF|Use_ALT|Mean_shift|Cut|Cut_change";
    if (impl_->options.levels) {
        fields += "|Any_REF|Any_ALT";
    }
    return fields;
}

}  // namespace varhush::scoring
