#include "score_text.hpp"

#include "record_change.hpp"
#include "splice_format.hpp"

namespace varhush::scoring {

void append_field(std::string_view field, std::string& entry) {
    entry += '|';
    entry += field;
}

void append_number(double value, std::string& entry) {
    constexpr int kDigits = 6;
    append_field(fixed(round_to_micro(value), kDigits), entry);
}

const char* reporter_consequence(double score) noexcept {
    return score > kSmallestPrinted    ? "reporter_gain"
           : score < -kSmallestPrinted ? "reporter_loss"
                                       : "reporter_unchanged";
}

}  // namespace varhush::scoring
