"""How many bits a character of a label is worth to a model that has not read the graph: its surprise at labels, by graph.

    python tests/tools/bits_of_names.py --data shared/data

A seeded sample of each graph's entity labels is scored by the bundled model after "Name:", each up to its end of line, and the
sum of the surprises is divided by the characters. `kg2corpus plan` takes its constant from here.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from kg2corpus import api
from kg2corpus.graph import Graph
from kg2corpus.models.bundled import resolve_model
from kg2corpus.models.hf import HfLM
from kg2corpus.synth import synth
from tests.tools.known_graphs import graph_of
from tests.tools.results import RESULTS, write

GRAPHS = ("countries", "chemical-elements", "bear", "fb15k-237n", "wordnet31")
SAMPLE = 300


def labels(graph: Graph) -> list[str]:
    """A seeded sample of the labels of entities that facts name."""
    found = sorted({f.subject.label for f in graph.facts()} | {f.object.label for f in graph.facts() if not f.object.literal})
    return Random(0).sample(found, min(SAMPLE, len(found)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("bench-work"))
    args = parser.parse_args()
    lm = HfLM(resolve_model("smollm2"))
    found = {}
    with TemporaryDirectory() as aside:
        synth(1000, Path(aside) / "bio")
        api.load([Path(aside) / "bio"], f"{aside}/bio.db")
        graphs = {name: graph_of(name, args.data, args.work) for name in GRAPHS} | {"synth": api.snapshot(f"{aside}/bio.db")}
        for name, graph in graphs.items():
            drawn = labels(graph)
            told = lm.logprobs([("Name:", f" {label}\n") for label in drawn])
            characters = sum(map(len, drawn))
            bits = -sum(one.value for one in told) / math.log(2)
            found[name] = {"labels": len(drawn), "characters": characters, "bits per character": round(bits / characters, 3)}
            print(name, found[name])
    write(RESULTS / "names.json", found)


if __name__ == "__main__":
    main()
