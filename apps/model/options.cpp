#include "apps/model/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "model",
    .description =
        "Model files: list those that are found, show what one is, check that one is whole, bring "
        "the weights of the AlphaGenome PyTorch port into the form that varhush runs, install one "
        "where it is found by name. 'varhush model SUBCOMMAND --help' shows each one's options.",
    .example_a = "varhush model list",
    .example_b = "varhush model verify splice-mini",
};

CLI::App* add_task(CLI::App& app,
                   ModelOptions& options,
                   ModelOptions::Task task,
                   const std::string& name,
                   const std::string& what) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->callback([&options, task] { options.task = task; });
    sub->add_flag("--json", options.json, "One JSON object instead of text");
    add_run_options(*sub, options.run);
    return sub;
}

void add_source(CLI::App& sub, ModelOptions& options) {
    sub.add_option("model", options.model, "Name or safetensors file")
        ->required()
        ->type_name("NAME|FILE");
}

void add_convert_options(CLI::App& sub, ModelOptions& options) {
    sub.add_option("-o,--output", options.output, "Write to FILE (.safetensors)")
        ->required()
        ->type_name("FILE");
    sub.add_option("--name", options.name, "What the output headers call it (default: as before)")
        ->type_name("ID");
    sub.add_option("--organism", options.organism, "Which organisms it is for")
        ->type_name("human|mouse|both")
        ->check(CLI::IsMember({"human", "mouse", "both"}));
    sub.add_option("--tracks-human", options.tracks_human, "Table of the human tracks, TSV")
        ->type_name("FILE");
    sub.add_option("--tracks-mouse", options.tracks_mouse, "Table of the mouse tracks, TSV")
        ->type_name("FILE");
    sub.add_flag("--pad-tracks",
                 options.pad_tracks,
                 "Take channels behind the last row of a table as padding");
    auto* terms = sub.add_option("--terms", options.terms, "Terms of use, for the output headers")
                      ->type_name("TEXT");
    sub.add_option("--terms-file", options.terms_file, "The same from a file")
        ->type_name("FILE")
        ->excludes(terms);
    sub.add_option("--config", options.config, "Widths as JSON (default: from the tensors' shapes)")
        ->type_name("FILE");
    sub.add_option("--dtype", options.dtype, "How matrices are stored")
        ->type_name("keep|f32|bf16|f16")
        ->check(CLI::IsMember({"keep", "f32", "bf16", "f16"}))
        ->capture_default_str();
    sub.add_option("--heads", options.heads, "Keep only these outputs, e.g. rna_seq,splice_sites")
        ->delimiter(',')
        ->type_name("LIST");
}

void validate(const ModelOptions& options) {
    if (options.task != ModelOptions::Task::kConvert) {
        return;
    }
    if (options.output == "-") {
        throw Error(ErrorKind::kUsage, "a model cannot be written to standard output");
    }
    reject_output_clashes({{"the input", options.model},
                           {"--tracks-human", options.tracks_human},
                           {"--tracks-mouse", options.tracks_mouse},
                           {"--terms-file", options.terms_file},
                           {"--config", options.config}},
                          {{"-o", options.output}});
}

}  // namespace

ModelOptions parse_model_options(int argc, const char* const* argv) {
    using Task = ModelOptions::Task;
    ModelOptions options;
    const auto app = make_command_app(kHelp);
    app->require_subcommand(1);
    add_task(*app, options, Task::kList, "list", "models found by name");
    add_source(*add_task(*app, options, Task::kInfo, "info", "what a model is"), options);
    add_source(*add_task(*app, options, Task::kVerify, "verify", "check that a file is whole"),
               options);
    CLI::App* convert =
        add_task(*app, options, Task::kConvert, "convert", "AlphaGenome weights to a model file");
    add_source(*convert, options);
    add_convert_options(*convert, options);
    CLI::App* add =
        add_task(*app, options, Task::kAdd, "add", "copy a model to where it is found by name");
    add_source(*add, options);
    add->add_option("--name", options.name, "Name to find it by (default: its own)")
        ->type_name("ID");
    add->add_option("--dir", options.folder, "Folder (default: the first of VARHUSH_MODELS)")
        ->type_name("DIR");
    add->add_flag("--force", options.force, "Replace a model of that name");
    parse_command_line(*app, argc, argv);
    validate(options);
    return options;
}

}  // namespace varhush::apps
