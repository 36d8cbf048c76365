#include "adapter_join.hpp"

#include "alphagenome_tensors.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

[[noreturn]] void fail(const AdapterFile& adapter, const std::string& what) {
    throw Error(ErrorKind::kModel,
                adapter.file.name() + ": " + what,
                "it fits " + adapter.base_name + " with the SHA-256 " + adapter.base_sha256);
}

int row_of(const AlphaGenomeFile& base, const AdapterFile& adapter) {
    for (std::size_t row = 0; row < base.organisms.size(); ++row) {
        if (base.organisms.at(row) == adapter.organism) {
            return static_cast<int>(row);
        }
    }
    fail(adapter, base.identity.id + " has no organism \"" + adapter.organism + "\"");
}

/// What of an adapter's tensors stand for; heads have one organism.
AlphaGenomeConfig heads_of(const AlphaGenomeConfig& base, const AdapterFile& adapter) {
    AlphaGenomeConfig heads = base;
    heads.num_organisms = 1;
    heads.contact_tracks = 0;
    heads.splice_usage_tracks = 0;
    heads.junction_tissues = 0;
    heads.splice_sites = false;
    for (std::size_t i = 0; i < heads.tracks.size(); ++i) {
        heads.tracks.at(i) =
            static_cast<int>(adapter.tracks.tracks(static_cast<OutputType>(i)).size());
    }
    return heads;
}

std::vector<TensorSpec> adapter_layout(const AlphaGenomeFile& base, const AdapterFile& adapter) {
    std::vector<TensorSpec> specs;
    const std::vector<TensorSpec> known = adaptable_layers(base.config);
    for (const std::string& layer : adapter.layers) {
        const auto found = std::find_if(
            known.begin(), known.end(), [&](const TensorSpec& spec) { return spec.name == layer; });
        if (found == known.end()) {
            fail(adapter, "changes " + layer + ", which the model does not have");
        }
        const MatrixSize size = matrix_size(*found);
        const std::int64_t rank = layer_rank(*found, adapter.rank);
        specs.push_back({low_rank_a(layer), {rank, size.columns}});
        specs.push_back({low_rank_b(layer), {size.rows, rank}});
    }
    for (TensorSpec& spec : alphagenome_layout(heads_of(base.config, adapter))) {
        if (spec.name.starts_with("heads.")) {
            specs.push_back(std::move(spec));
        }
    }
    return specs;
}

std::vector<float> all_values(const nn::SafeTensors& file, const std::string& name) {
    return file.read_f32(name, file.entries().at(name).shape);
}

}  // namespace

void check_fits(const AlphaGenomeFile& base, const AdapterFile& adapter) {
    if (adapter.base_sha256 != base.identity.sha256) {
        fail(adapter,
             "was made for another model than " + base.identity.id + " (SHA-256 " +
                 base.identity.sha256 + ")");
    }
    row_of(base, adapter);
    StoredTensors stored;
    for (const auto& [name, entry] : adapter.file.entries()) {
        stored[name] = {name, &entry, entry.shape, false};
    }
    check_tensors(stored, adapter_layout(base, adapter), {}, adapter.file.name());
}

std::array<TrackTable, 2> joined_tracks(const AlphaGenomeFile& base,
                                        const std::vector<const AdapterFile*>& adapters,
                                        bool base_heads) {
    std::array<TrackTable, 2> tables;
    for (std::size_t row = 0; row < tables.size(); ++row) {
        if (base.organisms.at(row).empty()) {
            continue;
        }
        std::vector<Track> tracks;
        std::array<int, kOutputTypeCount> next{};
        const auto add = [&](Track track) {
            track.channel = next.at(static_cast<std::size_t>(track.output))++;
            tracks.push_back(std::move(track));
        };
        for (const Track& track :
             base_heads ? base.tracks.at(row).all() : std::span<const Track>()) {
            add(track);
        }
        for (const AdapterFile* adapter : adapters) {
            for (const Track& own : adapter->tracks.all()) {
                Track track;
                track.output = own.output;
                track.name = "Padding";
                if (adapter->organism == base.organisms.at(row)) {
                    track = own;
                    track.name = adapter->name + "/" + own.name;
                }
                add(std::move(track));
            }
        }
        tables.at(row) = TrackTable(std::move(tracks), base.file.name());
    }
    return tables;
}

