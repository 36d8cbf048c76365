#include "track_labels.hpp"

#include "gtf_labels.hpp"
#include "row_reader.hpp"
#include "track_signal.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace varhush::train {
namespace {

using models::OutputType;

/// Column by role, BED's where the configuration says nothing.
std::string column(const TrackSource& source, const std::string& role) {
    static const std::map<std::string, std::string> kBed{
        {"chrom", "1"}, {"start", "2"}, {"end", "3"}, {"strand", "6"}};
    const auto given = source.columns.find(role);
    if (given != source.columns.end()) {
        return given->second;
    }
    const auto usual = kBed.find(role);
    return usual == kBed.end() ? "" : usual->second;
}

void check_roles(const TrackSource& source, const std::set<std::string>& known) {
    for (const auto& [role, name] : source.columns) {
        if (!known.contains(role)) {
            throw Error(ErrorKind::kInput,
                        source.file + ": columns: \"" + role + "\" is no role that is known here",
                        "see docs/train.md");
        }
    }
}

/// Counts what of a file lies on contigs that the reference has.
class Placing {
  public:
    Placing(std::string file, const seq::ReferenceSource& reference)
        : file_(std::move(file)), reference_(reference), aliases_(seq::aliases_of(reference)) {}

    /// The reference's name of the contig; nothing when it has none.
    std::optional<std::string> place(std::string_view contig) {
        auto found = aliases_.find(contig);
        ++(found ? placed_ : unknown_);
        return found;
    }
    [[nodiscard]] std::int64_t length(const std::string& contig) const {
        return reference_.length_bp(contig).value_or(0);
    }
    void finish() const {
        if (placed_ == 0) {
            throw Error(ErrorKind::kInput,
                        file_ + ": no row lies on a contig of the FASTA (" +
                            std::to_string(unknown_) + " on others)");
        }
        if (unknown_ > 0) {
            core::log(core::LogLevel::kInfo,
                      file_ + ": " + std::to_string(unknown_) +
                          " rows on contigs that the FASTA lacks are passed over");
        }
    }

  private:
    std::string file_;
    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    std::int64_t placed_ = 0;
    std::int64_t unknown_ = 0;
};

void set_field(models::Track& track, const std::string& field, const std::string& value) {
    static const std::map<std::string, std::string models::Track::*> kFields{
        {"name", &models::Track::name},
        {"biosample", &models::Track::biosample_name},
        {"factor", &models::Track::transcription_factor},
        {"histone_mark", &models::Track::histone_mark},
        {"assay", &models::Track::assay_title},
        {"ontology", &models::Track::ontology_curie}};
    const auto found = kFields.find(field);
    if (found == kFields.end()) {
        throw Error(ErrorKind::kInput,
                    "fields: \"" + field + "\" is no field of a track",
                    "expected name, biosample, factor, histone_mark, assay or ontology");
    }
    track.*(found->second) = value;
}

/// Rows of one BED-like file, one track for each combination of the `split_by` columns.
class PeakFile {
  public:
    PeakFile(const TrackSource& source, const seq::ReferenceSource& reference)
        : source_(source), placing_(source.file, reference), rows_(source.file, names(source)) {
        check_roles(source, {"chrom", "start", "end", "strand", "summit"});
    }

    std::vector<LabelTrack> read() {
        while (rows_.next()) {
            if (!rows_.matches(source_.where) || !right_strand()) {
                continue;
            }
            add_row();
        }
        placing_.finish();
        if (outside_ > 0) {
            core::log(core::LogLevel::kWarning,
                      source_.file + ": " + std::to_string(outside_) +
                          " summits outside their peaks; these peaks' middles count instead");
        }
        std::vector<LabelTrack> tracks;
        for (auto& [key, track] : tracks_) {
            track.labels.merge();
            track.touched.merge();
            tracks.push_back(std::move(track));
        }
        return tracks;
    }

  private:
    static std::vector<std::string> names(const TrackSource& source) {
        std::vector<std::string> names{
            column(source, "chrom"), column(source, "start"), column(source, "end")};
        if (source.track.strand != '.') {
            names.push_back(column(source, "strand"));
        }
        if (source.summit_half_width > 0 && source.columns.contains("summit")) {
            names.push_back(column(source, "summit"));
        }
        names.insert(names.end(), source.split_by.begin(), source.split_by.end());
        for (const auto& [field, name] : source.fields) {
            names.push_back(name);
        }
        for (const auto& [name, text] : source.where) {
            names.push_back(name);
        }
        return names;
    }

