#include "splice_jobs.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::scoring {

namespace {

// 20,000 outputs and 10,000 bases of context keep 123 MB of activations at 16 units.
constexpr std::int64_t kMaxTileOutputs = 20'000;
// Tiles evaluated at once: 9 bytes a base.
constexpr std::size_t kMaxWaitingBases = 2'000'000;

std::vector<std::uint8_t> encode(const std::string& bases, char strand) {
    auto codes = seq::base_codes(bases);
    if (strand == '-') {
        std::reverse(codes.begin(), codes.end());
        for (auto& code : codes) {
            code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
        }
    }
    return codes;
}

// Reference positions whose predictions a job reads, as the evaluator takes alternative ones back
// to the reference: those right of the edit's start may lie anywhere between unmoved and moved.
models::PositionRange outputs_of(const Job& job) {
    const std::int64_t moved = job.alt_window.begin <= job.start
                                   ? job.alt_window.begin
                                   : job.alt_window.begin - std::max<std::int64_t>(job.shift(), 0);
    return {std::min(job.ref_window.begin, moved),
            std::max(job.ref_window.end,
                     std::max(job.alt_window.end, job.alt_window.end - job.shift()))};
}

// A tile of n outputs costs about a * n + b; two tiles are worth merging when the gap costs less
// than b.
std::int64_t merge_gap(const models::SpliceConfig& config) {
    double per_output = 0;
    double fixed = 0;
    double remaining = 0;
    for (int unit = config.units(); unit-- > 0;) {
        const double taps = config.kernel_sizes[static_cast<std::size_t>(unit)];
        const double half = config.half_width(unit);
        per_output += 2 * taps;
        fixed += taps * (2 * remaining + 2 * (remaining + half));
        remaining += 2 * half;
    }
    return static_cast<std::int64_t>(fixed / per_output);
}

struct Tile {
    models::PositionRange outputs;
    std::vector<std::pair<const Job*, JobTable::Id>> jobs;
};

std::vector<Tile> cut_tiles(const std::map<Job, JobTable::Id>& jobs, std::int64_t gap) {
    std::vector<Tile> tiles;
    for (const auto& [job, id] : jobs) {
        const models::PositionRange range = outputs_of(job);
        const bool joins = !tiles.empty() && range.begin <= tiles.back().outputs.end + gap &&
                           range.end - tiles.back().outputs.begin <= kMaxTileOutputs;
        if (!joins) {
            tiles.push_back({range, {}});
        }
        Tile& tile = tiles.back();
        tile.outputs.begin = std::min(tile.outputs.begin, range.begin);
        tile.outputs.end = std::max(tile.outputs.end, range.end);
        tile.jobs.emplace_back(&job, id);
    }
    return tiles;
}

// Genome coordinates of a job to coordinates of its tile in the direction of transcription.
models::SpliceQuery to_query(const Job& job,
                             char strand,
                             std::int64_t tile_begin,
                             std::int64_t tile_end) {
    models::SpliceQuery query;
    query.edit.removed = job.removed;
    query.edit.inserted = encode(job.inserted, strand);
    if (strand == '-') {
        const std::int64_t alt_end = tile_end + job.shift();
        query.ref_outputs = {tile_end - job.ref_window.end, tile_end - job.ref_window.begin};
        query.edit.start = tile_end - (job.start + job.removed);
        query.alt_outputs = {alt_end - job.alt_window.end, alt_end - job.alt_window.begin};
    } else {
        query.ref_outputs = {job.ref_window.begin - tile_begin, job.ref_window.end - tile_begin};
        query.edit.start = job.start - tile_begin;
        query.alt_outputs = {job.alt_window.begin - tile_begin, job.alt_window.end - tile_begin};
    }
    return query;
}

void reverse_rows(std::vector<float>& values, std::size_t channels) {
    const std::size_t rows = values.size() / channels;
    for (std::size_t row = 0; row < rows / 2; ++row) {
        std::swap_ranges(values.begin() + static_cast<std::ptrdiff_t>(row * channels),
                         values.begin() + static_cast<std::ptrdiff_t>((row + 1) * channels),
                         values.begin() + static_cast<std::ptrdiff_t>((rows - 1 - row) * channels));
    }
}

// Bases [begin, end) of the site, N outside what is known.
std::string site_bases(const Site& site,
                       const seq::ReferenceSource& reference,
                       std::int64_t begin,
                       std::int64_t end) {
    const std::int64_t from = std::clamp(site.known.start, begin, end);
    const std::int64_t to = std::clamp(site.known.end, from, end);
    std::string bases(static_cast<std::size_t>(end - begin), 'N');
    if (from < to) {
        bases.replace(static_cast<std::size_t>(from - begin),
                      static_cast<std::size_t>(to - from),
                      reference.fetch(site.contig, from, to));
    }
    return bases;
}

// Running count of known bases, so that each job's share costs O(1).
std::vector<std::int64_t> count_known(const std::string& bases) {
    std::vector<std::int64_t> sums(bases.size() + 1);
    for (std::size_t at = 0; at < bases.size(); ++at) {
        sums[at + 1] = sums[at] + (seq::base_code(bases[at]) < 4 ? 1 : 0);
    }
    return sums;
}

// Share of known bases in the receptive field of the window's middle, as far as the site (gene or
// contig) reaches.
double known_share(const Site& site,
                   const Job& job,
                   std::int64_t half_context,
                   std::int64_t tile_begin,
                   const std::vector<std::int64_t>& sums) {
    const std::int64_t centre = (job.ref_window.begin + job.ref_window.end) / 2;
    const auto tile_end = tile_begin + static_cast<std::int64_t>(sums.size()) - 1;
    const std::int64_t from =
        std::clamp(std::max(centre - half_context, site.known.start), tile_begin, tile_end);
    const std::int64_t to =
        std::clamp(std::min(centre + half_context + 1, site.known.end), from, tile_end);
    if (from == to) {
        return 0;
    }
    const auto known = sums[static_cast<std::size_t>(to - tile_begin)] -
                       sums[static_cast<std::size_t>(from - tile_begin)];
    return static_cast<double>(known) / static_cast<double>(to - from);
}

void check_finite(const models::SpliceResult& result) {
    for (const auto* values : {&result.ref, &result.alt}) {
        for (const float value : *values) {
            if (!std::isfinite(value)) {
                throw Error(ErrorKind::kModel,
                            "the model gave a probability that is not a number",
                            "its weights are broken; check the file's SHA-256 against its source");
            }
        }
    }
}

}  // namespace

