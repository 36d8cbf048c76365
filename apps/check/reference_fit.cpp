#include "apps/check/reference_fit.hpp"

#include "varhush/seq/allele.hpp"
#include "varhush/seq/human_build.hpp"
#include "varhush/seq/left_align.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace varhush::apps {
namespace {

constexpr std::size_t kShownMismatches = 5;
constexpr std::size_t kShownBases = 20;

std::vector<std::string> names_of(const seq::ReferenceSource& reference) {
    std::vector<std::string> names;
    for (const auto& contig : reference.contigs()) {
        names.push_back(contig.name);
    }
    return names;
}

std::optional<std::string> build_of(const seq::ReferenceSource& reference) {
    std::vector<seq::NamedLength> contigs;
    for (const auto& contig : reference.contigs()) {
        contigs.push_back({contig.name, contig.length_bp});
    }
    return seq::human_build(contigs);
}

bool is_normalised(const seq::ReferenceSource& reference,
                   const std::string& contig,
                   const io::VariantRecord& record) {
    seq::Spelling spelling{record.position(), std::string(record.ref()), {}};
    for (std::size_t i = 0; i < record.alt_count(); ++i) {
        spelling.alts.emplace_back(record.alt(i));
    }
    return seq::left_align(reference, contig, std::numeric_limits<std::int64_t>::max(), spelling) ==
           seq::LeftAlignment::kUnchanged;
}

}  // namespace

ReferenceChecker::ReferenceChecker(const std::string& path)
    : reference_(path), aliases_(names_of(reference_)) {
    fit_.path = path;
    fit_.build = build_of(reference_);
}

void ReferenceChecker::see(const io::VariantRecord& record) {
    if (fit_.compared++ == 0 || record.contig() != last_contig_) {
        last_contig_ = record.contig();
        last_name_ = name_of(last_contig_);
    }
    if (!last_name_) {
        ++fit_.unknown_contig;
        return;
    }
    if (!seq::ref_agrees(reference_, *last_name_, record.position(), record.ref())) {
        note_mismatch(record, *last_name_);
        return;
    }
    ++fit_.agreeing;
    if (!is_normalised(reference_, *last_name_, record)) {
        ++fit_.not_normalised;
    }
}

void ReferenceChecker::note_mismatch(const io::VariantRecord& record, const std::string& contig) {
    const std::int64_t length_bp = reference_.length_bp(contig).value_or(0);
    const auto ref_bp = static_cast<std::int64_t>(record.ref().size());
    const bool inside = record.position() >= 0 && record.position() <= length_bp - ref_bp;
    fit_.past_end += inside ? 0 : 1;
    if (fit_.mismatches.size() == kShownMismatches) {
        return;
    }
    Mismatch mismatch{record.where(), std::string(record.ref().substr(0, kShownBases)), {}};
    if (inside) {
        const auto shown = static_cast<std::int64_t>(mismatch.ref.size());
        mismatch.fasta = reference_.fetch(contig, record.position(), record.position() + shown);
    }
    if (record.ref().size() > kShownBases) {
        mismatch.ref += "...";
        mismatch.fasta += inside ? "..." : "";
    }
    fit_.mismatches.push_back(std::move(mismatch));
}

ReferenceFit ReferenceChecker::finish(const io::VariantHeader& header) const {
    ReferenceFit result = fit_;
    for (const auto& contig : header.contigs()) {
        const std::optional<std::string> name = name_of(contig.name);
        if (name && contig.length_bp) {
            ++(*contig.length_bp == reference_.length_bp(*name) ? result.equal_lengths
                                                                : result.other_lengths);
        }
    }
    return result;
}

}  // namespace varhush::apps
