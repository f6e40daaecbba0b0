"""The names of a load: every entity, blank node and literal gets a number from 0 by its uid, once.

Texts are remembered up to CACHE of them; after that a name is known again by its uid, and a checksum of the text tells two
names with one uid apart (which is a load error). Beyond it a name costs 17 bytes, and 16 more for the search.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..columns import Ints
from ..errors import UserError
from ..uid import FACT_START
from .spill import Spill

CACHE = 2_500_000
KINDS = ("entity", "blank", "literal")
ENTITY, BLANK, LITERAL = range(3)
SCHEMA = pa.schema(
    [("uid", pa.int64()), ("id", pa.int32()), ("kind", pa.uint8())]
    + [(name, pa.string()) for name in ("key", "datatype", "language")]
)


def opening(*parts: str) -> bytes:
    """What `uid.digest` hashes of its first parts."""
    return b"".join(_sized(text) for text in parts)


def _sized(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(8, "little") + raw


class Terms:
    """Gives numbers to names. `uid(n)` and `kind(n)` are those of number n; `new` has their texts, for the node table."""

    def __init__(self, graph_id: str, folder: Path) -> None:
        self._entity, self._literal = opening("entity", graph_id), opening("literal", graph_id)
        self._known: dict[str | tuple[str, str, str], int] = {}
        self._uids = array("q")
        self._sums = array("I")
        self._kinds = array("B")
        self._datatypes = array("I")
        self.datatypes: list[str] = [""]
        self._datatype_codes = {"": 0}
        self.new = Spill(SCHEMA, folder, "nodes", 400_000)
        self._fresh: list[list[Any]] = [[] for _ in SCHEMA]  # columns
        # what is no longer in the cache: uids in order, and their numbers
        self._old: Ints = np.zeros(0, np.int64)
        self._old_ids: Ints = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self._uids)

    def uids(self) -> Ints:
        """The uids by number."""
        return np.frombuffer(self._uids, np.int64).copy() if len(self._uids) else np.zeros(0, np.int64)

    def kinds(self) -> npt.NDArray[np.uint8]:
        """The kinds by number (ENTITY, BLANK, LITERAL)."""
        return np.frombuffer(self._kinds, np.uint8).copy() if len(self._kinds) else np.zeros(0, np.uint8)

    def datatype_codes(self) -> Ints:
        """An index of `datatypes` by number."""
        return np.frombuffer(self._datatypes, np.uint32).astype(np.int64) if len(self._datatypes) else np.zeros(0, np.int64)

    def uid(self, number: int) -> int:
        """The uid of a number."""
        return self._uids[number]

    def entity(self, key: str) -> int:
        """The number of an entity, or of a blank node by its whole key `_:source/label`."""
        found = self._known.get(key)
        return self._entities([key])[0] if found is None else found

    def entities(self, keys: Sequence[str]) -> list[int]:
        """The numbers of entities and blank nodes, each of which is given once."""
        found = list(map(self._known.get, keys))
        new = [i for i, number in enumerate(found) if number is None]
        if new:
            for i, number in zip(new, self._entities([keys[i] for i in new]), strict=True):
                found[i] = number
        return found  # type: ignore[return-value]

    def _entities(self, keys: Sequence[str]) -> list[int]:
        start, raw = self._entity, [key.encode() for key in keys]
        named = [start + len(text).to_bytes(8, "little") + text for text in raw]
        kinds = bytes(BLANK if key.startswith("_:") else ENTITY for key in keys)
        none = [""] * len(keys)
        return self._numbers(named, kinds, keys, none, none, keys)

    def literal(self, value: str, datatype: str, language: str) -> int:
        """The number of a literal in canonical form."""
        found = self._known.get((value, datatype, language))
        return self.literals([(value, datatype, language)])[0] if found is None else found

    def literals(self, names: Sequence[tuple[str, str, str]]) -> list[int]:
        """The numbers of literals in canonical form (value, datatype, language)."""
        found = list(map(self._known.get, names))
        new = list(dict.fromkeys(name for name, number in zip(names, found, strict=True) if number is None))
        if new:
            start = self._literal
            named = [start + _sized(value) + _sized(datatype) + _sized(language) for value, datatype, language in new]
            columns = [list(column) for column in zip(*new, strict=True)]
            keys, datatypes, languages = columns
            numbers = self._numbers(named, bytes([LITERAL]) * len(new), keys, datatypes, languages, new)
            number = dict(zip(new, numbers, strict=True))
            found = [number[name] if known is None else known for name, known in zip(names, found, strict=True)]
        return found  # type: ignore[return-value]

    def known(self, name: str | tuple[str, str, str]) -> int | None:
        """The number of a name that is in the cache, else None."""
        return self._known.get(name)

    def alias(self, name: tuple[str, str, str], number: int) -> None:
        """Remember that a literal as it was read has this number too."""
        self._known[name] = number

    def _numbers(
        self, named: list[bytes], kinds: bytes, keys: Sequence[str], datatypes: Sequence[str], languages: Sequence[str],
        names: Sequence[str | tuple[str, str, str]],
    ) -> list[int]:  # fmt: skip
        """Numbers of names that are not in the cache: new ones, or those under which they were known before it was emptied."""
        hashed = b"".join([blake2b(text, digest_size=8).digest() for text in named])
        uid = np.frombuffer(hashed, ">i8").astype(np.int64)
        sums = list(map(crc32, named))
        first = len(self._uids)
        number = np.arange(first, first + len(uid))
        new = np.ones(len(uid), np.bool_)
        if len(self._old):
            at = np.minimum(np.searchsorted(self._old, uid), len(self._old) - 1)
            new = self._old[at] != uid
            for i in np.flatnonzero(~new).tolist():
                number[i] = self._old_ids[at[i]]
                if self._sums[number[i]] != sums[i]:
                    raise clash(keys[i], "another name")
            number[new] = np.arange(first, first + int(np.count_nonzero(new)))
        numbers: list[int] = number.tolist()
        self._known.update(zip(names, numbers, strict=True))
        rows = np.flatnonzero(new)
        if len(rows) < len(new):
            keys, datatypes, languages = ([column[i] for i in rows.tolist()] for column in (keys, datatypes, languages))
            kinds, sums = bytes(kinds[i] for i in rows.tolist()), [sums[i] for i in rows.tolist()]
        codes = [self._datatype(datatype) for datatype in datatypes]
        self._uids.frombytes(uid[rows].tobytes())
        self._sums.extend(sums)
        self._kinds.frombytes(kinds)
        self._datatypes.extend(codes)
        fresh = self._fresh
        made = (uid[rows].tolist(), number[rows].tolist(), kinds, keys, datatypes, languages)
        for column, values in zip(fresh, made, strict=True):
            column.extend(values)
        return numbers

    def _datatype(self, datatype: str) -> int:
        code = self._datatype_codes.get(datatype)
        if code is None:
            code = self._datatype_codes[datatype] = len(self.datatypes)
            self.datatypes.append(datatype)
        return code

    def forget(self) -> None:
        """Empty the cache: all names are there."""
        self.flush()
        self._known = {}

    def flush(self) -> None:
        """Hand the texts over, and empty the cache where it has grown too large."""
        if self._fresh[0]:
            arrays = [pa.array(c, f.type) for c, f in zip(self._fresh, SCHEMA, strict=True)]
            self.new.add(pa.table(arrays, schema=SCHEMA))
            self._fresh = [[] for _ in SCHEMA]
        if len(self._known) > CACHE:
            self._known.clear()
            uid = self.uids()
            self._old_ids = np.argsort(uid, kind="stable")
            self._old = uid[self._old_ids]


def clash(one: str, other: str) -> UserError:
    """Two names with one uid."""
    return UserError(
        f"two names have the same 64-bit uid: '{one}' and '{other}'",
        "rename one of them, or load with another graph id (a one in 10^9 event even at 100 million names)",
    )


def fact_uids(subject: Ints, relation: Ints, object: Ints) -> Ints:
    """`uid.fact_uid` of three columns of uids: the same numbers."""
    mixed = np.full(len(subject), FACT_START, np.uint64)
    for part in (subject, relation, object):
        mixed *= np.uint64(FACT_START)
        mixed += part.view(np.uint64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
    return mixed.view(np.int64)
