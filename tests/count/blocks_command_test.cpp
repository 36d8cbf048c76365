#include "shell.hpp"
#include "two_haplotypes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

// `varhush count --blocks`: by hand on small inputs, beside a count by awk, and on reads simulated
// from two haplotypes.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVcf =
    "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\tthree\n"
    "c\t13\t.\tA\tG,T\t.\t.\t.\tGT:PS\t0|1:13\t./.:.\n"
    "c\t15\t.\tA\tG\t.\t.\t.\tGT:PS\t1|0:13\t0|1:13\n"
    "c\t33\t.\tA\tG\t.\t.\t.\tGT\t0/1\t0|0\n"
    "c\t35\t.\tA\tG\t.\t.\t.\tGT\t1|1\t1\n"
    "c\t60\t.\tA\tG\t.\t.\t.\tGT:PS\t0|1:60\t0|1:60\n";
constexpr const char* kSamHead =
    "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n"
    "@RG\tID:x\tSM:one\n@RG\tID:y\tSM:two\n";

std::string read(const std::string& name,
                 int flags,
                 int start,
                 const std::string& cigar,
                 const std::string& mate,
                 const std::string& bases,
                 const std::string& qualities = "IIIIIIIIII",
                 const std::string& group = "x") {
    return name + "\t" + std::to_string(flags) + "\tc\t" + std::to_string(start) + "\t60\t" +
           cigar + "\t" + mate + "\t" + bases + "\t" + qualities + "\tRG:Z:" + group + "\n";
}

