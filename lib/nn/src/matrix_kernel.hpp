#pragma once

// The body of the matrix kernels, compiled once an instruction set with other compiler flags. As in
// conv32_kernel.hpp nothing here may have linkage or call an inline function of the standard
// library.
//
// VARHUSH_LANES: floats in a vector. VARHUSH_BLOCK: rows computed together.

#include "varhush/nn/matrix_kernels.hpp"

// Included once by each instruction set's file, so its definitions are that file's own.
// NOLINTBEGIN(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
namespace varhush::nn {
namespace {

typedef float Vec __attribute__((vector_size(VARHUSH_LANES * 4)));
typedef int IntVec __attribute__((vector_size(VARHUSH_LANES * 4)));
typedef float VecUnaligned __attribute__((vector_size(VARHUSH_LANES * 4), aligned(4), may_alias));

constexpr int kVecs = kPanelColumns / VARHUSH_LANES;
constexpr int kHalfVecs = kPanelColumns / 2 / VARHUSH_LANES;

// A chunk of a panel stays in the first-level cache (32 kB of 32 to 48) while the rows pass by.
constexpr std::int64_t kDepthChunk = 256;

inline Vec load(const float* p) {
    return *reinterpret_cast<const VecUnaligned*>(p);
}
inline void store(float* p, Vec v) {
    *reinterpret_cast<VecUnaligned*>(p) = v;
}
inline Vec splat(float x) {
    return Vec{} + x;
}

// ---- product ------------------------------------------------------------------------------------

struct Chunk {
    const float* in;  // first row of the block at this tap, first channel of the chunk
    std::int64_t in_stride;
    const float* panel;
    std::int64_t depth;
};

template <int kRows, int kWidth>
inline void multiply_chunk(const Chunk& chunk, Vec (&sum)[kRows][kWidth]) {
    const float* panel = chunk.panel;
    for (std::int64_t i = 0; i < chunk.depth; ++i, panel += kPanelColumns) {
        Vec weight[kWidth];
        for (int v = 0; v < kWidth; ++v) {
            weight[v] = load(panel + v * VARHUSH_LANES);
        }
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const float x = chunk.in[r * chunk.in_stride + i];
#pragma GCC unroll 8
            for (int v = 0; v < kWidth; ++v) {
                sum[r][v] += weight[v] * x;
            }
        }
    }
}

template <int kRows, int kWidth>
inline void start_rows(const PanelProduct& task,
                       std::int64_t row,
                       bool first,
                       Vec (&sum)[kRows][kWidth]) {
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kWidth; ++v) {
            if (!first) {
                sum[r][v] = load(task.out.row(row + r) + v * VARHUSH_LANES);
            } else if (task.bias != nullptr) {
                sum[r][v] = load(task.bias + v * VARHUSH_LANES);
            } else {
                sum[r][v] = Vec{};
            }
        }
    }
}

template <int kRows, int kWidth>
inline void finish_rows(const PanelProduct& task,
                        std::int64_t row,
                        bool last,
                        const Vec (&sum)[kRows][kWidth]) {
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kWidth; ++v) {
            Vec value = sum[r][v];
            if (last && task.residual.data != nullptr) {
                value += load(task.residual.row(row + r) + v * VARHUSH_LANES);
            }
            if (last && task.relu) {
                value = value < Vec{} ? Vec{} : value;  // what is no number stays so
            }
            store(task.out.row(row + r) + v * VARHUSH_LANES, value);
        }
        for (int v = kWidth; v < kVecs; ++v) {
            store(task.out.row(row + r) + v * VARHUSH_LANES, Vec{});
        }
    }
}

struct Step {
    int tap;
    std::int64_t begin;  // first channel of the chunk
    std::int64_t depth;
    bool first;
    bool last;
};

// kWidth vectors of columns; twice the rows where half the columns keep as many sums in registers.
// Blocks of kRows rows, then the rest in halves: every row meets the same operations in the same
// order.
template <int kRows, int kWidth>
inline void product_rows(const PanelProduct& task, const Step& step, std::int64_t row) {
    const float* panel = task.panel + (step.tap * task.depth + step.begin) * kPanelColumns;
    for (; row + kRows <= task.rows; row += kRows) {
        Vec sum[kRows][kWidth];
        start_rows<kRows, kWidth>(task, row, step.first, sum);
        multiply_chunk<kRows, kWidth>(
            {task.in.row(row + step.tap) + step.begin, task.in.stride, panel, step.depth}, sum);
        finish_rows<kRows, kWidth>(task, row, step.last, sum);
    }
    if constexpr (kRows > 1) {
        product_rows<kRows / 2, kWidth>(task, step, row);
    }
}

