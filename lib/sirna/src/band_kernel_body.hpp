#pragma once

// The body of the band kernels, compiled once an instruction set with other compiler flags. Nothing
// here may have linkage or call an inline function of the standard library: the linker keeps one
// copy of such a function, perhaps one with instructions that this processor has not.
//
// VARHUSH_LANES: doubles in a vector.

#include "band_kernels.hpp"

// Included once by each instruction set's file, so its definitions are that file's own.
// NOLINTBEGIN(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
namespace varhush::sirna {
namespace {

typedef double Vec __attribute__((vector_size(VARHUSH_LANES * 8)));
typedef double VecUnaligned __attribute__((vector_size(VARHUSH_LANES * 8), aligned(8), may_alias));

constexpr int kVecs = kInteriorStride / VARHUSH_LANES;

inline Vec load(const double* p) {
    return *reinterpret_cast<const VecUnaligned*>(p);
}
inline void store(double* p, Vec v) {
    *reinterpret_cast<VecUnaligned*>(p) = v;
}
inline double sum_of(Vec v) {
    double sum = 0;
    for (int lane = 0; lane < VARHUSH_LANES; ++lane) {
        sum += v[lane];
    }
    return sum;
}

void add_scaled(int n, double a, const double* x, double* y) {
    int i = 0;
    for (; i + VARHUSH_LANES <= n; i += VARHUSH_LANES) {
        store(y + i, load(y + i) + load(x + i) * a);
    }
    for (; i < n; ++i) {
        y[i] += a * x[i];
    }
}

double dot(int n, const double* x, const double* y) {
    Vec even{};
    Vec odd{};
    int i = 0;
    for (; i + 2 * VARHUSH_LANES <= n; i += 2 * VARHUSH_LANES) {
        even += load(x + i) * load(y + i);
        odd += load(x + i + VARHUSH_LANES) * load(y + i + VARHUSH_LANES);
    }
    if (i + VARHUSH_LANES <= n) {
        even += load(x + i) * load(y + i);
        i += VARHUSH_LANES;
    }
    double sum = sum_of(even + odd);
    for (; i < n; ++i) {
        sum += x[i] * y[i];
    }
    return sum;
}

double interior_inside(const InteriorInside<double>& in) {
    Vec even{};
    Vec odd{};
    const int most = in.d - 6 < 28 ? in.d - 6 : 28;
    for (int n5 = 2; n5 <= most; ++n5) {
        const double* row = in.ring + ((in.i + 1 + n5) % kRingRows) * in.stride + kRingPad;
        const double* weights = in.weights + n5 * kInteriorStride;
        // Column r stands for n3 = 31 - r; the inner pair spans d - 33 - n5 + r, at least 4.
        const int first = (in.d >= 36 ? n5 + 1 : 37 + n5 - in.d) / VARHUSH_LANES * VARHUSH_LANES;
        const double* values = row + (in.d - 33 - n5);
        int r = first;
        if ((kInteriorStride - first) / VARHUSH_LANES % 2 != 0) {
            even += load(weights + r) * load(values + r);
            r += VARHUSH_LANES;
        }
        for (; r < kInteriorStride; r += 2 * VARHUSH_LANES) {
            even += load(weights + r) * load(values + r);
            odd += load(weights + r + VARHUSH_LANES) * load(values + r + VARHUSH_LANES);
        }
    }
    return sum_of(even + odd);
}

double interior_outside(const InteriorOutside<double>& in) {
    Vec by_3[kVecs] = {};
    double total = 0;
    int most = in.span - in.d - 5;
    most = most < 28 ? most : 28;
    most = most < in.p - 1 ? most : in.p - 1;
    for (int n5 = 0; n5 < kInteriorStride; ++n5) {
        in.by_5[n5] = 0;
    }
    for (int n5 = 2; n5 <= most; ++n5) {
        const int first = in.d + 2 + n5;  // span of the closing pair less 1, n3 = 0
        const double* values =
            in.ring + ((in.p - 1 - n5) % kRingRows) * in.stride + kRingPad + first;
        const double* weights = in.weights + n5 * kInteriorStride;
        const int columns = 31 - n5 < in.span - first ? 31 - n5 : in.span - first;
        Vec row{};
#pragma GCC unroll 16
        for (int v = 0; v < kVecs; ++v) {
            if (v * VARHUSH_LANES < columns) {
                const Vec term =
                    load(weights + v * VARHUSH_LANES) * load(values + v * VARHUSH_LANES);
                row += term;
                by_3[v] += term;
            }
        }
        in.by_5[n5] = sum_of(row);
        total += in.by_5[n5];
    }
    for (int v = 0; v < kVecs; ++v) {
        store(in.by_3 + v * VARHUSH_LANES, by_3[v]);
    }
    return total;
}

}  // namespace
}  // namespace varhush::sirna
// NOLINTEND(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
