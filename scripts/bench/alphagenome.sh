#!/usr/bin/env bash
# AlphaGenome-style models side by side with the PyTorch port: the same weights (from the recipe, 1.8 GB),
# inputs and threads, whole processes in turn, outputs compared. Writes the section "alphagenome" of
# docs/benchmarks.md and docs/alphagenome-lengths.svg.
#
#   bash scripts/bench/alphagenome.sh [PORT]
#
# PORT is a checkout of genomicsxai/alphagenome-pytorch; without it the peer's rows are left out, and that is
# said. Needs Debian's python3-torch python3-pysam python3-pyfaidx python3-pandas for it, and 4 GB of room in
# TMPDIR. PAIRS (default 3) and THREADS (default 2) may be set; PARTS (default "forward snv window lengths")
# chooses what is measured. About an hour with the peer and three pairs.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

port=${1:-}
pairs=${PAIRS:-3}
threads=${THREADS:-2}
parts=${PARTS:-forward snv window lengths}
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
bench_dir=$(mktemp -d)
trap 'rm -rf "$bench_dir"' EXIT
report=$bench_dir/report

[ -x "$varhush" ] || { echo "bench: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
have_peer=no
[ -n "$port" ] && [ -d "$port/src/alphagenome_pytorch" ] && have_peer=yes
[ "$have_peer" = yes ] || echo "bench: no checkout of the port given: its rows are left out" >&2

# The port has the erf form of GELU in its pair path; so has the file both read.
printf '{"pair_gelu": "erf"}' >"$bench_dir/config.json"
weights=$bench_dir/recipe.safetensors
"$varhush" bench recipe "$weights" --config "$bench_dir/config.json"
gzip -dc data/demo/chr22.fa.gz >"$bench_dir/chr22.fa"
gzip -dc data/demo/genes.gtf.gz >"$bench_dir/genes.gtf"
samtools faidx "$bench_dir/chr22.fa"
# 50 SNVs, one every 2,000 bases of a gene-rich stretch that fits one shared window; the first alone, and the
# first two.
{ printf '##fileformat=VCFv4.2\n##contig=<ID=chr22>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n'
  for i in $(seq 0 49); do
      position=$((20050000 + 2000 * i))
      base=$(samtools faidx "$bench_dir/chr22.fa" "chr22:$position-$position" | tail -1 | tr acgt ACGT)
      printf 'chr22\t%d\t.\t%s\t%s\t.\t.\t.\n' "$position" "$base" "$(echo "$base" | tr ACGT GTAC)"
  done; } >"$bench_dir/snv50.vcf"
head -4 "$bench_dir/snv50.vcf" >"$bench_dir/snv1.vcf"
head -5 "$bench_dir/snv50.vcf" >"$bench_dir/snv2.vcf"

peer() {  # peer LABEL arguments of alphagenome_peer.py
    local label=$1 core
    shift
    grep -qw avx512f /proc/cpuinfo && core=SKYLAKEX || core=HASWELL
    measure "$label" env PYTHONPATH="$port/src" OMP_NUM_THREADS="$threads" OMP_WAIT_POLICY=passive \
        OPENBLAS_CORETYPE="$core" ONEDNN_MAX_CPU_ISA=AVX512_CORE_BF16 \
        /usr/bin/python3 scripts/bench/alphagenome_peer.py "$@"
}
json() { sed -n "s/.*\"$1\": \([-0-9.e+]*\).*/\1/p" "$2"; }
close_to() {  # close_to A B TOLERANCE WHAT: ends the script when they differ
    awk -v a="$1" -v b="$2" -v t="$3" -v what="$4" 'BEGIN {d = a - b; if (d < 0) d = -d; m = a < 0 ? -a : a
        if (d > t * m || m == 0) {print "bench: " what " differ: " a " " b > "/dev/stderr"; exit 1}}'
}

forward_part() {
    local window
    printf '\n### One whole prediction (every head but the junctions)\n\n| | wall s | CPU s | peak MB |\n|---|---|---|---|\n'
    for window in 16384 131072; do
        for _ in $(seq "$pairs"); do
            measure "ours_$window" "$varhush" bench forward -m "$weights" --window "$window" -@ "$threads" --json
            [ "$have_peer" = no ] || peer "peer_$window" forward "$weights" "$window"
        done
        row "varhush, $window bp" "ours_$window"
        [ "$have_peer" = no ] && continue
        row "the port, $window bp" "peer_$window"
        close_to "$(json atac_sum "$bench_dir/ours_$window.out")" "$(json atac_sum "$bench_dir/peer_$window.out")" \
            1e-4 "sums of ATAC"
        printf '| **port / varhush** | %s | %s | %s |\n' "$(ratio_range "peer_$window" "ours_$window" 1)" \
            "$(ratio_range "peer_$window" "ours_$window" 2)" "$(ratio_range "peer_$window" "ours_$window" 3)"
    done
    printf '\nSums of ATAC over all positions and tracks agree to 1e-4. '
    printf 'Products at %s bp: %.0f GFLOP, the whole process at %.0f %% of the f32 peak of %.0f GFLOP/s.\n' 131072 \
        "$(json gflop "$bench_dir/ours_131072.out")" \
        "$(awk -v g="$(json gflop "$bench_dir/ours_131072.out")" -v s="$(median ours_131072 1)" \
            -v p="$(json peak_gflop_per_s "$bench_dir/ours_131072.out")" 'BEGIN {print 100 * g / s / p}')" \
        "$(json peak_gflop_per_s "$bench_dir/ours_131072.out")"
}

