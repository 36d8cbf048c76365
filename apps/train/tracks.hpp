#pragma once

#include <functional>

namespace varhush::apps {

/// `varhush train tracks`: argv[0] is "tracks". False when `stopping` ended the run, with a
/// checkpoint.
bool run_train_tracks(int argc, const char* const* argv, const std::function<bool()>& stopping);

}  // namespace varhush::apps
