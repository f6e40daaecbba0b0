"""How many distinct wordings each relation of a graph has, and which of other people's wordings are among ours.

    python tests/tools/wordings.py --data shared/data

Distinct: after frames such as "it is a fact that", leading adverbials and connectives are taken away, both directions
together. The patterns of ParaRel and the templates of BEAR are only compared with, never fed into the lexicon: an exact match
has the same words once case, punctuation and articles are gone, a near one a token F1 of at least 0.8 with one of our wordings.
"""

from __future__ import annotations

import argparse
import json
import re
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.types import Relation
from tests.graphs import make_graph
from tests.tools.known_graphs import SOURCES, graph_of
from tests.tools.results import write

NEAR = 0.8
LABELS = Path(__file__).with_name("wikidata_labels.tsv")
NEEDED = {"curated": 8, "derived": 5}
_FRAME = re.compile(
    r"^(?:(?:it (?:is|was) (?:also )?(?:a fact|true|right to say|well known|known|said|recorded|noted|the case)(?: that)? "
    r"|(?:one|we|you) can (?:also )?(?:say|see|note|read) that |(?:note|recall|remember) that "
    r"|(?:also|indeed|moreover|furthermore|today|currently|officially|in fact|in addition|by the way|here)\b,? "
    r"|[a-z][a-z -]*, (?=[^,]*\{)))+"
)
_LATER = re.compile(r" (?:also|indeed|in fact|today|currently)\b")
_ARTICLES = frozenset({"a", "an", "the"})


def statements(graph: Graph, lexicon: Lexicon, relation: Relation) -> list[str]:
    """Each wording of a relation as text, the subject as {S} and the object as {O}, for one object; none without facts."""
    fact = next(graph.facts(relation.uid), None)
    if fact is None:
        return []
    entry = lexicon.entry(relation)
    if entry.boolean:
        return [t.text for kind in ("true", "false") for t in entry.lists.get(kind, ())]
    found = [_plain(item.template.text, item.turned) for item in lexicon.items(fact, "statement")]
    return list(dict.fromkeys(found))


def _plain(text: str, turned: bool) -> str:
    one = re.sub(r"\{([^{}|]*)\|[^{}|]*\}", r"\1", text)
    while (inner := re.sub(r"\{((?:[^{}|]|\{[^{}|]*\})*)\|(?:[^{}|]|\{[^{}|]*\})*\}", r"\1", one)) != one:
        one = inner
    return re.sub(r"\{([^{}]*?)([SO])", lambda m: f"{{{m[1]}{'OS'['SO'.index(m[2])]}", one) if turned else one


def core(text: str) -> str:
    """A wording without frames, leading adverbials and connectives: two with one core are not distinct."""
    return _LATER.sub("", _FRAME.sub("", " ".join(text.split()))).rstrip(" .")


def distinct(graph: Graph, lexicon: Lexicon) -> Iterator[tuple[Relation, str, int]]:
    """(relation, origin, how many distinct wordings) of each relation that has facts."""
    for relation in graph.relations():
        if found := statements(graph, lexicon, relation):
            yield relation, lexicon.entry(relation).origin.split(" ")[0], len({core(text) for text in found})


def counts(graph: Graph, lexicon: Lexicon) -> dict[str, Any]:
    """By origin: relations, distinct wordings, and which relations have too few."""
    rows = list(distinct(graph, lexicon))
    found = {}
    for origin in sorted({row[1] for row in rows}):
        mine = [(r.name, n) for r, o, n in rows if o == origin]
        few = sorted(name for name, n in mine if n < NEEDED.get(origin, 0))
        sizes = [n for _, n in mine]
        found[origin] = {
            "relations": len(mine), "least": min(sizes), "median": median(sizes), "mean": round(mean(sizes), 2),
            "needed": NEEDED.get(origin, 0), "with too few": len(few), "such as": few[:20],
        }  # fmt: skip
    return found


# other people's wordings


def tokens(text: str) -> tuple[str, ...]:
    """Lower case, without punctuation and articles; the slots are tokens."""
    slots = re.sub(r"\{on O\}", "in [Y]", text)
    slots = re.sub(r"\{in S\}", "in [X]", slots)
    slots = re.sub(r"\{S('s)?\}|\[X\]('s)?", " 0subject ", slots)
    slots = re.sub(r"\{O('s)?\}|\[Y\]('s)?", " 0object ", re.sub(r"in \[X\]", "in 0subject", slots))
    return tuple(word for word in re.findall(r"\w+", slots.casefold()) if word not in _ARTICLES)


