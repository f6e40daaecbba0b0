"""The checks that look at every document without reading its text: what it claims, its id, and the exposures that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from itertools import combinations
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

from .. import ledger
from ..config import FALLBACK
from ..documents import read_manifest
from ..errors import UserError
from ..graph import Graph
from ..lexicon.names import nameless
from ..progress import track
from ..settings import read_yaml
from ..types import Document, Fact
from ..uid import parse, show
from . import leaks
from .result import CheckResult, Tally

if TYPE_CHECKING:
    from ..store.split import Split

PLACE = "place"  # beside the kinds: a sum over the hashes of all places at which a fact is exposed


class Claims:
    """Looks at documents as they pass (`watch`), then gives the results (`close`)."""

    def __init__(self, graph: Graph, split: Split, kept: leaks.Secrets) -> None:
        self.graph = graph
        self.split = split
        self.kept = kept
        self.twin_of = {fact.uid: fact.twin for fact in graph.facts()}
        self.ends_of = {f.uid: kept.entities & {f.subject.uid, f.object.uid} for f in graph.facts()} if kept.entities else {}
        self.held = Tally("no document claims a held-out fact or its twin")
        self.composed = Tally("no document brings the two facts of a held-out composition together")
        self.entities = Tally("no document claims a fact of a held-out entity")
        self.once = Tally("no document stands twice")
        self.ids: set[int] = set()
        self.exposed = Counter[tuple[int, str]]()

    def watch(self, documents: Iterator[Document]) -> Iterator[Document]:
        """The documents, looked at as they pass."""
        for document in track(documents, "checking what documents claim"):
            self.held.look(document.id, leaks.claimed(document, self.twin_of, self.kept))
            if self.kept.composed:
                self.composed.look(document.id, leaks.brought_together(document, self.twin_of, self.kept))
            if self.kept.entities:
                self.entities.look(document.id, leaks.touched(document, self.ends_of, self.kept))
            self.once.look(document.id, self._seen(document))
            for span in document.spans:
                self.exposed[span.fact, span.kind] += 1
                at = (document.stage, document.lesson, document.form, document.id, span.start, span.end, span.kind)
                self.exposed[span.fact, PLACE] += hash((*at, self.twin_of.get(span.fact, 0)))
            yield document

    def _seen(self, document: Document) -> list[str]:
        try:
            uid = parse(document.id)
        except ValueError:
            return ["its id is not 16 hex digits"]
        if uid in self.ids:
            return ["another document has its id"]
        self.ids.add(uid)
        return []

    def close(self, corpus: Path) -> list[CheckResult]:
        """The results over all documents that passed."""
        asked = [(self.composed, self.kept.composed), (self.entities, self.kept.entities)]
        own = [tally.close() for tally, wanted in asked if wanted]
        return [self.held.close(), *own, self.once.close(), self._reached(corpus), self._ledger(corpus)]

    def _reached(self, corpus: Path) -> CheckResult:
        """Each train fact is stated as often as the ledger says that it should be, counted by twin; where no lesson tops facts
        up, what falls short is only counted."""
        least, targets, below = floor(float(read_manifest(corpus).get("exposures", 0))), _targets(corpus), 0
        limit = read_manifest(corpus).get("limit")
        topped_up = _topped_up(corpus) and limit is None
        tally = Tally("every train fact is stated often enough", of="facts")
        apart = self.split.held_out_pairs(self.graph)
        unsayable = 0
        stated = Counter[int]()
        for (uid, kind), count in self.exposed.items():
            if kind == "stated":
                stated[self.twin_of.get(uid, 0)] += count
        for fact in self.graph.facts():
            if self.split.is_train(fact):
                times = stated[fact.twin]
                # what no document may say: the manifest counts it too
                if not times and (nameless(fact) or self._tells(fact, apart)):
                    unsayable += 1
                    continue
                target = targets.get(fact.uid, least)
                below += times < target
                what = f"{fact.subject.name} | {fact.relation.label} | {fact.object.name} is stated {times} times, not {target}"
                tally.look(show(fact.uid), [what] if times < target and topped_up else [])
        same = len(set(targets.values())) < 2
        tally.note = f"at least {least} times" if same else f"{least} times on the average"
        if not topped_up:
            why = f"the corpus is limited to {limit:,} documents" if limit else "the last stage does not top facts up"
            tally.note += f"; {why}, and {below:,} have less"
        if unsayable:
            tally.note += f"; {unsayable:,} cannot be said: an end without a name, or the two ends of a held-out fact"
        return tally.close()

    def _tells(self, fact: Fact, apart: Container[frozenset[int]]) -> bool:
        """Whether the names in a statement of the fact, qualifiers included, are those of two ends that must stay apart."""
        ends = {fact.subject.uid, fact.object.uid}
        named = ends.union(*(self.graph.told_by_name(n.uid) for n in (fact.subject, fact.object) if n.qualifier))
        return frozenset(ends) in apart or any(frozenset(pair) in apart for pair in combinations(named, 2))

    def _ledger(self, corpus: Path) -> CheckResult:
        """The ledger has each exposure at its place, and what each fact has had adds up to what the documents expose."""
        tally = Tally("the ledger counts what the documents expose", of="facts")
        left = Counter(self.exposed)
        had: dict[int, dict[str, int]] = {}
        try:
            for path in ledger.files(corpus):
                for e in ledger.exposures(path):
                    left[e.fact, PLACE] -= hash((*e.place, e.twin))
            had = {parse(row["fact"]): row for row in ledger.read_facts(corpus / ledger.FACTS)}
        except (UserError, ValueError) as e:
            tally.fail(ledger.FOLDER, f"cannot be read: {e}")
        for fact in sorted({*had, *(fact for fact, _ in left)}):
            found, row = {kind: self.exposed[fact, kind] for kind in ledger.KINDS}, had.get(fact)
            faults = ["is exposed but not in the ledger"] if row is None else [
                f"{kind} {count} times, {row[kind]} in the ledger" for kind, count in found.items() if row[kind] != count
            ]  # fmt: skip
            if not faults and left[fact, PLACE]:
                faults = ["is exposed at other places than the ledger has"]
            tally.look(show(fact), faults)
        return tally.close()


def _targets(corpus: Path) -> dict[int, int]:
    """How often each fact should be stated, by the ledger; none where it cannot be read, which is found apart."""
    try:
        return {parse(row["fact"]): int(row["target"]) for row in ledger.read_facts(corpus / ledger.FACTS)}
    except (UserError, ValueError, KeyError, TypeError):
        return {}


def _topped_up(corpus: Path) -> bool:
    """Whether the last stage has the lesson that tops every fact up."""
    if not (corpus / "settings.yaml").is_file():
        return True
    stages = (read_yaml(corpus / "settings.yaml") or {}).get("stages") or [{}]
    return FALLBACK in stages[-1].get("lessons", {FALLBACK: {}})
