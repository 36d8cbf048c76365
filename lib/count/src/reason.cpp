#include "varhush/count/reason.hpp"

namespace varhush::count {

std::string_view reason_text(Reason reason) noexcept {
    constexpr std::array<std::string_view, kReasonCount> kTexts{"flags",
                                                                "mapping_quality",
                                                                "no_bases",
                                                                "base_quality",
                                                                "gap",
                                                                "intron",
                                                                "read_end",
                                                                "ambiguous",
                                                                "no_fit",
                                                                "mate_conflict",
                                                                "max_depth"};
    return kTexts[static_cast<std::size_t>(reason)];
}

}  // namespace varhush::count
