#define VARHUSH_LANES 4
#include "band_kernel_body.hpp"

namespace varhush::sirna {

const BandKernels<double> kBandAvx2{add_scaled, dot, interior_inside, interior_outside};

}  // namespace varhush::sirna
