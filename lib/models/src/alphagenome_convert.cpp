#include "varhush/models/alphagenome_convert.hpp"

#include "alphagenome_tensors.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/sha256.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

constexpr const char* kFormatVersion = "1";
constexpr std::size_t kBlockBytes = std::size_t{1} << 22U;
constexpr const char* kMeans = ".track_means";

std::string text_of(const nn::SafeTensors& file, const std::string& key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? "" : found->second;
}

void check_utf8(const std::string& text, const std::string& what) {
    try {
        (void)nlohmann::json(text).dump();
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::kInput, what + " is not UTF-8 text");
    }
}

/// `config` with only those heads; a head the model lacks is an error.
AlphaGenomeConfig with_heads(AlphaGenomeConfig config,
                             const std::vector<OutputType>& heads,
                             const std::string& file) {
    const auto wanted = [&](OutputType output) {
        return heads.empty() || std::find(heads.begin(), heads.end(), output) != heads.end();
    };
    for (const OutputType output : all_output_types()) {
        if (!heads.empty() && wanted(output) && !config.has(output)) {
            throw Error(ErrorKind::kUsage,
                        file + " has no head for " + std::string(output_name(output)));
        }
        if (is_genome_track(output) && !wanted(output)) {
            config.tracks.at(static_cast<std::size_t>(output)) = 0;
        }
    }
    config.contact_tracks = wanted(OutputType::kContactMaps) ? config.contact_tracks : 0;
    config.splice_sites = config.splice_sites && wanted(OutputType::kSpliceSites);
    config.splice_usage_tracks =
        wanted(OutputType::kSpliceSiteUsage) ? config.splice_usage_tracks : 0;
    config.junction_tissues = wanted(OutputType::kSpliceJunctions) ? config.junction_tissues : 0;
    return config;
}

std::vector<std::string> missing_means(const StoredTensors& tensors,
                                       const std::vector<TensorSpec>& layout) {
    std::vector<std::string> missing;
    for (const TensorSpec& spec : layout) {
        if (spec.name.ends_with(kMeans) && !tensors.contains(spec.name)) {
            missing.push_back(spec.name);
        }
    }
    return missing;
}

/// Of "heads.KEY.track_means".
OutputType output_of_means(const TensorSpec& spec) {
    const std::string key = spec.name.substr(6, spec.name.size() - 6 - std::string(kMeans).size());
    return find_output_type(key).value();
}

/// Matrices are what is large and what tolerates rounding; everything else stays as it is.
bool may_be_rounded(const TensorSpec& spec) {
    return spec.name.ends_with(".weight") && spec.shape.size() >= 2;
}

/// [organism, in, out] -> [organism, out, in].
std::vector<float> transposed(const std::vector<float>& stored,
                              const std::vector<std::int64_t>& shape) {
    const auto organisms = static_cast<std::size_t>(shape[0]);
    const auto out = static_cast<std::size_t>(shape[1]);
    const auto in = static_cast<std::size_t>(shape[2]);
    std::vector<float> values(stored.size());
    for (std::size_t g = 0; g < organisms; ++g) {
        for (std::size_t i = 0; i < in; ++i) {
            for (std::size_t o = 0; o < out; ++o) {
                values[(g * out + o) * in + i] = stored[(g * in + i) * out + o];
            }
        }
    }
    return values;
}

}  // namespace

struct AlphaGenomeConversion::Plan {
    struct Tensor {
        TensorSpec spec;
        std::string dtype;
        const StoredTensor* stored = nullptr;  ///< null: track means from the tables
    };

    const nn::SafeTensors& source;
    StoredTensors stored;
    AlphaGenomeConfig config;
    std::array<std::string, 2> organisms;  ///< by row
    std::array<TrackTable, 2> tracks;      ///< by row; empty: none given
    std::vector<Tensor> tensors;
    std::map<std::string, std::string> metadata;
    std::vector<std::string> notices;

    Plan(const nn::SafeTensors& file, const ConvertOptions& options)
        : source(file), stored(stored_tensors(file)) {
        choose_config(options);
        choose_organisms(options);
        for (std::size_t row = 0; row < organisms.size(); ++row) {
            read_tracks(row, options);
        }
        plan_tensors(options);
        describe(options);
    }

    void choose_config(const ConvertOptions& options);
    void choose_organisms(const ConvertOptions& options);
    void read_tracks(std::size_t row, const ConvertOptions& options);
    void drop_absent_heads(std::vector<Track>& rows) const;
    void pad(std::vector<Track>& rows, const std::string& organism, const std::string& file);
    void plan_tensors(const ConvertOptions& options);
    void require_means(std::size_t row, OutputType output);
    void describe(const ConvertOptions& options);
    [[nodiscard]] std::vector<float> means_of(const TensorSpec& spec) const;
    void clean_means(const TensorSpec& spec, std::vector<float>& values) const;
    [[nodiscard]] std::vector<float> values_of(const Tensor& tensor) const;
    void check_values(const Tensor& tensor, std::span<const float> values) const;
    void hand_over(const Tensor& tensor, bool check, const Sink& sink) const;
};

