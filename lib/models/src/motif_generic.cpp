#define VARHUSH_LANES 4
#include "motif_kernel.hpp"

namespace varhush::models {

const MotifScan kMotifScanGeneric = scan;

}  // namespace varhush::models
