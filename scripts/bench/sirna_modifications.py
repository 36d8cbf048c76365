#!/usr/bin/env python3
"""Do effects of modifications on activity transfer from one study to the others?

Reads sirna_modified_sirnamod.tsv (records of siRNAmod, Dar et al. 2016, Sci Rep 6:20031) and asks, within groups
of the same sequence, dose, assay, cells and study, so that neither the sequence nor the laboratory can answer,
how well the measured values of the other studies follow
- additive effects by strand, region and modification, fitted by ridge regression on the one large screen (PubMed
  19282453), or on all studies but the one that is asked;
- the plain number of modifications;
- the activity rules of lib/sirna/src/placement_rules.cpp, fitted to nothing, alone and with 0.2 a modification.
Figures are means over studies of the mean correlation in their groups of 5 and more, and the difference to the
plain number; intervals are percentiles of a bootstrap over studies. Needs numpy and pandas.

usage: sirna_modifications.py sirna_modified_sirnamod.tsv
"""
import collections
import re
import sys

import numpy
import pandas

SCREEN = "19282453"
SMALLEST_GROUP = 5
KINDS = [  # the first that fits
    ("none", r"^0$|2-Hydroxy|5-phosphate|Inverted|Cholesterol|acid ester"),
    ("una", r"unlocked"),
    ("fluoro", r"2-Fluoro|2-fluororibose"),
    ("methoxy", r"2-O-Methyl|2-Methoxy"),
    ("dna", r"^2-Deoxy$|2-Deoxythymidine|2-Deoxyribonucleotide|DeoxyThymidine|Deoxyadenine"),
    ("lna", r"Locked|bridged"),
    ("thioate", r"Phosphorothioate"),
]


def kind_of(name):
    for kind, pattern in KINDS:
        if re.search(pattern, name, re.IGNORECASE):
            return kind
    return "other"


def marks(names, places):
    """(position, kind) of all modifications of a strand; None when the two columns disagree."""
    names = [one.strip() for one in str(names).split("*")]
    places = [one.strip() for one in str(places).split("*")]
    if len(names) != len(places):
        return None
    found = []
    for name, place in zip(names, places):
        kind = kind_of(name)
        for text in re.findall(r"\d+", place):
            if kind != "none" and text != "0":
                found.append((int(text), kind))
    return found


def region(strand, position):
    if position >= 20:
        return "overhang"
    if strand == "guide" and position == 1:
        return "first"
    return "seed" if position <= 8 else "centre" if position <= 12 else "tail"


def hindrance(guide, passenger):
    """placement_rules.cpp for 19 pairs."""
    methoxy = {2: 2, 14: 2, 6: .5, 9: .5, 16: .5, 10: .25, 11: .25, 3: .1, 4: .1, 5: .1, 7: .1, 8: .1, 12: .1, 13: .1, 15: .1}
    facing = {11: 1.5, 12: .5, 13: .5, 15: .5, 10: .25}
    cost = 0
    for position, kind in guide:
        cost += methoxy.get(position, 0) if kind == "methoxy" else 0
        cost += (.1 if position <= 8 else .5) * (kind == "dna" and position <= 19)
    for position, kind in passenger:
        cost += facing.get(20 - position, 0) if kind == "methoxy" else 0
        cost += .25 * (kind == "dna" and position <= 11)
    held = {position for position, kind in guide if kind == "methoxy" and 2 <= position <= 16}
    run = 0
    for position in range(2, 17):
        run = run + 1 if position in held else 0
        cost += .3 * (run > 4)
    return cost


