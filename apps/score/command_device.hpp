#pragma once

namespace varhush::apps {

/// `varhush score` in the model half: on the graphics card that --device names, or, with `auto`, on
/// the first one if LibTorch sees any, else as run_score does.
int run_score_on_device(int argc, const char* const* argv);

}  // namespace varhush::apps
