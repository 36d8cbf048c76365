#include "varhush/io/merged_alignments.hpp"

#include "varhush/core/error.hpp"

#include <limits>
#include <string>
#include <utility>

namespace varhush::io {

namespace {

bool has_place(const Alignment& read) noexcept {
    return read.contig_id >= 0 && read.start >= 0;
}

std::pair<int, std::int64_t> place_of(const Alignment& read) noexcept {
    return has_place(read) ? std::pair(read.contig_id, read.start)
                           : std::pair(std::numeric_limits<int>::max(), std::int64_t{0});
}

void check_same_contigs(const AlignmentReader& first, const AlignmentReader& other) {
    const auto& ours = first.contigs();
    const auto& theirs = other.contigs();
    std::string difference;
    if (ours.size() != theirs.size()) {
        difference = std::to_string(ours.size()) + " and " + std::to_string(theirs.size());
    }
    for (std::size_t i = 0; i < ours.size() && difference.empty(); ++i) {
        if (ours[i].name != theirs[i].name || ours[i].length_bp != theirs[i].length_bp) {
            difference = ours[i].name + " (" + std::to_string(ours[i].length_bp) + " bases) and " +
                         theirs[i].name + " (" + std::to_string(theirs[i].length_bp) + ")";
        }
    }
    if (!difference.empty()) {
        throw Error(
            ErrorKind::kInput,
            first.name() + " and " + other.name() + " have different contigs: " + difference,
            "samtools reheader, or align them to the same reference");
    }
}

std::string position_of(const Alignment& read) {
    return read.contig + ":" + std::to_string(read.start + 1);
}

}  // namespace

MergedAlignments::MergedAlignments(std::span<AlignmentReader> readers)
    : readers_(readers), heads_(readers.size()) {
    VARHUSH_CHECK(!readers.empty());
    for (const AlignmentReader& reader : readers.subspan(1)) {
        check_same_contigs(readers.front(), reader);
    }
}

void MergedAlignments::go_to(const seq::Region& region) {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        readers_[i].go_to(region);
        heads_[i].contig_id = 0;
        heads_[i].start = -1;
    }
    started_ = false;
}

void MergedAlignments::check_order(const Alignment& read,
                                   Head& head,
                                   const AlignmentReader& reader) {
    if (!has_place(read)) {
        return;
    }
    const auto& contigs = reader.contigs();
    const auto& last = contigs[static_cast<std::size_t>(head.contig_id)];
    const auto& here = contigs[static_cast<std::size_t>(read.contig_id)];
    if (read.contig_id < head.contig_id) {
        throw Error(ErrorKind::kInput,
                    reader.name() + ": the reads are not sorted: " + here.name + " comes after " +
                        last.name,
                    "samtools sort");
    }
    if (read.contig_id == head.contig_id && read.start < head.start) {
        throw Error(ErrorKind::kInput,
                    reader.name() + ": the reads are not sorted: " + position_of(read) +
                        " comes after " + std::to_string(head.start + 1),
                    "samtools sort");
    }
    if (read.start >= here.length_bp) {
        throw Error(ErrorKind::kInput,
                    reader.name() + ": read " + read.name + " starts at " + position_of(read) +
                        ", but the contig has only " + std::to_string(here.length_bp) + " bases");
    }
    head.contig_id = read.contig_id;
    head.start = read.start;
}

void MergedAlignments::refill(std::size_t source) {
    Head& head = heads_[source];
    head.filled = readers_[source].next(head.alignment);
    if (head.filled) {
        check_order(head.alignment, head, readers_[source]);
    }
}

bool MergedAlignments::next(Alignment& alignment) {
    if (heads_.size() == 1) {
        const bool found = readers_.front().next(alignment);
        if (found) {
            check_order(alignment, heads_.front(), readers_.front());
        }
        return found;
    }
    if (!started_) {
        started_ = true;
        for (std::size_t i = 0; i < heads_.size(); ++i) {
            refill(i);
        }
    } else {
        refill(source_);
    }
    bool found = false;
    for (std::size_t i = 0; i < heads_.size(); ++i) {
        if (heads_[i].filled &&
            (!found || place_of(heads_[i].alignment) < place_of(heads_[source_].alignment))) {
            source_ = i;
            found = true;
        }
    }
    if (found) {
        std::swap(alignment, heads_[source_].alignment);
    }
    return found;
}

}  // namespace varhush::io
