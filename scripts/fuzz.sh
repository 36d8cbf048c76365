#!/usr/bin/env bash
# Fuzzes the allele normaliser, the allele caller with its alignments, the gene model parser, the readers of safetensors,
# off-target indexes and calibration tables.
#   bash scripts/fuzz.sh [SECONDS] [NAME...]     default: 600 seconds each, all
# New inputs stay in build/fuzz/corpus/NAME; a failing input is written to build/fuzz/crashes/ and
# belongs, made small (-minimize_crash=1), into tests/data/fuzz/NAME together with its repair.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
[[ $seconds =~ ^[0-9]+$ ]] || { echo "usage: bash scripts/fuzz.sh [SECONDS] [NAME...]" >&2; exit 2; }
shift || true
names=("$@")
[[ ${#names[@]} -gt 0 ]] || names=(allele allele_caller gtf safetensors off_target_index calibration)

[[ -f build/fuzz/CMakeCache.txt ]] || cmake --preset fuzz >/dev/null
mkdir -p build/fuzz/crashes
for name in "${names[@]}"; do
    cmake --build --preset fuzz --target "${name}_fuzz"
    mkdir -p "build/fuzz/corpus/$name"
    dictionary=()
    [[ ! -f tests/fuzz/$name.dict ]] || dictionary=("-dict=tests/fuzz/$name.dict")
    echo "== $name: $seconds s"
    nice -n 10 "build/fuzz/tests/${name}_fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/crashes/$name-" "${dictionary[@]}" \
        "build/fuzz/corpus/$name" "tests/data/fuzz/$name" 2>&1 |
        grep -E '^(stat::|Done|SUMMARY|==|#[0-9]+.DONE|.*does not hold|.*ERROR)|Test unit written'
done
