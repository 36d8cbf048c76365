#include "embedded.hpp"

// .incbin takes the file as it is: no generated source of a million numbers to compile. 64-byte
// alignment keeps the tensors' own.
__asm__(
    ".section .rodata\n"
    ".balign 64\n"
    "varhush_embedded_begin:\n"
    ".incbin \"" VARHUSH_EMBEDDED_MODEL
    "\"\n"
    "varhush_embedded_end:\n"
    ".byte 0\n"
    ".balign 64\n"
    "varhush_embedded_efficacy_begin:\n"
    ".incbin \"" VARHUSH_EMBEDDED_EFFICACY
    "\"\n"
    "varhush_embedded_efficacy_end:\n"
    ".byte 0\n"
    ".balign 64\n"
    "varhush_embedded_calibration_begin:\n"
#ifdef VARHUSH_EMBEDDED_CALIBRATION
    ".incbin \"" VARHUSH_EMBEDDED_CALIBRATION
    "\"\n"
#endif
    "varhush_embedded_calibration_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const std::byte varhush_embedded_begin[];
extern const std::byte varhush_embedded_end[];
extern const std::byte varhush_embedded_efficacy_begin[];
extern const std::byte varhush_embedded_efficacy_end[];
extern const std::byte varhush_embedded_calibration_begin[];
extern const std::byte varhush_embedded_calibration_end[];
}

namespace varhush::models {

std::span<const std::byte> embedded_model() {
    return {varhush_embedded_begin, varhush_embedded_end};
}

std::span<const std::byte> embedded_efficacy_model() {
    return {varhush_embedded_efficacy_begin, varhush_embedded_efficacy_end};
}

std::span<const std::byte> embedded_calibration() {
    return {varhush_embedded_calibration_begin, varhush_embedded_calibration_end};
}

}  // namespace varhush::models
