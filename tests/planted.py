"""A run folder that `kg2corpus check` can be pointed at, and faults to plant in its documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kg2corpus import api
from kg2corpus.checks.shortcuts import picked
from kg2corpus.documents import bucket_files, read_bucket, read_corpus, stage_folders, write_bucket
from kg2corpus.graph import Graph
from kg2corpus.ledger import FACTS
from kg2corpus.lexicon.resolve import resolve
from kg2corpus.shortcuts import ONE_FACT, solver
from kg2corpus.store.split import Split, make_split
from kg2corpus.types import Document, Fact, Span, Subgraph
from kg2corpus.uid import show
from kg2corpus.verbalizers.template import tell

from .corpora import CURRICULUM, PLAIN, Made, packed
from .small import people
from .tiny import tokenizer

KINDS: dict[str, Any] = {
    "seed": 1, "min_values": 5, "min_facts": 5, "held_out": 0.1, "held_out_entities": 0.1, "held_out_compositions": 12,
    "qa_held_out": 0.2,
}  # fmt: skip
LICENCE = "CC-BY-SA-4.0"
IRI = "http://example.org/"
W3 = "http://www.w3.org/"


def triples(graph: Graph) -> str:
    """The graph as N-Triples: its facts, labels and types, what its relations are, and a description of each person."""

    def iri(key: str) -> str:
        return f"<{IRI}{key}>"

    lines = [f"{iri('p/friend')} <{W3}1999/02/22-rdf-syntax-ns#type> <{W3}2002/07/owl#SymmetricProperty> .",
             f"{iri('p/seat')} <{W3}2002/07/owl#inverseOf> {iri('p/seat_of')} ."]  # fmt: skip
    ends = {}
    for fact in graph.facts():
        ends |= {node.key: node for node in (fact.subject, fact.object) if not node.literal}
        end = f'"{fact.object.label}"^^<{fact.object.datatype}>' if fact.object.literal else iri(fact.object.key)
        lines.append(f"{iri(fact.subject.key)} {iri(fact.relation.key)} {end} .")
    for key, node in ends.items():
        lines.append(f'{iri(key)} <{W3}2000/01/rdf-schema#label> "{node.label}" .')
        lines += [f"{iri(key)} <{W3}1999/02/22-rdf-syntax-ns#type> {iri('k/' + kind)} ." for kind in node.types]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class World(Made):
    """A run folder that the command line can be pointed at: with its store, and a copy to plant faults in."""

    db: str

    @cached_property
    def clean(self) -> list[Document]:
        return list(read_corpus(self.corpus))

    @cached_property
    def held(self) -> Fact:
        """A held-out fact that its inverse says too."""
        return next(f for f in self.graph.facts() if f.twin in self.split.held_out and f.relation.inverse is not None)

    @cached_property
    def simple(self) -> Document:
        """A document of one statement between two entities, none of them an end of the held-out fact."""
        own = {self.held.subject.uid, self.held.object.uid}
        for document in self.clean:
            if document.form == "statement" and len(document.spans) == 1 and document.text.endswith("."):
                fact = self.graph.fact(document.spans[0].fact)
                if not fact.object.literal and not {fact.subject.uid, fact.object.uid} & own:
                    return document
        raise AssertionError("no such document")

    def hop(self) -> tuple[Fact, Fact]:
        """The two facts of a held-out composition, in a row."""
        one, other = min(self.split.held_out_compositions)
        firsts, lasts = ([f for f in self.graph.facts() if f.twin == twin] for twin in (one, other))
        chains = [pair for a in firsts for b in lasts for pair in ((a, b), (b, a))]
        return next((a, b) for a, b in chains if a.object == b.subject)


def build(run: Path) -> World:
    """Load, split, compile and pack the graph of `small.people`, with everything held out at once."""
    db = str(run / "kg.db")
    (run / "people.nt").write_text(triples(people()), encoding="utf-8")
    (run / "small.yaml").write_text(CURRICULUM.replace("relations: {marked: include}", ""), encoding="utf-8")
    (run / "replay.txt").write_text(PLAIN * 40, encoding="utf-8")
    api.load([run / "people.nt"], db, licence=LICENCE)
    graph = api.snapshot(db)
    make_split(graph, **KINDS).save(run / "split.json")
    api.compile(run / "small.yaml", db, run / "corpus", split=run / "split.json")
    tokenizer().save_pretrained(run / "tokenizer")
    (run / "tokenizer" / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    made = World(run, graph, Split.load(run / "split.json"), resolve(graph), run / "replay.txt", run / "tokenizer", db)
    packed(made, made.corpus, made.blocks)
    return made


def edit(corpus: Path, change: Callable[[Document], Sequence[Document]]) -> None:
    """Change documents where they lie, one to any number."""
    for path in (path for folder in stage_folders(corpus) for path in bucket_files(folder)):
        write_bucket(path, [new for old in list(read_bucket(path)) for new in change(old)])


def put(old: Document, new: Document, run: Path) -> str:
    """Put a document in the place of another. Returns its id."""
    placed = replace(new, id=old.id, order=old.order, stage=old.stage)
    edit(run / "corpus", lambda d: [placed] if d.id == old.id else [d])
    return old.id


def framed(document: Document, sentence: str) -> Document:
    """The document with one more sentence, which claims nothing."""
    text = f"{document.text} {sentence}"
    return replace(document, text=text, frames=(*document.frames, (len(document.text) + 1, len(text))))


def stating(document: Document, text: str, *facts: Fact, kind: Any = "stated") -> Document:
    """The document with a text that claims the facts, and nothing else."""
    spans, twins = tuple(Span(f.uid, 0, len(text), kind) for f in facts), tuple(dict.fromkeys(f.twin for f in facts))
    return replace(document, text=text, spans=spans, twins=twins, frames=(), anchor=facts[0].subject.uid)


def sentence(text: str) -> Callable[[World, Path], str]:
    """A fault: a sentence that claims nothing, after a statement; names are filled in."""

    def plant(w: World, run: Path) -> str:
        first, last = w.hop()
        values = {
            "subject": w.held.subject.label, "object": w.held.object.label, "first": first.subject.label,
            "last": w.lexicon.value(last), "entity": w.graph.node(min(w.split.held_out_entities)).label,
        }  # fmt: skip
        free = next(d for d in w.clean if d.form == "statement" and len(d.spans) == 1 and d.anchor != w.simple.anchor)
        values["other"] = w.graph.node(free.anchor).label
        return put(w.simple, framed(w.simple, text.format(**values)), run)

    return plant


def claimed(w: World, run: Path) -> str:
    return put(w.simple, stating(w.simple, w.lexicon.say([w.held], "statement", 0), w.held), run)


def claimed_by_its_twin(w: World, run: Path) -> str:
    twin = next(f for f in w.graph.facts() if f.twin == w.held.twin and f.uid != w.held.uid)
    return put(w.simple, stating(w.simple, w.lexicon.say([twin], "statement", 0), twin), run)


def described(w: World, run: Path) -> str:
    """A definition, whose frame is the description of a node, names the other end of a held-out fact."""
    own = w.graph.fact(w.simple.spans[0].fact)
    text = w.lexicon.say([own], "statement", 0)
    definition = replace(stating(w.simple, text, own), form="definition")
    return put(w.simple, framed(definition, f"{w.held.subject.label} began at {w.held.object.label}."), run)


def concluded(w: World, run: Path) -> str:
    """What follows from two train facts is what is held out: a conclusion whose ends are those of the held-out fact."""
    ends = w.held.subject, w.held.object
    via = next(f for end in ends for f in (*w.graph.out(end.uid), *w.graph.into(end.uid)) if w.split.is_train(f))
    text = f"So {ends[0].label} has to do with {ends[1].label}."
    return put(w.simple, replace(stating(w.simple, text, via, kind="implied"), form="conclusion"), run)


def asked(w: World, run: Path) -> str:
    fact = next(f for f in w.graph.facts() if f.subject.uid in w.split.qa_held_out and w.split.is_train(f))
    old = next(d for d in w.clean if d.form == "question")
    text = f"Question: {w.lexicon.say([fact], 'question', 0)}\nAnswer: {w.lexicon.answer([fact])}."
    return put(old, stating(old, text, fact, kind="asked"), run)


def of_an_entity(w: World, run: Path) -> str:
    fact = next(f for f in w.graph.facts() if w.split.names_held_out(f))
    return put(w.simple, stating(w.simple, w.lexicon.say([fact], "statement", 0), fact), run)


def together(w: World, run: Path) -> str:
    facts = w.hop()
    [new] = tell([Subgraph(facts[0].subject.uid, facts, "evidence")], w.lexicon, stage="compose", lesson="chains", level=3)
    return put(next(d for d in w.clean if d.form == "evidence"), new, run)


def unnamed(w: World, run: Path) -> str:
    name = w.graph.fact(w.simple.spans[0].fact).subject.label
    return put(w.simple, replace(w.simple, text=w.simple.text.replace(name, "x" * len(name))), run)


def off_the_sentence(w: World, run: Path) -> str:
    [span] = w.simple.spans
    return put(w.simple, replace(w.simple, spans=(replace(span, end=span.end - 4),)), run)


def many_frames(w: World, run: Path) -> str:
    edit(run / "corpus", lambda d: [framed(d, "This is well known.")])
    return "corpus"


def twice(w: World, run: Path) -> str:
    edit(run / "corpus", lambda d: [d, d] if d.id == w.simple.id else [d])
    return w.simple.id


def hard(w: World, run: Path) -> str:
    solve = solver(w.graph)
    easy = next(d for d in w.clean if (s := picked(d, w.graph)) and solve(s) == ONE_FACT)
    return put(easy, replace(easy, difficulty=2.75), run)


def out_of_order(w: World, run: Path) -> str:
    """The first and the last document of a stage change places."""
    first, *_, last = (d for d in w.clean if d.stage == w.clean[0].stage)
    placed = {first.id: replace(first, order=last.order), last.id: replace(last, order=first.order)}
    for path in bucket_files(stage_folders(run / "corpus")[0]):
        write_bucket(path, [placed.get(d.id, d) for d in list(read_bucket(path))])
    return ""


def no_licence(w: World, run: Path) -> str:
    manifest = json.loads((run / "corpus" / "manifest.json").read_text("utf-8"))
    (run / "corpus" / "manifest.json").write_text(json.dumps(manifest | {"licences": {}}), "utf-8")
    return "people.nt"


def no_licence_on_the_card(w: World, run: Path) -> str:
    card = run / "corpus" / "README.md"
    card.write_text(card.read_text("utf-8").replace(LICENCE, "none"), "utf-8")
    return "people.nt"


def said_too_seldom(w: World, run: Path) -> str:
    fact = w.simple.spans[0].fact
    edit(run / "corpus", lambda d: [] if any(s.fact == fact for s in d.spans) else [d])
    return show(fact)


def no_ledger(w: World, run: Path) -> str:
    (run / "corpus" / FACTS).unlink()
    return "ledger"


def unsaid(w: World, run: Path) -> str:
    text = "Nothing is to be said here."
    return put(w.simple, replace(w.simple, text=text, spans=(replace(w.simple.spans[0], end=len(text)),)), run)


def one_wording(w: World, run: Path) -> str:
    def plain(document: Document) -> list[Document]:
        if document.form != "statement" or len(document.spans) != 1:
            return []
        fact = w.graph.fact(document.spans[0].fact)
        text = w.lexicon.say([fact], "statement", 0)
        return [replace(document, text=text, spans=(Span(fact.uid, 0, len(text), "stated"),))]

    edit(run / "corpus", plain)
    return ""