void AlphaGenomeConversion::Plan::choose_config(const ConvertOptions& options) {
    const std::string architecture = model_architecture(source);
    if (architecture != "alphagenome") {
        throw Error(ErrorKind::kModel,
                    source.name() + (architecture.empty()
                                         ? ": is not the weights of an AlphaGenome-style model"
                                         : ": is a " + architecture + " model"),
                    "expected the safetensors file of the AlphaGenome PyTorch port; a .pth file "
                    "can be stored as one with safetensors.torch.save_file");
    }
    const std::string json = text_of(source, "varhush.config");
    if (options.config) {
        config = *options.config;
    } else {
        config = json.empty() ? infer_config(stored, source.name())
                              : AlphaGenomeConfig::from_json(json, source.name());
    }
    const auto layout = alphagenome_layout(config);
    check_tensors(stored, layout, missing_means(stored, layout), source.name());
    config = with_heads(config, options.heads, source.name());
    config.validate(source.name());
}

void AlphaGenomeConversion::Plan::choose_organisms(const ConvertOptions& options) {
    std::vector<std::string> names = options.organisms;
    if (names.empty()) {
        names = core::split_list(text_of(source, "varhush.organism"));
    }
    if (names.empty()) {
        names = {"human"};
        if (config.num_organisms == 2) {
            names.emplace_back("mouse");
        }
    }
    for (const std::string& name : names) {
        const auto* known = std::find(kOrganisms.begin(), kOrganisms.end(), name);
        if (known == kOrganisms.end()) {
            throw Error(
                ErrorKind::kUsage, "organism '" + name + "' is unknown", "expected human or mouse");
        }
        const auto row = config.num_organisms == 1
                             ? std::size_t{0}
                             : static_cast<std::size_t>(known - kOrganisms.begin());
        if (!organisms.at(row).empty() && organisms.at(row) != name) {
            throw Error(ErrorKind::kUsage, source.name() + " holds one organism, not two");
        }
        organisms.at(row) = name;
    }
    for (std::size_t given = 0; given < kOrganisms.size(); ++given) {
        if (!options.tracks.at(given).text.empty() &&
            std::find(organisms.begin(), organisms.end(), kOrganisms.at(given)) ==
                organisms.end()) {
            throw Error(ErrorKind::kUsage,
                        "tracks of " + std::string(kOrganisms.at(given)) +
                            " are given, but the model is not for that organism");
        }
    }
}

void AlphaGenomeConversion::Plan::drop_absent_heads(std::vector<Track>& rows) const {
    std::erase_if(rows, [&](const Track& track) { return !config.has(track.output); });
}

namespace {

std::string padding_notice(const std::string& organism, OutputType output, int padding, int all) {
    std::string text = organism;
    text.append(" ").append(output_name(output)).append(": ").append(std::to_string(padding));
    text.append(" of ").append(std::to_string(all)).append(" channels taken as padding");
    return text;
}

[[noreturn]] void refuse_padding_alone(const std::string& file,
                                       const std::string& organism,
                                       OutputType output) {
    throw Error(ErrorKind::kInput,
                file + ": no row of " + std::string(output_name(output)) + " for " + organism +
                    ", which --pad-tracks would make padding altogether",
                "give its rows, or leave the output out with --heads");
}

}  // namespace

void AlphaGenomeConversion::Plan::pad(std::vector<Track>& rows,
                                      const std::string& organism,
                                      const std::string& file) {
    for (const auto& [output, channels] : output_channels(config)) {
        const OutputType wanted = output;
        auto next = static_cast<int>(std::count_if(
            rows.begin(), rows.end(), [&](const Track& track) { return track.output == wanted; }));
        // The only head without a track of its own is PRO-cap of mouse.
        if (next == 0 && !(organism == "mouse" && wanted == OutputType::kProcap)) {
            refuse_padding_alone(file, organism, output);
        }
        if (next < channels) {
            notices.push_back(padding_notice(organism, output, channels - next, channels));
        }
        for (; next < channels; ++next) {
            Track padding;
            padding.output = output;
            padding.channel = next;
            padding.name = "Padding";
            rows.push_back(std::move(padding));
        }
    }
}

