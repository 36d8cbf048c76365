#include "varhush/nn/matrix_kernels.hpp"

#include "matrix_sets.hpp"
#include "varhush/nn/conv32.hpp"

namespace varhush::nn {

const MatrixKernels* find_matrix_kernels(std::string_view name) {
    if (find_kernels32(name) == nullptr) {  // knows what the processor can run
        return nullptr;
    }
#if defined(__x86_64__)
    if (name == kMatrixAvx512.name) {
        return &kMatrixAvx512;
    }
    if (name == kMatrixAvx2.name) {
        return &kMatrixAvx2;
    }
#endif
    return &kMatrixGeneric;
}

const MatrixKernels& matrix_kernels() {
    static const MatrixKernels& chosen = *find_matrix_kernels(kernels32().name);
    return chosen;
}

}  // namespace varhush::nn
