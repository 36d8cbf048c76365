#pragma once

namespace varhush::apps {

/// From now on SIGTERM and SIGINT only turn stopping() true, so that the work ends after the step
/// at hand, with a checkpoint. A second signal ends the process at once.
void catch_stop_signals();

[[nodiscard]] bool stopping();

/// Exit code of a run that was stopped: 143 of SIGTERM, 130 of SIGINT.
[[nodiscard]] int stopped_code();

}  // namespace varhush::apps
