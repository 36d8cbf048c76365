#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/train/step_settings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// What the rows of a track's file are, and with it the loss of the track.
enum class LabelKind {
    kPeaks,        ///< intervals that are there or not: binary cross-entropy
    kSignal,       ///< bedGraph or bigWig: Poisson of the sum, multinomial of the shape
    kCoverage,     ///< the same of the depth of aligned reads (BAM, CRAM)
    kEffects,      ///< no file: only measured effects of variants teach this track
    kSequences,    ///< a value a sequence of a SequenceSource; learnt like a signal
    kSpliceSites,  ///< table of donors and acceptors: cross-entropy over five classes
};

/// One entry of "tracks": a file, and how it becomes one track or, with `split_by`, several.
struct TrackSource {
    LabelKind kind = LabelKind::kPeaks;
    std::string file;              ///< of kSequences: the name of the SequenceSource
    models::Track track;           ///< metadata; the channel is set later
    std::vector<int> resolutions;  ///< bp: 128 of ChIP, 1 of splice sites, else 1 and 128
    double weight = 1;             ///< of this entry's tracks in the loss
    /// Columns by role (chrom, start, end, strand, summit, type, name): a name of the header line
    /// or a number from 1. Roles that are missing have the place BED gives them.
    std::map<std::string, std::string> columns;
    std::vector<std::string> split_by;          ///< one track for each combination found
    std::map<std::string, std::string> fields;  ///< of Track <- column, with split_by
    std::map<std::string, std::string> where;   ///< keep rows with this text in this column
    std::int64_t summit_half_width = 0;         ///< > 0: a peak is its summit and this to each side
    std::string feature;               ///< of gene models, see gtf_features(); "": no gene models
    std::int64_t half_width = 0;       ///< of transcript ends as peaks: so many bases to each side
    bool fragments = false;            ///< coverage of whole fragments of read pairs
    std::vector<std::string> contigs;  ///< where the labels are known; elsewhere no loss. {}: all
    std::int64_t bin_bp = 1;           ///< > 1: a signal is averaged over bins of this size
    bool log2_values = false;          ///< a signal's values v count as 2^v
    bool auxiliary = false;            ///< learnt beside the others, but no track of the model
};

/// A table of sequences with measured values, such as a reporter assay's library: each stands alone
/// in the middle of a window of N.
struct SequenceSource {
    std::string name;                                   ///< what tracks call it; its contig
    std::string file;                                   ///< tab-separated
    std::string column = "sequence";                    ///< that has the bases
    std::map<std::string, std::string> where;           ///< rows that are trained on
    std::map<std::string, std::string> validate_where;  ///< rows that only watch
    std::map<std::string, std::string> test_where;      ///< rows for the report alone
};

/// What happens to windows that reach into a held-out region.
enum class OverlapRule {
    kError,  ///< the run ends before the first step
    kDrop,   ///< they are left out and counted
};

/// A table of measured effects of variants.
struct EffectSource {
    std::string fasta;                                  ///< of the elements
    std::string file;                                   ///< table of variants
    std::map<std::string, std::string> columns;         ///< element, offset, ref, alt, effect
    std::map<std::string, std::string> where;           ///< rows that are trained on
    std::map<std::string, std::string> validate_where;  ///< rows that only watch
    std::map<std::string, std::string> test_where;      ///< rows for the report alone
    std::string track;  ///< name of the track whose change is the effect, all of `output` if ""
    models::OutputType output = models::OutputType::kChipTf;
    double weight = 1;
    int every = 4;   ///< one step in so many is of variants
    int batch = 16;  ///< variants of one element a step
};

/// How the weights are fitted.
struct TrackFit : StepSettings {
    double statistics_share = 0.02;  ///< of a step in the running statistics of norms
    double positional_weight = 5;    ///< of the multinomial part; AlphaGenome's
    double background_share = 1;     ///< of windows without any peak that an epoch uses
    /// Mixed precision: products in bfloat16, of float32 weights; norms, attention logits, heads,
    /// losses and the averaged weights stay float32. For graphics cards; slower on the processor.
    bool bfloat16 = false;
    std::int64_t validation_windows = 400;
};

/// A training of an AlphaGenome-style model on tracks, as one JSON file describes it.
struct TrackConfig {
    models::AlphaGenomeConfig model;  ///< its heads come from the tracks
    std::vector<std::string> fastas;
    std::vector<TrackSource> tracks;
    std::vector<EffectSource> effects;
    std::vector<SequenceSource> sequences;
    std::string stem_motifs;  ///< JASPAR matrices that the first filters start from; "" for none
    std::vector<seq::Region> train, validation, test;
    OverlapRule overlap = OverlapRule::kError;
    std::int64_t window_bp = 4096;
    std::int64_t shift_bp = 64;       ///< windows move by up to this much to either side
    std::int64_t crop_bp = 0;         ///< at each end of a window, without loss
    double most_unknown_share = 0.5;  ///< of N in a window that is trained on
    TrackFit fit;
    std::map<std::string, std::string> metadata;  ///< stored with the weights

    /// @throws Error{kInput} naming file and key.
    void validate(const std::string& file) const;
};

/// `config` without its auxiliary tracks and what teaches them: what a finished model has.
TrackConfig without_auxiliary(TrackConfig config);

/// Reads `path`; relative file names in it start at `folder`, or at the file's own when that is "".
/// See docs/train.md for the keys. @throws Error{kInput} naming file and key: bad JSON, unknown or
/// missing keys, wrong types, values that cannot be.
TrackConfig read_track_config(const std::string& path, const std::string& folder = "");

}  // namespace varhush::train
