"""Sequence that no human genome has, and variants in it, to see whether score's VH_OOD notices.

    foreign_sequence.py SEQUENCE.fa FOLDER [TRANSCRIPTS.fa]    SEQUENCE.fa: one contig of real sequence

Writes FOLDER/NAME.fa and NAME.vcf: 'real' (windows of 2,048 bases of the sequence, spread evenly), 'shuffled' (the
bases of each window in random order) and random bases with the GC content of Plasmodium (19 %), yeast (38 %),
Escherichia coli (51 %) and Streptomyces (72 %). With TRANSCRIPTS.fa (the targets of siRNA efficacy data) also real
sequence of other species: 'vector' (the cloning vectors pGL3, with the plasmid of E. coli and the luciferase of a firefly)
and 'rat_mrna', and 'human_mrna' beside it, a window every 128 bases of all of each, end to end. A substitution stands in the middle of each window. Standard library
only; the same input gives the same bytes.
"""
import pathlib
import random
import sys

WINDOW = 2048
WINDOWS = 500
STEP = 128
VECTORS = {"U47296", "U47298"}
RAT = {"NM_012864", "NM_017346", "NM_022005", "NM_031313", "NM_053656", "NM_130419", "XM_214061"}
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


def read_transcripts(path):
    sequences = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith(">"):
                name = line[1:].split()[0]
                sequences[name] = ""
            else:
                sequences[name] += line.strip().upper().replace("U", "T")
    return sequences


def write_species(path, folder):
    sequences = read_transcripts(path)
    human = {name for name in sequences if name.startswith("NM_")} - RAT
    for name, members in {"vector": VECTORS, "rat_mrna": RAT, "human_mrna": human}.items():
        chained = "".join(sequences[one] for one in sorted(members))
        starts = range(0, len(chained) - WINDOW, STEP)
        windows = [chained[at:at + WINDOW] for at in starts]
        write(folder, name, [one for one in windows if one[WINDOW // 2] in "ACGT"])


def main():
    sequence, folder = read_sequence(sys.argv[1]), pathlib.Path(sys.argv[2])
    draw = random.Random(1)
    windows = real_windows(sequence)
    write(folder, "real", windows)
    write(folder, "shuffled", ["".join(draw.sample(window, WINDOW)) for window in windows])
    for name, share in GC.items():
        weights = [(1 - share) / 2, share / 2, share / 2, (1 - share) / 2]
        write(folder, name, ["".join(draw.choices("ACGT", weights, k=WINDOW)) for _ in windows])
    if len(sys.argv) > 3:
        write_species(sys.argv[3], folder)


main()
