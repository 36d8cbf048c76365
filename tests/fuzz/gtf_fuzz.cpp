// Fuzzes the GTF and GFF3 parser (and the SpliceAI rows): a text is either refused as bad input
// with its line number, or gives models that hold together, are found by overlap, and are read back
// equal from the GTF written of them.

#include "gene_model_parser.hpp"
#include "spliceai_table.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace {

using varhush::Error;
using varhush::ErrorKind;
using varhush::io::GeneModelParser;
using varhush::seq::GeneModels;
using varhush::seq::Interval;
using varhush::seq::Transcript;

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::optional<GeneModels> parse(std::string_view text) {
    try {
        GeneModelParser parser("fuzz");
        for_each_line(text, [&](std::string_view line) { parser.add(line); });
        return parser.finish();
    } catch (const Error& error) {
        VARHUSH_INVARIANT(error.kind() == ErrorKind::kInput);
        VARHUSH_INVARIANT(std::string_view(error.what()).substr(0, 5) == "fuzz:");
        return std::nullopt;
    }
}

void check_transcript(const Transcript& transcript) {
    VARHUSH_INVARIANT(!transcript.id.empty() || !transcript.gene_name.empty());
    VARHUSH_INVARIANT(!transcript.contig.empty());
    VARHUSH_INVARIANT(transcript.strand == '+' || transcript.strand == '-');
    VARHUSH_INVARIANT(0 <= transcript.span.start && transcript.span.start < transcript.span.end);
    VARHUSH_INVARIANT(!transcript.exons.empty());
    std::int64_t before = -1;
    for (const Interval& exon : transcript.exons) {
        VARHUSH_INVARIANT(before <= exon.start && exon.start < exon.end);
        VARHUSH_INVARIANT(transcript.span.start <= exon.start && exon.end <= transcript.span.end);
        before = exon.start;
    }
}

/// True when GTF can express these identifiers and they are told apart as in the original.
bool expressible(const GeneModels& models) {
    std::vector<std::string> keys;
    for (const Transcript& transcript : models.transcripts()) {
        for (const std::string& text : {transcript.id,
                                        transcript.gene_id,
                                        transcript.gene_name,
                                        transcript.contig,
                                        transcript.biotype}) {
            if (text.find_first_of("\"\t\n") != std::string::npos) {
                return false;
            }
        }
        if (transcript.id.empty() || transcript.gene_id.empty() || transcript.contig[0] == '#' ||
            transcript.contig[0] == '>') {
            return false;
        }
        keys.push_back(transcript.gene_id + '\t' + transcript.id);
    }
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

std::string to_gtf(const GeneModels& models) {
    std::string text;
    for (const Transcript& transcript : models.transcripts()) {
        const auto line = [&](const char* type, const Interval& where) {
            text += transcript.contig + "\tfuzz\t" + type + '\t' + std::to_string(where.start + 1) +
                    '\t' + std::to_string(where.end) + "\t.\t" + transcript.strand +
                    "\t.\tgene_id \"" + transcript.gene_id + "\"; transcript_id \"" +
                    transcript.id + "\"; gene_name \"" + transcript.gene_name +
                    "\"; transcript_type \"" + transcript.biotype + "\";" +
                    (transcript.canonical ? " tag \"MANE_Select\";" : "") + '\n';
        };
        line("transcript", transcript.span);
        for (const Interval& exon : transcript.exons) {
            line("exon", exon);
        }
    }
    return text;
}

void check_round_trip(const GeneModels& models) {
    const std::optional<GeneModels> again = parse(to_gtf(models));
    VARHUSH_INVARIANT(again.has_value());
    VARHUSH_INVARIANT(again->transcripts().size() == models.transcripts().size());
    for (std::size_t i = 0; i < models.transcripts().size(); ++i) {
        const Transcript& a = models.transcripts()[i];
        const Transcript& b = again->transcripts()[i];
        VARHUSH_INVARIANT(a.id == b.id && a.gene_id == b.gene_id && a.gene_name == b.gene_name);
        VARHUSH_INVARIANT(a.contig == b.contig && a.strand == b.strand && a.span == b.span);
        VARHUSH_INVARIANT(a.exons == b.exons && a.biotype == b.biotype);
        VARHUSH_INVARIANT(a.canonical == b.canonical);
    }
}

void check_models(const GeneModels& models) {
    VARHUSH_INVARIANT(!models.empty());
    for (std::size_t i = 0; i < models.transcripts().size(); ++i) {
        const Transcript& transcript = models.transcripts()[i];
        check_transcript(transcript);
        const auto hits =
            models.overlapping(transcript.contig, transcript.span.end - 1, transcript.span.end);
        VARHUSH_INVARIANT(std::find(hits.begin(), hits.end(), i) != hits.end());
    }
    const GeneModels canonical = models.canonical_only();
    VARHUSH_INVARIANT(!canonical.empty());
    VARHUSH_INVARIANT(canonical.transcripts().size() <= models.transcripts().size());
    VARHUSH_INVARIANT(canonical.canonical_only().transcripts().size() ==
                      canonical.transcripts().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const std::optional<GeneModels> models = parse(text)) {
        check_models(*models);
        if (expressible(*models)) {
            check_round_trip(*models);
        }
    }
    for_each_line(text, [](std::string_view line) {
        try {
            const Transcript row = varhush::io::parse_spliceai_row(line, {"fuzz", 1});
            VARHUSH_INVARIANT(!row.id.empty() && row.span.start < row.span.end);
            VARHUSH_INVARIANT(!row.exons.empty() && row.canonical);
        } catch (const Error& error) {
            VARHUSH_INVARIANT(error.kind() == ErrorKind::kInput);
        }
    });
    return 0;
}
