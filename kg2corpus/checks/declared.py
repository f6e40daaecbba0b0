"""What a corpus declares of itself holds: the order of its documents is that of its curriculum, and its licences are named."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..columns import whole
from ..documents import read_manifest
from ..graph import Graph
from ..settings import read_yaml
from ..types import Document
from .result import CheckResult, Tally

ENOUGH = 100  # documents of a stage that must be spread over a shuffled corpus
LEAST = 0.25  # share of them that must lie in either half
SLACK = 0.01  # share of the ranks by which a document may come early: planned subgraphs that were dropped move them


class Declared:
    """Looks at documents as they pass in the order of reading, then says whether that is the order declared."""

    def __init__(self, corpus: Path) -> None:
        manifest = read_manifest(corpus)
        self.how = str(manifest.get("order", "ladder"))
        self.stages = {str(stage["name"]): number for number, stage in enumerate(manifest["stages"])}
        settings = corpus / "settings.yaml"
        self.wanted = str((read_yaml(settings) or {}).get("order", "ladder")) if settings.is_file() else self.how
        self.tally = Tally("documents lie in the order that the curriculum declares", note=self.wanted)
        self.before = (-1, -1) if self.how == "ladder" else (-1,)
        self.stage_before = len(self.stages)
        self.numbers, self.difficulty = array("H"), array("d")

    def watch(self, documents: Iterator[Document]) -> Iterator[Document]:
        """The documents, looked at as they pass."""
        for document in documents:
            self.tally.look(document.id, self._faults(document))
            yield document

    def _faults(self, document: Document) -> list[str]:
        stage = self.stages.get(document.stage)
        if stage is None:
            return [f"is of stage '{document.stage}', which the manifest does not list"]
        faults = []
        place = (stage, document.order) if self.how == "ladder" else (document.order,)
        if place < self.before:
            faults.append(f"has place {place[-1]} after place {self.before[-1]}")
        if self.how == "reversed" and stage > self.stage_before:
            faults.append(f"is of stage '{document.stage}', after documents of an earlier stage")
        self.before, self.stage_before = place, stage
        self.numbers.append(stage)
        if self.how == "competence":
            self.difficulty.append(document.difficulty)
        return faults

    def close(self) -> CheckResult:
        """The result over all documents that passed."""
        if self.how != self.wanted:
            self.tally.fail("manifest.json", f"says that the order is '{self.how}', the curriculum declares '{self.wanted}'")
        if self.how == "shuffled":
            half = len(self.numbers) // 2
            first, all_ = Counter(self.numbers[:half]), Counter(self.numbers)
            for name, number in self.stages.items():
                share = first[number] / max(1, all_[number])
                if all_[number] >= ENOUGH and not LEAST <= share <= 1 - LEAST:
                    self.tally.fail(f"stage '{name}'", f"has {share:.0%} of its documents in the first half of the corpus")
        if self.how == "competence":
            self._competent()
        return self.tally.close()

    def _competent(self) -> None:
        """No document is harder than the competence of its place: the easiest share of all that may have come by then."""
        from ..compile.order import competence

        ranked, n = sorted(self.difficulty), len(self.difficulty)
        for place, difficulty in enumerate(self.difficulty):
            upto = max(place + 1, int((competence(place / n) + SLACK) * n))
            if difficulty > ranked[min(upto, n) - 1]:
                what = f"has difficulty {difficulty:.3g}, where the easiest {upto:,} may come, up to {ranked[upto - 1]:.3g}"
                self.tally.fail(f"document {place + 1:,} of the corpus", what)


def licences(corpus: Path, graph: Graph) -> CheckResult:
    """Manifest and card name the licence of every source of the graph that has one; how many have none is said."""
    tally = Tally("manifest and card name the licence of every source", of="sources")
    declared = read_manifest(corpus).get("licences", {})
    path = corpus / "README.md"
    card = path.read_text(encoding="utf-8") if path.is_file() else ""
    sources = set(whole(graph.columns.statements.column("source")).unique().to_pylist()) | graph.licences.keys()
    for source in sorted(sources):
        licence = graph.licences.get(source)
        faults = []
        if declared.get(source) != licence:
            faults.append(f"has licence {licence!r}, the manifest says {declared.get(source)!r}")
        if licence and (source not in card or licence not in card):
            faults.append(f"has licence {licence!r}, which the card does not name")
        tally.look(source, faults)
    told = [f"{source}: {licence}" for source, licence in sorted(graph.licences.items())]
    if unknown := len(sources) - len(told):
        told.append(f"{unknown} without a licence that is known")
    tally.note = "; ".join(told)
    if not sources:
        tally.looked_at, tally.note = 1, "the graph names no source"
    return tally.close()
