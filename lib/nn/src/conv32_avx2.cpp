#define VARHUSH_LANES 8
#define VARHUSH_BLOCK 3
#include "conv32_kernel.hpp"
#include "conv32_sets.hpp"

namespace varhush::nn {

const Kernels32 kKernelsAvx2{"avx2", conv, scale_shift, multiply_add_loop};

}  // namespace varhush::nn