def load(path):
    table = pandas.read_csv(path, sep="\t", dtype={"reference": str})
    table = table[table.efficacy.notna() & (table.duplex_ok == 1)]
    rows = []
    for row in table.itertuples():
        guide, passenger = marks(row.mod_guide, row.pos_guide), marks(row.mod_sense, row.pos_sense)
        if guide is None or passenger is None:
            continue
        counts = collections.Counter(("guide", region("guide", p), k) for p, k in guide)
        counts.update(("passenger", region("passenger", p), k) for p, k in passenger)
        group = (row.seq_group, row.conc_nM, row.assay, row.cell_line, row.duration)
        rows.append((row.reference, group, row.efficacy, counts, -hindrance(guide, passenger)))
    return rows


def design(rows, names):
    """Features and target less the means of their group, one weight a row so that every study counts alike."""
    groups = collections.defaultdict(list)
    for i, row in enumerate(rows):
        groups[(row[0], row[1])].append(i)
    x = numpy.array([[row[3][name] for name in names] for row in rows], float)
    y = numpy.array([row[2] for row in rows], float)
    kept = []
    for members in groups.values():
        x[members] -= x[members].mean(0)
        y[members] -= y[members].mean()
        kept += members if len(members) > 1 else []
    size = collections.Counter(rows[i][0] for i in kept)
    weight = numpy.array([1 / size[rows[i][0]] for i in kept]) * len(kept) / len(size)
    return x[kept], y[kept], weight


def fit(rows, ridge=30.0):
    seen = collections.Counter(name for row in rows for name in row[3])
    names = sorted(name for name, count in seen.items() if count >= 10)
    x, y, weight = design(rows, names)
    scaled = x * weight[:, None]
    return dict(zip(names, numpy.linalg.solve(scaled.T @ x + ridge * numpy.eye(len(names)), scaled.T @ y)))


def predicted(effects, row):
    return sum(effects.get(name, 0) * count for name, count in row[3].items())


def correlations(rows, values):
    """{study: correlations in its groups}; a group in which nothing is told apart counts 0."""
    groups = collections.defaultdict(list)
    for row, value in zip(rows, values):
        groups[(row[0], row[1])].append((value, row[2]))
    found = collections.defaultdict(list)
    for (study, _), pairs in groups.items():
        told, measured = numpy.array(pairs).T
        if len(pairs) >= SMALLEST_GROUP and measured.std() > 0:
            found[study].append(numpy.corrcoef(told, measured)[0, 1] if told.std() > 1e-12 else 0.0)
    return found


def interval(values):
    random = numpy.random.default_rng(1)
    again = [random.choice(values, len(values)).mean() for _ in range(10000)]
    return "\t".join(f"{one:+.3f}" for one in (numpy.mean(values), *numpy.percentile(again, [2.5, 97.5])))


def report(title, found, plain):
    studies = sorted(found)
    means = numpy.array([numpy.mean(found[study]) for study in studies])
    beside = numpy.array([numpy.mean(plain[study]) for study in studies])
    print(title, interval(means), interval(means - beside), len(studies), sum(map(len, found.values())), sep="\t")


def left_out(rows, others):
    """Predictions for `others`, each study by effects fitted on all rows but its own."""
    fitted = {study: fit([row for row in rows if row[0] != study]) for study in {row[0] for row in others}}
    return [predicted(fitted[row[0]], row) for row in others]


def main():
    rows = load(sys.argv[1])
    screen = [row for row in rows if row[0] == SCREEN]
    others = [row for row in rows if row[0] != SCREEN]
    effects = fit(screen)
    plain = correlations(others, [-sum(row[3].values()) for row in others])
    print("predictor", "pearson", "low", "high", "less_number", "low", "high", "studies", "groups", sep="\t")
    for title, values in (
        ("number of modifications", [-sum(row[3].values()) for row in others]),
        ("fitted on the screen", [predicted(effects, row) for row in others]),
        ("fitted on all other studies", left_out(rows, others)),
        ("activity rules", [row[4] for row in others]),
        ("activity rules + 0.2 a modification", [row[4] - 0.2 * sum(row[3].values()) for row in others]),
    ):
        report(title, correlations(others, values), plain)


if __name__ == "__main__":
    main()
