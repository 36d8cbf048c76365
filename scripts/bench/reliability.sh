#!/usr/bin/env bash
# Do the warnings tell which scores are wrong? Prints the tables of the section "reliability" of docs/benchmarks.md and
# writes its pictures and curves into FOLDER.
#
#   bash scripts/bench/reliability.sh [FOLDER]     default: a temporary folder
#
#   1. signs of varhush-reporter on the test elements of saturation mutagenesis: from the repository alone
#   2. signs and deltas of splice-mini against the OpenSpliceAI 10000nt ensemble on golden.vcf
#   3. share of real, shuffled and foreign windows, and of a vector and of rat mRNA, that score --max-ood auto would withhold
# 2 and 3 need the shared data and fixtures (VARHUSH_SHARED, default ../shared) and are left out, which is said, without.
# Needs bcftools, samtools and python3. A minute.
set -euo pipefail
cd "$(dirname "$0")/../.."

shared=$(realpath -m "${VARHUSH_SHARED:-../shared}")
varhush=${VARHUSH:-$PWD/build/release/bin/varhush}
threads=${THREADS:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=${1:-$work}
mkdir -p "$out"

[ -x "$varhush" ] || { echo "reliability: build first (bash scripts/quickstart.sh)" >&2; exit 1; }

echo "## Signs of varhush-reporter, effects with p up to 1e-5"
for split in valid test; do
    echo
    echo "$split elements"
    "$varhush" bench reliability --table models/varhush-reporter/held_out.tsv.gz --truth log2_effect --group element \
        --where split=$split --max-p p_value=1e-5 --calibration models/varhush-reporter/weights.vhcal \
        --svg "$out/signs_$split.svg" --curves "$out/signs_$split.tsv"
done

if [ ! -d "$shared/fixtures/splice" ] || [ ! -d "$shared/data/regulatory/chr20" ]; then
    echo "reliability: splicing and foreign sequence are left out: no shared data at $shared" >&2
    exit 0
fi

echo
echo "## splice-mini against the 10000nt ensemble, golden.vcf"
echo
cp "$shared"/fixtures/splice/{chr22_20-21M.fa,genes.tsv,golden.vcf,golden.expected.vcf} "$work/"
samtools faidx "$work/chr22_20-21M.fa"
"$varhush" score -q -@ "$threads" -m splice-mini -f "$work/chr22_20-21M.fa" --genes "$work/genes.tsv" --spread \
    "$work/golden.vcf" -o "$work/golden.mini.vcf"
bcftools query -f '%POS:%REF:%ALT\t%VH_SPL\t%VH_SD\n' "$work/golden.mini.vcf" > "$work/mini.tsv"
# The largest of the four deltas, negative for a loss: DS_AG, DS_AL, DS_DG, DS_DL.
bcftools query -f '%POS:%REF:%ALT\t%INFO/OpenSpliceAI\n' "$work/golden.expected.vcf" |
    awk -F'\t' -v OFS='\t' '{
        best = ""; n = split($2, entries, ",")
        for (e = 1; e <= n; ++e) {
            split(entries[e], field, "|")
            for (i = 3; i <= 6; ++i) if (field[i] != "." && field[i] != "" && (best == "" || field[i] + 0 > best)) {
                best = field[i] + 0; sign = i % 2 == 0 ? -1 : 1
            }
        }
        print $1, best == "" ? "." : sign * best }' > "$work/large.tsv"
awk -F'\t' -v OFS='\t' 'BEGIN { print "variant", "truth", "score", "spread", "doubt" }
    NR == FNR { truth[$1] = $2; next }
    $1 in truth && $1 !~ /,/ && $2 != "." && $3 != "." {
        size = $2 < 0 ? -$2 : $2
        print $1, truth[$1], $2, $3, $3 / (size > 0.0001 ? size : 0.0001) }' "$work/large.tsv" "$work/mini.tsv" > "$work/splice.tsv"
"$varhush" bench reliability --table "$work/splice.tsv" --by size,-doubt,-spread --min-truth 0.01 \
    --svg "$out/splice.svg" --curves "$out/splice.tsv"

echo
echo "## Windows above the limit of VH_OOD (varhush-reporter's table, limit 0.97)"
echo
{ echo ">chr20"; zcat "$shared"/data/regulatory/chr20/chr20.GRCh37.part*.fa.gz | grep -v '^>'; } > "$work/chr20.fa"
samtools faidx "$work/chr20.fa"
samtools faidx "$work/chr20.fa" chr20:42000001-48000000 > "$work/test_block.fa"
python3 scripts/bench/foreign_sequence.py "$work/test_block.fa" "$work" "$shared/data/sirna/targets.fa"
echo "| windows | number | withheld |"
echo "|---|---|---|"
for name in real shuffled gc19 gc38 gc51 gc72 vector rat_mrna human_mrna; do
    "$varhush" score -q -@ "$threads" -m models/varhush-reporter/weights.safetensors -f "$work/$name.fa" --max-ood auto \
        "$work/$name.vcf" -o "$work/$name.out.vcf"
    bcftools query -f '%VH_STATUS\n' "$work/$name.out.vcf" | awk -v name="$name" '
        $1 == "OK" || $1 == "LOW_CONF" { ++n } $1 == "LOW_CONF" { ++low }
        END { printf "| %s | %d | %.1f %% |\n", name, n, 100 * low / n }'
done
