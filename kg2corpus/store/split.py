"""The split: which facts are trained, which are held out, and about which subjects no question is asked in training."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import uid as uids
from ..columns import ints
from ..errors import UserError, unknown
from .holdout import Group, choose_held_out, choose_qa_held_out, choose_subjects, open_groups

if TYPE_CHECKING:
    from ..graph import Graph
    from ..types import Fact, Relation, Subgraph

FORMAT = 1
# forms whose question is about the object, or about more than one node: each node of them counts as asked about
ASK_ALL = {"inverse_question", "chain_question"}


@dataclass(frozen=True)
class Split:
    """What is kept back from one graph (`graph`: its fingerprint), by twin uid and subject uid.

    Facts of the `scope` (None: all) that are not `held_out` are train facts. Those of `qa_held_out` subjects are trained
    too, but no question about these subjects is. `open_forward` are (subject, relation) groups and `open_inverse` (object,
    relation) groups that the train facts do not complete, so that no list of them may be said to be whole.
    """

    graph: str
    seed: int
    options: Mapping[str, Any]
    held_out: frozenset[int]
    qa_held_out: frozenset[int]
    scope: frozenset[int] | None = None
    open_forward: frozenset[Group] = field(default=frozenset(), repr=False)
    open_inverse: frozenset[Group] = field(default=frozenset(), repr=False)

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of all that the split says."""
        return blake2b(json.dumps(self._plain(), sort_keys=True).encode(), digest_size=8).hexdigest()

    def is_train(self, fact: Fact) -> bool:
        """Whether the fact is in scope and not held out, in any of its readings."""
        return fact.twin not in self.held_out and (self.scope is None or fact.twin in self.scope)

    def mask(self, graph: Graph) -> npt.NDArray[np.bool_]:
        """`is_train` for all rows of `graph.columns.facts` at once: `graph.restrict(split.mask(graph))`."""
        self.check(graph)
        return _train_mask(graph, self.held_out, self.scope)

    def held_out_pairs(self, graph: Graph) -> set[frozenset[int]]:
        """The two ends of each held-out fact: no train document may relate them."""
        self.check(graph)
        rows = np.flatnonzero(_among(ints(graph.columns.facts, "twin"), self.held_out))
        node = ints(graph.columns.nodes, "uid")
        ends = (node[ints(graph.columns.facts, end)[rows]].tolist() for end in ("subject", "object"))
        return {frozenset(pair) for pair in zip(*ends, strict=True)}

    def may_ask(self, subgraph: Subgraph) -> bool:
        """Whether a question about these facts may stand in the corpus. Decides about every form that asks.

        No, if one is no train fact; if a subject is QA-held-out, in any reading of a symmetric relation or one with an
        inverse (and any node, where the question starts at the object or runs over several facts); or if the complete
        answer is not trained: a group of subject and relation, or for an inverse question of object and relation, has a
        member that is held out or out of scope.
        """
        for fact in subgraph.facts:
            turns = fact.relation.symmetric or fact.relation.inverse is not None
            if fact.subject.uid in self.qa_held_out:
                return False
            if (turns or subgraph.form in ASK_ALL) and fact.object.uid in self.qa_held_out:
                return False
        return self.closed_world_ok(subgraph.facts, inverse=subgraph.form == "inverse_question")

    def closed_world_ok(self, facts: Sequence[Fact], *, inverse: bool = False) -> bool:
        """Whether the train facts complete the (subject, relation) groups of these facts; with `inverse` their
        (object, relation) groups. Where not, they may be neither counted nor listed as complete, nor denied others."""
        groups = self.open_inverse if inverse else self.open_forward
        ends = ((f.object if inverse else f.subject, f.relation) for f in facts)
        return all(map(self.is_train, facts)) and not any((node.uid, r.uid) in groups for node, r in ends)

    def check(self, graph: Graph) -> None:
        """Raises UserError if the split was made for another graph."""
        if graph.fingerprint != self.graph:
            raise UserError(
                f"the split was made for graph {self.graph}, this is graph {graph.fingerprint}",
                "make a split of this graph with `kg2corpus split`, or use the database that it was made from",
            )

    def summary(self, graph: Graph) -> dict[str, Any]:
        """Sizes for people: facts, train facts, held-out facts, subjects, and the same by relation name."""
        train, held = self.mask(graph), _among(ints(graph.columns.facts, "twin"), self.held_out)
        relation = ints(graph.columns.facts, "relation")
        rows = [
            {"relation": r.name, "train": int(train[relation == i].sum()), "held_out": int(held[relation == i].sum())}
            for i, r in enumerate(graph.relations())
        ]
        return {
            "fingerprint": self.fingerprint,
            "facts": len(train),
            "out_of_scope": int((~train & ~held).sum()),
            "train": int(train.sum()),
            "held_out": int(held.sum()),
            "subjects": len(np.unique(ints(graph.columns.facts, "subject")[train])),
            "qa_held_out_subjects": len(self.qa_held_out),
            "relations": [row for row in rows if row["train"] or row["held_out"]],
        }

    # files

    def _plain(self) -> dict[str, Any]:
        return {
            "format_version": FORMAT,
            "graph": self.graph,
            "seed": self.seed,
            "options": dict(self.options),
            "scope": None if self.scope is None else _shown(self.scope),
            **{name: _shown(getattr(self, name)) for name in ("held_out", "qa_held_out")},
            **{name: _shown_pairs(getattr(self, name)) for name in ("open_forward", "open_inverse")},
        }

    def save(self, path: Path) -> None:
        """Write the split as JSON: the same bytes for the same split."""
        text = json.dumps({**self._plain(), "fingerprint": self.fingerprint}, indent=1, sort_keys=True) + "\n"
        if path.is_dir():
            raise UserError(f"{path} is a folder, not a file", f"choose another --out, such as {path / 'split.json'}")
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        aside.write_text(text, "utf-8")
        aside.replace(path)

    @classmethod
    def load(cls, path: Path) -> Split:
        """Read a split. Raises UserError for a missing, damaged or edited file, or one of another format version."""
        again = "make it with `kg2corpus split`"
        try:
            raw = json.loads(path.read_text("utf-8"))
            if raw["format_version"] != FORMAT:
                raise UserError(f"{path}: split format {raw['format_version']}, this version reads {FORMAT}", again)
            split = cls(
                graph=raw["graph"],
                seed=raw["seed"],
                options=raw["options"],
                scope=None if raw["scope"] is None else _parsed(raw["scope"]),
                held_out=_parsed(raw["held_out"]),
                qa_held_out=_parsed(raw["qa_held_out"]),
                open_forward=_parsed_pairs(raw["open_forward"]),
                open_inverse=_parsed_pairs(raw["open_inverse"]),
            )
            written = raw["fingerprint"]
        except FileNotFoundError as e:
            raise UserError(f"no split at {path}", again) from e
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as e:
            raise UserError(f"{path} is no split file ({type(e).__name__}: {e})", again) from e
        if written != split.fingerprint:
            raise UserError(f"{path}: the content does not match its fingerprint; was it edited?", again)
        return split


