#include "alphagenome_tensors.hpp"
#include "varhush/core/error.hpp"

namespace varhush::models {
namespace {

/// Asks shapes of tensors by name.
class Shapes {
  public:
    Shapes(const StoredTensors& tensors, const std::string& file)
        : tensors_(tensors), file_(file) {}

    [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

    [[nodiscard]] int size(const std::string& name, std::size_t rank, std::size_t axis) const {
        const auto found = tensors_.find(name);
        if (found == tensors_.end()) {
            refuse("tensor \"" + name + "\" is missing");
        }
        const auto& shape = found->second.shape;
        if (shape.size() != rank) {
            refuse("tensor \"" + found->second.stored_name + "\" has the shape " +
                   shape_text(shape) + ", expected " + std::to_string(rank) + " dimensions");
        }
        constexpr std::int64_t kLargest = 1 << 24;
        if (shape.at(axis) > kLargest) {
            refuse("tensor \"" + found->second.stored_name + "\" has the shape " +
                   shape_text(shape));
        }
        return static_cast<int>(shape.at(axis));
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::kModel,
                    file_ + ": " + what,
                    "expected the weights of the AlphaGenome PyTorch port, or a file made by "
                    "'varhush model convert'");
    }

  private:
    const StoredTensors& tensors_;
    const std::string& file_;
};

void infer_tower(const Shapes& shapes, AlphaGenomeConfig& config) {
    const std::string block = "tower.blocks.0.";
    config.qk_dim = shapes.size(block + "mha.norm_q.weight", 1, 0);
    config.v_dim = shapes.size(block + "mha.norm_v.weight", 1, 0);
    config.attention_heads = shapes.size(block + "attn_bias.proj.weight", 2, 0);
    config.pair_dim = shapes.size(block + "attn_bias.proj.weight", 2, 1);
    config.seq2pair_heads = shapes.size(block + "pair_update.seq2pair.q_r_bias", 4, 2);
    config.seq2pair_head_dim = shapes.size(block + "pair_update.seq2pair.q_r_bias", 4, 3);
    config.tower_blocks = 0;
    while (
        shapes.has("tower.blocks." + std::to_string(config.tower_blocks) + ".mha.norm_q.weight")) {
        ++config.tower_blocks;
    }
}

/// Rows of an absent head are 0.
int rows(const Shapes& shapes, const std::string& name, std::size_t rank, std::size_t axis) {
    return shapes.has(name) ? shapes.size(name, rank, axis) : 0;
}

void infer_heads(const Shapes& shapes, AlphaGenomeConfig& config) {
    for (const OutputType output : all_output_types()) {
        if (is_genome_track(output)) {
            config.tracks.at(static_cast<std::size_t>(output)) = rows(
                shapes, "heads." + std::string(output_key(output)) + ".convs.128.weight", 3, 1);
        }
    }
    config.contact_tracks = rows(shapes, "contact_maps_head.linear.weight", 3, 2);
    config.splice_sites = shapes.has("splice_sites_classification_head.conv.weight");
    config.splice_usage_tracks = rows(shapes, "splice_sites_usage_head.conv.weight", 3, 1);
    const std::string junctions = "splice_sites_junction_head.rope_params.pos_donor";
    config.junction_tissues = rows(shapes, junctions, 4, 2);
    if (config.junction_tissues > 0) {
        config.junction_hidden = shapes.size(junctions, 4, 3);
    }
}

}  // namespace

AlphaGenomeConfig infer_config(const StoredTensors& tensors, const std::string& file) {
    const Shapes shapes(tensors, file);
    AlphaGenomeConfig config;
    const std::string stem = "encoder.dna_embedder.";
    config.base_channels = shapes.size(stem + "conv1.weight", 3, 0);
    config.stem_kernel = shapes.size(stem + "conv1.weight", 3, 2);
    config.kernel = shapes.size(stem + "block.conv.weight", 3, 2);
    config.channel_growth =
        shapes.size("encoder.down_blocks.0.block1.conv.weight", 3, 0) - config.base_channels;
    config.trunk_dim = shapes.size("organism_embed.weight", 2, 1);
    config.num_organisms = shapes.size("organism_embed.weight", 2, 0);
    config.embedding_128bp_dim = shapes.size("embedder_128bp.organism_embed.weight", 2, 1);
    config.embedding_1bp_dim = shapes.size("embedder_1bp.organism_embed.weight", 2, 1);
    infer_tower(shapes, config);
    infer_heads(shapes, config);
    config.validate(file);
    return config;
}

}  // namespace varhush::models
