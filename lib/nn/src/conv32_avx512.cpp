#define VARHUSH_LANES 16
#define VARHUSH_BLOCK 12
#include "conv32_kernel.hpp"
#include "conv32_sets.hpp"

namespace varhush::nn {

const Kernels32 kKernelsAvx512{"avx512", conv, scale_shift, multiply_add_loop};

}  // namespace varhush::nn
