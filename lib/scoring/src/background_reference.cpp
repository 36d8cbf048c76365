#include "varhush/scoring/background_reference.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace varhush::scoring {

namespace {

void check_variant(const seq::ReferenceSource& reference, const ScoredVariant& variant) {
    if (variant.ref.size() != variant.alt.size()) {
        throw Error(ErrorKind::kUsage,
                    variant.to_text() + ": a background variant must keep the length",
                    "behind an insertion or deletion the positions would not be those of the "
                    "reference");
    }
    const auto length = reference.length_bp(variant.contig);
    if (!length) {
        throw Error(ErrorKind::kInput,
                    variant.to_text() + ": the reference has no contig " + variant.contig);
    }
    if (variant.start < 0 || variant.end() > *length) {
        throw Error(ErrorKind::kInput,
                    variant.to_text() + " lies outside its contig, which has " +
                        std::to_string(*length) + " bases");
    }
    const auto found = reference.fetch(variant.contig, variant.start, variant.end());
    if (found != variant.ref) {
        throw Error(ErrorKind::kInput,
                    variant.to_text() + ": the reference has " + found + " there",
                    "is the variant on another genome build?");
    }
}

[[noreturn]] void refuse(std::string_view text) {
    throw Error(ErrorKind::kUsage,
                "not a variant: " + std::string(text.substr(0, 80)),
                "written as chr1:12345:A>C, position counted from 1");
}

}  // namespace

BackgroundReference::BackgroundReference(const seq::ReferenceSource& reference,
                                         std::vector<ScoredVariant> variants)
    : reference_(reference), variants_(std::move(variants)) {
    for (const auto& variant : variants_) {
        check_variant(reference_, variant);
    }
    for (auto one = variants_.begin(); one != variants_.end(); ++one) {
        const auto clash = std::find_if(variants_.begin(), one, [&](const auto& other) {
            return other.contig == one->contig && other.start < one->end() &&
                   one->start < other.end();
        });
        if (clash != one) {
            throw Error(ErrorKind::kUsage, one->to_text() + " overlaps " + clash->to_text());
        }
    }
}

const std::vector<seq::ReferenceSource::Contig>& BackgroundReference::contigs() const {
    return reference_.contigs();
}

std::optional<std::int64_t> BackgroundReference::length_bp(std::string_view name) const {
    return reference_.length_bp(name);
}

std::string BackgroundReference::fetch(std::string_view name,
                                       std::int64_t start,
                                       std::int64_t end) const {
    std::string bases = reference_.fetch(name, start, end);
    for (const auto& variant : variants_) {
        if (variant.contig != name) {
            continue;
        }
        const std::int64_t first = std::max(start, variant.start);
        const std::int64_t last = std::min(end, variant.end());
        for (std::int64_t at = first; at < last; ++at) {
            bases[static_cast<std::size_t>(at - start)] =
                variant.alt[static_cast<std::size_t>(at - variant.start)];
        }
    }
    return bases;
}

ScoredVariant parse_variant(std::string_view text) {
    // From the right: contig names may hold separators themselves.
    std::string_view rest = text;
    const auto cut_last = [&](std::string_view separators) {
        const auto at = rest.find_last_of(separators);
        if (at == std::string_view::npos) {
            refuse(text);
        }
        const auto part = rest.substr(at + 1);
        rest = rest.substr(0, at);
        return part;
    };
    ScoredVariant variant;
    const auto alt = cut_last(">:-");
    const auto ref = cut_last(":-");
    const auto digits = cut_last(":-");
    std::int64_t position = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), position);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || position < 1 ||
        rest.empty() || !seq::is_acgt(ref) || !seq::is_acgt(alt)) {
        refuse(text);
    }
    variant.contig = rest;
    variant.start = position - 1;
    for (const char base : ref) {
        variant.ref += seq::to_acgtn(base);
    }
    for (const char base : alt) {
        variant.alt += seq::to_acgtn(base);
    }
    return variant;
}

}  // namespace varhush::scoring
