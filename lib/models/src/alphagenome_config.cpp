#include "varhush/models/alphagenome_config.hpp"

#include "varhush/core/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>

namespace varhush::models {
namespace {

using Json = nlohmann::json;

// Upper bounds keep every product of a layout far from overflow; the released model is at most an
// eighth of each.
struct IntKey {
    const char* key;
    int AlphaGenomeConfig::*member;
    int least;
    int most;
};
constexpr std::array<IntKey, 21> kIntKeys{{
    {"base_channels", &AlphaGenomeConfig::base_channels, 1, 16384},
    {"channel_growth", &AlphaGenomeConfig::channel_growth, 0, 4096},
    {"encoder_blocks", &AlphaGenomeConfig::encoder_blocks, 6, 6},
    {"trunk_dim", &AlphaGenomeConfig::trunk_dim, 1, 65536},
    {"embedding_128bp_dim", &AlphaGenomeConfig::embedding_128bp_dim, 1, 65536},
    {"embedding_1bp_dim", &AlphaGenomeConfig::embedding_1bp_dim, 1, 65536},
    {"attention_heads", &AlphaGenomeConfig::attention_heads, 1, 256},
    {"qk_dim", &AlphaGenomeConfig::qk_dim, 4, 4096},
    {"v_dim", &AlphaGenomeConfig::v_dim, 1, 4096},
    {"pair_dim", &AlphaGenomeConfig::pair_dim, 1, 4096},
    {"seq2pair_heads", &AlphaGenomeConfig::seq2pair_heads, 1, 1024},
    {"seq2pair_head_dim", &AlphaGenomeConfig::seq2pair_head_dim, 1, 4096},
    {"junction_hidden", &AlphaGenomeConfig::junction_hidden, 4, 65536},
    {"junction_tissues", &AlphaGenomeConfig::junction_tissues, 0, 65536},
    {"num_splice_sites", &AlphaGenomeConfig::num_splice_sites, 1, 65536},
    {"tower_blocks", &AlphaGenomeConfig::tower_blocks, 1, 256},
    {"stem_kernel", &AlphaGenomeConfig::stem_kernel, 1, 255},
    {"kernel", &AlphaGenomeConfig::kernel, 5, 5},  // the halos of encoder and decoder
    {"contact_tracks", &AlphaGenomeConfig::contact_tracks, 0, 65536},
    {"splice_usage_tracks", &AlphaGenomeConfig::splice_usage_tracks, 0, 65536},
    {"num_organisms", &AlphaGenomeConfig::num_organisms, 1, 2},
}};
constexpr int kMostTracks = 65536;
constexpr int kMostRelativeDistance = 1 << 20;
constexpr std::int64_t kMostRopePosition = std::int64_t{1} << 40;
constexpr int kTokensPerPairBin = kPairBp / kTokenBp;

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::kModel,
                file + ": config: " + what,
                "see docs/models/alphagenome.md for what can be run");
}

std::string shown(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80);
}

std::int64_t read_integer(const Json& value, const std::string& key, const std::string& file) {
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() &&
         value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))) {
        refuse(file, "\"" + key + "\": expected an integer, found " + shown(value));
    }
    return value.get<std::int64_t>();
}

int read_int(const Json& value, const std::string& key, const std::string& file) {
    const std::int64_t wide = read_integer(value, key, file);
    if (wide < INT32_MIN || wide > INT32_MAX) {
        refuse(file, "\"" + key + "\": " + std::to_string(wide) + " is out of range");
    }
    return static_cast<int>(wide);
}

double read_real(const Json& value, const std::string& key, const std::string& file) {
    if (!value.is_number()) {
        refuse(file, "\"" + key + "\": expected a number, found " + shown(value));
    }
    return value.get<double>();
}

bool read_bool(const Json& value, const std::string& key, const std::string& file) {
    if (!value.is_boolean()) {
        refuse(file, "\"" + key + "\": expected true or false, found " + shown(value));
    }
    return value.get<bool>();
}

