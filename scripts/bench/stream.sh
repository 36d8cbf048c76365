#!/usr/bin/env bash
# Streaming overhead: `varhush score --model none` beside `bcftools view` on a VCF of a million
# records, both reading and writing the same format with the same number of threads.
#   bash scripts/bench/stream.sh [build/release/bin/varhush] [pairs] [records]
# Runs are interleaved (A B A B …) so that a slow phase of the machine hits both. Prints a Markdown
# table: median wall seconds, the median of the ratios of each pair, CPU seconds and peak memory.
set -euo pipefail

varhush=${1:-build/release/bin/varhush}
pairs=${2:-5}
records=${3:-1000000}
for tool in bcftools bgzip awk; do
    command -v "$tool" >/dev/null || { echo "stream.sh: $tool is not installed" >&2; exit 1; }
done
[ -x /usr/bin/time ] || { echo "stream.sh: /usr/bin/time is not installed (apt install time)" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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
}' > "$work/in.vcf"
bgzip -k "$work/in.vcf"
bcftools view --no-version -Ob -o "$work/in.bcf" "$work/in.vcf"

# median FILE COLUMN
median() {
    sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END {
        print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# measure LOG COMMAND…: appends "wall cpu peak_kb"
measure() {
    local log=$1
    shift
    /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@"
    awk '{ print $1, $2 + $3, $4 }' "$work/time" >> "$log"
}

echo "| in -> out | threads | bcftools view, s | varhush score, s | ratio | CPU s | peak MB |"
echo "|---|---|---|---|---|---|---|"
for shape in "vcf v" "vcf.gz v" "vcf.gz z" "bcf b"; do
    read -r suffix type <<< "$shape"
    for threads in 1 2; do
        rm -f "$work"/*.log
        # bcftools counts the compression threads it adds to its own.
        peer=(bcftools view --no-version --threads $((threads - 1)) -O "$type" -o "$work/peer.out" "$work/in.$suffix")
        ours=("$varhush" score -q -m none --no-version -@ "$threads" -O "$type" -o "$work/ours.out" "$work/in.$suffix")
        "${peer[@]}"
        "${ours[@]}"
        for _ in $(seq "$pairs"); do
            measure "$work/peer.log" "${peer[@]}"
            measure "$work/ours.log" "${ours[@]}"
        done
        paste -d ' ' "$work/peer.log" "$work/ours.log" | awk '{ print $4 / $1 }' > "$work/ratio.log"
        printf '| %s -> %s | %s | %.2f | %.2f | %.2f | %.2f / %.2f | %.0f / %.0f |\n' \
            "$suffix" "$type" "$threads" \
            "$(median "$work/peer.log" 1)" "$(median "$work/ours.log" 1)" "$(median "$work/ratio.log" 1)" \
            "$(median "$work/peer.log" 2)" "$(median "$work/ours.log" 2)" \
            "$(awk "BEGIN { print $(median "$work/peer.log" 3) / 1024 }")" \
            "$(awk "BEGIN { print $(median "$work/ours.log" 3) / 1024 }")"
    done
done
