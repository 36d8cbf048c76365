"""Sequence that no human genome has, and variants in it, to see whether score's VH_OOD notices.

    foreign_sequence.py SEQUENCE.fa FOLDER    SEQUENCE.fa: one contig of real sequence

Writes FOLDER/NAME.fa and NAME.vcf: 'real' (windows of 2,048 bases of the sequence, spread evenly), 'shuffled' (the
bases of each window in random order) and random bases with the GC content of Plasmodium (19 %), yeast (38 %),
Escherichia coli (51 %) and Streptomyces (72 %). A substitution stands in the middle of each window. Standard library
only; the same input gives the same bytes.
"""
import pathlib
import random
import sys

WINDOW = 2048
WINDOWS = 500
GC = {"gc19": 0.194, "gc38": 0.383, "gc51": 0.508, "gc72": 0.721}


def read_sequence(path):
    with open(path, encoding="ascii") as lines:
        return "".join(line.strip() for line in lines if not line.startswith(">")).upper()


def real_windows(sequence):
    step = max(WINDOW, (len(sequence) - WINDOW) // WINDOWS)
    windows = [sequence[at:at + WINDOW] for at in range(0, len(sequence) - WINDOW, step)]
    return [window for window in windows if "N" not in window][:WINDOWS]


def write(folder, name, windows):
    with open(folder / f"{name}.fa", "w", encoding="ascii") as fasta, \
            open(folder / f"{name}.vcf", "w", encoding="ascii") as vcf:
        vcf.write("##fileformat=VCFv4.2\n")
        for i in range(len(windows)):
            vcf.write(f"##contig=<ID=w{i},length={WINDOW}>\n")
        vcf.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        for i, window in enumerate(windows):
            fasta.write(f">w{i}\n{window}\n")
            ref = window[WINDOW // 2]
            alt = "ACGT"[("ACGT".index(ref) + 1) % 4]
            vcf.write(f"w{i}\t{WINDOW // 2 + 1}\t.\t{ref}\t{alt}\t.\t.\t.\n")


def main():
    sequence, folder = read_sequence(sys.argv[1]), pathlib.Path(sys.argv[2])
    draw = random.Random(1)
    windows = real_windows(sequence)
    write(folder, "real", windows)
    write(folder, "shuffled", ["".join(draw.sample(window, WINDOW)) for window in windows])
    for name, share in GC.items():
        weights = [(1 - share) / 2, share / 2, share / 2, (1 - share) / 2]
        write(folder, name, ["".join(draw.choices("ACGT", weights, k=WINDOW)) for _ in windows])


main()
