#include "apps/siscore/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "siscore",
    .description =
        "How well siRNA guides silence: expected fraction, its 90 % interval and the probability "
        "of at least 70 %, for the unmodified duplex. Takes FASTA, or a table with a column "
        "'guide' (antisense, 5'->3', RNA or DNA letters) and, where known, 'context' (sense: the "
        "site with what lies around it). Every row stays, with a status.",
    .example_a = "varhush siscore data/demo/guides.tsv",
    .example_b = "varhush siscore --known-laboratory data/demo/guides.tsv -o scored.tsv",
};

}  // namespace

SiscoreOptions parse_siscore_options(int argc, const char* const* argv) {
    SiscoreOptions options;
    const auto app = make_command_app(kHelp);
    bool no_folding = false;
    app->add_option("input", options.input, "Guides, TSV or FASTA; - is standard input (default)");
    app->add_option("-o,--output",
                    options.output,
                    "Write to FILE, bgzipped when it ends in .gz; - is standard output (default)")
        ->type_name("FILE");
    app->add_option("--json", options.json, "The same and a summary as JSON")->type_name("FILE");
    app->add_flag("--no-version", options.no_version, "Leave version and command out of the JSON");
    app->add_option("-m,--model", options.model, "Model (default: sirna-ensemble, embedded)")
        ->type_name("NAME|FILE");
    app->add_flag("--known-laboratory",
                  options.known_laboratory,
                  "Intervals for assays like those of the training data: narrower");
    app->add_flag("--no-folding",
                  no_folding,
                  "Do not fold contexts of 200 and more bases (quicker, less accurate)");
    app->add_option("--max-unscored",
                    options.max_unscored,
                    "Exit 4 when more rows than this have no score (default: any number)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    for (int i = 0; i < argc; ++i) {
        options.command_line.append(i == 0 ? "varhush " : " ").append(argv[i]);
    }
    options.fold = !no_folding;
    reject_foreign_compression("-o", options.output);
    reject_foreign_compression("--json", options.json);
    if (options.json == "-" && options.output == "-") {
        throw Error(ErrorKind::kUsage,
                    "only one output can go to standard output",
                    "give the table a file: -o FILE");
    }
    reject_output_clashes({{"the input", options.input}, {"-m", options.model}},
                          {{"-o", options.output}, {"--json", options.json}});
    return options;
}

}  // namespace varhush::apps
