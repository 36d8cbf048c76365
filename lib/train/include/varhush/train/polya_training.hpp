#pragma once

#include "varhush/seq/region.hpp"
#include "varhush/train/step_settings.hpp"
#include "varhush/train/trainer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// How a polyadenylation network is fitted to its teacher.
struct PolyaRecipe : StepSettings {
    /// With its own usual settings; `batch` counts pairs of windows, one as it is and one changed.
    PolyaRecipe();

    std::vector<int> dilations{1, 1, 2, 4, 8, 16, 16, 8, 4, 2, 1, 1};  ///< one a residual unit
    double end_share = 0.4;               ///< of pairs at hexamers near annotated 3' ends
    double shift_share = 0.05;            ///< of pairs framed anywhere instead of on a hexamer
    double unknown_share = 0.02;          ///< of pairs that end in N, as at the end of a contig
    double indel_share = 0.4;             ///< of changes
    std::int64_t validation_pairs = 800;  ///< half of them near 3' ends
};

/// Everything `varhush train polya` reads from its JSON file.
struct PolyaConfig {
    std::string fasta;
    std::string genes;  ///< GTF, GFF3 or SpliceAI table; or
    std::string sites;  ///< splice sites and
    std::string exons;  ///< exons, see read_splice_annotation()
    std::string teacher;
    /// A window is of the first of these that holds it wholly, with 64 bases to each side; one for
    /// training touches none of the others.
    std::vector<seq::Region> test, validation, train;
    PolyaRecipe recipe;
    std::map<std::string, std::string> metadata;  ///< stored with the weights

    /// @throws Error{kInput} naming file and key.
    void validate(const std::string& file) const;
};

/// Relative file names start at `folder`, or at the file's own when that is "". A teacher without
/// "/" and ".safetensors" is a model's name.
/// @throws Error{kInput} naming file and key.
[[nodiscard]] PolyaConfig read_polya_config(const std::string& path,
                                            const std::string& folder = "");

struct PolyaRun {
    std::string output;  ///< weights; the checkpoint is beside it with ".checkpoint"
    std::string log;     ///< TSV, a line every report_steps; "" for none
    std::string report;  ///< TSV: agreement with the teacher on the test regions; "" for none
    double minutes = 0;  ///< end after the step that passes this time; 0: never
    /// Leave a checkpoint behind this step and end; 0: never. Going on with another number of steps
    /// bends the learning rate from there on.
    std::int64_t until = 0;
    int threads = 1;
    bool resume = false;
};

/// Trains a cleavage network from a random start on what the teacher says of windows of the train
/// regions, each with a changed copy: both odds, their change, and every position's logit. Windows
/// are drawn and labelled as they are needed. A checkpoint is written every few minutes and when
/// `stop` turns true; with `resume` the run goes on from it, bit for bit as if it had not been
/// stopped. The weights written are a moving average. kStopped: there is a checkpoint only.
/// @throws Error{kInput}, Error{kModel} (teacher), Error{kResume}, Error{kOutput}.
TrainOutcome train_polya(const PolyaConfig& config,
                         const PolyaRun& run,
                         const std::function<bool()>& stop);

/// Writes to `report` how far `model` agrees with the teacher on the test regions: Pearson and
/// Spearman with 95 % bootstrap intervals over 3' ends of the log odds of a cut 1 to 50 bases
/// behind the hexamer, at annotated 3' ends and at hexamers anywhere; and of VH_PAS, as
/// scoring::CleavageScorer gives it, of substitutions and indels near those 3' ends.
void evaluate_polya(const PolyaConfig& config,
                    const std::string& model,
                    const std::string& report,
                    int threads);

}  // namespace varhush::train
