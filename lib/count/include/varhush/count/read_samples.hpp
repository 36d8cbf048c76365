#pragma once

#include "varhush/io/alignment_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::count {

/// For messages: the first five names, joined by commas.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names);

/// Which samples of the reads count.
struct SampleChoice {
    bool ignore_groups = false;           ///< every file is one sample, called by its name
    std::vector<std::string> names = {};  ///< empty: all
    bool exclude = false;                 ///< all but `names`
};

/// Which sample a read belongs to: SM of its read group (@RG); of a file without any, the file
/// itself, called by its name. Equal samples of several files are one.
class ReadSamples {
  public:
    /// @throws Error{kUsage} for a name that no read group has, and when no sample is left.
    explicit ReadSamples(std::span<const io::AlignmentReader> readers,
                         const SampleChoice& choice = {});

    /// Those that count, in the order of the headers.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

    enum class Kind : std::uint8_t {
        kSample,   ///< names()[index]
        kLeftOut,  ///< of a sample that was not asked for
        kUnknown,  ///< of an unknown group, or without one in a file of several samples
    };
    struct Place {
        Kind kind = Kind::kUnknown;
        std::size_t index = 0;
    };
    [[nodiscard]] Place of(std::size_t source, const std::string& read_group) const;

  private:
    struct Source {
        std::unordered_map<std::string, Place> groups;
        Place rest;  ///< reads without a group
    };

    std::size_t add(const std::string& name);
    void read_groups(const io::AlignmentReader& reader, bool ignore);
    void choose(const SampleChoice& choice);

    std::vector<std::string> names_;
    std::vector<Source> sources_;
};

}  // namespace varhush::count
