#!/usr/bin/env bash
# Off-target search: `varhush siindex` and `sioff` beside `bowtie -v 3 -a` on a made-up transcriptome with real
# composition: all guides of one transcript of 3 kb, whole processes in turn (A B A B), the same threads, and the hit
# sets compared line by line. Writes the section "offtarget" of docs/benchmarks.md.
#
#   bash scripts/bench/offtarget.sh TRAINING.fa[.gz]...       e.g. a chromosome
#
# In the environment: BASES (default 300000000), GUIDES (3000), PAIRS (3), THREADS (2), KEEP=folder (made files are kept
# there and used again), FASTA=file (a transcriptome of your own instead; GUIDES random sites of it are searched),
# SECTION=name of the section in docs/benchmarks.md ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

bases=${BASES:-300000000}
wanted=${GUIDES:-3000}
pairs=${PAIRS:-3}
threads=${THREADS:-2}
section=${SECTION:-offtarget}
begin_bench
keep=${KEEP:-$bench_dir}
mkdir -p "$keep"
command -v bowtie >/dev/null || { echo "bench: bowtie is missing (apt-get install bowtie)" >&2; exit 1; }

if [ -n "${FASTA:-}" ]; then
    fasta=$FASTA
    what="$(basename "$fasta")"
else
    fasta=$keep/made.$bases.fa
    made_transcriptome "$fasta" "$bases" "$@"
    what="a made-up transcriptome"
fi

# Guides: the reverse complement of each window of 19 of the transcript nearest to the wanted length; of a
# transcriptome of one's own, of random windows. Without N.
guides=$bench_dir/guides.fa
if [ -n "${FASTA:-}" ]; then cat "$fasta"; else nearest_transcript "$fasta" $((wanted + 18)); fi |
    awk -v wanted="$wanted" -v random="${FASTA:+1}" '
    function guide(site,   i, g) {
        if (site ~ /[^ACGT]/) { return 0 }
        for (i = 19; i > 0; --i) { g = g pair[substr(site, i, 1)] }
        printf ">g%d\n%s\n", ++count, g
        return 1
    }
    BEGIN { pair["A"] = "T"; pair["C"] = "G"; pair["G"] = "C"; pair["T"] = "A"; srand(1) }
    /^>/ { next }
    random { if (length($0) > 18) { lines[++n] = toupper($0) } next }
    { for (i = 1; i + 18 <= length($0) && count < wanted; ++i) { guide(substr($0, i, 19)) } }
    END {
        while (random && count < wanted) {
            line = lines[1 + int(rand() * n)]
            guide(substr(line, 1 + int(rand() * (length(line) - 18)), 19))
        }
    }' > "$guides"
count=$(grep -c '>' "$guides")

measure index_ours "$varhush" siindex -q "$fasta" -o "$bench_dir/ours.sidx"
if [ ! -s "$keep/bowtie.$(basename "$fasta").1.ebwt" ]; then
    measure index_bowtie bowtie-build -q --threads "$threads" "$fasta" "$keep/bowtie.$(basename "$fasta")"
fi
measure open "$varhush" siindex -q --describe "$bench_dir/ours.sidx"
for ((pair = 0; pair <= pairs; ++pair)); do
    if [ "$pair" -eq 1 ]; then  # the first pair warmed the file cache
        rm "$bench_dir/bowtie" "$bench_dir/ours"
    fi
    measure bowtie bowtie -f -v 3 -a --nofw -p "$threads" -x "$keep/bowtie.$(basename "$fasta")" "$guides" \
        "$bench_dir/bowtie.txt"
    measure ours "$varhush" sioff -q -@ "$threads" -x "$bench_dir/ours.sidx" --max-mismatches 3 --strand guide \
        --no-seed-sites "$guides" -o "$bench_dir/ours.tsv"
done
measure both "$varhush" sioff -q -@ "$threads" -x "$bench_dir/ours.sidx" --max-mismatches 5 --strand guide \
    --no-seed-sites "$guides" -o "$bench_dir/five.tsv"

# bowtie: read, strand, reference with what follows the blank cut off, 0-based place. Ours: the name before the first |.
awk -F'\t' '{split($3, name, /[| ]/); print $1 "\t" name[1] "\t" $4}' "$bench_dir/bowtie.txt" |
    LC_ALL=C sort -S 1G > "$bench_dir/bowtie.set"
awk -F'\t' 'NR > 1 {print $1 "\t" $2 "\t" $3}' "$bench_dir/ours.tsv" | LC_ALL=C sort -S 1G > "$bench_dir/ours.set"
hits=$(wc -l < "$bench_dir/ours.set")
if cmp -s "$bench_dir/bowtie.set" "$bench_dir/ours.set"; then
    verdict="the hit sets are equal: $hits sites"
else
    verdict="**THE HIT SETS DIFFER**: $(LC_ALL=C comm -23 "$bench_dir/bowtie.set" "$bench_dir/ours.set" | wc -l) only bowtie's, $(LC_ALL=C comm -13 "$bench_dir/bowtie.set" "$bench_dir/ours.set" | wc -l) only ours"
fi

{
    echo
    echo "$count guides on $what of $(grep -v '>' "$fasta" | tr -d '\n' | wc -c) bases, at most 3 mismatches of 19, sense strand, every site."
    echo "Measured $(date +%F) on: $(machine_line); $threads threads; $pairs pairs in turn, medians."
    echo "Reproduce: \`${FASTA:+FASTA=$(basename "$fasta") GUIDES=$wanted }bash scripts/bench/offtarget.sh$([ -n "${FASTA:-}" ] || echo " TRAINING.fa")\` (parameters in the script)."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    row "varhush siindex" index_ours
    [ ! -s "$bench_dir/index_bowtie" ] || row "bowtie-build" index_bowtie
    row "varhush: open and verify the index" open
    row "varhush sioff" ours
    row "bowtie -v 3 -a --nofw" bowtie
    row "varhush sioff, at most 5 mismatches ($(($(wc -l < "$bench_dir/five.tsv") - 1)) sites)" both
    echo
    echo "- bowtie / varhush: wall $(ratio_range bowtie ours 1), CPU $(ratio_range bowtie ours 2); $verdict."
    echo "- index file: $(($(stat -c %s "$bench_dir/ours.sidx") / 1000000)) MB; output: $(($(stat -c %s "$bench_dir/ours.tsv") / 1000000)) MB of varhush, $(($(stat -c %s "$bench_dir/bowtie.txt") / 1000000)) MB of bowtie."
} > "$bench_dir/section"
[ "$section" = - ] || put_section docs/benchmarks.md "$section" < "$bench_dir/section"
cat "$bench_dir/section"
case $verdict in *DIFFER*) exit 1 ;; esac
