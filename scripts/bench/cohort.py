#!/usr/bin/env python3
"""Makes up a cohort: phased genotypes of SAMPLES people at the sites of a VCF (standard input, with AF, KG_AF or AC/AN),
on standard output. A few founder haplotypes are drawn by the allele frequencies; each haplotype of a person copies
founders and changes to another one every SWITCH bases on average, as recombination does.

    cohort.py SAMPLES [FOUNDERS] [SWITCH] < sites.vcf > cohort.vcf
"""
import random
import sys


def frequency(info):
    fields = dict(part.split("=", 1) for part in info.split(";") if "=" in part)
    for name in ("KG_AF", "AF"):
        if fields.get(name, ".") not in (".", ""):
            return float(fields[name].split(",")[0])
    return float(fields["AC"].split(",")[0]) / max(float(fields["AN"]), 1)


def main():
    samples = int(sys.argv[1])
    founders = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    switch = float(sys.argv[3]) if len(sys.argv) > 3 else 50_000
    random.seed(1)
    copied = [random.randrange(founders) for _ in range(2 * samples)]
    before = None
    for line in sys.stdin:
        fields = line.rstrip("\n").split("\t")
        if line.startswith("##"):
            sys.stdout.write(line)
            continue
        if line.startswith("#"):
            sys.stdout.write('##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype, made up">\n')
            names = "\t".join(f"s{i}" for i in range(samples))
            sys.stdout.write("\t".join(fields[:8]) + "\tFORMAT\t" + names + "\n")
            continue
        if "," in fields[4]:
            continue
        position = int(fields[1])
        distance = position - before if before is not None else 0
        before = position
        for i in range(len(copied)):
            if random.random() < distance / switch:
                copied[i] = random.randrange(founders)
        share = frequency(fields[7])
        carries = [int(random.random() < share) for _ in range(founders)]
        alleles = [carries[founder] for founder in copied]
        calls = "\t".join(f"{alleles[2 * i]}|{alleles[2 * i + 1]}" for i in range(samples))
        sys.stdout.write("\t".join(fields[:8]) + "\tGT\t" + calls + "\n")


if __name__ == "__main__":
    main()
