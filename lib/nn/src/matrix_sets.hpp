#pragma once

#include "varhush/nn/matrix_kernels.hpp"

namespace varhush::nn {

extern const MatrixKernels kMatrixGeneric;
#if defined(__x86_64__)
extern const MatrixKernels kMatrixAvx2;
extern const MatrixKernels kMatrixAvx512;
#endif

}  // namespace varhush::nn