class CountBlocks : public testing::Test {
  protected:
    CountBlocks() {
        write("r.fa", ">c\n" + std::string(100, 'A') + "\n");
        write("p.vcf", kVcf);
        const std::string alone = "*\t0\t0";
        const std::string far = "=\t57\t56";
        write("reads.sam",
              std::string(kSamHead) + read("first", 0, 11, "10M", alone, "AAAAGAAAAA") +
                  read("second", 0, 11, "10M", alone, "AAGAAAAAAA") +
                  read("torn", 0, 11, "10M", alone, "AAGAGAAAAA") +
                  read("pair", 99, 11, "10M", far, "AAAAGAAAAA") +
                  read("intron", 0, 11, "6M40N4M", alone, "AAAAGAAAAG") +
                  read("third", 0, 11, "10M", alone, "AATACAAAAA") +
                  read("dim", 0, 11, "10M", alone, "AAAAGAAAAA", "II#I#IIIII") +
                  read("half", 0, 11, "10M", alone, "AAAAGAAAAA", "IIII#IIIII") +
                  read("mates", 99, 14, "10M", "=\t15\t11", "AGAAAAAAAA") +
                  read("two", 0, 15, "10M", alone, "GAAAAAAAAA", "IIIIIIIIII", "y") +
                  read("mates", 147, 15, "10M", "=\t14\t-11", "AAAAAAAAAA") +
                  read("pair", 147, 57, "10M", "=\t11\t-56", "AAAGAAAAAA"));
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    // The first twelve columns of the blocks, and of mate_conflict and base_quality.
    std::string blocks(const std::string& options) const {
        const ShellResult got =
            run("varhush count -V p.vcf --fasta-ref r.fa reads.sam -o c.tsv "
                "--blocks out.tsv " +
                options + " && tail -n +2 out.tsv | cut -f 1-12,16,22; rm out.tsv");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    void refused(const std::string& options, int code, const std::string& message) const {
        const ShellResult got =
            run("varhush count --fasta-ref r.fa -o out.tsv reads.sam " + options);
        EXPECT_EQ(got.exit_code, code) << options << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << options << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    Sandbox box_;
};

TEST_F(CountBlocks, SumsFragmentsOverPhaseSets) {
    const ShellResult got =
        run("varhush count -V p.vcf --fasta-ref r.fa reads.sam -o c.tsv --blocks b.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("not in p.vcf, so in no block: two"), std::string::npos) << got.err;
    EXPECT_NE(got.err.find("haplotypes: 3 phased heterozygous sites, not used: 1 homozygous, 1 not "
                           "phased; 2 blocks, fragments counted once in each: of haplotype 1 4, of "
                           "haplotype 2 3, in "
                           "conflict 1"),
              std::string::npos)
        << got.err;
    EXPECT_EQ(run("head -1 b.tsv | cut -f 1-14").out,
              "sample\tfeature\tname\tcontig\tbegin\tend\tphase_set\tsites\thap1\thap2\tconflict\t"
              "other\tflags\tmapping_quality\n");
    EXPECT_EQ(blocks(""),
              "one\t.\t.\tc\t13\t15\t13\t2\t4\t1\t1\t1\t1\t1\n"
              "one\t.\t.\tc\t60\t60\t60\t1\t0\t2\t0\t0\t0\t0\n");
}

TEST_F(CountBlocks, SumsOverPeaksAndGenes) {
    write("peaks.bed", "c\t14\t70\twide\nc\t0\t13\nc\t20\t50\tempty\n");
    // The first peak holds 15 and 60, of two phase sets; the second 13.
    EXPECT_EQ(blocks("--peaks peaks.bed"),
              "one\tc:1-13\t.\tc\t1\t13\t13\t1\t4\t2\t0\t1\t1\t0\n"
              "one\tc:15-70\twide\tc\t15\t70\t13\t1\t4\t1\t0\t1\t2\t1\n"
              "one\tc:15-70\twide\tc\t15\t70\t60\t1\t0\t2\t0\t0\t0\t0\n");
    write(
        "genes.gtf",
        "chrc\tx\texon\t10\t13\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; gene_name \"N\";\n"
        "chrc\tx\texon\t58\t70\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; gene_name \"N\";\n"
        "chrc\tx\texon\t12\t14\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T2\"; gene_name \"N\";\n");
    EXPECT_EQ(run("sed -i 's/^chrc/c/' genes.gtf").exit_code, 0);
    EXPECT_EQ(blocks("--gtf genes.gtf"),
              "one\tG1\tN\tc\t10\t70\t13\t1\t4\t2\t0\t1\t1\t0\n"
              "one\tG1\tN\tc\t10\t70\t60\t1\t0\t2\t0\t0\t0\t0\n");
    EXPECT_EQ(blocks("--gtf genes.gtf --introns"),
              "one\tG1\tN\tc\t10\t70\t13\t2\t4\t1\t1\t1\t1\t1\n"
              "one\tG1\tN\tc\t10\t70\t60\t1\t0\t2\t0\t0\t0\t0\n");
}

TEST_F(CountBlocks, TakesThePhaseOfTheSampleItIsToldOf) {
    EXPECT_EQ(blocks("-s one --vcf-sample three"),
              "one\t.\t.\tc\t15\t15\t13\t1\t1\t4\t0\t1\t2\t1\n"
              "one\t.\t.\tc\t60\t60\t60\t1\t0\t2\t0\t0\t0\t0\n");
    EXPECT_TRUE(blocks("--ignore-rg --vcf-sample one")
                    .starts_with("reads.sam\t.\t.\tc\t13\t15\t13\t2\t5\t1\t1\t1\t1\t1\n"));
    EXPECT_TRUE(blocks("-s one --min-agreement 0.6")
                    .starts_with("one\t.\t.\tc\t13\t15\t13\t2\t4\t1\t1\t1\t1\t1\n"));
}

TEST_F(CountBlocks, AVariantThatIsThereTwiceIsOneSite) {
    const std::string once = blocks("");
    const std::string head = "grep '^#' p.vcf; ";
    // All records again, one of them padded and one without the ALT that nobody has.
    const ShellResult made = run(
        "cp p.vcf once.vcf; (" + head +
        "awk -v OFS='\\t' '!/^#/ {print; if ($2 == 60) {$4 = \"AA\"; $5 = \"GA\"} if "
        "($2 == 13) $5 = \"G\"; print}' once.vcf | sort -s -k 2,2n) > p.tmp; mv p.tmp p.vcf; wc -l "
        "< "
        "p.vcf");
    EXPECT_EQ(made.out, "15\n") << made.err;
    EXPECT_EQ(blocks(""), once);
    const ShellResult got =
        run("varhush count -V p.vcf --fasta-ref r.fa reads.sam -o c.tsv --blocks b.tsv");
    EXPECT_NE(got.err.find("3 phased genotypes are of variants that were there before"),
              std::string::npos)
        << got.err;
    EXPECT_NE(got.err.find("3 phased heterozygous sites, not used: 2 homozygous, 2 not phased, 3 "
                           "repeated; 2 blocks"),
              std::string::npos)
        << got.err;
    // One that is phased the second time only counts then; two phases are too many.
    run("awk -v OFS='\\t' '{print} $2 == 15 {print}' once.vcf > p.vcf; awk -v OFS='\\t' '$2 == 15 "
        "&& !n++ {sub(/1\\|0/, \"1/0\")} 1' p.vcf > late.vcf; awk -v OFS='\\t' '$2 == 15 && n++ "
        "{sub(/1\\|0/, \"0|1\")} 1' p.vcf > swapped.vcf; awk -v OFS='\\t' '$2 == 15 && n++ "
        "{sub(/1\\|0:13/, \"1|0:15\")} 1' p.vcf > sets.vcf; mv late.vcf p.vcf");
    EXPECT_EQ(blocks(""), once);
    refused("-V swapped.vcf --blocks out.b", 3, "c:15: the variant was there before with another");
    refused("-V sets.vcf --blocks out.b", 3, "another phase of sample 'one'");
}

// The record of an SNV that also has an insertion is judged by alignment, the one without by the
// base.
TEST_F(CountBlocks, AnSnvIsTheSameBesideAnInsertion) {
    run("cp p.vcf once.vcf; awk -v OFS='\\t' '{print} $2 == 15 {$5 = $5 \",\" $4 \"A\"; print}' "
        "once.vcf > "
        "p.vcf");
    const ShellResult got =
        run("varhush count -V p.vcf --fasta-ref r.fa reads.sam -o c.tsv --blocks b.tsv");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("phased genotypes are of variants that were there before"),
              std::string::npos)
        << got.err;
    run("awk -v OFS='\\t' '$2 == 15 && n++ {sub(/1\\|0/, \"0|1\")} 1' p.vcf > swapped.vcf");
    refused("-V swapped.vcf --blocks out.b", 3, "c:15: the variant was there before with another");
}

TEST_F(CountBlocks, RefusesWhatHasNoPhase) {
    refused("-V p.vcf -s ''", 2, "names no sample");
    refused("-V p.vcf -S ''", 2, "names no sample");
    write("half.txt", "one\nthre");
    refused("-V p.vcf -S half.txt", 3, "half.txt");
    refused("-V p.vcf --blocks out.b -s two", 3, "p.vcf has no sample 'two' as the reads have");
    refused("-V p.vcf --blocks out.b -s one,two", 3, "it has one, three");
    refused("-V p.vcf --blocks out.b --vcf-sample one", 2, "of one sample, and these are of 2");
    refused("-V p.vcf --blocks out.b -s one --vcf-sample x", 2, "p.vcf has no sample 'x'");
    run("bcftools view -G p.vcf > sites.vcf; sed 's/|/\\//g' p.vcf > loose.vcf\n"
        "sed 's/\\tone/\\tuno/' p.vcf > uno.vcf; (grep '^#' p.vcf; grep -v '^#' p.vcf | tac) > "
        "back.vcf");
    refused("-V sites.vcf --blocks out.b", 3, "sites.vcf has no samples");
    refused("-V uno.vcf --blocks out.b", 3, "--vcf-sample says which");
    refused("-V loose.vcf --blocks out.b",
            3,
            "no phased heterozygous site that can be counted: 1 homozygous, 4 not phased");
    const ShellResult sorted = run("samtools view -b --write-index reads.sam -o r.bam");
    EXPECT_EQ(sorted.exit_code, 0);
    refused("r.bam -V back.vcf --blocks out.b", 3, "comes behind a later place");
    refused("-V p.vcf --gtf g.gtf", 2, "belong to --blocks");
    refused("-V p.vcf --blocks out.b --count-reads", 2, "fragments, not reads");
    refused("-V p.vcf --blocks out.b --min-agreement 0.5", 2, "above 0.5");
    refused("-V p.vcf --blocks out.b --min-agreement nan", 2, "above 0.5");
    refused("-V p.vcf --blocks out.b --introns", 2, "--introns belongs to --gtf");
    refused("-V p.vcf --blocks ./out.tsv", 2, "are the same file");
    EXPECT_NE(run("varhush count -V p.vcf --fasta-ref r.fa reads.sam --blocks -")
                  .err.find("both standard output"),
              std::string::npos);
    write("e.bed", "");
    refused("-V p.vcf --blocks out.b --peaks e.bed", 3, "e.bed has no regions");
    write("x.bed", "z\t1\t2\n");
    refused("-V p.vcf --blocks out.b --peaks x.bed", 3, "no contig in common: 'z'");
    write("x.bed", "c\t3\t2\n");
    refused("-V p.vcf --blocks out.b --peaks x.bed", 3, "x.bed:1: the end lies before the start");
    write("x.bed", "c\t3\n");
    refused("-V p.vcf --blocks out.b --peaks x.bed", 3, "x.bed:1: 2 columns of 3");
    refused("-V p.vcf --blocks no/out.b", 6, "no/out.b");
}

// A mate that begins 100 bases behind a site and is spliced over 79 kb, and enough reads between
// that those passed are counted early.
TEST_F(CountBlocks, SplicedMatesCountOnceAcrossLongIntrons) {
    const ShellResult got = run(
        "awk 'BEGIN {print \">c\"; for (i = 0; i < 1000; i++) print sprintf(\"%0100d\", 0)}' | tr "
        "0 A "
        "> r.fa\n"
        "awk -v OFS='\\t' 'BEGIN {print \"##fileformat=VCFv4.2\"; print "
        "\"##contig=<ID=c,length=100000>\"; print "
        "\"##FORMAT=<ID=GT,Number=1,Type=String,Description=x>\"; print \"#CHROM\", \"POS\", "
        "\"ID\", "
        "\"REF\", \"ALT\", \"QUAL\", \"FILTER\", \"INFO\", \"FORMAT\", \"one\"; split(\"1000 20000 "
        "30000 "
        "40000 50000 80002\", at, \" \"); for (i = 1; i <= 6; i++) print \"c\", at[i], \".\", "
        "\"A\", "
        "\"G\", \".\", \".\", \".\", \"GT\", \"0|1\"}' > p.vcf\n"
        "awk -v OFS='\\t' 'BEGIN {print \"@SQ\\tSN:c\\tLN:100000\\n@RG\\tID:x\\tSM:one\"; q = "
        "\"IIIIIIIIII\\tRG:Z:x\"; print \"p\", 99, \"c\", 991, 60, \"10M\", \"=\", 1101, 79014, "
        "\"AAAAAAAAAA\", q; print \"p\", 147, \"c\", 1101, 60, \"5M78894N5M\", \"=\", 991, -79014, "
        "\"AAAAAAAAAA\", q; for (s = 20000; s <= 50000; s += 10000) for (i = 0; i < 2000; i++) "
        "print "
        "\"r\" s i, 0, \"c\", s - 5, 60, \"10M\", \"*\", 0, 0, \"AAAAAGAAAA\", q}' > reads.sam\n"
        "samtools view -b --write-index reads.sam -o reads.bam\n"
        "for reads in reads.sam reads.bam; do varhush count --quiet -V p.vcf --fasta-ref r.fa "
        "$reads "
        "-o c.tsv --blocks b.tsv; tail -n +2 b.tsv | cut -f 5-19; done");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    const std::string once = "1000\t80002\t.\t6\t1\t8000\t0\t0\t0\t0\t0\t0\t0\t0\t0\n";
    EXPECT_EQ(got.out, once + once);
}

// Two haplotypes of 150 kb with SNVs in blocks of 20 sites, and reads of both, twice as many of the
// first one. Names tell the truth. awk counts fragments anew, from what samtools shows of reads
// that are aligned without gaps and clips.
TEST_F(CountBlocks, AgreesWithAwkAndWithTheTruthOfSimulatedReads) {
    if (run("command -v bwa && command -v wgsim").exit_code != 0) {
        GTEST_SKIP() << "needs bwa and wgsim";
    }
    write("make.awk", R"(BEGIN {
    srand(7); OFS = "\t"
    print "##fileformat=VCFv4.2"; print "##contig=<ID=s,length=150000>"
    print "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">"
    print "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"\">"
    print "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "one"
}
!/^>/ { g = g toupper($0) }
END {
    for (p = 500; p < length(g) - 500; p += 40 + int(100 * rand())) {
        ref = substr(g, p, 1)
        do alt = substr("ACGT", 1 + int(4 * rand()), 1)
        while (alt == ref)
        if (n++ % 20 == 0) ps = p
        print "s", p, ".", ref, alt, ".", ".", ".", "GT:PS", (rand() < 0.5 ? "0|1:" : "1|0:") ps
    }
}
)");
    write("count.awk", R"(BEGIN { for (i = 33; i < 127; i++) code[sprintf("%c", i)] = i - 33 }
FNR == NR {
    if (/^#/) next
    split($10, gt, "[|:]"); base[0] = $4; base[1] = $5
    one[$2] = base[gt[1]]; two[$2] = base[gt[2]]; set[$2] = gt[3]
    next
}
{
    for (i = 1; i <= length($10); i++) {
        p = $4 + i - 1
        if (!(p in set) || code[substr($11, i, 1)] < 13) continue
        key = $1 " " p; now = substr($10, i, 1)
        if (key in said && said[key] != now) said[key] = "-"; else said[key] = now
    }
}
END {
    for (key in said) {
        split(key, k, " "); f = k[1] " " set[k[2]]
        if (said[key] == one[k[2]]) a[f]++; else if (said[key] == two[k[2]]) b[f]++
        all[f]
    }
    for (f in all) {
        split(f, k, " ")
        if (a[f] && b[f]) c[k[2]]++; else if (a[f]) x[k[2]]++; else if (b[f]) y[k[2]]++
        if (k[1] ~ /^h1/ && a[f] && !b[f] || k[1] ~ /^h2/ && b[f] && !a[f]) right++
        else if (a[f] || b[f]) wrong++
        sets[k[2]]
    }
    for (s in sets) print s, x[s] + 0, y[s] + 0, c[s] + 0
    print right, wrong > "truth"
}
)");
    const ShellResult got =
        run("gzip -dc data/demo/chr22.fa.gz > g.fa; samtools faidx g.fa\n"
            "samtools faidx g.fa chr22:20000001-20150000 | sed '1s/.*/>s/' > s.fa\n"
            "awk -f make.awk s.fa > t.vcf; " +
            aligned_reads_of_haplotypes("-e 0.01 -N $((12000 / h)) -1 150 -2 150 -d 350",
                                        "-R '@RG\\tID:1\\tSM:one'") +
            " | samtools sort 2>/dev/null | samtools view -b -F 0xF04 -q 20 -e 'cigar =~ "
            "\"^[0-9]+M$\"' --write-index -o s.bam\n"
            "varhush count --fasta-ref s.fa -V t.vcf s.bam -o c.tsv --blocks b.tsv\n"
            "samtools view s.bam | awk -f count.awk t.vcf - | sort > theirs\n"
            "tail -n +2 b.tsv | awk '{print $7, $9, $10, $11}' | sort > ours\n"
            "test -s theirs; diff ours theirs | head -5; wc -l < ours; cat truth\n"
            "awk '{a += $2; b += $3; c += $4} END {print a, b, c}' ours");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    std::istringstream numbers(got.out);
    int sets = 0;
    double right = 0;
    double wrong = 0;
    double first = 0;
    double second = 0;
    double conflict = 0;
    numbers >> sets >> right >> wrong >> first >> second >> conflict;
    ASSERT_TRUE(numbers) << got.out << got.err;
    EXPECT_GT(sets, 70);
    EXPECT_GT(right, 15000);
    EXPECT_LT(wrong / right, 0.02) << got.out;  // fragments with an error at a site
    EXPECT_NEAR(first / second, 2, 0.1) << got.out;
    EXPECT_GT(conflict, 30) << got.out;
    EXPECT_LT(conflict / right, 0.02) << got.out;
}

}  // namespace
}  // namespace varhush::test
