"""The names that a source uses, as numbers: entities, blank nodes, literals (in canonical form), relations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import uid as uids
from ..columns import Ints
from ..types import Term
from .canonical import canonical
from .terms import Terms


class Names:
    """Numbers of nodes come from `terms`; relations have numbers of their own, in `relations`, with `relation_uids`.
    `warnings` counts literals that are kept though their datatype does not allow them."""

    def __init__(self, graph_id: str, folder: Path) -> None:
        self.graph_id = graph_id
        self.terms = Terms(graph_id, folder)
        self.relations: dict[str, int] = {}
        self.relation_uids: list[int] = []
        self.warnings: Counter[str] = Counter()
        self._blanks = ""

    def begin(self, sha256: str) -> None:
        """A new source: its blank nodes are other ones than those of the sources before."""
        self._blanks = f"_:{sha256[:16]}/"

    def node(self, key: str) -> int:
        """The number of an entity, or of a blank node of the source that is being read."""
        return self.terms.entity(self._blanks + key[2:] if key.startswith("_:") else key)

    def nodes(self, keys: pa.Array) -> Ints:
        """The numbers of a column of keys."""
        keys = encoded(keys)
        blank = pc.starts_with(keys.dictionary, "_:")
        texts = keys.dictionary.to_pylist()
        if pc.any(blank).as_py():
            texts = [self._blanks + text[2:] if text.startswith("_:") else text for text in texts]
        found: Ints = np.array(self.terms.entities(texts), np.int64)[keys.indices.to_numpy(zero_copy_only=False)]
        return found

    def literal(self, value: str, datatype: str, language: str) -> int:
        """The number of a literal as read."""
        raw = (value, datatype, language)
        found = self.terms.known(raw)
        if found is None:
            *name, well = canonical(*raw)
            if not well:
                self.warnings[f"literals that are no {datatype.rpartition('#')[2]}; kept as they are"] += 1
            found = self.terms.literal(*name)
            if tuple(name) != raw:
                self.terms.alias(raw, found)
        return found

    def literals(self, values: pa.Array, datatypes: pa.Array, languages: pa.Array) -> Ints:
        """The numbers of columns of literals as read."""
        whole = pc.binary_join_element_wise(*(plain(c) for c in (datatypes, languages, values)), "\0").dictionary_encode()
        parts = (text.split("\0", 2) for text in whole.dictionary.to_pylist())
        raw = [(value, datatype, language) for datatype, language, value in parts]
        known = [self.terms.known(name) for name in raw]
        new = [name for name, number in zip(raw, known, strict=True) if number is None]
        names = []
        for name in new:
            *canon, well = canonical(*name)
            if not well:
                self.warnings[f"literals that are no {name[1].rpartition('#')[2]}; kept as they are"] += 1
            names.append(tuple(canon))
        numbers = iter(self.terms.literals(names))  # type: ignore[arg-type]
        made = {name: next(numbers) for name in new}
        for name, canon_ in zip(new, names, strict=True):
            if name != canon_:
                self.terms.alias(name, made[name])
        every = [made[name] if number is None else number for name, number in zip(raw, known, strict=True)]
        found: Ints = np.array(every, np.int64)[whole.indices.to_numpy(zero_copy_only=False)]
        return found

    def relation(self, key: str) -> int:
        """The number of a relation."""
        found = self.relations.get(key)
        if found is None:
            found = self.relations[key] = len(self.relations)
            self.relation_uids.append(uids.relation_uid(key, self.graph_id))
        return found

    def term(self, term: Term) -> int:
        """The number of an object."""
        literal = term.kind == "literal"
        return self.literal(term.value, term.datatype, term.language) if literal else self.node(term.value)

    def texts(self, numbers: Set[int]) -> dict[int, tuple[str, str, str]]:
        """Key, datatype and language of some numbers; reads through all names."""
        found: dict[int, tuple[str, str, str]] = {}
        if numbers:
            self.terms.flush()
            wanted = pa.array(sorted(numbers), pa.int32())
            for part in self.terms.new.parts():
                some = part.filter(pc.is_in(part.column("id"), value_set=wanted))
                found |= {row["id"]: (row["key"], row["datatype"], row["language"]) for row in some.to_pylist()}
        return found


def encoded(column: pa.Array) -> pa.DictionaryArray:
    """A column of texts as a dictionary."""
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def plain(column: pa.Array) -> pa.Array:
    """A column of texts as such."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
