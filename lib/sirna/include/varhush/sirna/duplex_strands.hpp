#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace varhush::sirna {

/// What stands at the 3' ends.
enum class Overhang {
    kDtdt,        ///< two deoxythymidines on both strands
    kUu,          ///< two uridines on both strands
    kTarget,      ///< the guide's last two pair with the target, the passenger's follow it
    kAsymmetric,  ///< as kTarget, and none on the passenger (21 + 23 nucleotides, for example)
    kBlunt,       ///< none
};

/// "dTdT", "UU", "target", "asymmetric", "blunt". @throws Error{kUsage} for other names.
[[nodiscard]] Overhang parse_overhang(std::string_view name);
[[nodiscard]] std::string_view to_text(Overhang overhang) noexcept;

/// The two strands of an siRNA, RNA 5'->3'; 't' stands for deoxythymidine.
struct DuplexStrands {
    std::string passenger;  ///< what pairs with the guide, no overhang
    std::string guide_strand;
    std::string passenger_strand;
};

/// The duplex of `guide`, all of which pairs with the target. With kTarget and kAsymmetric its last
/// two are the overhang, so the passenger pairs with the others. `downstream` are the two target
/// bases behind the site (kTarget: the passenger's overhang; U where the target has none).
/// @throws Error{kInternal} for a guide shorter than 3.
[[nodiscard]] DuplexStrands make_strands(std::string_view guide,
                                         Overhang overhang,
                                         std::string_view downstream);

}  // namespace varhush::sirna
