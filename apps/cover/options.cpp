#include "apps/cover/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "apps/common/read_filter_options.hpp"
#include "apps/common/repeated_inputs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/signal_writer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "cover",
    .description =
        "Coverage of coordinate-sorted BAM, CRAM or SAM files as bedGraph or bigWig: aligned "
        "bases, "
        "whole reads or fragments, 5' ends or cut sites, for every base or bins, by strand or "
        "haplotype. Of several files the sum. Reads that are left out are counted by reason.",
    .example_a = "varhush cover data/demo/ctcf.bam -o ctcf.bedgraph.gz -W",
    .example_b =
        "varhush cover --mode fragment --bin 50 --normalize cpm data/demo/ctcf.bam -o ctcf.bw",
};

/// Options as text, before they are looked at.
struct Texts {
    ReadFilterTexts flags;
    std::string shift = "4,-5";
};

template <class Value>
CLI::Option* add_choice(CLI::App& app,
                        const std::string& names,
                        Value& value,
                        const std::map<std::string, Value>& choices,
                        const std::string& shown,
                        const std::string& text) {
    return app.add_option(names, value, text)
        ->transform(CLI::CheckedTransformer(choices, CLI::ignore_case).description(""))
        ->type_name(shown);
}

void add_what(CLI::App& app, CoverOptions& options, Texts& texts) {
    using io::CoverageMode;
    auto& coverage = options.coverage;
    const char* group = "What counts";
    add_choice<CoverageMode>(
        app,
        "--mode",
        coverage.mode,
        {{"read", CoverageMode::kRead},
         {"span", CoverageMode::kSpan},
         {"fragment", CoverageMode::kFragment},
         {"five-prime", CoverageMode::kFivePrime},
         {"cut-site", CoverageMode::kCutSite}},
        "MODE",
        "read (aligned bases), span (deleted and skipped ones, too), fragment, "
        "five-prime or cut-site")
        ->default_str("read")
        ->group(group);
    app.add_flag("--count-overlaps",
                 coverage.count_overlaps,
                 "Bases under both mates of a pair count twice")
        ->group(group);
    app.add_option(
           "--max-fragment", coverage.max_fragment_bp, "Fragments: leave out pairs that span more")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000000).description(""))
        ->group(group);
    app.add_option("--extend",
                   coverage.extend_bp,
                   "Fragments: reads in no proper pair count from their 5' end over so many bases")
        ->type_name("BP")
        ->check(CLI::Range(1, 1000000).description(""))
        ->group(group);
    app.add_flag("--single-reads",
                 coverage.single_reads,
                 "Fragments: reads in no proper pair count by their aligned bases")
        ->group(group);
    app.add_option("--shift", texts.shift, "Cut sites: how far from the 5' base, by strand")
        ->type_name("PLUS,MINUS")
        ->capture_default_str()
        ->group(group);
}

void add_filters(CLI::App& app, CoverOptions& options, Texts& texts) {
    const char* group = "Which reads";
    add_read_filter_options(app, options.coverage.filter, texts.flags, "-f,--require-flags", group);
    app.add_option("--blacklist", options.blacklist, "Leave out what touches these regions")
        ->type_name("BED")
        ->group(group);
    app.add_option("-r,--region,--regions",
                   options.regions,
                   "Only this region, by index; may be given again")
        ->type_name("CHR[:FROM-TO]")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("-R,--regions-file", options.regions_file, "The same, regions from a BED")
        ->type_name("FILE")
        ->group(group);
}

