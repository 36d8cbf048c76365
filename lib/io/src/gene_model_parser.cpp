#include "gene_model_parser.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace varhush::io {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

/// `key=value` before any quote is GFF3, `key "value"` GTF.
bool looks_like_gff3(std::string_view attributes) {
    const std::size_t place = attributes.find_first_of("=\"");
    return place == std::string_view::npos ? attributes == "." : attributes[place] == '=';
}

std::string gene_key(const seq::Transcript& transcript) {
    const std::string& gene =
        transcript.gene_id.empty() ? transcript.gene_name : transcript.gene_id;
    return gene.empty() ? transcript.contig + "\t\t" + transcript.id
                        : transcript.contig + '\t' + gene;
}

}  // namespace

GeneModelParser::GeneModelParser(std::string name) : position_{std::move(name), 0} {}

void GeneModelParser::add(std::string_view line) {
    ++position_.line;
    if (at_sequence_ || line.empty()) {
        return;
    }
    if (line.front() == '#') {
        if (!dialect_ && starts_with(line, "##gff-version") &&
            line.find('3') != std::string_view::npos) {
            dialect_ = make_gff3_dialect();
        }
        at_sequence_ = starts_with(line, "##FASTA");
        return;
    }
    if (line.front() == '>') {
        at_sequence_ = true;
        return;
    }
    const GeneLine fields = parse_gene_line(line, position_);
    if (!dialect_) {
        dialect_ = looks_like_gff3(fields.attributes) ? make_gff3_dialect() : make_gtf_dialect();
    }
    dialect_->add(fields, position_);
}

seq::GeneModels GeneModelParser::finish() {
    std::vector<seq::Transcript> transcripts;
    if (dialect_) {
        transcripts = dialect_->finish(position_);
    }
    if (transcripts.empty()) {
        position_.fail("the file holds no transcript and no exon",
                       "gene models are read from GTF or GFF3 (transcript and exon lines)");
    }
    return seq::GeneModels(std::move(transcripts));
}

std::vector<seq::Transcript> settle(std::vector<DraftTranscript> drafts) {
    std::unordered_map<std::string, int> best;
    for (const DraftTranscript& draft : drafts) {
        int& rank = best[gene_key(draft.transcript)];
        rank = std::max(rank, draft.canonical_rank);
    }
    std::vector<seq::Transcript> transcripts;
    transcripts.reserve(drafts.size());
    for (DraftTranscript& draft : drafts) {
        seq::Transcript& transcript = draft.transcript;
        transcript.canonical =
            draft.canonical_rank > 0 && draft.canonical_rank == best.at(gene_key(transcript));
        if (transcript.gene_name.empty()) {
            transcript.gene_name = transcript.gene_id.empty() ? transcript.id : transcript.gene_id;
        }
        auto& exons = transcript.exons;
        std::sort(exons.begin(), exons.end(), [](const auto& a, const auto& b) {
            return std::pair(a.start, a.end) < std::pair(b.start, b.end);
        });
        exons.erase(std::unique(exons.begin(), exons.end()), exons.end());
        transcripts.push_back(std::move(transcript));
    }
    return transcripts;
}

}  // namespace varhush::io