/// True for `second`, false for `first`.
bool read_choice(const Json& value,
                 const std::string& key,
                 const std::array<const char*, 2>& choices,
                 const std::string& file) {
    for (const std::size_t choice : {std::size_t{0}, std::size_t{1}}) {
        if (value.is_string() && value.get_ref<const std::string&>() == choices.at(choice)) {
            return choice == 1;
        }
    }
    refuse(file,
           "\"" + key + "\": expected \"" + choices[0] + "\" or \"" + choices[1] + "\", found " +
               shown(value));
}

constexpr std::array<const char*, 2> kGeluNames{"tanh", "erf"};
constexpr std::array<const char*, 2> kRopeNames{"float32", "bfloat16"};

void read_tracks(const Json& value, AlphaGenomeConfig& config, const std::string& file) {
    if (!value.is_object()) {
        refuse(file, "\"tracks\": expected an object, found " + shown(value));
    }
    config.tracks.fill(0);
    for (const auto& [name, count] : value.items()) {
        const auto output = find_output_type(name);
        if (!output || !is_genome_track(*output) || output_key(*output) != name) {
            refuse(file, "\"tracks\": \"" + name + "\" is no genome track");
        }
        config.tracks.at(static_cast<std::size_t>(*output)) =
            read_int(count, "tracks." + name, file);
    }
}

/// Keys that are not plain integers. False for one it does not know.
bool read_other(const std::string& key,
                const Json& value,
                AlphaGenomeConfig& config,
                const std::string& file) {
    if (key == "tracks") {
        read_tracks(value, config, file);
    } else if (key == "splice_sites") {
        config.splice_sites = read_bool(value, key, file);
    } else if (key == "splice_site_threshold") {
        config.splice_site_threshold = read_real(value, key, file);
    } else if (key == "max_relative_distance") {
        config.max_relative_distance = read_int(value, key, file);
    } else if (key == "rope_max_position_attention") {
        config.rope_max_position_attention = read_integer(value, key, file);
    } else if (key == "rope_max_position_junction") {
        config.rope_max_position_junction = read_integer(value, key, file);
    } else if (key == "pair_gelu") {
        config.pair_gelu =
            read_choice(value, key, kGeluNames, file) ? PairGelu::kErf : PairGelu::kTanh;
    } else if (key == "rope_dtype") {
        config.rope_bf16 = read_choice(value, key, kRopeNames, file);
    } else {
        return false;
    }
    return true;
}

Json parse(const std::string& json, const std::string& file) {
    Json parsed;
    try {
        parsed = Json::parse(json);
    } catch (const Json::exception& error) {
        refuse(file, std::string("bad JSON: ") + error.what());
    }
    if (!parsed.is_object()) {
        refuse(file, "expected a JSON object, found " + shown(parsed));
    }
    return parsed;
}

void check_range(const std::string& file,
                 const std::string& key,
                 std::int64_t value,
                 std::int64_t least,
                 std::int64_t most) {
    if (value < least || value > most) {
        refuse(file,
               "\"" + key + "\" is " + std::to_string(value) + ", expected " +
                   (least == most ? std::to_string(least)
                                  : std::to_string(least) + " to " + std::to_string(most)));
    }
}

void check_odd(const std::string& file, const std::string& key, int value) {
    if (value % 2 == 0) {
        refuse(file, "\"" + key + "\" is " + std::to_string(value) + ", expected an odd number");
    }
}

void check_even(const std::string& file, const std::string& key, int value) {
    if (value % 2 != 0) {
        refuse(file, "\"" + key + "\" is " + std::to_string(value) + ", expected an even number");
    }
}

/// Positions and distances: the series of section "RoPE" and of the relative features must ascend.
void check_positions(const AlphaGenomeConfig& config, const std::string& file) {
    check_even(file, "qk_dim", config.qk_dim);
    check_even(file, "junction_hidden", config.junction_hidden);
    check_range(file,
                "rope_max_position_attention",
                config.rope_max_position_attention,
                config.qk_dim / 2,
                kMostRopePosition);
    check_range(file,
                "rope_max_position_junction",
                config.rope_max_position_junction,
                config.junction_hidden / 2,
                kMostRopePosition);
    check_range(file,
                "max_relative_distance",
                config.max_relative_distance,
                std::int64_t{kTokensPerPairBin} * config.seq2pair_heads,
                kMostRelativeDistance);
    if (config.max_relative_distance % kTokensPerPairBin != 0) {
        refuse(file, "\"max_relative_distance\" must be a multiple of 16");
    }
}

