#pragma once

#include <cstdint>
#include <string_view>

namespace varhush::nn {

/// Columns of a panel of packed weights. Rows of activations are padded with zeros to a multiple of
/// it, so that no kernel needs a masked tail.
inline constexpr int kPanelColumns = 32;

/// A view of activations: row r starts at data + r * stride.
struct ConstRows {
    const float* data = nullptr;
    std::int64_t stride = 0;  ///< floats from row to row

    [[nodiscard]] const float* row(std::int64_t r) const noexcept { return data + r * stride; }
    [[nodiscard]] ConstRows from(std::int64_t r) const noexcept { return {row(r), stride}; }
};

struct Rows {
    float* data = nullptr;
    std::int64_t stride = 0;

    [[nodiscard]] float* row(std::int64_t r) const noexcept { return data + r * stride; }
    [[nodiscard]] Rows from(std::int64_t r) const noexcept { return {row(r), stride}; }
    // NOLINTNEXTLINE(google-explicit-constructor): a view of const rows is what readers take
    operator ConstRows() const noexcept { return {data, stride}; }
};

/// One panel of a product or of a "valid" convolution with stride 1:
///   out[r, c] = act(bias[c] + sum over t, i of in[r + t, i] * panel[t * depth + i, c]
///                   + residual[r, c])
/// for `rows` rows and 32 columns c. Summed in the order t, i by the same instructions for every
/// row, whatever `rows` is: results are bit-identical for any cut of the work.
struct PanelProduct {
    ConstRows in;           ///< rows + taps - 1 rows
    std::int64_t rows = 0;  ///< 192 or so at a time keep `in` in the second-level cache
    int taps = 1;
    std::int64_t depth = 0;  ///< input channels a tap
    int columns =
        kPanelColumns;  ///< that matter; at most 16: the others become 0, at half the cost
    const float* panel = nullptr;  ///< [taps * depth, 32]
    const float* bias = nullptr;   ///< [32]; null: zero
    ConstRows residual;            ///< data null: none
    bool relu = false;
    Rows out;
};

/// The kernels of one instruction set. Element-wise ones take `columns` padded to a multiple of 32
/// and may work in place. Transcendental functions are polynomials good to 2e-7 relative.
struct MatrixKernels {
    std::string_view name;  ///< "avx512", "avx2" or "generic"

    void (*product)(const PanelProduct& task);

    /// out = g(in * scale + shift) with g(x) = x * sigmoid(1.702 x); `extra` [columns] is added to
    /// `in` first where it is not null.
    void (*norm_gelu)(ConstRows in,
                      std::int64_t rows,
                      std::int64_t columns,
                      const float* extra,
                      const float* scale,
                      const float* shift,
                      Rows out);

    /// out = in * scale + shift.
    void (*scale_shift)(ConstRows in,
                        std::int64_t rows,
                        std::int64_t columns,
                        const float* scale,
                        const float* shift,
                        Rows out);

    /// The tanh form of GELU, in place.
    void (*gelu_tanh)(Rows values, std::int64_t rows, std::int64_t columns);

    /// out = max(first, second), element by element.
    void (*maximum)(const float* first, const float* second, std::int64_t columns, float* out);

    /// out = start + rows[0] + rows[1] + ..., added in this order; `out` may be `start`.
    void (*add_rows)(
        const float* start, const float* const* rows, int count, std::int64_t columns, float* out);

    /// One row of attention: x = 5 tanh((x * scale + bias[j / 16]) / 5), then softmax over the
    /// `count` entries, in place. `bias` holds (count + 15) / 16 values.
    void (*capped_softmax)(float* row, std::int64_t count, float scale, const float* bias);

    /// softmax(row * scale) over `count` entries, in place.
    void (*softmax)(float* row, std::int64_t count, float scale);

    /// Genome tracks: m = softplus(x) * gain; above 10 m = (m + 10)^2 / 40; with `squash`
    /// m = m^(4/3); times `factor`. In place; `gain` and `factor` are [columns].
    void (*finish_tracks)(Rows values,
                          std::int64_t rows,
                          std::int64_t columns,
                          const float* gain,
                          const float* factor,
                          bool squash);

    /// softplus(x) * gain, the first step of finish_tracks alone; null gain: 1.
    void (*softplus)(Rows values, std::int64_t rows, std::int64_t columns, const float* gain);

    void (*sigmoid)(Rows values, std::int64_t rows, std::int64_t columns);
};

/// The fastest kernels this processor can run; VARHUSH_ISA asks for a lesser set, as for
/// kernels32().
[[nodiscard]] const MatrixKernels& matrix_kernels();

/// The kernels of a named set, or null when it is unknown or the processor cannot run it.
[[nodiscard]] const MatrixKernels* find_matrix_kernels(std::string_view name);

}  // namespace varhush::nn
