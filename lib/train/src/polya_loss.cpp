#include "polya_loss.hpp"

#include <ATen/ATen.h>

namespace varhush::train {

namespace {

constexpr double kLowestLogit = -12;
constexpr double kLogitWeight = 0.1;

at::Tensor change_of(const at::Tensor& odds) {
    const std::int64_t pairs = odds.size(0) / 2;
    return odds.narrow(0, pairs, pairs) - odds.narrow(0, 0, pairs);
}

at::Tensor mean_square(const at::Tensor& found, const at::Tensor& wanted) {
    return (found - wanted).square().mean();
}

}  // namespace

CleavageOdds cleavage_odds(const at::Tensor& logits, models::PositionRange narrow) {
    const std::int64_t last = logits.size(1) - 1;
    const at::Tensor outside = at::cat(
        {logits.narrow(1, 0, narrow.begin), logits.narrow(1, narrow.end, last + 1 - narrow.end)},
        1);
    return {logits.narrow(1, narrow.begin, narrow.size()).logsumexp(1) - outside.logsumexp(1),
            logits.narrow(1, 0, last).logsumexp(1) - logits.select(1, last)};
}

at::Tensor polya_loss(const at::Tensor& student,
                      const at::Tensor& teacher,
                      models::PositionRange narrow) {
    const CleavageOdds found = cleavage_odds(student, narrow);
    const CleavageOdds wanted = cleavage_odds(teacher, narrow);
    const at::Tensor p = teacher.log_softmax(1);
    const at::Tensor divergence = (p.exp() * (p - student.log_softmax(1))).sum(1).mean();
    return mean_square(found.narrow, wanted.narrow) + 0.5 * mean_square(found.wide, wanted.wide) +
           2 * mean_square(change_of(found.narrow), change_of(wanted.narrow)) +
           mean_square(change_of(found.wide), change_of(wanted.wide)) + divergence +
           kLogitWeight *
               mean_square(student.clamp_min(kLowestLogit), teacher.clamp_min(kLowestLogit));
}

}  // namespace varhush::train
