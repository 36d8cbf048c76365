#pragma once

#include <functional>

namespace varhush::apps {

/// `varhush train polya`. True when it ran to the end, false when `stop` ended it.
bool run_train_polya(int argc, const char* const* argv, const std::function<bool()>& stop);

}  // namespace varhush::apps
