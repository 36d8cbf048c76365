#include "splice_compat.hpp"

#include "splice_deltas.hpp"
#include "splice_format.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace varhush::scoring {

namespace {

constexpr std::string_view kNeverScored = ".-*<>[]";

// Alternative rows on reference rows as SpliceAI's script does it, by the lengths of REF and ALT as
// spelled.
std::vector<float> realign_as_spelled(std::span<const float> alt,
                                      std::size_t ref_rows,
                                      std::size_t centre,
                                      std::size_t ref_length,
                                      std::size_t alt_length) {
    constexpr std::size_t kClasses = 3;
    std::vector<float> out(alt.begin(), alt.end());
    if (ref_length > 1 && alt_length == 1) {
        // More deleted than the window's right half: all zeros go behind what is left.
        const std::size_t kept = std::min(centre + 1, alt.size() / kClasses);
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(kept * kClasses),
                   (ref_length - 1) * kClasses,
                   0.0F);
    } else if (ref_length == 1 && alt_length > 1) {
        for (std::size_t row = centre + 1; row < centre + alt_length; ++row) {
            for (std::size_t c = 0; c < kClasses; ++c) {
                float& kept = out[centre * kClasses + c];
                kept = std::max(kept, out[row * kClasses + c]);
            }
        }
        out.erase(out.begin() + static_cast<std::ptrdiff_t>((centre + 1) * kClasses),
                  out.begin() + static_cast<std::ptrdiff_t>((centre + alt_length) * kClasses));
    }
    out.resize(ref_rows * kClasses);
    return out;
}

// Signed distance from POS to the nearest exon end, the first of equals.
std::int64_t nearest_boundary(const seq::Transcript& transcript, std::int64_t position) {
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t boundary : exon_boundaries(transcript)) {
        if (best == std::numeric_limits<std::int64_t>::max() ||
            std::abs(boundary - position) < std::abs(best)) {
            best = boundary - position;
        }
    }
    return best;
}

}  // namespace

Job job_as_spelled(const VariantInput& record,
                   const std::string& alt,
                   const seq::Interval& known,
                   int distance_bp,
                   bool extend_over_ref) {
    std::string_view ref_bases = record.ref;
    std::string_view alt_bases = alt;
    std::int64_t start = record.position;
    const auto ref_length = static_cast<std::int64_t>(record.ref.size());
    const auto alt_length = static_cast<std::int64_t>(alt.size());
    // ALT bases are seen even where the reference is hidden behind the gene's end, so common bases
    // may be trimmed only when the whole of REF lies inside. (Trimmed as seq::normalise does, to
    // share its jobs.)
    if (known.start <= record.position && record.position + ref_length <= known.end) {
        while (!ref_bases.empty() && !alt_bases.empty() && ref_bases.back() == alt_bases.back()) {
            ref_bases.remove_suffix(1);
            alt_bases.remove_suffix(1);
        }
        while (!ref_bases.empty() && !alt_bases.empty() && ref_bases.front() == alt_bases.front()) {
            ref_bases.remove_prefix(1);
            alt_bases.remove_prefix(1);
            ++start;
        }
    }
    const std::int64_t begin = record.position - distance_bp;
    const std::int64_t end = record.position + distance_bp + (extend_over_ref ? ref_length : 1);
    Job job;
    job.ref_window = {begin, end};
    job.start = start;
    job.removed = static_cast<std::int64_t>(ref_bases.size());
    for (const char base : alt_bases) {
        job.inserted += seq::to_acgtn(base);
    }
    job.alt_window = {begin, end + alt_length - ref_length};
    return job;
}

SpliceCompat::SpliceCompat(const models::SpliceConfig& config,
                           const seq::ReferenceSource& reference,
                           const seq::GeneModels& genes,
                           const SpliceScorerOptions& options)
    : config_(config), reference_(reference), genes_(genes), options_(options) {}

bool SpliceCompat::accepts(const VariantInput& record, const std::string& contig) const {
    const std::int64_t half = config_.half_context() + options_.distance_bp;
    const auto ref_length = static_cast<std::int64_t>(record.ref.size());
    const std::int64_t contig_length = reference_.length_bp(contig).value_or(0);
    const bool tissues = config_.head == models::SpliceHead::kPangolin12;
    const std::int64_t last = record.position + half + (tissues ? ref_length - 1 : 0);
    if (record.position < half || last >= contig_length) {
        return false;
    }
    if (ref_length > 2 * std::int64_t{options_.distance_bp} || ref_length > half + 1) {
        return false;
    }
    // REF is compared as written, so a lower-case REF never matches.
    return reference_.fetch(contig, record.position, record.position + ref_length) == record.ref;
}

bool SpliceCompat::shape_is_scored(const std::string& ref, const std::string& alt) const {
    if (config_.head == models::SpliceHead::kPangolin12 && ref.size() == alt.size()) {
        return true;
    }
    return ref.size() == 1 || alt.size() == 1;
}

