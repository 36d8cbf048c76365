#pragma once

#include <cstddef>

namespace varhush::sirna {

// Rows of the band matrices that interior loops look at are kept in rings of 32, each with zeros in
// front and behind, so that vectors may reach over their ends.
constexpr int kRingRows = 32;
constexpr int kRingPad = 8;
// Weights of interior loops: [bases on the 5' side][32], zero where there is no such loop.
constexpr int kInteriorStride = 32;

/// All interior loops with at least 2 bases on the 5' side and weights[n5][31 - n3], closed by pair
/// (i, i + d), over inner pairs (p, q) with values ring row p, column q - p.
template <class Real>
struct InteriorInside {
    const Real* ring;
    std::ptrdiff_t stride;
    const Real* weights;
    int i;
    int d;
};

/// The same seen from an inner pair (p, p + d): closing pairs (i, j) with values ring row i, column
/// j - i below `span`, weights[n5][n3].
template <class Real>
struct InteriorOutside {
    const Real* ring;
    std::ptrdiff_t stride;
    const Real* weights;
    int p;
    int d;
    int span;
    Real* by_5;  ///< out, [32]: sums by bases on the 5' side
    Real* by_3;  ///< out, [32]: sums by bases on the 3' side
};

/// The inner loops of the partition function.
template <class Real>
struct BandKernels {
    /// y += a x, n values.
    void (*add_scaled)(int n, Real a, const Real* x, Real* y);
    Real (*dot)(int n, const Real* x, const Real* y);
    /// The sum of value times weight.
    Real (*interior_inside)(const InteriorInside<Real>&);
    Real (*interior_outside)(const InteriorOutside<Real>&);
};

/// The fastest kernels that this processor can run; VARHUSH_ISA=avx512|avx2|generic asks for a
/// lesser set.
const BandKernels<double>& double_kernels();

/// For windows whose weights leave the range of double.
const BandKernels<long double>& long_double_kernels();

extern const BandKernels<double> kBandGeneric;
#if defined(__x86_64__)
extern const BandKernels<double> kBandAvx2;
extern const BandKernels<double> kBandAvx512;
#endif

}  // namespace varhush::sirna
