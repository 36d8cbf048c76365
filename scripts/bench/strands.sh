#!/usr/bin/env bash
# Do disagreement of the strands, or hardly any activity of both alleles, tell which signs of an AlphaGenome-style model are
# wrong? Prints the figures of that paragraph in the section "reliability" of docs/benchmarks.md.
#
#   MODEL=weights.safetensors bash scripts/bench/strands.sh [FOLDER]     default: a temporary folder, which is removed
#
# MODEL has a track of measured reporter activity: one of models/varhush-mini/train.json without `"auxiliary": true`, as
# varhush-mini itself had until that track was left out of the file. Scored are measured variants (saturation mutagenesis),
# each element between 2,048 bases of chr20:39 Mb (held out) to either side; on the plus strand with shifted windows
# (--spread), and turned round.
# Needs the shared data (VARHUSH_SHARED, default ../shared), samtools and python3. Minutes.
set -euo pipefail
model=$(realpath "${MODEL:?strands: MODEL names the weights}")
cd "$(dirname "$0")/../.."

shared=$(realpath -m "${VARHUSH_SHARED:-../shared}")
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
threads=${THREADS:-2}
satmut=$shared/data/regulatory/satmut
[ -d "$satmut" ] || { echo "strands: no shared data at $shared" >&2; exit 1; }
[ -x "$varhush" ] || { echo "strands: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
work=${1:-$scratch}
mkdir -p "$work"

{ echo ">chr20"; zcat "$shared"/data/regulatory/chr20/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > "$scratch/chr20.fa"
samtools faidx "$scratch/chr20.fa" chr20:39000001-39004096 > "$scratch/flank.fa"
python3 scripts/bench/strands.py make "$satmut" "$scratch/flank.fa" "$work"
for strand in plus minus; do
    extra=()
    [ "$strand" = minus ] || extra=(--spread)
    "$varhush" score -q -@ "$threads" -m "$model" --calibration none --heads CHIP_HISTONE --tracks 'name~"measured reporter"' \
        --levels "${extra[@]}" -f "$work/$strand.fa" "$work/$strand.vcf" -o "$work/$strand.scored.vcf"
done
python3 scripts/bench/strands.py join "$work"
for split in valid train test; do
    echo
    echo "## $split elements"
    "$varhush" bench reliability --table "$work/signs.tsv" --group element --where split=$split \
        --by size,-spread_size,-strands_size,-both_size,level
    echo
    echo "mean of both strands"
    "$varhush" bench reliability --table "$work/signs.tsv" --score mean --group element --where split=$split --by size
done
