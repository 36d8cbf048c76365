#pragma once

namespace varhush::apps {

/// `varhush-model doctor-probe`, asked by `varhush doctor`: prints what LibTorch is and how fast it
/// computes here, as one JSON object. Not for people.
int run_doctor_probe(int argc, const char* const* argv);

}  // namespace varhush::apps
