#pragma once

#include <string>

namespace varhush::test {

/// Shell text: reads of both haplotypes of the sample in t.vcf, which changes s.fa, aligned by
/// bwa; the SAM goes to standard output. Names begin with "h1." and "h2.". `wgsim_options` say how
/// many reads and how long ($h is the haplotype), `bwa_options` may name a read group.
inline std::string aligned_reads_of_haplotypes(const std::string& wgsim_options,
                                               const std::string& bwa_options = "") {
    return "bgzip -c t.vcf > t.vcf.gz; tabix t.vcf.gz\n"
           "for h in 1 2; do bcftools consensus -H $h -f s.fa t.vcf.gz > h$h.fa 2>/dev/null\n"
           "wgsim -S $h -r 0 " +
           wgsim_options +
           " h$h.fa $h.1.fq $h.2.fq > /dev/null 2>&1\n"
           "sed -i \"s/^@/@h$h./\" $h.1.fq $h.2.fq; done\n"
           "cat 1.1.fq 2.1.fq > a.fq; cat 1.2.fq 2.2.fq > b.fq\n"
           "bwa index s.fa 2>/dev/null; bwa mem -t 2 " +
           bwa_options + " s.fa a.fq b.fq 2>/dev/null";
}

}  // namespace varhush::test
