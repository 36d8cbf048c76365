#pragma once

// The body of the 32-channel kernels, compiled once an instruction set (conv32_avx512.cpp, …) with
// other compiler flags. Nothing here may have linkage or call an inline function of the standard
// library: the linker could keep the copy made for a newer processor and hand it to everybody
// (SIGILL on older ones).
//
// VARHUSH_LANES: floats in a vector. VARHUSH_BLOCK: rows computed together; VARHUSH_BLOCK * (32 /
// lanes) accumulators plus one row of weights and one broadcast must fit the register file.

#include "varhush/nn/conv32.hpp"

// Included once by each instruction set's file, so its definitions are that file's own; block
// offsets are below 12 rows of 32 and cannot overflow.
// NOLINTBEGIN(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
namespace varhush::nn {
namespace {

typedef float Vec __attribute__((vector_size(VARHUSH_LANES * 4)));
// Rows start at any float: no more than float alignment is promised.
typedef float VecUnaligned __attribute__((vector_size(VARHUSH_LANES * 4), aligned(4), may_alias));

constexpr int kVecs = kRowChannels / VARHUSH_LANES;

inline Vec load(const float* p) {
    return *reinterpret_cast<const VecUnaligned*>(p);
}
inline void store(float* p, Vec v) {
    *reinterpret_cast<VecUnaligned*>(p) = v;
}
inline Vec activate(Vec x, float slope) {
    const Vec scaled = x * slope;
    return x > scaled ? x : scaled;
}

template <int kRows>
inline void finish_rows(const Vec (&sum)[kRows][kVecs],
                        const Epilogue& epilogue,
                        std::int64_t row,
                        float* out) {
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kVecs; ++v) {
            const std::int64_t at = (row + r) * kRowChannels + v * VARHUSH_LANES;
            Vec value = sum[r][v];
            if (epilogue.residual != nullptr) {
                value += load(epilogue.residual + at);
            }
            if (epilogue.activate) {
                value = activate(value, epilogue.slope);
            }
            store(out + at, value);
        }
    }
}

template <int kRows>
inline void conv_block(const float* in,
                       std::int64_t row,
                       int width,
                       int dilation,
                       const float* weights,
                       const float* bias,
                       const Epilogue& epilogue,
                       float* out) {
    Vec sum[kRows][kVecs];
    for (int r = 0; r < kRows; ++r) {
        for (int v = 0; v < kVecs; ++v) {
            sum[r][v] = load(bias + v * VARHUSH_LANES);
        }
    }
    const float* tap = in + row * kRowChannels;
    for (int w = 0; w < width; ++w, tap += static_cast<std::int64_t>(dilation) * kRowChannels) {
        for (int i = 0; i < kRowChannels; ++i, weights += kRowChannels) {
            Vec weight[kVecs];
            for (int v = 0; v < kVecs; ++v) {
                weight[v] = load(weights + v * VARHUSH_LANES);
            }
#pragma GCC unroll 16
            for (int r = 0; r < kRows; ++r) {
                const float x = tap[r * kRowChannels + i];
#pragma GCC unroll 8
                for (int v = 0; v < kVecs; ++v) {
                    sum[r][v] += weight[v] * x;
                }
            }
        }
    }
    finish_rows<kRows>(sum, epilogue, row, out);
}

// Blocks of kRows rows, then the rest in halves: every row meets the same operations in the same
// order.
template <int kRows>
inline void conv_rows(const float* in,
                      std::int64_t row,
                      std::int64_t rows,
                      int width,
                      int dilation,
                      const float* weights,
                      const float* bias,
                      const Epilogue& epilogue,
                      float* out) {
    for (; row + kRows <= rows; row += kRows) {
        conv_block<kRows>(in, row, width, dilation, weights, bias, epilogue, out);
    }
    if constexpr (kRows > 1) {
        conv_rows<kRows / 2>(in, row, rows, width, dilation, weights, bias, epilogue, out);
    }
}

void conv(const float* in,
          std::int64_t rows,
          int width,
          int dilation,
          const float* weights,
          const float* bias,
          const Epilogue& epilogue,
          float* out) {
    conv_rows<VARHUSH_BLOCK>(in, 0, rows, width, dilation, weights, bias, epilogue, out);
}

void scale_shift(const float* in,
                 std::int64_t rows,
                 const float* scale,
                 const float* shift,
                 float slope,
                 float* out) {
    for (std::int64_t r = 0; r < rows; ++r) {
        for (int v = 0; v < kVecs; ++v) {
            const int c = v * VARHUSH_LANES;
            const std::int64_t at = r * kRowChannels + c;
            store(out + at, activate(load(in + at) * load(scale + c) + load(shift + c), slope));
        }
    }
}

double multiply_add_loop(long rounds) {
    Vec sum[VARHUSH_BLOCK][kVecs];
    for (int r = 0; r < VARHUSH_BLOCK; ++r) {
        for (int v = 0; v < kVecs; ++v) {
            sum[r][v] = Vec{} + static_cast<float>(r + v);
        }
    }
    float x = 0.5F;
    float y = 0.25F;
    for (long round = 0; round < rounds; ++round) {
        asm volatile("" : "+x"(x), "+x"(y));  // keeps the loop from being worked out in advance
        const Vec factor = Vec{} + x;
        const Vec term = Vec{} + y;
#pragma GCC unroll 16
        for (int r = 0; r < VARHUSH_BLOCK; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < kVecs; ++v) {
                sum[r][v] = sum[r][v] * factor + term;
            }
        }
    }
    float total = 0;
    for (int r = 0; r < VARHUSH_BLOCK; ++r) {
        for (int v = 0; v < kVecs; ++v) {
            total += sum[r][v][0];
        }
    }
    const double done = 2.0 * VARHUSH_BLOCK * kRowChannels * static_cast<double>(rounds);
    return done + (total > 1e30F ? 1.0 : 0.0);
}

}  // namespace
}  // namespace varhush::nn
// NOLINTEND(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
