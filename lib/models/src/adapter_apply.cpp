#include "adapter_join.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/sha256.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

std::string joined_name(const AlphaGenomeFile& base,
                        const std::vector<const AdapterFile*>& adapters) {
    std::string name = base.identity.id;
    for (const AdapterFile* adapter : adapters) {
        name += "+" + adapter->name;
    }
    return name;
}

/// Metadata of `base` that still holds, and what has changed.
std::map<std::string, std::string> metadata_of(const AlphaGenomeFile& base,
                                               const std::vector<const AdapterFile*>& adapters,
                                               const AlphaGenomeConfig& config,
                                               const std::array<TrackTable, 2>& tracks) {
    std::map<std::string, std::string> metadata = base.file.metadata();
    metadata.erase(kDataHashKey);
    metadata["varhush.architecture"] = "alphagenome";
    metadata["varhush.config"] = config.to_json();
    metadata["varhush.name"] = joined_name(base, adapters);
    metadata["varhush.base_sha256"] = base.identity.sha256;
    std::string organisms;
    for (std::size_t row = 0; row < tracks.size(); ++row) {
        const std::string& organism = base.organisms.at(row);
        if (!organism.empty()) {
            organisms += (organisms.empty() ? "" : ",") + organism;
            metadata["varhush.tracks." + organism] = tracks.at(row).to_tsv(organism);
        }
    }
    metadata["varhush.organism"] = organisms;
    for (const AdapterFile* adapter : adapters) {
        metadata["varhush.adapter." + adapter->name] = adapter->file.sha256();
    }
    return metadata;
}

AlphaGenomeFile in_memory(const AlphaGenomeFile& base, const JoinedNetwork::Make& make) {
    const JoinedNetwork network(base, make);
    const auto tracks = joined_tracks(base, make.heads, make.base_heads);
    auto bytes = std::make_shared<const std::string>(
        network.bytes(metadata_of(base, make.heads, network.config(), tracks)));
    AlphaGenomeFile file = read_alphagenome(
        nn::SafeTensors::from_memory(std::as_bytes(std::span(*bytes)), base.file.name()));
    file.bytes = std::move(bytes);
    return file;
}

void check_names(std::span<const AdapterFile> adapters) {
    std::set<std::string> names;
    for (const AdapterFile& adapter : adapters) {
        if (!names.insert(adapter.name).second) {
            throw Error(ErrorKind::kUsage,
                        "two adapters are called " + adapter.name,
                        "their tracks could not be told apart: 'varhush adapt --name'");
        }
    }
}

/// One identity for several networks: what they are made of decides.
ModelIdentity identity_of_parts(const AlphaGenomeFile& base,
                                const std::vector<const AdapterFile*>& adapters) {
    nn::Sha256 hash;
    const auto add = [&](const std::string& text) { hash.update(std::as_bytes(std::span(text))); };
    add(base.identity.sha256);
    for (const AdapterFile* adapter : adapters) {
        add(adapter->file.sha256());
    }
    ModelIdentity identity = base.identity;
    identity.id = joined_name(base, adapters);
    identity.sha256 = hash.finish();
    return identity;
}

}  // namespace

AlphaGenomeFile with_adapters(const AlphaGenomeFile& base, std::span<const AdapterFile> adapters) {
    check_names(adapters);
    std::vector<const AdapterFile*> beside;  // on the trunk of the base
    std::vector<const AdapterFile*> order;   // as their channels stand
    for (const AdapterFile& adapter : adapters) {
        check_fits(base, adapter);
        if (!adapter.changes_trunk()) {
            beside.push_back(&adapter);
        }
    }
    AlphaGenomeFile out = beside.empty() ? base : in_memory(base, {beside, nullptr, true});
    order = beside;
    for (const AdapterFile& adapter : adapters) {
        if (!adapter.changes_trunk()) {
            continue;
        }
        if (out.parts.empty()) {
            out.parts.push_back({out.file, out.config, out.bytes});
        }
        order.push_back(&adapter);
        const AlphaGenomeFile part = in_memory(base, {{&adapter}, &adapter, false});
        out.parts.push_back({part.file, part.config, part.bytes});
        for (std::size_t i = 0; i < out.config.tracks.size(); ++i) {
            out.config.tracks.at(i) += part.config.tracks.at(i);
        }
    }
    out.tracks = joined_tracks(base, order, true);
    if (!order.empty()) {
        out.identity = identity_of_parts(base, order);
    }
    return out;
}

AlphaGenomeFile with_adapters(AlphaGenomeFile base, const std::vector<std::string>& paths) {
    if (paths.empty()) {
        return base;
    }
    std::vector<AdapterFile> adapters;
    adapters.reserve(paths.size());
    for (const std::string& path : paths) {
        adapters.push_back(read_adapter(path));
    }
    return with_adapters(base, std::span<const AdapterFile>(adapters));
}

void write_merged(const AlphaGenomeFile& base,
                  const AdapterFile& adapter,
                  const std::string& path) {
    const JoinedNetwork::Make make{{&adapter}, adapter.changes_trunk() ? &adapter : nullptr, true};
    const JoinedNetwork network(base, make);
    const auto tracks = joined_tracks(base, make.heads, true);
    std::size_t held = network.shapes().size();
    std::vector<float> values;
    nn::stream_safetensors(path,
                           network.shapes(),
                           metadata_of(base, make.heads, network.config(), tracks),
                           [&](std::size_t index, std::int64_t first, std::span<float> out) {
                               if (index != held) {
                                   values = network.values(index);
                                   held = index;
                               }
                               std::copy_n(values.begin() + first, out.size(), out.begin());
                           });
}

}  // namespace varhush::models
