#!/usr/bin/env python3
"""Label files of models/varhush-mini/train.json that are not in the shared data as such.

    regulatory_labels.py SHARED_REGULATORY_FOLDER OUTPUT_FOLDER

peaks.fa, peaks.bed: CTCF and PU.1 peak centres of the whole genome (100 bases each) and dinucleotide shuffles of half of
them, in random order on one contig, N between them. Left out: peaks of chr20:38-41 and 42-48 Mb (the held-out regions of
train.json) and 500 bases round them, and sequences that share a word of 24 bases with an element of the mutagenesis assays.
starts.bed: the 5' end of every gene of chr20.exons.bed.gz. chr20.tss.bed has the 3' end on the minus strand.
Standard library only; the same files for the same input."""
import gzip
import random
import sys
from collections import defaultdict
from pathlib import Path

SLOT_BP = 160
WORD_BP = 24
HELD_OUT = [("chr20", 38_000_000, 41_000_000), ("chr20", 42_000_000, 48_000_000)]
MARGIN_BP = 500
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def fasta(path):
    name, parts = None, []
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as lines:
        for line in lines:
            if line.startswith(">"):
                if name is not None:
                    yield name, "".join(parts).upper()
                name, parts = line[1:].split()[0], []
            else:
                parts.append(line.strip())
    if name is not None:
        yield name, "".join(parts).upper()


def words(sequence):
    return {sequence[i:i + WORD_BP] for i in range(len(sequence) - WORD_BP + 1)}


def element_words(path):
    found = set()
    for _, sequence in fasta(path):
        found |= words(sequence) | words(sequence.translate(COMPLEMENT)[::-1])
    return found


def held_out(name):
    contig, _, span = name.partition(":")
    start, end = (int(x) for x in span.split("-"))
    return any(contig == c and start < b + MARGIN_BP and a - MARGIN_BP < end for c, a, b in HELD_OUT)


def shuffled(sequence, random_numbers):
    """Same pairs of neighbours: a random Euler walk (Altschul & Erickson 1985, by rejection of the last edges)."""
    last = sequence[-1]
    edges = defaultdict(list)
    for a, b in zip(sequence, sequence[1:]):
        edges[a].append(b)
    while True:
        tree = {a: random_numbers.choice(next_bases) for a, next_bases in edges.items() if a != last}
        if all(reaches(a, last, tree) for a in tree):
            break
    walk = {}
    for a, next_bases in edges.items():
        rest = list(next_bases)
        if a in tree:
            rest.remove(tree[a])
        random_numbers.shuffle(rest)
        walk[a] = rest + ([tree[a]] if a in tree else [])
    out = [sequence[0]]
    while len(out) < len(sequence):
        out.append(walk[out[-1]].pop(0))
    return "".join(out)


def reaches(base, goal, tree):
    for _ in range(len(tree) + 1):
        if base == goal:
            return True
        base = tree.get(base)
    return False


def write_peaks(source, folder):
    random_numbers = random.Random(1)
    forbidden = element_words(source / "satmut" / "elements.fa")
    entries, dropped = [], 0
    for factor in ("CTCF", "PU.1"):
        path = source / "sequences" / ("peaks_" + factor.lower().replace(".", "") + ".fa.gz")
        for name, sequence in fasta(path):
            if held_out(name) or words(sequence) & forbidden:
                dropped += 1
                continue
            entries.append((factor, sequence))
            if random_numbers.random() < 0.5 and "N" not in sequence:
                entries.append(("shuffle", shuffled(sequence, random_numbers)))
    random_numbers.shuffle(entries)
    with open(folder / "peaks.fa", "w") as bases, open(folder / "peaks.bed", "w") as labels:
        bases.write(">peaks\n")
        for i, (factor, sequence) in enumerate(entries):
            gap = SLOT_BP - len(sequence)
            bases.write("N" * (gap // 2) + sequence + "N" * (gap - gap // 2) + "\n")
            start = i * SLOT_BP + gap // 2
            if factor != "shuffle":
                labels.write(f"peaks\t{start}\t{start + len(sequence)}\t{factor}\n")
    print(f"peaks: {len(entries)} sequences, {dropped} left out", file=sys.stderr)


def write_starts(source, folder):
    genes = defaultdict(list)
    with gzip.open(source / "chr20" / "chr20.exons.bed.gz", "rt") as lines:
        for line in lines:
            contig, start, end, gene, _, strand = line.split()[:6]
            genes[contig, gene, strand].append((int(start), int(end)))
    with open(folder / "starts.bed", "w") as out:
        for (contig, gene, strand), exons in sorted(genes.items(), key=lambda item: (item[0][0], min(item[1]))):
            at = min(a for a, _ in exons) if strand == "+" else max(b for _, b in exons) - 1
            out.write(f"{contig}\t{max(0, at - 64)}\t{at + 64}\t{gene}\t0\t{strand}\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write_peaks(Path(sys.argv[1]), Path(sys.argv[2]))
    write_starts(Path(sys.argv[1]), Path(sys.argv[2]))
