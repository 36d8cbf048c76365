#!/usr/bin/env bash
# Trains the two siRNA efficacy models: bash scripts/train_sirna.sh TABLE TARGETS FOLDER
#   TABLE    sirna_unmodified.tsv, measured guides (columns: docs/train.md)
#   TARGETS  targets.fa, the transcripts of its accessions
#   FOLDER   gets huesken.safetensors (models/sirna-huesken), its predictions by epoch and all.safetensors
#            (models/sirna-ensemble), with a report each
# About an hour and a half of processor time. What is finished stays: run it again to go on.
# Kernels of the first model learn on all its rows; those of the second on 1,000, because 1,600 did worse on
# held-out genes (Pearson 0.600 against 0.610).
set -euo pipefail
table=$1 targets=$2 folder=$3
varhush=${VARHUSH:-build/release/bin/varhush}
mkdir -p "$folder"
resume() { if [ -d "$1.checkpoint" ]; then echo --resume; fi; }
data=(--data "$table" --targets "$targets" --pretrain "$targets")
kernels() { for part in kernel kernel_flanks kernel_guide; do echo "--set $part.search_rows=$1"; done; }
# shellcheck disable=SC2046  # words on purpose
"$varhush" train sirna "${data[@]}" $(kernels 2400) --train-on huesken --seeds 5 --fold-seeds 2 --keep-folds \
    --comparisons --watch mixset --epochs-output "$folder/huesken-epochs.safetensors" \
    --report "$folder/huesken-report.tsv" --metadata varhush.name=sirna-huesken --metadata varhush.terms=MIT \
    -o "$folder/huesken.safetensors" $(resume "$folder/huesken.safetensors")
# shellcheck disable=SC2046
"$varhush" train sirna "${data[@]}" $(kernels 1000) --without transformer --seeds 3 --fold-seeds 1 \
    --report "$folder/all-report.tsv" --metadata varhush.name=sirna-ensemble --metadata varhush.terms=MIT \
    -o "$folder/all.safetensors" $(resume "$folder/all.safetensors")
