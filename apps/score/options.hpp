#pragma once

#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "apps/common/region_options.hpp"
#include "apps/common/run_options.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// `--max-unscored`: a number of alleles ("10") or a share of all alleles ("5%").
struct UnscoredLimit {
    double value = 0;
    bool is_percentage = false;

    [[nodiscard]] bool exceeded(std::int64_t unscored, std::int64_t alleles) const;
};

/// @throws Error{kUsage} for text that is neither.
[[nodiscard]] UnscoredLimit parse_unscored_limit(const std::string& text);

/// A number from 0 to 1. @throws Error{kUsage} naming `option`.
[[nodiscard]] double parse_unit_number(const std::string& option, const std::string& text);

/// A number above 0. @throws Error{kUsage} naming `option`.
[[nodiscard]] double parse_positive_number(const std::string& option, const std::string& text);

/// Kinds of model, for options that not all of them understand.
enum class ModelKind { kNone, kSplice, kAlphaGenome, kReporter, kMix, kCleavage };

/// An option that was given and that some kinds of model do not understand.
struct PickyOption {
    std::string name;              ///< as typed
    std::vector<ModelKind> kinds;  ///< those that do
};

/// Everything `varhush score` can be told.
struct ScoreOptions {
    std::string input = "-";
    std::string fasta;
    std::string gtf;    ///< GTF or GFF3
    std::string genes;  ///< SpliceAI gene table
    std::string transcripts = "canonical";
    std::string model;  ///< empty: the default; "none": classify only
    int distance_bp = 50;
    bool mask = false;
    bool levels = false;
    std::string compat_tag;
    int digits = 2;
    bool digits_given = false;
    std::string organism = "human";
    std::string window;  ///< bases, "auto", or empty: the model's
    std::int64_t share_window_bp = 0;
    std::string scorers = "recommended";
    std::vector<std::string> adapters;
    std::string tracks;  ///< expression; empty: all
    std::string tissue;  ///< ontology terms, comma-separated
    std::string heads;   ///< outputs, comma-separated; empty: all
    std::string align = "official";
    std::string precision = "auto";  ///< of a graphics card: "bf16" or "f32"
    std::string pas;                 ///< polyadenylation sites, TSV
    std::string detail;              ///< long table; empty: none
    std::string placements = "all";  ///< of a variant in a reporter's window: "all" or "inside"
    std::vector<PickyOption> picky;
    std::string calibration;   ///< a table, "none", or empty: the one beside the model
    std::string max_ood;       ///< "auto", a number, or empty: no limit
    std::string max_spread;    ///< "auto", a number, or empty: no limit; implies spread
    bool spread = false;       ///< VH_SD: members one by one too
    bool raw = false;          ///< keep every track's score (`calibrate`; no option of score)
    std::string max_unscored;  ///< empty: no limit
    std::string stats;         ///< empty: none
    std::string device = "auto";
    std::string progress = "auto";
    OutputOptions output;
    RegionOptions regions;
    RunOptions run;
    std::string command_line;  ///< as typed, for the header

    [[nodiscard]] bool without_model() const { return model == "none"; }
    [[nodiscard]] bool has_genes() const { return !gtf.empty() || !genes.empty(); }
    [[nodiscard]] bool wants_table() const;  ///< -O t, or a .tsv suffix without -O
};

/// The models of -m: a file as it stands, else what its commas part.
[[nodiscard]] std::vector<std::string> model_names(const std::string& text);

/// Adds the options that say what is scored, with which model and how: those that `calibrate` has
/// too.
void add_scoring_options(CLI::App& app, ScoreOptions& options);

/// Adds --max-unscored and --stats; `counted` is what may have no score ("alleles").
void add_tally_options(CLI::App& app, ScoreOptions& options, const std::string& counted);

/// The files that a run reads, for reject_output_clashes().
[[nodiscard]] std::vector<NamedFile> scoring_inputs(const ScoreOptions& options);

/// @throws Error{kUsage} for --mask without gene models.
void validate_mask(const ScoreOptions& options);

/// After parsing: which of the given options not every kind of model understands.
void remember_kinds(const CLI::App& app, ScoreOptions& options);

/// Builds the command line of `score`, parses it and checks it.
/// @throws Error{kUsage} for what does not parse or does not make sense.
[[nodiscard]] ScoreOptions parse_score_options(int argc, const char* const* argv);

/// The only place for checks across options.
/// @throws Error{kUsage}
void validate(const ScoreOptions& options);

}  // namespace varhush::apps
