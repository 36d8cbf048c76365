#pragma once

namespace varhush::apps {

/// `varhush ism` in the model half: gradients, and graphics cards.
int run_ism_on_device(int argc, const char* const* argv);

}  // namespace varhush::apps
