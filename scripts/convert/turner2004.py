#!/usr/bin/python3
"""The free energies of Turner 2004 at 37 C as lib/sirna/src/turner2004.inc, in our own order.

    scripts/convert/turner2004.py ../shared/fixtures/rnafold/turner2004.par >lib/sirna/src/turner2004.inc

Reads a parameter file of format "RNAfold parameter file v2.0" (its sections and codes are described in
../shared/fixtures/rnafold/MODEL.md) and takes the values for A C G U; enthalpies, N and non-standard pairs
are left out. Order of ours: bases A C G U; pairs AU CG GC GU UA UG, alphabetical, always read 5' to 3', the
inner pair of a loop too; unpaired bases of a loop in the order in which they stand in the strand."""
import itertools
import re
import sys

THEIR_PAIRS = ["CG", "GC", "GU", "UG", "AU", "UA"]
PAIRS = sorted(THEIR_PAIRS)
BASES = "ACGU"


def read_sections(path):
    sections, name = {}, None
    for line in open(path):
        if line.startswith("# "):
            name = line[2:].strip()
            sections[name] = []
        elif name and not line.startswith("#"):
            sections[name] += re.sub(r"/\*.*?\*/", " ", line).split()
    return sections


def number(text):
    return 0 if text == "INF" else int(text)


class Table:
    """Values of a section, addressed by their codes: pairs 0-6, bases 0-4 (0 is N)."""

    def __init__(self, values, *shape):
        self.values, self.shape = [number(v) for v in values], shape
        size = 1
        for extent in shape:
            size *= extent
        assert len(self.values) == size, (len(self.values), shape)

    def __getitem__(self, index):
        at = 0
        for one, extent in zip(index, self.shape):
            assert 0 <= one < extent
            at = at * extent + one
        return self.values[at]


def pair(text):
    return THEIR_PAIRS.index(text)


def inner(text):
    """Theirs is read from inside the loop."""
    return THEIR_PAIRS.index(text[::-1])


def base(letter):
    return 1 + BASES.index(letter)


def emit(name, values, comment):
    values = list(values)
    print(f"// {comment}")
    print(f"constexpr std::array<std::int16_t, {len(values)}> {name}{{")
    line = "   "
    for value in values:
        piece = f" {value},"
        if len(line) + len(piece) > 100:
            print(line)
            line = "   "
        line += piece
    print(line + "};\n")


def loops(n):
    return itertools.product(PAIRS, PAIRS, *[BASES] * n)


def main():
    s = read_sections(sys.argv[1])
    print("// Written by scripts/convert/turner2004.py; do not edit. Free energies at 37 C in 0.01 kcal/mol:")
    print("// Mathews et al. 2004, PNAS 101:7287; Turner & Mathews 2010, NAR 38:D280; helices Xia et al. 1998,")
    print("// Biochemistry 37:14719. Bases A C G U; pairs AU CG GC GU UA UG, read 5' to 3'.\n")
    stack = Table(s["stack"], 7, 7)
    emit("kStack", (stack[pair(a), inner(b)] for a, b in loops(0)), "[outer pair][inner pair]")
    for ours, theirs, what in [
            ("kMismatchHairpin", "mismatch_hairpin", "closing a hairpin"),
            ("kMismatchInterior", "mismatch_interior", "closing an interior loop"),
            ("kMismatchInterior1n", "mismatch_interior_1n", "closing one of 1 x n bases, n > 2"),
            ("kMismatchInterior23", "mismatch_interior_23", "closing one of 2 x 3 bases"),
            ]:
        table = Table(s[theirs], 7, 5, 5)
        emit(ours, (table[pair(a), base(x), base(y)] for a, x, y in itertools.product(PAIRS, BASES, BASES)),
             f"{what}: [pair][base after its first][base before its second]")
    for ours, theirs in [("kMismatchMulti", "mismatch_multi"), ("kMismatchExterior", "mismatch_exterior")]:
        table = Table(s[theirs], 7, 5, 5)
        emit(ours, (table[pair(a), base(x), base(y)] for a, x, y in itertools.product(PAIRS, BASES, BASES)),
             "a stem: [pair][base 5' of it][base 3' of it]")
    for ours, theirs in [("kDangle5", "dangle5"), ("kDangle3", "dangle3")]:
        table = Table(s[theirs], 7, 5)
        emit(ours, (table[pair(a), base(x)] for a, x in itertools.product(PAIRS, BASES)),
             f"a stem with one neighbour, on its {ours[-1]}' side: [pair][base]")
    t11 = Table(s["int11"], 7, 7, 5, 5)
    emit("kInterior1x1", (t11[pair(a), inner(b), base(x), base(y)] for a, b, x, y in loops(2)),
         "[outer pair][inner pair][base between the first bases][base between the second bases]")
    t21 = Table(s["int21"], 7, 7, 5, 5, 5)
    emit("kInterior1x2", (t21[pair(a), inner(b), base(x), base(y), base(z)] for a, b, x, y, z in loops(3)),
         "[outer pair][inner pair][the one base][the two bases opposite]")
    t22 = Table(s["int22"], 6, 6, 4, 4, 4, 4)
    emit("kInterior2x2", (t22[(pair(a), inner(b)) + tuple(base(x) - 1 for x in xs)] for a, b, *xs in loops(4)),
         "[outer pair][inner pair][two bases][two bases]")
    for ours, theirs in [("kHairpinLength", "hairpin"), ("kBulgeLength", "bulge"), ("kInteriorLength", "interior")]:
        emit(ours, Table(s[theirs], 31).values, "by unpaired bases, 0 to 30; 0 where there is no such loop")
    ml, ninio, misc = ([int(v) for v in s[k]] for k in ("ML_params", "NINIO", "Misc"))
    for name, value in [("kMultiBase", ml[0]), ("kMultiClosing", ml[2]), ("kMultiStem", ml[4]),
                        ("kAsymmetry", ninio[0]), ("kAsymmetryMost", ninio[2]),
                        ("kDuplexInitiation", misc[0]), ("kTerminalWeak", misc[2])]:
        print(f"constexpr int {name} = {value};")
    print("\n// Hairpins whose energy is known as a whole, closing pair included.")
    special = []
    for section in ("Triloops", "Tetraloops", "Hexaloops"):
        special += [(s[section][k], int(s[section][k + 1])) for k in range(0, len(s[section]), 3)]
    print(f"constexpr std::array<SpecialHairpin, {len(special)}> kSpecialHairpins{{{{")
    for text, value in special:
        print(f'    {{"{text}", {value}}},')
    print("}};")


main()
