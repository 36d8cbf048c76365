#pragma once

#include "apps/predict/run.hpp"
#include "varhush/io/signal_writer.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
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

/// `path` with the suffix of each format ("bigwig", "bedgraph", "both"); `fill` writes the values
/// of each. `values` is the most that a contig has: too many and a bigWig gets no zoom levels.
/// Returns the names of the files, without folder.
[[nodiscard]] std::vector<std::string> write_signal(
    const std::string& path,
    const std::string& format,
    const seq::ReferenceSource& reference,
    std::uint64_t values,
    const std::function<void(io::SignalWriter& out)>& fill);

/// The line of `tracks.tsv` for one file.
struct TrackLine {
    std::string file;
    std::string output_type;
    std::int64_t index = 0;
    std::string name;
    char strand = '.';
    std::string ontology_curie;
    int bin_bp = 1;
};
/// @throws Error{kOutput}
void write_track_list(const std::string& folder, const std::vector<TrackLine>& lines);

/// `name` as part of a file's name: only letters, digits, '.', '-' and '_', at most 80.
[[nodiscard]] std::string plain_name(const std::string& name);

/// Writes one file a track and format ("bigwig", "bedgraph", "both") into `folder`, from the
/// journal's tiles, and tracks.tsv that says what each one is. Returns how many files.
std::size_t write_tracks(const PredictJob& job,
                         const models::TrackTable& tracks,
                         const PredictJournal& journal,
                         const std::string& folder,
                         const std::string& format);

}  // namespace varhush::apps
