#!/usr/bin/env bash
# Makes models/splice-mini/weights.safetensors as its card says: labels by the OpenSpliceAI 10000nt ensemble for 500
# tiles of chr20 (real and mutated), three members, one ensemble. About ten CPU minutes for the labels and ten a member.
#
#   bash scripts/train_splice_mini.sh FOLDER      everything is written there; a stopped run goes on
#
# Needs the shared data and models (VARHUSH_SHARED, default ../shared).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?usage: train_splice_mini.sh FOLDER}
shared=$(realpath "${VARHUSH_SHARED:-../shared}")
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
chr20=$shared/data/regulatory/chr20
mkdir -p "$folder"
cd "$folder"

[ -e chr20.fa ] || { { echo ">chr20"; zcat "$chr20"/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > chr20.fa.part; mv chr20.fa.part chr20.fa; }
data=(-f chr20.fa --sites "$chr20/chr20.splice_sites.tsv.gz" --exons "$chr20/chr20.exons.bed.gz"
      --exclude chr20:42000001-48000000 --validation chr20:36000001-40000000)

"$varhush" train "${data[@]}" --make-labels labels --teacher "$shared/models/openspliceai-mane-10000nt.safetensors" \
    --max-tiles 500 --copies 1
for seed in 1 2 3; do
    [ -e member$seed.safetensors ] && continue
    resume=()
    [ -e member$seed.safetensors.checkpoint ] && resume=(--resume)
    "$varhush" train "${data[@]}" --labels labels --annotation-share 0.35 --steps 9000 --batch 4 --window 1200 \
        --learning-rate 0.002 --warmup 300 --validate-steps 1000 --seed $seed -@ 1 --log member$seed.tsv \
        --metadata "name=splice-mini" --metadata "licence=MIT" \
        --metadata "varhush.terms=MIT; labels partly from the OpenSpliceAI 10000nt ensemble (GPL-3.0 weights, not included)" \
        --metadata "varhush.training_data=GRCh37 chr20 without 42-48 Mb and 36-40 Mb; GENCODE v44 splice sites; labels of the OpenSpliceAI MANE 10000nt ensemble on real and mutated sequence" \
        -o member$seed.safetensors "${resume[@]}"
done
"$varhush" train --join member1.safetensors member2.safetensors member3.safetensors -o weights.safetensors
