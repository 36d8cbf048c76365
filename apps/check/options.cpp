#include "apps/check/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace varhush::apps {
namespace {

constexpr HelpText kHelp{
    .name = "check",
    .description =
        "Tells whether a VCF or BCF fits a reference: contigs, REF alleles, order, duplicates, "
        "alleles that cannot be scored, and which of several FASTAs it belongs to. Exit 0 when it "
        "fits, 3 when it does not. --fix writes a repaired file.",
    .example_a = "varhush check -f data/demo/chr22.fa.gz data/demo/variants.vcf.gz",
    .example_b = "varhush check -f data/demo/chr22.fa.gz --full --json data/demo/variants.vcf.gz",
};

void add_check_options(CLI::App& app, CheckOptions& options) {
    app.add_option("input", options.input, "VCF or BCF; - is standard input")
        ->type_name("FILE")
        ->default_str("-");
    app.add_option("-f,--fasta-ref",
                   options.fastas,
                   "Reference FASTA; given several times, the one that fits best is named")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->group("Check");
    auto* const sample =
        app.add_option("--sample",
                       options.sample,
                       "Compare REF for the first N records, then ever more rarely")
            ->type_name("N")
            ->default_str("10000")
            ->check(CLI::PositiveNumber)
            ->group("Check");
    app.add_flag("--full", options.full, "Compare REF for every record")
        ->excludes(sample)
        ->group("Check");
    app.add_flag("--json", options.json, "Report as JSON")->group("Output");
    app.add_option("--fix", options.fix, "Write a repaired file")
        ->type_name("FILE")
        ->group("Repair");
    app.add_option("--fix-steps", options.steps, "What to repair, of rename,leftalign,split,join")
        ->type_name("LIST")
        ->default_str("rename,leftalign")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"rename", "leftalign", "split", "join"}))
        ->group("Repair");
}

[[noreturn]] void reject(const std::string& message, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, message, hint);
}

void validate_files(const CheckOptions& options) {
    std::vector<NamedFile> inputs{{"the input", options.input}};
    for (const std::string& fasta : options.fastas) {
        inputs.push_back({"-f", fasta});
    }
    reject_output_clashes(inputs, {{"-o", options.output.path}, {"--fix", options.fix}});
}

void validate_fix(CheckOptions& options, bool steps_given) {
    if (options.fix.empty()) {
        if (steps_given || options.output.output_type || options.output.write_index) {
            reject("--fix-steps, -O and -W are about the repaired file: --fix FILE is missing");
        }
        return;
    }
    if (options.fix == "-") {
        reject("--fix writes a file, not standard output: that is where the report goes");
    }
    reject_foreign_compression("--fix", options.fix);
    if (options.input == "-") {
        reject("--fix reads the input twice, so it cannot be standard input");
    }
    const auto has = [&](const char* step) {
        return std::find(options.steps.begin(), options.steps.end(), step) != options.steps.end();
    };
    if (has("split") && has("join")) {
        reject("--fix-steps: split and join exclude each other");
    }
    options.fixer = {.rename = has("rename"),
                     .left_align = has("leftalign"),
                     .split = has("split"),
                     .join = has("join")};
    options.writer =
        io::choose_output(options.fix, options.output.output_type, options.output.write_index);
}

}  // namespace

CheckOptions parse_check_options(int argc, const char* const* argv) {
    CheckOptions options;
    const auto app = make_command_app(kHelp);
    add_check_options(*app, options);
    add_output_options(*app, options.output);
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    apply_verbosity(options.run);
    if (options.fastas.empty()) {
        reject("check needs a reference: -f FASTA");
    }
    options.command_line = "varhush " + joined_command_line(argc, argv);
    validate_fix(options, app->count("--fix-steps") > 0);
    validate_files(options);
    return options;
}

}  // namespace varhush::apps