def make_split(
    graph: Graph,
    *,
    seed: int = 0,
    held_out: float = 0.1,
    qa_held_out: float = 0.5,
    relations: Sequence[str] = (),
    subjects: int | None = None,
    facts: int | None = None,
    functional_only: bool = False,
    min_values: int = 10,
    among: Collection[int] | None = None,
) -> Split:
    """Draw a split by seed and names alone: the same for the same graph, whatever the order of loading.

    `held_out`: share of the facts (counted by twin, stratified by relation) kept out of training. They come from relations
    with at least `min_values` distinct objects that do not hold names (a name cannot be inferred nor guessed), and never
    from QA-held-out subjects. `qa_held_out`: share of the subjects, stratified by type, that are trained but never asked
    about. `relations` (names, labels or keys) limit the scope; `subjects` takes so many subjects that have all of these
    relations, with one object each if `functional_only`; `facts` takes subjects up to so many facts; `among` (fact uids)
    leaves only these facts in the scope.
    Raises UserError for an unknown relation, shares out of range, and a scope without facts.
    """
    for name, share in (("held_out", held_out), ("qa_held_out", qa_held_out)):
        if not 0 <= share <= 1:
            raise UserError(f"{name} is a share of 0 to 1, not {share}", f"for example {name}=0.1")
    if held_out and qa_held_out == 1:
        raise UserError("nothing can be held out of a graph whose subjects are all QA-held-out", "lower qa_held_out")
    if not len(graph):
        raise UserError("the graph has no facts to split", "load a source with `kg2corpus load`")
    chosen = [find_relation(graph, name).uid for name in dict.fromkeys(relations)]
    limited = subjects is not None or facts is not None or functional_only
    within, scope = set(graph.anchors()), None
    view = graph
    if chosen or limited or among is not None:
        if limited:
            within = set(
                choose_subjects(graph, chosen, seed=seed, subjects=subjects, facts=facts, functional_only=functional_only)
            )
        picked = (f for s in within for f in graph.out(s) if not chosen or f.relation.uid in chosen)
        scope = frozenset(f.twin for f in picked if among is None or f.uid in among)
        if not scope:
            raise UserError("the scope of the split has no facts", "name other relations, or allow more facts")
        view = graph.restrict(_among(ints(graph.columns.facts, "twin"), scope))
        within &= set(view.anchors())
    qa = choose_qa_held_out(graph, within, seed=seed, share=qa_held_out)
    held = choose_held_out(view.facts(), qa, seed=seed, share=held_out, min_values=min_values)
    train, twin = _train_mask(graph, held, scope), ints(graph.columns.facts, "twin")
    if not train.any():
        raise UserError(f"no train facts are left: held_out is {held_out}", "hold out a smaller share")
    forward, inverse = open_groups(graph, train, _among(twin, held))
    return Split(
        graph=graph.fingerprint,
        seed=seed,
        options={
            "held_out": held_out,
            "qa_held_out": qa_held_out,
            "relations": [graph.relation(r).key for r in chosen],
            "subjects": subjects,
            "facts": facts,
            "functional_only": functional_only,
            "min_values": min_values,
            "among": None if among is None else len(among),
        },
        held_out=held,
        qa_held_out=qa,
        scope=scope,
        open_forward=forward,
        open_inverse=inverse,
    )


