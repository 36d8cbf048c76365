#define VARHUSH_LANES 8
#define VARHUSH_BLOCK 3
#include "matrix_kernel.hpp"
#include "matrix_sets.hpp"

namespace varhush::nn {

const MatrixKernels kMatrixAvx2 VARHUSH_MATRIX_KERNELS("avx2");

}  // namespace varhush::nn
