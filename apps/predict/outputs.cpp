#include "apps/predict/outputs.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

namespace fs = std::filesystem;

// libBigWig holds 12 bytes a value of one contig while it makes zoom levels.
constexpr std::uint64_t kMostZoomedValues = 100'000'000;

const char* strand_word(char strand) {
    if (strand == '.') {
        return "both";
    }
    return strand == '+' ? "plus" : "minus";
}

std::uint64_t most_values_a_contig(const PredictJob& job, std::size_t output) {
    std::uint64_t most = 0;
    std::uint64_t here = 0;
    const std::string* contig = nullptr;
    for (const PredictTile& tile : job.tiles) {
        here = contig != nullptr && *contig == tile.contig ? here : 0;
        contig = &tile.contig;
        for (const auto& range : to_bins(tile.wanted, job.outputs[output].resolution_bp)) {
            here += static_cast<std::uint64_t>(range.size());
        }
        most = std::max(most, here);
    }
    return most;
}

/// Bins from `start` on, cut at the contig's end, without those that are NaN.
void add_values(io::SignalWriter& out,
                const std::string& contig,
                std::int64_t length_bp,
                std::int64_t start,
                std::int64_t bin_bp,
                std::span<const float> values) {
    for (std::size_t i = 0; i < values.size();) {
        if (std::isnan(values[i])) {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < values.size() && !std::isnan(values[end])) {
            ++end;
        }
        const std::int64_t from = start + static_cast<std::int64_t>(i) * bin_bp;
        const std::int64_t to = start + static_cast<std::int64_t>(end) * bin_bp;
        const bool sticks_out = to > length_bp;
        out.add_bins(contig, from, bin_bp, values.subspan(i, end - i - (sticks_out ? 1 : 0)));
        if (sticks_out) {
            out.add(contig, to - bin_bp, length_bp, values[end - 1]);
        }
        i = end;
    }
}

void write_track(const PredictJob& job,
                 std::size_t output,
                 std::size_t column,
                 const PredictJournal& journal,
                 io::SignalWriter& out) {
    std::vector<float> values;
    const std::int64_t bin_bp = job.outputs[output].resolution_bp;
    for (std::size_t i = 0; i < job.tiles.size(); ++i) {
        const PredictTile& tile = job.tiles[i];
        const TileLayout layout = layout_of(tile, job.outputs);
        values.resize(layout.bin_count[output]);
        journal.read(i, layout.first[output] + column * layout.bin_count[output], values);
        const std::int64_t length = job.reference->length_bp(tile.contig).value();
        std::size_t at = 0;
        for (const auto& range : layout.bins[output]) {
            const auto count = static_cast<std::size_t>(range.size());
            add_values(out,
                       tile.contig,
                       length,
                       range.begin * bin_bp,
                       bin_bp,
                       std::span(values).subspan(at, count));
            at += count;
        }
    }
}

}  // namespace

std::string plain_name(const std::string& name) {
    constexpr std::size_t kMostLetters = 80;
    std::string plain = name.substr(0, kMostLetters);
    for (char& letter : plain) {
        const bool kept = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ||
                          letter == '-' || letter == '_';
        letter = kept ? letter : '_';
    }
    return plain;
}

std::string track_file_name(const models::Track& track) {
    char channel[16];
    std::snprintf(channel, sizeof channel, "%04d", track.channel);
    return std::string(models::output_key(track.output)) + "." + channel + "." +
           plain_name(track.name) + "." + strand_word(track.strand);
}

OutputFolder::OutputFolder(const std::string& path) {
    std::error_code error;
    std::vector<fs::path> absent;
    for (fs::path at = fs::absolute(path, error).lexically_normal();
         !error && at.has_relative_path() && !fs::exists(at, error);
         at = at.parent_path()) {
        absent.push_back(at);
    }
    fs::create_directories(path, error);
    if (error || !fs::is_directory(path)) {
        throw Error(ErrorKind::kOutput, "cannot create the folder " + path);
    }
    made_ = std::move(absent);
    const io::OutputFile probe(track_list_of(path));
}

OutputFolder::~OutputFolder() {
    std::error_code ignored;
    for (const fs::path& folder : made_) {
        fs::remove(folder, ignored);  // unless it holds something
    }
}

std::string track_list_of(const std::string& folder) {
    return (fs::path(folder) / "tracks.tsv").string();
}

std::vector<std::string> write_signal(const std::string& path,
                                      const std::string& format,
                                      const seq::ReferenceSource& reference,
                                      std::uint64_t values,
                                      const std::function<void(io::SignalWriter& out)>& fill) {
    std::vector<std::string> names;
    if (format != "bedgraph") {
        names.push_back(path + ".bw");
        const int zooms = values <= kMostZoomedValues ? io::BigWigWriter::kZoomLevels : 0;
        io::BigWigWriter out(names.back(), reference.contigs(), zooms);
        fill(out);
        out.close();
    }
    if (format != "bigwig") {
        names.push_back(path + ".bedgraph.gz");
        io::BedGraphWriter out(names.back());
        fill(out);
        out.close();
    }
    for (std::string& name : names) {
        name = fs::path(name).filename().string();
    }
    return names;
}

void write_track_list(const std::string& folder, const std::vector<TrackLine>& lines) {
    std::string list = "file\toutput_type\ttrack_index\tname\tstrand\tontology_curie\tbin_bp\n";
    for (const TrackLine& line : lines) {
        for (const std::string& cell : {line.file,
                                        line.output_type,
                                        std::to_string(line.index),
                                        line.name,
                                        std::string(1, line.strand),
                                        line.ontology_curie}) {
            list += cell;
            list += '\t';
        }
        list += std::to_string(line.bin_bp);
        list += '\n';
    }
    io::OutputFile out(track_list_of(folder));
    out.write(list);
    out.close();
}

std::size_t write_tracks(const PredictJob& job,
                         const models::TrackTable& tracks,
                         const PredictJournal& journal,
                         const std::string& folder,
                         const std::string& format) {
    std::vector<TrackLine> lines;
    for (std::size_t i = 0; i < job.outputs.size(); ++i) {
        const PredictedOutput& output = job.outputs[i];
        for (std::size_t column = 0; column < output.channels.size(); ++column) {
            const models::Track& track =
                tracks.tracks(output.output)[static_cast<std::size_t>(output.channels[column])];
            const auto names = write_signal(
                (fs::path(folder) / track_file_name(track)).string(),
                format,
                *job.reference,
                most_values_a_contig(job, i),
                [&](io::SignalWriter& out) { write_track(job, i, column, journal, out); });
            for (const std::string& name : names) {
                lines.push_back({name,
                                 std::string(models::output_name(track.output)),
                                 track.channel,
                                 track.name,
                                 track.strand,
                                 track.ontology_curie,
                                 output.resolution_bp});
            }
        }
    }
    write_track_list(folder, lines);
    return lines.size();
}

}  // namespace varhush::apps
