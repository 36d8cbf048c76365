#include "apps/count/feature_reader.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace varhush::apps {

namespace {

using count::Feature;

/// Finds contigs of the reads under the names of another file.
class ReadContigs {
  public:
    explicit ReadContigs(const std::vector<io::AlignmentReader::Contig>& contigs) {
        std::vector<std::string> names;
        for (const auto& contig : contigs) {
            ids_.emplace(contig.name, static_cast<int>(names.size()));
            names.push_back(contig.name);
        }
        aliases_ = seq::ContigAliases(names);
    }

    /// -1 when the reads do not have it.
    int find(const std::string& name) {
        const auto known = aliases_.find(name);
        ++(known ? found_ : lacking_);
        if (!known) {
            lacking_name_ = name;
            return -1;
        }
        return ids_.at(*known);
    }
    void report(const std::string& path, const std::string& what) const {
        if (found_ == 0) {
            throw Error(ErrorKind::kInput,
                        path + " and the reads have no contig in common: '" + lacking_name_ + "'");
        }
        if (lacking_ > 0) {
            core::log(core::LogLevel::kWarning,
                      path + ": " + std::to_string(lacking_) + " " + what +
                          " on contigs that the reads do not have, such as " + lacking_name_);
        }
    }

  private:
    std::unordered_map<std::string, int> ids_;
    seq::ContigAliases aliases_;
    std::int64_t found_ = 0;
    std::int64_t lacking_ = 0;
    std::string lacking_name_;
};

std::vector<Feature> read_genes(const std::string& path, bool introns, ReadContigs& contigs) {
    const seq::GeneModels models = io::read_gtf_or_gff3(path);
    std::map<std::pair<std::string, std::string>, std::size_t> numbers;
    std::vector<Feature> genes;
    for (const seq::Transcript& transcript : models.transcripts()) {
        const std::string& id =
            transcript.gene_id.empty() ? transcript.gene_name : transcript.gene_id;
        const auto [found, is_new] =
            numbers.try_emplace(std::pair(id, transcript.contig), genes.size());
        if (is_new) {
            genes.push_back({id, transcript.gene_name, contigs.find(transcript.contig), {}});
        }
        auto& parts = genes[found->second].parts;
        if (introns) {
            parts.push_back({transcript.span.start, transcript.span.end});
            continue;
        }
        for (const seq::Interval& exon : transcript.exons) {
            parts.push_back({exon.start, exon.end});
        }
    }
    contigs.report(path, "genes");
    return genes;
}

std::int64_t coordinate(std::string_view text, const io::TextReader& reader) {
    std::int64_t value = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": not a coordinate: " + std::string(text.substr(0, 40)),
                    "a BED has a contig, a start (0-based) and an end, separated by tabs");
    }
    return value;
}

std::vector<Feature> read_peaks(const std::string& path, ReadContigs& contigs) {
    io::TextReader reader(path);
    std::vector<Feature> peaks;
    std::string line;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        if (line.empty() || line.front() == '#' || line.starts_with("track") ||
            line.starts_with("browser")) {
            continue;
        }
        const auto fields = io::split_tabs(line);
        if (fields.size() < 3) {
            throw Error(ErrorKind::kInput,
                        reader.where() + ": " + std::to_string(fields.size()) + " columns of 3",
                        "a BED has a contig, a start (0-based) and an end, separated by tabs");
        }
        const std::int64_t start = coordinate(fields[1], reader);
        const std::int64_t end = coordinate(fields[2], reader);
        if (end < start) {
            throw Error(ErrorKind::kInput, reader.where() + ": the end lies before the start");
        }
        const std::string contig(fields[0]);
        const std::string name(fields.size() > 3 && !fields[3].empty() ? fields[3] : ".");
        const std::string id = contig + ":" + std::to_string(start + 1) + "-" + std::to_string(end);
        peaks.push_back({id, name, contigs.find(contig), {{start, end}}});
    }
    if (peaks.empty()) {
        throw Error(ErrorKind::kInput, path + " has no regions");
    }
    contigs.report(path, "regions");
    return peaks;
}

}  // namespace

std::optional<count::FeatureIndex> read_features(
    const CountCommandOptions& options, const std::vector<io::AlignmentReader::Contig>& contigs) {
    ReadContigs known(contigs);
    if (!options.gtf.empty()) {
        return count::FeatureIndex(read_genes(options.gtf, options.introns, known));
    }
    if (!options.peaks.empty()) {
        return count::FeatureIndex(read_peaks(options.peaks, known));
    }
    return std::nullopt;
}

}  // namespace varhush::apps
