#!/usr/bin/env bash
# Coverage: `varhush cover` beside mosdepth on simulated reads: whole processes in turn (A B A B), 1 and 2 threads, and
# the values compared interval by interval. Writes the section "cover" of docs/benchmarks.md.
#
#   bash scripts/bench/cover.sh REFERENCE.fa[.gz]...       parts of one contig, e.g. chromosome 20
#
# Reads: wgsim (pairs of 150 bases) on the reference, aligned with bwa mem, sorted. In the environment: DEPTH (default
# 10), BASES (of the reference; default all), PAIRS (5), THREADS ("1 2"), KEEP=folder (made files are kept there and used
# again), SECTION=name of the section ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

depth=${DEPTH:-10}
pairs=${PAIRS:-5}
section=${SECTION:-cover}
begin_bench
keep=${KEEP:-$bench_dir}
mkdir -p "$keep"
for tool in wgsim bwa samtools mosdepth; do
    command -v "$tool" >/dev/null ||
        { echo "bench: $tool is missing (apt-get install samtools bwa mosdepth)" >&2; exit 1; }
done

bam=$keep/reads.${BASES:-all}.${depth}x.bam
if [ ! -s "$bam.bai" ]; then
    [ $# -gt 0 ] || { echo "bench: name the FASTA to simulate reads from" >&2; exit 1; }
    reference=$keep/reference.${BASES:-all}.fa
    {
        echo ">chr20"
        for part in "$@"; do gzip -dcf "$part"; done | grep -v '>' | tr -d '\n' | head -c "${BASES:-1000000000}" | fold -w 60
        echo
    } >"$reference"
    bases=$(grep -v '>' "$reference" | tr -d '\n' | wc -c)
    wgsim -N $((bases * depth / 300)) -1 150 -2 150 -S 1 "$reference" "$bench_dir/1.fq" "$bench_dir/2.fq" >/dev/null 2>&1
    bwa index "$reference" 2>/dev/null
    bwa mem -t 2 "$reference" "$bench_dir/1.fq" "$bench_dir/2.fq" 2>/dev/null | samtools sort -o "$bam" - 2>/dev/null
    samtools index "$bam"
fi

# same_values NAME OPTION...: mosdepth's per-base file without its intervals of depth 0 must be ours. mosdepth counts the
# overlap of mates once only in proper pairs, varhush (and `samtools depth -s`) in all, so that proper pairs are compared.
same_values() {
    local name=$1 theirs=() proper=()
    shift
    if [ "$name" = span ]; then
        theirs=(-x)
    else
        theirs=(-i 2)
        proper=(-f 2)
    fi
    mosdepth "${theirs[@]}" -F 1796 "$bench_dir/peer" "$bam"
    "$varhush" cover --quiet -@ "$threads" -F 1796 "$@" ${proper[@]+"${proper[@]}"} "$bam" -o "$bench_dir/ours.bedgraph.gz" -W
    bgzip -dc "$bench_dir/peer.per-base.bed.gz" | awk '$4 > 0' >"$bench_dir/peer.bedgraph"
    bgzip -dc "$bench_dir/ours.bedgraph.gz" | cmp - "$bench_dir/peer.bedgraph" ||
        { echo "bench: $name: the values differ" >&2; exit 1; }
}

# one_mode NAME THREADS: pairs of runs.
one_mode() {
    local name=$1 threads=$2 ours=() theirs=()
    if [ "$name" = span ]; then
        theirs=(-x)
        ours=(--mode span --count-overlaps)
    fi
    for ((pair = 0; pair <= pairs; ++pair)); do
        if [ "$pair" -eq 1 ]; then  # the first pair warmed the file cache
            rm "$bench_dir/peer_$name$threads" "$bench_dir/ours_$name$threads"
        fi
        # mosdepth counts its threads beside the main one.
        measure "peer_$name$threads" mosdepth ${theirs[@]+"${theirs[@]}"} -t $((threads - 1)) -F 1796 "$bench_dir/peer" "$bam"
        measure "ours_$name$threads" "$varhush" cover --quiet -@ "$threads" -F 1796 ${ours[@]+"${ours[@]}"} "$bam" \
            -o "$bench_dir/ours.bedgraph.gz" -W
    done
    same_values "$name" ${ours[@]+"${ours[@]}"}
    local label="mates once"
    [ "$name" != span ] || label="whole reads (-x)"
    row "mosdepth, $label, $threads thread(s)" "peer_$name$threads"
    row "varhush cover, $label, $threads thread(s)" "ours_$name$threads"
    echo "- $label, $threads thread(s): mosdepth / varhush: wall $(ratio_range "peer_$name$threads" "ours_$name$threads" 1)," \
        "CPU $(ratio_range "peer_$name$threads" "ours_$name$threads" 2)." >>"$bench_dir/notes"
}

text=$(
    echo
    echo "Depth of every base as bgzipped, indexed bedGraph, from $(samtools view -c "$bam") simulated reads on $(samtools view -H "$bam" | sed -n 's/.*LN:\([0-9]*\).*/\1/p' | head -1) bases at ${depth}x; the intervals are equal (mates once: those of proper pairs, which mosdepth knows)."
    echo "Measured $(date +%F) on: $(machine_line); median of $pairs runs."
    echo "Reproduce: \`bash scripts/bench/cover.sh chr20.fa.gz\` (parameters in the script)."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    for threads in ${THREADS:-1 2}; do
        one_mode read "$threads"
        one_mode span "$threads"
    done
    echo
    cat "$bench_dir/notes"
)
echo "$text"
[ "$section" = - ] || echo "$text" | put_section docs/benchmarks.md "$section"
