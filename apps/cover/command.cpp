#include "apps/cover/command.hpp"

#include "apps/cover/options.hpp"
#include "apps/cover/signal.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/coverage.hpp"
#include "varhush/io/phased_sites.hpp"
#include "varhush/io/variant_reader.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::apps {

namespace {

using Contigs = std::vector<io::AlignmentReader::Contig>;

std::vector<io::AlignmentReader> open_inputs(const CoverOptions& options,
                                             const io::ThreadPool& pool) {
    std::vector<io::AlignmentReader> readers;
    readers.reserve(options.inputs.size());
    for (const std::string& path : options.inputs) {
        readers.emplace_back(io::AlignmentReaderOptions{.path = path,
                                                        .reference = options.fasta,
                                                        .bases = !options.phased_vcf.empty(),
                                                        .haplotypes = options.hp_tag},
                             pool);
    }
    return readers;
}

/// What --blacklist, --phased-vcf and the regions name, read once.
struct Tables {
    Tables(const CoverOptions& options, const Contigs& contigs, const io::ThreadPool& pool);

    std::optional<io::IntervalSet> blacklist;
    std::optional<io::PhasedSites> sites;
    std::vector<seq::Region> regions;
};

Tables::Tables(const CoverOptions& options, const Contigs& contigs, const io::ThreadPool& pool) {
    if (!options.blacklist.empty()) {
        blacklist.emplace(io::read_regions_file(options.blacklist), contigs);
        if (blacklist->known() == 0 && blacklist->unknown() > 0) {
            throw Error(ErrorKind::kInput,
                        options.blacklist + " names no contig of the reads (its first is '" +
                            blacklist->unknown_contig() + "')",
                        contigs.empty() ? "" : "theirs begin with '" + contigs[0].name + "'");
        }
        if (blacklist->unknown() > 0) {
            core::log(core::LogLevel::kWarning,
                      options.blacklist + ": " + std::to_string(blacklist->unknown()) +
                          " regions on contigs that the reads do not have, such as " +
                          blacklist->unknown_contig());
        }
    }
    if (!options.phased_vcf.empty()) {
        sites.emplace(options.phased_vcf, options.sample, contigs, pool);
    }
    for (const std::string& text : options.regions) {
        regions.push_back(seq::parse_region(text));
    }
    if (!options.regions_file.empty()) {
        regions = io::read_regions_file(options.regions_file);
        if (regions.empty()) {
            throw Error(ErrorKind::kInput, options.regions_file + " has no region");
        }
    }
}

bool counts_ends(io::CoverageMode mode) {
    return mode == io::CoverageMode::kFivePrime || mode == io::CoverageMode::kCutSite;
}

/// One track from depths to its file; through a spool when the scale is known only at the end.
class Track {
  public:
    Track(const CoverOptions& options, const std::string& name, const Contigs& contigs)
        : output_(track_path(options.output, name), contigs, options.index),
          scale_(options.scale),
          bins_(options.bin_bp, !counts_ends(options.coverage.mode), [this](const SignalRun& run) {
              spool_ ? spool_->add(run) : write(run);
          }) {
        if (options.normalisation != Normalisation::kNone) {
            spool_.emplace();
        }
    }
    Track(const Track&) = delete;
    Track& operator=(const Track&) = delete;

    void add(const SignalRun& run, const io::IntervalSet::Interval& window) {
        bins_.add(run, window.start, window.end);
    }
    /// `scale` counts only for values that were spooled for it.
    void finish(double scale) {
        bins_.finish();
        if (spool_) {
            scale_ = scale;
            spool_->replay([this](const SignalRun& run) { write(run); });
        }
        output_.finish();
    }
    void close() { output_.close(); }

  private:
    void write(SignalRun run) {
        run.value *= scale_;
        output_.add(run);
    }

    SignalOutput output_;
    double scale_;
    std::optional<SignalSpool> spool_;
    Bins bins_;
};

/// Where bins end: the regions that were asked for, else the contigs.
class Windows {
  public:
    Windows(const std::vector<seq::Region>& regions, const Contigs& contigs) {
        std::vector<seq::Region> all = regions;
        for (std::size_t i = 0; i < contigs.size(); ++i) {
            ids_.emplace(contigs[i].name, static_cast<int>(i));
            if (regions.empty()) {
                all.push_back({contigs[i].name});
            }
        }
        set_ = io::IntervalSet(all, contigs);
    }

    /// Number of `contig`, whose name must be known.
    int id_of(const std::string& contig) {
        if (contig != last_name_) {
            last_name_ = contig;
            last_id_ = ids_.at(contig);
        }
        return last_id_;
    }
    /// The window around `position`; it must be in one.
    [[nodiscard]] io::IntervalSet::Interval around(int contig_id, std::int64_t position) const {
        const auto windows = set_.of(contig_id);
        const auto after = std::upper_bound(
            windows.begin(), windows.end(), position, [](std::int64_t value, const auto& one) {
                return value < one.start;
            });
        VARHUSH_CHECK(after != windows.begin());
        return *(after - 1);
    }

