#include "apps/sidesign/targets.hpp"

#include "apps/siindex/transcript_source.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/sirna/accession.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::DesignTarget;
using sirna::GenomePlacement;
using sirna::TranscriptRecord;
using sirna::without_version;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return text;
}

std::size_t edit_distance(const std::string& one, const std::string& other) {
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j < row.size(); ++j) {
            const std::size_t changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

/// What was asked for by name, and which of it was found.
class Wanted {
  public:
    explicit Wanted(const TargetOptions& options)
        : genes_(options.genes.begin(), options.genes.end()),
          transcripts_(options.transcripts.begin(), options.transcripts.end()) {}

    [[nodiscard]] bool everything() const { return genes_.empty() && transcripts_.empty(); }

    /// Whether a transcript is wanted; notes what was found.
    bool takes(const std::string& transcript, const std::string& gene_id, const std::string& gene) {
        bool taken = everything();
        for (const std::string& name : genes_) {
            if (!name.empty() && (name == gene || name == gene_id ||
                                  without_version(name) == without_version(gene_id))) {
                found_.insert(name);
                taken = true;
            }
        }
        for (const std::string& name : transcripts_) {
            if (name == transcript || without_version(name) == without_version(transcript)) {
                found_.insert(name);
                taken = true;
            }
        }
        known_.insert(gene.empty() ? gene_id : gene);
        known_transcripts_.insert(transcript);
        return taken;
    }

    [[nodiscard]] bool as_gene(const std::string& gene_id, const std::string& gene) const {
        return std::any_of(genes_.begin(), genes_.end(), [&](const std::string& name) {
            return name == gene || name == gene_id ||
                   without_version(name) == without_version(gene_id);
        });
    }

    /// @throws Error{kInput} for what is missing in `where`.
    void require_all(const std::string& where) const {
        for (const auto& [names, known, what] :
             {std::tie(genes_, known_, kGene),
              std::tie(transcripts_, known_transcripts_, kTranscript)}) {
            for (const std::string& name : names) {
                if (!found_.contains(name)) {
                    missing(name, what, known, where);
                }
            }
        }
    }

  private:
    [[noreturn]] static void missing(const std::string& name,
                                     const std::string& what,
                                     const std::set<std::string>& known,
                                     const std::string& where) {
        std::string hint;
        for (const std::string& near : near_names(name, {known.begin(), known.end()})) {
            hint.append(hint.empty() ? "did you mean " : ", ").append(near);
        }
        throw Error(
            ErrorKind::kInput,
            where + " has no " + what + " '" + name + "' among " + std::to_string(known.size()),
            hint.empty() ? hint : hint + "?");
    }

    inline static const std::string kGene = "gene";
    inline static const std::string kTranscript = "transcript";
    std::set<std::string> genes_;
    std::set<std::string> transcripts_;
    std::set<std::string> found_;
    std::set<std::string> known_;
    std::set<std::string> known_transcripts_;
};

/// "101-200", 1-based and closed, as 0-based half-open.
std::pair<std::size_t, std::size_t> parse_range(const std::string& text, const char* option) {
    std::size_t first = 0;
    std::size_t last = 0;
    const char* const end = text.data() + text.size();
    const auto one = std::from_chars(text.data(), end, first);
    const bool dash = one.ec == std::errc() && one.ptr != end && *one.ptr == '-';
    const auto two = dash ? std::from_chars(one.ptr + 1, end, last) : one;
    if (!dash || two.ec != std::errc() || two.ptr != end || first == 0 || last < first) {
        throw Error(ErrorKind::kUsage,
                    std::string(option) + ": '" + text + "' is no range",
                    "e.g. 101-250: first and last base, counted from 1");
    }
    return {first - 1, last};
}

/// Collects targets, whatever they come from.
class TargetLoader {
  public:
    TargetLoader(const SidesignOptions& options,
                 const sirna::OffTargetIndex* index,
                 sirna::DesignInput& input)
        : options_(options.target),
          length_(options.design.length),
          index_(index),
          input_(input),
          wanted_(options.target) {}

    void load();

  private:
    void read_fasta();
    void splice();
    void look_up();
    void take(const TranscriptRecord& record, const std::optional<GenomePlacement>& place);
    void make_circles();
    void set_region();
    void group();

    const TargetOptions& options_;
    std::size_t length_;
    const sirna::OffTargetIndex* index_;
    sirna::DesignInput& input_;
    Wanted wanted_;
    std::set<std::string> names_;
    std::vector<std::string> gene_ids_;  ///< of the targets
};

void TargetLoader::take(const TranscriptRecord& record,
                        const std::optional<GenomePlacement>& place) {
    if (!wanted_.takes(record.name, record.gene_id, record.gene_name)) {
        return;
    }
    if (!names_.insert(record.name).second) {
        throw Error(ErrorKind::kInput,
                    "two targets are called '" + record.name + "'",
                    "names must differ: they are all that tells the results apart");
    }
    DesignTarget target;
    target.profile.name = record.name;
    target.profile.gene = record.gene_name.empty() ? record.gene_id : record.gene_name;
    target.profile.species = record.species;
    target.profile.rna = sirna::to_rna(record.bases);
    for (char& base : target.profile.rna) {
        if (!sirna::is_rna(std::string_view(&base, 1))) {
            base = 'N';
        }
    }
    if (record.cds) {
        target.profile.cds_start = record.cds->start;
        target.profile.cds_end = record.cds->end;
    }
    target.profile.region_end = target.profile.rna.size();
    target.placement = place;
    input_.targets.push_back(std::move(target));
    gene_ids_.push_back(record.gene_id);
}

void TargetLoader::read_fasta() {
    std::optional<GeneAnnotation> annotation;
    if (!options_.gtf.empty()) {
        annotation.emplace(options_.gtf);
    }
    std::unordered_set<std::string> seen;
    SourceCounts counts;
    for (const std::string& path : options_.fasta) {
        read_transcript_fasta(
            path,
            "",
            annotation ? &*annotation : nullptr,
            seen,
            counts,
            [&](const TranscriptRecord& record, const auto& place) { take(record, place); });
    }
    wanted_.require_all(options_.fasta.front());
    if (counts.without_model + counts.other_length > 0) {
        core::log(core::LogLevel::kWarning,
                  options_.gtf + ": " + std::to_string(counts.without_model) +
                      " targets are not in it, " + std::to_string(counts.other_length) +
                      " have another length there; their places on the genome are not known");
    }
}

void TargetLoader::splice() {
    const GeneAnnotation annotation(options_.gtf);
    const io::FastaReader genome(options_.genome);
    // Only what is wanted is spliced: all other names count as seen.
    std::unordered_set<std::string> others;
    std::unordered_set<std::string> wanted;  // RefSeq gives several genes' transcripts one name
    for (const seq::Transcript& model : annotation.transcripts()) {
        const bool taken = wanted_.takes(model.id, model.gene_id, model.gene_name);
        (taken ? wanted : others).insert(model.id);
    }
    std::erase_if(others, [&](const std::string& name) { return wanted.contains(name); });
    wanted_.require_all(options_.gtf);
    SourceCounts counts;
    splice_transcripts(
        annotation,
        genome,
        "",
        others,
        counts,
        [&](const TranscriptRecord& record, const auto& place) { take(record, place); });
    if (input_.targets.empty() && counts.no_contig > 0) {
        throw Error(ErrorKind::kInput,
                    "the contigs of the wanted transcripts are not in " + options_.genome,
                    "are " + options_.gtf + " and the genome of the same assembly?");
    }
}

void TargetLoader::look_up() {
    std::optional<GeneAnnotation> annotation;
    if (!options_.gtf.empty()) {
        annotation.emplace(options_.gtf);
    }
    for (std::uint32_t i = 0; i < index_->transcripts().size(); ++i) {
        const sirna::IndexedTranscript& transcript = index_->transcripts()[i];
        const sirna::IndexedGene& gene = index_->genes()[transcript.gene];
        if (!wanted_.takes(transcript.name, gene.id, gene.name)) {
            continue;
        }
        TranscriptRecord record;
        record.name = transcript.name;
        record.gene_id = gene.id;
        record.gene_name = gene.name;
        record.species = index_->species().empty() ? "" : index_->species()[gene.species];
        record.cds = transcript.cds;
        record.bases = index_->sequence(i);
        std::optional<GenomePlacement> place;
        if (annotation) {
            const seq::Transcript* const model = annotation->find(transcript.name);
            if (model != nullptr && !model->exons.empty()) {
                GenomePlacement found(model->contig, model->strand, model->exons);
                if (found.size() == record.bases.size()) {
                    place = std::move(found);
                }
            }
        }
        take(record, place);
    }
    wanted_.require_all(options_.index);
}

void TargetLoader::make_circles() {
    const auto [first, end] = parse_range(options_.back_splice, "--back-splice");
    for (DesignTarget& target : input_.targets) {
        target = sirna::circularise(target, first, end, 2 * length_);
    }
}

void TargetLoader::set_region() {
    const std::size_t colon = options_.region.rfind(':');
    const std::string name = colon == std::string::npos ? "" : options_.region.substr(0, colon);
    const auto [first, end] = parse_range(
        colon == std::string::npos ? options_.region : options_.region.substr(colon + 1),
        "--region");
    if (name.empty() && input_.targets.size() > 1) {
        throw Error(ErrorKind::kUsage,
                    "--region: there are " + std::to_string(input_.targets.size()) + " targets",
                    "say which: --region NAME:FROM-TO");
    }
    std::vector<DesignTarget> kept;
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < input_.targets.size(); ++i) {
        DesignTarget& target = input_.targets[i];
        if (!name.empty() && target.profile.name != name) {
            continue;
        }
        if (end > target.profile.rna.size()) {
            throw Error(ErrorKind::kInput,
                        "--region " + options_.region + ": " + target.profile.name + " has " +
                            std::to_string(target.profile.rna.size()) + " bases");
        }
        target.profile.region_start = first;
        target.profile.region_end = end;
        ids.push_back(gene_ids_[i]);
        kept.push_back(std::move(target));
    }
    if (kept.empty()) {
        throw Error(ErrorKind::kUsage, "--region: there is no target '" + name + "'");
    }
    input_.targets = std::move(kept);
    gene_ids_ = std::move(ids);
}

