"""What people say about relations (`load --properties`): the names that they use, and what comes too late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import pyarrow as pa

from .. import uid as uids
from ..errors import UserError, near
from ..readers import _vocabulary as v
from ..readers._columns import IRI, Chunk
from ..readers._common import Log
from .database import Sql
from .schema import Tables


def by_key(chunks: Iterator[Chunk], shown: str, names: Mapping[str, Set[str]], log: Log) -> Iterator[Chunk]:
    """The chunks of a properties file with keys of relations in the place of names. `names`: keys by folded name.

    What is no key of a relation, and the name of none or of several, is a fault of its line; an IRI may be of one that is not
    there yet, and so may anything as long as there are none.
    """
    for chunk in chunks:
        subjects, predicates, values = (column.to_pylist() for column in (chunk.subject, chunk.predicate, chunk.value))
        told: dict[str, str] = {}

        def key_of(name: str, position: int, told: dict[str, str] = told) -> str:
            if name not in told:
                keys = names.get(name.casefold(), frozenset())
                told[name] = name if name in keys else next(iter(keys)) if len(keys) == 1 else name
                if len(keys) > 1 and name not in keys:
                    several = f"'{name}' is the name of {len(keys)} relations; give a key: {', '.join(sorted(keys))}"
                    log.fault(shown, position, several)
                elif not keys and names and ":" not in name and "/" not in name:
                    log.fault(shown, position, f"no relation '{name}' in the sources; {near(name, names)}")
            return told[name]

        at = chunk.position.tolist()
        subjects = [key_of(name, place) for name, place in zip(subjects, at, strict=True)]
        for i, (predicate, place) in enumerate(zip(predicates, at, strict=True)):
            if predicate == v.INVERSE and chunk.kind[i] == IRI and (":" in values[i] or values[i].casefold() in names):
                values[i] = key_of(values[i], place)
        yield chunk._replace(subject=pa.array(subjects, pa.string()), value=pa.array(values, pa.string()))


def roles_fit(sql: Sql, t: Tables, before: Mapping[int, str], now: Mapping[int, str], graph_id: str, shown: str) -> None:
    """Raise UserError if a load gives another role to a relation (by the entity uid of its key) of which the store has taken
    triples in: what was a fact would have been a label, or the other way round, and the result hang on the order of loading."""
    hint = "load the sources and the properties file together into a new store"
    changed = {uid for uid in before.keys() & now.keys() if before[uid] != now[uid]}
    if changed:
        uid = min(changed)
        what = f"a relation that {shown} takes for {before[uid]} is given the role {now[uid]} now"
        raise UserError(what, hint)
    if not now.keys() - before.keys():
        return
    for id_, key in sql.run(f"SELECT id, key FROM {t.relation}").fetchall():
        if uids.entity_uid(key, graph_id) not in now.keys() - before.keys():
            continue
        if sql.run(f"SELECT 1 FROM {t.fact} WHERE relation_id = ? LIMIT 1", (id_,)).fetchone():
            raise UserError(f"'{key}' is given a role now, and {shown} holds facts of it from before", hint)
