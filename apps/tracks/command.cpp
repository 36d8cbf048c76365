#include "apps/tracks/command.hpp"

#include "apps/tracks/options.hpp"
#include "apps/tracks/search.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"

namespace varhush::apps {

int run_tracks(int argc, const char* const* argv) {
    const TracksOptions options = parse_tracks_options(argc, argv);
    apply_verbosity(options.run);
    const OrganismTracks tracks = read_tracks(options);
    const auto found = search(tracks.table, options);
    io::OutputFile out(options.output, io::packing_for(options.output));
    out.write(tracks_text(found, tracks.organism, options));
    out.close();
    if (found.empty()) {
        core::log(core::LogLevel::kWarning,
                  "none of the " + std::to_string(tracks.table.all().size()) + " tracks of " +
                      tracks.organism + " fits");
    }
    return 0;
}

}  // namespace varhush::apps
