#include "varhush/train/track_config.hpp"

#include "config_file.hpp"
#include "gtf_labels.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace varhush::train {
namespace {

using models::OutputType;

constexpr int kMostBatch = 4096;  // variants of an element
constexpr const char* kSpliceFeature = "splice_site";
constexpr std::int64_t kMostBinBp = 1 << 20;

LabelKind kind_of(ConfigNode& node, TrackSource& source) {
    static const std::map<std::string, LabelKind> kNames{{"peaks", LabelKind::kPeaks},
                                                         {"signal", LabelKind::kSignal},
                                                         {"coverage", LabelKind::kCoverage},
                                                         {"effects", LabelKind::kEffects},
                                                         {"sequences", LabelKind::kSequences},
                                                         {"splice_sites", LabelKind::kSpliceSites}};
    const std::string name = node.text("data");
    if (name == "gtf") {
        source.feature = node.text("feature");
        return source.feature == kSpliceFeature ? LabelKind::kSpliceSites : LabelKind::kPeaks;
    }
    const auto found = kNames.find(name);
    if (found == kNames.end()) {
        node.refuse(
            "data",
            "expected peaks, signal, coverage, gtf, effects, sequences or splice_sites, found " +
                name);
    }
    return found->second;
}

OutputType output_of(ConfigNode& node) {
    const std::string name = node.text("output");
    const std::optional<OutputType> found = models::find_output_type(name);
    if (!found || (!models::is_genome_track(*found) && *found != OutputType::kSpliceSites)) {
        node.refuse("output", "expected a kind of genome track or splice_sites, found " + name);
    }
    return *found;
}

void read_track(ConfigNode& node, models::Track& track) {
    track.output = output_of(node);
    node.read("name", track.name);
    node.read("assay", track.assay_title);
    node.read("ontology", track.ontology_curie);
    node.read("biosample", track.biosample_name);
    node.read("biosample_type", track.biosample_type);
    node.read("factor", track.transcription_factor);
    node.read("histone_mark", track.histone_mark);
    node.read("source", track.data_source);
    std::string strand = ".";
    node.read("strand", strand);
    if (strand != "+" && strand != "-" && strand != ".") {
        node.refuse("strand", "expected +, - or ., found " + strand);
    }
    track.strand = strand[0];
}

void check_feature(ConfigNode& node, const TrackSource& source) {
    if (source.half_width < 0 ||
        (source.half_width > 0 && !source.feature.starts_with("transcript_"))) {
        node.refuse("half_width", "goes with the features transcript_start and transcript_end");
    }
    if (source.feature.empty()) {
        return;
    }
    if (source.feature != kSpliceFeature && !gtf_features().contains(source.feature)) {
        node.refuse("feature",
                    "expected transcript, exon, transcript_start, transcript_end or splice_site, "
                    "found " +
                        source.feature);
    }
    if (!source.columns.empty() || !source.split_by.empty() || !source.where.empty() ||
        !source.fields.empty() || source.summit_half_width > 0) {
        node.refuse("data", "gtf has no columns, split_by, fields, where or summit_half_width");
    }
    if (source.feature == kSpliceFeature && source.track.strand != '.') {
        node.refuse("strand", "splice sites of both strands are learnt together");
    }
}

void check_kind(ConfigNode& node, const TrackSource& source) {
    const bool splice = source.kind == LabelKind::kSpliceSites;
    if (splice != (source.track.output == OutputType::kSpliceSites)) {
        node.refuse("output", "data splice_sites and output splice_sites go together");
    }
    if (source.track.name.empty() && source.split_by.empty() && !splice) {
        node.refuse("name", "is missing");
    }
    if (source.weight < 0) {
        node.refuse("weight", "cannot be negative");
    }
    if (source.summit_half_width < 0) {
        node.refuse("summit_half_width", "cannot be negative");
    }
    check_feature(node, source);
    if (source.bin_bp < 1 || source.bin_bp > kMostBinBp) {
        node.refuse("bin_bp", "goes from 1 to " + std::to_string(kMostBinBp));
    }
    const bool sequences = source.kind == LabelKind::kSequences;
    const bool signal = source.kind == LabelKind::kSignal;
    if (!signal && source.bin_bp > 1) {
        node.refuse("bin_bp", "goes with data signal only");
    }
    if (!signal && !sequences && source.log2_values) {
        node.refuse("log2_values", "goes with data signal and sequences only");
    }
    if (sequences &&
        (!source.contigs.empty() || !source.where.empty() || source.track.strand != '.')) {
        node.refuse("data", "sequences has no contigs, where or strand");
    }
    if (source.auxiliary && (splice || source.track.strand != '.')) {
        node.refuse("auxiliary", "does not go with splice sites or a strand");  // strands are pairs
    }
    if (splice && !source.contigs.empty()) {
        node.refuse("contigs", "does not go with data splice_sites");
    }
}

TrackSource source_of(ConfigNode node, const std::string& folder) {
    TrackSource source;
    source.kind = kind_of(node, source);
    if (source.kind == LabelKind::kSequences) {
        source.file = node.text("table");
    } else if (source.kind != LabelKind::kEffects) {
        source.file = placed(node.text("file"), folder);
    }
    read_track(node, source.track);
    node.read("weight", source.weight);
    node.read("columns", source.columns);
    node.read("split_by", source.split_by);
    node.read("fields", source.fields);
    node.read("where", source.where);
    node.read("summit_half_width", source.summit_half_width);
    node.read("half_width", source.half_width);
    node.read("fragments", source.fragments);
    node.read("contigs", source.contigs);
    node.read("bin_bp", source.bin_bp);
    node.read("log2_values", source.log2_values);
    node.read("auxiliary", source.auxiliary);
    // Every head that the model has is trained: none may say something that nobody taught it.
    source.resolutions = {models::kTokenBp};
    if (source.kind == LabelKind::kSpliceSites) {
        source.resolutions = {1};
    } else if (models::AlphaGenomeConfig::has_1bp_head(source.track.output)) {
        source.resolutions = {1, models::kTokenBp};
    }
    check_kind(node, source);
    node.finish();
    return source;
}

EffectSource effects_of(ConfigNode node, const std::string& folder) {
    EffectSource out;
    out.fasta = placed(node.text("fasta"), folder);
    out.file = placed(node.text("file"), folder);
    out.output = output_of(node);
    node.read("track", out.track);
    node.read("columns", out.columns);
    node.read("where", out.where);
    node.read("validate_where", out.validate_where);
    node.read("test_where", out.test_where);
    node.read("weight", out.weight);
    node.read("every", out.every);
    node.read("batch", out.batch);
    if (!models::is_genome_track(out.output)) {
        node.refuse("output", "expected a kind of genome track");
    }
    if (out.every < 2) {
        node.refuse("every", "must be at least 2");
    }
    if (out.batch < 2 || out.batch > kMostBatch) {
        node.refuse("batch", "goes from 2 to " + std::to_string(kMostBatch));
    }
    node.finish();
    return out;
}

SequenceSource sequences_of(ConfigNode node, const std::string& folder) {
    SequenceSource out;
    out.name = node.text("name");
    out.file = placed(node.text("file"), folder);
    node.read("column", out.column);
    node.read("where", out.where);
    node.read("validate_where", out.validate_where);
    node.read("test_where", out.test_where);
    node.finish();
    return out;
}

void read_windows(ConfigNode& root, TrackConfig& config) {
    ConfigNode node = root.child("windows");
    node.read("train", config.train);
    node.read("validation", config.validation);
    node.read("test", config.test);
    std::string rule = "error";
    node.read("on_overlap", rule);
    if (rule != "error" && rule != "drop") {
        node.refuse("on_overlap", "expected error or drop, found " + rule);
    }
    config.overlap = rule == "drop" ? OverlapRule::kDrop : OverlapRule::kError;
    node.read("window_bp", config.window_bp);
    node.read("shift_bp", config.shift_bp);
    node.read("crop_bp", config.crop_bp);
    node.read("most_unknown_share", config.most_unknown_share);
    node.finish();
}

void read_fit(ConfigNode& root, TrackFit& fit) {
    ConfigNode node = root.child("training");
    read_steps(node, fit);
    node.read("statistics_share", fit.statistics_share);
    node.read("positional_weight", fit.positional_weight);
    node.read("background_share", fit.background_share);
    std::string precision = "float32";
    node.read("precision", precision);
    if (precision != "float32" && precision != "bfloat16") {
        node.refuse("precision", "expected float32 or bfloat16, found " + precision);
    }
    fit.bfloat16 = precision == "bfloat16";
    node.read("validation_windows", fit.validation_windows);
    node.finish();
}

/// Widths from the file; no heads yet.
models::AlphaGenomeConfig model_of(ConfigNode& root, const std::string& file) {
    for (const char* key : {"tracks",
                            "splice_sites",
                            "contact_tracks",
                            "splice_usage_tracks",
                            "junction_tissues",
                            "num_organisms"}) {
        if (root.has("model") && root.child("model").has(key)) {
            root.child("model").refuse(key, "comes from the tracks");
        }
    }
    const nlohmann::json& widths = root.raw("model");
    models::AlphaGenomeConfig config;
    if (!widths.is_null()) {
        try {
            config = models::AlphaGenomeConfig::from_json(widths.dump(), file);
        } catch (const Error& error) {
            throw Error(ErrorKind::kInput, error.what(), error.hint());
        }
    }
    config.tracks.fill(0);
    config.contact_tracks = 0;
    config.splice_usage_tracks = 0;
    config.junction_tissues = 0;
    config.splice_sites = false;
    config.num_organisms = 1;
    return config;
}

void validate_fit(const TrackFit& fit, const std::string& file) {
    const auto require = [&](bool good, const char* what) { require_setting(good, file, what); };
    fit.validate(file);
    require(fit.positional_weight >= 0, "training.positional_weight cannot be negative");
    require(fit.statistics_share > 0 && fit.statistics_share <= 1,
            "training.statistics_share must be above 0, at most 1");
    require(fit.background_share >= 0 && fit.background_share <= 1,
            "training.background_share must be from 0 to 1");
    require(fit.validation_windows > 0, "training.validation_windows must be above 0");
}

}  // namespace

