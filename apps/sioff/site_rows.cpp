#include "apps/sioff/site_rows.hpp"

#include "varhush/sirna/off_target_risk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::Bulge;
using sirna::DuplexStrand;
using sirna::OffTargetHit;
using sirna::SiteKind;

constexpr std::uint32_t kCoreOffset = 12;  // of the base opposite position 7 in a site of 19

void append_number(std::string& line, std::uint64_t value) {
    std::array<char, 24> digits;
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    line.append(digits.data(), done.ptr);
}

void append_fixed(std::string& line, double value, int digits) {
    std::array<char, 400> text;  // the largest double has 309 digits
    const auto done = std::to_chars(
        text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
    line.append(text.data(), done.ptr);
}

void append_positions(std::string& line, std::uint32_t mask) {
    if (mask == 0) {
        line += '.';
        return;
    }
    bool first = true;
    for (unsigned position = 1; mask != 0; ++position, mask >>= 1U) {
        if ((mask & 1U) != 0) {
            line += first ? "" : ",";
            append_number(line, position);
            first = false;
        }
    }
}

std::string or_dot(const std::string& text) {
    return text.empty() ? "." : text;
}

bool is_reference(const OffTargetHit& hit) {
    return hit.first_edit == OffTargetHit::kReference;
}

/// What every kind of a seed site has: the bases opposite positions 7 to 2. Of a full site, all.
sirna::Stretch core_of(const OffTargetHit& hit) {
    if (hit.kind == SiteKind::kFull) {
        return {hit.start, hit.end};
    }
    const bool m8 = hit.kind == SiteKind::k7merM8 || hit.kind == SiteKind::k8mer;
    const bool a1 = hit.kind == SiteKind::k7merA1 || hit.kind == SiteKind::k8mer;
    return {hit.start + (m8 ? 1U : 0U), hit.end - (a1 ? 1U : 0U)};
}

}  // namespace

std::string_view to_text(Relation relation) noexcept {
    switch (relation) {
        case Relation::kIntended:
            return "intended";
        case Relation::kIsoform:
            return "isoform";
        case Relation::kParalogue:
            return "paralogue";
        case Relation::kOffTarget:
            break;
    }
    return "off_target";
}

std::string_view site_columns() noexcept {
    return "guide_id\ttranscript\tstart\tend\tstrand\tmismatches\tmismatch_positions\twobbles\t"
           "gene\tgene_name\tspecies\tregion\tsite\tseed\tbulge\tallele\tvariants\teffect\t"
           "relation\ttpm\tcleavage\trepression\n";
}

SiteRows::SiteRows(const sirna::OffTargetIndex& index,
                   const std::vector<double>& tpm,
                   std::vector<std::uint32_t> paralogues)
    : index_(index), paralogues_(std::move(paralogues)) {
    names_.reserve(index.transcripts().size());
    for (std::size_t i = 0; i < index.transcripts().size(); ++i) {
        const sirna::IndexedTranscript& one = index.transcripts()[i];
        const sirna::IndexedGene& gene = index.genes()[one.gene];
        Names names;
        names.name = one.name;
        names.tail = gene.id;
        names.tail += '\t' + gene.name + '\t';
        names.tail += or_dot(index.species()[gene.species]);
        if (tpm.empty()) {
            names.tpm = ".";
        } else {
            append_fixed(names.tpm, tpm[i], 3);
        }
        names_.push_back(std::move(names));
    }
}

Relation SiteRows::relation_of(const OffTargetHit& hit,
                               std::span<const std::uint32_t> intended) const {
    const std::uint32_t gene = index_.transcripts()[hit.transcript].gene;
    if (std::binary_search(intended.begin(), intended.end(), gene)) {
        const bool perfect = hit.kind == SiteKind::kFull && hit.mismatches == 0 &&
                             hit.bulge == Bulge::kNone && hit.strand == DuplexStrand::kGuide;
        return perfect ? Relation::kIntended : Relation::kIsoform;
    }
    const bool paralogue = std::binary_search(paralogues_.begin(), paralogues_.end(), gene);
    return paralogue ? Relation::kParalogue : Relation::kOffTarget;
}

/// By the middle of the site, where the strand cuts.
std::string_view SiteRows::region(const OffTargetHit& hit) const {
    const auto& cds = index_.transcripts()[hit.transcript].cds;
    if (!cds) {
        return ".";
    }
    const std::uint32_t middle = hit.start + (hit.end - hit.start) / 2;
    if (middle < cds->start) {
        return "utr5";
    }
    return middle < cds->end ? "cds" : "utr3";
}

/// Whether alleles of the patient are in it, not only readings of ambiguity letters.
bool SiteRows::has_alleles(const OffTargetHit& hit) const {
    for (std::uint32_t i = 0; i < hit.edit_count; ++i) {
        if (index_.edits()[hit.first_edit + i].variant != sirna::Edit::kAmbiguity) {
            return true;
        }
    }
    return false;
}

