#!/usr/bin/env bash
# How good the models of models/ are, as the tables of docs/benchmarks.md: reporter activity, splicing, made-up
# sequences, siRNA efficacy, and what settings cost; with WRITE=1 into that file, otherwise to standard output.
#
#   bash scripts/bench/accuracy.sh
#
# Needs the shared data, models and fixtures (VARHUSH_SHARED, default ../shared). THREADS (default 2), ROUNDS (200).
# TRACK_DATA: a folder with the files that models/varhush-mini/train.json names, as scripts/train_varhush_mini.sh makes
# it; then the tracks of its test region are judged too, WINDOWS of them (evenly spread; default all).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

shared=$(realpath "${VARHUSH_SHARED:-../shared}")
threads=${THREADS:-2}
rounds=${ROUNDS:-200}
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
regulatory=$shared/data/regulatory
fixtures=$shared/fixtures/splice

[ -x "$varhush" ] || { echo "accuracy: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
[ -d "$regulatory" ] || { echo "accuracy: skipped: no shared data at $shared" >&2; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bench() { "$varhush" bench "$1" -q -@ "$threads" "${@:2}"; }

# markdown: the tab-separated table of standard input.
markdown() {
    awk -F'\t' '{line = "|"; for (i = 1; i <= NF; i++) line = line " " $i " |"; print line
                 if (NR == 1) {line = "|"; for (i = 1; i <= NF; i++) line = line "---|"; print line}}'
}

reporter() {
    echo "### Reporter activity: elements that no fit has seen"
    echo
    bench satmut -m models/varhush-reporter/weights.safetensors --elements "$folder/elements.fa" \
        --table "$regulatory/satmut/variants.tsv.gz" --kinds "$regulatory/satmut/elements.tsv" --split test \
        --replicates all --rounds "$rounds" >"$folder/satmut"
    awk -F'\t' 'NR == 1 || $4 == "."' "$folder/satmut" | cut -f1-3,5- | markdown
    echo
    echo "The ceiling: how well other assays of an element agree with its primary one. LDLR.2 and SORT1.2 are full replicates;"
    echo "the others differ in cells (named), time (PKLR-24h), orientation (SORT1-flip) or construct (ZRSh-13)."
    echo
    awk -F'\t' 'NR == 1 || $4 != "."' "$folder/satmut" | cut -f1-5,7- | markdown
}

splicing() {
    echo "### Splicing: sites of chr20 42-48 Mb, and deltas of golden.vcf against recorded ones of the 10000nt ensemble"
    echo
    bench splice -m splice-mini -f "$folder/chr20.fa" --region chr20:42000001-48000000 \
        --sites "$regulatory/chr20/chr20.splice_sites.tsv.gz" --exons "$regulatory/chr20/chr20.exons.bed.gz" \
        --variants "$fixtures/golden.vcf" --variants-fasta "$folder/chr22.fa" \
        --variants-genes "$fixtures/genes.tsv" --recorded "$fixtures/golden.expected.vcf" --rounds "$rounds" | markdown
}

# Factors with clear words, and a pair; of the rows those over all motifs, and those that are not right beyond chance.
grammar() {
    bench grammar -m "$1" --motifs "$regulatory/motifs/JASPAR2024_CORE_vertebrates_nr.jaspar" --names "$2" \
        --pair "$3" --from "$folder/elements.fa" --rounds "$rounds" "${@:4}" |
        awk -F'\t' 'NR == 1 || $1 == "all" || $7 != "true"' | markdown
}

tracks() {
    echo "### Tracks of varhush-mini: chr20 42-48 Mb"
    echo
    bench tracks -m varhush-mini --config models/varhush-mini/train.json --data "$TRACK_DATA" \
        --windows "${WINDOWS:-0}" --rounds "$rounds" | awk -F'\t' 'NR == 1 || $3 == "mean"' | markdown
}

sirna() {
    echo "### siRNA efficacy: sirna-huesken (the parts and the calibration: bench sirna)"
    echo
    echo '```'
    bench sirna -m models/sirna-huesken/weights.safetensors --data "$shared/data/sirna/sirna_unmodified.tsv" \
        --targets "$shared/data/sirna/targets.fa" --rounds "$rounds" | sed '/^F1 thresholds/,$d'
    echo '```'
}

cost() {
    echo "### What settings cost: splice-mini, SNVs of bench_snv50.vcf"
    echo
    bench cost -m splice-mini -f "$folder/chr22.fa" --variants "$fixtures/bench_snv50.vcf" \
        --genes "$fixtures/genes.tsv" | markdown
}

all() {
    echo "Measured $(date +%F) on: $(machine_line); intervals of $rounds resamples. Reproduce: \`bash scripts/bench/accuracy.sh\`."
    echo
    reporter
    echo
    splicing
    echo
    echo "### Made-up sequences: varhush-reporter"
    echo
    grammar models/varhush-reporter/weights.safetensors SP1,CREB1,NRF1,GABPA,GATA1 CREB1,SP1
    echo
    echo "### Made-up sequences: varhush-mini"
    echo
    grammar varhush-mini CTCF,CEBPB,REST,GABPA CTCF,CEBPB --backgrounds 20
    echo
    if [ -n "${TRACK_DATA:-}" ]; then
        tracks
        echo
    fi
    cost
    echo
    sirna
}

{ echo ">chr20"; zcat "$regulatory"/chr20/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } >"$folder/chr20.fa"
cp "$fixtures/chr22_20-21M.fa" "$folder/chr22.fa"
cp "$regulatory/satmut/elements.fa" "$folder/elements.fa"
all >"$folder/tables"
if [ "${WRITE:-0}" = 1 ]; then
    put_section docs/benchmarks.md accuracy <"$folder/tables"
else
    cat "$folder/tables"
fi