void TrackConfig::validate(const std::string& file) const {
    const auto require = [&](bool good, const char* what) { require_setting(good, file, what); };
    require(!fastas.empty() || !sequences.empty(), "\"fasta\" is missing");
    require(!tracks.empty(), "\"tracks\" is missing or empty");
    const auto told = [](const TrackSource& source) { return !source.auxiliary; };
    require(std::any_of(tracks.begin(), tracks.end(), told), "every track is auxiliary");
    require(!train.empty() || !sequences.empty(), "\"windows.train\" is missing or empty");
    require(window_bp > 0 && window_bp % models::kPairBp == 0 && window_bp <= models::kMaxWindowBp,
            "windows.window_bp must be a multiple of 2048, at most 1048576");
    require(crop_bp >= 0 && crop_bp % models::kTokenBp == 0 && 2 * crop_bp < window_bp,
            "windows.crop_bp must be a multiple of 128, below half of the window");
    require(shift_bp >= 0 && shift_bp <= window_bp, "windows.shift_bp is out of range");
    require(most_unknown_share >= 0 && most_unknown_share <= 1,
            "windows.most_unknown_share must be from 0 to 1");
    const bool splice = std::any_of(tracks.begin(), tracks.end(), [](const TrackSource& source) {
        return source.kind == LabelKind::kSpliceSites;
    });
    require(sequences.empty() || !splice,
            "\"sequences\" would teach splice sites that nothing is known of; train two models");
    validate_fit(fit, file);
}