void product(const PanelProduct& task) {
    for (int tap = 0; tap < task.taps; ++tap) {
        for (std::int64_t begin = 0; begin < task.depth; begin += kDepthChunk) {
            const std::int64_t left = task.depth - begin;
            const std::int64_t depth = left < kDepthChunk ? left : kDepthChunk;
            const bool last = tap + 1 == task.taps && depth == left;
            const Step step{tap, begin, depth, tap == 0 && begin == 0, last};
            if (task.columns * 2 <= kPanelColumns) {
                product_rows<2 * VARHUSH_BLOCK, kHalfVecs>(task, step, 0);
            } else {
                product_rows<VARHUSH_BLOCK, kVecs>(task, step, 0);
            }
        }
    }
}

// ---- elementary functions -----------------------------------------------------------------------

inline Vec minimum(Vec a, Vec b) {
    return a < b ? a : b;
}
inline Vec larger(Vec a, Vec b) {
    return a > b ? a : b;
}
inline Vec from_bits(IntVec bits) {
    return (Vec)bits;
}
inline IntVec to_bits(Vec x) {
    return (IntVec)x;
}

// What is no number stays so in all of them: a damaged model must not pass for a quiet one.

// e^x: x = n ln 2 + r, |r| <= ln 2 / 2, a polynomial of degree 6 (Moshier, Cephes expf). Below -87
// the result is 0, above 88 it stays at e^88.
inline Vec exponential(Vec x) {
    const Vec limited = minimum(larger(x, splat(-87.0F)), splat(88.0F));
    const Vec shifted = limited * 1.44269504088896341F + 12582912.0F;  // rounds to an integer
    const Vec n = shifted - 12582912.0F;
    const Vec r = (limited - n * 0.693359375F) + n * 2.12194440e-4F;
    Vec p = splat(1.9875691500e-4F);
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * (r * r) + r + 1.0F;
    const IntVec power = __builtin_convertvector(n, IntVec);
    const Vec result = p * from_bits((power + 127) << 23);
    return x < splat(-87.0F) ? Vec{} : x == x ? result : x;
}

// ln x for normal x > 0 (Moshier, Cephes logf).
inline Vec logarithm(Vec x) {
    const IntVec bits = to_bits(x);
    IntVec exponent = (bits >> 23) - 126;
    Vec m = from_bits((bits & 0x007FFFFF) | 0x3F000000);  // [0.5, 1)
    const auto small = m < splat(0.707106781186547524F);
    exponent = exponent + small;  // true is -1
    m = small ? m + m : m;
    m = m - 1.0F;
    const Vec z = m * m;
    Vec y = splat(7.0376836292e-2F);
    y = y * m - 1.1514610310e-1F;
    y = y * m + 1.1676998740e-1F;
    y = y * m - 1.2420140846e-1F;
    y = y * m + 1.4249322787e-1F;
    y = y * m - 1.6668057665e-1F;
    y = y * m + 2.0000714765e-1F;
    y = y * m - 2.4999993993e-1F;
    y = y * m + 3.3333331174e-1F;
    y = y * m * z;
    const Vec e = __builtin_convertvector(exponent, Vec);
    y = y - e * 2.12194440e-4F;
    y = y - z * 0.5F;
    return m + y + e * 0.693359375F;
}

inline Vec sigmoid_of(Vec x) {
    return 1.0F / (1.0F + exponential(-x));
}

inline Vec tanh_of(Vec x) {
    return 1.0F - 2.0F / (exponential(x + x) + 1.0F);
}

// ln(1 + e^x), without loss where e^x is small: ln(1 + y) = ln(u) * y / (u - 1) with u = fl(1 + y)
// (Goldberg 1991), and y itself where u rounds to 1.
inline Vec softplus_of(Vec x) {
    const Vec magnitude = x > Vec{} ? x : -x;
    const Vec y = exponential(-magnitude);
    const Vec u = y + 1.0F;
    const Vec above = u - 1.0F;
    const auto exact = above == Vec{};
    const Vec ratio = y / (exact ? splat(1.0F) : above);
    const Vec log1p = exact ? y : logarithm(u) * ratio;
    return larger(x, Vec{}) + log1p;
}

// ---- element-wise kernels -----------------------------------------------------------------------

void norm_gelu(ConstRows in,
               std::int64_t rows,
               std::int64_t columns,
               const float* extra,
               const float* scale,
               const float* shift,
               Rows out) {
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* from = in.row(r);
        float* to = out.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            Vec x = load(from + c);
            if (extra != nullptr) {
                x += load(extra + c);
            }
            x = x * load(scale + c) + load(shift + c);
            store(to + c, x * sigmoid_of(x * 1.702F));
        }
    }
}

void scale_shift(ConstRows in,
                 std::int64_t rows,
                 std::int64_t columns,
                 const float* scale,
                 const float* shift,
                 Rows out) {
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* from = in.row(r);
        float* to = out.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            store(to + c, load(from + c) * load(scale + c) + load(shift + c));
        }
    }
}

