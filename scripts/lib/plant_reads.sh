#!/usr/bin/env bash
# plant_reads.sh REFERENCE.fa[.gz] TRUTH.tsv PREFIX [SEED [OTHER.fa]]: paired reads of a heterozygous sample whose alleles have given
# shares at given sites, aligned: PREFIX.bam with its index. Sites should lie further apart than 1,000 bases.
#
# TRUTH.tsv: contig position ref alt share depth; share: of ALT among the fragments; depth: fragments that show the site,
# about. Other columns may follow. Round each site fragments of 300 (sd 40) bases are drawn from a window of 500 bases to
# either side, from the haplotype with ALT as often as the share says; two reads of 100 bases, 3 errors in 1,000. The same
# seed gives the same reads with every awk. OTHER.fa: the sequence without ALT, where that is not the reference (such as
# haplotype 1, with ref as it stands there); reads are aligned to the reference. Needs samtools and bwa.
set -euo pipefail
reference=$1
truth=$2
prefix=$3
seed=${4:-1}
other=${5:-$reference}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The window of a site: 500 bases to either side of REF, cut at the contig's ends by samtools.
awk -F'\t' '{start = $2 - 500; print $1 ":" (start < 1 ? 1 : start) "-" $2 + length($3) + 499}' "$truth" >"$folder/windows"
samtools faidx -r "$folder/windows" -n 100000 "$other" 2>/dev/null | grep -v '^>' | tr '[:lower:]' '[:upper:]' >"$folder/bases"
[ "$(wc -l <"$folder/bases")" -eq "$(wc -l <"$truth")" ] || { echo "plant_reads: a site lies outside $other" >&2; exit 1; }

paste "$truth" "$folder/bases" | awk -F'\t' -v seed="$seed" -v one="$folder/1.fq" -v two="$folder/2.fq" '
    # Park & Miller 1988 (Commun. ACM 31:1192): exact in doubles.
    function uniform() { state = state * 16807 % 2147483647; return state / 2147483647 }
    function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }
    function reverse(bases,   i, out) {
        out = ""
        for (i = length(bases); i > 0; i--) { out = out other[substr(bases, i, 1)] }
        return out
    }
    function with_errors(bases,   at, old) {
        at = int(log(uniform()) / log(1 - 0.003)) + 1
        while (at <= length(bases)) {
            old = substr(bases, at, 1)
            do { new = substr("ACGT", int(uniform() * 4) + 1, 1) } while (new == old)
            bases = substr(bases, 1, at - 1) new substr(bases, at + 1)
            at += int(log(uniform()) / log(1 - 0.003)) + 1
        }
        return bases
    }
    BEGIN {
        state = seed % 2147483646 + 1
        for (i = 0; i < 20; i++) { uniform() }
        split("A T C G G C T A N N", pairs, " ")
        for (i = 1; i < 10; i += 2) { other[pairs[i]] = pairs[i + 1] }
        for (i = 0; i < 100; i++) { quality = quality "I" }
    }
    {
        window = $NF
        before = $2 <= 500 ? $2 - 1 : 500
        if (substr(window, before + 1, length($3)) != toupper($3)) {
            print "plant_reads: " $1 ":" $2 ": REF is " $3 ", the reference has " substr(window, before + 1, length($3)) >"/dev/stderr"
            exit 1
        }
        carrier = substr(window, 1, before) toupper($4) substr(window, before + 1 + length($3))
        fragments = int($6 * (length(window) - 300) / 200 + 0.5)
        for (i = 1; i <= fragments; i++) {
            bases = uniform() < $5 ? carrier : window
            size = int(300 + 40 * normal())
            size = size < 110 ? 110 : size
            start = int(uniform() * (length(bases) - size + 1)) + 1
            left = with_errors(substr(bases, start, 100))
            right = with_errors(reverse(substr(bases, start + size - 100, 100)))
            name = "@" $1 "_" $2 "_" i
            turned = uniform() < 0.5
            print name "\n" (turned ? right : left) "\n+\n" quality >one
            print name "\n" (turned ? left : right) "\n+\n" quality >two
        }
    }'

if [ ! -e "$reference.bwt" ]; then
    bwa index "$reference" 2>/dev/null
fi
bwa mem -t 2 -R '@RG\tID:sim\tSM:sim' "$reference" "$folder/1.fq" "$folder/2.fq" 2>/dev/null |
    samtools sort -o "$prefix.bam" - 2>/dev/null
samtools index "$prefix.bam"
