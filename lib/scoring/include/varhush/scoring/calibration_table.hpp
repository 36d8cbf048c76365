#pragma once

#include "varhush/nn/safetensors.hpp"
#include "varhush/nn/sha256.hpp"
#include "varhush/scoring/rank_grid.hpp"
#include "varhush/scoring/sequence_profile.hpp"
#include "varhush/scoring/sign_curve.hpp"
#include "varhush/seq/annotation.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// Alleles are ranked among those of their own class: insertions and deletions have other
/// distributions than substitutions. By the change of length alone, so every spelling of a change
/// has the same class; an MNV is a substitution.
enum class AlleleClass { kSubstitution, kInsertion, kDeletion };
inline constexpr std::size_t kAlleleClassCount = 3;

[[nodiscard]] AlleleClass allele_class(std::size_t ref_length, std::size_t alt_length) noexcept;
[[nodiscard]] std::string_view allele_class_name(AlleleClass allele_class) noexcept;

/// Something that gives one score an allele (or an allele and gene): a flat tag ("VH_SPL"), or a
/// scorer and a track of a model ("RNA_SEQ[17]").
struct ScoreSeries {
    std::string name;
    bool is_signed = false;
};

/// Where a table comes from.
struct CalibrationInfo {
    std::string name;  ///< for ##varhush_model=<…,Calibration=…>
    std::string model_id;
    std::string model_sha256;       ///< a table serves the model it was made with and no other
    std::string settings;           ///< options that the scores depend on, "distance=50 …"
    std::string background;         ///< what the background is, in words
    std::string background_sha256;  ///< of its scored alleles, one line each
    std::array<std::int64_t, kAlleleClassCount> alleles{};  ///< scored ones, by class
    double tolerance = 0;                                   ///< of the grids
    double ood_threshold = 1;                               ///< VH_OOD above it: LOW_CONF
    double spread_threshold = 1;  ///< VH_SD above this times the score's size: LOW_CONF
};

/// How far the sign of a series can be trusted, and what says so.
struct SignCalibration {
    std::string series;
    std::string source;  ///< of the measurements, in words
    std::int64_t measured = 0;
    SignCurve curve;
};

/// Ranks of scores among those of a background, one grid for each series, class of alleles and
/// sign: the signed values, and for signed series their sizes too. A class with fewer than
/// kSmallestClass background values is ranked among all of them.
class CalibrationTable {
  public:
    /// Calibrated ranks never go beyond this, however large the background (as published ones).
    static constexpr double kLargestRank = 0.99999;
    static constexpr std::size_t kSmallestClass = 100;

    /// One series' grids; [0]: all alleles, [1 + class]: those of a class.
    struct Grids {
        std::array<std::optional<RankGrid>, 1 + kAlleleClassCount> values;
        std::array<std::optional<RankGrid>, 1 + kAlleleClassCount> sizes;  ///< signed series only
    };

    /// `grids` belong to `series` in their order; both may be changed no more.
    CalibrationTable(CalibrationInfo info,
                     std::vector<ScoreSeries> series,
                     std::vector<Grids> grids,
                     std::optional<SequenceProfile> profile);

    /// The same table with what was measured of signs.
    /// @throws Error{kUsage} when the series is none of the table's signed ones.
    [[nodiscard]] CalibrationTable with_sign(SignCalibration sign) &&;

    /// @throws Error{kModel} for what is no table, a table of a later version, and any damage: all
    /// of the file is covered by checksums.
    [[nodiscard]] static CalibrationTable from_file(const nn::SafeTensors& file);
    /// The bytes of a file; equal tables give equal bytes.
    [[nodiscard]] std::string to_bytes() const;

    /// @throws Error{kModel} when the table was made with another model.
    void require_model(const std::string& sha256, const std::string& path) const;

    [[nodiscard]] const CalibrationInfo& info() const noexcept { return info_; }
    [[nodiscard]] const std::vector<ScoreSeries>& series() const noexcept { return series_; }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view series) const;
    [[nodiscard]] const std::optional<SequenceProfile>& profile() const noexcept {
        return profile_;
    }

    [[nodiscard]] const std::optional<SignCalibration>& sign() const noexcept { return sign_; }

    /// Rank of the size of `value`, 0..1; empty where the background gave the series no value.
    [[nodiscard]] std::optional<double> size_rank(std::size_t series,
                                                  AlleleClass allele_class,
                                                  double value) const;
    /// Quantile score as the official interface defines it: the rank q of the raw score, for signed
    /// series 2q - 1; in size at most kLargestRank.
    [[nodiscard]] std::optional<double> quantile_score(std::size_t series,
                                                       AlleleClass allele_class,
                                                       double value) const;
    /// The highest size_rank() of any series for alleles of that class; 0 without series.
    [[nodiscard]] double highest_rank(AlleleClass allele_class) const;

    [[nodiscard]] const Grids& grids(std::size_t series) const { return grids_[series]; }

  private:
    CalibrationInfo info_;
    std::vector<ScoreSeries> series_;
    std::vector<Grids> grids_;
    std::optional<SequenceProfile> profile_;
    std::optional<SignCalibration> sign_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

/// Collects the scores of a background.
class CalibrationBuilder {
  public:
    explicit CalibrationBuilder(std::vector<ScoreSeries> series);

    /// One value of a series; not a number: left out.
    void add(std::size_t series, AlleleClass allele_class, float value);
    /// A scored allele; `key` names it ("chr1:1234:A:C", one line) for the background's hash.
    void add_allele(AlleleClass allele_class, std::string_view key);

    [[nodiscard]] std::int64_t alleles() const;
    /// `info` has name, model, settings, background and tolerance; the rest is filled in. The
    /// values are used up.
    /// @throws Error{kInput} when no allele was scored.
    [[nodiscard]] CalibrationTable finish(CalibrationInfo info,
                                          std::optional<SequenceProfile> profile);

  private:
    using ByClass = std::array<std::vector<float>, kAlleleClassCount>;
    std::vector<ScoreSeries> series_;
    std::vector<ByClass> values_;
    std::array<std::int64_t, kAlleleClassCount> alleles_{};
    nn::Sha256 hash_;
};

}  // namespace varhush::scoring