void TargetLoader::group() {
    std::map<std::string, std::size_t> units;
    for (std::size_t i = 0; i < input_.targets.size(); ++i) {
        const sirna::TargetProfile& profile = input_.targets[i].profile;
        const std::string& id = gene_ids_[i];
        // Asked for by the transcript's name, each stands alone.
        const bool by_gene = options_.transcripts.empty() || wanted_.as_gene(id, profile.gene);
        std::string key = options_.one_gene;
        std::string name = options_.one_gene;
        if (key.empty()) {
            const bool alone = !by_gene || id.empty() || id == profile.name;
            key = alone ? "\t" + profile.name : id;
            name = alone ? profile.name : profile.gene;
        }
        const auto [found, fresh] = units.emplace(key, input_.units.size());
        if (fresh) {
            // Ids of guides come from the name, so two genes of one symbol need their identifiers.
            const bool taken = std::any_of(input_.units.begin(),
                                           input_.units.end(),
                                           [&](const auto& unit) { return unit.name == name; });
            if (taken) {
                name.append("_").append(id);
            }
            input_.units.push_back({name, {}, options_.one_gene.empty() ? id : options_.one_gene});
        }
        input_.units[found->second].targets.push_back(i);
    }
}

void TargetLoader::load() {
    if (!options_.fasta.empty()) {
        read_fasta();
    } else if (!options_.genome.empty()) {
        splice();
    } else {
        look_up();
    }
    if (input_.targets.empty()) {
        throw Error(ErrorKind::kInput, "there is no target sequence");
    }
    if (!options_.back_splice.empty()) {
        make_circles();
    }
    if (!options_.region.empty()) {
        set_region();
    }
    group();
}

}  // namespace

