"""Making a split of a store's graph: by settings, or as a curriculum says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import Curriculum
    from .graph import Graph
    from .store.split import Split


def split(
    db: str,
    out: Path,
    *,
    held_out: float | None = None,
    qa_held_out: float = 0.5,
    held_out_entities: float = 0.0,
    held_out_compositions: int = 0,
    given: Mapping[str, str] | None = None,
    relations: Sequence[str] = (),
    subjects: int | None = None,
    facts: Path | None = None,
    min_values: int = 10,
    min_degree: int = 1,
    min_facts: int = 10,
    seed: int = 0,
    store: bool = False,
) -> dict[str, Any]:
    """Write a split of the graph to the file `out`, and with `store` into the store as rows too; return its sizes.

    `facts`, a file of fact uids, leaves only these in its scope. `given` says which parts of the data set are held_out or
    unused. The other settings are those of `store.split.make_split`.
    """
    from .diff import read_fact_uids
    from .snapshot import take
    from .store.parts import parts_of
    from .store.split import make_split
    from .store.split_view import summary

    among = read_fact_uids(facts) if facts else None
    graph = take(db)
    made = make_split(
        graph, seed=seed, held_out=held_out, qa_held_out=qa_held_out, held_out_entities=held_out_entities,
        held_out_compositions=held_out_compositions, relations=relations, subjects=subjects, among=among,
        min_values=min_values, min_degree=min_degree, min_facts=min_facts, given=given, parts=parts_of(db) if given else None,
    )  # fmt: skip
    made.save(out)
    if store:
        from .store.imported import import_split

        import_split(db, made, graph)
    return {"split": str(out), **summary(made, graph)}


def split_of(curriculum: Curriculum, graph: Graph, db: str = "") -> Split:
    """The split that a curriculum's `split` section describes; `db` is the graph's store, for `given` parts."""
    from .store.parts import parts_of
    from .store.split import make_split

    settings = curriculum.split.model_dump()
    return make_split(graph, **settings, parts=parts_of(db) if settings["given"] else None)
