#!/usr/bin/env bash
# Predicted against observed on reads with planted allelic effects: made-up heterozygous SNVs and indels in real sequence,
# effects planted at some of them, reads drawn, aligned (bwa), counted (`varhush count`) and tested (`varhush concord`).
# Tells power, false hits, directions and the recovered over-dispersion beside what was planted; a second run plants nothing.
# Writes the section "concord" of docs/benchmarks.md.
#
#   bash scripts/bench/concord.sh [FASTA]          default: data/demo/chr22.fa.gz; plain FASTA keeps its bwa index
#
# In the environment: SITES (at most so many, default 500), DEPTH (60), HITS (share of sites with an effect, 0.3), RHO (planted
# over-dispersion, 0.005), RIGHT (share of effects whose direction the prediction has right, 0.8), SEED (1), SCORES (made: the
# predictions are made up, too; model: VH_TF of `varhush score`), SECTION ("-" writes none), KEEP (a folder that keeps
# everything), VARHUSH (build/release/bin/varhush). Sections of docs/benchmarks.md: concord (chr20), concord-demo (the demo).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/bench/common.sh

sites=${SITES:-500}
depth=${DEPTH:-60}
hits=${HITS:-0.3}
rho=${RHO:-0.005}
right=${RIGHT:-0.8}
seed=${SEED:-1}
section=${SECTION:-concord}
begin_bench
work=${KEEP:-$bench_dir}
mkdir -p "$work"
for tool in samtools bwa bgzip; do
    command -v "$tool" >/dev/null || { echo "bench: $tool is missing" >&2; exit 1; }
done
given=${1:-data/demo/chr22.fa.gz}
reference=$given
case $given in
    *.gz)
        reference=$work/reference.fa
        [ -s "$reference" ] || gzip -dc "$given" >"$reference"
        ;;
esac
[ -s "$reference.fai" ] || samtools faidx "$reference"

# made_sites: VCF lines of a sample "sim" from the bases on standard input: every 1,500 bases, 70 % SNVs, 15 % insertions and
# 15 % deletions of 1 to 12 bases; nothing within 600 bases of an N. One haplotype or the other carries ALT.
made_sites() {
    awk -v seed="$seed" -v most="$sites" -v OFS='\t' '
        function uniform() { state = state * 16807 % 2147483647; return state / 2147483647 }
        function base() { return substr("ACGT", int(uniform() * 4) + 1, 1) }
        function take_contig(   position, window, ref, alt, kind, size, i) {
            for (position = 1500; position + 1500 < total && made < most; position += 1500) {
                window = substr(bases, position - 600, 1201)
                if (window !~ /^[ACGT]+$/) { continue }
                kind = uniform()
                size = int(uniform() * 12) + 1
                ref = alt = substr(bases, position, 1)
                if (kind < 0.7) {
                    do { alt = base() } while (alt == ref)
                } else if (kind < 0.85) {
                    for (i = 0; i < size; i++) { alt = alt base() }
                } else {
                    ref = substr(bases, position, size + 1)
                }
                made++
                print contig, position, "site" made, ref, alt, ".", ".", ".", "GT", (uniform() < 0.5 ? "0|1" : "1|0")
            }
        }
        BEGIN { state = seed % 2147483646 + 1; for (i = 0; i < 20; i++) { uniform() } }
        /^>/ { join(); take_contig(); contig = substr($1, 2); total = 0; bases = ""; n = 0; next }
        { part[n++] = toupper($0); total += length($0) }
        # Joined once a megabase: growing one text line by line takes forever.
        n == 20000 { join() }
        function join(   i, text) { text = ""; for (i = 0; i < n; i++) { text = text part[i] } bases = bases text; n = 0 }
        END { join(); take_contig() }' "$reference"
}
{
    printf '##fileformat=VCFv4.2\n'
    awk -v OFS= '{print "##contig=<ID=", $1, ",length=", $2, ">"}' "$reference.fai"
    printf '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype, made up">\n'
    printf '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tsim\n'
    made_sites
} >"$work/sites.vcf"
made=$(grep -vc '^#' "$work/sites.vcf")
[ "$made" -ge 20 ] || { echo "bench: only $made sites in $given" >&2; exit 1; }

# plant SHARE_OF_HITS NAME: truth.NAME.tsv (contig position ref alt share depth log2_effect prediction).
if [ "${SCORES:-made}" = model ]; then
    "$varhush" score -q -m varhush-mini -f "$reference" "$work/sites.vcf" -o "$work/scores.vcf.gz"
    "$varhush" score -q -f "$reference" "$work/sites.vcf" -O v |
        awk -F'\t' '!/^#/ {tf = "."; if (match($8, /VH_TF=[^;]*/)) { tf = substr($8, RSTART + 6, RLENGTH - 6) } print tf}' >"$work/known"
