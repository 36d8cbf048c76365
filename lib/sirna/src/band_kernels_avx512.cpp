#define VARHUSH_LANES 8
#include "band_kernel_body.hpp"

namespace varhush::sirna {

const BandKernels<double> kBandAvx512{add_scaled, dot, interior_inside, interior_outside};

}  // namespace varhush::sirna