void AlphaGenomeConversion::Plan::read_tracks(std::size_t row, const ConvertOptions& options) {
    const std::string& organism = organisms.at(row);
    if (organism.empty()) {
        return;
    }
    const auto index = static_cast<std::size_t>(
        std::find(kOrganisms.begin(), kOrganisms.end(), organism) - kOrganisms.begin());
    std::string text = options.tracks.at(index).text;
    std::string file = options.tracks.at(index).file;
    if (text.empty()) {
        text = text_of(source, "varhush.tracks." + organism);
        file = source.name();
    }
    if (text.empty()) {
        notices.push_back("the tracks of " + organism +
                          " get no names and no strands: no table was given");
        return;
    }
    check_utf8(text, file);
    const TrackTable all = TrackTable::from_tsv(text, organism, file);
    if (all.empty()) {
        throw Error(ErrorKind::kInput,
                    file + ": no row of the organism " + organism,
                    "the column organism says human or mouse");
    }
    std::vector<Track> rows(all.all().begin(), all.all().end());
    drop_absent_heads(rows);
    if (options.pad_tracks) {
        pad(rows, organism, file);
    }
    tracks.at(row) = TrackTable(std::move(rows), file);
    check_track_rows(tracks.at(row), config, file, ErrorKind::kInput);
}

/// A mean of 1 in place of one that is not known would scale a track's predictions by some factor
/// that nobody sees.
void AlphaGenomeConversion::Plan::require_means(std::size_t row, OutputType output) {
    const auto rows = tracks.at(row).tracks(output);
    const auto unknown = std::find_if(rows.begin(), rows.end(), [](const Track& track) {
        return !track.padding() && std::isnan(track.nonzero_mean);
    });
    if (unknown == rows.end()) {
        return;
    }
    if (organisms.at(row) == "mouse" && output == OutputType::kProcap) {
        notices.emplace_back("mouse PROCAP: track means not in the table are 1");
        return;
    }
    throw Error(ErrorKind::kInput,
                "the track table of " + organisms.at(row) + " has no nonzero_mean for " +
                    std::string(output_name(output)) + " " + std::to_string(unknown->channel) +
                    " (" + unknown->name + "), and " + source.name() + " has no track_means",
                "the track_means of a model without them are the column nonzero_mean");
}

void AlphaGenomeConversion::Plan::plan_tensors(const ConvertOptions& options) {
    std::vector<OutputType> filled;
    for (TensorSpec& spec : alphagenome_layout(config)) {
        Tensor tensor;
        const auto found = stored.find(spec.name);
        tensor.stored = found == stored.end() ? nullptr : &found->second;
        tensor.dtype = tensor.stored == nullptr ? "F32" : tensor.stored->entry->dtype;
        if (!options.dtype.empty()) {
            tensor.dtype = may_be_rounded(spec) ? options.dtype : "F32";
        }
        tensor.spec = std::move(spec);
        if (tensor.stored == nullptr) {
            filled.push_back(output_of_means(tensor.spec));
        }
        tensors.push_back(std::move(tensor));
    }
    for (std::size_t row = 0; !filled.empty() && row < organisms.size(); ++row) {
        if (organisms.at(row).empty()) {
            continue;
        }
        if (tracks.at(row).empty()) {
            throw Error(ErrorKind::kUsage,
                        source.name() +
                            " has no track_means: they are taken from the column "
                            "nonzero_mean of a track table",
                        "give --tracks-" + organisms.at(row));
        }
        for (const OutputType output : filled) {
            require_means(row, output);
        }
    }
    if (!filled.empty()) {
        notices.emplace_back("track means are taken from the tables' nonzero_mean");
    }
    // Wide items first, so that every tensor starts on a multiple of its item size.
    std::stable_sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) {
        return (a.dtype == "F32") && (b.dtype != "F32");
    });
}

void AlphaGenomeConversion::Plan::describe(const ConvertOptions& options) {
    metadata["format"] = "pt";  // what other readers of the port's files look for
    metadata["varhush.architecture"] = "alphagenome";
    metadata["varhush.version"] = kFormatVersion;
    metadata["varhush.config"] = config.to_json();
    metadata["varhush.window"] = std::to_string(kMaxWindowBp);
    metadata["varhush.name"] = options.name.empty() ? identity_of(source).id : options.name;
    metadata["varhush.terms"] = options.terms ? *options.terms : identity_of(source).terms;
    metadata["varhush.source_sha256"] = source.sha256();
    std::string list;
    for (std::size_t row = 0; row < organisms.size(); ++row) {
        if (organisms.at(row).empty()) {
            continue;
        }
        list += (list.empty() ? "" : ",") + organisms.at(row);
        if (!tracks.at(row).empty()) {
            metadata["varhush.tracks." + organisms.at(row)] =
                tracks.at(row).to_tsv(organisms.at(row));
        }
    }
    metadata["varhush.organism"] = list;
    for (const auto& [key, value] : metadata) {
        check_utf8(value, key);
    }
}

