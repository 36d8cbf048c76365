#!/usr/bin/env bash
# Side by side with the OpenSpliceAI command line: the same variants, weights and threads, whole processes in
# turn (A B A B), outputs compared. Writes the sections "splice" and (by stream.sh) "stream" of docs/benchmarks.md.
#
#   bash scripts/bench/splice.sh [PEERS]
#
# PEERS is a folder with a checkout of OpenSpliceAI in it (with models/openspliceai-mane/10000nt); without it
# the peer's rows are left out, and that is said. Also needs the shared fixtures and models (VARHUSH_SHARED,
# default ../shared) and Debian's python3-torch python3-pysam python3-pyfaidx python3-pandas … for the peer.
# PAIRS (default 3) and THREADS (default 2) may be set in the environment. About ten minutes with the peer.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

peers=${1:-}
shared=${VARHUSH_SHARED:-../shared}
pairs=${PAIRS:-3}
threads=${THREADS:-2}
varhush=$PWD/build/release/bin/varhush
bench_dir=$(mktemp -d)
trap 'rm -rf "$bench_dir"' EXIT

[ -x "$varhush" ] || { echo "bench: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
[ -d "$shared/fixtures/splice" ] || { echo "bench: skipped: no shared fixtures at $shared" >&2; exit 0; }
cp "$shared"/fixtures/splice/{chr22_20-21M.fa,genes.tsv,bench_snv50.vcf,bench_mixed100.vcf} "$bench_dir/"
samtools faidx "$bench_dir/chr22_20-21M.fa"
model=$(realpath "$shared/models/openspliceai-mane-10000nt.safetensors")
peer_model=$peers/OpenSpliceAI/models/openspliceai-mane/10000nt
have_peer=no
[ -n "$peers" ] && [ -d "$peer_model" ] && have_peer=yes

ours() {  # ours LABEL VCF [options]
    local label=$1 vcf=$2
    shift 2
    measure "$label" "$varhush" score -f "$bench_dir/chr22_20-21M.fa" --genes "$bench_dir/genes.tsv" \
        -m "$model" --compat-tag OpenSpliceAI --digits 6 -@ "$threads" "$@" -o "$bench_dir/$label.vcf" "$vcf"
}

peer() {  # peer LABEL VCF
    local core=
    grep -qw avx512f /proc/cpuinfo && core=SKYLAKEX || core=HASWELL
    measure "$1" env PYTHONPATH="$peers/OpenSpliceAI" OMP_NUM_THREADS="$threads" OMP_WAIT_POLICY=passive \
        OPENBLAS_CORETYPE="$core" ONEDNN_MAX_CPU_ISA=AVX512_CORE_BF16 /usr/bin/python3 -c \
        'import sys; from openspliceai.openspliceai import main; main(sys.argv[1:])' variant \
        -R "$bench_dir/chr22_20-21M.fa" -A "$bench_dir/genes.tsv" -I "$2" -O "$bench_dir/$1.vcf" \
        -m "$peer_model" -f 10000 -p 6
}

# largest_difference A B: over all scores of the OpenSpliceAI tag; ends the script when records or entries are
# missing, scores differ by more than 2e-5, or positions do where the score is at least 1e-4.
largest_difference() {
    join -a 1 -a 2 -e MISSING -o 0,1.2,2.2 -t "$(printf '\t')" <(tagged "$1") <(tagged "$2") |
        awk -F'\t' 'function wrong(what) {print "bench: " what " at " $1 > "/dev/stderr"; bad = 1; exit 1}
             {n = split($2, a, /[|,]/); m = split($3, b, /[|,]/)
              if (n != m) wrong("entries differ")
              for (i = 1; i <= n; ++i) {
                  if (i % 10 < 3 || i % 10 > 6) continue
                  d = a[i] - b[i]; if (d < 0) d = -d
                  if (d > 2e-5) wrong("scores differ")
                  if (b[i] >= 1e-4 && a[i + 4] != b[i + 4]) wrong("positions differ")
                  if (d > most) most = d
              }
              rows++}
             END {if (bad || !rows) exit 1; printf "%d records, largest difference %.1g, all positions equal", rows, most}'
}
tagged() {
    grep -v '^#' "$1" | awk -F'\t' '{split($8, info, ";"); value = ""
        for (i in info) if (info[i] ~ /^OpenSpliceAI=/) value = substr(info[i], 14)
        if (value != "") print $1 ":" $2 ":" $4 ":" $5 "\t" value}' | LC_ALL=C sort
}

