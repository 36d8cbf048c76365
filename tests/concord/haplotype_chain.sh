# haplotype_chain.sh: from phased variants to concordance on deep reads, in the current folder, as docs/concord.md has it:
# haplotypes are scored, reads planted (NAME.bam), fragments counted by haplotype, both joined. NAME is "planted" and "null".
#
# 60 blocks of two SNVs of real sequence, ALT of both on one haplotype or of each on another, and a block without phase. Every
# third block has four times as many fragments of one haplotype as of the other: of the one that is predicted to do more, in
# every twelfth block of the other one. truth.NAME.tsv: contig start hap1 hap2 share depth log2_effect prediction.
set -eu
tab=$(printf '\t')
samtools faidx data/demo/chr22.fa.gz chr22:20000001-20130000 | sed 's/:.*//' >ref.fa
samtools faidx ref.fa
awk -v OFS='\t' '
    /^>/ { next }
    { bases = bases toupper($0) }
    END {
        print "##fileformat=VCFv4.2\n##contig=<ID=chr22,length=" length(bases) ">"
        print "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype, made up\">"
        print "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"Phase set\">"
        print "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "sim"
        split("0|1 0|1 1|0 0|1 1|0 1|0 0|1 1|0", genotype, " ")
        for (at = 2000; at + 1500 < length(bases) && made < 60; at += 2000) {
            if (substr(bases, at - 600, 1300) !~ /^[ACGT]+$/) { continue }
            for (i = 0; i < 2; i++) {
                ref = substr(bases, at + 60 * i, 1)
                alt = ref ~ /[AG]/ ? "C" : "A"
                print "chr22", at + 60 * i, ".", ref, alt, ".", ".", ".", "GT:PS", genotype[2 * (made % 4) + i + 1] ":" at
            }
            made++
        }
    }' ref.fa >phased.vcf

for haplotype in 1 2; do
    varhush haplo -q -m none -f ref.fa --haplotype $haplotype --emit-fasta hap$haplotype.fa phased.vcf 2>/dev/null
done
# Two sites that nothing phases, behind the others.
for at in 128000 128060; do
    ref=$(samtools faidx ref.fa chr22:$at-$at | tail -1 | tr '[:lower:]' '[:upper:]')
    alt=$([ "$ref" = C ] && echo A || echo C)
    echo "chr22${tab}$at${tab}.${tab}$ref${tab}$alt${tab}.${tab}.${tab}.${tab}GT${tab}0/1"
done | cat phased.vcf - >all.vcf

varhush haplo -q -m varhush-mini -f ref.fa all.vcf -o haplotypes.tsv
awk -F'\t' -v OFS='\t' '!/^##/ && $2 != "contig" {print $2, $3 - 1, $4}' haplotypes.tsv | sort -u >blocks.bed

# plant NAME EFFECT SEED
plant() {
    awk -F'\t' '$8 == 2 && $11 == "VH_TF" {print $2 "\t" $3 "\t" $4 "\t" $20}' haplotypes.tsv >predicted.tsv
    awk -F'\t' '{print $1 ":" $2 "-" $3}' predicted.tsv >places
    for haplotype in 1 2; do
        samtools faidx -r places -n 1000 hap$haplotype.fa | grep -v '^>' >segments.$haplotype
    done
    paste predicted.tsv segments.1 segments.2 | awk -F'\t' -v OFS='\t' -v size="$2" '{
        effect = NR % 3 == 0 ? ($4 > 0 ? size : -size) * (NR % 12 == 0 ? -1 : 1) : 0
        print $1, $2, $5, $6, 1 / (1 + exp(-effect * log(2))), 60, effect, $4
    }' >"truth.$1.tsv"
    bash "$PLANT_READS" ref.fa "truth.$1.tsv" "$1" "$3" hap1.fa
    varhush count -q 20 --quiet -V all.vcf --fasta-ref ref.fa "$1.bam" --blocks "$1.blocks.tsv" --peaks blocks.bed -o "$1.counts.tsv"
    varhush concord --scores haplotypes.tsv --score VH_TF "$1.blocks.tsv" -o "$1.sites.tsv" --json "$1.json" 2>"$1.log"
}
plant planted 2 5
plant null 0 6
