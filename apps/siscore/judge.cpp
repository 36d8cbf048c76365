#include "apps/siscore/judge.hpp"

#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace varhush::apps {

namespace {

constexpr std::size_t kSite = 19;
constexpr std::size_t kMostFolded = 64;  // contexts kept: a table mostly lists target after target

bool all_letters(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalpha(static_cast<unsigned char>(c)) != 0;
    });
}

/// The site nearest to the middle of the context, and whether there are others.
struct Found {
    std::size_t offset = std::string::npos;
    bool several = false;
};

Found find_site(const std::string& context, const std::string& site) {
    Found found;
    const auto from_middle = [&](std::size_t at) {
        const auto twice = static_cast<std::ptrdiff_t>(2 * at + kSite);
        return std::abs(twice - static_cast<std::ptrdiff_t>(context.size()));
    };
    for (auto at = context.find(site); at != std::string::npos; at = context.find(site, at + 1)) {
        found.several = found.offset != std::string::npos;
        if (!found.several || from_middle(at) < from_middle(found.offset)) {
            found.offset = at;
        }
    }
    return found;
}

/// Whether a base of the five upstream of the site is known: the model's "flanks".
const char* known_flanks(const sirna::GuideQuery& query) {
    const std::size_t first = query.site_offset - std::min<std::size_t>(query.site_offset, 5);
    const std::string near = query.context.substr(first, query.site_offset - first);
    return near.find_first_of("ACGU") == std::string::npos ? "guide" : "flanks";
}

std::string four_digits(double value) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.4f", value);
    return text.data();
}

void place_in_context(PreparedRow& row, const std::string& raw) {
    if (raw.empty()) {
        return;
    }
    const std::string context = sirna::to_rna(raw);
    if (!all_letters(context)) {
        row.status = "BAD_CONTEXT";
        row.reason = "the context holds what is no letter";
        return;
    }
    const std::string guide = row.query.guide.substr(0, kSite);
    const Found found = find_site(context, sirna::site_of_guide(guide));
    if (found.offset != std::string::npos) {
        row.query.context = context;
        row.query.site_offset = found.offset;
        row.reason = found.several
                         ? "the context holds the site more than once; the middle one is taken"
                         : "";
        return;
    }
    if (context.find(guide) != std::string::npos) {
        row.status = "PASSENGER";
        row.reason =
            "strands mixed up: this is the sense (passenger) strand of the context; its "
            "guide is " +
            sirna::reverse_complement_rna(row.query.guide);
        return;
    }
    row.status = "NO_SITE";
    row.reason = "the context does not hold the site of this guide";
}

}  // namespace

PreparedRow prepare_row(const GuideRow& input) {
    PreparedRow row;
    row.query.guide = sirna::to_rna(input.guide);
    const std::string why = sirna::why_no_guide(row.query.guide);
    if (!why.empty()) {
        const std::size_t size = row.query.guide.size();
        const bool length = size < sirna::kShortestGuide || size > sirna::kLongestGuide;
        row.status = length ? "WRONG_LENGTH" : "NOT_RNA";
        row.reason = why;
        return row;
    }
    place_in_context(row, input.context);
    return row;
}

void ContextFolder::fold(sirna::GuideQuery& query) {
    if (query.context.size() < sirna::kShortestFolded) {
        return;
    }
    auto found = folded_.find(query.context);
    if (found == folded_.end()) {
        if (folded_.size() >= kMostFolded) {
            folded_.clear();
        }
        found =
            folded_.emplace(query.context, sirna::TargetOpenings(query.context, threads_)).first;
    }
    query.opening = found->second.at(query.site_offset);
}

Judgement judgement_of(const PreparedRow& row, const sirna::Efficacy& efficacy) {
    if (!row.scored()) {
        return {".", ".", ".", ".", ".", row.status, row.reason};
    }
    const char* known = row.query.opening.known() ? "transcript" : known_flanks(row.query);
    return {four_digits(efficacy.expected),
            four_digits(efficacy.low),
            four_digits(efficacy.high),
            four_digits(efficacy.p_effective),
            known,
            "OK",
            row.reason.empty() ? "." : row.reason};
}

}  // namespace varhush::apps