    [[nodiscard]] bool right_strand() const {
        return source_.track.strand == '.' ||
               rows_.field(column(source_, "strand")) == std::string_view(&source_.track.strand, 1);
    }

    LabelTrack& track_of_row() {
        std::string key;
        for (const std::string& name : source_.split_by) {
            key.append(key.empty() ? "" : " ").append(rows_.field(name));
        }
        auto found = tracks_.find(key);
        if (found == tracks_.end()) {
            LabelTrack track{
                source_.kind, source_.track, source_.resolutions, source_.weight, {}, {}, {}};
            if (!key.empty()) {
                track.track.name.append(track.track.name.empty() ? "" : " ").append(key);
            }
            for (const auto& [field, name] : source_.fields) {
                set_field(track.track, field, std::string(rows_.field(name)));
            }
            found = tracks_.emplace(key, std::move(track)).first;
        }
        return found->second;
    }

    void add_row() {
        const std::string contig(rows_.field(column(source_, "chrom")));
        const std::int64_t start = rows_.position(column(source_, "start"));
        const std::int64_t end = rows_.position(column(source_, "end"));
        if (end <= start) {
            rows_.refuse("the interval ends before it starts");
        }
        LabelTrack& track = track_of_row();
        const auto name = placing_.place(contig);
        if (!name) {
            return;
        }
        if (end > placing_.length(*name)) {
            rows_.refuse("ends behind the last base of " + *name + ": another genome build?");
        }
        track.touched.add(*name, {start, end});
        track.labels.add(*name, core(start, end));
    }

    [[nodiscard]] LabelSpan core(std::int64_t start, std::int64_t end) {
        if (source_.summit_half_width == 0) {
            return {start, end};
        }
        const std::int64_t middle = (start + end) / 2;
        std::int64_t summit =
            source_.columns.contains("summit") ? rows_.position(column(source_, "summit")) : middle;
        if (summit < start || summit >= end) {
            ++outside_;
            summit = middle;
        }
        return {std::max(start, summit - source_.summit_half_width),
                std::min(end, summit + source_.summit_half_width)};
    }