void check_heads(const AlphaGenomeConfig& config, const std::string& file) {
    bool any = false;
    for (const OutputType output : all_output_types()) {
        if (is_genome_track(output)) {
            check_range(file,
                        "tracks." + std::string(output_key(output)),
                        config.tracks.at(static_cast<std::size_t>(output)),
                        0,
                        kMostTracks);
        }
        any = any || config.has(output);
    }
    if (!any) {
        refuse(file, "every head is absent");
    }
    if (!(config.splice_site_threshold >= 0 && config.splice_site_threshold <= 1)) {
        refuse(file,
               "\"splice_site_threshold\" is " + shown(config.splice_site_threshold) +
                   ", expected 0 to 1");
    }
}

}  // namespace

AlphaGenomeConfig AlphaGenomeConfig::from_json(const std::string& json, const std::string& file) {
    AlphaGenomeConfig config;
    const Json parsed = parse(json, file);
    for (const auto& [key, value] : parsed.items()) {
        const std::string& name = key;
        const auto* found = std::find_if(
            kIntKeys.begin(), kIntKeys.end(), [&](const auto& it) { return name == it.key; });
        if (found != kIntKeys.end()) {
            config.*(found->member) = read_int(value, name, file);
        } else if (!read_other(name, value, config, file)) {
            refuse(file, "unknown key \"" + name + "\"");
        }
    }
    config.validate(file);
    return config;
}

std::string AlphaGenomeConfig::to_json() const {
    nlohmann::ordered_json json;
    for (const auto& it : kIntKeys) {
        json[it.key] = this->*(it.member);
    }
    auto& counts = json["tracks"] = nlohmann::ordered_json::object();
    for (const OutputType output : all_output_types()) {
        if (is_genome_track(output) && has(output)) {
            counts[std::string(output_key(output))] = channels(output);
        }
    }
    json["splice_sites"] = splice_sites;
    json["splice_site_threshold"] = splice_site_threshold;
    json["max_relative_distance"] = max_relative_distance;
    json["rope_max_position_attention"] = rope_max_position_attention;
    json["rope_max_position_junction"] = rope_max_position_junction;
    json["pair_gelu"] = kGeluNames.at(pair_gelu == PairGelu::kErf ? 1 : 0);
    json["rope_dtype"] = kRopeNames.at(rope_bf16 ? 1 : 0);
    return json.dump();
}

void AlphaGenomeConfig::validate(const std::string& file) const {
    for (const auto& it : kIntKeys) {
        check_range(file, it.key, this->*(it.member), it.least, it.most);
    }
    check_odd(file, "stem_kernel", stem_kernel);
    if (trunk_dim != level_channels(encoder_blocks)) {
        refuse(file,
               "\"trunk_dim\" is " + std::to_string(trunk_dim) + ", but the encoder ends with " +
                   std::to_string(level_channels(encoder_blocks)) +
                   " channels (base_channels + 6 channel_growth)");
    }
    check_positions(*this, file);
    check_heads(*this, file);
}

bool AlphaGenomeConfig::has(OutputType output) const noexcept {
    return channels(output) > 0;
}

int AlphaGenomeConfig::channels(OutputType output) const noexcept {
    switch (output) {
        case OutputType::kContactMaps:
            return contact_tracks;
        case OutputType::kSpliceSites:
            return splice_sites ? kSpliceClasses : 0;
        case OutputType::kSpliceSiteUsage:
            return splice_usage_tracks;
        case OutputType::kSpliceJunctions:
            return junction_tissues;
        default:
            return tracks[static_cast<std::size_t>(output)];
    }
}

bool AlphaGenomeConfig::has_1bp_head(OutputType output) noexcept {
    return is_genome_track(output) && scored_resolution_bp(output) == 1;
}

}  // namespace varhush::models
