"""First half of a load: chunks of triples become numbers. It knows no database.

Every occurrence of a fact goes to `facts` by the uid of the fact; what describes a node or relation to `notes`. What needs the
whole (OWL expressions, triple terms) is put apart. `settle` makes of it what `merge` writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import uid as uids
from ..columns import Ints
from ..readers import _vocabulary as v
from ..readers._columns import IRI, LITERAL, NOVALUE, SOMEVALUE, TRIPLE, Chunk
from ..readers._common import Extra, Log
from ..types import Term
from .canonical import canonical, clean_label
from .labels import wanted
from .naming import label_from_key
from .spill import Spill
from .terms import Terms, fact_uids
from .vocabulary import (
    APART, CHARACTERISTICS, EMPTY_TYPES, LICENCES, NOTE_KINDS, NOTES, PROPERTY_TYPES, SCHEMA_NOTES, UNITS, VALID_FROM, VALID_TO,
)  # fmt: skip

EXTRAS = 50_000  # of what is said about statements, which named graphs and ranks repeat

# s, r and o are numbers of Terms and of `relations`; place an index of `places`, extra 0 or a number of `extras`
FACT = pa.schema(
    [("uid", pa.int64())]
    + [(name, pa.int32()) for name in ("s", "r", "o", "place", "extra")]
    + [("position", pa.int64())]
)
NOTE = pa.schema(
    [("uid", pa.int64()), ("kind", pa.uint8()), ("rank", pa.int8()), ("text", pa.string()), ("language", pa.string()), ("source", pa.int32())]
)
QUALIFIER = pa.schema(
    [("extra", pa.int64()), ("ordinal", pa.int32()), ("relation", pa.int32()), ("kind", pa.string()), ("object", pa.int32())]
)
KIND = {name: code for code, name in enumerate(NOTE_KINDS)}
# a staged row that was put apart: uid, s, r, o, place, extra, position
Apart = tuple[int, int, int, int, int, int, int]


class Ingest:
    """Takes chunks in; counts what was recognised and what was dropped, and why."""

    def __init__(self, graph_id: str, folder: Path) -> None:
        self.graph_id = graph_id
        self.terms = Terms(graph_id, folder)
        self.facts = Spill(FACT, folder, "facts")
        self.notes = Spill(NOTE, folder, "notes")
        self.types: list[tuple[Ints, Ints, int]] = []  # nodes, their types, source
        self.spoken: list[Ints] = []  # nodes that something describes
        self.relations: dict[str, int] = {}
        self.relation_uids: list[int] = []
        self.places: list[tuple[int, str]] = []
        self.extras: list[tuple[str, str, str, str]] = [("", "", "", "")]  # rank, graph, valid from, valid to
        self.qualifiers: list[pa.Table] = []
        self.unvalued: list[tuple[int, int, str, int, int, str]] = []  # s, r, kind, place, position, rank
        self.reified: list[tuple[int, int, int, int, int, int, int]] = []  # reifier, fact uid, s, r, o, place, position
        self.apart: list[Apart] = []
        self.licences: list[tuple[int, int, str]] = []  # source, subject, text
        self.datasets: set[int] = set()  # what is said to be a data set or an ontology
        self.triples = 0
        self.recognised: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        # extras that replace those of the first statements of a fact, by its uid and source; and roles by relation
        self.overrides: dict[tuple[int, int], list[int]] = {}
        self.roles: dict[int, str] = {}
        self.limit: int | None = None  # triples that are taken in at most
        self.languages: tuple[str, ...] = ()  # of labels, aliases and descriptions that are kept; () for all
        self._known_extras: dict[Extra, int] = {}
        self._qualifiers: list[tuple[int, int, int, str, int | None]] = []
        self._notes: list[tuple[int, int, int, str, str, int]] = []
        self._blanks = ""
        self._source = 0

    def close(self) -> None:
        """Close the files of what was spilled."""
        for spill in (self.terms.new, self.facts, self.notes):
            spill.close()

    # names

    def node(self, key: str) -> int:
        """The number of an entity, or of a blank node of the source that is being read."""
        return self.terms.entity(self._blanks + key[2:] if key.startswith("_:") else key)

    def nodes(self, keys: pa.Array) -> Ints:
        """The numbers of a column of keys."""
        encoded = _encoded(keys)
        blank = pc.starts_with(encoded.dictionary, "_:")
        texts = encoded.dictionary.to_pylist()
        if pc.any(blank).as_py():
            texts = [self._blanks + text[2:] if text.startswith("_:") else text for text in texts]
        found: Ints = np.array(self.terms.entities(texts), np.int64)[encoded.indices.to_numpy(zero_copy_only=False)]
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
        whole = pc.binary_join_element_wise(*(_plain(c) for c in (datatypes, languages, values)), "\0").dictionary_encode()
        raw = [(value, datatype, language) for datatype, language, value in (t.split("\0", 2) for t in whole.dictionary.to_pylist())]
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

    # chunks

    def begin(self, source: int, sha256: str) -> None:
        """A new source: its blank nodes are other ones than those of the sources before."""
        self._source, self._blanks = source, f"_:{sha256[:16]}/"

    def add(self, chunk: Chunk, shown: str, log: Log) -> None:
        """Take in a chunk of the source that was begun; `shown` names its file in faults."""
        chunk = _without_nul(chunk, shown, log)
        if self.limit is not None:
            chunk = _part(chunk, np.arange(min(len(chunk.position), self.limit - self.triples)))
        predicates = _encoded(chunk.predicate)
        codes, keys = predicates.indices.to_numpy(zero_copy_only=False), predicates.dictionary.to_pylist()
        fact = chunk.kind <= LITERAL
        for code, key in enumerate(keys):
            if key in DESCRIBES:
                rows = np.flatnonzero(codes == code)
                fact[rows] &= self._describe(key, chunk, rows)
        place = self._place(chunk.file)
        odd = np.flatnonzero(chunk.kind > LITERAL)
        for row in odd.tolist():
            self._odd(chunk, row, keys[codes[row]], place)
        self._facts(chunk, np.flatnonzero(fact), codes, keys, place)
        self.triples += len(codes)
        if len(self._notes) > 50_000:
            self.flush()

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
        both = self.nodes(pa.chunked_array([_plain(chunk.subject.take(at)), chunk.value.take(entity)]).combine_chunks())
        subject = both[: len(rows)]
        used = np.unique(codes[rows])
        number = np.zeros(len(keys), np.int64)
        number[used] = [self.relation(keys[code]) for code in used.tolist()]
        relation = number[codes[rows]]
        object_ = np.empty(len(rows), np.int64)
        literal = chunk.kind[rows] == LITERAL
        object_[~literal] = both[len(rows) :]
        some = pa.array(rows[literal])
        object_[literal] = self.literals(chunk.value.take(some), chunk.datatype.take(some), chunk.language.take(some))
        uid, of_relation = np.frombuffer(self.terms._uids, np.int64), np.array(self.relation_uids, np.int64)
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
        self.terms.flush()

    def _put_apart(
        self, columns: tuple[Ints, ...], keys: list[str], used: Ints, codes: npt.NDArray[np.int32], chunk: Chunk, rows: Ints
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

    # what describes nodes and relations

    def _describe(self, key: str, chunk: Chunk, rows: Ints) -> npt.NDArray[np.bool_]:
        """Take in triples that describe their subjects; returns which of them are ordinary facts (too)."""
        literal = chunk.kind[rows] == LITERAL
        if key in NOTES:
            self._texts(key, chunk, rows[literal])
            return ~literal
        if key == v.TYPE:
            self._types(chunk, rows)
            return np.zeros(len(rows), np.bool_)
        for row in rows.tolist():
            s, value = chunk.subject[row].as_py(), chunk.value[row].as_py()
            if key in UNITS:  # a fact as well, until `settle` knows whether the subject is a relation
                self._note(s, "unit", value if chunk.kind[row] == LITERAL else label_from_key(value))
            else:
                self._schema(key, s, value, int(chunk.kind[row]))
        return np.full(len(rows), key in UNITS)

    def _texts(self, key: str, chunk: Chunk, rows: Ints) -> None:
        """Labels, aliases, descriptions."""
        if not len(rows):
            return
        kind, rank = NOTES[key]
        at = pa.array(rows)
        texts = cleaned(_plain(chunk.value.take(at)))
        some = pc.not_equal(texts, "")
        told = some.to_numpy(zero_copy_only=False)
        if empty := int(np.count_nonzero(~told)):
            self.dropped[f"empty {kind}"] += empty
            rows, texts, at = rows[told], texts.filter(some), pa.array(rows[told])
        language = pc.utf8_lower(_plain(chunk.language.take(at)))
        if self.languages:
            mine = self._wanted(language)
            if other := int(np.count_nonzero(~mine)):
                self.dropped[f"{kind} in another language"] += other
                rows, at = rows[mine], pa.array(rows[mine])
                texts, language = texts.filter(pa.array(mine)), language.filter(pa.array(mine))
        self.recognised[kind] += len(rows)
        node = self.nodes(chunk.subject.take(at))
        self.spoken.append(np.unique(node))
        count = len(rows)
        self.notes.add(
            pa.table(
                [
                    pa.array(np.frombuffer(self.terms._uids, np.int64)[node]),
                    pa.array(np.full(count, KIND[kind], np.uint8)),
                    pa.array(np.full(count, rank, np.int8)),
                    texts,
                    language,
                    pa.array(np.full(count, self._source, np.int32)),
                ],
                schema=NOTE,
            )
        )
        self.terms.flush()

    def _wanted(self, language: pa.Array) -> npt.NDArray[np.bool_]:
        encoded = language.dictionary_encode()
        fine = np.array([wanted(one, self.languages) for one in encoded.dictionary.to_pylist()], np.bool_)
        return fine[encoded.indices.to_numpy(zero_copy_only=False)]

    def _types(self, chunk: Chunk, rows: Ints) -> None:
        kinds = chunk.kind[rows]
        for kind in np.unique(kinds[kinds != IRI]).tolist():
            named = ("iri", "blank", "literal", "novalue", "somevalue", "triple")[kind]
            self.dropped[f"rdf:type with a {named} object"] += int(np.count_nonzero(kinds == kind))
        rows = rows[kinds == IRI]
        if not len(rows):
            return
        types = _encoded(chunk.value.take(pa.array(rows)))
        codes = types.indices.to_numpy(zero_copy_only=False)
        plain = np.ones(len(rows), np.bool_)
        for code, value in enumerate(types.dictionary.to_pylist()):
            if value not in PROPERTY_TYPES and value not in EMPTY_TYPES and value not in v.DATASETS:
                continue
            mine = np.flatnonzero(codes == code)
            for row in rows[mine].tolist():
                self._typed(chunk.subject[row].as_py(), value)
            plain[mine] = value in v.DATASETS
        rows, codes = rows[plain], codes[plain]
        if not len(rows):
            return
        self.recognised["type"] += len(rows)
        keys = types.dictionary.to_pylist()
        number = np.zeros(len(keys), np.int64)
        for code in np.unique(codes).tolist():
            number[code] = self.node(keys[code])
        self.types.append((self.nodes(chunk.subject.take(pa.array(rows))), number[codes], self._source))

    def _typed(self, s: str, value: str) -> None:
        """A type that is none: it calls its subject a relation, says nothing, or says that it is a data set."""
        if value in PROPERTY_TYPES:
            self._note(s, "property")
            if value in CHARACTERISTICS:
                self._note(s, CHARACTERISTICS[value])
            self.recognised["schema"] += 1
        elif value in v.DATASETS:
            self.datasets.add(self.node(s))
        else:
            self._note(s, "individual")
            self.dropped["rdf:type owl:Thing, owl:NamedIndividual or rdfs:Resource, which says nothing"] += 1

    def _schema(self, key: str, s: str, value: str, kind: int) -> None:
        what = SCHEMA_NOTES[key]
        self._note(s, "property")
        if what != "property":
            self._note(s, what, value)
        if what == "inverse" and kind == IRI:
            self._note(value, "property")
            self._note(value, "inverse", s)
        self.recognised["schema"] += 1

    def _note(self, s: str, kind: str, text: str = "") -> None:
        node = self.node(s)
        self.spoken.append(np.array([node]))
        self._notes.append((self.terms.uid(node), KIND[kind], 0, text, "", self._source))

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
            what: tuple[str, int | None] = ("value", self._term(term)) if valued else (term.kind, None)
            self.qualify(number, ordinal, self.relation(key), *what)
        self.extras.append((extra.rank, extra.graph, valid[0], valid[1]))
        if len(self._qualifiers) > 50_000:
            self._flush_qualifiers()
        return number

    def qualify(self, extra: int, ordinal: int, relation: int, kind: str, object: int | None) -> None:
        """Say one thing more about the statements that have this extra."""
        self._qualifiers.append((extra, ordinal, relation, kind, object))

    def _term(self, term: Term) -> int:
        literal = term.kind == "literal"
        return self.literal(term.value, term.datatype, term.language) if literal else self.node(term.value)

    def _odd(self, chunk: Chunk, row: int, predicate: str, place: int) -> None:
        """A triple whose object is no node: that there is no value, or an unknown one; or a triple term."""
        extra, position = chunk.extras.get(row), int(chunk.position[row])
        s = self.node(chunk.subject[row].as_py())
        if chunk.kind[row] in (NOVALUE, SOMEVALUE):
            kind = "novalue" if chunk.kind[row] == NOVALUE else "somevalue"
            self.unvalued.append((s, self.relation(predicate), kind, place, position, extra.rank if extra else ""))
            self.recognised[kind] += 1
        elif chunk.kind[row] == TRIPLE and extra and extra.triple:
            subject, key, term = extra.triple
            at, relation, object_ = self.node(subject), self.relation(key), self._term(term)
            ends = (self.terms.uid(at), self.relation_uids[relation], self.terms.uid(object_))
            self.reified.append((s, uids.fact_uid(*ends), at, relation, object_, place, position))

    def stage(self, rows: Sequence[Apart]) -> None:
        """Add staged facts one by one."""
        if rows:
            columns = zip(*rows, strict=True)
            self.facts.add(pa.table([pa.array(c, f.type) for c, f in zip(columns, FACT, strict=True)], schema=FACT))

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

    def licences_of(self) -> dict[int, str]:
        """The licence that each source (by number) declares for what it calls a data set or an ontology."""
        found: dict[int, str] = {}
        for source, subject, text in self.licences:
            if subject in self.datasets:
                found[source] = min(found.get(source, text), text)
        return found

    def flush(self) -> None:
        """Hand over what is gathered in lists."""
        if self._notes:
            columns = zip(*self._notes, strict=True)
            self.notes.add(pa.table([pa.array(c, f.type) for c, f in zip(columns, NOTE, strict=True)], schema=NOTE))
            self._notes = []
        self._flush_qualifiers()
        self.terms.flush()

    def _flush_qualifiers(self) -> None:
        if self._qualifiers:
            columns = zip(*self._qualifiers, strict=True)
            self.qualifiers.append(
                pa.table([pa.array(c, f.type) for c, f in zip(columns, QUALIFIER, strict=True)], schema=QUALIFIER)
            )
            self._qualifiers = []


DESCRIBES = frozenset(NOTES) | frozenset(SCHEMA_NOTES) | UNITS | {v.TYPE}


def _encoded(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def cleaned(texts: pa.Array) -> pa.Array:
    """`clean_label` of a column; most texts are clean, and only the others are looked at one by one."""
    clean = pc.and_(pc.ascii_is_printable(texts), pc.invert(pc.match_substring_regex(texts, "^ |  | $")))
    others = np.flatnonzero(~pc.and_(pc.string_is_ascii(texts), clean).to_numpy(zero_copy_only=False))
    if not len(others):
        return texts
    said = pa.array([clean_label(text) for text in texts.take(pa.array(others)).to_pylist()], pa.string())
    mask = np.zeros(len(texts), np.bool_)
    mask[others] = True
    return pc.replace_with_mask(texts, pa.array(mask), said)


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
    return Chunk(chunk.file, taken[0], taken[1], chunk.kind[keep], *taken[2:], chunk.position[keep], extras)
