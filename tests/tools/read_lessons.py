"""Documents of lessons to read aloud, each with the facts that it must not go beyond.

    python tests/tools/read_lessons.py wordnet31 chains counts form:flashcard --data shared/data --work graphs --seed 3

Prints `--count` documents (10) of each lesson, or of each form that stands for another (`form:exercise`), drawn at random from
the graph by `--seed`: anchor after anchor, what its lesson picks goes through the gates of `compile`, and one of it is told.
Below each stand its difficulty, its form and its facts. GRAPH is one of `known_graphs`, or the path of a store. What the
readers found is in docs/results/text/read-*.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from kg2corpus import registry
from kg2corpus.compile.gates import Gates
from kg2corpus.compile.relations import taught
from kg2corpus.config import RelationSettings
from kg2corpus.difficulty import grader
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.snapshot import take
from kg2corpus.store.split import Split
from kg2corpus.types import FORMS, Subgraph
from kg2corpus.verbalizers._page import Heading
from kg2corpus.verbalizers.template import suits, told
from tests.tools.known_graphs import SOURCES, graph_of

# the form that lessons pick -> the lesson that picks most of it; a form is read from those of the forms it may stand for
FROM = {"profile": "profile", "pair": "pairs", "evidence": "chains", "chain_question": "chains"}
TRIES = 4000  # anchors looked at for one lesson


class Reading:
    """What is the same for all lessons of a graph: nothing of it is held out, and what is no good to say is out of scope."""

    def __init__(self, graph: Graph, lexicon: Lexicon) -> None:
        whole = Split(graph.fingerprint, 0, {}, frozenset(), frozenset())
        split, _ = taught(RelationSettings(), graph, whole)
        self.graph, self.lexicon, self.view = graph, lexicon, graph.restrict(split.mask(graph))
        self.gates, self.grade = Gates(graph, split, lexicon), grader(graph)

    def draw(self, name: str, count: int, seed: int) -> Iterator[str]:
        """Documents with their facts, as text; then how many subgraphs were turned down, by reason."""
        rng, refused, found = Random(f"{name} {seed}"), Counter[str](), 0
        form = name.removeprefix("form:") if name.startswith("form:") else ""
        lessons = _lessons(form) if form else (name,)
        uids = self.view.node_uids()
        for uid in rng.sample(uids, len(uids))[:TRIES]:
            node = self.view.node(uid)
            if found == count:
                break
            if node.literal:
                continue
            for subgraph in self._picked(lessons, uid, rng, refused, form):
                found += 1
                yield from self._shown(subgraph, name, rng)
                break
        yield f"-- {name}: {found} documents; refused {dict(refused)}\n"

    def _picked(self, lessons: Sequence[str], uid: int, rng: Random, refused: Counter[str], form: str) -> Iterator[Subgraph]:
        for lesson in lessons:
            picked = list(registry.find("lessons", lesson).pick(self.view, self.view.node(uid), rng))
            rng.shuffle(picked)
            for subgraph in picked:
                if form and form != subgraph.form and not self._turns(subgraph, form):
                    continue
                kept, reason = self.gates.judge(subgraph)
                if kept is None:
                    refused[reason] += 1
                else:
                    yield replace(kept, form=form) if form else kept

    def _turns(self, subgraph: Subgraph, form: str) -> bool:
        return suits(form, self.lexicon, subgraph) and self.gates.may_stand_for(form, subgraph)

    def _shown(self, subgraph: Subgraph, name: str, rng: Random) -> Iterator[str]:
        slots = tuple(rng.randrange(1 << 16) for _ in subgraph.facts)
        heading = Heading("read", name, 0, 1200)
        grade = self.grade(subgraph).difficulty
        for document in told(replace(subgraph, slots=slots), self.lexicon, heading, difficulty=grade):
            yield document.text
        facts = (f"{f.subject.name} | {f.relation.label or f.relation.name} | {f.object.name}" for f in subgraph.facts)
        yield f"    [{subgraph.form} {grade:.2f}] {'; '.join(facts)}\n"


def _lessons(form: str) -> Sequence[str]:
    """The lessons whose subgraphs may be told in a form."""
    return tuple(dict.fromkeys(FROM.get(one, "facts") for one in FORMS[form].of or (form,)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", help=f"{', '.join(SOURCES)}, or a store")
    parser.add_argument("lessons", nargs="+")
    parser.add_argument("--data", type=Path, default=Path("shared/data"))
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        known = args.graph in SOURCES
        graph = graph_of(args.graph, args.data, args.work or Path(aside)) if known else take(args.graph)
        reading = Reading(graph, resolve(graph))
        for name in args.lessons:
            print(f"== {name}\n")
            for line in reading.draw(name, args.count, args.seed):
                print(line)


if __name__ == "__main__":
    main()
