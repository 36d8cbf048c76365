#!/usr/bin/env bash
# Local accessibility: `varhush bench fold` beside RNAplfold on one transcript, whole processes in turn (A B A
# B), one thread each, then ours with two; all numbers compared. Writes the section "accessibility" of
# docs/benchmarks.md.
#
#   bash scripts/bench/accessibility.sh [RNAPLFOLD]
#
# RNAPLFOLD: the peer (default: the one on PATH; without one only ours is timed). VARHUSH (default
# build/release/bin/varhush), PAIRS (default 5) and VARHUSH_SHARED (default ../shared; transcript and recorded
# results) may be set in the environment.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

peer=${1:-$(command -v RNAplfold || true)}
pairs=${PAIRS:-5}
shared=${VARHUSH_SHARED:-$PWD/../shared}
begin_bench
[ -z "$peer" ] || peer=$(realpath "$peer")

if [ -e "$shared/data/sirna/targets.fa" ]; then
    name=J03132
    awk -v name=">$name" '/^>/ {take = $1 == name} take' "$shared/data/sirna/targets.fa" >"$bench_dir/in.fa"
    expected=$shared/fixtures/rnafold/plfold_expected.tsv.gz
else
    name=EGFP
    cp tests/data/sirna/rnafold/plfold_transcripts.fa "$bench_dir/in.fa"
    expected=tests/data/sirna/rnafold/plfold_expected.tsv
fi
bases=$(grep -v '>' "$bench_dir/in.fa" | tr -d '\n' | wc -c)

# largest_difference A B: of two files of numbers, line by line; NA must meet NA. Prints how many and the
# largest; fails for other numbers of lines.
largest_difference() {
    [ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ] || { echo "bench: $1 and $2 differ in length" >&2; exit 1; }
    paste "$1" "$2" | awk '($1 == "NA") != ($2 == "NA") {bad = 1}
        $1 != "NA" {d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d; ++n}
        END {if (bad || !n) {print "bench: values differ in kind" >"/dev/stderr"; exit 1} printf "%d values, largest difference %.1e", n, most}'
}

# ours_values TSV, peer_values LUNP, golden_values W: p1, p8, p19 of every end, one a line.
ours_values() { awk 'NR > 1 {print $3; print $4; print $5}' "$1"; }
peer_values() { awk '$1 + 0 > 0 {print $2; print $9; print $20}' "$1"; }
golden_values() {
    gzip -dcf "$expected" | awk -v t="$name" -v w="$1" '$1 == t && $2 == w {print $5; print $6; print $7}'
}

# one_shape W L: rows, and notes into $bench_dir/notes.
one_shape() {
    local window=$1 span=$2 label=$1_$2 same
    for ((pair = 0; pair <= pairs; ++pair)); do
        if [ "$pair" -eq 1 ]; then  # the first pair warmed the file cache
            rm -f "$bench_dir"/peer_"$label" "$bench_dir"/ours_"$label" "$bench_dir"/two_"$label"
        fi
        if [ -n "$peer" ]; then
            measure "peer_$label" bash -c 'cd "$1" && exec "$2" -W "$3" -L "$4" -u 19 <in.fa' \
                peer "$bench_dir" "$peer" "$window" "$span"
        fi
        measure "ours_$label" "$varhush" bench fold -q -@ 1 --window "$window" --span "$span" \
            -o "$bench_dir/ours_$label.tsv" "$bench_dir/in.fa"
        measure "two_$label" "$varhush" bench fold -q -@ 2 --window "$window" --span "$span" \
            -o "$bench_dir/two_$label.tsv" "$bench_dir/in.fa"
    done
    row "varhush, window $window, span $span" "ours_$label"
    row "varhush, two threads" "two_$label"
    cmp "$bench_dir/ours_$label.tsv" "$bench_dir/two_$label.tsv"
    ours_values "$bench_dir/ours_$label.tsv" >"$bench_dir/ours.values"
    if [ -n "$peer" ]; then
        row "RNAplfold" "peer_$label"
        peer_values "$bench_dir/${name}_lunp" >"$bench_dir/peer.values"
        same=$(largest_difference "$bench_dir/ours.values" "$bench_dir/peer.values")
        echo "- Window $window: RNAplfold / varhush, one thread each: wall $(ratio_range "peer_$label" "ours_$label" 1)," \
            "CPU $(ratio_range "peer_$label" "ours_$label" 2); $same." >>"$bench_dir/notes"
    fi
    golden_values "$window" >"$bench_dir/golden.values"
    if [ -s "$bench_dir/golden.values" ]; then
        same=$(largest_difference "$bench_dir/ours.values" "$bench_dir/golden.values")
        echo "- Window $window beside the recorded results: $same." >>"$bench_dir/notes"
    fi
}

{
    echo
    echo "Probabilities that 1, 8 and 19 bases are unpaired, transcript $name ($bases nt), as a table."
    echo "Measured $(date +%F) on: $(machine_line); $pairs pairs in turn, medians." \
        "Peer: $([ -n "$peer" ] && "$peer" --version || echo none)."
    echo "Reproduce: \`bash scripts/bench/accessibility.sh RNAPLFOLD\`."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    one_shape 80 40
    one_shape 200 120
    echo
    cat "$bench_dir/notes"
} >"$bench_dir/section"
put_section docs/benchmarks.md accessibility <"$bench_dir/section"
cat "$bench_dir/section"
