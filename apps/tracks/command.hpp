#pragma once

namespace varhush::apps {

/// `varhush tracks`: search the track metadata of a model or a table.
int run_tracks(int argc, const char* const* argv);

}  // namespace varhush::apps