# Every SNV within 20 bases of the first 60 splice sites of the real genes in the slice.
dense_vcf() {
    grep '^##' "$bench_dir/bench_snv50.vcf"
    printf '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n'
    awk -F'\t' '!/^#/ && $1 !~ /^SYN/ {n = split($6, s, ","); split($7, e, ",")
        for (i = 1; i < n; ++i) {if (i > 1) print s[i] + 1; if (i < n - 1) print e[i]}}' "$bench_dir/genes.tsv" |
        sort -n | uniq | head -60 |
        awk '{for (p = $1 - 20; p <= $1 + 20; ++p) print p}' | sort -n | uniq >"$bench_dir/positions"
    awk 'NR == FNR {want[$1]; next}
         /^>/ {next}
         {for (i = 1; i <= length($0); ++i) {++p; if (p in want) {ref = toupper(substr($0, i, 1))
              for (k = 1; k <= 4; ++k) {alt = substr("ACGT", k, 1)
                  if (alt != ref && ref != "N") printf "chr22\t%d\t.\t%s\t%s\t.\t.\t.\n", p, ref, alt}}}}' \
        "$bench_dir/positions" "$bench_dir/chr22_20-21M.fa"
}
dense_vcf >"$bench_dir/dense.vcf"
dense_records=$(grep -vc '^#' "$bench_dir/dense.vcf")
# The peer needs hours for all of it: it gets every 369th record and is scaled by the records beyond start-up.
{ grep '^#' "$bench_dir/dense.vcf"; grep -v '^#' "$bench_dir/dense.vcf" | awk 'NR % 369 == 1'; } >"$bench_dir/sample.vcf"
sample_records=$(grep -vc '^#' "$bench_dir/sample.vcf")
awk '/^#/ {print; next} {print; exit}' "$bench_dir/dense.vcf" >"$bench_dir/one.vcf"

for ((pair = 1; pair <= pairs; ++pair)); do
    echo "bench: pair $pair of $pairs" >&2
    ours ours_snv50 "$bench_dir/bench_snv50.vcf"
    if [ $have_peer = yes ]; then
        peer peer_snv50 "$bench_dir/bench_snv50.vcf"
        peer peer_one "$bench_dir/one.vcf"
        [ "$pair" -gt 1 ] || peer peer_sample "$bench_dir/sample.vcf"  # once: only its slope is used
    fi
    ours ours_sample "$bench_dir/sample.vcf"
    ours ours_mixed "$bench_dir/bench_mixed100.vcf"
done
ours ours_dense "$bench_dir/dense.vcf"
if [ $have_peer = yes ]; then  # before anything is written: a difference ends the script here
    same_snv50=$(largest_difference "$bench_dir/ours_snv50.vcf" "$bench_dir/peer_snv50.vcf")
    same_sample=$(largest_difference "$bench_dir/ours_sample.vcf" "$bench_dir/peer_sample.vcf")
fi

{
    echo
    echo "Measured $(date +%F) on: $(machine_line); $threads threads; $pairs pairs in turn, medians."
    echo "Reproduce: \`bash scripts/bench/splice.sh PEERS\`."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    row "varhush, bench_snv50.vcf (50 SNVs, 5 x 10000nt)" ours_snv50
    [ $have_peer = yes ] && row "OpenSpliceAI, the same" peer_snv50
    row "varhush, $sample_records SNVs, a sample of the dense set" ours_sample
    [ $have_peer = yes ] && row "OpenSpliceAI, the same" peer_sample
    [ $have_peer = yes ] && row "OpenSpliceAI, one SNV (its start-up)" peer_one
    row "varhush, dense set ($dense_records SNVs round 60 splice sites), one run" ours_dense
    row "varhush, bench_mixed100.vcf (80 SNVs, 20 indels)" ours_mixed
    echo
    if [ $have_peer = yes ]; then
        echo "- bench_snv50: peer / varhush wall $(ratio_range peer_snv50 ours_snv50 1), CPU $(ratio_range peer_snv50 ours_snv50 2); scores: $same_snv50."
        per_record=$(awk -v a="$(median peer_sample 1)" -v b="$(median peer_one 1)" -v n="$sample_records" 'BEGIN {print (a - b) / (n - 1)}')
        echo "- dense set: the peer takes $(awk -v p="$per_record" 'BEGIN {printf "%.2f", p}') s a record beyond its start-up, so $(awk -v p="$per_record" -v n="$dense_records" 'BEGIN {printf "%.0f", p * n}') s for all $dense_records (extrapolated): $(awk -v p="$per_record" -v n="$dense_records" -v o="$(median ours_dense 1)" 'BEGIN {printf "%.0f", p * n / o}') times varhush's wall; scores of the sample: $same_sample."
    else
        echo "- The peer was not there: no comparison."
    fi
    echo
    echo "What the convolutions reach:"
    echo
    echo '```'
    "$varhush" bench kernels -@ 1
    "$varhush" bench kernels -@ "$threads"
    echo '```'
} | put_section docs/benchmarks.md splice
sed -n '/<!-- splice begin -->/,/<!-- splice end -->/p' docs/benchmarks.md

[ "${STREAM:-yes}" = no ] || PAIRS=$pairs bash scripts/bench/stream.sh
