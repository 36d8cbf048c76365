#pragma once

#include <string>

namespace varhush::apps {

/// File that provides sgemm in this process, links resolved; "unknown" when none does.
[[nodiscard]] std::string blas_library();

/// Kernel set that OpenBLAS chose when it was loaded, e.g. "SkylakeX"; empty for another BLAS.
[[nodiscard]] std::string blas_core();

/// The largest instruction set oneDNN will use (after its cap), e.g. "AVX512_CORE_BF16"; empty when
/// oneDNN is not a shared library or does not say.
[[nodiscard]] std::string onednn_isa();

}  // namespace varhush::apps
