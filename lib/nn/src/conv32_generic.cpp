#define VARHUSH_LANES 4
#define VARHUSH_BLOCK 4
#include "conv32_kernel.hpp"
#include "conv32_sets.hpp"

namespace varhush::nn {

const Kernels32 kKernelsGeneric{"generic", conv, scale_shift, multiply_add_loop};

}  // namespace varhush::nn
