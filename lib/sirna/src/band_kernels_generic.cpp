#define VARHUSH_LANES 2
#include "band_kernel_body.hpp"

namespace varhush::sirna {

const BandKernels<double> kBandGeneric{add_scaled, dot, interior_inside, interior_outside};

}  // namespace varhush::sirna
