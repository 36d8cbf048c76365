#pragma once

namespace varhush::apps {

/// `varhush doctor`: what was found on this machine, what was chosen, how fast it is, and what to
/// do about what is missing or slow.
int run_doctor(int argc, const char* const* argv);

}  // namespace varhush::apps
