#include "site_scan_kernel.hpp"

namespace varhush::sirna {

void scan_avx2(const ScanView& view,
               const std::byte* text,
               std::uint64_t first,
               std::uint64_t last,
               ScanEmit emit,
               void* context) {
    scan(view, text, first, last, emit, context);
}

}  // namespace varhush::sirna
