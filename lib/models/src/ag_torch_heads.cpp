#include "ag_torch_heads.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace varhush::models::ag {
namespace {

constexpr double kSoftClip = 10;
constexpr double kSquash = 0.75;
// Rotated rows of both sides in one chunk of tissues: 64 MB of float32.
constexpr std::int64_t kRowsAtATime = std::int64_t{1} << 24;

at::Tensor pick(const at::Tensor& values, const at::Tensor& channels) {
    return channels.defined() ? values.index_select(0, channels) : values;
}

/// [T, n, hidden]: every site as every tissue sees it.
at::Tensor tissue_rows(const JunctionSide& side,
                       const at::Tensor& parameters,
                       const RopeTable& table) {
    const at::Tensor scale = parameters.select(0, 0).unsqueeze(1);
    const at::Tensor offset = parameters.select(0, 1).unsqueeze(1);
    return rotate(scale * side.hidden.unsqueeze(0) + offset, table);
}

}  // namespace

at::Tensor organism_linear(const at::Tensor& x,
                           const Scope& linear,
                           int organism,
                           const at::Tensor& channels) {
    const at::Tensor weight = pick(linear.wide("weight").select(0, organism), channels);
    const at::Tensor bias = pick(linear.wide("bias").select(0, organism), channels);
    return at::linear(x.to(linear.numerics().wide), weight, bias);
}

at::Tensor genome_tracks(const at::Tensor& embedding,
                         const Scope& head,
                         int resolution_bp,
                         int organism,
                         const at::Tensor& channels) {
    const std::string resolution = std::to_string(resolution_bp);
    const at::Tensor scale =
        pick((head / "residual_scales").wide(resolution).select(0, organism), channels);
    const at::Tensor raw =
        organism_linear(embedding, head / "convs" / resolution, organism, channels);
    return at::softplus(raw) * at::softplus(scale);
}

at::Tensor unscale(const at::Tensor& tracks,
                   const at::Tensor& means,
                   int resolution_bp,
                   bool squashed) {
    at::Tensor x =
        at::where(tracks > kSoftClip, (tracks + kSoftClip).square() / (4 * kSoftClip), tracks);
    if (squashed) {
        x = x.pow(1 / kSquash);
    }
    return x * (means * resolution_bp);
}

at::Tensor track_means(const Scope& head, int organism, const at::Tensor& channels) {
    return pick(head.wide("track_means").select(0, organism), channels);
}

at::Tensor contact_maps(const at::Tensor& pair,
                        const Scope& head,
                        int organism,
                        const at::Tensor& channels) {
    const Scope linear = head / "linear";
    const at::Tensor weight =  // the only one that is [organism, in, out]
        pick(linear.wide("weight").select(0, organism).transpose(0, 1), channels);
    const at::Tensor bias = pick(linear.wide("bias").select(0, organism), channels);
    return at::linear(pair.to(linear.numerics().wide), weight, bias);
}

at::Tensor junction_counts(const JunctionSide& donors,
                           const JunctionSide& acceptors,
                           const Scope& head,
                           bool plus_strand,
                           int organism,
                           const at::Tensor& tissues,
                           std::int64_t rope_max_position) {
    const Scope parameters = head / "rope_params";
    const std::string strand = plus_strand ? "pos_" : "neg_";
    const auto of = [&](const char* row) {
        const at::Tensor all = parameters.wide(strand + row).select(0, organism);  // [2, T, hidden]
        return tissues.defined() ? all.index_select(1, tissues) : all;
    };
    const at::Tensor donor_parameters = of("donor");
    const at::Tensor acceptor_parameters = of("acceptor");
    const std::int64_t count = donor_parameters.size(1);
    const std::int64_t width = donors.hidden.size(1);
    const auto table = [&](const JunctionSide& side) {
        return rope_table(side.positions, width, rope_max_position, false);
    };
    const RopeTable donor_table = table(donors);
    const RopeTable acceptor_table = table(acceptors);
    const std::int64_t rows = donors.hidden.size(0) + acceptors.hidden.size(0);
    const std::int64_t chunk =
        std::clamp<std::int64_t>(kRowsAtATime / std::max<std::int64_t>(rows * width, 1), 1, count);
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < count; first += chunk) {
        const std::int64_t size = std::min(chunk, count - first);
        const at::Tensor d =
            tissue_rows(donors, donor_parameters.narrow(1, first, size), donor_table);
        const at::Tensor a =
            tissue_rows(acceptors, acceptor_parameters.narrow(1, first, size), acceptor_table);
        parts.push_back(at::softplus(at::matmul(d, a.transpose(1, 2))));
    }
    return at::cat(parts, 0).permute({1, 2, 0});
}

}  // namespace varhush::models::ag
