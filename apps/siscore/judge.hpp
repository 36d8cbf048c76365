#pragma once

#include "apps/siscore/guide_rows.hpp"
#include "varhush/sirna/efficacy_model.hpp"
#include "varhush/sirna/site_opening.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::apps {

/// What siscore adds to the columns of the input.
inline constexpr std::array kJudgementColumns{"efficacy",
                                              "efficacy_low",
                                              "efficacy_high",
                                              "p_effective",
                                              "known_of_target",
                                              "status",
                                              "reason"};

/// A row on its way: what is wrong with it, or the query that the model gets.
struct PreparedRow {
    std::string status = "OK";  ///< or WRONG_LENGTH, NOT_RNA, BAD_CONTEXT, NO_SITE, PASSENGER
    std::string reason;         ///< for people; also a remark on rows that are OK
    sirna::GuideQuery query;

    [[nodiscard]] bool scored() const { return status == "OK"; }
};

/// Checks guide and context and finds the site.
[[nodiscard]] PreparedRow prepare_row(const GuideRow& row);

/// Folds long contexts, each once as long as it is among the last ones.
class ContextFolder {
  public:
    explicit ContextFolder(int threads) : threads_(threads) {}
    void fold(sirna::GuideQuery& query);

  private:
    std::map<std::string, sirna::TargetOpenings, std::less<>> folded_;
    int threads_;
};

/// The added columns as text, "." for what there is none of; the first ones are numbers.
using Judgement = std::array<std::string, kJudgementColumns.size()>;
inline constexpr std::size_t kJudgementNumbers = 4;
[[nodiscard]] Judgement judgement_of(const PreparedRow& row, const sirna::Efficacy& efficacy);

}  // namespace varhush::apps
