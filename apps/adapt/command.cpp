#include "apps/adapt/command.hpp"

#include "apps/adapt/options.hpp"
#include "apps/adapt/plan.hpp"
#include "apps/common/stop_signal.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/adapter.hpp"

namespace varhush::apps {

int run_adapt(int argc, const char* const* argv) {
    const AdaptOptions options = parse_adapt_options(argc, argv);
    apply_verbosity(options.run);
    const models::AlphaGenomeFile base = models::load_alphagenome(options.model);
    if (!base.notice.empty()) {
        core::log(core::LogLevel::kWarning, base.notice);
    }
    if (!options.merge.empty()) {
        models::write_merged(base, models::read_adapter(options.merge), options.output);
        return 0;
    }
    if (!options.heads_only) {
        // A slip in the option must not end the run after the data were read.
        static_cast<void>(models::chosen_layers(base.config, options.layers));
    }
    const train::TrackConfig config = config_of(options, base);
    const train::TrackRun run = run_of(options);
    catch_stop_signals();
    return train::train_tracks(config, run, stopping) == train::TrainOutcome::kFinished
               ? 0
               : stopped_code();
}

}  // namespace varhush::apps
