#!/bin/bash
# From a fresh Debian 12 to scored variants: installs what is missing (apt), builds build/release, and
# scores data/demo with the embedded models. Run it again at any time: the second run is quick.
. "$(dirname "$0")/lib/common.sh"

# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES
build_preset release -- varhush varhush-model

varhush=build/release/bin/varhush
result=build/release/demo.vcf
say "Scoring data/demo: 155 real variants near exons of 12 genes (GRCh37)"
command="$varhush score -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz data/demo/variants.vcf.gz -o $result"
echo "\$ $command"
$command

say "The first annotated records (CHROM POS ID REF ALT, then the INFO tags)"
grep -v '^#' "$result" | head -n 5 | cut -f 1-5,8

say "The five strongest effects on splicing (VH_SPL: loss below 0, gain above)"
grep -v '^#' "$result" | awk -F '\t' '
    match($8, /VH_SPL=[^;,]*/) {
        value = substr($8, RSTART + 7, RLENGTH - 7)
        if (value != ".") {
            printf "%.6f\t%s:%s\t%s\t%s>%s\t%s\n", value < 0 ? -value : value, $1, $2, $3, $4, $5, value
        }
    }' | sort -k 1,1 -r -g | head -n 5 | cut -f 2-

say "Done. Everything is in $result; try:"
echo "  $varhush --help"
echo "  $varhush doctor"
