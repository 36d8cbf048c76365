#include "varhush/sirna/design_rules.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>

namespace varhush::sirna {

namespace {

constexpr std::size_t kSite = 19;

bool is_au(char base) noexcept {
    return base == 'A' || base == 'U';
}

bool is_gc(char base) noexcept {
    return base == 'G' || base == 'C';
}

/// The base at `position` (1-based from the 5' end of the sense strand).
char at(std::string_view site, std::size_t position) {
    VARHUSH_CHECK(site.size() == kSite);
    return site[position - 1];
}

int count_au(std::string_view rna) {
    return static_cast<int>(std::count_if(rna.begin(), rna.end(), is_au));
}

}  // namespace

double gc_share(std::string_view rna) noexcept {
    const auto count = std::count_if(rna.begin(), rna.end(), is_gc);
    return rna.empty() ? 0 : static_cast<double>(count) / static_cast<double>(rna.size());
}

std::size_t longest_run(std::string_view rna) noexcept {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i < rna.size(); ++i) {
        run = i > 0 && rna[i] == rna[i - 1] ? run + 1 : 1;
        longest = std::max(longest, run);
    }
    return longest;
}

std::size_t longest_gc_stretch(std::string_view rna) noexcept {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char base : rna) {
        run = is_gc(base) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

bool ui_tei(std::string_view site) {
    return is_au(at(site, 19)) && is_gc(at(site, 1)) && count_au(site.substr(12)) >= 5 &&
           longest_gc_stretch(site) <= 9;
}

int reynolds_score(std::string_view site, bool hairpin) {
    const auto gc = std::count_if(site.begin(), site.end(), is_gc);
    // 30 % and 52 % of 19 bases: 6 to 9 of them.
    int score = gc >= 6 && gc <= 9 ? 1 : 0;
    const int au = count_au(site.substr(14));
    score += au >= 3 ? au : 0;
    score += hairpin ? 0 : 1;
    score += at(site, 19) == 'A' ? 1 : 0;
    score += at(site, 3) == 'A' ? 1 : 0;
    score += at(site, 10) == 'U' ? 1 : 0;
    score -= is_gc(at(site, 19)) ? 1 : 0;
    score -= at(site, 13) == 'G' ? 1 : 0;
    return score;
}

int amarzguioui_score(std::string_view site) {
    int score = count_au(site.substr(16)) - count_au(site.substr(0, 3)) > 1 ? 1 : 0;
    score += is_gc(at(site, 1)) ? 1 : 0;
    score += at(site, 6) == 'A' ? 1 : 0;
    score += is_au(at(site, 19)) ? 1 : 0;
    score -= at(site, 1) == 'U' ? 1 : 0;
    score -= at(site, 19) == 'G' ? 1 : 0;
    return score;
}

std::string longest_palindrome(std::string_view rna) {
    for (std::size_t length = rna.size() - rna.size() % 2; length >= 2; length -= 2) {
        for (std::size_t start = 0; start + length <= rna.size(); ++start) {
            const std::string_view word = rna.substr(start, length);
            if (word == reverse_complement_rna(word)) {
                return std::string(word);
            }
        }
    }
    return {};
}

std::string longest_repeat(std::string_view rna) {
    for (std::size_t length = rna.size() / 2; length >= 1; --length) {
        for (std::size_t start = 0; start + 2 * length <= rna.size(); ++start) {
            const std::string_view word = rna.substr(start, length);
            if (rna.find(word, start + length) != std::string_view::npos) {
                return std::string(word);
            }
        }
    }
    return {};
}

}  // namespace varhush::sirna
