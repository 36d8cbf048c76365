#pragma once

#include <random>
#include <string>

namespace varhush::apps {

inline const std::string kSampleHead =
    "##fileformat=VCFv4.2\n"
    "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
    "##contig=<ID=chr1,length=100000000>\n"
    "##contig=<ID=chr2,length=100000000>\n"
    "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count\">\n";
inline const std::string kSampleColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A sorted VCF of `records` random SNVs, insertions and two-allele records on chr1 and chr2; the
/// same for the same seed.
inline std::string sample_vcf(int records, unsigned seed = 1) {
    std::mt19937 random(seed);
    const std::string bases = "ACGT";
    std::string text = kSampleHead + kSampleColumns;
    int position = 100;
    for (int i = 0; i < records; ++i) {
        const bool second = i >= records / 2;
        if (i == records / 2) {
            position = 100;
        }
        position += 1 + static_cast<int>(random() % 50);
        const char ref = bases[random() % 4];
        const char alt = bases[(bases.find(ref) + 1 + random() % 3) % 4];
        const std::string alts = i % 7 == 3   ? std::string{ref} + alt
                                 : i % 7 == 5 ? std::string{alt} + ",*"
                                              : std::string{alt};
        const std::string count = i % 7 == 5 ? "1,2" : "1";
        text += std::string(second ? "chr2" : "chr1") + "\t" + std::to_string(position) + "\trs" +
                std::to_string(i) + "\t" + ref + "\t" + alts + "\t30\tPASS\tAC=" + count + "\n";
    }
    return text;
}

}  // namespace varhush::apps
