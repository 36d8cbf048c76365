#include "varhush/models/alphagenome_config.hpp"

#include <utility>

// Names and order are those of the PyTorch port's state dict.
namespace varhush::models {
namespace {

using Shape = std::vector<std::int64_t>;

class Layout {
  public:
    explicit Layout(const AlphaGenomeConfig& config) : config_(config) {}

    std::vector<TensorSpec> take() {
        encoder();
        add("organism_embed.weight", {config_.num_organisms, config_.trunk_dim});
        for (int block = 0; block < config_.tower_blocks; ++block) {
            tower_block(block);
        }
        decoder();
        embedders();
        for (const OutputType output : all_output_types()) {
            if (is_genome_track(output) && config_.has(output)) {
                genome_head(output);
            }
        }
        other_heads();
        return std::move(specs_);
    }

  private:
    void add(std::string name, Shape shape) {
        specs_.push_back({std::move(name), std::move(shape)});
    }
    void affine(const std::string& name, std::int64_t channels) {
        add(name + ".weight", {channels});
        add(name + ".bias", {channels});
    }
    void batch_norm(const std::string& name, std::int64_t channels) {
        affine(name, channels);
        add(name + ".running_var", {channels});
    }
    void linear(const std::string& name, std::int64_t in, std::int64_t out, bool bias) {
        add(name + ".weight", {out, in});
        if (bias) {
            add(name + ".bias", {out});
        }
    }
    /// Norm and standardised convolution with the network's kernel.
    void conv_block(const std::string& name, std::int64_t in, std::int64_t out) {
        batch_norm(name + ".norm", in);
        add(name + ".conv.weight", {out, in, config_.kernel});
        add(name + ".conv.bias", {out});
        add(name + ".conv.scale", {out, 1, 1});
    }
    /// Norm and plain convolution of width 1, which is not standardised and has no scale.
    void pointwise_block(const std::string& name, std::int64_t channels) {
        batch_norm(name + ".norm", channels);
        add(name + ".conv.weight", {channels, channels, 1});
        add(name + ".conv.bias", {channels});
    }

    void encoder() {
        const std::int64_t base = config_.base_channels;
        add("encoder.dna_embedder.conv1.weight", {base, 4, config_.stem_kernel});
        add("encoder.dna_embedder.conv1.bias", {base});
        conv_block("encoder.dna_embedder.block", base, base);
        for (int block = 0; block < config_.encoder_blocks; ++block) {
            const std::string name = "encoder.down_blocks." + std::to_string(block);
            const int out = config_.level_channels(block + 1);
            conv_block(name + ".block1", config_.level_channels(block), out);
            conv_block(name + ".block2", out, out);
        }
    }

    void tower_block(int block) {
        const std::string name = "tower.blocks." + std::to_string(block);
        if (block % 2 == 0) {
            pair_update(name + ".pair_update");
        }
        batch_norm(name + ".attn_bias.norm", config_.pair_dim);
        linear(name + ".attn_bias.proj", config_.pair_dim, config_.attention_heads, false);
        attention(name + ".mha");
        const std::int64_t d = config_.trunk_dim;
        batch_norm(name + ".mlp.norm", d);
        linear(name + ".mlp.fc1", d, 2 * d, true);
        linear(name + ".mlp.fc2", 2 * d, d, true);
        batch_norm(name + ".mlp.final_norm", d);
    }

    void attention(const std::string& name) {
        const std::int64_t d = config_.trunk_dim;
        const std::int64_t heads = config_.attention_heads;
        batch_norm(name + ".norm", d);
        linear(name + ".q_proj", d, heads * config_.qk_dim, false);
        affine(name + ".norm_q", config_.qk_dim);
        linear(name + ".k_proj", d, config_.qk_dim, false);
        affine(name + ".norm_k", config_.qk_dim);
        linear(name + ".v_proj", d, config_.v_dim, false);
        affine(name + ".norm_v", config_.v_dim);
        batch_norm(name + ".final_norm", d);
        linear(name + ".linear_embedding", heads * config_.v_dim, d, true);
    }

    void pair_update(const std::string& name) {
        const std::int64_t d = config_.trunk_dim;
        const std::int64_t pair = config_.pair_dim;
        const std::int64_t heads = config_.seq2pair_heads;
        const std::int64_t width = heads * config_.seq2pair_head_dim;
        const std::string seq = name + ".seq2pair";
        add(seq + ".q_r_bias", {1, 1, heads, config_.seq2pair_head_dim});
        add(seq + ".k_r_bias", {1, 1, heads, config_.seq2pair_head_dim});
        affine(seq + ".norm_seq2pair", d);
        linear(seq + ".linear_q", d, width, false);
        linear(seq + ".linear_k", d, width, false);
        linear(seq + ".linear_pos_features", 2 * heads, width, true);
        linear(seq + ".linear_y_q", d, pair, false);
        linear(seq + ".linear_y_k", d, pair, false);
        linear(seq + ".linear_pair", heads, pair, true);
        const std::string row = name + ".row_attn";
        affine(row + ".norm", pair);
        linear(row + ".linear_q", pair, pair, false);
        linear(row + ".linear_k", pair, pair, false);
        linear(row + ".linear_v", pair, pair, true);
        const std::string mlp = name + ".pair_mlp";
        affine(mlp + ".norm", pair);
        linear(mlp + ".linear1", pair, 2 * pair, true);
        linear(mlp + ".linear2", 2 * pair, pair, true);
    }

