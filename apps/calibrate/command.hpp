#pragma once

namespace varhush::apps {

/// `varhush calibrate`: a background's scores as a calibration table. Returns the exit code.
int run_calibrate(int argc, const char* const* argv);

}  // namespace varhush::apps
