#include "varhush/sirna/site_opening.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::sirna {
namespace {

constexpr std::size_t kSite = 19;
constexpr std::size_t kSeed = 8;
constexpr double kDearest = 20;  // kcal/mol: beyond it a probability is nothing but rounding

Accessibility fold(std::string_view rna, std::size_t window, std::size_t span, int threads) {
    if (rna.size() < kShortestFolded) {
        return {0, {kSeed, kSite}, {{}, {}}};
    }
    return local_unpaired(rna, {window, span, {kSeed, kSite}, threads});
}

}  // namespace

TargetOpenings::TargetOpenings(std::string_view rna, int threads)
    : narrow_(fold(rna, 80, 40, threads)),
      wide_(fold(rna, 200, 120, threads)),
      folded_(rna.size() >= kShortestFolded) {}

SiteOpening TargetOpenings::at(std::size_t start) const {
    if (!folded_) {
        return {};
    }
    const std::size_t end = start + kSite - 1;
    VARHUSH_CHECK(end < narrow_.size());
    const auto opening = [&](const Accessibility& fold, std::size_t length) {
        return std::min(fold.opening_kcal_mol(length, end), kDearest);
    };
    return {opening(narrow_, kSeed),
            opening(narrow_, kSite),
            opening(wide_, kSeed),
            opening(wide_, kSite)};
}

}  // namespace varhush::sirna
