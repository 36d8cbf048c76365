#!/usr/bin/env bash
# How well splice networks find the sites of the held-out block of chr20 (42-48 Mb, GRCh37), and how well their
# deltas agree with the OpenSpliceAI 10000nt ensemble on the substitutions of golden.vcf. Prints two Markdown
# tables: those of models/splice-mini/CARD.md.
#
#   bash scripts/bench/splice_accuracy.sh [MODEL...]     default: the embedded model and the three OpenSpliceAI sets
#
# Needs the shared data, models and fixtures (VARHUSH_SHARED, default ../shared). THREADS (default 2). About eight
# CPU minutes, nearly all of it for the 10000nt ensemble.
set -euo pipefail
cd "$(dirname "$0")/../.."

shared=$(realpath "${VARHUSH_SHARED:-../shared}")
threads=${THREADS:-2}
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
chr20=$shared/data/regulatory/chr20
fixtures=$shared/fixtures/splice
sets=$shared/models/openspliceai-mane

[ -x "$varhush" ] || { echo "accuracy: build first (bash scripts/quickstart.sh)" >&2; exit 1; }
[ -d "$chr20" ] || { echo "accuracy: skipped: no shared data at $shared" >&2; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

{ echo ">chr20"; zcat "$chr20"/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > "$folder/chr20.fa"
cp "$fixtures/chr22_20-21M.fa" "$folder/"
[ $# -gt 0 ] || set -- splice-mini "$sets"-80nt.safetensors "$sets"-400nt.safetensors "$sets"-10000nt.safetensors

"$varhush" train -q -@ "$threads" --evaluate "$@" -f "$folder/chr20.fa" \
    --sites "$chr20/chr20.splice_sites.tsv.gz" --exons "$chr20/chr20.exons.bed.gz" --region chr20:42000001-48000000 \
    --variants "$fixtures/golden.vcf" --variants-fasta "$folder/chr22_20-21M.fa" \
    --variants-genes "$fixtures/genes.tsv" --against "$sets"-10000nt.safetensors > "$folder/table"

name() { sed 's|[^\t]*/||; s|\.safetensors||'; }
echo "| model | donor AUPRC | acceptor AUPRC | donor top-k | acceptor top-k |"
echo "|---|---|---|---|---|"
awk -F'\t' '$2 == "sites" {print $1 "\t" $4 " | " $5 " | " $6 " | " $7}' "$folder/table" | name | sed 's/\t/ | /; s/.*/| & |/'
echo
echo "| model | Pearson, four scores | Spearman, four scores | Pearson, largest | Spearman, largest |"
echo "|---|---|---|---|---|"
awk -F'\t' '$2 == "deltas" {print $1 "\t" $4 " | " $5 " | " $6 " | " $7}' "$folder/table" | name | sed 's/\t/ | /; s/.*/| & |/'
echo
awk -F'\t' '$2 == "sites" {print "Donors and acceptors in positions: " $3 "."; exit}' "$folder/table"
awk -F'\t' '$2 == "deltas" {print "Pairs of substitution and gene: " $3 "."; exit}' "$folder/table"