    const TrackSource& source_;
    Placing placing_;
    RowReader rows_;
    std::map<std::string, LabelTrack> tracks_;
    std::int64_t outside_ = 0;
};

LabelTrack read_gtf_track(const TrackSource& source, const seq::ReferenceSource& reference) {
    LabelTrack track{source.kind, source.track, source.resolutions, source.weight, {}, {}, {}};
    Placing placing(source.file, reference);
    read_gtf_intervals(
        source, [&](const std::string& contig, std::int64_t start, std::int64_t end) {
            const auto name = placing.place(contig);
            if (!name) {
                return;
            }
            const std::int64_t length = placing.length(*name);
            if (end - source.half_width > length) {
                throw Error(ErrorKind::kInput,
                            source.file + ": a transcript ends behind the last base of " + *name,
                            "is this file on another genome build?");
            }
            track.labels.add(*name, {start, std::min(end, length)});
        });
    placing.finish();
    track.labels.merge();
    track.touched = track.labels;
    return track;
}

LabelTrack read_signal_track(const TrackSource& source, const seq::ReferenceSource& reference) {
    check_roles(source, {});
    LabelTrack track{source.kind, source.track, source.resolutions, source.weight, {}, {}, {}};
    Placing placing(source.file, reference);
    const auto add = [&](const std::string& contig, const LabelSpan& interval) {
        const auto name = placing.place(contig);
        if (!name) {
            return;
        }
        if (interval.end > placing.length(*name)) {
            throw Error(ErrorKind::kInput,
                        source.file + ": a value lies behind the last base of " + *name,
                        "is this file on another genome build?");
        }
        if (interval.value < 0) {
            throw Error(ErrorKind::kInput,
                        source.file + ": " + *name + ":" + std::to_string(interval.start + 1) +
                            ": a negative value is no count");
        }
        track.labels.add(*name, interval);
    };
    read_signal(source, add);
    placing.finish();
    const auto overlap = track.labels.sort();
    if (!overlap.first.empty()) {
        throw Error(ErrorKind::kInput,
                    source.file + ": two values for " + overlap.first + ":" +
                        std::to_string(overlap.second + 1));
    }
    return track;
}

LabelTrack read_sequence_track(const TrackSource& source, std::span<const SequenceTable> tables) {
    check_roles(source, {"value"});
    const auto table = std::find_if(tables.begin(), tables.end(), [&](const SequenceTable& one) {
        return one.source().name == source.file;
    });
    if (table == tables.end()) {
        throw Error(ErrorKind::kInput, "no entry of \"sequences\" is called " + source.file);
    }
    const auto column = source.columns.find("value");
    LabelTrack track{source.kind, source.track, source.resolutions, source.weight, {}, {}, {}};
    table->each_value(
        column == source.columns.end() ? "value" : column->second,
        [&](const std::string& contig, std::int64_t start, std::int64_t end, double value) {
            const double activity = source.log2_values ? std::exp2(value) : value;
            if (activity < 0) {
                throw Error(ErrorKind::kInput,
                            table->source().file + ": a negative value is no activity",
                            "\"log2_values\": true takes v as 2^v");
            }
            track.labels.add(contig, {start, end, static_cast<float>(activity)});
            track.contigs.insert(contig);
        });
    track.labels.sort();
    return track;
}

/// Where labels of files are known: outside the tables.
void keep_off(std::span<const SequenceTable> tables,
              const seq::ReferenceSource& reference,
              std::set<std::string>& known) {
    if (tables.empty() || !known.empty()) {
        return;
    }
    for (const auto& contig : reference.contigs()) {
        known.insert(contig.name);
    }
    for (const SequenceTable& table : tables) {
        for (const Split split : kSplits) {
            known.erase(table.contig(split));
        }
    }
}

int splice_class(const RowReader& rows, const std::string& type, const std::string& strand) {
    const std::string_view kind = rows.field(type);
    const std::string_view side = rows.field(strand);
    if ((kind != "donor" && kind != "acceptor") || (side != "+" && side != "-")) {
        rows.refuse("expected donor or acceptor and + or -");
    }
    return (side == "-" ? 2 : 0) + (kind == "acceptor" ? 1 : 0);
}

/// Columns chrom, start (0-based last or first exon base), type, strand.
void read_splice_table(const TrackSource& source,
                       const seq::ReferenceSource& reference,
                       TrackLabels& labels) {
    check_roles(source, {"chrom", "start", "type", "strand"});
    const auto named = [&](const char* role, const char* usual) {
        const auto found = source.columns.find(role);
        return found == source.columns.end() ? std::string(usual) : found->second;
    };
    const std::string chrom = named("chrom", "chrom");
    const std::string start = named("start", "pos0");
    const std::string type = named("type", "type");
    const std::string strand = named("strand", "strand");
    RowReader rows(source.file, {chrom, start, type, strand});
    Placing placing(source.file, reference);
    while (rows.next()) {
        const int kind = splice_class(rows, type, strand);
        const std::int64_t position = rows.position(start);
        const auto name = placing.place(rows.field(chrom));
        if (!name) {
            continue;
        }
        if (position >= placing.length(*name)) {
            rows.refuse("lies behind the last base of " + *name + ": another genome build?");
        }
        labels.splice[*name].emplace_back(position, kind);
    }
    placing.finish();
}

void read_splice_gtf(const TrackSource& source,
                     const seq::ReferenceSource& reference,
                     TrackLabels& labels) {
    Placing placing(source.file, reference);
    for (const auto& [contig, sites] : read_gtf_splice_sites(source).sites) {
        const auto name = placing.place(contig);
        for (const SpliceSite& site : sites) {
            if (name && site.position >= placing.length(*name)) {
                throw Error(ErrorKind::kInput,
                            source.file + ": an exon ends behind the last base of " + *name,
                            "is this file on another genome build?");
            }
            if (name) {
                labels.splice[*name].emplace_back(site.position,
                                                  (site.minus ? 2 : 0) + (site.donor ? 0 : 1));
            }
        }
    }
    placing.finish();
}

void read_splice_sites(const TrackSource& source,
                       const seq::ReferenceSource& reference,
                       TrackLabels& labels) {
    if (source.feature.empty()) {
        read_splice_table(source, reference, labels);
    } else {
        read_splice_gtf(source, reference, labels);
    }
    for (auto& [contig, sites] : labels.splice) {
        std::sort(sites.begin(), sites.end());
        sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
    }
    labels.has_splice = true;
    labels.splice_weight = source.weight;
}

/// By output, auxiliary ones last, else as given; channels counted.
void number_channels(TrackLabels& labels) {
    std::stable_sort(
        labels.tracks.begin(), labels.tracks.end(), [](const LabelTrack& a, const LabelTrack& b) {
            return std::pair(a.track.output, a.auxiliary) < std::pair(b.track.output, b.auxiliary);
        });
    std::set<std::pair<OutputType, std::string>> seen;
    std::map<OutputType, int> next;
    for (LabelTrack& one : labels.tracks) {
        one.track.channel = next[one.track.output]++;
        const std::string name = one.track.name + ' ' + one.track.strand;
        if (!seen.emplace(one.track.output, name).second) {
            throw Error(ErrorKind::kInput,
                        "two tracks of " + std::string(models::output_name(one.track.output)) +
                            " are called \"" + one.track.name + "\"");
        }
    }
}

double mean_above_zero(const LabelTrack& track, const std::vector<seq::Region>& regions) {
    double sum = 0;
    double bases = 0;
    for (const seq::Region& region : regions) {
        if (!track.known_on(region.contig)) {
            continue;
        }
        track.labels.each(region.contig, region.start, region.end, [&](const LabelSpan& one) {
            const std::int64_t overlap =
                std::min(one.end, region.end) - std::max(one.start, region.start);
            if (one.value > 0) {
                sum += static_cast<double>(one.value) * static_cast<double>(overlap);
                bases += static_cast<double>(overlap);
            }
        });
    }
    return bases > 0 ? sum / bases : 1;
}

}  // namespace

