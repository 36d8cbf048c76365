#include "ag_heads.hpp"
#include "ag_pass.hpp"

#include <string>
#include <utility>

namespace varhush::models {

void AgPass::trace_decoder(const AgTrace& trace) {
    prepare_decoder();
    for (int level = kEncoderLevels - 1; level >= 0; --level) {
        const std::int64_t positions = levels_[static_cast<std::size_t>(level)].positions();
        const std::vector<PositionRange> all{{0, positions}};
        const auto& out = decoder_->run(team_, all, scratch_.front().decoder, level);
        trace.columns("dec.up_" + std::to_string(kEncoderLevels - 1 - level) + "_NCL",
                      out.rows.view(),
                      positions,
                      out.rows.columns());
    }
}

void AgPass::trace_heads(const AgTrace& trace) {
    const auto& config = weights_.config();
    nn::Matrix scratch;
    const auto one_head = [&](OutputType output,
                              int resolution,
                              nn::ConstRows embedding,
                              const std::string& raw_name,
                              const std::string& name) {
        const AgHead head(weights_, team_, {output, resolution, {}, {}}, organism_);
        const std::int64_t rows = length_ / resolution;
        std::vector<float> values(static_cast<std::size_t>(rows * head.columns()));
        head.run_raw(team_, embedding, rows, scratch, values.data());
        trace.values(raw_name, {rows, head.columns()}, values);
        head.run(team_, embedding, rows, scratch, values.data());
        trace.values(name, {rows, head.columns()}, values);
    };
    std::vector<std::int64_t> positions(static_cast<std::size_t>(length_));
    for (std::size_t i = 0; i < positions.size(); ++i) {
        positions[i] = static_cast<std::int64_t>(i);
    }
    const auto fine = embeddings_1bp(positions);
    const nn::ConstRows fine_rows{fine.data(), config.embedding_1bp_dim};
    trace.values("emb.embeddings_1bp", {length_, config.embedding_1bp_dim}, fine);
    for (const OutputType output : all_output_types()) {
        if (!is_genome_track(output) || !config.has(output)) {
            continue;
        }
        const std::string key(output_key(output));
        if (AlphaGenomeConfig::has_1bp_head(output)) {
            one_head(output, 1, fine_rows, "model_space." + key + ".1", "out." + key + ".1");
        }
        one_head(output,
                 kTokenBp,
                 tokens_embedding().view(),
                 "model_space." + key + ".128",
                 "out." + key + ".128");
    }
    if (config.has(OutputType::kSpliceSites)) {
        one_head(OutputType::kSpliceSites,
                 1,
                 fine_rows,
                 "out.splice_sites.logits",
                 "out.splice_sites.probs");
    }
    if (config.has(OutputType::kSpliceSiteUsage)) {
        one_head(OutputType::kSpliceSiteUsage,
                 1,
                 fine_rows,
                 "out.splice_site_usage.logits",
                 "out.splice_site_usage.predictions");
    }
}

void AgPass::trace_outputs(const AgTrace& trace) {
    trace_decoder(trace);
    const auto& tokens = tokens_embedding();
    trace.rows("emb.embeddings_128bp",
               {tokens.rows(), tokens.columns()},
               tokens.view(),
               tokens.rows(),
               tokens.columns());
    std::vector<float> pair;
    const std::int64_t width = pair_.rows.columns();
    const std::int64_t stride = nn::padded_columns(width);
    for (std::int64_t i = 0; i < pair_.bins; ++i) {
        const auto rows = pair_embedding_row(i, {0, pair_.bins});
        for (std::int64_t j = 0; j < pair_.bins; ++j) {
            pair.insert(pair.end(), rows.begin() + j * stride, rows.begin() + j * stride + width);
        }
    }
    trace.values("emb.embeddings_pair", {pair_.bins, pair_.bins, width}, pair);
    trace_heads(trace);
    if (weights_.config().has(OutputType::kContactMaps)) {
        const PositionRange all{0, pair_.bins};
        trace.values("out.contact_maps",
                     {pair_.bins, pair_.bins, weights_.config().contact_tracks},
                     contact_maps(all, all, {}));
    }
}

}  // namespace varhush::models