// Tiles with their sequence, on their way to the evaluator.
struct JobTable::Collected {
    struct OfSite {
        const Site* site;
        Tile tile;
        std::int64_t begin;  // of the tile's bases
        std::vector<std::int64_t> known_sums;
    };
    std::vector<OfSite> tiles;
    std::vector<models::SpliceTask> tasks;  // one a tile

    void add(const Site& site,
             Tile tile,
             std::int64_t half_context,
             const seq::ReferenceSource& reference) {
        const std::int64_t begin = tile.outputs.begin - half_context;
        const std::int64_t end = tile.outputs.end + half_context;
        const std::string bases = site_bases(site, reference, begin, end);
        models::SpliceTask& task = tasks.emplace_back();
        task.tile.codes = encode(bases, site.strand);
        for (const auto& [job, id] : tile.jobs) {
            task.queries.push_back(to_query(*job, site.strand, begin, end));
        }
        tiles.push_back({&site, std::move(tile), begin, count_known(bases)});
    }
};

JobTable::Id JobTable::add(const Site& site, const Job& job) {
    const auto [place, is_new] = jobs_[site].try_emplace(job, results_.size());
    if (is_new) {
        results_.emplace_back();
        rows_ += job.ref_window.size() + job.alt_window.size();
    }
    return place->second;
}

void JobTable::run(const models::SpliceConfig& config,
                   const seq::ReferenceSource& reference,
                   models::SpliceEvaluator& evaluator) {
    Collected waiting;
    std::size_t bases = 0;
    for (const auto& [site, jobs] : jobs_) {
        for (Tile& tile : cut_tiles(jobs, merge_gap(config))) {
            waiting.add(site, std::move(tile), config.half_context(), reference);
            bases += waiting.tasks.back().tile.codes.size();
            if (bases >= kMaxWaitingBases) {
                evaluate(waiting, config.half_context(), evaluator);
                waiting = {};
                bases = 0;
            }
        }
    }
    evaluate(waiting, config.half_context(), evaluator);
}

void JobTable::evaluate(const Collected& waiting,
                        std::int64_t half_context,
                        models::SpliceEvaluator& evaluator) {
    const auto channels = static_cast<std::size_t>(evaluator.channels());
    auto found = evaluator.evaluate_all(waiting.tasks);
    for (std::size_t t = 0; t < waiting.tiles.size(); ++t) {
        const Collected::OfSite& one = waiting.tiles[t];
        for (std::size_t q = 0; q < one.tile.jobs.size(); ++q) {
            models::SpliceResult& result = found[t][q];
            check_finite(result);
            if (one.site->strand == '-') {
                reverse_rows(result.ref, channels);
                reverse_rows(result.alt, channels);
            }
            const auto& [job, id] = one.tile.jobs[q];
            results_[id] = {std::move(result),
                            known_share(*one.site, *job, half_context, one.begin, one.known_sums)};
        }
    }
}

}  // namespace varhush::scoring
