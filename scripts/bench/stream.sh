#!/usr/bin/env bash
# Streaming overhead: `varhush score -m none` beside `bcftools view` on a VCF of a million records, whole
# processes in turn (A B A B), the same formats and threads. Writes the section "stream" of
# docs/benchmarks.md. Called by splice.sh too.
#
#   bash scripts/bench/stream.sh [RECORDS]
#
# VARHUSH (default build/release/bin/varhush) and PAIRS (default 5) may be set in the environment.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

records=${1:-1000000}
pairs=${PAIRS:-5}
begin_bench

awk -v n="$records" 'BEGIN {
    srand(7)
    print "##fileformat=VCFv4.2"
    print "##FILTER=<ID=PASS,Description=\"All filters passed\">"
    print "##contig=<ID=chr1,length=248956422>"
    print "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count\">"
    print "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Allele frequency\">"
    print "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    for (i = 0; i < n; i++) {
        p += 1 + int(rand() * 200); r = int(rand() * 4); a = (r + 1 + int(rand() * 3)) % 4
        printf "chr1\t%d\trs%d\t%s\t%s\t%d\tPASS\tAC=%d;AF=%.4f\n", 10000 + p, i,
            substr("ACGT", r + 1, 1), substr("ACGT", a + 1, 1), 30 + int(rand() * 70),
            int(rand() * 1000), rand()
    }
}' > "$bench_dir/in.vcf"
bgzip -k "$bench_dir/in.vcf"
bcftools view --no-version -Ob -o "$bench_dir/in.bcf" "$bench_dir/in.vcf"

# one_shape SUFFIX TYPE THREADS: prints a row. -@ counts all threads, --threads those beyond the first.
one_shape() {
    local in=$bench_dir/in.$1 type=$2 threads=$3
    local label=$1_$2_$3
    for ((pair = 0; pair <= pairs; ++pair)); do
        if [ "$pair" -eq 1 ]; then  # the first pair warmed the file cache
            rm "$bench_dir/peer_$label" "$bench_dir/ours_$label"
        fi
        measure "peer_$label" bcftools view --no-version --threads $((threads - 1)) -O "$type" \
            -o "$bench_dir/peer.stream" "$in"
        measure "ours_$label" "$varhush" score -q -m none --no-version -@ "$threads" -O "$type" \
            -o "$bench_dir/ours.stream" "$in"
    done
    printf '| %s to %s | %s | %s | %s | %s | %s / %s | %s / %s |\n' "$1" "$type" "$threads" \
        "$(median "peer_$label" 1)" "$(median "ours_$label" 1)" "$(ratio_range "ours_$label" "peer_$label" 1)" \
        "$(median "peer_$label" 2)" "$(median "ours_$label" 2)" "$(median "peer_$label" 3)" "$(median "ours_$label" 3)"
}

{
    echo
    echo "\`varhush score -m none\` (every allele classified and written, none scored) beside \`bcftools view\`,"
    echo "$records records. Measured $(date +%F) on: $(machine_line); $pairs pairs in turn, medians."
    echo "Reproduce: \`bash scripts/bench/stream.sh\`."
    echo
    echo "| in to out | threads | bcftools wall s | varhush wall s | varhush / bcftools | CPU s, each | peak MB, each |"
    echo "|---|---|---|---|---|---|---|"
    for threads in 1 2; do
        one_shape vcf v "$threads"
        one_shape vcf.gz v "$threads"
        one_shape vcf.gz z "$threads"
        one_shape bcf b "$threads"
    done
} > "$bench_dir/section"
put_section docs/benchmarks.md stream < "$bench_dir/section"
cat "$bench_dir/section"
