#include "varhush/train/splice_annotation.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <tuple>

namespace varhush::train {
namespace {

// The longest human gene is 2.5 Mb; copies of one name further apart are different loci.
constexpr std::int64_t kLongestGene = 3'000'000;

std::int64_t number(std::string_view text, const io::TextReader& reader) {
    std::int64_t value = -1;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < 0) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": expected a position, found \"" +
                        std::string(text.substr(0, 40)) + "\"");
    }
    return value;
}

bool is_minus(std::string_view text, const io::TextReader& reader) {
    if (text != "+" && text != "-") {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": expected the strand + or -, found \"" +
                        std::string(text.substr(0, 40)) + "\"");
    }
    return text == "-";
}

void read_sites(const std::string& path, SpliceAnnotation& out) {
    io::TextReader reader(path);
    std::string line;
    if (!reader.next(line) || !line.starts_with("chrom\tpos0\ttype\tstrand")) {
        throw Error(ErrorKind::kInput,
                    path + ": expected the header chrom, pos0, type, strand, gene (tab-separated)");
    }
    while (reader.next(line)) {
        reader.refuse_cut_line();
        const auto fields = io::split_tabs(line);
        if (fields.size() < 4 || (fields[2] != "donor" && fields[2] != "acceptor")) {
            throw Error(ErrorKind::kInput,
                        reader.where() + ": expected chrom, pos0, donor or acceptor, strand");
        }
        out.sites[std::string(fields[0])].push_back(
            {number(fields[1], reader), fields[2] == "donor", is_minus(fields[3], reader)});
    }
}

void read_genes(const std::string& path, SpliceAnnotation& out) {
    io::TextReader reader(path);
    std::string line;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        if (line.empty() || line[0] == '#') {
            continue;
        }
        const auto fields = io::split_tabs(line);
        if (fields.size() < 6) {
            throw Error(ErrorKind::kInput, reader.where() + ": expected the six columns of BED6");
        }
        const GeneSpan exon{std::string(fields[3]),
                            number(fields[1], reader),
                            number(fields[2], reader),
                            is_minus(fields[5], reader)};
        if (exon.end <= exon.start) {
            throw Error(ErrorKind::kInput, reader.where() + ": the exon ends before it starts");
        }
        out.genes[std::string(fields[0])].push_back(exon);
    }
}

/// Exons to genes: same name and strand, not further apart than a gene is long.
void join_exons(std::vector<GeneSpan>& spans) {
    std::sort(spans.begin(), spans.end(), [](const GeneSpan& a, const GeneSpan& b) {
        return std::tie(a.name, a.minus, a.start, a.end) <
               std::tie(b.name, b.minus, b.start, b.end);
    });
    std::vector<GeneSpan> genes;
    for (const auto& exon : spans) {
        if (!genes.empty() && genes.back().name == exon.name && genes.back().minus == exon.minus &&
            exon.end - genes.back().start < kLongestGene) {
            genes.back().end = std::max(genes.back().end, exon.end);
        } else {
            genes.push_back(exon);
        }
    }
    std::sort(genes.begin(), genes.end(), [](const GeneSpan& a, const GeneSpan& b) {
        return std::tie(a.start, a.end, a.minus, a.name) <
               std::tie(b.start, b.end, b.minus, b.name);
    });
    spans = std::move(genes);
}

/// Puts both lists in order; sites shared by transcripts stay once.
void finish(SpliceAnnotation& annotation) {
    for (auto& [contig, list] : annotation.sites) {
        const auto key = [](const SpliceSite& s) {
            return std::make_tuple(s.position, s.donor, s.minus);
        };
        std::sort(list.begin(), list.end(), [&](const SpliceSite& a, const SpliceSite& b) {
            return key(a) < key(b);
        });
        list.erase(
            std::unique(list.begin(),
                        list.end(),
                        [&](const SpliceSite& a, const SpliceSite& b) { return key(a) == key(b); }),
            list.end());
    }
    for (auto& [contig, list] : annotation.genes) {
        join_exons(list);
    }
}

}  // namespace

std::vector<SpliceSite> SpliceAnnotation::sites_in(const std::string& contig,
                                                   std::int64_t start,
                                                   std::int64_t end,
                                                   bool minus) const {
    std::vector<SpliceSite> out;
    const auto found = sites.find(contig);
    if (found == sites.end()) {
        return out;
    }
    auto it = std::lower_bound(
        found->second.begin(), found->second.end(), start, [](const SpliceSite& s, std::int64_t p) {
            return s.position < p;
        });
    for (; it != found->second.end() && it->position < end; ++it) {
        if (it->minus == minus) {
            out.push_back(*it);
        }
    }
    return out;
}

std::vector<GeneSpan> SpliceAnnotation::gene_unions(const std::string& contig,
                                                    std::int64_t start,
                                                    std::int64_t end) const {
    std::vector<GeneSpan> out;
    const auto found = genes.find(contig);
    if (found == genes.end()) {
        return out;
    }
    for (const bool minus : {false, true}) {
        const std::size_t first = out.size();
        for (const auto& gene : found->second) {
            if (gene.minus != minus || gene.end <= start || gene.start >= end) {
                continue;
            }
            if (out.size() > first && gene.start < out.back().end) {
                out.back().end = std::max(out.back().end, gene.end);
                out.back().name += "," + gene.name;
            } else {
                out.push_back(gene);
            }
        }
    }
    return out;
}

SpliceAnnotation read_splice_annotation(const std::string& sites_path,
                                        const std::string& exons_path) {
    SpliceAnnotation out;
    read_sites(sites_path, out);
    read_genes(exons_path, out);
    finish(out);
    return out;
}

SpliceAnnotation annotation_from(const seq::GeneModels& models) {
    SpliceAnnotation out;
    for (const auto& transcript : models.transcripts()) {
        const bool minus = transcript.strand == '-';
        const auto& exons = transcript.exons;
        auto& sites = out.sites[transcript.contig];
        for (std::size_t i = 0; i + 1 < exons.size(); ++i) {  // the intron behind exon i
            sites.push_back({exons[i].end - 1, !minus, minus});
            sites.push_back({exons[i + 1].start, minus, minus});
        }
        const auto& name = transcript.gene_name.empty() ? transcript.id : transcript.gene_name;
        out.genes[transcript.contig].push_back(
            {name, transcript.span.start, transcript.span.end, minus});
    }
    finish(out);
    return out;
}

}  // namespace varhush::train
