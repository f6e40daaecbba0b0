"""First half of a load: chunks of triples become numbers. It knows no database.

Every occurrence of a fact goes to `facts` by the uid of the fact; what describes a node or relation to `descriptions`. What
needs the whole (OWL expressions, triple terms) is put apart. `settle` makes of it what `merge` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import uid as uids
from ..columns import Ints
from ..readers._columns import LITERAL, NOVALUE, SOMEVALUE, TRIPLE, Chunk
from ..readers._common import Extra, Log
from .canonical import canonical
from .descriptions import DESCRIBES, Descriptions
from .names import Names, encoded, plain
from .spill import Spill
from .terms import fact_uids
from .vocabulary import APART, LICENCES, VALID_FROM, VALID_TO

EXTRAS = 50_000  # of what is said about statements, which named graphs and ranks repeat

# s, r and o are numbers of Terms and of `relations`; place an index of `places`, extra 0 or a number of `extras`
FACT = pa.schema(
    [("uid", pa.int64())]
    + [(name, pa.int32()) for name in ("s", "r", "o", "place", "extra")]
    + [("position", pa.int64())]
)
QUALIFIER = pa.schema(
    [("extra", pa.int64()), ("ordinal", pa.int32()), ("relation", pa.int32()), ("kind", pa.string()), ("object", pa.int32())]
)
# a staged row that was put apart: uid, s, r, o, place, extra, position
Apart = tuple[int, int, int, int, int, int, int]


class Ingest:
    """Takes chunks in. `names` gives numbers to what they name, `described` keeps what they say about nodes."""

    def __init__(self, graph_id: str, folder: Path) -> None:
        self.names = Names(graph_id, folder)
        self.described = Descriptions(self.names, folder)
        self.facts = Spill(FACT, folder, "facts")
        self.places: list[tuple[int, str]] = []  # source and file
        self.extras: list[tuple[str, str, str, str]] = [("", "", "", "")]  # rank, graph, valid from, valid to
        self.qualifiers: list[pa.Table] = []
        self.unvalued: list[tuple[int, int, str, int, int, str]] = []  # s, r, kind, place, position, rank
        self.reified: list[tuple[int, int, int, int, int, int, int]] = []  # reifier, fact uid, s, r, o, place, position
        self.apart: list[Apart] = []
        self.licences: list[tuple[int, int, str]] = []  # source, subject, text
        self.triples = 0
        # extras that replace those of the first statements of a fact, by its uid and source; and roles by relation
        self.overrides: dict[tuple[int, int], list[int]] = {}
        self.roles: dict[int, str] = {}
        self.limit: int | None = None  # triples that are taken in at most
        self._known_extras: dict[Extra, int] = {}
        self._qualifiers: list[tuple[int, int, int, str, int | None]] = []
        self._source = 0

    def close(self) -> None:
        """Close the files of what was spilled."""
        for spill in (self.names.terms.new, self.facts, self.described.notes):
            spill.close()

    # chunks

    def begin(self, source: int, sha256: str, *, first: bool = False) -> None:
        """A new source: its blank nodes are other ones than those of the sources before. What a `first` one says about
        relations comes before what others say."""
        self._source = source
        self.names.begin(sha256)
        self.described.begin(source, first=first)

    def add(self, chunk: Chunk, shown: str, log: Log) -> None:
        """Take in a chunk of the source that was begun; `shown` names its file in faults."""
        chunk = _without_nul(chunk, shown, log)
        if self.limit is not None:
            chunk = _part(chunk, np.arange(min(len(chunk.position), self.limit - self.triples)))
        predicates = encoded(chunk.predicate)
        codes, keys = predicates.indices.to_numpy(zero_copy_only=False), predicates.dictionary.to_pylist()
        fact = chunk.kind <= LITERAL
        for code, key in enumerate(keys):
            if key in DESCRIBES:
                rows = np.flatnonzero(codes == code)
                fact[rows] &= self.described.take(key, chunk, rows)
        place = self._place(chunk.file)
        odd = np.flatnonzero(chunk.kind > LITERAL)
        for row in odd.tolist():
            self._odd(chunk, row, keys[codes[row]], place)
        self._facts(chunk, np.flatnonzero(fact), codes, keys, place)
        self.triples += len(codes)
        self.described.flush()

    def _place(self, file: str) -> int:
        place = (self._source, file)
        if place not in self.places[-8:]:
            self.places.append(place)
        return len(self.places) - 1 - self.places[::-1].index(place)

    def _facts(self, chunk: Chunk, rows: Ints, codes: npt.NDArray[np.int32], keys: list[str], place: int) -> None:
        if not len(rows):
            return
        at = pa.array(rows)
        entity = pa.array(rows[chunk.kind[rows] != LITERAL])
        both = self.names.nodes(pa.chunked_array([plain(chunk.subject.take(at)), chunk.value.take(entity)]).combine_chunks())
        subject = both[: len(rows)]
        used = np.flatnonzero(np.bincount(codes[rows], minlength=len(keys)))
        number = np.zeros(len(keys), np.int64)
        number[used] = [self.names.relation(keys[code]) for code in used.tolist()]
        relation = number[codes[rows]]
        object_ = np.empty(len(rows), np.int64)
        literal = chunk.kind[rows] == LITERAL
        object_[~literal] = both[len(rows) :]
        some = pa.array(rows[literal])
        object_[literal] = self.names.literals(chunk.value.take(some), chunk.datatype.take(some), chunk.language.take(some))
        uid, of_relation = np.frombuffer(self.names.terms._uids, np.int64), np.array(self.names.relation_uids, np.int64)
        fact = fact_uids(uid[subject], of_relation[relation], uid[object_])
        del uid
        extra = np.zeros(len(rows), np.int64)
        if chunk.extras:
            row_of = {row: i for i, row in enumerate(rows.tolist())}
            for row, told in chunk.extras.items():
                if row in row_of:
                    extra[row_of[row]] = self.extra(told)
        columns = (fact, subject, relation, object_, np.full(len(rows), place), extra, chunk.position[rows])
        stay = self._put_apart(columns, keys, used, codes[rows], chunk, rows)
        arrays = [pa.array(c if stay is None else c[stay], f.type) for c, f in zip(columns, FACT, strict=True)]
        self.facts.add(pa.table(arrays, schema=FACT))
        self.names.terms.flush()

    def _put_apart(
        self, columns: tuple[Ints, ...], keys: list[str], used: Ints,
        codes: npt.NDArray[np.int32], chunk: Chunk, rows: Ints,
    ) -> npt.NDArray[np.bool_] | None:
        """Keep what `settle` looks at one by one; returns which rows are ordinary facts, None for all."""
        stay = None
        for code in used.tolist():
            if keys[code] in APART or keys[code] in LICENCES:
                mine = np.flatnonzero(codes == code)
                if keys[code] in LICENCES:
                    for i in mine.tolist():
                        self.licences.append((self._source, int(columns[1][i]), chunk.value[int(rows[i])].as_py()))
                    continue
                stay = np.ones(len(codes), np.bool_) if stay is None else stay
                stay[mine] = False
                self.apart += zip(*(c[mine].tolist() for c in columns), strict=True)
        return stay

    # what is said about statements, and objects that are no nodes

    def extra(self, extra: Extra) -> int:
        """The number, from 1, under which what is said about a statement is kept."""
        if (known := self._known_extras.get(extra)) is not None:
            return known
        if len(self._known_extras) >= EXTRAS:
            self._known_extras.clear()
        number = self._known_extras[extra] = len(self.extras)
        valid = ["", ""]
        for ordinal, (key, term) in enumerate(extra.qualifiers):
            for i, keys in enumerate((VALID_FROM, VALID_TO)):
                if key in keys and term.kind == "literal":
                    valid[i] = canonical(term.value, term.datatype, term.language)[0]
            valued = term.kind not in ("novalue", "somevalue")
            what: tuple[str, int | None] = ("value", self.names.term(term)) if valued else (term.kind, None)
            self.qualify(number, ordinal, self.names.relation(key), *what)
        self.extras.append((extra.rank, extra.graph, valid[0], valid[1]))
        if len(self._qualifiers) > 50_000:
            self._flush_qualifiers()
        return number

    def qualify(self, extra: int, ordinal: int, relation: int, kind: str, object: int | None) -> None:
        """Say one thing more about the statements that have this extra."""
        self._qualifiers.append((extra, ordinal, relation, kind, object))

    def _odd(self, chunk: Chunk, row: int, predicate: str, place: int) -> None:
        """A triple whose object is no node: that there is no value, or an unknown one; or a triple term."""
        extra, position = chunk.extras.get(row), int(chunk.position[row])
        s = self.names.node(chunk.subject[row].as_py())
        if chunk.kind[row] in (NOVALUE, SOMEVALUE):
            kind = "novalue" if chunk.kind[row] == NOVALUE else "somevalue"
            self.unvalued.append((s, self.names.relation(predicate), kind, place, position, extra.rank if extra else ""))
            self.described.recognised[kind] += 1
        elif chunk.kind[row] == TRIPLE and extra and extra.triple:
            subject, key, term = extra.triple
            at, relation, object_ = self.names.node(subject), self.names.relation(key), self.names.term(term)
            ends = (self.names.terms.uid(at), self.names.relation_uids[relation], self.names.terms.uid(object_))
            self.reified.append((s, uids.fact_uid(*ends), at, relation, object_, place, position))

    def stage(self, rows: Sequence[Apart]) -> None:
        """Add staged facts one by one."""
        if rows:
            columns = zip(*rows, strict=True)
            self.facts.add(pa.table([pa.array(c, f.type) for c, f in zip(columns, FACT, strict=True)], schema=FACT))

    def licences_of(self) -> dict[int, str]:
        """The licence that each source (by number) declares for what it calls a data set or an ontology."""
        found: dict[int, str] = {}
        for source, subject, text in self.licences:
            if subject in self.described.datasets:
                found[source] = min(found.get(source, text), text)
        return found

    def flush(self) -> None:
        """Hand over what is gathered in lists."""
        self.described.flush()
        self._flush_qualifiers()
        self.names.terms.flush()

    def _flush_qualifiers(self) -> None:
        if self._qualifiers:
            columns = zip(*self._qualifiers, strict=True)
            self.qualifiers.append(
                pa.table([pa.array(c, f.type) for c, f in zip(columns, QUALIFIER, strict=True)], schema=QUALIFIER)
            )
            self._qualifiers = []


def _without_nul(chunk: Chunk, shown: str, log: Log) -> Chunk:
    """The chunk without the triples that hold a NUL character, which PostgreSQL cannot store: each is a fault."""
    bad = np.zeros(len(chunk.position), np.bool_)
    for column in (chunk.subject, chunk.predicate, chunk.value, chunk.datatype, chunk.language):
        if pa.types.is_dictionary(column.type):
            held = pc.match_substring(column.dictionary, "\0")
            if pc.any(held).as_py():
                bad |= held.to_numpy(zero_copy_only=False)[column.indices.to_numpy(zero_copy_only=False)]
        elif pc.any(held := pc.match_substring(column, "\0")).as_py():
            bad |= held.to_numpy(zero_copy_only=False)
    for row, extra in chunk.extras.items():
        texts = [extra.graph, *(text for key, term in extra.qualifiers for text in (key, term.value, term.datatype))]
        bad[row] |= any("\0" in text for text in texts)
    if not bad.any():
        return chunk
    for row in np.flatnonzero(bad).tolist():
        log.fault(shown, int(chunk.position[row]), "a NUL character (U+0000), which no database keeps in a text")
    return _part(chunk, np.flatnonzero(~bad))


def _part(chunk: Chunk, keep: Ints) -> Chunk:
    """Some rows of a chunk."""
    if len(keep) == len(chunk.position):
        return chunk
    at = pa.array(keep, pa.int64())
    taken = [c.take(at) for c in (chunk.subject, chunk.predicate, chunk.value, chunk.datatype, chunk.language)]
    row_of = {row: i for i, row in enumerate(keep.tolist())}
    extras = {row_of[row]: extra for row, extra in chunk.extras.items() if row in row_of}
    return Chunk(chunk.file, taken[0], taken[1], chunk.kind[keep], taken[2], taken[3], taken[4], chunk.position[keep], extras)