def find_relation(graph: Graph, name: str) -> Relation:
    """The relation of that key, name or label, case aside. Raises UserError with near matches, or when several fit."""
    wanted = name.strip().casefold()
    for fits in (
        [r for r in graph.relations() if r.key == name.strip()],
        [r for r in graph.relations() if wanted in (r.name.casefold(), r.label.casefold())],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            keys = ", ".join(r.key for r in fits)
            raise UserError(f"relation '{name}' could be any of {len(fits)}", f"give one of the keys: {keys}")
    raise unknown("relation", name, {text for r in graph.relations() for text in (r.name, r.label)})


def _among(column: npt.NDArray[np.int64], members: frozenset[int]) -> npt.NDArray[np.bool_]:
    return np.isin(column, np.fromiter(members, np.int64, len(members)))


def _train_mask(graph: Graph, held: frozenset[int], scope: frozenset[int] | None) -> npt.NDArray[np.bool_]:
    twin = ints(graph.columns.facts, "twin")
    kept = ~_among(twin, held)
    return kept if scope is None else kept & _among(twin, scope)


def _shown(members: frozenset[int]) -> list[str]:
    return [uids.show(uid) for uid in sorted(members)]


def _shown_pairs(pairs: frozenset[Group]) -> list[str]:
    return [f"{uids.show(a)} {uids.show(b)}" for a, b in sorted(pairs)]


def _parsed(shown: Sequence[str]) -> frozenset[int]:
    return frozenset(map(uids.parse, shown))


def _parsed_pairs(shown: Sequence[str]) -> frozenset[Group]:
    parts = (pair.split(" ") for pair in shown)
    return frozenset((uids.parse(a), uids.parse(b)) for a, b in parts)