  private:
    std::unordered_map<std::string, int> ids_;
    io::IntervalSet set_;
    std::string last_name_;
    int last_id_ = -1;
};

double scale_for(const CoverOptions& options, const io::CoverageTally& whole) {
    if (options.normalisation == Normalisation::kCpm) {
        constexpr double kMillion = 1e6;
        return whole.counted == 0 ? 0
                                  : options.scale * kMillion / static_cast<double>(whole.counted);
    }
    return whole.counted_bp == 0
               ? 0
               : options.scale * static_cast<double>(options.effective_genome_bp) /
                     static_cast<double>(whole.counted_bp);
}

/// The tally of the whole of the inputs: what regional values are normalised by.
io::CoverageTally count_all(const CoverOptions& options,
                            io::CoverageOptions coverage,
                            const io::ThreadPool& pool) {
    coverage.regions.clear();
    auto readers = open_inputs(options, pool);
    return io::read_coverage(readers, coverage, [](std::size_t, const io::DepthRun&) {});
}

std::string summary(const CoverOptions& options, const io::CoverageTally& tally) {
    const bool by_fragment = options.coverage.mode == io::CoverageMode::kFragment;
    std::string text = std::to_string(tally.reads) + " reads, " + std::to_string(tally.counted) +
                       (by_fragment ? " fragments counted" : " counted");
    if (by_fragment) {
        text += ", " + std::to_string(tally.mates) + " second mates (the first speaks for them)";
    }
    std::string left_out;
    for (const auto& [reason, count] : tally.left_out) {
        if (count > 0) {
            left_out += (left_out.empty() ? " " : ", ") + std::to_string(count);
            left_out += ' ';
            left_out += reason;
        }
    }
    text += ", left out:" + (left_out.empty() ? " none" : left_out);
    if (tally.past_end > 0) {
        text += "; " + std::to_string(tally.past_end) + " cut at a contig end";
    }
    if (tally.conflicting > 0) {
        text += "; " + std::to_string(tally.conflicting) + " speak for both haplotypes alike";
    }
    return text + "; " + std::to_string(tally.covered_bp) + " bases covered in " +
           std::to_string(tally.runs) + " intervals";
}

void report(const CoverOptions& options,
            const Tables& tables,
            const io::CoverageTally& tally,
            const io::CoverageTally& whole) {
    if (tables.sites) {
        core::log(core::LogLevel::kInfo,
                  options.phased_vcf + ": " + std::to_string(tables.sites->used()) +
                      " phased heterozygous SNVs of " + std::to_string(tables.sites->phase_sets()) +
                      " phase sets used, " + std::to_string(tables.sites->unused()) +
                      " other records not");
    }
    if (options.normalisation != Normalisation::kNone) {
        if (whole.counted == 0) {
            core::log(core::LogLevel::kWarning, "nothing was counted that could be normalised");
        }
        core::log(core::LogLevel::kInfo,
                  "scaled by " + std::to_string(scale_for(options, whole)) + " (" +
                      std::to_string(whole.counted) + " counted, " +
                      std::to_string(whole.counted_bp) + " bases)");
    }
    core::log(core::LogLevel::kInfo, summary(options, tally));
}

}  // namespace

int run_cover(int argc, const char* const* argv) {
    const CoverOptions options = parse_cover_options(argc, argv);
    apply_verbosity(options.run);
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    const io::ThreadPool pool(plan.hts);
    auto readers = open_inputs(options, pool);
    const Contigs contigs = readers.front().contigs();
    const Tables tables(options, contigs, pool);
    io::CoverageOptions coverage = options.coverage;
    coverage.regions = tables.regions;
    coverage.blacklist = tables.blacklist ? &*tables.blacklist : nullptr;
    coverage.sites = tables.sites ? &*tables.sites : nullptr;

    std::vector<std::unique_ptr<Track>> tracks;
    for (const std::string& name : io::track_names(coverage)) {
        tracks.push_back(std::make_unique<Track>(options, name, contigs));
    }
    Windows windows(tables.regions, contigs);
    const auto tally =
        io::read_coverage(readers, coverage, [&](std::size_t track, const io::DepthRun& run) {
            const int id = windows.id_of(run.contig);
            tracks[track]->add({id, run.start, run.end, static_cast<double>(run.depth)},
                               windows.around(id, run.start));
        });
    const bool needs_whole =
        options.normalisation != Normalisation::kNone && !tables.regions.empty();
    const auto whole = needs_whole ? count_all(options, coverage, pool) : tally;
    for (const auto& track : tracks) {
        track->finish(scale_for(options, whole));
    }
    for (const auto& track : tracks) {
        track->close();
    }
    report(options, tables, tally, whole);
    return 0;
}

}  // namespace varhush::apps
