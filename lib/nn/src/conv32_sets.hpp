#pragma once

#include "varhush/nn/conv32.hpp"

namespace varhush::nn {

extern const Kernels32 kKernelsGeneric;
#if defined(__x86_64__)
extern const Kernels32 kKernelsAvx2;
extern const Kernels32 kKernelsAvx512;
#endif

}  // namespace varhush::nn
