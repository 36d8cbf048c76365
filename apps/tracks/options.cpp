#include "apps/tracks/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/output_type.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "tracks",
    .description =
        "Searches the track metadata of a model: one line a track, tab-separated, with the columns "
        "of a track table. EXPR is the language of --tracks, e.g. output=RNA_SEQ && tissue~liver; "
        "a "
        "word alone is searched for everywhere.",
    .example_a = "varhush tracks --table data/demo/tracks.tsv 'output=RNA_SEQ && tissue~liver'",
    .example_b = "varhush tracks --table data/demo/tracks.tsv --tissue UBERON:0002107 --count",
};

}  // namespace

TracksOptions parse_tracks_options(int argc, const char* const* argv) {
    TracksOptions options;
    const auto app = make_command_app(kHelp);
    app->add_option("expr", options.expression, "Condition on the tracks; absent: all")
        ->type_name("EXPR");
    auto* model = app->add_option("-m,--model",
                                  options.model,
                                  "Model: a name or a file (default: the embedded one with tracks)")
                      ->type_name("NAME|FILE");
    app->add_option("--table", options.table, "Read this track table instead of a model's")
        ->type_name("FILE.tsv")
        ->excludes(model);
    app->add_option("--organism", options.organism, "Default: human where there is one")
        ->type_name("human|mouse")
        ->check(CLI::IsMember({"human", "mouse"}));
    app->add_option("--heads", options.heads, "Only these outputs, e.g. RNA_SEQ,CAGE")
        ->type_name("OUTPUT,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    app->add_option("--tissue",
                    options.tissues,
                    "Only tracks with this ontology term (may be given again); splice sites, which "
                    "have no tissue, stay")
        ->type_name("CURIE")
        ->delimiter(',')
        ->allow_extra_args(false);
    app->add_option("-o,--output", options.output, "Write to FILE; - is standard output (default)")
        ->type_name("FILE");
    app->add_flag("--padding", options.padding, "Show the slots without meaning too");
    app->add_flag("--count", options.count, "Only how many tracks of each output");
    app->add_flag("--json", options.json, "JSON instead of a table");
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    validate(options);
    return options;
}

void validate(const TracksOptions& options) {
    for (const std::string& head : options.heads) {
        if (!models::find_output_type(head)) {
            throw Error(ErrorKind::kUsage,
                        "--heads: there is no output '" + head + "'",
                        "outputs are ATAC, DNASE, PROCAP, CAGE, RNA_SEQ, CHIP_TF, CHIP_HISTONE, "
                        "CONTACT_MAPS, SPLICE_SITES, SPLICE_SITE_USAGE and SPLICE_JUNCTIONS");
        }
    }
    reject_foreign_compression("-o", options.output);
    reject_output_clashes({{"-m", options.model}, {"--table", options.table}},
                          {{"-o", options.output}});
}

}  // namespace varhush::apps