/// What the patient's alleles do, for each site: "created" where the reference has no site,
/// "changed" where both have one, "destroyed" where only the reference has.
std::vector<std::string_view> SiteRows::effects(std::span<const OffTargetHit> hits) const {
    std::vector<std::string_view> effects(hits.size(), ".");
    if (index_.variants().empty()) {
        return effects;
    }
    // Sites of the two kinds of sequence belong together when they share an end.
    using Place = std::tuple<DuplexStrand, std::uint32_t, std::uint32_t>;
    std::array<std::set<Place>, 2> starts;
    std::array<std::set<Place>, 2> ends;
    for (const OffTargetHit& hit : hits) {
        const std::size_t kind = has_alleles(hit) ? 1 : 0;
        starts[kind].emplace(hit.strand, hit.transcript, core_of(hit).start);
        ends[kind].emplace(hit.strand, hit.transcript, core_of(hit).end);
    }
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const OffTargetHit& hit = hits[i];
        const bool reference = !has_alleles(hit);
        if (reference && index_.variants_in(hit.transcript, hit.start, hit.end).empty()) {
            continue;
        }
        const std::size_t other = reference ? 1 : 0;
        const sirna::Stretch core = core_of(hit);
        const bool both = starts[other].contains({hit.strand, hit.transcript, core.start}) ||
                          ends[other].contains({hit.strand, hit.transcript, core.end});
        if (both) {
            effects[i] = "changed";
        } else {
            effects[i] = reference ? "destroyed" : "created";
        }
    }
    return effects;
}

/// Columns allele and variants.
void SiteRows::append_alleles(const OffTargetHit& hit, std::string& line) const {
    std::vector<std::uint32_t> variants;
    if (is_reference(hit)) {
        if (!index_.variants().empty()) {
            for (const auto& one : index_.variants_in(hit.transcript, hit.start, hit.end)) {
                variants.push_back(one.variant);
            }
        }
        line += variants.empty() ? "." : "ref";
    } else {
        for (std::uint32_t i = 0; i < hit.edit_count; ++i) {
            const std::uint32_t variant = index_.edits()[hit.first_edit + i].variant;
            if (variant != sirna::Edit::kAmbiguity) {
                variants.push_back(variant);
            }
        }
        line += variants.empty() ? "iupac" : "alt";
    }
    line += '\t';
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const sirna::IndexedVariant& variant = index_.variants()[variants[i]];
        line += i > 0 ? "," : "";
        line += variant.label;
        line += variant.homozygous ? "(hom)" : "(het)";
    }
    line += variants.empty() ? "." : "";
}

void SiteRows::append_line(const ListedGuide& guide,
                           const OffTargetHit& hit,
                           Relation relation,
                           std::string_view effect,
                           std::string& table,
                           std::string* bed) const {
    const Names& names = names_[hit.transcript];
    const bool full = hit.kind == SiteKind::kFull;
    const SiteKind seed = full ? sirna::seed_in(index_, hit) : hit.kind;
    const double cleavage = sirna::cleavage_weight(hit);
    const double repression = sirna::seed_weight(seed);
    table += guide.id;
    table += '\t';
    table += names.name;
    table += '\t';
    append_number(table, hit.start);
    table += '\t';
    append_number(table, hit.end);
    table += hit.strand == DuplexStrand::kGuide ? "\tguide\t" : "\tpassenger\t";
    if (full) {
        append_number(table, hit.mismatches);
        table += '\t';
        append_positions(table, hit.mismatch_mask);
        table += '\t';
        append_number(table, hit.wobbles);
    } else {
        table += ".\t.\t.";
    }
    table += '\t';
    table += names.tail;
    table += '\t';
    table += region(hit);
    table += full ? "\tfull\t" : "\tseed\t";
    table += seed == SiteKind::kFull ? std::string_view(".") : sirna::to_text(seed);
    table += '\t';
    if (hit.bulge == Bulge::kNone) {
        table += '.';
    } else {
        table += hit.bulge == Bulge::kTarget ? "target:" : "strand:";
        append_number(table, hit.bulge_position);
    }
    table += '\t';
    append_alleles(hit, table);
    table += '\t';
    table += effect;
    table += '\t';
    table += to_text(relation);
    table += '\t';
    table += names.tpm;
    table += '\t';
    append_fixed(table, cleavage, 4);
    table += '\t';
    append_fixed(table, repression, 4);
    table += '\n';
    if (bed != nullptr) {
        constexpr double kBedScale = 1000;
        *bed += names.name;
        *bed += '\t';
        append_number(*bed, hit.start);
        *bed += '\t';
        append_number(*bed, std::max(hit.end, hit.start + 1));
        *bed += '\t';
        *bed += guide.id;
        *bed += hit.strand == DuplexStrand::kGuide ? "/guide\t" : "/passenger\t";
        append_number(
            *bed,
            static_cast<std::uint64_t>(std::lround(std::max(cleavage, repression) * kBedScale)));
        *bed += "\t-\n";
    }
}

void SiteRows::append(const ListedGuide& guide,
                      std::span<const OffTargetHit> full,
                      std::span<const OffTargetHit> seeds,
                      std::span<const std::uint32_t> intended,
                      std::string& table,
                      std::string* bed) const {
    const auto changes = effects(full);
    using Place = std::tuple<DuplexStrand, std::uint32_t, std::uint32_t>;
    std::set<Place> known;  // seeds of the reference that a full site shows
    for (std::size_t i = 0; i < full.size(); ++i) {
        const OffTargetHit& hit = full[i];
        append_line(guide, hit, relation_of(hit, intended), changes[i], table, bed);
        if (!seeds.empty() && sirna::seed_in(index_, hit) != SiteKind::kFull) {
            known.emplace(hit.strand, hit.transcript, hit.start + kCoreOffset);
        }
    }
    const auto seed_changes = effects(seeds);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        const OffTargetHit& hit = seeds[i];
        if (!is_reference(hit) ||
            !known.contains({hit.strand, hit.transcript, core_of(hit).start})) {
            append_line(guide, hit, relation_of(hit, intended), seed_changes[i], table, bed);
        }
    }
}

}  // namespace varhush::apps
