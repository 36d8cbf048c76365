#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::count {

/// A gene or a peak: what fragments are summed over.
struct Feature {
    struct Part {
        std::int64_t start = 0;
        std::int64_t end = 0;
    };
    std::string id;
    std::string name;
    int contig_id = -1;       ///< in the reads
    std::vector<Part> parts;  ///< 0-based half-open, any order; may overlap

    /// First to last base of its parts.
    [[nodiscard]] Part hull() const noexcept;
};

/// Which features hold a position. Memory 32 bytes a part.
class FeatureIndex {
  public:
    explicit FeatureIndex(std::vector<Feature> features);

    [[nodiscard]] const std::vector<Feature>& features() const noexcept { return features_; }
    /// Numbers of the features with a part that holds `position`, ascending, each once.
    [[nodiscard]] std::vector<std::size_t> at(int contig_id, std::int64_t position) const;

  private:
    struct Entry {
        Feature::Part part;
        std::int64_t most_end = 0;  ///< of this entry and all before it
        std::size_t feature = 0;
    };

    std::vector<Feature> features_;
    std::vector<std::vector<Entry>> contigs_;
};

}  // namespace varhush::count
