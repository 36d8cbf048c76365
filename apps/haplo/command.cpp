#include "apps/haplo/command.hpp"

#include "apps/haplo/options.hpp"
#include "apps/haplo/run.hpp"
#include "varhush/core/error.hpp"

#include <unistd.h>

namespace varhush::apps {

int run_haplo(int argc, const char* const* argv) {
    const HaploOptions options = parse_haplo_options(argc, argv);
    apply_verbosity(options.score.run);
    if (options.score.input == "-" && ::isatty(STDIN_FILENO) != 0) {
        throw Error(ErrorKind::kUsage,
                    "no input: standard input is a terminal",
                    "name a VCF or BCF, or pipe one in; see 'varhush haplo --help'");
    }
    return run_haplo_with(options);
}

}  // namespace varhush::apps
