#include "varhush/seq/left_align.hpp"

#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>

namespace varhush::seq {
namespace {

constexpr std::int64_t kPieceBp = 256;

using Alleles = std::vector<std::deque<char>>;

/// REF first. Empty when the record is not one of plain, different bases.
Alleles plain_alleles(const Spelling& spelling) {
    Alleles alleles;
    const auto add = [&](const std::string& text) {
        alleles.emplace_back(text.size());
        std::transform(text.begin(), text.end(), alleles.back().begin(), to_acgtn);
        return is_acgt(text);
    };
    bool plain = add(spelling.ref) && !spelling.alts.empty();
    for (const std::string& alt : spelling.alts) {
        plain = plain && add(alt) && alleles.back() != alleles.front();
    }
    return plain ? alleles : Alleles{};
}

std::size_t shortest(const Alleles& alleles) {
    std::size_t size = alleles.front().size();
    for (const auto& allele : alleles) {
        size = std::min(size, allele.size());
    }
    return size;
}

template <class End>
bool all_equal(const Alleles& alleles, End end) {
    return std::all_of(alleles.begin(), alleles.end(), [&](const auto& allele) {
        return end(allele) == end(alleles.front());
    });
}

/// Bases in front of a position, fetched in pieces.
class BasesInFront {
  public:
    BasesInFront(const ReferenceSource& reference, std::string_view contig)
        : reference_(reference), contig_(contig) {}

    char before(std::int64_t position) {
        if (position <= start_ || position > start_ + static_cast<std::int64_t>(piece_.size())) {
            start_ = std::max<std::int64_t>(position - kPieceBp, 0);
            piece_ = reference_.fetch(contig_, start_, position);
        }
        return piece_[static_cast<std::size_t>(position - 1 - start_)];
    }

  private:
    const ReferenceSource& reference_;
    std::string_view contig_;
    std::int64_t start_ = 0;
    std::string piece_;
};

}  // namespace

LeftAlignment left_align(const ReferenceSource& reference,
                         std::string_view contig,
                         std::int64_t limit_bp,
                         Spelling& spelling) {
    Alleles alleles = plain_alleles(spelling);
    if (alleles.empty() || !ref_agrees(reference, contig, spelling.position, spelling.ref)) {
        return LeftAlignment::kUnchanged;
    }
    std::int64_t position = spelling.position;
    bool changed = false;
    BasesInFront bases(reference, contig);
    while (all_equal(alleles, [](const auto& allele) { return allele.back(); })) {
        if (shortest(alleles) == 1) {
            if (position == 0) {
                break;
            }
            if (spelling.position - position >= limit_bp) {
                return LeftAlignment::kTooFar;
            }
            const char base = bases.before(position--);
            for (auto& allele : alleles) {
                allele.push_front(base);
            }
        }
        for (auto& allele : alleles) {
            allele.pop_back();
        }
        changed = true;
    }
    while (shortest(alleles) > 1 &&
           all_equal(alleles, [](const auto& allele) { return allele.front(); })) {
        for (auto& allele : alleles) {
            allele.pop_front();
        }
        ++position;
        changed = true;
    }
    if (!changed) {
        return LeftAlignment::kUnchanged;
    }
    spelling.position = position;
    spelling.ref.assign(alleles.front().begin(), alleles.front().end());
    for (std::size_t i = 0; i < spelling.alts.size(); ++i) {
        spelling.alts[i].assign(alleles[i + 1].begin(), alleles[i + 1].end());
    }
    return LeftAlignment::kChanged;
}

}  // namespace varhush::seq