TrackConfig without_auxiliary(TrackConfig config) {
    std::erase_if(config.effects, [&](const EffectSource& effect) {
        return std::any_of(
            config.tracks.begin(), config.tracks.end(), [&](const TrackSource& source) {
                return source.auxiliary && source.track.output == effect.output &&
                       source.track.name == effect.track;
            });
    });
    std::erase_if(config.tracks, [](const TrackSource& source) { return source.auxiliary; });
    return config;
}

TrackConfig read_track_config(const std::string& path, const std::string& folder) {
    ConfigFile file(path, folder);
    ConfigNode& root = file.root();
    const std::string& base = file.folder();
    TrackConfig config;
    root.read("fasta", config.fastas);
    for (std::string& fasta : config.fastas) {
        fasta = placed(fasta, base);
    }
    root.read("stem_motifs", config.stem_motifs);
    config.stem_motifs = placed(config.stem_motifs, base);
    config.model = model_of(root, path);
    for (ConfigNode& node : root.children("tracks")) {
        config.tracks.push_back(source_of(std::move(node), base));
    }
    for (ConfigNode& node : root.children("effects")) {
        config.effects.push_back(effects_of(std::move(node), base));
    }
    for (ConfigNode& node : root.children("sequences")) {
        config.sequences.push_back(sequences_of(std::move(node), base));
    }
    read_windows(root, config);
    read_fit(root, config.fit);
    root.read("metadata", config.metadata);
    root.finish();
    config.validate(path);
    return config;
}

}  // namespace varhush::train