    void decoder() {
        std::int64_t in = config_.trunk_dim;
        for (int block = 0; block < kEncoderLevels; ++block) {
            const std::string name = "decoder.up_blocks." + std::to_string(block);
            const std::int64_t skip = config_.level_channels(kEncoderLevels - 1 - block);
            add(name + ".residual_scale", {1});
            conv_block(name + ".conv_in", in, skip);
            pointwise_block(name + ".pointwise", skip);
            conv_block(name + ".conv_out", skip, skip);
            in = skip;
        }
    }

    void embedders() {
        const std::int64_t organisms = config_.num_organisms;
        const std::int64_t wide = config_.embedding_128bp_dim;
        const std::int64_t fine = config_.embedding_1bp_dim;
        add("embedder_128bp.project_in.weight", {wide, config_.trunk_dim, 1});
        add("embedder_128bp.project_in.bias", {wide});
        add("embedder_128bp.organism_embed.weight", {organisms, wide});
        batch_norm("embedder_128bp.norm", wide);
        add("embedder_1bp.project_in.weight", {fine, config_.base_channels, 1});
        add("embedder_1bp.project_in.bias", {fine});
        add("embedder_1bp.organism_embed.weight", {organisms, fine});
        batch_norm("embedder_1bp.norm", fine);
        add("embedder_1bp.project_skip.weight", {fine, wide, 1});
        add("embedder_pair.organism_embed.weight", {organisms, config_.pair_dim});
        affine("embedder_pair.norm", config_.pair_dim);
    }

    void genome_head(OutputType output) {
        const std::string name = "heads." + std::string(output_key(output));
        const std::int64_t organisms = config_.num_organisms;
        const std::int64_t tracks = config_.channels(output);
        const bool fine = AlphaGenomeConfig::has_1bp_head(output);
        add(name + ".track_means", {organisms, tracks});
        if (fine) {
            add(name + ".convs.1.weight", {organisms, tracks, config_.embedding_1bp_dim});
            add(name + ".convs.1.bias", {organisms, tracks});
        }
        add(name + ".convs.128.weight", {organisms, tracks, config_.embedding_128bp_dim});
        add(name + ".convs.128.bias", {organisms, tracks});
        if (fine) {
            add(name + ".residual_scales.1", {organisms, tracks});
        }
        add(name + ".residual_scales.128", {organisms, tracks});
    }

    void other_heads() {
        const std::int64_t organisms = config_.num_organisms;
        if (config_.has(OutputType::kContactMaps)) {  // the only one that is [organism, in, out]
            add("contact_maps_head.linear.weight",
                {organisms, config_.pair_dim, config_.contact_tracks});
            add("contact_maps_head.linear.bias", {organisms, config_.contact_tracks});
        }
        if (config_.has(OutputType::kSpliceSites)) {
            splice_head("splice_sites_classification_head", kSpliceClasses);
        }
        if (config_.has(OutputType::kSpliceSiteUsage)) {
            splice_head("splice_sites_usage_head", config_.splice_usage_tracks);
        }
        if (config_.has(OutputType::kSpliceJunctions)) {
            splice_head("splice_sites_junction_head", config_.junction_hidden);
            for (const char* row : {"neg_acceptor", "neg_donor", "pos_acceptor", "pos_donor"}) {
                add("splice_sites_junction_head.rope_params." + std::string(row),
                    {organisms, 2, config_.junction_tissues, config_.junction_hidden});
            }
        }
    }
    void splice_head(const std::string& name, std::int64_t out) {
        add(name + ".conv.weight", {config_.num_organisms, out, config_.embedding_1bp_dim});
        add(name + ".conv.bias", {config_.num_organisms, out});
    }

    const AlphaGenomeConfig& config_;
    std::vector<TensorSpec> specs_;
};

bool learned(const std::string& name) {
    return !name.ends_with(".running_var") && !name.ends_with(".track_means");
}

}  // namespace

std::vector<TensorSpec> alphagenome_layout(const AlphaGenomeConfig& config) {
    return Layout(config).take();
}

std::int64_t parameter_count(const AlphaGenomeConfig& config) {
    std::int64_t total = 0;
    for (const TensorSpec& tensor : alphagenome_layout(config)) {
        if (!learned(tensor.name)) {
            continue;
        }
        std::int64_t elements = 1;
        for (const std::int64_t dimension : tensor.shape) {
            elements *= dimension;
        }
        total += elements;
    }
    return total;
}

}  // namespace varhush::models
