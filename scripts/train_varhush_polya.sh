#!/usr/bin/env bash
# Trains the polyadenylation network that models/varhush-polya/train.json describes: a student of APARENT2 on windows of
# chr20, with 42-48 Mb kept for the test. Everything is written to FOLDER; a stopped run goes on when it is called again.
#
#   bash scripts/train_varhush_polya.sh FOLDER [more options of 'varhush train polya']
#
# The rate falls over 18,000 steps until step 8,371 and from there as if 11,000 had been asked for: how the shipped
# weights were made. About half an hour on one free core. Needs the shared data (VARHUSH_SHARED, default ../shared).
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?usage: train_varhush_polya.sh FOLDER [OPTIONS]}
shift
shared=$(realpath "${VARHUSH_SHARED:-../shared}")
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
config=$PWD/models/varhush-polya/train.json
chr20=$shared/data/regulatory/chr20
mkdir -p "$folder"
cd "$folder"

[ -e chr20.fa ] || { { echo ">chr20"; zcat "$chr20"/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > chr20.fa.part; mv chr20.fa.part chr20.fa; }
ln -sf "$chr20"/chr20.{exons.bed.gz,splice_sites.tsv.gz} "$shared/models/aparent2.safetensors" .
polya() {
    local resume=()
    [ -e polya.safetensors.checkpoint ] && resume=(--resume)
    "$varhush" train polya --config "$config" --data "$PWD" --log polya.tsv -o polya.safetensors -@ 1 "${resume[@]}" "$@"
}
[ -e first_part ] || { polya --until 8371 "$@"; touch first_part; }
[ -e polya.report.tsv ] || polya --steps 11000 --report polya.report.tsv "$@"
cat polya.report.tsv
