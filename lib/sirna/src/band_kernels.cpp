#include "band_kernels.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace varhush::sirna {

namespace {

using Real = long double;

void add_scaled(int n, Real a, const Real* x, Real* y) {
    for (int i = 0; i < n; ++i) {
        y[i] += a * x[i];
    }
}

Real dot(int n, const Real* x, const Real* y) {
    Real sum = 0;
    for (int i = 0; i < n; ++i) {
        sum += x[i] * y[i];
    }
    return sum;
}

template <class T>
const T* ring_row(const T* ring, int row, std::ptrdiff_t stride) {
    return ring + (row % kRingRows) * stride + kRingPad;
}

Real interior_inside(const InteriorInside<Real>& in) {
    Real sum = 0;
    for (int n5 = 2; n5 <= std::min(28, in.d - 6); ++n5) {
        const Real* values = ring_row(in.ring, in.i + 1 + n5, in.stride) + (in.d - 33 - n5);
        const Real* weights = in.weights + std::ptrdiff_t{n5} * kInteriorStride;
        for (int r = std::max(n5 + 1, 37 + n5 - in.d); r < kInteriorStride; ++r) {
            sum += weights[r] * values[r];
        }
    }
    return sum;
}

Real interior_outside(const InteriorOutside<Real>& in) {
    std::fill_n(in.by_5, kInteriorStride, Real{0});
    std::fill_n(in.by_3, kInteriorStride, Real{0});
    Real total = 0;
    for (int n5 = 2; n5 <= std::min({28, in.span - in.d - 5, in.p - 1}); ++n5) {
        const int first = in.d + 2 + n5;
        const Real* values = ring_row(in.ring, in.p - 1 - n5, in.stride) + first;
        const Real* weights = in.weights + std::ptrdiff_t{n5} * kInteriorStride;
        for (int n3 = 0; n3 < std::min(31 - n5, in.span - first); ++n3) {
            const Real term = weights[n3] * values[n3];
            in.by_5[n5] += term;
            in.by_3[n3] += term;
        }
        total += in.by_5[n5];
    }
    return total;
}

}  // namespace

const BandKernels<double>& double_kernels() {
#if defined(__x86_64__)
    const char* wish = std::getenv("VARHUSH_ISA");
    const std::string_view isa = wish != nullptr ? wish : "";
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && isa != "avx2" && isa != "generic") {
        return kBandAvx512;
    }
    if (avx2 && isa != "generic") {
        return kBandAvx2;
    }
#endif
    return kBandGeneric;
}

const BandKernels<long double>& long_double_kernels() {
    static constexpr BandKernels<long double> kKernels{
        add_scaled, dot, interior_inside, interior_outside};
    return kKernels;
}

}  // namespace varhush::sirna
