#include "varhush/io/gene_model_reader.hpp"

#include "gene_model_parser.hpp"
#include "spliceai_table.hpp"
#include "varhush/io/text_reader.hpp"

#include <utility>
#include <vector>

namespace varhush::io {
namespace {

std::string display_name(const std::string& path) {
    return path == "-" ? "standard input" : path;
}

}  // namespace

seq::GeneModels read_gtf_or_gff3(const std::string& path) {
    TextReader reader(path);
    GeneModelParser parser(display_name(path));
    std::string line;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        parser.add(line);
    }
    return parser.finish();
}

seq::GeneModels read_spliceai_table(const std::string& path) {
    TextReader reader(path);
    FilePosition position{display_name(path), 0};
    std::vector<seq::Transcript> rows;
    std::string line;
    bool header = false;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        ++position.line;
        if (!header) {
            if (line.rfind("#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END", 0) !=
                0) {
                position.fail("the header line of a SpliceAI gene table is missing",
                              "it is #NAME CHROM STRAND TX_START TX_END EXON_START EXON_END, with "
                              "tabs between");
            }
            header = true;
        } else if (!line.empty() && line.front() != '#') {
            rows.push_back(parse_spliceai_row(line, position));
        }
    }
    if (rows.empty()) {
        position.fail("the gene table holds no gene");
    }
    return seq::GeneModels(std::move(rows));
}

bool is_spliceai_table(const std::string& path) {
    TextReader reader(path);
    std::string line;
    return reader.next(line) && line.starts_with("#NAME");
}

seq::GeneModels read_gene_models(const std::string& path) {
    return is_spliceai_table(path) ? read_spliceai_table(path) : read_gtf_or_gff3(path);
}

}  // namespace varhush::io
