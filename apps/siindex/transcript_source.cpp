#include "apps/siindex/transcript_source.hpp"

#include "apps/siindex/fasta_header.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/sirna/accession.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::GenomePlacement;
using sirna::TranscriptRecord;

/// Exons that overlap or touch become one, as they are one stretch of the transcript.
std::optional<GenomePlacement> place_of(const seq::Transcript& model) {
    std::vector<seq::Interval> exons;
    for (const seq::Interval& exon : model.exons) {
        if (!exons.empty() && exon.start <= exons.back().end) {
            exons.back().end = std::max(exons.back().end, exon.end);
        } else {
            exons.push_back(exon);
        }
    }
    if (exons.empty()) {
        return std::nullopt;
    }
    return GenomePlacement(model.contig, model.strand, std::move(exons));
}

std::optional<sirna::Stretch> coding_stretch(const seq::Transcript& model,
                                             const GenomePlacement& place,
                                             SourceCounts& counts) {
    if (!model.cds) {
        return std::nullopt;
    }
    auto first = place.to_transcript(model.cds->start);
    auto last = place.to_transcript(model.cds->end - 1);
    if (!first || !last) {
        ++counts.odd_cds;
        return std::nullopt;
    }
    if (*first > *last) {
        std::swap(first, last);
    }
    return sirna::Stretch{static_cast<std::uint32_t>(*first),
                          static_cast<std::uint32_t>(*last + 1)};
}

void set_gene(const seq::Transcript& model, TranscriptRecord& record) {
    record.gene_id = model.gene_id.empty() ? model.gene_name : model.gene_id;
    record.gene_name = model.gene_name;
}

/// Hands one record of a FASTA on with what the annotation knows of it.
class FastaTaker {
  public:
    FastaTaker(const std::string& path,
               const std::string& species,
               const GeneAnnotation* annotation,
               std::unordered_set<std::string>& seen,
               SourceCounts& counts,
               const TakeTranscript& take)
        : path_(path),
          species_(species),
          annotation_(annotation),
          seen_(seen),
          counts_(counts),
          take_(take) {}

    void operator()(TranscriptRecord record) {
        record.species = species_;
        if (record.cds && record.cds->end > record.bases.size()) {
            record.cds.reset();
            ++counts_.odd_cds;
        }
        std::optional<GenomePlacement> place;
        if (annotation_ != nullptr) {
            place = annotate(record);
        }
        take_(std::move(record), place);
    }

  private:
    std::optional<GenomePlacement> annotate(TranscriptRecord& record) {
        const seq::Transcript* const model = annotation_->find(record.name);
        if (model == nullptr) {
            ++counts_.without_model;
            return std::nullopt;
        }
        seen_.insert(model->id);
        set_gene(*model, record);
        auto place = place_of(*model);
        if (!place || place->size() != record.bases.size()) {
            ++counts_.other_length;
            return std::nullopt;
        }
        if (const auto cds = coding_stretch(*model, *place, counts_)) {
            record.cds = cds;
        }
        return place;
    }

    const std::string& path_;
    const std::string& species_;
    const GeneAnnotation* annotation_;
    std::unordered_set<std::string>& seen_;
    SourceCounts& counts_;
    const TakeTranscript& take_;
};

void append_bases(const std::string& line, const io::TextReader& reader, std::string& bases) {
    for (const char letter : line) {
        if (std::isalpha(static_cast<unsigned char>(letter)) == 0 && letter != '-' &&
            letter != '*') {
            throw Error(ErrorKind::kInput,
                        reader.where() + ": " + sirna::quoted(letter) + " is no base",
                        "a FASTA has a line '>name' before each sequence");
        }
    }
    bases += line;
}

}  // namespace

GeneAnnotation::GeneAnnotation(const std::string& path) : models_(io::read_gtf_or_gff3(path)) {
    for (std::size_t i = 0; i < models_.transcripts().size(); ++i) {
        by_name_[std::string(sirna::without_version(models_.transcripts()[i].id))].push_back(i);
    }
}

const seq::Transcript* GeneAnnotation::find(std::string_view name) const {
    const auto found = by_name_.find(std::string(sirna::without_version(name)));
    if (found == by_name_.end()) {
        return nullptr;
    }
    const seq::Transcript* best = nullptr;
    for (const std::size_t number : found->second) {
        const seq::Transcript& one = models_.transcripts()[number];
        if (one.id == name) {
            return &one;
        }
        best = found->second.size() == 1 ? &one : nullptr;
    }
    return best;
}

void read_transcript_fasta(const std::string& path,
                           const std::string& species,
                           const GeneAnnotation* annotation,
                           std::unordered_set<std::string>& seen,
                           SourceCounts& counts,
                           const TakeTranscript& take) {
    io::TextReader reader(path);
    FastaTaker taker(path, species, annotation, seen, counts, take);
    std::string line;
    std::optional<TranscriptRecord> record;
    const auto finish = [&] {
        if (record) {
            taker(std::move(*record));
        }
    };
    while (reader.next(line)) {
        if (line.starts_with('>')) {
            finish();
            record = parse_fasta_header(std::string_view(line).substr(1));
            if (record->name.empty()) {
                throw Error(ErrorKind::kInput, reader.where() + ": the sequence has no name");
            }
        } else if (!line.empty() && !line.starts_with(';')) {
            if (!record) {
                throw Error(ErrorKind::kInput,
                            reader.where() + ": this is no FASTA, which begins with '>name'");
            }
            append_bases(line, reader, record->bases);
        }
    }
    if (!record) {
        throw Error(ErrorKind::kInput, path + ": there is no sequence in the file");
    }
    finish();
    reader.warn_of_cut_line();
}

void splice_transcripts(const GeneAnnotation& annotation,
                        const io::FastaReader& genome,
                        const std::string& species,
                        const std::unordered_set<std::string>& seen,
                        SourceCounts& counts,
                        const TakeTranscript& take) {
    const seq::ContigAliases aliases = seq::aliases_of(genome);
    std::unordered_map<std::string, std::uint64_t> names;
    for (const seq::Transcript& model : annotation.transcripts()) {
        ++names[model.id];
    }
    for (const seq::Transcript& model : annotation.transcripts()) {
        if (seen.contains(model.id)) {
            continue;
        }
        const auto contig = aliases.find(model.contig);
        const auto place = place_of(model);
        if (!contig || !place || place->exons().front().start < 0 ||
            place->exons().back().end > genome.length_bp(*contig).value_or(0)) {
            ++counts.no_contig;
            continue;
        }
        TranscriptRecord record;
        // RefSeq gives several transcripts the name "unknown_transcript_1".
        record.name =
            names[model.id] > 1 ? model.gene_id + "/" + model.id + "/" + model.contig : model.id;
        record.species = species;
        set_gene(model, record);
        for (const seq::Interval& exon : place->exons()) {
            record.bases += genome.fetch(*contig, exon.start, exon.end);
        }
        if (model.strand == '-') {
            record.bases = seq::reverse_complement(record.bases);
        }
        record.cds = coding_stretch(model, *place, counts);
        take(std::move(record), place);
    }
}

}  // namespace varhush::apps