else
    grep -v '^#' "$work/sites.vcf" | sed 's/.*/./' >"$work/known"
fi
plant() {
    grep -v '^#' "$work/sites.vcf" | paste - "$work/known" |
        awk -F'\t' -v OFS='\t' -v hits="$1" -v rho="$rho" -v right="$right" -v depth="$depth" -v seed="$seed" '
        function uniform() { state = state * 16807 % 2147483647; return state / 2147483647 }
        function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }
        BEGIN { state = (seed + 77) % 2147483646 + 1; for (i = 0; i < 20; i++) { uniform() } }
        {
            sign = uniform() < 0.5 ? 1 : -1
            agrees = uniform() < right ? 1 : -1
            if ($11 != ".") { sign = $11 < 0 ? -agrees : agrees }
            effect = uniform() < hits ? sign * (1 + 1.5 * uniform()) : 0
            size = 0.2 + 0.5 * (effect < 0 ? -effect : effect) * uniform() + 0.3 * uniform()
            prediction = $11 != "." ? $11 : sign * agrees * size
            share = 1 / (1 + exp(-effect * log(2)))
            share += normal() * sqrt(rho * share * (1 - share))
            share = share < 0.01 ? 0.01 : share > 0.99 ? 0.99 : share
            print $1, $2, $4, $5, share, depth, effect, prediction
        }' >"$work/truth.$2.tsv"
}

# run NAME: reads, counts, tests of truth.NAME.tsv.
run() {
    bash scripts/lib/plant_reads.sh "$reference" "$work/truth.$1.tsv" "$work/reads.$1" "$seed"
    "$varhush" count -q 20 --quiet -V "$work/sites.vcf" --fasta-ref "$reference" "$work/reads.$1.bam" -o "$work/counts.$1.vcf.gz"
    {
        printf '##fileformat=VCFv4.2\n##INFO=<ID=PRED,Number=A,Type=Float,Description="Made-up prediction">\n'
        grep '^##contig' "$work/sites.vcf"
        printf '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n'
        awk -F'\t' -v OFS='\t' '{print $1, $2, ".", $3, $4, ".", ".", "PRED=" $8}' "$work/truth.$1.tsv"
    } >"$work/predicted.$1.vcf"
    "$varhush" concord --scores "$work/predicted.$1.vcf" --score PRED "$work/counts.$1.vcf.gz" -o "$work/sites.$1.tsv" \
        --json "$work/summary.$1.json" --html "$work/report.$1.html" 2>"$work/log.$1"
}

# run_blocks: pairs of SNVs 60 bases apart on one haplotype as one block: count --blocks beside a table as of 'varhush haplo'.
run_blocks() {
    awk -F'\t' -v OFS='\t' 'length($3) == 1 && length($4) == 1' "$work/truth.planted.tsv" >"$work/snvs.tsv"
    awk -F'\t' '{print $1 ":" $2 "-" $2 + 60}' "$work/snvs.tsv" >"$work/places"
    samtools faidx -r "$work/places" -n 1000 "$reference" | grep -v '^>' | tr '[:lower:]' '[:upper:]' |
        paste "$work/snvs.tsv" - >"$work/pairs.tsv"
    # The allele of both SNVs as one replacement, for the simulator; on haplotype 1 or 2 in turn.
    awk -F'\t' -v OFS='\t' '{last = substr($9, 61); new = last == "A" ? "C" : "A"
        print $1, $2, $9, $4 substr($9, 2, 59) new, $5, $6, $7, $8}' "$work/pairs.tsv" >"$work/truth.blocks.tsv"
    {
        grep '^##' "$work/sites.vcf"
        printf '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tsim\n'
        awk -F'\t' -v OFS='\t' '{gt = NR % 2 ? "0|1" : "1|0"
            print $1, $2, ".", substr($3, 1, 1), substr($4, 1, 1), ".", ".", ".", "GT", gt
            print $1, $2 + 60, ".", substr($3, 61), substr($4, 61), ".", ".", ".", "GT", gt}' "$work/truth.blocks.tsv"
    } >"$work/pairs.vcf"
    {
        printf 'sample\tcontig\tstart\tend\thaplotype\tscore\tstatus\tother\n'
        awk -F'\t' -v OFS='\t' '{print "sim", $1, $2, $2 + 60, 2, "PRED", "OK", NR % 2 ? $8 : -$8}' "$work/truth.blocks.tsv"
    } >"$work/haplo.tsv"
    awk -F'\t' -v OFS='\t' '{print $1, $2 - 1, $2 + 60}' "$work/truth.blocks.tsv" >"$work/pairs.bed"
    # As the sites: an effect counts for hap2 against hap1.
    awk -F'\t' -v OFS='\t' 'NR % 2 == 0 {$7 = -$7} {print}' "$work/truth.blocks.tsv" >"$work/truth.haplotypes.tsv"
    bash scripts/lib/plant_reads.sh "$reference" "$work/truth.blocks.tsv" "$work/reads.blocks" "$seed"
    "$varhush" count -q 20 --quiet -V "$work/pairs.vcf" --fasta-ref "$reference" --blocks "$work/blocks.tsv" \
        --peaks "$work/pairs.bed" "$work/reads.blocks.bam" -o "$work/counts.blocks.tsv"
    "$varhush" concord --scores "$work/haplo.tsv" --score PRED "$work/blocks.tsv" -o "$work/sites.haplotypes.tsv" 2>"$work/log.haplotypes"
}

