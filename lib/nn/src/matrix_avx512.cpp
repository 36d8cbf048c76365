#define VARHUSH_LANES 16
#define VARHUSH_BLOCK 12
#include "matrix_kernel.hpp"
#include "matrix_sets.hpp"

namespace varhush::nn {

const MatrixKernels kMatrixAvx512 VARHUSH_MATRIX_KERNELS("avx512");

}  // namespace varhush::nn
