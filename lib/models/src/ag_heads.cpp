#include "ag_heads.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::models {

namespace {

std::string head_name(OutputType output, int resolution_bp) {
    switch (output) {
        case OutputType::kSpliceSites:
            return "splice_sites_classification_head.conv";
        case OutputType::kSpliceSiteUsage:
            return "splice_sites_usage_head.conv";
        default:
            return "heads." + std::string(output_key(output)) + ".convs." +
                   std::to_string(resolution_bp);
    }
}

constexpr std::int64_t kFinishRows = 64;

}  // namespace

AgHead::AgHead(AgWeights& weights, const nn::Team& team, const TrackQuery& query, int organism)
    : matrix_(&weights.head(head_name(query.output, query.resolution_bp),
                            organism,
                            query.output == OutputType::kSpliceSites
                                ? std::span<const std::int32_t>()
                                : std::span<const std::int32_t>(query.channels),
                            team)) {
    if (query.output == OutputType::kSpliceSites) {
        // A softmax over some of the classes would be another one.
        picked_ = query.channels;
        finish_ = Finish::kSoftmax;
    } else if (query.output == OutputType::kSpliceSiteUsage) {
        finish_ = Finish::kSigmoid;
    } else {
        finish_ = query.output == OutputType::kRnaSeq ? Finish::kSquashedTracks : Finish::kTracks;
        const std::string head = "heads." + std::string(output_key(query.output));
        gain_ =
            chosen(weights.organism_vector(
                       head + ".residual_scales." + std::to_string(query.resolution_bp), organism),
                   query.channels);
        nn::matrix_kernels().softplus(
            {gain_.data(), 0}, 1, static_cast<std::int64_t>(gain_.size()), nullptr);
        factor_ = chosen(weights.organism_vector(head + ".track_means", organism), query.channels);
        for (float& factor : factor_) {
            // A slot without a mean is padding: it gives 0.
            factor =
                std::isfinite(factor) ? factor * static_cast<float>(query.resolution_bp) : 0.0F;
        }
    }
}

std::vector<float> AgHead::chosen(const std::vector<float>& all,
                                  std::span<const std::int32_t> channels) const {
    std::vector<float> result(static_cast<std::size_t>(nn::padded_columns(columns())), 0.0F);
    for (std::size_t i = 0; i < static_cast<std::size_t>(columns()); ++i) {
        result[i] = all[channels.empty() ? i : static_cast<std::size_t>(channels[i])];
    }
    return result;
}

void AgHead::copy_row(const float* row, float* out) const {
    if (picked_.empty()) {
        std::copy_n(row, columns(), out);
        return;
    }
    for (const std::int32_t channel : picked_) {
        *out++ = row[channel];
    }
}

void AgHead::multiply(const nn::Team& team,
                      nn::ConstRows embedding,
                      std::int64_t rows,
                      nn::Matrix& scratch) const {
    scratch.reshape(rows, matrix_->columns());
    nn::multiply(
        team,
        {.in = embedding, .rows = rows, .weights = matrix_, .residual = {}, .out = scratch.view()});
}

void AgHead::finish(nn::Rows rows, std::int64_t count) const {
    const auto& kernels = nn::matrix_kernels();
    const std::int64_t padded = nn::padded_columns(matrix_->columns());
    switch (finish_) {
        case Finish::kTracks:
        case Finish::kSquashedTracks:
            kernels.finish_tracks(rows,
                                  count,
                                  padded,
                                  gain_.data(),
                                  factor_.data(),
                                  finish_ == Finish::kSquashedTracks);
            return;
        case Finish::kSoftmax:
            for (std::int64_t r = 0; r < count; ++r) {
                kernels.softmax(rows.row(r), matrix_->columns(), 1.0F);
            }
            return;
        case Finish::kSigmoid:
            kernels.sigmoid(rows, count, padded);
            return;
    }
}

void AgHead::run(const nn::Team& team,
                 nn::ConstRows embedding,
                 std::int64_t rows,
                 nn::Matrix& scratch,
                 float* out) const {
    multiply(team, embedding, rows, scratch);
    team.run((rows + kFinishRows - 1) / kFinishRows, [&](std::int64_t chunk, int) {
        const std::int64_t begin = chunk * kFinishRows;
        const std::int64_t count = std::min(kFinishRows, rows - begin);
        finish(scratch.view().from(begin), count);
        for (std::int64_t r = begin; r < begin + count; ++r) {
            copy_row(scratch.row(r), out + r * columns());
        }
    });
}

void AgHead::run_raw(const nn::Team& team,
                     nn::ConstRows embedding,
                     std::int64_t rows,
                     nn::Matrix& scratch,
                     float* out) const {
    multiply(team, embedding, rows, scratch);
    if (finish_ == Finish::kTracks || finish_ == Finish::kSquashedTracks) {
        nn::matrix_kernels().softplus(scratch.view(), rows, scratch.padded(), gain_.data());
    }
    for (std::int64_t r = 0; r < rows; ++r) {
        copy_row(scratch.row(r), out + r * columns());
    }
}

}  // namespace varhush::models
