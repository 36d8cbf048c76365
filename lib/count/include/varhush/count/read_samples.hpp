#pragma once

#include "varhush/io/alignment_reader.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::count {

/// Which sample a read belongs to: SM of its read group (@RG); of a file without any, the file
/// itself, called by its name. Equal samples of several files are one.
class ReadSamples {
  public:
    explicit ReadSamples(std::span<const io::AlignmentReader> readers);

    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    /// Nothing for a read of an unknown group, or without one in a file of several samples.
    [[nodiscard]] std::optional<std::size_t> of(std::size_t source,
                                                const std::string& read_group) const;

  private:
    struct Source {
        std::unordered_map<std::string, std::size_t> groups;
        std::optional<std::size_t> only;  ///< the sample of reads without a group
    };

    std::size_t add(const std::string& name);

    std::vector<std::string> names_;
    std::vector<Source> sources_;
};

}  // namespace varhush::count