std::vector<std::string> near_names(const std::string& name,
                                    const std::vector<std::string>& known) {
    std::vector<std::pair<std::size_t, std::string>> near;
    const std::string wanted = lower(name);
    for (const std::string& one : known) {
        constexpr std::size_t kFar = 3;
        const std::size_t shorter = std::min(one.size(), wanted.size());
        if (std::max(one.size(), wanted.size()) - shorter < kFar) {
            const std::size_t distance = edit_distance(wanted, lower(one));
            if (distance < std::min(kFar, wanted.size())) {
                near.emplace_back(distance, one);
            }
        }
    }
    std::sort(near.begin(), near.end());
    near.resize(std::min<std::size_t>(near.size(), 3));
    std::vector<std::string> names;
    names.reserve(near.size());
    for (auto& [distance, one] : near) {
        names.push_back(std::move(one));
    }
    return names;
}

void load_targets(const SidesignOptions& options,
                  const sirna::OffTargetIndex* index,
                  sirna::DesignInput& input) {
    TargetLoader(options, index, input).load();
    const auto& rule = options.design.isoforms;
    for (const std::string& name : rule) {
        const bool word = name == "all" || name == "any";
        const bool known =
            std::any_of(input.targets.begin(), input.targets.end(), [&](const auto& target) {
                return target.profile.name == name;
            });
        if ((word && rule.size() > 1) || (!word && !known)) {
            throw Error(ErrorKind::kUsage,
                        "--isoforms: " + (word ? "'" + name + "' stands alone"
                                               : "there is no target '" + name + "'"));
        }
    }
}

}  // namespace varhush::apps
