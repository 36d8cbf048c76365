#!/usr/bin/env bash
# Fits a model to the CTCF reads of the shared demo megabase (chr22:20-21 Mb, its last 280 kb held out), with the input
# control as a track beside it: heads only, then low-rank changes of the tower and of all layers. Prints the correlations
# in held-out windows, for each seed and as mean and range over the seeds.
#
#   bash scripts/adapt_ctcf_demo.sh MODEL FOLDER [more options of 'varhush adapt']
#
# Needs the shared data (VARHUSH_SHARED, default ../shared). In the environment: SEEDS ("1 2 3"), RUNS ("heads tower all").
# OLD_CONFIG and OLD_DATA: the model's own train.json and the folder of the files that it names, as
# scripts/train_varhush_mini.sh makes it; then what the model's own tracks lose on the changed trunk is told by their labels
# (minutes more a run), otherwise by how well they agree with what the unchanged model says. About four minutes a seed on one
# core with a model of 2 million parameters. A stopped run goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

model=$(realpath "${1:?usage: adapt_ctcf_demo.sh MODEL FOLDER [OPTIONS]}")
folder=${2:?usage: adapt_ctcf_demo.sh MODEL FOLDER [OPTIONS]}
shift 2
demo=$(realpath "${VARHUSH_SHARED:-../shared}")/data/demo
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
old=()
if [ -n "${OLD_DATA:-}" ]; then
    : "${OLD_CONFIG:?OLD_DATA needs OLD_CONFIG}"
    old_config=$(realpath -e "$OLD_CONFIG")
    old_data=$(realpath -e "$OLD_DATA")
    old=(--old "$old_config" --data "$old_data")
fi
mkdir -p "$folder"
cd "$folder"

cat > ctcf.json <<JSON
{
  "fasta": ["$demo/chr22.padded.fa.gz"],
  "tracks": [
    {"output": "chip_tf", "data": "coverage", "file": "$demo/ctcf.bam", "fragments": true, "name": "CTCF", "factor": "CTCF",
     "source": "MACS3 test data"},
    {"output": "chip_tf", "data": "coverage", "file": "$demo/control.bam", "fragments": true, "name": "control",
     "source": "MACS3 test data"}
  ],
  "windows": {"train": ["chr22:20000001-20710000"], "test": ["chr22:20720001-21000000"], "window_bp": 4096, "shift_bp": 256,
              "on_overlap": "drop"},
  "training": {"steps": 400, "batch": 8, "learning_rate": 0.002, "warmup_steps": 40, "report_steps": 50}
}
JSON
options_of() {
    case $1 in
        heads) echo --heads-only ;;
        tower) echo --rank 8 ;;
        all) echo --rank 8 --layers all ;;
        *) echo "adapt_ctcf_demo: RUNS are heads, tower and all, not $1" >&2; return 2 ;;
    esac
}

for seed in ${SEEDS:-1 2 3}; do
    for name in ${RUNS:-heads tower all}; do
        out=$name.$seed
        read -r -a how <<< "$(options_of "$name")"
        [ "${#how[@]}" -gt 0 ] || exit 2
        # Heads leave the trunk as it is: nothing is forgotten.
        [ "$name" = heads ] || how+=("${old[@]}" --forgetting "$out.forgetting.tsv")
        [ ! -e "$out.safetensors.checkpoint" ] || how+=(--resume)
        [ -e "$out.report.tsv" ] || "$varhush" adapt -q -m "$model" --config ctcf.json "${how[@]}" --seed "$seed" \
            --name "$name" --report "$out.report.tsv" --log "$out.log.tsv" -o "$out.safetensors" "$@"
    done
done

# over_seeds KEYS: lines of KEYS columns, a seed and a value as lines of KEYS columns, seeds, mean, least and largest value.
over_seeds() {
    awk -F'\t' -v OFS='\t' -v keys="$1" '
        $NF == "." { next }
        {
            key = $1
            for (i = 2; i <= keys; i++) key = key OFS $i
            if (!(key in n)) { order[++count] = key; low[key] = high[key] = $NF }
            n[key]++
            sum[key] += $NF
            if ($NF + 0 < low[key] + 0) low[key] = $NF
            if ($NF + 0 > high[key] + 0) high[key] = $NF
        }
        END { for (i = 1; i <= count; i++) { key = order[i]; printf "%s\t%d\t%.3f\t%.3f\t%.3f\n", key, n[key], sum[key] / n[key], low[key], high[key] } }'
}

for report in *.report.tsv; do
    name=${report%.report.tsv}
    awk -F'\t' -v name="${name%.*}" -v seed="${name##*.}" -v OFS='\t' 'NR > 1 { print name, seed, $2, $4, $5, $6, $7 }' "$report"
done > seeds.tsv
printf 'run\tseed\ttrack\tmodel\tpearson\tlow\thigh\n'
cat seeds.tsv
echo
printf 'run\ttrack\tmodel\tseeds\tmean\tleast\tlargest\n'
awk -F'\t' -v OFS='\t' '{ print $1, $3, $4, $2, $5 }' seeds.tsv | over_seeds 3
if compgen -G '*.forgetting.tsv' > /dev/null; then
    echo
    printf 'run\tmeasure\twhen\tseeds\tmean\tleast\tlargest\n'
    for report in *.forgetting.tsv; do
        name=${report%.forgetting.tsv}
        # Mean over the old tracks of each measure.
        awk -F'\t' -v name="${name%.*}" -v seed="${name##*.}" -v OFS='\t' '
            NR > 1 && $6 != "." && $7 != "." { n[$5]++; before[$5] += $6; after[$5] += $7 }
            END { for (m in n) { print name, m, "before", seed, before[m] / n[m]; print name, m, "after", seed, after[m] / n[m] } }' "$report"
    done | over_seeds 3
fi
