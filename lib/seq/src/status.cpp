#include "varhush/seq/status.hpp"

namespace varhush::seq {

std::string_view status_text(AlleleStatus status) noexcept {
    static constexpr std::array<std::string_view, kAlleleStatusCount> kTexts{"OK",
                                                                             "REF_MISMATCH",
                                                                             "EDGE",
                                                                             "TOO_LONG",
                                                                             "SYMBOLIC",
                                                                             "STAR",
                                                                             "NON_ACGT",
                                                                             "NO_GENE",
                                                                             "CONTIG_MISSING",
                                                                             "N_RICH",
                                                                             "LOW_CONF",
                                                                             "SKIPPED"};
    return kTexts[static_cast<std::size_t>(status)];
}

}  // namespace varhush::seq
