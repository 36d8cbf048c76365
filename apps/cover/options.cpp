#include "apps/cover/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "cover",
    .description =
        "Read coverage at every base as bedGraph or bigWig: how many reads of a coordinate-sorted "
        "BAM, CRAM "
        "or SAM lie over it. Deleted and skipped bases (D and N) do not count, both mates do.",
    .example_a = "varhush cover data/demo/ctcf.bam -o ctcf.bedgraph.gz",
    .example_b = "varhush cover --region chr22:20,050,000-20,060,000 data/demo/ctcf.bam -o ctcf.bw",
};

}  // namespace

CoverOptions parse_cover_options(int argc, const char* const* argv) {
    CoverOptions options;
    const auto app = make_command_app(kHelp);
    app->add_option("input", options.input, "BAM, CRAM or SAM; - is standard input (default)");
    app->add_option("-o,--output",
                    options.output,
                    "Write to FILE, bgzipped when it ends in .gz, bigWig when it ends in .bw; - is "
                    "standard output (default)")
        ->type_name("FILE");
    app->add_option("-f,--fasta-ref", options.fasta, "Reference of a CRAM (seldom needed)")
        ->type_name("FASTA");
    app->add_option("-r,--region,--regions", options.region, "Only this region, by index")
        ->type_name("CHR[:FROM-TO]");
    app->add_option("-Q,--min-mapq", options.min_mapping_quality, "Least mapping quality")
        ->type_name("N")
        ->check(CLI::Range(0, 255));
    app->add_option("-F,--exclude-flags",
                    options.excluded_flags,
                    "Leave out reads with any of these SAM flags (number or names)")
        ->type_name("FLAGS")
        ->capture_default_str();
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    reject_foreign_compression("-o", options.output);
    reject_output_clashes({{"the input", options.input}, {"-f", options.fasta}},
                          {{"-o", options.output}});
    return options;
}

}  // namespace varhush::apps