std::vector<float> AlphaGenomeConversion::Plan::means_of(const TensorSpec& spec) const {
    const OutputType output = output_of_means(spec);
    const auto rows = static_cast<std::size_t>(spec.shape[0]);
    const auto channels = static_cast<std::size_t>(spec.shape[1]);
    std::vector<float> means(rows * channels, 1.0F);  // rows of an organism not meant: never read
    for (std::size_t row = 0; row < rows; ++row) {
        for (const Track& track : tracks.at(row).tracks(output)) {
            means.at(row * channels + static_cast<std::size_t>(track.channel)) =
                track.padding()                  ? 0.0F
                : std::isnan(track.nonzero_mean) ? 1.0F  // require_means() let it pass
                                                 : static_cast<float>(track.nonzero_mean);
        }
    }
    return means;
}

/// The official code has NaN for padding slots; they are zero here, so that no NaN can spread.
void AlphaGenomeConversion::Plan::clean_means(const TensorSpec& spec,
                                              std::vector<float>& values) const {
    const OutputType output = output_of_means(spec);
    const auto channels = static_cast<std::size_t>(spec.shape[1]);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto rows = tracks.at(i / channels).tracks(output);
        if (std::isnan(values[i]) && !rows.empty() && rows[i % channels].padding()) {
            values[i] = 0;
        }
    }
}

std::vector<float> AlphaGenomeConversion::Plan::values_of(const Tensor& tensor) const {
    if (tensor.stored == nullptr) {
        return means_of(tensor.spec);
    }
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.spec.shape) {
        count *= size;
    }
    std::vector<float> values(static_cast<std::size_t>(count));
    nn::widen(*tensor.stored->entry, 0, values);
    if (tensor.stored->transposed) {
        values = transposed(values, tensor.spec.shape);
    }
    if (tensor.spec.name.ends_with(kMeans)) {
        clean_means(tensor.spec, values);
    }
    return values;
}

void AlphaGenomeConversion::Plan::check_values(const Tensor& tensor,
                                               std::span<const float> values) const {
    constexpr float kBeyondHalf = 65520;  // rounds to infinity
    const bool variance = tensor.spec.name.ends_with(".running_var");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float value = values[i];
        const bool fits = tensor.dtype != "F16" || std::fabs(value) < kBeyondHalf;
        if (std::isfinite(value) && fits && (!variance || value >= 0)) {
            continue;
        }
        throw Error(ErrorKind::kModel,
                    source.name() + ": tensor \"" + tensor.spec.name + "\" holds " +
                        std::to_string(value) + " at element " + std::to_string(i) +
                        (std::isfinite(value) && !fits ? ", too large for f16" : ""),
                    fits ? "the file is damaged" : "use --dtype bf16");
    }
}

void AlphaGenomeConversion::Plan::hand_over(const Tensor& tensor,
                                            bool check,
                                            const Sink& sink) const {
    const std::vector<float> values = values_of(tensor);
    if (check) {
        check_values(tensor, values);
    }
    const std::size_t item = tensor.dtype == "F32" ? 4 : 2;
    std::vector<std::byte> block;
    for (std::size_t at = 0; at < values.size();) {
        const std::size_t count = std::min(kBlockBytes / item, values.size() - at);
        block.resize(count * item);
        nn::narrow(std::span(values).subspan(at, count), tensor.dtype, block);
        sink(block);
        at += count;
    }
    if (tensor.stored != nullptr) {
        source.release(*tensor.stored->entry);
    }
}

AlphaGenomeConversion::AlphaGenomeConversion(const nn::SafeTensors& source,
                                             const ConvertOptions& options)
    : plan_(std::make_unique<const Plan>(source, options)) {}

AlphaGenomeConversion::~AlphaGenomeConversion() = default;

void AlphaGenomeConversion::write(const Sink& sink) const {
    nn::Sha256 hash;
    std::vector<nn::TensorShape> shapes;
    for (const auto& tensor : plan_->tensors) {
        plan_->hand_over(
            tensor, true, [&](std::span<const std::byte> bytes) { hash.update(bytes); });
        shapes.push_back({tensor.spec.name, tensor.spec.shape, tensor.dtype});
    }
    auto metadata = plan_->metadata;
    metadata[kDataHashKey] = hash.finish();
    const std::string header = nn::safetensors_header(shapes, metadata);
    sink(std::as_bytes(std::span(header)));
    for (const auto& tensor : plan_->tensors) {
        plan_->hand_over(tensor, false, sink);
    }
}

const AlphaGenomeConfig& AlphaGenomeConversion::config() const noexcept {
    return plan_->config;
}

const std::vector<std::string>& AlphaGenomeConversion::notices() const noexcept {
    return plan_->notices;
}

}  // namespace varhush::models