void add_tracks(CLI::App& app, CoverOptions& options) {
    using io::StrandOf;
    const char* group = "Several tracks";
    app.add_flag("--strands",
                 options.coverage.split_strands,
                 "One output a strand, FILE.plus.* and FILE.minus.*")
        ->group(group);
    add_choice<StrandOf>(
        app,
        "--strand-of",
        options.coverage.strand_of,
        {{"read", StrandOf::kRead}, {"first", StrandOf::kFirst}, {"second", StrandOf::kSecond}},
        "read|first|second",
        "Strand of the read, or of the first or second read of its pair")
        ->default_str("read")
        ->group(group);
    app.add_flag("--hp-tag",
                 options.hp_tag,
                 "One output a haplotype by the reads' HP tag: FILE.hap1.*, FILE.hap2.*, "
                 "FILE.unphased.*")
        ->group(group);
    app.add_option("--phased-vcf",
                   options.phased_vcf,
                   "The same by the reads' bases at phased heterozygous SNVs")
        ->type_name("VCF")
        ->group(group);
    app.add_option("-s,--sample", options.sample, "Sample of the phased VCF")
        ->type_name("NAME")
        ->group(group);
}

void add_values(CLI::App& app, CoverOptions& options) {
    const char* group = "Values";
    app.add_option("--bin",
                   options.bin_bp,
                   "Bins of so many bases: mean depth, or number of 5' ends or cut sites")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000000).description(""))
        ->group(group);
    add_choice<Normalisation>(app,
                              "--normalize,--normalise",
                              options.normalisation,
                              {{"none", Normalisation::kNone},
                               {"cpm", Normalisation::kCpm},
                               {"rpgc", Normalisation::kRpgc}},
                              "none|cpm|rpgc",
                              "cpm: a million reads or fragments; rpgc: a mean of 1 over the "
                              "effective genome")
        ->default_str("none")
        ->group(group);
    app.add_option("--effective-genome",
                   options.effective_genome_bp,
                   "Bases of the genome where reads can lie, for rpgc")
        ->type_name("BP")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40).description(""))
        ->group(group);
    app.add_option("--scale", options.scale, "Multiply all values")->type_name("X")->group(group);
}

void add_files(CLI::App& app, CoverOptions& options) {
    app.add_option("input", options.inputs, "BAM, CRAM or SAM; - is standard input (default)");
    app.add_option("-o,--output",
                   options.output,
                   "Write to FILE, bgzipped when it ends in .gz, bigWig when it ends in .bw; - is "
                   "standard output (default)")
        ->type_name("FILE");
    // A bare -W comes as --write-index=auto (see add_output_options).
    app.add_option(
           "-W,--write-index", options.index, "Index FILE.gz for tabix: -W, -W=tbi or -W=csi")
        ->type_name("[=tbi|csi]")
        ->check(CLI::IsMember({"auto", "tbi", "csi"}).description(""));
    app.add_option("--fasta-ref,--reference",
                   options.fasta,
                   "Reference of a CRAM (needed only with --phased-vcf)")
        ->type_name("FASTA");
}

std::pair<std::int64_t, std::int64_t> parse_shift(const std::string& text) {
    constexpr int kMost = 1000;
    int plus = 0;
    int minus = 0;
    char rest = 0;
    // NOLINTNEXTLINE(cert-err34-c): the limits below catch what does not fit
    const bool good = std::sscanf(text.c_str(), "%6d,%6d%c", &plus, &minus, &rest) == 2;
    if (!good || std::abs(plus) > kMost || std::abs(minus) > kMost) {
        throw Error(ErrorKind::kUsage,
                    "--shift takes two numbers of bases such as 4,-5, not " + text,
                    "at most 1000 bases either way");
    }
    return {plus, minus};
}

void interpret(CoverOptions& options, const Texts& texts) {
    auto& coverage = options.coverage;
    set_read_flags(texts.flags, coverage.filter);
    std::tie(coverage.shift_plus_bp, coverage.shift_minus_bp) = parse_shift(texts.shift);
    if (options.hp_tag) {
        coverage.haplotype_by = io::HaplotypeBy::kTag;
    } else if (!options.phased_vcf.empty()) {
        coverage.haplotype_by = io::HaplotypeBy::kSites;
    }
    if (options.inputs.empty()) {
        options.inputs.emplace_back("-");
    }
}

void refuse(bool wrong, const std::string& message, const std::string& hint = {}) {
    if (wrong) {
        throw Error(ErrorKind::kUsage, message, hint);
    }
}

