#!/usr/bin/env bash
# Training: windows a second of `varhush train tracks` with the widths of varhush-mini, the share of the processor's f32
# peak that is, and the memory of a step by batch. Writes the section "train" of docs/benchmarks.md.
#
#   bash scripts/bench/train.sh
#
# A step is counted as three forward passes, one and twice as much for the gradients; labels, the optimiser and the
# averaged weights are not counted. In the environment: BATCHES ("4 16 64"), STEPS (24), THREADS ("1 2"), SECTION=name
# ("-" writes none), VARHUSH (build/release/bin/varhush).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

batches=${BATCHES:-4 16 64}
steps=${STEPS:-24}
section=${SECTION:-train}
begin_bench

# number FILE KEY: of a flat JSON.
number() { sed -n "s/.*\"$2\": \([0-9.e+-]*\),*/\1/p" "$1" | head -1; }

# config BATCH: the CTCF reads of the demo megabase, the widths of varhush-mini.
config() {
    python3 - "$1" "$steps" <<'PYTHON'
import json
import sys

demo = json.load(open("data/demo/train_tracks.json"))
demo["model"] = json.load(open("models/varhush-mini/train.json"))["model"]
batch, steps = int(sys.argv[1]), int(sys.argv[2])
demo["training"] = {"steps": steps, "batch": batch, "report_steps": steps // 2, "validate_steps": 10**6}
demo["windows"]["validation"] = []
demo["windows"]["test"] = []
json.dump(demo, sys.stdout)
PYTHON
}

rows() {
    for threads in ${THREADS:-1 2}; do
        "$varhush" bench forward -m varhush-mini --window 2048 -@ "$threads" --json >"$bench_dir/forward.json"
        for batch in $batches; do
            config "$batch" >"$bench_dir/config.json"
            measure "run.$threads.$batch" "$varhush" train tracks -@ "$threads" --config "$bench_dir/config.json" \
                --data data/demo --log "$bench_dir/log.tsv" -o "$bench_dir/model.safetensors"
            # The last line: without the first steps, which also fetch the data.
            tail -1 "$bench_dir/log.tsv" | awk -v batch="$batch" -v threads="$threads" \
                -v gflop="$(number "$bench_dir/forward.json" gflop)" \
                -v peak="$(number "$bench_dir/forward.json" peak_gflop_per_s)" \
                -v mb="$(median "run.$threads.$batch" 3)" \
                '{printf "| %d | %d | %.1f | %.0f | %.0f %% | %d |\n", threads, batch, $3, 3 * gflop * $3,
                         300 * gflop * $3 / peak, mb}'
        done
    done
}

{
    echo "Measured $(date +%F) on: $(machine_line). Reproduce: \`bash scripts/bench/train.sh\`. $steps steps, windows of 2,048 bases, widths of varhush-mini; a step is"
    echo "counted as three forward passes of $("$varhush" bench forward -m varhush-mini --window 2048 -@ 1 --json |
        sed -n 's/.*"gflop": \([0-9.]*\),*/\1/p') GFLOP a window. Memory is the whole process's peak."
    echo
    echo "| threads | batch | windows/s | GFLOP/s | of the f32 peak | peak MB |"
    echo "|---|---|---|---|---|---|"
    rows
} >"$bench_dir/section"
cat "$bench_dir/section"
[ "$section" = - ] || put_section docs/benchmarks.md "$section" <"$bench_dir/section"
