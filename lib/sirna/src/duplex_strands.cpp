#include "varhush/sirna/duplex_strands.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <array>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::array<std::pair<std::string_view, Overhang>, 5> kNames{{
    {"dTdT", Overhang::kDtdt},
    {"UU", Overhang::kUu},
    {"target", Overhang::kTarget},
    {"asymmetric", Overhang::kAsymmetric},
    {"blunt", Overhang::kBlunt},
}};

std::string target_overhang(std::string_view downstream) {
    std::string overhang;
    for (std::size_t i = 0; i < 2; ++i) {
        const bool known = i < downstream.size() && is_rna(downstream.substr(i, 1));
        overhang += known ? downstream[i] : 'U';
    }
    return overhang;
}

}  // namespace

Overhang parse_overhang(std::string_view name) {
    for (const auto& [known, overhang] : kNames) {
        if (known == name) {
            return overhang;
        }
    }
    throw Error(ErrorKind::kUsage,
                "--overhang: there is no style '" + std::string(name) + "'",
                "styles are dTdT, UU, target, asymmetric and blunt");
}

std::string_view to_text(Overhang overhang) noexcept {
    for (const auto& [name, one] : kNames) {
        if (one == overhang) {
            return name;
        }
    }
    return "?";
}

DuplexStrands make_strands(std::string_view guide, Overhang overhang, std::string_view downstream) {
    VARHUSH_CHECK(guide.size() > 2);
    const bool from_target = overhang == Overhang::kTarget || overhang == Overhang::kAsymmetric;
    DuplexStrands strands;
    strands.passenger =
        reverse_complement_rna(guide.substr(0, guide.size() - (from_target ? 2 : 0)));
    strands.guide_strand = std::string(guide);
    strands.passenger_strand = strands.passenger;
    if (overhang == Overhang::kDtdt || overhang == Overhang::kUu) {
        const std::string_view both = overhang == Overhang::kDtdt ? "tt" : "UU";
        strands.guide_strand += both;
        strands.passenger_strand += both;
    } else if (overhang == Overhang::kTarget) {
        strands.passenger_strand += target_overhang(downstream);
    }
    return strands;
}

}  // namespace varhush::sirna
