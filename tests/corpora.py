"""A small real corpus for the tests of what reads one: a graph of made-up countries, compiled and packed once a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg2corpus.checks import CheckReport, check
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import load_curriculum
from kg2corpus.documents import bucket_files, read_bucket, stage_folders, write_bucket
from kg2corpus.graph import Graph
from kg2corpus.lexicon.resolve import Lexicon, resolve
from kg2corpus.pack import pack
from kg2corpus.store.split import Split, make_split
from kg2corpus.types import Document

from .graphs import make_graph
from .tiny import tokenizer

# country -> capital, with names that a tokenizer made for a language splits in different ways
CAPITALS = {
    "Avaria": "St. John's", "Belmor": "N'Brava", "Corvenia": "Corvo City", "Drusland": "Dru", "Estavar": "Port-Est",
    "Fennmark": "Fenn", "Gorland": "Gor on Sea", "Hestia": "Hest", "Istoria": "Ist", "Jorvund": "Jor", "Kestrel": "Kest",
    "Lomaria": "Lom", "Mirador": "Mira", "Nordal": "Nord",
}  # fmt: skip
PLACES, CITIES = list(CAPITALS), list(CAPITALS.values())
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
CURRICULUM = """
name: small
seed: 3
buckets: 3
exposures: 6
max_chars: 600
relations: {marked: include}  # the calling codes and internet domains are here to be said
stages:
  - name: recall
    exposures: 0.5
    questions: 0.5
    lessons: {facts: {weight: 2}, profile: {weight: 1}}
  - name: compose
    exposures: 0.5
    questions: 0.5
    replay_of_earlier: 0.2
    lessons: {facts: {weight: 2}, pairs: {weight: 1}, chains: {weight: 1}}
"""
PLAIN = "The kettle sang on the stove while the rain fell.\n\nNobody came that evening, and the lamp burned low.\n\n"


def countries(counterfactual: str = "") -> Graph:
    """Fourteen countries in a ring, each with a capital, currency, area, calling code, domain, coast and neighbours."""
    facts: list[tuple[str, str, str | tuple[str, str]]] = []
    for i, (place, city) in enumerate(zip(PLACES, CITIES, strict=True)):
        here = f"c/{place}"
        facts += [
            (here, "capital", f"t/{city}"),
            (here, "currency", f"m/{place[:3]}o"),
            (here, "area", (str(1234 + 7919 * i), INTEGER)),
            (here, "calling_code", (f"+{900 + i}", "")),
            (here, "tld", (f".{place[:2].lower()}", "")),
            (here, "landlocked", ("true" if i % 3 else "false", BOOLEAN)),
            (here, "borders", f"c/{PLACES[(i + 1) % len(PLACES)]}"),
        ]
    return make_graph(
        facts,
        labels={f"t/{city}": city for city in CITIES},
        types={**{f"c/{p}": "country" for p in PLACES}, **{f"t/{c}": "city" for c in CITIES}},
        aliases={"c/Avaria": ["Realm of Avaria"]},
        symmetric=["borders"],
        relation_labels={"area": "area", "tld": "internet domain", "calling_code": "calling code"},
        units={"area": "square kilometre"},
        datatypes={"area": INTEGER, "landlocked": BOOLEAN},
        counterfactual=counterfactual,
        name="countries",
    )


@dataclass(frozen=True)
class Made:
    """A run folder (`corpus/`, `blocks/`) with the graph, split and lexicon that it was made from."""

    run: Path
    graph: Graph
    split: Split
    lexicon: Lexicon
    replay: Path
    tokenizer: Path

    @property
    def corpus(self) -> Path:
        return self.run / "corpus"

    @property
    def blocks(self) -> Path:
        return self.run / "blocks"

    def check(self, run: Path | None = None, *, blocks: Path | None = None) -> CheckReport:
        return check(
            run or self.run, graph=self.graph, split=self.split, lexicon=self.lexicon, blocks=blocks, everything=True,
            replay=self.replay,
        )  # fmt: skip


def make(folder: Path, *, graph: Graph | None = None, plain: str = PLAIN * 40, **options: Any) -> Made:
    """Compile and pack a graph (the countries), split as `options` say, with the plain text for replay."""
    graph = graph or countries()
    split = make_split(graph, **{"seed": 1, "held_out": 0.1, "qa_held_out": 0.4, **options})
    lexicon = resolve(graph)
    (folder / "small.yaml").write_text(CURRICULUM, encoding="utf-8")
    (folder / "replay.txt").write_text(plain, encoding="utf-8")
    compile_corpus(load_curriculum(folder / "small.yaml"), graph, split, lexicon, folder / "corpus")
    tokenizer().save_pretrained(folder / "tokenizer")
    made = Made(folder, graph, split, lexicon, folder / "replay.txt", folder / "tokenizer")
    packed(made, made.corpus, made.blocks)
    return made


def packed(made: Made, corpus: Path, out: Path) -> Path:
    """Pack a corpus with the small tokenizer."""
    pack(corpus, out, tokenizer=made.tokenizer, block=400, replay=made.replay, replay_share=0.1, lookahead=16)
    return out


def edited(corpus: Path, out: Path, change: Callable[[Document], Sequence[Document]]) -> Path:
    """A copy of a corpus with its documents changed, one to any number."""
    shutil.copytree(corpus, out)
    for folder in stage_folders(out):
        for path in bucket_files(folder):
            write_bucket(path, [new for old in list(read_bucket(path)) for new in change(old)])
    return out