bool LabelTrack::has(int resolution) const {
    return std::find(resolutions.begin(), resolutions.end(), resolution) != resolutions.end();
}

models::TrackTable TrackLabels::table() const {
    std::vector<models::Track> rows;
    for (const LabelTrack& one : tracks) {
        rows.push_back(one.track);
    }
    if (has_splice) {
        constexpr std::array<std::pair<const char*, char>, models::kSpliceClasses> kClasses{
            {{"donor", '+'},
             {"acceptor", '+'},
             {"donor", '-'},
             {"acceptor", '-'},
             {"Padding", '.'}}};
        for (std::size_t i = 0; i < kClasses.size(); ++i) {
            models::Track row;
            row.output = OutputType::kSpliceSites;
            row.channel = static_cast<int>(i);
            row.name = kClasses.at(i).first;
            row.strand = kClasses.at(i).second;
            rows.push_back(std::move(row));
        }
    }
    return {std::move(rows), "tracks"};
}

models::TrackTable TrackLabels::shown_table() const {
    TrackLabels shown;
    shown.has_splice = has_splice;
    for (const LabelTrack& one : tracks) {
        if (!one.auxiliary) {
            shown.tracks.emplace_back().track = one.track;
        }
    }
    return shown.table();
}

std::int64_t TrackLabels::shown_channels(models::OutputType output) const {
    return std::count_if(tracks.begin(), tracks.end(), [&](const LabelTrack& one) {
        return one.track.output == output && !one.auxiliary;
    });
}

std::vector<std::size_t> TrackLabels::of(OutputType output) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (tracks[i].track.output == output) {
            found.push_back(i);
        }
    }
    return found;
}

namespace {

std::set<std::string> placed_contigs(const TrackSource& source,
                                     const seq::ReferenceSource& reference) {
    const seq::ContigAliases aliases = seq::aliases_of(reference);
    std::set<std::string> placed;
    for (const std::string& contig : source.contigs) {
        const auto name = aliases.find(contig);
        if (!name) {
            throw Error(ErrorKind::kInput,
                        source.file + ": contigs: the FASTA has none called " + contig);
        }
        placed.insert(*name);
    }
    return placed;
}

}  // namespace

