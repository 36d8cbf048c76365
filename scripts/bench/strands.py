"""Elements of saturation mutagenesis between flanks of real sequence, on both strands, and what two runs of score say.

    strands.py make SATMUT_FOLDER FLANK.fa FOLDER    writes FOLDER/{plus,minus}.{fa,vcf} and FOLDER/truth.tsv
    strands.py join FOLDER                           reads FOLDER/{plus,minus}.scored.vcf, writes FOLDER/signs.tsv

Substitutions with ten or more barcodes in the primary assay and p up to 1e-5. Columns of signs.tsv: `score` (plus strand),
`spread` (VH_SD), `strands` (standard deviation of both strands' scores), each over the size of the score too (`spread_size`,
`strands_size`, `both_size`: all of them), `level` (the larger of REF's and ALT's), `mean` (of both strands). Standard library only.
"""
import csv
import gzip
import math
import pathlib
import sys

COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
SMALLEST = 1e-9


def read_fasta(path):
    sequences = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith(">"):
                name = line[1:].split()[0]
                sequences[name] = ""
            else:
                sequences[name] += line.strip().upper()
    return sequences


def turned(bases):
    return bases.translate(COMPLEMENT)[::-1]


def write_strand(folder, name, sequences, records):
    order = {element: i for i, element in enumerate(sequences)}
    with open(folder / f"{name}.fa", "w", encoding="ascii") as fasta:
        for element, bases in sequences.items():
            fasta.write(f">{element}\n{bases}\n")
    with open(folder / f"{name}.vcf", "w", encoding="ascii") as vcf:
        vcf.write("##fileformat=VCFv4.2\n")
        for element, bases in sequences.items():
            vcf.write(f"##contig=<ID={element},length={len(bases)}>\n")
        vcf.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        for element, position, name_of, ref, alt in sorted(records, key=lambda one: (order[one[0]], one[1])):
            vcf.write(f"{element}\t{position}\t{name_of}\t{ref}\t{alt}\t.\t.\t.\n")


def wanted(row):
    return (row["pass"] == "1" and row["primary"] == "1" and row["alt"] in "ACGT" and row["ref"] in "ACGT"
            and float(row["p_value"]) <= 1e-5)


def make(satmut, flank_path, folder):
    flank = "".join(read_fasta(flank_path).values())
    half = len(flank) // 2
    plus = {element: flank[:half] + bases + flank[half:] for element, bases in read_fasta(satmut / "elements.fa").items()}
    minus = {element: turned(bases) for element, bases in plus.items()}
    records = {"plus": [], "minus": []}
    with gzip.open(satmut / "variants.tsv.gz", "rt") as table, open(folder / "truth.tsv", "w", encoding="ascii") as truth:
        for row in filter(wanted, csv.DictReader(table, delimiter="\t")):
            element, ref, alt = row["element"], row["ref"], row["alt"]
            position = int(row["offset"]) + half
            assert plus[element][position - 1] == ref, row
            name = f"{element}:{row['offset']}:{ref}:{alt}"
            records["plus"].append((element, position, name, ref, alt))
            records["minus"].append((element, len(plus[element]) + 1 - position, name, turned(ref), turned(alt)))
            truth.write("\t".join([name, element, row["split"], row["log2_effect"]]) + "\n")
    write_strand(folder, "plus", plus, records["plus"])
    write_strand(folder, "minus", minus, records["minus"])


def read_scored(path):
    scored = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#") or "VH_STATUS=OK" not in fields[7]:
                continue
            info = dict(part.split("=", 1) for part in fields[7].split(";"))
            effect = next(one.split("|") for one in info["VH"].split(",") if one.split("|")[5] == "CHIP_HISTONE")
            scored[fields[2]] = (float(info["VH_HIST"]), float(info.get("VH_SD", "nan")), max(map(float, effect[-2:])))
    return scored


def join(folder):
    plus, minus = read_scored(folder / "plus.scored.vcf"), read_scored(folder / "minus.scored.vcf")
    names = ["variant", "element", "split", "truth", "score", "spread", "strands", "spread_size", "strands_size",
             "both_size", "level", "mean"]
    with open(folder / "truth.tsv", encoding="ascii") as truth, open(folder / "signs.tsv", "w", encoding="ascii") as out:
        out.write("\t".join(names) + "\n")
        for line in truth:
            name, element, split, effect = line.rstrip("\n").split("\t")
            if name not in plus or name not in minus:
                continue
            score, spread, level = plus[name]
            strands = abs(score - minus[name][0]) / math.sqrt(2)
            size = max(abs(score), SMALLEST)
            numbers = [score, spread, strands, spread / size, strands / size, math.hypot(spread, strands) / size, level,
                       (score + minus[name][0]) / 2]
            out.write("\t".join([name, element, split, effect] + [f"{one:.7g}" for one in numbers]) + "\n")


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4]))
else:
    join(pathlib.Path(sys.argv[2]))
