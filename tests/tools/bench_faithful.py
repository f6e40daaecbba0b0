"""How many planted faults `check --faithful` finds, and how often it raises a false alarm.

    python -m tests.tools.bench_faithful --data /path/to/data --out docs/results/faithful.json

Our own text: each graph is loaded, compiled with the curricula `ladder` and `forms`, and sampled; human-written text: the DART
development set, whose triples are the graph and whose relations are said in derived words. For each kind of fault, up to
`--limit` documents are judged with the fault and without it. Recall: the share of the faulty ones that are faulted. Precision:
the share of faulted ones that are faulty. Same seed, same documents and faults.
"""

from __future__ import annotations

import argparse
import json
import lzma
import platform
import re
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from kg2corpus import __version__, api
from kg2corpus.documents import read_corpus
from kg2corpus.faithful import STRICT, gate, judge
from kg2corpus.lexicon.resolve import resolve
from kg2corpus.types import Document, Span
from kg2corpus.uid import digest

from ..faults import FAULTS, World, plant
from ..graphs import make_graph

CURRICULA = ("ladder", "forms")
GRAPHS = ("countries", "codex-s-labelled", "chemical-elements", "wordnet31-animals", "gene-ontology-mitochondrion")
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def rows(documents: Sequence[Document], world: World, *, limit: int, seed: int) -> dict[str, Any]:
    """By kind of fault: how many were planted, recall and precision."""
    found = {}
    for kind in FAULTS:
        pairs = list(plant(kind, documents, world, limit=limit, seed=seed))
        hits = sum(not judge(faulty, world.facts(clean), world.gate).ok for clean, faulty in pairs)
        alarms = sum(not judge(clean, world.facts(clean), world.gate).ok for clean, _ in pairs)
        if pairs:
            precision = hits / (hits + alarms) if hits + alarms else 0.0
            found[kind] = {"planted": len(pairs), "recall": round(hits / len(pairs), 4), "precision": round(precision, 4)}
    return found


def own(folder: Path, curriculum: str, *, sample: int, limit: int, seed: int) -> dict[str, Any]:
    """Our own text of one graph."""
    with tempfile.TemporaryDirectory() as scratch:
        db, corpus = f"{scratch}/kg.db", Path(scratch) / "corpus"
        api.load([folder], db)
        api.compile(curriculum, db, corpus, sets=["tokens=400k"])
        graph, _, lexicon = api.parts_of(corpus, db)
        documents = sorted(read_corpus(corpus), key=lambda d: digest("bench", str(seed), d.id))[:sample]
    world = World(gate(graph, lexicon), lexicon)
    return measured(documents, world, limit=limit, seed=seed)


def measured(documents: Sequence[Document], world: World, *, limit: int, seed: int) -> dict[str, Any]:
    """The documents as they are, and with faults."""
    start = time.perf_counter()
    verdicts = [judge(document, world.facts(document), world.gate) for document in documents]
    seconds = time.perf_counter() - start
    promised = sum(len(d.spans) for d in documents)
    return {
        "documents": len(documents),
        "faulted_as_they_are": sum(not v.ok for v in verdicts),
        "promised": promised,
        "stated": sum(v.stated for v in verdicts),
        "stated_by_a_cue": sum(v.exactly for v in verdicts),
        "documents_per_second": round(len(documents) / seconds),
        "faults": rows(documents, world, limit=limit, seed=seed),
    }


def human(path: Path, *, limit: int, seed: int) -> dict[str, Any]:
    """Human-written text of DART; facts about "[TABLECONTEXT]", which no text names, are left out."""
    entries = list(_entries(path))
    triples = dict.fromkeys(t for found, _ in entries for t in found)
    subjects = {s for s, _, _ in triples}
    graph = make_graph([(s, r, o if o in subjects else _literal(o)) for s, r, o in triples],
                       labels={e: e for s, _, o in triples for e in (s, *((o,) if o in subjects else ()))})  # fmt: skip
    lexicon = resolve(graph)
    by_names = {(f.subject.label, f.relation.key, f.object.label): f for f in graph.facts()}
    documents = []
    for number, (found, text) in enumerate(entries):
        facts = [by_names[s, r, o if o in subjects else _literal(o)[0]] for s, r, o in found]
        spans = tuple(Span(f.uid, 0, len(text), "stated") for f in facts)
        twins = tuple(f.twin for f in facts)
        anchor, id = facts[0].subject.uid, f"{number:016x}"
        documents.append(Document(text, id, anchor, "dart", 1, "profile", "dart", 1.0, spans, twins))
    Random(seed).shuffle(documents)
    result = {}
    for name, strict in (("cues alone", 2.0), ("cues and overlap", STRICT), ("both ends named", 0.0)):
        result[name] = measured(documents, World(gate(graph, lexicon, strict=strict), lexicon), limit=limit, seed=seed)
    return result


def _literal(text: str) -> tuple[str, str]:
    plain = text.replace(",", "")
    if re.fullmatch(r"-?\d+", plain):
        return plain, INTEGER
    return (text, DECIMAL) if re.fullmatch(r"-?\d+\.\d+", text) else (text, "")


def _entries(path: Path) -> Iterator[tuple[list[tuple[str, str, str]], str]]:
    with lzma.open(path, "rt", encoding="utf-8") as packed:
        _, _, body = packed.read().partition("?>")  # its declaration names an encoding that parsers do not know
        for entry in ET.fromstring(body).iter("entry"):
            triples = [tuple(part.strip() for part in (t.text or "").split(" | ")) for t in entry.iter("mtriple")]
            kept = [t for t in triples if len(t) == 3 and "[TABLECONTEXT]" not in t and all(t)]
            lex = next((lex.text for lex in entry.iter("lex") if lex.text), "")
            if kept and lex:
                yield [(t[0], t[1], t[2]) for t in kept], " ".join(lex.split())


def table(results: dict[str, Any]) -> str:
    """Markdown: one row per text, one column per kind of fault, recall / precision."""
    lines = ["| text | documents | faulted as they are | " + " | ".join(FAULTS) + " |", "|---" * (len(FAULTS) + 3) + "|"]
    for name, found in results.items():
        cells = [f"{f['recall']:.3f} / {f['precision']:.3f} ({f['planted']})" if (f := found["faults"].get(kind)) else "-"
                 for kind in FAULTS]  # fmt: skip
        share = found["faulted_as_they_are"] / max(1, found["documents"])
        lines.append(f"| {name} | {found['documents']:,} | {share:.2%} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with kg/ and kg2text/")
    parser.add_argument("--out", type=Path, help="where to write the figures as JSON")
    parser.add_argument("--graphs", nargs="*", default=GRAPHS)
    parser.add_argument("--sample", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=500, help="faults of each kind for each text")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    results: dict[str, Any] = {}
    for name, curriculum in ((name, curriculum) for curriculum in CURRICULA for name in args.graphs):
        found = own(args.data / "kg" / name, curriculum, sample=args.sample, limit=args.limit, seed=args.seed)
        results[f"{name}, {curriculum}"] = found
    dart = human(args.data / "kg2text" / "dart-dev.xml.xz", limit=args.limit, seed=args.seed)
    results |= {f"DART, human, {name}": found for name, found in dart.items()}
    print(table(results))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        command = f"python -m tests.tools.bench_faithful --limit {args.limit} --seed {args.seed}"
        made = {"version": __version__, "python": platform.python_version(), "command": command}
        args.out.write_text(json.dumps({**made, "results": results}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