score() {  # score LABEL VCF [options]
    local label=$1 vcf=$2
    shift 2
    measure "$label" "$varhush" score -q -m "$weights" -f "$bench_dir/chr22.fa" --gtf "$bench_dir/genes.gtf" \
        --window 131072 -@ "$threads" "$@" -o "$bench_dir/$label.vcf" "$vcf"
}

# Largest |score| over tracks of the centre masks at 1 bp, whose definitions coincide, of the first variant.
same_scores() {  # same_scores OURS.vcf PEER.tsv
    local output value
    for output in ATAC DNASE CAGE PROCAP; do
        value=$(grep -v '^#' "$1" | head -1 | tr ',' '\n' | grep "|$output|" | head -1 | awk -F'|' '{print $(NF - 1)}')
        close_to "${value#-}" "$(awk -F'\t' -v o="output=$(echo $output | tr A-Z a-z)," \
            'index($2, o) && /diff_log2_sum/ {print $4; exit}' "$2")" 1e-3 "$output scores"
    done
    echo "Largest scores of ATAC, DNASE, CAGE and PROCAP agree to 1e-3 (both with erf GELU)."
}

snv_part() {
    printf '\n### One SNV, all recommended scorers but polyadenylation, window 131,072 bp\n\n'
    printf '| | wall s | CPU s | peak MB |\n|---|---|---|---|\n'
    score ours_snv "$bench_dir/snv1.vcf"
    row "varhush" ours_snv
    [ "$have_peer" = no ] && return
    peer peer_snv score "$weights" "$bench_dir/chr22.fa" "$bench_dir/genes.gtf" "$bench_dir/snv1.vcf" 131072 0 \
        "$bench_dir/peer_snv.tsv"
    row "the port" peer_snv
    printf '| **port / varhush** | %s | %s | %s |\n\n' "$(ratio_range peer_snv ours_snv 1)" \
        "$(ratio_range peer_snv ours_snv 2)" "$(ratio_range peer_snv ours_snv 3)"
    same_scores "$bench_dir/ours_snv.vcf" "$bench_dir/peer_snv.tsv"
}

window_part() {
    printf '\n### 50 SNVs in one window of 131,072 bp (one every 2,000 bp)\n\n'
    printf '| | wall s | CPU s | peak MB |\n|---|---|---|---|\n'
    [ -s "$bench_dir/ours_snv" ] || score ours_snv "$bench_dir/snv1.vcf"
    score ours_50 "$bench_dir/snv50.vcf" --share-window 60000
    row "varhush, 50 SNVs" ours_50
    row "varhush, 1 SNV" ours_snv
    awk -v a="$(median ours_50 1)" -v b="$(median ours_snv 1)" \
        'BEGIN {printf "\nOurs: %.2f s a further variant, %.2f s a variant of the whole run.\n", (a - b) / 49, a / 50}'
    [ "$have_peer" = no ] && return
    peer peer_2 score "$weights" "$bench_dir/chr22.fa" "$bench_dir/genes.gtf" "$bench_dir/snv2.vcf" 131072 1 \
        "$bench_dir/peer_2.tsv"
    [ -s "$bench_dir/peer_snv" ] || peer peer_snv score "$weights" "$bench_dir/chr22.fa" "$bench_dir/genes.gtf" \
        "$bench_dir/snv1.vcf" 131072 0 "$bench_dir/peer_snv.tsv"
    awk -v two="$(median peer_2 1)" -v one="$(median peer_snv 1)" -v fifty="$(median ours_50 1)" \
        -v ours="$(median ours_snv 1)" 'BEGIN {
        printf "The port (its list interface) predicts REF and ALT for every variant: %.0f s for one, %.0f s for two, so %.1f s a further one; ", one, two, two - one
        printf "**%.0f times** ours (%.0f times a variant of the whole run).\n", (two - one) / ((fifty - ours) / 49), (two - one) / (fifty / 50)}'
}

lengths_part() {
    local window
    printf '\n### Time and memory by length (whole prediction, varhush)\n\n| bp | wall s | CPU s | peak MB |\n|---|---|---|---|\n'
    : >"$bench_dir/lengths"
    for window in 2048 16384 131072 524288 1048576; do
        measure "length_$window" "$varhush" bench forward -m "$weights" --window "$window" -@ "$threads" --json
        row "$window" "length_$window"
        echo "$window $(median "length_$window" 2) $(median "length_$window" 3)" >>"$bench_dir/lengths"
    done
    /usr/bin/python3 scripts/bench/plot_lengths.py "$bench_dir/lengths" >docs/alphagenome-lengths.svg
    printf '\n![Time and memory against window length](alphagenome-lengths.svg)\n'
}

{
    printf 'Weights from the recipe (450,452,613 parameters), %s, %s threads, %s pair(s) of whole processes in turn, medians. `bash scripts/bench/alphagenome.sh %s`, %s.\n' \
        "$(machine_line)" "$threads" "$pairs" "${port:+PORT}" "$(date +%F)"
    for part in $parts; do
        "${part}_part"
    done
} >"$report"
put_section docs/benchmarks.md alphagenome <"$report"
cat "$report"
