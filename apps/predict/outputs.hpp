#pragma once

#include "apps/predict/run.hpp"
#include "varhush/models/track_table.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace varhush::apps {

/// "rna_seq.0012.CL_0000084_polyA_plus.plus": output, channel, name with only letters, digits, '.',
/// '-' and '_', strand. The channel makes it unique.
[[nodiscard]] std::string track_file_name(const models::Track& track);

/// The folder for the files, made and written to once before anything is computed. A folder that
/// was made and is still empty goes away again with this object.
class OutputFolder {
  public:
    /// @throws Error{kOutput}
    explicit OutputFolder(const std::string& path);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

  private:
    std::vector<std::filesystem::path> made_;  ///< innermost first
};

/// The list of the files of `folder`.
[[nodiscard]] std::string track_list_of(const std::string& folder);

/// Writes one file a track and format ("bigwig", "bedgraph", "both") into `folder`, from the
/// journal's tiles, and tracks.tsv that says what each one is. Returns how many files.
std::size_t write_tracks(const PredictJob& job,
                         const models::TrackTable& tracks,
                         const PredictJournal& journal,
                         const std::string& folder,
                         const std::string& format);

}  // namespace varhush::apps