SpliceCompat::Plan SpliceCompat::plan(const VariantInput& record,
                                      const std::string& contig,
                                      std::size_t allele,
                                      JobTable& table) const {
    const bool tissues = config_.head == models::SpliceHead::kPangolin12;
    const std::string& alt = record.alts[allele];
    if ((tissues && allele > 0) || alt.empty() ||  // Pangolin reads the first ALT only
        alt.find_first_of(kNeverScored) != std::string::npos) {
        return {};
    }
    auto rows = genes_.overlapping(record.contig, record.position, record.position + 1);
    if (rows.empty() || !accepts(record, contig)) {
        return {};
    }
    if (tissues) {  // genes of the plus strand come first
        std::stable_partition(rows.begin(), rows.end(), [&](std::size_t row) {
            return genes_.transcripts()[row].strand == '+';
        });
    }
    Plan plan;
    for (const std::size_t row : rows) {
        const seq::Transcript& gene = genes_.transcripts()[row];
        Item item{alt, row, !shape_is_scored(record.ref, alt), 0};
        if (tissues && item.dots) {
            continue;
        }
        if (!item.dots) {
            const seq::Interval known =
                tissues ? seq::Interval{0, reference_.length_bp(contig).value_or(0)} : gene.span;
            item.job = table.add({contig, gene.strand, known},
                                 job_as_spelled(record, alt, known, options_.distance_bp, tissues));
        }
        plan.items.push_back(std::move(item));
    }
    return plan;
}

std::string SpliceCompat::three_class_entry(const VariantInput& record,
                                            const Item& item,
                                            const JobResult& result) const {
    const seq::Transcript& gene = genes_.transcripts()[item.transcript];
    const auto& ref = result.probabilities.ref;
    const auto alt = realign_as_spelled(result.probabilities.alt,
                                        ref.size() / 3,
                                        static_cast<std::size_t>(options_.distance_bp),
                                        record.ref.size(),
                                        item.alt.size());
    SpliceDeltas deltas = three_class_deltas(ref, alt, {});
    std::string scores;
    std::string positions;
    const std::int64_t boundary = nearest_boundary(gene, record.position);
    for (std::size_t kind = 0; kind < deltas.size(); ++kind) {
        const std::int64_t position = deltas[kind].offset - options_.distance_bp;
        const bool is_gain = kind % 2 == 0;
        // One number decides: gains at the nearest exon end, losses anywhere else are dropped.
        if (options_.mask && (position == boundary) == is_gain) {
            deltas[kind].score *= 0;
        }
        scores += "|" + fixed(deltas[kind].score, options_.compat_digits);
        positions += "|" + std::to_string(position);
    }
    return item.alt + "|" + field_text(gene.gene_name) + scores + positions;
}

std::string SpliceCompat::tissue_entry(const VariantInput& record,
                                       const Item& item,
                                       const JobResult& result) const {
    const seq::Transcript& gene = genes_.transcripts()[item.transcript];
    const auto tissues = static_cast<std::size_t>(models::result_channels(config_));
    const auto& ref = result.probabilities.ref;
    const std::int64_t begin = record.position - options_.distance_bp;
    const auto rows = static_cast<std::int64_t>(ref.size() / tissues);
    // REF[0] and ALT[0] are paired, the rest of the longer one is deleted or inserted behind them.
    const auto alt = realign(result.probabilities.alt,
                             tissues,
                             begin,
                             rows,
                             record.position,
                             static_cast<std::int64_t>(record.ref.size()),
                             static_cast<std::int64_t>(item.alt.size()));
    BoundaryMask mask;
    if (options_.mask) {
        const auto boundaries = exon_boundaries(gene);
        for (std::int64_t row = 0; row < rows; ++row) {
            mask.annotated.push_back(boundaries.contains(begin + row));
        }
    }
    const std::string name = field_text(gene.gene_name);
    std::string entry = name;
    for (const Delta& delta : tissue_deltas(ref, alt, tissues, mask)) {
        const bool is_loss = entry != name;
        entry += "|" + std::to_string(delta.offset - options_.distance_bp) + ":" +
                 fixed(is_loss && delta.score > 0 ? -delta.score : std::max(delta.score, 0.0),
                       options_.compat_digits);
    }
    return entry + "|Warnings:";
}

std::vector<std::string> SpliceCompat::entries(const VariantInput& record,
                                               const Plan& plan,
                                               const JobTable& table) const {
    std::vector<std::string> out;
    for (const Item& item : plan.items) {
        if (item.dots) {
            out.push_back(item.alt + "|" +
                          field_text(genes_.transcripts()[item.transcript].gene_name) +
                          "|.|.|.|.|.|.|.|.");
        } else if (config_.head == models::SpliceHead::kPangolin12) {
            out.push_back(tissue_entry(record, item, table.result(item.job)));
        } else {
            out.push_back(three_class_entry(record, item, table.result(item.job)));
        }
    }
    return out;
}

}  // namespace varhush::scoring
