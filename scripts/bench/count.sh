#!/usr/bin/env bash
# Allele counts: `varhush count` beside `bcftools mpileup -a AD` restricted to the same SNVs: whole processes in turn (A B
# A B), one thread, and AD compared. Writes the section "count" of docs/benchmarks.md.
#
#   KEEP=folder bash scripts/bench/count.sh        after scripts/bench/cover.sh with the same KEEP, which makes the reads
#
# In the environment: DEPTH (default 10), BASES (default all), PAIRS (5), SITES (one covered position in so many that differ
# from the reference somewhere; default 20), SECTION ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

pairs=${PAIRS:-5}
section=${SECTION:-count}
keep=${KEEP:?bench: KEEP names the folder that scripts/bench/cover.sh made reads in}
bam=$keep/reads.${BASES:-all}.${DEPTH:-10}x.bam
reference=$keep/reference.${BASES:-all}.fa
begin_bench
[ -s "$bam" ] || { echo "bench: no $bam; run scripts/bench/cover.sh first" >&2; exit 1; }
command -v bcftools >/dev/null || { echo "bench: bcftools is missing" >&2; exit 1; }

sites=$bench_dir/sites.vcf.gz
bcftools mpileup -B -x -I -d 1000 -f "$reference" "$bam" 2>/dev/null |
    awk -v OFS='\t' -v every="${SITES:-20}" '/^##(fileformat|contig)/ {print; next}
        /^#CHROM/ {print "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"; next}
        /^#/ {next}
        $4 ~ /^[ACGT]$/ && $5 ~ /^[ACGT],<\*>$/ && n++ % every == 0 {print $1, $2, ".", $4, substr($5, 1, 1), ".", ".", "."}' |
    bgzip >"$sites"
tabix "$sites"

for ((pair = 0; pair <= pairs; ++pair)); do
    if [ "$pair" -eq 1 ]; then  # the first pair warmed the file cache
        rm "$bench_dir/stream" "$bench_dir/ours"
    fi
    # -R jumps from site to site (once measured: it takes minutes), -T reads everything and keeps the sites.
    [ "$pair" -ne 1 ] ||
        measure jump bcftools mpileup -a AD -d 100000 -f "$reference" -R "$sites" "$bam" -Ob -o "$bench_dir/jump.bcf"
    measure stream bcftools mpileup -a AD -d 100000 -f "$reference" -T "$sites" "$bam" -Ob -o "$bench_dir/stream.bcf"
    measure ours "$varhush" count --quiet -@ 1 --fasta-ref "$reference" -V "$sites" "$bam" -o "$bench_dir/ours.bcf"
done

# The counts, with equal filters: no BAQ, no orphans left out, every read for itself.
bcftools mpileup -B -A -x -I -Q 13 -d 100000 --ff 0xF04 -a AD -f "$reference" -T "$sites" "$bam" 2>/dev/null |
    bcftools query -f '%POS[\t%AD{0}\t%AD{1}]\n' >"$bench_dir/peer.ad"
"$varhush" count --quiet --count-reads --fasta-ref "$reference" -V "$sites" "$bam" -O u |
    bcftools query -f '%POS[\t%AD{0}\t%AD{1}]\n' >"$bench_dir/ours.ad"
# bcftools lists the most frequent base first: positions with a third base may show that one.
same=$(awk -F'\t' 'NR == FNR {ours[$1] = $0; next} {n++; same += ours[$1] == $0} END {printf "%d of %d", same, n}' \
    "$bench_dir/ours.ad" "$bench_dir/peer.ad")

text=$(
    echo
    echo "$(bcftools index -n "$sites") SNVs in $(samtools view -c "$bam") simulated reads, one thread. With equal filters AD is the same at $same positions."
    echo "Measured $(date +%F) on: $(machine_line); median of $pairs runs."
    echo "Reproduce: \`bash scripts/bench/cover.sh chr20.fa.gz; bash scripts/bench/count.sh\` with the same KEEP."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    row "bcftools mpileup -a AD -R" jump
    row "bcftools mpileup -a AD -T" stream
    row "varhush count" ours
    echo
    echo "- bcftools / varhush: -R, once: wall $(awk -v a="$(median jump 1)" -v b="$(median ours 1)" 'BEGIN {printf "%.1f", a / b}'); -T: wall $(ratio_range stream ours 1), CPU $(ratio_range stream ours 2)."
)
echo "$text"
[ "$section" = - ] || echo "$text" | put_section docs/benchmarks.md "$section"
