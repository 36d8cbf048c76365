#include "varhush/scoring/window.hpp"

#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::scoring {

namespace {

std::int64_t floor_half(std::int64_t value) {
    return value >= 0 ? value / 2 : -((1 - value) / 2);
}

/// Puts `text` over the variant's REF bases in `bases`, which start at `first`; what lies outside
/// stays outside. Alleles across the left end are cut there at the same letter.
void put(std::string& bases, std::int64_t first, const ScoredVariant& variant, bool alt) {
    const auto length = static_cast<std::int64_t>(bases.size());
    const std::int64_t cut = std::max<std::int64_t>(first - variant.start, 0);
    const auto ref_bp = static_cast<std::int64_t>(variant.ref.size());
    const bool touches = variant.start < first + length && (ref_bp == 0 ? cut == 0 : cut < ref_bp);
    if (!touches) {
        return;
    }
    const std::int64_t from = variant.start + cut - first;
    const std::int64_t covered = std::min(ref_bp - cut, length - from);
    const std::string& text = alt ? variant.alt : variant.ref;
    const std::string part = text.substr(std::min(static_cast<std::size_t>(cut), text.size()));
    bases.replace(static_cast<std::size_t>(from),
                  static_cast<std::size_t>(covered),
                  alt ? part : part.substr(0, static_cast<std::size_t>(covered)));
}

std::string oriented(std::string bases, const ScoreWindow& window) {
    bases.resize(static_cast<std::size_t>(window.width()), 'N');
    return window.strand == '-' ? seq::reverse_complement(bases) : bases;
}

}  // namespace

std::string ScoreWindow::to_text() const {
    return contig + ":" + std::to_string(start) + "-" + std::to_string(end) + ":" + strand;
}

std::string ScoredVariant::to_text() const {
    return contig + ":" + std::to_string(start + 1) + ":" + ref + ">" + alt;
}

ScoreWindow resized(const ScoreWindow& window, std::int64_t width) {
    const bool minus = window.strand == '-';
    const std::int64_t odd = window.width() % 2;
    const std::int64_t centre = floor_half(window.start + window.end) + (minus ? 0 : odd);
    const std::int64_t left = minus ? width / 2 : width - width / 2;
    return {window.contig, centre - left, centre - left + width, window.strand};
}

ScoreWindow window_round(const ScoredVariant& variant, std::int64_t width) {
    return resized({variant.contig, variant.start, variant.end(), '.'}, width);
}

std::string ref_sequence(const seq::ReferenceSource& reference,
                         const ScoreWindow& window,
                         const ScoredVariant& variant) {
    std::string bases = reference.fetch(window.contig, window.start, window.end);
    if (variant.contig == window.contig) {
        put(bases, window.start, variant, false);
    }
    return oriented(std::move(bases), window);
}

std::string alt_sequence(const seq::ReferenceSource& reference,
                         const ScoreWindow& window,
                         const ScoredVariant& variant) {
    return alt_sequence(reference, window, {&variant, 1});
}

std::string alt_sequence(const seq::ReferenceSource& reference,
                         const ScoreWindow& window,
                         std::span<const ScoredVariant> variants) {
    std::int64_t deleted = 0;
    for (const ScoredVariant& variant : variants) {
        deleted += std::max<std::int64_t>(-variant.inserted_bp(), 0);
    }
    std::string bases = reference.fetch(window.contig, window.start, window.end + deleted);
    // From right to left: what a change moves has no change of its own to come.
    for (auto variant = variants.rbegin(); variant != variants.rend(); ++variant) {
        if (variant->contig == window.contig) {
            put(bases, window.start, *variant, true);
        }
    }
    return oriented(std::move(bases), window);
}

}  // namespace varhush::scoring
