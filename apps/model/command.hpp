#pragma once

namespace varhush::apps {

/// `varhush model`: list, describe, check, convert and install model files.
int run_model(int argc, const char* const* argv);

}  // namespace varhush::apps
