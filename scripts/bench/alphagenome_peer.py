#!/usr/bin/python3
"""Runs the PyTorch port of AlphaGenome (genomicsxai/alphagenome-pytorch, its src folder on PYTHONPATH)
for scripts/bench/alphagenome.sh: the same weights and inputs as ours, float32, one process a run.

  alphagenome_peer.py forward WEIGHTS LENGTH           all heads but junctions, as `varhush bench forward`
  alphagenome_peer.py score WEIGHTS FASTA GTF VCF WINDOW SHARED OUT.tsv
      the 19 recommended scorers but polyadenylation (which needs a table that we may not have); SHARED 1:
      all variants in the window of the first one, with one reference prediction
"""
import json
import os
import struct
import sys
import time
import types

import numpy as np
import warnings

import torch

warnings.filterwarnings("ignore", message=".*not writable.*")
MASK = (1 << 64) - 1


def load_weights(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header = json.loads(f.read(size))
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + size)
    header.pop("__metadata__", None)
    state = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = data[begin:end].view(np.float32).reshape(entry["shape"])
        state[name] = torch.from_numpy(values)
    return state


def make_model(path):
    from alphagenome_pytorch import AlphaGenome

    model = AlphaGenome()
    missing, unexpected = model.load_state_dict(load_weights(path), strict=False)
    assert not unexpected, unexpected[:3]
    assert not missing, missing[:3]
    return model.eval()


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def recipe_codes(name, length):
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    codes = np.empty(length, dtype=np.int64)
    for i in range(length):
        z = mix((seed + i) & MASK)
        codes[i] = 4 if (z >> 8) % 64 == 0 else z & 3
    return codes


def forward(weights, length):
    model = make_model(weights)
    one_hot = np.concatenate([np.eye(4, dtype=np.float32), np.zeros((1, 4), np.float32)])
    x = torch.from_numpy(one_hot[recipe_codes("full_%d" % length, length)])[None]
    heads = ("atac", "dnase", "procap", "cage", "rna_seq", "chip_tf", "chip_histone", "contact_maps",
             "splice_sites", "splice_site_usage")
    start = time.time()
    with torch.no_grad():
        out = model(x, torch.tensor([0]), heads=heads)
    seconds = time.time() - start
    print(json.dumps({"forward_seconds": seconds, "atac_sum": float(out["atac"][1].double().sum())}))


def read_vcf(path):
    from alphagenome_pytorch.variant_scoring.types import Variant

    variants = []
    for line in open(path):
        if not line.startswith("#"):
            chrom, pos, _, ref, alt = line.rstrip("\n").split("\t")[:5]
            variants.append(Variant(chrom, int(pos), ref, alt))
    return variants


def read_gtf(path):
    """The columns that the port uses, with 0-based starts."""
    import re

    import pandas

    rows = []
    for line in open(path):
        if line.startswith("#"):
            continue
        chrom, _, feature, start, end, _, strand, _, text = line.rstrip("\n").split("\t")
        row = {"Chromosome": chrom, "Feature": feature, "Start": int(start) - 1, "End": int(end), "Strand": strand}
        row.update(re.findall(r'(\w+) "([^"]*)"', text))
        rows.append(row)
    return pandas.DataFrame(rows)


class Absent(types.ModuleType):
    """Stands for the port's plots, which need packages that Debian does not have."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(name)


def score(weights, fasta, gtf, vcf, window, shared, out):
    plots = "alphagenome_pytorch.variant_scoring.visualization_utils"
    sys.modules[plots] = Absent(plots)
    pyranges = types.ModuleType("pyranges")
    pyranges.read_gtf = lambda path: types.SimpleNamespace(df=read_gtf(path))
    sys.modules["pyranges"] = pyranges
    from alphagenome_pytorch.variant_scoring import VariantScoringModel
    from alphagenome_pytorch.variant_scoring.inference import get_recommended_scorers
    from alphagenome_pytorch.variant_scoring.types import Interval

    scoring = VariantScoringModel(make_model(weights), fasta_path=fasta, gtf_path=gtf)
    scorers = [s for s in get_recommended_scorers("human") if "Polyadenylation" not in type(s).__name__]
    variants = read_vcf(vcf)
    half = window // 2
    first = None
    ref_outputs = None
    with open(out, "w") as table:
        for variant in variants:
            start = variant.position - half
            if shared:
                first = start if first is None else first
                start = first
            interval = Interval(variant.chromosome, start, start + window)
            with torch.no_grad():
                scores = scoring.score_variant(interval, variant, scorers, organism="human",
                                               ref_outputs=ref_outputs)
            for scorer, result in zip(scorers, scores):
                for one in result if isinstance(result, list) else [result]:
                    values = np.asarray(one.scores.detach().cpu() if hasattr(one.scores, "detach") else one.scores)
                    table.write("\t".join([str(variant), str(scorer), str(getattr(one, "gene_id", "")),
                                           "%.8g" % float(np.nanmax(np.abs(values))) if values.size else ""]) + "\n")
            table.flush()


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    if sys.argv[1] == "forward":
        forward(sys.argv[2], int(sys.argv[3]))
    else:
        weights_, fasta_, gtf_, vcf_, window_, shared_, out_ = sys.argv[2:9]
        score(weights_, fasta_, gtf_, vcf_, int(window_), shared_ == "1", out_)
