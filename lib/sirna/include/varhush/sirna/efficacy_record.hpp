#pragma once

#include "varhush/sirna/efficacy_model.hpp"

#include <cstdint>
#include <string>

namespace varhush::sirna {

/// A measured guide: one row of a table of siRNA experiments.
struct EfficacyRecord {
    std::string id;
    std::string dataset;             ///< compilation, e.g. "huesken"
    std::string study;               ///< who measured it, e.g. "Reynolds2004"
    std::string accession;           ///< of the transcript, may be empty
    std::int64_t target_start = -1;  ///< of the site in it, -1: unknown
    GuideQuery query;     ///< guide positions 1 to 19 and what is known of the target around them
    double efficacy = 0;  ///< fraction silenced, 0 to 1
    double target = 0;    ///< the same as the source gives it: may lie a little outside 0 to 1
    double label_published = 0;  ///< label of earlier papers, NaN where there is none
    int class_published = -1;   ///< their class (1: at least 70 % silenced), -1 where there is none
    bool in_published = false;  ///< belongs to the subsets of earlier papers
    bool primary = false;       ///< first occurrence of this guide over all data sets
    std::int64_t cluster = -1;  ///< gene, or guides that share sequence: never split these
    int fold_huesken = -1;      ///< gene-disjoint folds of one data set …
    int fold_all = -1;          ///< … and of all; -1: in none
};

}  // namespace varhush::sirna
