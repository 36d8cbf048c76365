#include "scorer_fixture.hpp"

#include "test_paths.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace varhush::scoring::test {

namespace {

using models::OutputType;

models::TrackTable read_tracks(const nlohmann::json& metadata) {
    std::vector<models::Track> tracks;
    for (const auto& [output, rows] : metadata.items()) {
        int channel = 0;
        for (const auto& row : rows) {
            models::Track track;
            track.output = *models::find_output_type(output);
            track.channel = channel++;
            track.name = row.value("name", "");
            track.strand = row.value("strand", ".").front();
            track.assay_title = row.value("Assay title", "");
            track.ontology_curie = row.value("ontology_curie", "");
            track.biosample_name = row.value("biosample_name", "");
            track.biosample_type = row.value("biosample_type", "");
            track.histone_mark = row.value("histone_mark", "");
            track.gtex_tissue = row.value("gtex_tissue", "");
            tracks.push_back(std::move(track));
        }
    }
    return models::TrackTable(std::move(tracks), "scorers_cases.json");
}

std::vector<float> columns(std::span<const float> values,
                           std::int64_t width,
                           models::PositionRange rows,
                           const std::vector<std::int32_t>& channels) {
    std::vector<float> result;
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
        for (const std::int32_t channel : channels) {
            result.push_back(values[static_cast<std::size_t>(row * width + channel)]);
        }
    }
    return result;
}

/// `range` in pieces: whole, or cut at random.
std::vector<models::PositionRange> cut(models::PositionRange range, std::mt19937* random) {
    std::vector<models::PositionRange> pieces;
    while (range.begin < range.end) {
        const auto most = static_cast<std::uint64_t>(range.size());
        const auto size =
            random == nullptr ? most : 1 + (*random)() % std::min<std::uint64_t>(most, 700);
        const std::int64_t end = range.begin + static_cast<std::int64_t>(size);
        pieces.push_back({range.begin, end});
        range.begin = end;
    }
    return pieces;
}

}  // namespace

std::string scorer_file(const std::string& name) {
    return std::string(VARHUSH_TEST_DATA) + "/alphagenome/scorers/" + name;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::vector<double> numbers(const nn::SafeTensors& file, const std::string& key) {
    const nn::SafeTensors::Entry& entry = file.entries().at(key);
    std::vector<double> values;
    const auto read = [&]<class T>(T) {
        for (std::size_t i = 0; i < entry.bytes.size(); i += sizeof(T)) {
            T value{};
            std::memcpy(&value, entry.bytes.data() + i, sizeof(T));
            values.push_back(static_cast<double>(value));
        }
    };
    if (entry.dtype == "F32") {
        read(float{});
    } else if (entry.dtype == "I32") {
        read(std::int32_t{});
    } else {
        read(std::uint8_t{});
    }
    return values;
}

std::vector<float> floats(const nn::SafeTensors& file, const std::string& key) {
    return file.read_f32(key, file.entries().at(key).shape);
}

ScoredVariant parse_variant(const std::string& text) {
    const auto parts = split(text, ':');
    const auto alleles = split(parts[2], '>');
    return {parts[0], std::stoll(parts[1]) - 1, alleles[0], alleles[1]};
}

ScoreWindow parse_window(const std::string& text) {
    const auto parts = split(text, ':');
    const auto ends = split(parts[1], '-');
    return {parts[0], std::stoll(ends[0]), std::stoll(ends[1]), parts[2].front()};
}

std::vector<seq::Transcript> read_genes() {
    std::vector<seq::Transcript> transcripts;
    for (const std::string& line : split(read_text(scorer_file("scorers_genes.tsv")), '\n')) {
        const auto fields = split(line, '\t');
        if (fields.size() < 10) {
            continue;
        }
        const seq::Interval span{std::atoll(fields[2].c_str()), std::atoll(fields[3].c_str())};
        if (fields[1] == "transcript") {
            seq::Transcript& transcript = transcripts.emplace_back();
            transcript.contig = fields[0];
            transcript.span = span;
            transcript.strand = fields[4].front();
            transcript.gene_id = fields[5];
            transcript.gene_name = fields[6];
            transcript.gene_biotype = fields[7];
            transcript.id = fields[8];
            transcript.biotype = fields[9];
        } else if (fields[1] == "exon") {
            transcripts.back().exons.push_back(span);
        }
    }
    return transcripts;
}

ScorerFixture::ScorerFixture()
    : inputs(nn::SafeTensors::open(scorer_file("scorers_inputs.safetensors"))),
      expected(nn::SafeTensors::open(scorer_file("scorers_expected.safetensors"))),
      cases(nlohmann::json::parse(read_text(scorer_file("scorers_cases.json")))),
      window(parse_window(cases.at("interval"))),
      tracks(read_tracks(cases.at("metadata"))),
      selection(select_tracks(tracks, TrackFilter(), {})),
      models(read_genes()),
      genes(models),
      pas(PasTable::from_tsv(read_text(scorer_file("scorers_pas.tsv")), "scorers_pas.tsv")) {
    context.tracks = &tracks;
    context.selection = &selection;
    context.genes = &genes;
    context.pas = &pas;
    for (const auto& [key, entry] : inputs.entries()) {
        const auto parts = split(key, '/');
        if (parts[0] == "ref" || parts[0] == "alt") {
            auto& side = parts[0] == "ref" ? ref : alt;
            side[*models::find_output_type(parts[1])] = floats(inputs, key);
        }
    }
    for (const auto& [name, value] : cases.items()) {
        if (value.is_object() && value.contains("variant")) {
            variants.push_back(name);
        }
    }
}

ScoredVariant ScorerFixture::variant(const std::string& name) const {
    return parse_variant(cases.at(name).at("variant"));
}

models::SpliceSiteRows ScorerFixture::junction_sites() const {
    const auto positions = numbers(inputs, "junction/positions");
    models::SpliceSiteRows rows;
    const std::size_t width = positions.size() / rows.size();
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (positions[i] >= 0) {
            rows[i / width].push_back(static_cast<std::int64_t>(positions[i]));
        }
    }
    return rows;
}

