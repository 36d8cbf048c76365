#pragma once

#include "varhush/seq/status.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::seq {

/// Kinds of output that have a flat tag of their own in the VCF (VH_SPL, VH_EXP, …).
enum class Modality {
    kSplicing,
    kExpression,
    kAccessibility,
    kTf,
    kHistone,
    kTss,
    kPas,
    kContact,
    kMpra
};
inline constexpr std::size_t kModalityCount = 9;

/// A score before calibration. Which scorer and track `series` stands for is the scorer's to say.
struct RawScore {
    std::uint32_t series = 0;
    float value = 0;
};

/// What is known of one ALT allele after scoring: plain values, no tensors.
struct AlleleAnnotation {
    AlleleStatus status = AlleleStatus::kSkipped;
    std::array<std::optional<float>, kModalityCount> effect{};  ///< signed, largest in magnitude
    std::optional<double> max_rank;                             ///< VH_MAX, 0..1, where calibrated
    std::optional<float> spread;                                ///< VH_SD
    std::optional<float> unlike;                                ///< VH_OOD, 0..1
    std::optional<float> sign_probability;                      ///< VH_SIGN, 0.5..1
    std::string missed;               ///< VH_MISS: which of several models has no score
    std::vector<RawScore> raw;        ///< every track's score, where asked for
    std::string top;                  ///< VH_TOP, in words; empty when none
    std::vector<std::string> packed;  ///< entries of VH, '|'-separated fields

    [[nodiscard]] std::optional<float>& operator[](Modality modality) {
        return effect[static_cast<std::size_t>(modality)];
    }
    [[nodiscard]] const std::optional<float>& operator[](Modality modality) const {
        return effect[static_cast<std::size_t>(modality)];
    }
};

/// One record: a value per ALT allele in file order, plus the entries of a compatibility tag.
struct RecordAnnotation {
    std::vector<AlleleAnnotation> alleles;
    std::vector<std::string> compat;  ///< entries of --compat-tag; empty: the tag is left out
};

}  // namespace varhush::seq