JoinedNetwork::JoinedNetwork(const AlphaGenomeFile& base, Make make)
    : base_(base), make_(std::move(make)), config_(base.config) {
    if (!make_.base_heads) {
        config_.tracks.fill(0);
        config_.contact_tracks = 0;
        config_.splice_usage_tracks = 0;
        config_.junction_tissues = 0;
        config_.splice_sites = false;
    }
    for (const AdapterFile* adapter : make_.heads) {
        check_fits(base, *adapter);
        for (const Track& track : adapter->tracks.all()) {
            ++config_.tracks.at(static_cast<std::size_t>(track.output));
        }
    }
    layout_ = alphagenome_layout(config_);
    for (const TensorSpec& spec : layout_) {
        const bool made = is_joined_head(spec.name) || is_changed(spec.name);
        shapes_.push_back(
            {spec.name, spec.shape, made ? "F32" : base.file.entries().at(spec.name).dtype});
    }
}

bool JoinedNetwork::is_joined_head(const std::string& name) const {
    return name.starts_with("heads.") &&
           std::any_of(make_.heads.begin(), make_.heads.end(), [&](const AdapterFile* adapter) {
               return adapter->file.entries().contains(name);
           });
}

bool JoinedNetwork::is_changed(const std::string& name) const {
    return make_.trunk != nullptr &&
           std::find(make_.trunk->layers.begin(), make_.trunk->layers.end(), name) !=
               make_.trunk->layers.end();
}

std::vector<float> JoinedNetwork::values(std::size_t index) const {
    const TensorSpec& spec = layout_.at(index);
    if (is_joined_head(spec.name)) {
        return head_values(spec);
    }
    return is_changed(spec.name) ? trunk_values(spec) : all_values(base_.file, spec.name);
}

// [organism, track] or [organism, track, in].
std::vector<float> JoinedNetwork::head_values(const TensorSpec& spec) const {
    const std::size_t width = spec.shape.size() > 2 ? static_cast<std::size_t>(spec.shape[2]) : 1;
    const float unused = spec.name.ends_with(".track_means") ? 1.0F : 0.0F;
    const bool in_base = make_.base_heads && base_.file.entries().contains(spec.name);
    const std::vector<float> first =
        in_base ? all_values(base_.file, spec.name) : std::vector<float>();
    const std::size_t organisms = static_cast<std::size_t>(config_.num_organisms);
    std::vector<float> out;
    for (std::size_t row = 0; row < organisms; ++row) {
        const std::size_t block = first.size() / organisms;
        const float* begin = first.data() + row * block;
        out.insert(out.end(), begin, begin + block);
        for (const AdapterFile* adapter : make_.heads) {
            if (!adapter->file.entries().contains(spec.name)) {
                continue;
            }
            const std::vector<float> own = all_values(adapter->file, spec.name);
            if (row_of(base_, *adapter) == static_cast<int>(row)) {
                out.insert(out.end(), own.begin(), own.end());
            } else {
                out.insert(out.end(), own.size(), unused);
            }
        }
    }
    VARHUSH_CHECK(out.size() == organisms * static_cast<std::size_t>(spec.shape[1]) * width);
    return out;
}

// W + alpha / rank * B A, summed in double and rounded once; B = 0 leaves W as it is to the bit.
std::vector<float> JoinedNetwork::trunk_values(const TensorSpec& spec) const {
    std::vector<float> weights = all_values(base_.file, spec.name);
    const std::vector<float> a = all_values(make_.trunk->file, low_rank_a(spec.name));
    const std::vector<float> b = all_values(make_.trunk->file, low_rank_b(spec.name));
    const auto columns = static_cast<std::size_t>(matrix_size(spec).columns);
    const std::size_t rank = a.size() / columns;
    const double scale = make_.trunk->alpha / make_.trunk->rank;
    std::vector<double> change(columns);
    for (std::size_t row = 0; row * columns < weights.size(); ++row) {
        std::fill(change.begin(), change.end(), 0.0);
        for (std::size_t k = 0; k < rank; ++k) {
            const double factor = scale * static_cast<double>(b[row * rank + k]);
            for (std::size_t i = 0; i < columns; ++i) {
                change[i] += factor * static_cast<double>(a[k * columns + i]);
            }
        }
        float* out = weights.data() + row * columns;
        for (std::size_t i = 0; i < columns; ++i) {
            out[i] = static_cast<float>(static_cast<double>(out[i]) + change[i]);
        }
    }
    return weights;
}

std::string JoinedNetwork::bytes(const std::map<std::string, std::string>& metadata) const {
    std::string file = nn::safetensors_header(shapes_, metadata);
    std::vector<std::byte> stored;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
        stored.resize(shapes_[i].bytes());
        nn::narrow(values(i), shapes_[i].dtype, stored);
        file.append(reinterpret_cast<const char*>(stored.data()), stored.size());
    }
    return file;
}

}  // namespace varhush::models
