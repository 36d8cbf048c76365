#!/usr/bin/env bash
# Design against a large transcriptome: `varhush sidesign` on one transcript of 3 kb with everything it writes
# (off-targets, seed sites, controls, page), whole process. Writes the section "design" of docs/benchmarks.md.
#
#   bash scripts/bench/design.sh TRAINING.fa[.gz]...       e.g. a chromosome
#
# In the environment: BASES (default 300000000), RUNS (3), THREADS (2), KEEP=folder (made files are kept there and
# used again, those of offtarget.sh too), SECTION=name of the section ("-" writes none), VARHUSH.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

bases=${BASES:-300000000}
runs=${RUNS:-3}
threads=${THREADS:-2}
section=${SECTION:-design}
begin_bench
keep=${KEEP:-$bench_dir}
mkdir -p "$keep"
fasta=$keep/made.$bases.fa
made_transcriptome "$fasta" "$bases" "$@"
nearest_transcript "$fasta" 3000 > "$bench_dir/target.fa"

measure index "$varhush" siindex -q "$fasta" -o "$bench_dir/made.sidx"
for ((run = 0; run <= runs; ++run)); do
    [ "$run" -ne 1 ] || rm "$bench_dir/design"  # the first run warmed the file cache
    measure design "$varhush" sidesign -q -@ "$threads" "$bench_dir/target.fa" --index "$bench_dir/made.sidx" \
        --chemistry alternating --rejected "$bench_dir/rejected.tsv" --off-targets "$bench_dir/sites.tsv" \
        --fasta "$bench_dir/guides.fa" --json "$bench_dir/all.json" --bed "$bench_dir/sites.bed" \
        --html "$bench_dir/page.html" -o "$bench_dir/guides.tsv"
done
{
    echo
    echo "One transcript of $(grep -v '>' "$bench_dir/target.fa" | tr -d '\n' | wc -c) bases against a made-up transcriptome of $(grep -v '>' "$fasta" | tr -d '\n' | wc -c) bases: both strands with at most 3 mismatches, seed sites, folding, efficacy, controls, and every output."
    echo "Measured $(date +%F) on: $(machine_line); $threads threads; median of $runs runs."
    echo "Reproduce: \`bash scripts/bench/design.sh TRAINING.fa\` (parameters in the script)."
    echo
    echo "| run | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|"
    row "varhush sidesign" design
    echo
    echo "- $(($(grep -vc "^#" "$bench_dir/guides.tsv") - 1)) guides chosen, $(($(grep -vc "^#" "$bench_dir/rejected.tsv") - 1)) others kept with reasons."
} > "$bench_dir/section"
[ "$section" = - ] || put_section docs/benchmarks.md "$section" < "$bench_dir/section"
cat "$bench_dir/section"