TrackLabels read_track_labels(const TrackConfig& config,
                              const seq::ReferenceSource& reference,
                              std::span<const SequenceTable> tables) {
    TrackLabels labels;
    for (const TrackSource& source : config.tracks) {
        if (source.kind == LabelKind::kSequences) {
            labels.tracks.push_back(read_sequence_track(source, tables));
            labels.tracks.back().auxiliary = source.auxiliary;
            continue;
        }
        const std::size_t before = labels.tracks.size();
        if (source.kind == LabelKind::kSpliceSites) {
            if (labels.has_splice) {
                throw Error(ErrorKind::kInput, source.file + ": a second table of splice sites");
            }
            read_splice_sites(source, reference, labels);
        } else if (!source.feature.empty()) {
            labels.tracks.push_back(read_gtf_track(source, reference));
        } else if (source.kind == LabelKind::kPeaks) {
            auto tracks = PeakFile(source, reference).read();
            std::move(tracks.begin(), tracks.end(), std::back_inserter(labels.tracks));
        } else if (source.kind == LabelKind::kEffects) {
            labels.tracks.push_back(
                {source.kind, source.track, source.resolutions, source.weight, {}, {}, {}});
        } else {
            labels.tracks.push_back(read_signal_track(source, reference));
        }
        auto contigs = placed_contigs(source, reference);
        keep_off(tables, reference, contigs);
        for (std::size_t i = before; i < labels.tracks.size(); ++i) {
            labels.tracks[i].contigs = contigs;
            labels.tracks[i].auxiliary = source.auxiliary;
        }
    }
    number_channels(labels);
    return labels;
}

void set_track_means(TrackLabels& labels, const std::vector<seq::Region>& regions) {
    for (LabelTrack& one : labels.tracks) {
        one.track.nonzero_mean =
            one.counts() ? mean_above_zero(one, regions) : 1.0 / models::kTokenBp;
    }
}

namespace {

void fill_signal(const LabelTrack& track,
                 const std::string& contig,
                 std::int64_t start,
                 std::int64_t bins,
                 int resolution,
                 std::size_t stride,
                 float* values) {
    track.labels.each(contig, start, start + bins * resolution, [&](const LabelSpan& one) {
        std::int64_t at = std::max(one.start, start);
        const std::int64_t last = std::min(one.end, start + bins * resolution);
        while (at < last) {
            const std::int64_t bin = (at - start) / resolution;
            const std::int64_t edge = std::min(last, start + (bin + 1) * resolution);
            values[static_cast<std::size_t>(bin) * stride] +=
                one.value * static_cast<float>(edge - at);
            at = edge;
        }
    });
}

}  // namespace

void fill_labels(const LabelTrack& track,
                 const std::string& contig,
                 std::int64_t start,
                 std::int64_t bins,
                 int resolution,
                 std::size_t stride,
                 float* values,
                 float* weights) {
    if (!track.peaks()) {
        fill_signal(track, contig, start, bins, resolution, stride, values);
        return;
    }
    const std::int64_t end = start + bins * resolution;
    const auto each_bin = [&](const LabelSpan& one, auto&& visit) {
        const std::int64_t first = (std::max(one.start, start) - start) / resolution;
        const std::int64_t last = (std::min(one.end, end) - start - 1) / resolution;
        for (std::int64_t bin = first; bin <= last; ++bin) {
            const std::int64_t left = std::max(one.start, start + bin * resolution);
            const std::int64_t right = std::min(one.end, start + (bin + 1) * resolution);
            visit(static_cast<std::size_t>(bin) * stride, right - left);
        }
    };
    track.touched.each(contig, start, end, [&](const LabelSpan& one) {
        each_bin(one, [&](std::size_t at, std::int64_t) { weights[at] = 0; });
    });
    track.labels.each(contig, start, end, [&](const LabelSpan& one) {
        const std::int64_t needed = std::min<std::int64_t>(resolution, one.length());
        each_bin(one, [&](std::size_t at, std::int64_t overlap) {
            if (2 * overlap >= needed) {
                values[at] = 1;
                weights[at] = 1;
            }
        });
    });
}

std::vector<float> known_bins(const std::string& bases, int resolution) {
    const std::size_t bins = bases.size() / static_cast<std::size_t>(resolution);
    std::vector<float> known(bins);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        const auto first =
            bases.begin() + static_cast<std::ptrdiff_t>(bin * static_cast<std::size_t>(resolution));
        known[bin] = 2 * std::count(first, first + resolution, 'N') <= resolution ? 1.0F : 0.0F;
        if (resolution == 1) {
            known[bin] = *first == 'N' ? 0.0F : 1.0F;
        }
    }
    return known;
}

}  // namespace varhush::train
