// The light launcher: command table, dispatch, exit codes. It never maps LibTorch.
#include "apps/bench/command.hpp"
#include "apps/calibrate/command.hpp"
#include "apps/check/command.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/command.hpp"
#include "apps/common/command_table.hpp"
#include "apps/common/model_half.hpp"
#include "apps/completion/command.hpp"
#include "apps/concord/command.hpp"
#include "apps/count/command.hpp"
#include "apps/cover/command.hpp"
#include "apps/doctor/command.hpp"
#include "apps/haplo/command.hpp"
#include "apps/ism/command.hpp"
#include "apps/model/command.hpp"
#include "apps/predict/command.hpp"
#include "apps/score/command.hpp"
#include "apps/sidesign/command.hpp"
#include "apps/siindex/command.hpp"
#include "apps/sioff/command.hpp"
#include "apps/siscore/command.hpp"
#include "apps/tracks/command.hpp"
#include "apps/version/command.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/version.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace varhush::apps {

namespace {

// Commands of the model half have no function here: the launcher becomes varhush-model.
constexpr auto kModelHalf = nullptr;

constexpr std::array kCommands{
    Command{"Variant effect", "check", "does this VCF fit this reference? repairs", run_check},
    Command{"Variant effect", "score", "score every ALT allele and annotate", run_score},
    Command{"Variant effect", "haplo", "phased variants of a sample scored jointly", run_haplo},
    Command{
        "Variant effect", "predict", "tracks for regions or a haplotype as bigWig", run_predict},
    Command{"Variant effect", "ism", "which bases of an interval matter to a score", run_ism},
    Command{"Variant effect",
            "calibrate",
            "ranks of scores among those of background variants",
            run_calibrate},
    Command{"Reads", "count", "how many reads carry each allele of a variant", run_count},
    Command{"Reads", "cover", "read coverage of BAM or CRAM as bedGraph or bigWig", run_cover},
    Command{"Reads", "concord", "predicted against observed allelic effects", run_concord},
    Command{"siRNA", "sidesign", "design and rank siRNAs for a target", run_sidesign},
    Command{"siRNA", "siindex", "index of a transcriptome for off-target searches", run_siindex},
    Command{"siRNA", "sioff", "every off-target site of given guides, with its risk", run_sioff},
    Command{"siRNA", "siscore", "how well given guides silence their target", run_siscore},
    Command{"Models", "model", "list, show, check, convert and install model files", run_model},
    Command{"Models", "tracks", "search the track metadata of a model", run_tracks},
    Command{"Models", "bench", "speed and correctness of this build on this machine", run_bench},
    Command{"Models", "train", "train splice networks and siRNA efficacy models", kModelHalf},
    Command{"Models", "adapt", "fit a model to tracks of your own", kModelHalf},
    Command{"This installation",
            "doctor",
            "what was found and chosen on this machine, and what to improve",
            run_doctor},
    Command{"This installation",
            "completion",
            "completion scripts for bash, zsh and fish",
            run_completion},
    Command{"This installation", "version", "versions of varhush and its libraries", run_version},
};

std::string general_help() {
    return "varhush " + std::string(core::version()) +
           ": what non-coding variants do to gene regulation\n\n"
           "Usage: varhush <command> [options] [file]\n" +
           table_help(kCommands) +
           "\n'varhush <command> --help' shows the options of a command and two examples.\n";
}

int unknown_command(const std::string& name) {
    const std::string nearest = nearest_name(kCommands, name);
    throw Error(ErrorKind::kUsage,
                "there is no command '" + name + "'",
                nearest.empty() ? "'varhush --help' lists the commands"
                                : "did you mean 'varhush " + nearest + "'?");
}

int dispatch(int argc, const char* const* argv) {
    const std::string_view name = argv[1];
    const Command* command = find_command(kCommands, name);
    if (command == nullptr) {
        return unknown_command(std::string(name));
    }
    if (command->run == kModelHalf) {
        become_model_half(argc, argv);
    }
    return command->run(argc - 1, argv + 1);
}

int run_launcher(int argc, const char* const* argv) {
    if (argc < 2) {
        std::fputs(general_help().c_str(), stderr);
        return exit_code(ErrorKind::kUsage);
    }
    const std::string_view first = argv[1];
    if (first == "--version") {
        print_to_stdout("varhush " + std::string(core::version()) + "\n");
        return 0;
    }
    const bool wants_help = first == "help" || first == "--help" || first == "-h";
    if (wants_help && argc == 2) {
        print_to_stdout(general_help());
        return 0;
    }
    if (wants_help) {  // varhush help score
        const std::array<const char*, 3> rewritten{argv[0], argv[2], "--help"};
        return dispatch(static_cast<int>(rewritten.size()), rewritten.data());
    }
    return dispatch(argc, argv);
}

}  // namespace

std::span<const Command> all_commands() {
    return kCommands;
}

}  // namespace varhush::apps

int main(int argc, char** argv) {
    using namespace varhush::apps;
    open_standard_descriptors();
    install_signal_handlers();
    const bool named = argc > 1 && find_command(all_commands(), argv[1]) != nullptr;
    return run_guarded(named ? argv[1] : "varhush", [&] { return run_launcher(argc, argv); });
}
