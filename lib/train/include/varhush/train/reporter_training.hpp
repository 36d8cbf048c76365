#pragma once

#include "varhush/seq/region.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// How the network of a reporter mix is trained to imitate a teacher's track.
struct ReporterStudentRecipe {
    int channels = 64;
    std::vector<int> kernel_sizes{5, 5, 5};
    int windows = 8000;  ///< half of them round regulatory elements
    int window_bp = 512;
    int batch = 16;
    int steps = 12000;
    double learning_rate = 3e-3;
};

/// Weights of the blocks in the ridge of a reporter mix: columns are divided by their standard
/// deviation and multiplied by these, so that a larger one is penalised less.
struct ReporterMixRecipe {
    double lambda = 1e5;
    double motifs = 1;
    double heads = 1;
    double outputs = 1;   ///< the student's imitations of the teacher's tasks
    double features = 1;  ///< the student's last convolution
    double four_mers = 1.5;
    double prior = 10;  ///< the activators' sum and the student's mean
    double gain_factor = 0.6;
};

/// Everything `varhush train reporter` reads from its JSON file. Paths are relative to `data`.
struct ReporterTrainingConfig {
    std::string data;
    std::vector<std::string> sequence;  ///< FASTA pieces of one chromosome, in order
    std::string peaks;                  ///< TSV: chrom start end summit signal cell tf
    std::string elements;               ///< BED: regulatory elements, fourth column the class
    std::string starts;                 ///< BED: transcript starts
    seq::Region held_out;               ///< nothing is trained on there
    std::string motifs;                 ///< JASPAR
    std::vector<std::string> activators;
    std::string inserts;  ///< FASTA of the elements of `effects`
    std::string effects;  ///< measured variants
    std::string teacher;  ///< a reporter network
    double word_lambda = 3000;
    ReporterStudentRecipe student;
    ReporterMixRecipe mix;
    std::uint64_t seed = 1;
    std::map<std::string, std::string> metadata;  ///< goes into the model file

    /// `file` in the folder `data`.
    [[nodiscard]] std::string path_of(const std::string& file) const;

    /// @throws Error{kInput} naming file and setting.
    void validate(const std::string& file) const;
};

/// Relative file names start at `folder`, or at the file's own when that is "".
/// @throws Error{kInput} for what is no JSON, for settings that are missing, unknown, of a wrong
/// kind or out of range.
[[nodiscard]] ReporterTrainingConfig read_reporter_training(const std::string& path,
                                                            const std::string& folder = "");

struct ReporterTrainingOptions {
    std::string output;
    std::string parts;     ///< folder where finished parts are kept and found again; empty: none
    std::string report;    ///< JSON of what the elements say; empty: none
    std::string held_out;  ///< TSV of what each variant's held-out score is; empty: none
    bool report_test =
        false;  ///< also judge by the elements whose split is "test", and give their scores
    int threads = 1;
};

/// Trains word heads on the chromosome's peaks (ridge), a student of the teacher, and the mix of
/// both with motifs (ridge on the train elements of `effects`), and writes the folded model. Same
/// configuration, threads and machine: same bytes. Bins and windows that share a word of 24 bases
/// with an element of `effects` are left out, and the held-out region.
///
/// Judged without the test elements: each train element by a fit on the others, the valid ones by
/// the fit on all train elements. False when `stop` ended it (parts are kept).
/// @throws Error{kInput} for data that do not fit together, what loaders throw.
bool train_reporter(const ReporterTrainingConfig& config,
                    const ReporterTrainingOptions& options,
                    const std::function<bool()>& stop);

}  // namespace varhush::train
