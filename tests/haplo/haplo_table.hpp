#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {

/// The lines of a table of `varhush haplo`, by column name.
inline std::vector<std::map<std::string, std::string>> haplo_table(const std::string& text) {
    std::vector<std::map<std::string, std::string>> rows;
    std::vector<std::string> names;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("##")) {
            continue;
        }
        std::vector<std::string> fields;
        std::istringstream columns(line);
        for (std::string field; std::getline(columns, field, '\t');) {
            fields.push_back(field);
        }
        if (names.empty()) {
            names = fields;
            continue;
        }
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < names.size() && i < fields.size(); ++i) {
            row[names[i]] = fields[i];
        }
    }
    return rows;
}

inline constexpr const char* kHaploHeader =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr22,length=51304566>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
    "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"Phase set\">\n"
    "##FORMAT=<ID=HP,Number=.,Type=String,Description=\"Read-backed phase\">\n";

inline std::string haplo_vcf(const std::string& samples, const std::string& records) {
    return kHaploHeader + ("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t" + samples) +
           "\n" + records;
}

}  // namespace varhush::test
