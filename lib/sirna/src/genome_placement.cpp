#include "varhush/sirna/genome_placement.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <utility>

namespace varhush::sirna {

GenomePlacement::GenomePlacement(std::string contig, char strand, std::vector<seq::Interval> exons)
    : contig_(std::move(contig)), strand_(strand), exons_(std::move(exons)) {
    std::int64_t last_end = 0;
    for (const seq::Interval& exon : exons_) {
        if (exon.start < last_end || exon.end <= exon.start) {
            throw Error(ErrorKind::kInput,
                        "the exons of a transcript on " + contig_ +
                            " are empty, overlap or are not in genome order");
        }
        before_.push_back(size_);
        size_ += static_cast<std::size_t>(exon.end - exon.start);
        last_end = exon.end;
    }
    if (exons_.empty()) {
        throw Error(ErrorKind::kInput, "a transcript on " + contig_ + " has no exons");
    }
}

std::int64_t GenomePlacement::to_genome(std::size_t base) const {
    VARHUSH_CHECK(base < size_);
    const std::size_t along = strand_ == '-' ? size_ - 1 - base : base;
    const auto behind = std::upper_bound(before_.begin(), before_.end(), along);
    const auto exon = static_cast<std::size_t>(behind - before_.begin()) - 1;
    return exons_[exon].start + static_cast<std::int64_t>(along - before_[exon]);
}

std::optional<std::size_t> GenomePlacement::to_transcript(std::int64_t position) const {
    const auto behind = std::upper_bound(
        exons_.begin(), exons_.end(), position, [](std::int64_t at, const seq::Interval& exon) {
            return at < exon.start;
        });
    if (behind == exons_.begin() || position >= std::prev(behind)->end) {
        return std::nullopt;
    }
    const auto exon = static_cast<std::size_t>(behind - exons_.begin()) - 1;
    const std::size_t along =
        before_[exon] + static_cast<std::size_t>(position - exons_[exon].start);
    return strand_ == '-' ? size_ - 1 - along : along;
}

std::vector<seq::Interval> GenomePlacement::pieces(std::size_t start, std::size_t end) const {
    VARHUSH_CHECK(start <= end && end <= size_);
    const std::size_t first = strand_ == '-' ? size_ - end : start;
    const std::size_t last = strand_ == '-' ? size_ - start : end;
    std::vector<seq::Interval> found;
    for (std::size_t exon = 0; exon < exons_.size(); ++exon) {
        const auto length = static_cast<std::size_t>(exons_[exon].end - exons_[exon].start);
        const std::size_t from = std::max(first, before_[exon]);
        const std::size_t to = std::min(last, before_[exon] + length);
        if (from < to) {
            found.push_back({exons_[exon].start + static_cast<std::int64_t>(from - before_[exon]),
                             exons_[exon].start + static_cast<std::int64_t>(to - before_[exon])});
        }
    }
    return found;
}

namespace {

/// The genome's base under a base of the transcript, as A C G T; 0 outside the exons.
char genome_base(const GenomePlacement& placement, std::string_view rna, std::int64_t position) {
    const auto base = placement.to_transcript(position);
    if (!base || *base >= rna.size()) {
        return 0;
    }
    const char there = to_rna(rna.substr(*base, 1))[0];
    const char letter = placement.strand() == '-' ? complement_rna(there) : there;
    return letter == 'U' ? 'T' : letter;
}

}  // namespace

bool insert_into_exon(const GenomePlacement& placement,
                      std::string_view rna,
                      std::int64_t& position,
                      std::string& bases) {
    VARHUSH_CHECK(!bases.empty());
    const bool left = placement.to_transcript(position - 1).has_value();
    const bool right = placement.to_transcript(position).has_value();
    if (left == right) {
        return left;
    }
    std::string turned = bases;
    std::int64_t moved = position;
    if (right && genome_base(placement, rna, position) == bases.front()) {
        std::rotate(turned.begin(), turned.begin() + 1, turned.end());
        ++moved;
    } else if (left && genome_base(placement, rna, position - 1) == bases.back()) {
        std::rotate(turned.begin(), turned.end() - 1, turned.end());
        --moved;
    }
    if (!placement.to_transcript(moved - 1) || !placement.to_transcript(moved)) {
        return false;
    }
    bases = std::move(turned);
    position = moved;
    return true;
}

}  // namespace varhush::sirna
