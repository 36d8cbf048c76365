#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// What a stopped run has finished: a folder beside the output folder with one file a tile. A
/// tile's file holds the hash of the sequence it was made from, its values, and the hash of all
/// that.
class PredictJournal {
  public:
    /// Looks only; start() writes. `description` says everything that the values depend on but the
    /// sequences, one "key value" a line. Without `resume` there must be no journal yet; with it,
    /// one that is there must have the same description.
    /// @throws Error{kResume} naming the line that differs, Error{kUsage} for a journal or a folder
    /// of something else in the way.
    PredictJournal(const std::string& output, const std::string& description, bool resume);

    /// Makes the folder with its description, where they are not there. @throws Error{kOutput}
    void start() const;

    /// Whether the tile is finished, complete and made from this sequence.
    /// @throws Error{kResume} when it was made from another one.
    [[nodiscard]] bool has(std::size_t tile,
                           const std::string& sequence_sha256,
                           std::uint64_t values) const;
    void put(std::size_t tile,
             const std::string& sequence_sha256,
             std::span<const float> values) const;
    /// Values [first, first + out.size()) of a finished tile.
    void read(std::size_t tile, std::uint64_t first, std::span<float> out) const;

    /// Takes the journal away: the run is complete. Files that are not of a run stay, with their
    /// folder and a warning.
    void remove() const;
    /// Whether there is a finished tile.
    [[nodiscard]] bool holds_tiles() const;
    [[nodiscard]] std::string folder() const { return folder_.string(); }

  private:
    [[nodiscard]] std::string path(std::size_t tile) const;
    void compare(const std::string& description) const;

    std::filesystem::path folder_;
    std::string description_;
};

}  // namespace varhush::apps