# judge NAME RATE: one Markdown row with what was found at a false discovery rate.
judge() {
    awk -F'\t' -v rate="$2" '
        NR == FNR { effect[$1 ":" $2] = $7; next }
        FNR == 1 { for (i = 1; i <= NF; i++) { at[$i] = i } next }
        $at["status"] != "OK" { next }
        {
            planted = effect[$1 ":" $2]
            observed = $at["effect_log2"]
            tested++
            hit = planted != 0
            found = $at["q"] <= rate
            hits += hit
            all += found
            false += found && !hit
            good += found && hit
            same += found && hit && (planted > 0) == (observed > 0)
            indel = length($4) != length($5)
            hits_indel += hit && indel
            good_indel += found && hit && indel
            if (hit) { error = observed - planted; sum += error; square += error * error }
        }
        END {
            printf "| %s | %d | %d | %d | %d | %s | %s | %s | %s | %s |\n", rate, tested, hits, all, false,
                all ? sprintf("%.3f", false / all) : "-", hits ? sprintf("%.2f", good / hits) : "-",
                hits_indel ? sprintf("%.2f", good_indel / hits_indel) : "-",
                good ? sprintf("%d of %d", same, good) : "-",
                hits ? sprintf("%+.2f (sd %.2f)", sum / hits, sqrt(square / hits - (sum / hits) ^ 2)) : "-"
        }' "$work/truth.$1.tsv" "$work/sites.$1.tsv"
}

plant "$hits" planted
plant 0 null
run planted
run null
run_blocks
line() { sed -n "s/^[0-9:]* info concord: //p" "$work/log.$1" | grep "^$2" | head -1; }
text=$(
    echo
    echo "$made heterozygous sites in $(basename "$given"), about $depth fragments each, over-dispersion $rho; effects of 2- to 5.7-fold either way at a share of $hits; predictions have the direction of $right of them right."
    echo "Reproduce: \`SITES=$sites bash scripts/bench/concord.sh${1:+ $(basename "$1")}\` (seed $seed)."
    echo
    echo "| FDR | tested | with an effect | significant | false | share false | power | power, indels | direction found | effect found less planted, log2 |"
    echo "|---|---|---|---|---|---|---|---|---|---|"
    judge planted 0.05
    judge planted 0.1
    echo
    echo "Blocks: pairs of phased SNVs 60 bases apart, counted by haplotype (\`count --blocks\`) and joined with a table as of \`haplo\`:"
    echo
    echo "| FDR | tested | with an effect | significant | false | share false | power | power, indels | direction found | effect found less planted, log2 |"
    echo "|---|---|---|---|---|---|---|---|---|---|"
    judge haplotypes 0.05
    echo
    echo "- Null: $(line planted 'sim:')."
    echo "- Null of the haplotypes: $(line haplotypes 'sim:'). From a few hundred sites the over-dispersion is vague: single runs are off either way, the mean over many is not (tests/concord/null_model_test.cpp)."
    echo "- Agreement: $(line planted 'PRED:')."
    echo "- Agreement of haplotypes: $(line haplotypes 'PRED:')."
    echo "- The same sites without any effect: $(line null 'sim:')."
)
echo "$text"
[ "$section" = - ] || echo "$text" | put_section docs/benchmarks.md "$section"
