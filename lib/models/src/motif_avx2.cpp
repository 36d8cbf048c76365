#define VARHUSH_LANES 8
#include "motif_kernel.hpp"

namespace varhush::models {

const MotifScan kMotifScanAvx2 = scan;

}  // namespace varhush::models