void validate(const CoverOptions& options) {
    const auto& coverage = options.coverage;
    const bool by_fragment = coverage.mode == io::CoverageMode::kFragment;
    const auto from_stdin = std::count(options.inputs.begin(), options.inputs.end(), "-");
    refuse(from_stdin > 1, "standard input can be read only once");
    reject_repeated_inputs(options.inputs);
    refuse(options.hp_tag && !options.phased_vcf.empty(),
           "--hp-tag and --phased-vcf exclude each other");
    refuse(!options.sample.empty() && options.phased_vcf.empty(),
           "--sample names a sample of --phased-vcf");
    refuse(!options.regions.empty() && !options.regions_file.empty(),
           "-r and -R exclude each other");
    refuse((coverage.extend_bp > 0 || coverage.single_reads) && !by_fragment,
           "--extend and --single-reads belong to --mode fragment");
    refuse(coverage.extend_bp > 0 && coverage.single_reads,
           "--extend and --single-reads exclude each other");
    refuse(by_fragment && coverage.haplotype_by == io::HaplotypeBy::kSites,
           "--phased-vcf counts reads, not fragments",
           "use --mode read, or tag the reads (whatshap haplotag) and use --hp-tag");
    refuse(options.normalisation == Normalisation::kRpgc && options.effective_genome_bp == 0,
           "--normalize rpgc needs --effective-genome",
           "the mappable bases, e.g. 2864785220 for GRCh37 or 2913022398 for GRCh38");
    refuse(options.normalisation != Normalisation::kRpgc && options.effective_genome_bp != 0,
           "--effective-genome belongs to --normalize rpgc");
    refuse(!std::isfinite(options.scale) || options.scale <= 0, "--scale must be above 0");
    const bool several = io::track_names(coverage).size() > 1;
    refuse(several && options.output == "-", "several tracks need an output file (-o)");
    refuse(!options.index.empty() && io::packing_for(options.output) == io::Packing::kNone,
           "-W indexes bgzipped bedGraph only",
           "name the output FILE.bedgraph.gz");
}

void reject_clashes(const CoverOptions& options) {
    reject_foreign_compression("-o", options.output);
    std::vector<NamedFile> inputs{{"--fasta-ref", options.fasta},
                                  {"--blacklist", options.blacklist},
                                  {"-R", options.regions_file},
                                  {"--phased-vcf", options.phased_vcf}};
    for (const std::string& input : options.inputs) {
        inputs.push_back({"the input", input});
    }
    std::vector<NamedFile> outputs;
    for (const std::string& track : io::track_names(options.coverage)) {
        outputs.push_back({"-o", track_path(options.output, track)});
    }
    reject_output_clashes(inputs, outputs);
}

}  // namespace

std::string track_path(const std::string& path, const std::string& track) {
    if (track.empty() || path == "-") {
        return path;
    }
    std::size_t end = path.rfind('/');
    end = end == std::string::npos ? 0 : end + 1;
    std::size_t dot = path.rfind('.');
    if (dot != std::string::npos && dot > end && io::packing_for(path) == io::Packing::kBgzip) {
        const std::size_t inner = path.rfind('.', dot - 1);  // of .bedgraph.gz
        dot = inner != std::string::npos && inner > end ? inner : dot;
    }
    if (dot == std::string::npos || dot <= end) {
        return path + "." + track;
    }
    return path.substr(0, dot) + "." + track + path.substr(dot);
}

CoverOptions parse_cover_options(int argc, const char* const* argv) {
    CoverOptions options;
    Texts texts;
    const auto app = make_command_app(kHelp);
    add_files(*app, options);
    add_what(*app, options, texts);
    add_filters(*app, options, texts);
    add_values(*app, options);
    add_tracks(*app, options);
    add_run_options(*app, options.run, "--quiet");
    parse_command_line(*app, argc, argv);
    interpret(options, texts);
    validate(options);
    reject_clashes(options);
    return options;
}

}  // namespace varhush::apps
