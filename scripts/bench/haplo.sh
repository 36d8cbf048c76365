#!/usr/bin/env bash
# Haplotypes of a cohort: how many sequences are distinct, how often one is used again, time and memory by the number of
# samples. Genotypes are made up (scripts/bench/cohort.py) at the sites of a VCF. Writes the section "haplo" of
# docs/benchmarks.md.
#
#   bash scripts/bench/haplo.sh SITES.vcf.gz REFERENCE.fa.gz
#
# In the environment: SAMPLES (default "100 500 2500"), FOUNDERS (haplotypes that the cohort's are copied from, default 60),
# MODELS (default splice-mini,varhush-reporter), SECTION ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

sites=${1:?bench: name a VCF with the sites}
reference=${2:?bench: name their reference}
founders=${FOUNDERS:-60}
models=${MODELS:-splice-mini,varhush-reporter}
section=${SECTION:-haplo}
begin_bench
command -v bcftools >/dev/null || { echo "bench: bcftools is missing" >&2; exit 1; }

# figure NAME: a number of the last run's --stats.
figure() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$bench_dir/stats.json" "$1"
}

rows=
for samples in ${SAMPLES:-100 500 2500}; do
    bcftools view -G "$sites" | python3 scripts/bench/cohort.py "$samples" "$founders" |
        bcftools view -O b -o "$bench_dir/cohort.bcf"
    measure "run$samples" "$varhush" haplo --quiet -m "$models" -f "$reference" "$bench_dir/cohort.bcf" \
        -o "$bench_dir/out.tsv" --stats "$bench_dir/stats.json"
    rows+=$(printf '| %s | %s | %s | %s | %.2f %% | %s | %s | %s |' "$samples" "$(figure blocks)" \
        "$(figure changed_haplotypes)" "$(figure distinct_haplotypes)" \
        "$(python3 -c "print(100 * $(figure reuse))")" "$(median "run$samples" 1)" "$(median "run$samples" 2)" \
        "$(median "run$samples" 3)")$'\n'
done

text=$(
    echo
    echo "\`varhush haplo -m $models\`, $(bcftools view -H "$sites" | wc -l) sites, made-up cohorts that copy $founders"
    echo "founder haplotypes. $(date +%F) on: $(machine_line)."
    echo "Reproduce: \`bash scripts/bench/haplo.sh SITES.vcf.gz REFERENCE.fa.gz\`."
    echo
    echo "| samples | blocks | haplotypes with changes | distinct | used again | wall s | CPU s | peak MB |"
    echo "|---|---|---|---|---|---|---|---|"
    printf '%s' "$rows"
    echo
)
echo "$text"
if [ "$section" != "-" ]; then
    echo "$text" | put_section docs/benchmarks.md "$section"
fi