void gelu_tanh(Rows values, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r) {
        float* row = values.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            const Vec x = load(row + c);
            const Vec inner = (x + x * x * x * 0.044715F) * 0.797884560802865355F;
            store(row + c, x * 0.5F * (1.0F + tanh_of(inner)));
        }
    }
}

void maximum(const float* first, const float* second, std::int64_t columns, float* out) {
    for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
        const Vec a = load(first + c);
        const Vec larger_one = larger(a, load(second + c));
        store(out + c, a == a ? larger_one : a);
    }
}

void add_rows(
    const float* start, const float* const* rows, int count, std::int64_t columns, float* out) {
    for (std::int64_t c = 0; c < columns; c += kPanelColumns) {
        Vec sum[kVecs];
        for (int v = 0; v < kVecs; ++v) {
            sum[v] = load(start + c + v * VARHUSH_LANES);
        }
        for (int i = 0; i < count; ++i) {
            const float* row = rows[i] + c;
            for (int v = 0; v < kVecs; ++v) {
                sum[v] += load(row + v * VARHUSH_LANES);
            }
        }
        for (int v = 0; v < kVecs; ++v) {
            store(out + c + v * VARHUSH_LANES, sum[v]);
        }
    }
}

// exp(row - largest) / sum. The sum is taken lane by lane in a fixed order; entries behind `count`
// up to a whole vector are treated as absent and left alone.
inline void normalise_row(float* row, std::int64_t count, float largest) {
    Vec total{};
    std::int64_t j = 0;
    for (; j + VARHUSH_LANES <= count; j += VARHUSH_LANES) {
        const Vec value = exponential(load(row + j) - largest);
        store(row + j, value);
        total += value;
    }
    float sum = 0;
    for (int lane = 0; lane < VARHUSH_LANES; ++lane) {
        sum += total[lane];
    }
    for (; j < count; ++j) {
        row[j] = exponential(splat(row[j] - largest))[0];
        sum += row[j];
    }
    const float factor = 1.0F / sum;
    for (j = 0; j < count; ++j) {
        row[j] *= factor;
    }
}

inline float largest_of(const float* row, std::int64_t count) {
    float largest = row[0];
    for (std::int64_t j = 1; j < count; ++j) {
        largest = row[j] > largest ? row[j] : largest;
    }
    return largest;
}

void capped_softmax(float* row, std::int64_t count, float scale, const float* bias) {
    std::int64_t j = 0;
    for (; j + 16 <= count; j += 16) {
        const float add = bias[j / 16];
        for (int v = 0; v < 16; v += VARHUSH_LANES) {
            const Vec x = load(row + j + v) * scale + add;
            store(row + j + v, 5.0F * tanh_of(x * 0.2F));
        }
    }
    for (; j < count; ++j) {
        row[j] = 5.0F * tanh_of(splat((row[j] * scale + bias[j / 16]) * 0.2F))[0];
    }
    // The cap bounds every entry by 5, so no maximum has to be taken off first.
    normalise_row(row, count, 0.0F);
}

void softmax(float* row, std::int64_t count, float scale) {
    for (std::int64_t j = 0; j < count; ++j) {
        row[j] *= scale;
    }
    normalise_row(row, count, largest_of(row, count));
}

void finish_tracks(Rows values,
                   std::int64_t rows,
                   std::int64_t columns,
                   const float* gain,
                   const float* factor,
                   bool squash) {
    for (std::int64_t r = 0; r < rows; ++r) {
        float* row = values.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            Vec m = softplus_of(load(row + c)) * load(gain + c);
            const Vec raised = m + 10.0F;
            m = m > splat(10.0F) ? raised * raised * 0.025F : m;
            if (squash) {
                const Vec safe = larger(m, splat(1e-30F));
                m = m * exponential(logarithm(safe) * (1.0F / 3.0F));
            }
            store(row + c, m * load(factor + c));
        }
    }
}

void softplus(Rows values, std::int64_t rows, std::int64_t columns, const float* gain) {
    for (std::int64_t r = 0; r < rows; ++r) {
        float* row = values.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            const Vec value = softplus_of(load(row + c));
            store(row + c, gain != nullptr ? value * load(gain + c) : value);
        }
    }
}

void sigmoid(Rows values, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r) {
        float* row = values.row(r);
        for (std::int64_t c = 0; c < columns; c += VARHUSH_LANES) {
            store(row + c, sigmoid_of(load(row + c)));
        }
    }
}

#define VARHUSH_MATRIX_KERNELS(set_name)                                                         \
    {                                                                                            \
        set_name, product, norm_gelu, scale_shift, gelu_tanh, maximum, add_rows, capped_softmax, \
            softmax, finish_tracks, softplus, sigmoid                                            \
    }

}  // namespace
}  // namespace varhush::nn
// NOLINTEND(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
