#!/usr/bin/env bash
# How fast `varhush score` is with the embedded models: the common SNVs of the demo megabase, whole processes with their
# start-up, with 1 and 2 threads. Writes the section "default_score" of docs/benchmarks.md.
#
#   bash scripts/bench/default_score.sh
#
# Needs the shared data (VARHUSH_SHARED, default ../shared). In the environment: RUNS (3), THREADS ("1 2"), SECTION=name
# ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

demo=$(realpath "${VARHUSH_SHARED:-../shared}")/data/demo
runs=${RUNS:-3}
section=${SECTION:-default_score}
begin_bench
[ -d "$demo" ] || { echo "bench: skipped: no shared data at $demo" >&2; exit 0; }

bcftools view -v snps -Oz -o "$bench_dir/all.vcf.gz" "$demo/dbsnp.common.vcf.gz"
bcftools view -h "$bench_dir/all.vcf.gz" >"$bench_dir/one.vcf"
bcftools view -H "$bench_dir/all.vcf.gz" | sed -n 1000p >>"$bench_dir/one.vcf"
count=$(bcftools view -H "$bench_dir/all.vcf.gz" | wc -l)

# score LABEL THREADS INPUT OPTIONS...
score() {
    local label=$1 threads=$2 input=$3
    shift 3
    for _ in $(seq "$runs"); do
        measure "$label" "$varhush" score -q -@ "$threads" -f "$demo/chr22.padded.fa.gz" "$@" "$input" \
            -o "$bench_dir/out.vcf"
    done
}

# line TEXT LABEL RECORDS
line() {
    printf '| %s | %s | %s | %s | %.0f |\n' "$1" "$(median "$2" 1)" "$(median "$2" 2)" "$(median "$2" 3)" \
        "$(awk -v n="$3" -v t="$(median "$2" 1)" 'BEGIN {print n / t}')"
}

rows() {
    for threads in ${THREADS:-1 2}; do
        local t="$threads threads"
        [ "$threads" != 1 ] || t="1 thread"
        score "all.$threads" "$threads" "$bench_dir/all.vcf.gz" --gtf "$demo/genes.gtf.gz"
        line "the default, four models, $t" "all.$threads" "$count"
        score "mini.$threads" "$threads" "$bench_dir/all.vcf.gz" -m varhush-mini
        line "varhush-mini alone, $t" "mini.$threads" "$count"
        score "splice.$threads" "$threads" "$bench_dir/all.vcf.gz" -m splice-mini --gtf "$demo/genes.gtf.gz"
        line "splice-mini alone, $t" "splice.$threads" "$count"
        score "reporter.$threads" "$threads" "$bench_dir/all.vcf.gz" -m varhush-reporter
        line "varhush-reporter alone, $t" "reporter.$threads" "$count"
        score "polya.$threads" "$threads" "$bench_dir/all.vcf.gz" -m varhush-polya --gtf "$demo/genes.gtf.gz"
        line "varhush-polya alone, $t" "polya.$threads" "$count"
    done
    score one 2 "$bench_dir/one.vcf" --gtf "$demo/genes.gtf.gz"
    line "start-up: the default, one SNV, 2 threads" one 1
}

{
    echo "\`varhush score\` of $count common SNVs of chr22:20-21 Mb with its gene models; medians of $runs runs. Models: $(
        for name in splice-mini varhush-mini varhush-reporter varhush-polya; do
            printf '%s %.1f MB, ' "$name" "$(stat -c %s "models/$name/weights.safetensors" | awk '{print $1 / 1e6}')"
        done)in the executable."
    echo "Measured $(date +%F) on: $(machine_line). Reproduce: \`bash scripts/bench/default_score.sh\`."
    echo
    echo "| run | wall s | CPU s | peak MB | SNVs/s of wall |"
    echo "|---|---|---|---|---|"
    rows
} >"$bench_dir/section"
cat "$bench_dir/section"
[ "$section" = - ] || put_section docs/benchmarks.md "$section" <"$bench_dir/section"
