// GTF of GENCODE, Ensembl, RefSeq, StringTie and UCSC: transcripts are what exon and transcript
// lines name. Genes matter only for the names that transcript lines leave out.

#include "gene_model_parser.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace varhush::io {
namespace {

struct Attributes {
    std::string_view gene_id, transcript_id, gene_name, transcript_biotype, gene_biotype;
    int rank = 0;
};

Attributes read_attributes(std::string_view text, const FilePosition& position) {
    Attributes found;
    visit_gtf_attributes(text, position, [&](std::string_view key, std::string_view value) {
        if (key == "gene_id") {
            found.gene_id = value;
        } else if (key == "transcript_id") {
            found.transcript_id = value;
        } else if (key == "gene_name" || (key == "gene" && found.gene_name.empty())) {
            found.gene_name = value;
        } else if (key == "transcript_type" || key == "transcript_biotype") {
            found.transcript_biotype = value;
        } else if (key == "gene_type" || key == "gene_biotype") {
            found.gene_biotype = value;
        } else if (key == "tag") {
            found.rank = std::max(found.rank, canonical_rank(value));
        }
    });
    return found;
}

class GtfDialect final : public GeneModelDialect {
  public:
    void add(const GeneLine& line, const FilePosition& position) override {
        const bool exon = line.type == "exon";
        const bool transcript = line.type == "transcript" || line.type == "mRNA";
        // GTF leaves the stop codon out of the CDS.
        if (line.type == "CDS" || line.type == "stop_codon") {
            const Attributes attributes = read_attributes(line.attributes, position);
            seq::widen(coding_[key_of(attributes)], line.span);
            return;
        }
        if (line.type != "gene" && !exon && !transcript) {
            return;
        }
        const Attributes attributes = read_attributes(line.attributes, position);
        if (!exon && !transcript) {
            genes_.emplace(
                attributes.gene_id,
                Gene{std::string(attributes.gene_name), std::string(attributes.gene_biotype)});
            return;
        }
        if (attributes.transcript_id.empty()) {
            position.fail("the " + std::string(line.type) + " has no transcript_id",
                          "GTF attributes are written as key \"value\";");
        }
        DraftTranscript& draft = find(line, attributes, position);
        seq::Transcript& model = draft.transcript;
        model.span = {std::min(model.span.start, line.span.start),
                      std::max(model.span.end, line.span.end)};
        if (exon) {
            model.exons.push_back(line.span);
        }
        if (model.gene_name.empty()) {
            model.gene_name = attributes.gene_name;
        }
        if (model.biotype.empty()) {
            model.biotype = attributes.transcript_biotype.empty() ? attributes.gene_biotype
                                                                  : attributes.transcript_biotype;
        }
        if (model.gene_biotype.empty()) {
            model.gene_biotype = attributes.gene_biotype;
        }
        draft.canonical_rank = std::max(draft.canonical_rank, attributes.rank);
    }

    std::vector<seq::Transcript> finish(const FilePosition&) override {
        for (const auto& [key, number] : by_key_) {
            if (const auto coding = coding_.find(key); coding != coding_.end()) {
                drafts_[number].transcript.cds = coding->second;
            }
        }
        for (DraftTranscript& draft : drafts_) {
            const auto gene = genes_.find(draft.transcript.gene_id);
            if (gene == genes_.end()) {
                continue;
            }
            if (draft.transcript.gene_name.empty()) {
                draft.transcript.gene_name = gene->second.name;
            }
            if (draft.transcript.biotype.empty()) {
                draft.transcript.biotype = gene->second.biotype;
            }
            if (draft.transcript.gene_biotype.empty()) {
                draft.transcript.gene_biotype = gene->second.biotype;
            }
        }
        return settle(std::move(drafts_));
    }

  private:
    struct Gene {
        std::string name, biotype;
    };

    /// RefSeq calls many transcripts of one file "unknown_transcript_1", so the gene is part of the
    /// key.
    static std::string key_of(const Attributes& attributes) {
        std::string key(attributes.gene_id);
        key.append(1, '\t').append(attributes.transcript_id);
        return key;
    }

    /// The transcript of a line, made when it is new.
    DraftTranscript& find(const GeneLine& line,
                          const Attributes& attributes,
                          const FilePosition& position) {
        const auto [place, fresh] = by_key_.emplace(key_of(attributes), drafts_.size());
        if (fresh) {
            seq::Transcript model;
            model.id = attributes.transcript_id;
            model.gene_id = attributes.gene_id;
            model.contig = line.contig;
            model.strand = require_strand(line.strand, "the transcript", position);
            model.span = line.span;
            drafts_.push_back({std::move(model), 0});
            return drafts_.back();
        }
        DraftTranscript& draft = drafts_[place->second];
        if (draft.transcript.contig != line.contig || draft.transcript.strand != line.strand) {
            position.fail("transcript " + draft.transcript.id + " lies on " +
                              draft.transcript.contig + draft.transcript.strand + " above and on " +
                              std::string(line.contig) + line.strand + " here",
                          "a transcript identifier may be used once in a gene");
        }
        return draft;
    }

    std::vector<DraftTranscript> drafts_;
    std::unordered_map<std::string, std::size_t> by_key_;
    std::unordered_map<std::string, Gene> genes_;
    std::unordered_map<std::string, std::optional<seq::Interval>> coding_;
};

}  // namespace

std::unique_ptr<GeneModelDialect> make_gtf_dialect() {
    return std::make_unique<GtfDialect>();
}

}  // namespace varhush::io
