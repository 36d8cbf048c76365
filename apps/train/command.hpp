#pragma once

namespace varhush::apps {

/// `varhush train`: trains members of splice networks, makes their labels, joins and judges them.
int run_train(int argc, const char* const* argv);

}  // namespace varhush::apps
