"""Splits that a data set brings with it: which facts stand in which of its parts, and what a part means for our split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np

from ..columns import ints
from ..errors import UserError, near, unknown
from ..readers._vocabulary import PART

if TYPE_CHECKING:
    from ..graph import Graph

HELD_OUT, UNUSED = MEANINGS = ("held_out", "unused")


def parts_of(db: str) -> dict[str, frozenset[int]]:
    """The parts of a store: name of the part -> uids of the facts with a statement in it.

    Parts are named graphs. Those of a TSV set have the names that its split column gives (`train`, `valid`, `test`), all
    others their IRI. Raises UserError for a missing or foreign store.
    """
    from sqlalchemy import select

    from . import open_db

    found: dict[str, set[int]] = defaultdict(set)
    store = open_db(db)
    s = store.tables
    try:
        with store.engine.connect() as conn:
            for iri, uid in conn.execute(
                select(s.named_graph.c.iri, s.fact.c.uid)
                .select_from(
                    s.statement.join(s.named_graph, s.named_graph.c.id == s.statement.c.graph_id).join(
                        s.fact, s.fact.c.id == s.statement.c.fact_id
                    )
                )
                .distinct()
            ):
                found[unquote(iri.removeprefix(PART)) if iri.startswith(PART) else iri].add(uid)
    finally:
        store.close()
    return {name: frozenset(found[name]) for name in sorted(found)}


def parse_given(text: str) -> dict[str, str]:
    """`test=held_out,valid=unused` as a mapping. Raises UserError for anything else; an IRI may hold equals signs."""
    given = {}
    for item in filter(None, map(str.strip, text.split(","))):
        name, equals, meaning = item.rpartition("=")
        if not equals or not name.strip():
            raise UserError(f"'{item}' gives no part a meaning", "write PART=MEANING, as in test=held_out,valid=held_out")
        given[name.strip()] = meaning.strip()
    return given


@dataclass(frozen=True)
class Given:
    """What the parts say, by twin: facts that are held out, facts that take no part; and what was counted on the way."""

    held_out: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()
    counted: Mapping[str, int] = field(default_factory=dict)


SEVERAL = "facts that stand in several given parts, of which one is held out: held out"
TWINS = "facts outside of the held-out parts whose twin is given as held out: held out too"


def given_facts(graph: Graph, parts: Mapping[str, Collection[int]], given: Mapping[str, str]) -> Given:
    """Read the parts as `given` says (name -> held_out or unused; the facts of all others may be trained).

    Of a fact in several parts held out wins, then training. So it is with twins: what says the same as a held-out fact is
    held out, wherever the data set puts it. Raises UserError for unknown parts and meanings.
    """
    if not given:
        return Given()
    if not parts:
        raise UserError(
            "the store knows no parts of a given split",
            "a TSV set names them in the split column of triples.tsv, RDF as named graphs; load such a source",
        )
    for name, meaning in given.items():
        if name not in parts:
            raise unknown("part of the data set", name, parts)
        if meaning not in MEANINGS:
            raise UserError(f"part '{name}' cannot be '{meaning}'", near(meaning, MEANINGS))
    uids, twins = ints(graph.columns.facts, "uid"), ints(graph.columns.facts, "twin")

    def rows(names: Collection[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        members: set[int] = set().union(*(parts[name] for name in names))
        return np.isin(uids, np.fromiter(members, np.int64, len(members)))

    held = rows([name for name, meaning in given.items() if meaning == HELD_OUT])
    unused = rows([name for name, meaning in given.items() if meaning == UNUSED])
    others = rows([name for name in parts if given.get(name) != HELD_OUT])
    trained = rows([name for name in parts if name not in given]) | ~(held | unused)
    held_twins = np.unique(twins[held])
    twin_held = np.isin(twins, held_twins)
    counted = {SEVERAL: int((held & others).sum()), TWINS: int((twin_held & ~held).sum())}
    free = np.setdiff1d(twins[unused], twins[trained | twin_held])
    return Given(frozenset(held_twins.tolist()), frozenset(free.tolist()), {what: n for what, n in counted.items() if n})