def f1(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Token F1: the harmonic mean of precision and recall over tokens, each counted as often as it stands."""
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if a and b else 0.0


def pararel(data: Path) -> dict[str, list[str]]:
    """Wikidata property -> ParaRel's patterns with [X] and [Y]."""
    found: dict[str, list[str]] = {}
    with tarfile.open(data / "kg2text" / "pararel-mquake-templates.tar.xz") as packed:
        for member in packed:
            if re.search(r"graphs_json/P\d+\.jsonl$", member.name) and (file := packed.extractfile(member)):
                patterns = [json.loads(line)["pattern"] for line in file.read().decode("utf-8").splitlines() if line.strip()]
                found[Path(member.name).stem] = list(dict.fromkeys(patterns))
    return dict(sorted(found.items()))


def bear(data: Path) -> dict[str, list[str]]:
    """Wikidata property -> BEAR's templates with [X] and [Y]."""
    rows = json.loads((data / "kg" / "bear" / "BEAR" / "metadata_relations.json").read_text("utf-8"))
    return {key: list(dict.fromkeys(row["templates"])) for key, row in sorted(rows.items())}


def properties(data: Path, wanted: Iterable[str]) -> Graph:
    """A graph of the wanted Wikidata properties with their labels and the facts that BEAR and CoDEx have of them.

    A property without facts there gets one. BEAR's own descriptions of relations are left out, for they are its templates.
    """
    keys = set(wanted)
    facts: list[Any] = []
    names: dict[str, tuple[str, str]] = {}
    for folder in (data / "kg" / "bear", data / "kg" / "codex-s-labelled"):
        rows = [line.split("\t") for line in (folder / "triples.tsv").read_text("utf-8").splitlines()]
        facts += [tuple(row[:3]) for row in rows if row[1] in keys]
        for line in (folder / "entities.tsv").read_text("utf-8").splitlines():
            entity, label, kind = [*line.split("\t"), "", ""][:3]
            names[entity] = label, kind
    facts += [("A", key, "B") for key in sorted(keys - {fact[1] for fact in facts})]
    used = {end for s, _, o in facts for end in (s, o)}
    labels = dict(line.split("\t")[:2] for line in LABELS.read_text("utf-8").splitlines())
    if unlabelled := keys - labels.keys():
        raise ValueError(f"{LABELS.name} lacks {', '.join(sorted(unlabelled))}")
    return make_graph(
        facts,
        labels={end: names[end][0] for end in used if end in names},
        types={end: names[end][1].split("/") for end in used if end in names and names[end][1]},
        relation_labels={key: labels[key] for key in keys},
        statements=False,
    )


def covered(theirs: dict[str, list[str]], graph: Graph, lexicon: Lexicon) -> dict[str, Any]:
    """How many of their wordings ours match exactly and nearly: in all, by origin, by relation."""
    rows = []
    for relation in graph.relations():
        if relation.key in theirs:
            ours = {tokens(text) for text in statements(graph, lexicon, relation)}
            wanted = [tokens(text) for text in theirs[relation.key]]
            exact = sum(t in ours for t in wanted)
            near = sum(any(f1(t, own) >= NEAR for own in ours) for t in wanted)
            origin = lexicon.entry(relation).origin.split(" ")[0]
            rows.append({
                "relation": relation.key, "label": relation.label, "origin": origin, "ours": len(ours), "theirs": len(wanted),
                "exact": exact, "near": near,
            })  # fmt: skip
    sums = {}
    for origin in ("all", *sorted({row["origin"] for row in rows})):
        mine = [row for row in rows if origin in ("all", row["origin"])]
        sums[origin] = {"relations": len(mine), **{key: sum(row[key] for row in mine) for key in ("theirs", "exact", "near")}}
    return {"sums": sums, "relations": rows}


def run(data: Path, work: Path) -> dict[str, Any]:
    """Distinct wordings on every graph, and coverage of ParaRel and BEAR."""
    found: dict[str, Any] = {"distinct": {}, "covered": {}}
    for name in SOURCES:
        graph = graph_of(name, data, work)
        found["distinct"][name] = counts(graph, resolve(graph))
    others = {"ParaRel": pararel(data), "BEAR": bear(data)}
    graph = properties(data, {key for theirs in others.values() for key in theirs})
    lexicon = resolve(graph)
    for name, theirs in others.items():
        found["covered"][name] = covered(theirs, graph, lexicon)
    return found


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    rows = ["| graph | origin | relations | least | median | mean | below the aim |", "|---|---|---|---|---|---|---|"]
    for name, by_origin in found["distinct"].items():
        for origin, r in by_origin.items():
            few = f"{r['with too few']} (of {r['needed']})" if r["with too few"] else "none"
            rows.append(f"| {name} | {origin} | {r['relations']} | {r['least']} | {r['median']:g} | {r['mean']:.1f} | {few} |")
    rows += ["", "| whose wordings | ours | relations | theirs | exact | near |", "|---|---|---|---|---|---|"]
    for name, one in found["covered"].items():
        for origin, r in one["sums"].items():
            shares = [f"{r[key]} ({r[key] / r['theirs']:.0%})" for key in ("exact", "near")]
            rows.append(f"| {name} | {origin} | {r['relations']} | {r['theirs']} | {' | '.join(shares)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        found = run(args.data, args.work or Path(aside))
    write("wordings", found)
    print(table(found))


if __name__ == "__main__":
    main()
