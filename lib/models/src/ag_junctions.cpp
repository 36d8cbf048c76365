#include "ag_junctions.hpp"

#include "rope.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

namespace varhush::models {

namespace {

constexpr std::array<const char*, 4> kRowNames{
    "pos_donor", "pos_acceptor", "neg_donor", "neg_acceptor"};

/// One row of sites: their hidden vectors and rotations, and the tissues' scales and offsets.
struct SiteRow {
    nn::Matrix hidden;           // [sites, hidden]
    std::vector<float> cosines;  // [sites, hidden / 2]
    std::vector<float> sines;
    std::vector<float> scales;  // [tissues of the file, hidden]
    std::vector<float> offsets;
};

SiteRow site_row(AgWeights& weights,
                 const nn::Team& team,
                 std::size_t index,
                 const std::vector<std::int64_t>& positions,
                 const std::vector<float>& embeddings,
                 int organism) {
    const auto& config = weights.config();
    const auto count = static_cast<std::int64_t>(positions.size());
    const std::int64_t hidden = config.junction_hidden;
    VARHUSH_CHECK(static_cast<std::int64_t>(embeddings.size()) == count * config.embedding_1bp_dim);
    SiteRow row;
    row.hidden.reshape(count, hidden);
    nn::multiply(team,
                 {.in = {embeddings.data(), config.embedding_1bp_dim},
                  .rows = count,
                  .weights = &weights.head("splice_sites_junction_head.conv", organism, {}, team),
                  .residual = {},
                  .out = row.hidden.view()});
    const Rope rope(config.junction_hidden, config.rope_max_position_junction, false);
    const auto half = static_cast<std::size_t>(hidden / 2);
    row.cosines.resize(positions.size() * half);
    row.sines.resize(positions.size() * half);
    for (std::size_t i = 0; i < positions.size(); ++i) {
        rope.angles(positions[i],
                    std::span(row.cosines).subspan(i * half, half),
                    std::span(row.sines).subspan(i * half, half));
    }
    const std::string name =
        std::string("splice_sites_junction_head.rope_params.") + kRowNames[index];
    const std::int64_t block = config.junction_tissues * hidden;
    row.scales = weights.slice(name, (2 * std::int64_t{organism}) * block, block);
    row.offsets = weights.slice(name, (2 * std::int64_t{organism} + 1) * block, block);
    return row;
}

// Scaled, shifted and turned vectors of one tissue.
void tissue_rows(const SiteRow& row, std::int64_t tissue, nn::Matrix& out) {
    const std::int64_t hidden = row.hidden.columns();
    out.reshape(row.hidden.rows(), hidden);
    const float* scale = row.scales.data() + tissue * hidden;
    const float* offset = row.offsets.data() + tissue * hidden;
    const auto half = static_cast<std::size_t>(hidden / 2);
    for (std::int64_t r = 0; r < out.rows(); ++r) {
        out.zero_row(r);
        for (std::int64_t c = 0; c < hidden; ++c) {
            out.row(r)[c] = row.hidden.row(r)[c] * scale[c] + offset[c];
        }
        const auto at = static_cast<std::size_t>(r) * half;
        rotate(std::span(row.cosines).subspan(at, half),
               std::span(row.sines).subspan(at, half),
               out.row(r));
    }
}

struct Scratch {
    nn::Matrix donors;
    nn::Matrix acceptors;
    nn::Matrix counts;
};

std::vector<float> strand_counts(const nn::Team& team,
                                 const SiteRow& donors,
                                 const SiteRow& acceptors,
                                 std::span<const std::int32_t> tissues) {
    const std::int64_t rows = donors.hidden.rows();
    const std::int64_t columns = acceptors.hidden.rows();
    const auto width = static_cast<std::int64_t>(tissues.size());
    std::vector<float> counts(static_cast<std::size_t>(rows * columns * width));
    if (counts.empty()) {
        return counts;
    }
    std::vector<Scratch> scratch(static_cast<std::size_t>(team.size()));
    team.run(width, [&](std::int64_t t, int worker) {
        auto& s = scratch[static_cast<std::size_t>(worker)];
        const std::int64_t tissue = tissues[static_cast<std::size_t>(t)];
        tissue_rows(donors, tissue, s.donors);
        tissue_rows(acceptors, tissue, s.acceptors);
        const auto packed =
            nn::PackedMatrix::of_rows(s.acceptors.view(), columns, s.acceptors.columns());
        s.counts.reshape(rows, columns);
        nn::multiply(nn::Team(),
                     {.in = s.donors.view(),
                      .rows = rows,
                      .weights = &packed,
                      .residual = {},
                      .out = s.counts.view()});
        nn::matrix_kernels().softplus(s.counts.view(), rows, s.counts.padded(), nullptr);
        for (std::int64_t d = 0; d < rows; ++d) {
            for (std::int64_t a = 0; a < columns; ++a) {
                counts[static_cast<std::size_t>((d * columns + a) * width + t)] =
                    s.counts.row(d)[a];
            }
        }
    });
    return counts;
}

}  // namespace

JunctionCounts junction_counts(AgWeights& weights,
                               const nn::Team& team,
                               const SpliceSiteRows& sites,
                               const SiteEmbeddings& embeddings,
                               int organism,
                               std::span<const std::int32_t> tissues) {
    std::vector<std::int32_t> all;
    if (tissues.empty()) {
        all.resize(static_cast<std::size_t>(weights.config().junction_tissues));
        std::iota(all.begin(), all.end(), 0);
        tissues = all;
    }
    VARHUSH_CHECK(std::all_of(tissues.begin(), tissues.end(), [&](std::int32_t tissue) {
        return tissue >= 0 && tissue < weights.config().junction_tissues;
    }));
    std::array<SiteRow, 4> rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = site_row(weights, team, i, sites[i], embeddings[i], organism);
    }
    return {strand_counts(team, rows[0], rows[1], tissues),
            strand_counts(team, rows[2], rows[3], tissues)};
}

}  // namespace varhush::models
