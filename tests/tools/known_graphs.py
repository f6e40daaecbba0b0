"""The graphs of the data folder that the benchmarks of the text look at, loaded once into a work folder."""

from __future__ import annotations

import tarfile
from pathlib import Path

from kg2corpus.graph import Graph
from kg2corpus.snapshot import take
from kg2corpus.store.load import load

# name -> (where it lies in the data folder, what of it is loaded)
SOURCES: dict[str, tuple[str, str]] = {
    "vocabularies": ("formats/vocabularies.tar.xz", "*.nq"),
    "brick": ("formats/brick.tar.xz", "Brick.ttl"),
    "fb15k-237n": ("kg/fb15k-237n.tar.xz", "fb15k-237n"),
    "chemical-elements": ("kg/chemical-elements", ""),
    "wordnet31": ("kg/wordnet31.tar.xz", "wordnet31"),
    "bear": ("kg/bear", ""),
    "codex-s-labelled": ("kg/codex-s-labelled", ""),
    "countries": ("kg/countries", ""),
    "gene-ontology": ("kg/gene-ontology.tar.xz", "gene-ontology"),
}
SAMPLED = ("vocabularies", "brick", "fb15k-237n", "chemical-elements", "wordnet31", "bear")


def graph_of(name: str, data: Path, work: Path) -> Graph:
    """The graph of that name. Its store is kept in `work` and read again the next time."""
    place, inside = SOURCES[name]
    db = work / f"{name}.db"
    if not db.is_file():
        source = data / place
        if source.suffix == ".xz":
            folder = work / name
            with tarfile.open(source) as packed:
                packed.extractall(folder, filter="data")
            sources = sorted(folder.glob(inside))
        else:
            sources = [source]
        load(sources, str(db))
    return take(str(db))
