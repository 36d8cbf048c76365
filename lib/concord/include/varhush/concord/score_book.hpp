#pragma once

#include "varhush/concord/count_table.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace varhush::concord {

/// What is predicted for a variant by one score.
struct Prediction {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::uint32_t reason = 0;  ///< in ScoreBook::reasons; 1, "OK", where there is a value
};

/// The scores of the counted variants. Memory: 16 bytes a variant and score.
struct ScoreBook {
    static constexpr std::uint32_t kNotScored = 0;  ///< not in the file
    static constexpr std::uint32_t kOk = 1;
    static constexpr std::uint32_t kOtherAllele = 2;  ///< the place is in the file, the allele not
    static constexpr std::uint32_t kNoValue = 3;      ///< '.', and nothing says why

    std::vector<std::string> labels;                   ///< of the scores: tags, columns or tracks
    std::vector<std::vector<Prediction>> predictions;  ///< by label, then by variant
    std::vector<std::string> reasons{"NOT_IN_SCORES", "OK", "ALLELE_MISMATCH", "NO_VALUE"};
    std::int64_t alleles = 0;    ///< of the file, or its rows
    std::int64_t only_here = 0;  ///< without counts
    std::int64_t repeated = 0;   ///< said again, with the same value (tables: another gene's)
    std::int64_t differing = 0;  ///< tables: said again with another value
    std::int64_t genotyped = 0;  ///< samples whose genotypes it brought
};

struct ScoreInput {
    std::string path;
    FileKind kind = FileKind::kVariants;
    std::vector<std::string> scores;  ///< INFO tags or columns
    /// Tables: only rows where column `first` reads `second`.
    std::vector<std::pair<std::string, std::string>> where;
    std::string by;  ///< tables: a column whose values make scores of their own; may be empty
};

/// Scores of `varhush score`: INFO tags with one value an ALT of a VCF or BCF, streamed, in any
/// order; VH_STATUS and VH_MISS give the reasons of values that are missing. Or columns of a table
/// (`score -O t`, `--detail`): of rows about the same variant, as for several genes, the value
/// largest in size counts. Genotypes of samples that `table` has are taken where it has none.
/// @throws Error{kInput}, with file and line or record, for a tag or column that is not there, tags
/// without one value an ALT or of text, values that are infinite or beyond 1e100, different values
/// for one variant in a VCF, files that have no contig or no variant in common with the counts.
[[nodiscard]] ScoreBook read_scores(const ScoreInput& input,
                                    const VariantKeys& keys,
                                    const io::ThreadPool& pool,
                                    CountTable& table);

}  // namespace varhush::concord