void ScorerFixture::feed(VariantScorer& scorer,
                         const ScoredVariant& change,
                         std::mt19937* random) const {
    for (std::size_t index = 0; index < scorer.needs().size(); ++index) {
        const TrackNeed& need = scorer.needs()[index];
        const auto width = static_cast<std::int64_t>(tracks.tracks(need.output).size());
        const auto alignment = need.aligned
                                   ? IndelAlignment::make(window, change, need.resolution_bp)
                                   : IndelAlignment(window.width() / need.resolution_bp);
        for (const models::PositionRange& range : need.bins) {
            for (const models::PositionRange& piece : cut(range, random)) {
                const std::vector<models::PositionRange> bins{piece};
                std::vector<float> rows;
                for (const models::PositionRange& part : alignment->alt_bins(bins)) {
                    const auto more = columns(alt.at(need.output), width, part, need.channels);
                    rows.insert(rows.end(), more.begin(), more.end());
                }
                const auto aligned =
                    alignment->align(bins, rows, static_cast<int>(need.channels.size()));
                const auto reference = columns(ref.at(need.output), width, piece, need.channels);
                scorer.consume(index,
                               {need.output, piece.begin, piece.size(), reference},
                               {need.output, piece.begin, piece.size(), aligned});
            }
        }
    }
    if (const auto contact = scorer.contact()) {
        const auto width =
            static_cast<std::int64_t>(tracks.tracks(OutputType::kContactMaps).size());
        const std::int64_t bins = window.width() / models::kPairBp;
        const auto column = [&](const std::vector<float>& values) {
            std::vector<float> result;
            for (std::int64_t row = 0; row < bins; ++row) {
                const std::int64_t cell = row * bins + contact->column;
                const auto more = columns(values, width, {cell, cell + 1}, contact->channels);
                result.insert(result.end(), more.begin(), more.end());
            }
            return result;
        };
        scorer.consume_contacts(column(ref.at(OutputType::kContactMaps)),
                                column(alt.at(OutputType::kContactMaps)));
    }
}

ScoreTable ScorerFixture::score(const ScorerSpec& spec,
                                const ScoredVariant& change,
                                std::mt19937* random) const {
    const auto scorer = make_scorer(spec, context, window, change);
    feed(*scorer, change, random);
    return scorer->finish();
}

std::string difference(const std::vector<double>& found,
                       const std::vector<double>& wanted,
                       const std::vector<double>& rounding) {
    if (found.size() != wanted.size()) {
        return std::to_string(found.size()) + " values instead of " + std::to_string(wanted.size());
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        const bool both_nan = std::isnan(found[i]) && std::isnan(wanted[i]);
        const double allowed =
            2e-5 * std::fabs(wanted[i]) + 2e-6 + (rounding.empty() ? 0 : rounding[i]);
        if (!both_nan && !(std::fabs(found[i] - wanted[i]) <= allowed)) {
            return "value " + std::to_string(i) + " is " + std::to_string(found[i]) +
                   " instead of " + std::to_string(wanted[i]);
        }
    }
    return "";
}

}  // namespace varhush::scoring::test
