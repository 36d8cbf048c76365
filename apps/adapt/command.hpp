#pragma once

namespace varhush::apps {

int run_adapt(int argc, const char* const* argv);

}  // namespace varhush::apps
