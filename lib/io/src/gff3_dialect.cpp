// GFF3 of GENCODE, Ensembl and RefSeq: a tree by ID and Parent. A transcript is whatever has exons
// (in RefSeq also pseudogenes and gene segments), or is named as one. Children may come before
// their parents, so the tree is put together at the end.

#include "gene_model_parser.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace varhush::io {
namespace {

constexpr int kDeepestTree = 16;
constexpr std::int64_t kNoLine = 0;

/// Features that are neither a transcript nor above one; they are most of a file.
bool is_irrelevant(std::string_view type) {
    static constexpr std::array<std::string_view, 13> kTypes{
        "five_prime_UTR",
        "three_prime_UTR",
        "UTR",
        "start_codon",
        "stop_codon",
        "stop_codon_redefined_as_selenocysteine",
        "intron",
        "region",
        "biological_region",
        "chromosome",
        "scaffold",
        "match",
        "cDNA_match"};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// mRNA, lnc_RNA, transcript, V_gene_segment, … but not ncRNA_gene.
bool is_transcript_type(std::string_view type) {
    const auto has = [&](std::string_view part) {
        return type.find(part) != std::string_view::npos;
    };
    const bool gene = type.size() >= 4 && type.substr(type.size() - 4) == "gene";
    return !gene && (has("RNA") || has("transcript") || has("gene_segment"));
}

/// "gene:ENSG…" (Ensembl) and "gene-X", "rna-NM_…" (RefSeq) without what stands in front.
std::string bare_id(const std::string& id) {
    for (const std::string_view prefix : {"gene:", "transcript:", "gene-", "rna-"}) {
        if (id.size() > prefix.size() && id.compare(0, prefix.size(), prefix) == 0) {
            return id.substr(prefix.size());
        }
    }
    return id;
}

struct Node {
    std::string id, parent, type, contig;
    std::string gene_id, gene_name, transcript_id, biotype, gene_biotype, name;
    char strand = '.';
    seq::Interval span;
    int rank = 0;
    std::int64_t declared_line = kNoLine;
    // What the exons say; compared with the feature's own line at the end.
    std::vector<seq::Interval> exons;
    std::string exon_contig;
    char exon_strand = '.';
    std::int64_t exon_line = kNoLine;
};

void take_attribute(Node& node, std::string_view key, std::string_view value) {
    if (key == "gene_id") {
        node.gene_id = percent_decode(value);
    } else if (key == "gene_name" || (key == "gene" && node.gene_name.empty())) {
        node.gene_name = percent_decode(value);
    } else if (key == "transcript_id") {
        node.transcript_id = percent_decode(value);
    } else if (key == "biotype" || key == "transcript_type" || key == "transcript_biotype") {
        node.biotype = percent_decode(value);
    } else if (key == "gene_biotype" || key == "gene_type") {
        node.gene_biotype = percent_decode(value);
    } else if (key == "Name") {
        node.name = percent_decode(value);
    } else if (key == "tag") {
        node.rank = std::max(node.rank, canonical_rank(percent_decode(value)));
    }
}

class Gff3Dialect final : public GeneModelDialect {
  public:
    void add(const GeneLine& line, const FilePosition& position) override {
        if (line.type == "exon") {
            add_exon(line, position);
        } else if (line.type == "CDS") {
            add_cds(line, position);
        } else if (!is_irrelevant(line.type)) {
            add_feature(line, position);
        }
    }

    std::vector<seq::Transcript> finish(const FilePosition& position) override {
        std::vector<DraftTranscript> drafts;
        for (const Node& node : nodes_) {
            if (!node.exons.empty()) {
                check_exons(node, position);
            } else if (node.declared_line == kNoLine || !is_transcript_type(node.type)) {
                continue;
            }
            drafts.push_back(draft_of(node, position));
        }
        return settle(std::move(drafts));
    }

  private:
    Node& node(const std::string& id) {
        const auto [place, fresh] = by_id_.emplace(id, nodes_.size());
        if (fresh) {
            nodes_.emplace_back();
            nodes_.back().id = id;
        }
        return nodes_[place->second];
    }

    void add_exon(const GeneLine& line, const FilePosition& position) {
        std::string_view parents;
        int rank = 0;
        visit_gff3_attributes(line.attributes, position, [&](auto key, auto value) {
            if (key == "Parent") {
                parents = value;
            } else if (key == "tag") {
                rank = canonical_rank(percent_decode(value));
            }
        });
        if (parents.empty()) {
            position.fail("the exon has no Parent");
        }
        while (true) {
            const std::size_t comma = parents.find(',');
            Node& parent = node(percent_decode(parents.substr(0, comma)));
            add_exon_to(parent, line, position);
            parent.rank = std::max(parent.rank, rank);
            if (comma == std::string_view::npos) {
                return;
            }
            parents.remove_prefix(comma + 1);
        }
    }

    void add_cds(const GeneLine& line, const FilePosition& position) {
        std::string_view parents;
        visit_gff3_attributes(line.attributes, position, [&](auto key, auto value) {
            if (key == "Parent") {
                parents = value;
            }
        });
        while (!parents.empty()) {
            const std::size_t comma = parents.find(',');
            seq::widen(coding_[percent_decode(parents.substr(0, comma))], line.span);
            parents.remove_prefix(comma == std::string_view::npos ? parents.size() : comma + 1);
        }
    }

    static void add_exon_to(Node& parent, const GeneLine& line, const FilePosition& position) {
        if (parent.exons.empty()) {
            parent.exon_contig = line.contig;
            parent.exon_strand = require_strand(line.strand, "the exon", position);
            parent.exon_line = position.line;
        } else if (parent.exon_contig != line.contig || parent.exon_strand != line.strand) {
            position.fail("exons of " + parent.id + " lie on " + parent.exon_contig +
                          parent.exon_strand + " and on " + std::string(line.contig) + line.strand);
        }
        parent.exons.push_back(line.span);
    }

    void add_feature(const GeneLine& line, const FilePosition& position) {
        std::string id;
        Node found;
        visit_gff3_attributes(line.attributes, position, [&](auto key, auto value) {
            if (key == "ID") {
                id = percent_decode(value);
            } else if (key == "Parent") {
                found.parent = percent_decode(value.substr(0, value.find(',')));
            } else {
                take_attribute(found, key, value);
            }
        });
        if (id.empty()) {
            return;  // nothing can refer to it
        }
        Node& known = node(id);
        if (known.declared_line != kNoLine) {
            extend(known, line, position);
            return;
        }
        found.id = std::move(id);
        found.type = line.type;
        found.contig = line.contig;
        found.strand = line.strand;
        found.span = line.span;
        found.declared_line = position.line;
        found.exons = std::move(known.exons);
        found.exon_contig = std::move(known.exon_contig);
        found.exon_strand = known.exon_strand;
        found.exon_line = known.exon_line;
        found.rank = std::max(found.rank, known.rank);
        known = std::move(found);
    }

    /// A feature in several pieces has several lines with one ID. Genes read in pieces from both
    /// strands (trans-splicing) exist; for a transcript that would leave no orientation.
    static void extend(Node& known, const GeneLine& line, const FilePosition& position) {
        if (known.contig == line.contig && known.strand == line.strand) {
            known.span = {std::min(known.span.start, line.span.start),
                          std::max(known.span.end, line.span.end)};
        } else if (is_transcript_type(known.type)) {
            position.fail("transcript " + known.id + " lies on " + known.contig + known.strand +
                          " in line " + std::to_string(known.declared_line) + " and on " +
                          std::string(line.contig) + line.strand + " here");
        }
    }

    static void check_exons(const Node& node, const FilePosition& position) {
        if (node.declared_line == kNoLine) {
            position.fail_at(node.exon_line,
                             "the exon's Parent '" + node.id + "' is not in the file");
        }
        if (node.contig != node.exon_contig || node.strand != node.exon_strand) {
            position.fail_at(node.exon_line,
                             "the exon lies on " + node.exon_contig + node.exon_strand +
                                 ", its parent " + node.id + " on " + node.contig + node.strand);
        }
    }

    /// The feature at the top of the tree above `node`: its gene, or itself.
    const Node& root_of(const Node& node, const FilePosition& position) const {
        const Node* top = &node;
        for (int depth = 0; !top->parent.empty(); ++depth) {
            const auto above = by_id_.find(top->parent);
            if (above == by_id_.end() || nodes_[above->second].declared_line == kNoLine) {
                position.fail_at(top->declared_line,
                                 "the Parent '" + top->parent + "' is not in the file");
            }
            if (depth == kDeepestTree) {
                position.fail_at(node.declared_line,
                                 "the Parents of '" + node.id + "' run in a circle");
            }
            top = &nodes_[above->second];
        }
        return *top;
    }

    /// GENCODE and RefSeq write it on the transcript's or the gene's line as gene_type or
    /// gene_biotype, Ensembl on the gene's line as its biotype.
    static std::string gene_biotype_of(const Node& node, const Node& gene) {
        if (!node.gene_biotype.empty()) {
            return node.gene_biotype;
        }
        return gene.gene_biotype.empty() ? gene.biotype : gene.gene_biotype;
    }

    DraftTranscript draft_of(const Node& node, const FilePosition& position) const {
        const Node& gene = root_of(node, position);
        DraftTranscript draft;
        seq::Transcript& model = draft.transcript;
        model.id = node.transcript_id.empty() ? bare_id(node.id) : node.transcript_id;
        const bool alone = &gene == &node && is_transcript_type(node.type);
        model.gene_id = !gene.gene_id.empty() ? gene.gene_id : alone ? "" : bare_id(gene.id);
        model.gene_name = gene.gene_name;
        if (model.gene_name.empty()) {
            model.gene_name = alone ? "" : gene.name;
        }
        model.biotype = !node.biotype.empty()           ? node.biotype
                        : is_transcript_type(node.type) ? node.type
                                                        : node.gene_biotype;
        model.gene_biotype = gene_biotype_of(node, gene);
        model.contig = node.contig;
        FilePosition own_line = position;
        own_line.line = node.declared_line;
        model.strand = require_strand(node.strand, "the transcript", own_line);
        model.span = node.span;
        model.exons = node.exons;
        for (const seq::Interval& exon : model.exons) {
            model.span = {std::min(model.span.start, exon.start),
                          std::max(model.span.end, exon.end)};
        }
        if (const auto coding = coding_.find(node.id); coding != coding_.end()) {
            model.cds = coding->second;
        }
        draft.canonical_rank = node.rank;
        return draft;
    }

    std::vector<Node> nodes_;
    std::unordered_map<std::string, std::size_t> by_id_;
    /// By transcript; GFF3 has the stop codon in the CDS.
    std::unordered_map<std::string, std::optional<seq::Interval>> coding_;
};

}  // namespace

std::unique_ptr<GeneModelDialect> make_gff3_dialect() {
    return std::make_unique<Gff3Dialect>();
}

}  // namespace varhush::io
