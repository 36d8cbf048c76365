#pragma once

#include <cstdint>
#include <string_view>

namespace varhush::nn {

/// Rows of activations are [L, 32] floats (channels last), one row 128 bytes.
inline constexpr int kRowChannels = 32;

/// What happens to a convolution's sum before it is stored.
struct Epilogue {
    const float* residual = nullptr;  ///< [L, 32] rows added to the sum; null: none
    bool activate = false;            ///< max(x, slope * x)
    float slope = 0;                  ///< 0 is ReLU
};

/// Dilated "valid" convolution of 32 into 32 channels along L:
///   out[l, o] = bias[o] + sum over w, i of in[l + w * dilation, i] * weights[w, i, o].
/// `in` holds (rows + (width - 1) * dilation) rows, `weights` is packed [width, 32, 32] (input,
/// output), `out` gets `rows` rows and must not overlap `in`; it may be `epilogue.residual`. Every
/// output element is summed in the same order (w, then i) by the same instructions, whatever `rows`
/// is and wherever a block begins: results are bit-identical for any cut of the work.
/// Cost 2 * 1024 * width * rows FLOP. No allocation.
using Conv32 = void (*)(const float* in,
                        std::int64_t rows,
                        int width,
                        int dilation,
                        const float* weights,
                        const float* bias,
                        const Epilogue& epilogue,
                        float* out);

/// out[l, c] = act(in[l, c] * scale[c] + shift[c]) with act(x) = max(x, slope * x): an inference
/// batch norm and its activation. `out` may be `in`.
using ScaleShift32 = void (*)(const float* in,
                              std::int64_t rows,
                              const float* scale,
                              const float* shift,
                              float slope,
                              float* out);

/// Runs `rounds` of multiply-adds on registers alone, as many chains as the convolution keeps: what
/// this instruction set can do at most. Returns the FLOP done (and hides a use of the result in its
/// last bits).
using MultiplyAddLoop = double (*)(long rounds);

/// The kernels of one instruction set.
struct Kernels32 {
    std::string_view name;  ///< "avx512", "avx2" or "generic"
    Conv32 conv;
    ScaleShift32 scale_shift;
    MultiplyAddLoop multiply_add_loop;
};

/// The fastest kernels this processor can run; VARHUSH_ISA=avx512|avx2|generic asks for a lesser
/// set. Never returns kernels that the processor lacks (no SIGILL).
[[nodiscard]] const Kernels32& kernels32();

/// The kernels of a named set, or null when it is unknown or the processor cannot run it.
[[nodiscard]] const Kernels32* find_kernels32(std::string_view name);

}  // namespace varhush::nn
