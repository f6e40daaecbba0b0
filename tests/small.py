"""A small world that has something for every lesson, and what a compilation needs besides it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg2corpus.config import Curriculum
from kg2corpus.graph import Graph
from kg2corpus.lexicon import resolve
from kg2corpus.lexicon.model import Lexicon
from kg2corpus.store.split import Split, make_split
from tests.graphs import make_graph

YEAR = "http://www.w3.org/2001/XMLSchema#gYear"
SYLLABLES = (
    "Bal", "Cor", "Dru", "Fen", "Gor", "Hes", "Ist", "Jor", "Kes", "Lom",
    "Mir", "Nor", "Ost", "Pel", "Qua", "Ros", "Sul", "Tor", "Ulm", "Ves",
)  # fmt: skip
NUMBER = "http://www.w3.org/2001/XMLSchema#integer"


def world(countries: int = 14, *, reverse: bool = False, counterfactual: str = "") -> Graph:
    """Countries in a ring with capitals, rivers through them, regions, and areas."""
    facts: list[Any] = []
    names = [f"country:Land{i:02d}" for i in range(countries)]
    for i, name in enumerate(names):
        facts += [
            (name, "capital", f"city:Town{i:02d}"),
            (name, "in_region", f"region:Part{i % 3}"),
            (name, "borders", names[(i + 1) % countries]),
            (name, "river", f"river:Flow{i // 2:02d}"),
            (name, "area_km2", (str(1000 + 17 * i), NUMBER)),
            (f"river:Flow{i // 2:02d}", "length_km", (str(300 + i // 2), NUMBER)),
        ]
    facts += [(f"region:Part{i}", "part_of", "region:World") for i in range(3)]
    facts = list(dict.fromkeys(facts))
    types = dict.fromkeys(names, "country") | {f"city:Town{i:02d}": "city" for i in range(countries)}
    return make_graph(
        facts[::-1] if reverse else facts, types=types, symmetric=["borders"], counterfactual=counterfactual, name="world"
    )


def atlas(countries: int = 14, *, reverse: bool = False) -> Graph:
    """The countries of `world`, with two languages and another name each, the years of their founding, when the languages were
    spoken, and squares in towns."""
    graph = world(countries)
    facts: list[Any] = [
        (f.subject.key, f.relation.key, (f.object.label, f.object.datatype) if f.object.literal else f.object.key)
        for f in graph.facts()
    ]
    names = [f"country:Land{i:02d}" for i in range(countries)]
    spoken: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for i, name in enumerate(names):
        facts += [(name, "language", f"tongue:{SYLLABLES[k]}ish") for k in (i % 5, 5 + i % 2)]
        spoken[name, "language", f"tongue:{SYLLABLES[i % 5]}ish"] = [(str(1700 + i), str(1800 + i))]
        spoken[name, "language", f"tongue:{SYLLABLES[5 + i % 2]}ish"] = [(str(1780 + 5 * i), "")]
        facts += [(name, "founded", (str(1700 + 7 * (i * 5 % countries)), YEAR)), (f"city:Town{i:02d}", "lies_within", name)]
        facts += [(f"square:Place{i:02d}{side}", "lies_within", f"city:Town{i:02d}") for side in "NESW"]
    types = dict.fromkeys(names, "country") | {f"city:Town{i:02d}": "city" for i in range(countries)}
    aliases = {name: [f"{SYLLABLES[i]}land"] for i, name in enumerate(names)}
    options: dict[str, Any] = {
        "types": types,
        "aliases": aliases,
        "symmetric": ["borders"],
        "transitive": ["lies_within"],
        "periods": spoken,
        "name": "atlas",
    }
    return make_graph(facts[::-1] if reverse else facts, **options)


def people(n: int = 40) -> Graph:
    """n people with firms, friends, languages and birth years; firms with a city each, cities with countries and mayors."""
    facts: list[Any] = []
    for i in range(n):
        facts += [(f"e/p{i}", "p/works_for", f"e/f{i % 20}"), (f"e/p{i}", "p/friend", f"e/p{(i + 1) % n}")]
        facts += [(f"e/p{i}", "p/speaks", f"e/l{k}") for k in (i % 5, 5 + i % 3)]
        facts.append((f"e/p{i}", "p/born", (str(1900 + i), YEAR)))
    for i in range(20):
        facts += [(f"e/f{i}", "p/seat", f"e/c{i}"), (f"e/c{i}", "p/country", f"e/k{i % 12}")]
        facts += [(f"e/c{i}", "p/seat_of", f"e/f{i}"), (f"e/c{i}", "p/mayor", f"e/p{i}")]
    kinds = {"p": "person", "f": "firm", "c": "city", "l": "language", "k": "country"}
    entities = sorted({key for s, _, o in facts for key in (s, o) if isinstance(key, str)})
    labels = {key: f"{SYLLABLES[int(key[3:]) % 20]}{SYLLABLES[int(key[3:]) // 20]}{kinds[key[2]][-2:]}" for key in entities}
    types = {key: kinds[key[2]] for key in entities}
    return make_graph(
        facts, labels=labels, types=types, symmetric=["p/friend"], inverses={"p/seat": "p/seat_of"}, name="people"
    )


def curriculum(**changes: Any) -> Curriculum:
    """All four lessons in two stages, with questions and replay."""
    stages = [
        {"name": "recall", "exposures": 0.5, "questions": 0.5, "lessons": {"facts": {"weight": 2}, "profile": {}}},
        {
            "name": "mix",
            "exposures": 0.5,
            "questions": 0.5,
            "replay_of_earlier": 0.2,
            "lessons": {"pairs": {}, "chains": {}, "facts": {}},
        },
    ]
    settings = {"name": "t", "buckets": 3, "exposures": 6, "stages": stages, **changes}
    if "tokens" in changes:
        del settings["exposures"]
    return Curriculum.model_validate(settings)


def parts(graph: Graph, **options: Any) -> tuple[Split, Lexicon]:
    """A split and a lexicon for the graph."""
    return make_split(graph, **{"held_out": 0.1, "qa_held_out": 0.4, **options}), resolve(graph)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by relative path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
