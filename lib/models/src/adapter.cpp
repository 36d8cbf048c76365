#include "varhush/models/adapter.hpp"

#include "alphagenome_tensors.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace varhush::models {
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::kModel, file + ": " + what, "'varhush adapt' makes adapters");
}

std::string text_of(const nn::SafeTensors& file, const std::string& key) {
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end()) {
        fail(file.name(), "metadata lacks " + key);
    }
    return found->second;
}

double number_of(const nn::SafeTensors& file, const std::string& key) {
    const std::string text = text_of(file, key);
    double value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(value)) {
        fail(file.name(), key + " is no number: " + text);
    }
    return value;
}

TrackTable tracks_of(const AdapterFile& adapter) {
    const std::string key = "varhush.tracks." + adapter.organism;
    const std::string& name = adapter.file.name();
    const std::string text = text_of(adapter.file, key);
    TrackTable table;
    try {
        table = TrackTable::from_tsv(text, adapter.organism, name + ": " + key);
    } catch (const Error& error) {
        throw Error(ErrorKind::kModel, error.what(), error.hint());
    }
    if (table.empty()) {
        fail(name, "has no tracks");
    }
    for (const Track& track : table.all()) {
        if (!is_genome_track(track.output)) {
            fail(name, "track " + track.name + " is no genome track");
        }
    }
    return table;
}

}  // namespace

AdapterFile read_adapter(const std::string& path) {
    return read_adapter(nn::SafeTensors::open(path));
}

AdapterFile read_adapter(nn::SafeTensors opened) {
    AdapterFile adapter{std::move(opened), {}, {}, {}, {}, {}, 0, 0, {}};
    const nn::SafeTensors& file = adapter.file;
    const std::string& path = file.name();
    const std::string architecture = model_architecture(file);
    if (architecture != kAdapterArchitecture) {
        fail(path,
             architecture.empty() ? "is no adapter"
                                  : "is a model (" + architecture + "), not an adapter");
    }
    adapter.name = text_of(file, "varhush.name");
    adapter.base_name = text_of(file, "varhush.base_name");
    adapter.base_sha256 = text_of(file, "varhush.base_sha256");
    adapter.organism = text_of(file, "varhush.organism");
    adapter.alpha = number_of(file, "varhush.alpha");
    const double rank = number_of(file, "varhush.rank");
    if (adapter.name.empty() || rank < 0 || rank > (1 << 16) || rank != std::floor(rank)) {
        fail(path, "varhush.name is empty or varhush.rank impossible");
    }
    adapter.rank = static_cast<int>(rank);
    adapter.layers = core::split_list(text_of(file, "varhush.layers"));
    if (adapter.layers.empty() != (adapter.rank == 0)) {
        fail(path, "varhush.layers and varhush.rank contradict each other");
    }
    adapter.tracks = tracks_of(adapter);
    for (const auto& [name, entry] : file.entries()) {
        if (nn::first_nonfinite(entry)) {
            fail(path, "tensor \"" + name + "\" holds what is no number");
        }
    }
    return adapter;
}

}  // namespace varhush::models
