#!/usr/bin/env bash
# Trains the regulatory model that models/varhush-mini/train.json describes: TF occupancy, regulatory elements, transcript
# starts and reporter activity, with chr20:42-48 Mb kept for the test. Labels that are not in the shared data as such are
# made first: scripts/lib/regulatory_labels.py, and the tracks of the reporter network that teaches (8 minutes, 4 GB).
#
#   bash scripts/train_varhush_mini.sh FOLDER [more options of 'varhush train tracks']
#
# Everything is written to FOLDER; a stopped run goes on. Needs the shared data (VARHUSH_SHARED, default ../shared).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?usage: train_varhush_mini.sh FOLDER [OPTIONS]}
shift
shared=$(realpath "${VARHUSH_SHARED:-../shared}")
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
config=$PWD/models/varhush-mini/train.json
scripts=$PWD/scripts
chr20=$shared/data/regulatory/chr20
mkdir -p "$folder"
cd "$folder"

[ -e chr20.fa ] || { { echo ">chr20"; zcat "$chr20"/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > chr20.fa.part; mv chr20.fa.part chr20.fa; }
for file in chr20.tf_peaks.tsv.gz chr20.ccre.bed.gz; do
    ln -sf "$chr20/$file" .
done
ln -sf "$shared"/data/regulatory/motifs/*.jaspar motifs.jaspar
ln -sf "$shared"/data/regulatory/satmut/{elements.fa,variants.tsv.gz} .
[ -e starts.bed ] || python3 "$scripts/lib/regulatory_labels.py" "$shared/data/regulatory" .
[ -e teacher/tracks.tsv ] ||
    "$varhush" predict -m "$shared/models/mpra-dragonn-conv.safetensors" -f chr20.fa -o teacher --resume
resume=()
[ -e mini.safetensors.checkpoint ] && resume=(--resume)
"$varhush" train tracks --config "$config" --data "$PWD" --log mini.tsv --curves mini.svg --report mini.report.tsv \
    -o mini.safetensors -@ 1 "${resume[@]}" "$@"
awk -F'\t' '$1 == "CHIP_TF" && $6 != "." { sum += $6; n++; if ($3 ~ /CTCF/) { ctcf += $6; m++ } }
    END { printf "mean AUROC of %d TF tracks %.3f, CTCF %.3f\n", n, sum / n, ctcf / m }' mini.report.tsv
