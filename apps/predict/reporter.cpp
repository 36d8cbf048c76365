#include "apps/predict/reporter.hpp"

#include "apps/predict/journal.hpp"
#include "apps/predict/journal_run.hpp"
#include "apps/predict/outputs.hpp"
#include "apps/predict/tile_progress.hpp"
#include "apps/predict/wanted_tiles.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/version.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/models/reporter_network.hpp"
#include "varhush/nn/sha256.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using models::PositionRange;

constexpr std::int64_t kTileBp = 65'536;
constexpr std::int64_t kPieceBp = 4'096;  // of a thread: its activations take 6 MB

void refuse_foreign(const PredictOptions& options) {
    if (!options.only_alphagenome.empty()) {
        throw Error(ErrorKind::kUsage,
                    options.only_alphagenome.front() + " means nothing to a reporter network",
                    "its track has neither windows nor heads; -r, -R and --format do apply");
    }
}

std::uint64_t bases_of(const PredictTile& tile) {
    std::uint64_t bases = 0;
    for (const PositionRange& range : tile.wanted) {
        bases += static_cast<std::uint64_t>(range.size());
    }
    return bases;
}

class ReporterTracks {
  public:
    ReporterTracks(const models::ReporterNetwork& network,
                   const seq::ReferenceSource& reference,
                   std::vector<PredictTile> tiles,
                   int threads)
        : network_(network), reference_(reference), tiles_(std::move(tiles)), pool_(threads) {}

    [[nodiscard]] std::size_t tiles() const noexcept { return tiles_.size(); }
    /// Tasks and their mean.
    [[nodiscard]] std::size_t tracks() const noexcept { return network_.tasks() + 1; }

    [[nodiscard]] std::string describe() const {
        std::string text = "varhush " + std::string(core::version()) + "\n";
        text += "model " + network_.identity().sha256 + "\n";
        for (const PredictTile& tile : tiles_) {
            text += "tile ";
            text += tile.contig;
            for (const PositionRange& range : tile.wanted) {
                text += ' ';
                text += std::to_string(range.begin);
                text += '-';
                text += std::to_string(range.end);
            }
            text += '\n';
        }
        return text;
    }

    /// Returns how many tiles the journal had.
    std::size_t compute(const PredictJournal& journal) {
        TileProgress progress(tiles_.size());
        std::size_t were_there = 0;
        for (std::size_t i = 0; i < tiles_.size(); ++i) {
            const std::int64_t flank = network_.config().word_bp();
            const PredictTile& tile = tiles_[i];
            const std::string bases =
                reference_.fetch(tile.contig, tile.kept.begin - flank, tile.kept.end + flank);
            nn::Sha256 hash;
            hash.update(std::as_bytes(std::span(bases)));
            const std::string sequence = hash.finish();
            const bool finished = journal.has(i, sequence, bases_of(tile) * tracks());
            if (!finished) {
                journal.put(i, sequence, values_of(tile));
            }
            were_there += finished ? 1 : 0;
            progress.done(i, !finished);
        }
        return were_there;
    }

    std::size_t write(const PredictJournal& journal, const PredictOptions& options) const {
        std::vector<TrackLine> lines;
        for (std::size_t track = 0; track < tracks(); ++track) {
            const std::string name =
                track < network_.tasks() ? network_.config().tasks[track] : "mean";
            char index[16];
            std::snprintf(index, sizeof index, "%04zu", track);
            const std::string path =
                (std::filesystem::path(options.output) /
                 ("reporter." + std::string(index) + "." + plain_name(name) + ".both"))
                    .string();
            const auto names =
                write_signal(path,
                             options.format,
                             reference_,
                             most_bases_a_contig(),
                             [&](io::SignalWriter& out) { write_track(journal, track, out); });
            for (const std::string& file : names) {
                lines.push_back(
                    {file, "REPORTER", static_cast<std::int64_t>(track), name, '.', {}, 1});
            }
        }
        write_track_list(options.output, lines);
        return lines.size();
    }

