#!/usr/bin/env bash
# Fits a model to the CTCF reads of the shared demo megabase (chr22:20-21 Mb, its last 280 kb held out), with the input
# control as a track beside it: heads only, then low-rank changes of the tower and of all layers. Prints the correlations
# in held-out windows.
#
#   bash scripts/adapt_ctcf_demo.sh MODEL FOLDER [more options of 'varhush adapt']
#
# Needs the shared data (VARHUSH_SHARED, default ../shared). About ten minutes on one core with a model of 2 million
# parameters.
set -euo pipefail
cd "$(dirname "$0")/.."

model=$(realpath "${1:?usage: adapt_ctcf_demo.sh MODEL FOLDER [OPTIONS]}")
folder=${2:?usage: adapt_ctcf_demo.sh MODEL FOLDER [OPTIONS]}
shift 2
demo=$(realpath "${VARHUSH_SHARED:-../shared}")/data/demo
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
mkdir -p "$folder"
cd "$folder"

cat > ctcf.json <<'JSON'
{
  "fasta": ["chr22.padded.fa.gz"],
  "tracks": [
    {"output": "chip_tf", "data": "coverage", "file": "ctcf.bam", "fragments": true, "name": "CTCF", "factor": "CTCF",
     "source": "MACS3 test data"},
    {"output": "chip_tf", "data": "coverage", "file": "control.bam", "fragments": true, "name": "control",
     "source": "MACS3 test data"}
  ],
  "windows": {"train": ["chr22:20000001-20710000"], "test": ["chr22:20720001-21000000"], "window_bp": 4096, "shift_bp": 256,
              "on_overlap": "drop"},
  "training": {"steps": 400, "batch": 8, "learning_rate": 0.002, "warmup_steps": 40, "report_steps": 50}
}
JSON
for seed in ${SEEDS:-1 2 3}; do
    for run in "heads --heads-only" "tower --rank 8" "all --rank 8 --layers all"; do
        read -r name options <<< "$run"
        out=$name.$seed
        resume=()
        [ -e "$out.safetensors.checkpoint" ] && resume=(--resume)
        # shellcheck disable=SC2086
        [ -e "$out.report.tsv" ] || "$varhush" adapt -q -m "$model" --config ctcf.json --data "$demo" $options --seed "$seed" \
            --name "$name" --report "$out.report.tsv" --log "$out.log.tsv" -o "$out.safetensors" "${resume[@]}" "$@"
    done
done
printf 'run\tseed\ttrack\tmodel\tpearson\tlow\thigh\n'
for report in *.report.tsv; do
    name=${report%.report.tsv}
    awk -F'\t' -v name="${name%.*}" -v seed="${name##*.}" -v OFS='\t' 'NR > 1 { print name, seed, $2, $4, $5, $6, $7 }' "$report"
done
