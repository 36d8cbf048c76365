#define VARHUSH_LANES 4
#define VARHUSH_BLOCK 4
#include "matrix_kernel.hpp"
#include "matrix_sets.hpp"

namespace varhush::nn {

const MatrixKernels kMatrixGeneric VARHUSH_MATRIX_KERNELS("generic");

}  // namespace varhush::nn