  private:
    /// [tracks, bases].
    std::vector<float> values_of(const PredictTile& tile) {
        const auto bases = static_cast<std::size_t>(bases_of(tile));
        std::vector<float> values(bases * tracks());
        std::vector<std::pair<PositionRange, std::size_t>> pieces;  // and where they go
        std::size_t at = 0;
        for (const PositionRange& range : tile.wanted) {
            for (std::int64_t begin = range.begin; begin < range.end; begin += kPieceBp) {
                const PositionRange piece{begin, std::min(begin + kPieceBp, range.end)};
                pieces.emplace_back(piece, at);
                at += static_cast<std::size_t>(piece.size());
            }
        }
        pool_.run(static_cast<std::int64_t>(pieces.size()), [&](std::int64_t index, int) {
            const auto& [piece, first] = pieces[static_cast<std::size_t>(index)];
            fill(tile.contig, piece, first, bases, values);
        });
        return values;
    }

    void fill(const std::string& contig,
              const PositionRange& piece,
              std::size_t first,
              std::size_t bases,
              std::vector<float>& values) const {
        const std::int64_t word = network_.config().word_bp();
        const std::int64_t before = word / 2;  // bases of a word in front of its middle
        const auto found = network_.track(seq::base_codes(
            reference_.fetch(contig, piece.begin - before, piece.end - before + word - 1)));
        const std::size_t tasks = network_.tasks();
        for (std::size_t i = 0; i < static_cast<std::size_t>(piece.size()); ++i) {
            double sum = 0;
            for (std::size_t t = 0; t < tasks; ++t) {
                const double value = found[i * tasks + t];
                sum += value;
                values[t * bases + first + i] = static_cast<float>(value);
            }
            if (!std::isfinite(sum)) {
                throw Error(ErrorKind::kModel,
                            "the model predicts an activity that is not a number at " + contig +
                                ":" +
                                std::to_string(piece.begin + static_cast<std::int64_t>(i) + 1),
                            "'varhush model verify' checks a model file");
            }
            values[tasks * bases + first + i] =
                static_cast<float>(sum / static_cast<double>(tasks));
        }
    }

    void write_track(const PredictJournal& journal,
                     std::size_t track,
                     io::SignalWriter& out) const {
        std::vector<float> values;
        for (std::size_t i = 0; i < tiles_.size(); ++i) {
            const PredictTile& tile = tiles_[i];
            const std::uint64_t bases = bases_of(tile);
            values.resize(static_cast<std::size_t>(bases));
            journal.read(i, track * bases, values);
            std::size_t at = 0;
            for (const PositionRange& range : tile.wanted) {
                const auto count = static_cast<std::size_t>(range.size());
                out.add_bins(tile.contig, range.begin, 1, std::span(values).subspan(at, count));
                at += count;
            }
        }
    }

    [[nodiscard]] std::uint64_t most_bases_a_contig() const {
        std::uint64_t most = 0;
        std::uint64_t here = 0;
        const std::string* contig = nullptr;
        for (const PredictTile& tile : tiles_) {
            here = contig != nullptr && *contig == tile.contig ? here : 0;
            contig = &tile.contig;
            here += bases_of(tile);
            most = std::max(most, here);
        }
        return most;
    }

    const models::ReporterNetwork& network_;
    const seq::ReferenceSource& reference_;
    std::vector<PredictTile> tiles_;
    core::WorkerPool pool_;
};

}  // namespace

int predict_reporter(const PredictOptions& options, const nn::SafeTensors& file, int threads) {
    refuse_foreign(options);
    const models::ReporterNetwork network(file);
    const io::FastaReader fasta(options.fasta);
    ReporterTracks tracks(network, fasta, wanted_tiles(options, fasta, kTileBp), threads);
    const PredictJournal journal(options.output, tracks.describe(), options.resume);
    const FinishedRun made = run_with_journal(
        journal,
        options.output,
        [&] { return tracks.compute(journal); },
        [&] { return tracks.write(journal, options); });
    core::log(core::LogLevel::kInfo,
              std::to_string(tracks.tiles()) + " pieces of at most " + std::to_string(kTileBp) +
                  " bases, " + std::to_string(made.tiles_kept) + " of them from the journal; " +
                  std::to_string(made.files) + " files in " + options.output);
    return 0;
}

}  // namespace varhush::apps
