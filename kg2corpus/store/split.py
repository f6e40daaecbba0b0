"""The split: which facts are trained; which facts, entities and compositions are held out; which subjects are never asked."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from ..types import FORMS
from .compositions import Pair, choose_compositions, ends_of
from .dropping import ASKED, choose_entities, touching
from .holdout import Group, Mask, asked_about, choose_held_out, choose_qa_held_out, choose_subjects, open_groups
from .parts import given_facts

if TYPE_CHECKING:
    from ..graph import Graph
    from ..types import Fact, Relation, Subgraph

FORMAT = 2
HELD_OUT = 0.1  # the share of facts that is held out where nothing else is said
NARROWED = "narrowed_from"  # in the options of a corpus' split: the fingerprint of the split that relations were left out of
TOLD = "facts given as held out that a name gives away, as in 'Springfield (Illinois)': what bears it cannot be said"
SHORT = "fewer subjects never asked about than asked for: the others are those of facts that are given as held out"
UIDS = ("held_out", "qa_held_out", "held_out_entities")
PAIRS = ("held_out_compositions", "open_forward", "open_inverse")
# forms whose question is about the object, or about more than one node: each node of them counts as asked about
ASK_ALL = {name for name, form in FORMS.items() if form.asks and (form.inverse or form.chain)}


@dataclass(frozen=True)
class Split:
    """What is kept back from one graph (`graph`: its fingerprint), by twin uid and subject uid.

    Facts of the `scope` (None: all) are train facts, but for those that are `held_out` and those of `held_out_entities`,
    which no document names. Those of `qa_held_out` subjects are trained too, but no question about these subjects is. Both
    facts of a held-out composition (two twins) are trained, but never in one document. `open_forward` are (subject, relation)
    groups and `open_inverse` (object, relation) groups that the train facts do not complete, so that no list of them may be
    said to be whole. `counted` says what was asked for and what gave way.
    """

    graph: str
    seed: int
    options: Mapping[str, Any]
    held_out: frozenset[int]
    qa_held_out: frozenset[int]
    scope: frozenset[int] | None = None
    held_out_entities: frozenset[int] = frozenset()
    held_out_compositions: frozenset[Pair] = frozenset()
    open_forward: frozenset[Group] = field(default=frozenset(), repr=False)
    open_inverse: frozenset[Group] = field(default=frozenset(), repr=False)
    counted: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of all that the split says."""
        return blake2b(json.dumps(self._plain(), sort_keys=True).encode(), digest_size=8).hexdigest()

    def is_train(self, fact: Fact) -> bool:
        """Whether the fact is in scope and not held out, in any of its readings, and names no held-out entity."""
        return (
            fact.twin not in self.held_out and (self.scope is None or fact.twin in self.scope) and not self.names_held_out(fact)
        )

    def names_held_out(self, fact: Fact) -> bool:
        """Whether an end of the fact is a held-out entity."""
        return not self.held_out_entities.isdisjoint((fact.subject.uid, fact.object.uid))

    def composes(self, twins: Iterable[int]) -> bool:
        """Whether two of these twins make a held-out composition, which no document may bring together."""
        if not self.composed:
            return False
        known = set(twins)
        return any(not known.isdisjoint(self.composed[twin]) for twin in known if twin in self.composed)

    @cached_property
    def composed(self) -> Mapping[int, frozenset[int]]:
        """For each twin of a held-out composition the twins that it must not be brought together with."""
        found: dict[int, set[int]] = {}
        for one, other in self.held_out_compositions:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return {twin: frozenset(others) for twin, others in found.items()}

    def composition_ends(self, graph: Graph) -> list[tuple[int, int, int]]:
        """(an end, the node between, the other end) of each held-out composition, ascending."""
        self.check(graph)
        return ends_of(graph, self.held_out_compositions)

    def mask(self, graph: Graph) -> npt.NDArray[np.bool_]:
        """`is_train` for all rows of `graph.columns.facts` at once: `graph.restrict(split.mask(graph))`."""
        self.check(graph)
        return _train_mask(graph, self.held_out, self.scope, self.held_out_entities)

    def held_out_pairs(self, graph: Graph) -> set[frozenset[int]]:
        """The two ends of each held-out fact: no train document may relate them. A fact of a node about itself has no two: that
        it is not stated is all there is to keep."""
        self.check(graph)
        rows = np.flatnonzero(_among(ints(graph.columns.facts, "twin"), self.held_out))
        node = ints(graph.columns.nodes, "uid")
        ends = (node[ints(graph.columns.facts, end)[rows]].tolist() for end in ("subject", "object"))
        return {frozenset(pair) for pair in zip(*ends, strict=True) if pair[0] != pair[1]}

    def may_ask(self, subgraph: Subgraph) -> bool:
        """Whether a question about these facts may stand in the corpus. Decides about every form that asks.

        No, if one is no train fact; if a subject is QA-held-out, in any reading of a symmetric relation or one with an
        inverse (and any node, where the question starts at the object or runs over several facts); if two of them make a
        held-out composition; or if the complete answer is not trained: a group of subject and relation, or for an inverse
        question of object and relation, has a member that is held out or out of scope.
        """
        if self.composes(fact.twin for fact in subgraph.facts):
            return False
        for fact in subgraph.facts:
            turns = fact.relation.symmetric or fact.relation.inverse is not None
            if fact.subject.uid in self.qa_held_out:
                return False
            if (turns or subgraph.form in ASK_ALL) and fact.object.uid in self.qa_held_out:
                return False
        return self.closed_world_ok(subgraph.facts, inverse=FORMS[subgraph.form].inverse)

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

    # files

    def _plain(self) -> dict[str, Any]:
        return {
            "format_version": FORMAT,
            "graph": self.graph,
            "seed": self.seed,
            "options": dict(self.options),
            "scope": None if self.scope is None else _shown(self.scope),
            "counted": dict(self.counted),
            **{name: _shown(getattr(self, name)) for name in UIDS},
            **{name: _shown_pairs(getattr(self, name)) for name in PAIRS},
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
                counted=raw["counted"],
                held_out=_parsed(raw["held_out"]),
                qa_held_out=_parsed(raw["qa_held_out"]),
                held_out_entities=_parsed(raw["held_out_entities"]),
                held_out_compositions=_parsed_pairs(raw["held_out_compositions"]),
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
    held_out: float | None = None,
    qa_held_out: float = 0.5,
    held_out_entities: float = 0.0,
    held_out_compositions: int = 0,
    relations: Sequence[str] = (),
    subjects: int | None = None,
    facts: int | None = None,
    functional_only: bool = False,
    min_values: int = 10,
    min_degree: int = 1,
    min_facts: int = 10,
    among: Collection[int] | None = None,
    parts: Mapping[str, Collection[int]] | None = None,
    given: Mapping[str, str] | None = None,
) -> Split:
    """Draw a split by seed and names alone: the same for the same graph, whatever the order of loading.

    `held_out`: share of the facts (counted by twin, stratified by relation) kept out of training; by default 0.1, and 0 where
    a given part is held out. They come from relations with at least `min_values` distinct objects that do not hold names (a
    name cannot be inferred nor guessed), and never from QA-held-out subjects. `qa_held_out`: share of the subjects,
    stratified by type, that are trained but never asked about. `held_out_entities`: share of the entities of each type that
    appear nowhere (`dropping`: each neighbour keeps `min_degree` facts, each relation `min_facts`).
    `held_out_compositions`: how many chains of two train facts are never brought together (`compositions`).

    `relations` (names, labels or keys) limit the scope; `subjects` takes so many subjects that have all of these relations,
    with one object each if `functional_only`; `facts` takes subjects up to so many facts; `among` (fact uids) leaves only
    these facts in the scope. `given` says of parts of the data set (`parts`: name -> fact uids, see `parts.parts_of`) that
    they are held_out or unused; all others may be trained.
    Raises UserError for an unknown relation or part, shares out of range, a scope without facts, and where no entity or not
    so many compositions can be held out.
    """
    split_given = dict(given or {})
    if held_out is None:
        held_out = 0.0 if "held_out" in split_given.values() else HELD_OUT
    shares = {"held_out": held_out, "qa_held_out": qa_held_out, "held_out_entities": held_out_entities}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise UserError(f"{name} is a share of 0 to 1, not {share}", f"for example {name}=0.1")
    if held_out and qa_held_out == 1:
        raise UserError("nothing can be held out of a graph whose subjects are all QA-held-out", "lower qa_held_out")
    if not len(graph):
        raise UserError("the graph has no facts to split", "load a source with `kg2corpus load`")
    part = given_facts(graph, parts or {}, split_given)
    chosen = [find_relation(graph, name).uid for name in dict.fromkeys(relations)]
    limited = subjects is not None or facts is not None or functional_only
    within, scope = set(graph.anchors()), None
    twin = ints(graph.columns.facts, "twin")
    view = graph
    if chosen or limited or among is not None or part.unused:
        if limited:
            within = set(
                choose_subjects(graph, chosen, seed=seed, subjects=subjects, facts=facts, functional_only=functional_only)
            )
        picked = (f for s in within for f in graph.out(s) if not chosen or f.relation.uid in chosen)
        scope = frozenset(f.twin for f in picked if among is None or f.uid in among) - part.unused
        if not scope:
            raise UserError("the scope of the split has no facts", "name other relations, or allow more facts")
        view = graph.restrict(_among(twin, scope))
        within &= set(view.anchors())
    counted = dict(part.counted)
    held = part.held_out if scope is None else part.held_out & scope
    entities, wanted = choose_entities(
        graph, _train_mask(graph, held, scope), seed=seed, share=held_out_entities, min_degree=min_degree, min_facts=min_facts
    )
    counted |= {ASKED: wanted} if wanted else {}
    fallen = touching(graph, entities)
    view = view.restrict(~fallen) if entities else view
    held = held & frozenset(twin[~fallen].tolist()) if held and entities else held
    about = asked_about(view.restrict(_among(twin, held)).facts()) if held else frozenset()
    qa, wanted = choose_qa_held_out(graph, within - entities, apart=about, seed=seed, share=qa_held_out)
    counted |= {SHORT: wanted - len(qa)} if len(qa) < wanted else {}
    # what a name gives away ("Springfield (Illinois)") cannot be held out
    told = frozenset(graph.fact(uid).twin for uid in graph.telling_facts())
    counted |= {TOLD: len(held & told)} if held & told else {}
    rest = view.restrict(~_among(twin, held | told)) if held | told else view
    held |= choose_held_out(rest.facts(), qa, seed=seed, share=held_out, min_values=min_values)
    train = _train_mask(graph, held, scope, entities)
    if not train.any():
        raise UserError(f"no train facts are left: held_out is {held_out}", "hold out a smaller share")
    apart = train & ~_among(twin, told)
    compositions = choose_compositions(graph, apart, seed=seed, count=held_out_compositions, apart=qa, min_values=min_values)
    forward, inverse = open_groups(graph, train, _among(twin, held) | fallen)
    return Split(
        graph=graph.fingerprint,
        seed=seed,
        options={
            **shares,
            "held_out_compositions": held_out_compositions,
            "relations": [graph.relation(r).key for r in chosen],
            "subjects": subjects,
            "facts": facts,
            "functional_only": functional_only,
            "min_values": min_values,
            "min_degree": min_degree,
            "min_facts": min_facts,
            "among": None if among is None else len(among),
            "given": split_given,
        },
        held_out=held,
        qa_held_out=qa,
        scope=scope,
        held_out_entities=entities,
        held_out_compositions=compositions,
        open_forward=forward,
        open_inverse=inverse,
        counted=counted,
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


def _train_mask(
    graph: Graph, held: frozenset[int], scope: frozenset[int] | None, entities: frozenset[int] = frozenset()
) -> Mask:
    twin = ints(graph.columns.facts, "twin")
    kept = ~_among(twin, held)
    if scope is not None:
        kept &= _among(twin, scope)
    return kept & ~touching(graph, entities) if entities else kept


def _shown(members: frozenset[int]) -> list[str]:
    return [uids.show(uid) for uid in sorted(members)]


def _shown_pairs(pairs: frozenset[Group]) -> list[str]:
    return [f"{uids.show(a)} {uids.show(b)}" for a, b in sorted(pairs)]


def _parsed(shown: Sequence[str]) -> frozenset[int]:
    return frozenset(map(uids.parse, shown))


def _parsed_pairs(shown: Sequence[str]) -> frozenset[Group]:
    parts = (pair.split(" ") for pair in shown)
    return frozenset((uids.parse(a), uids.parse(b)) for a, b in parts)
