"""What describes nodes and relations: labels, aliases, descriptions, types and schema, taken out of the triples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import Ints
from ..readers import _vocabulary as v
from ..readers._columns import IRI, KINDS, LITERAL, Chunk
from .canonical import clean_label
from .labels import wanted
from .names import Names, encoded, plain
from .naming import label_from_key
from .spill import Spill
from .vocabulary import CHARACTERISTICS, EMPTY_TYPES, NOTE_KINDS, NOTES, PROPERTY_TYPES, SCHEMA_NOTES, UNITS

NOTE = pa.schema(
    {
        "uid": pa.int64(), "kind": pa.uint8(), "rank": pa.int8(), "text": pa.string(), "language": pa.string(),
        "source": pa.int32(),
    }
)  # fmt: skip
KIND = {name: code for code, name in enumerate(NOTE_KINDS)}
DESCRIBES = frozenset(NOTES) | frozenset(SCHEMA_NOTES) | UNITS | {v.TYPE}


class Descriptions:
    """`notes` about nodes by uid, `types` as (nodes, their types, source), `spoken` of nodes that something describes,
    `datasets` of those that are called data sets or ontologies. Counts what was recognised and what was dropped, and why."""

    def __init__(self, names: Names, folder: Path) -> None:
        self.names = names
        self.notes = Spill(NOTE, folder, "notes", 400_000)
        self.types: list[tuple[Ints, Ints, int]] = []
        self.spoken: list[tuple[int, Ints]] = []  # source, nodes
        self.datasets: set[int] = set()
        self.recognised: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.languages: tuple[str, ...] = ()  # of labels, aliases and descriptions that are kept; () for all
        self._source, self._first = 0, False
        self._notes: list[tuple[int, int, int, str, str, int]] = []

    def begin(self, source: int, *, first: bool = False) -> None:
        """A new source, by its number. What a `first` one says comes before what others say, whatever the rank."""
        self._source, self._first = source, first

    def take(self, key: str, chunk: Chunk, rows: Ints) -> npt.NDArray[np.bool_]:
        """Take in triples that describe their subjects; returns which of them are ordinary facts (too)."""
        literal = chunk.kind[rows] == LITERAL
        if key in NOTES:
            self._texts(key, chunk, rows[literal])
            return np.asarray(~literal)
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
        rank = -1 if self._first else rank
        at = pa.array(rows)
        texts = cleaned(plain(chunk.value.take(at)))
        some = pc.not_equal(texts, "")
        told = some.to_numpy(zero_copy_only=False)
        if empty := int(np.count_nonzero(~told)):
            self.dropped[f"empty {kind}"] += empty
            rows, texts, at = rows[told], texts.filter(some), pa.array(rows[told])
        language = pc.utf8_lower(plain(chunk.language.take(at)))
        if self.languages:
            mine = self._wanted(language)
            if other := int(np.count_nonzero(~mine)):
                self.dropped[f"{kind} in another language"] += other
                rows, at = rows[mine], pa.array(rows[mine])
                texts, language = texts.filter(pa.array(mine)), language.filter(pa.array(mine))
        self.recognised[kind] += len(rows)
        node = self.names.nodes(chunk.subject.take(at))
        self.spoken.append((self._source, node))
        count = len(rows)
        self.notes.add(
            pa.table(
                [
                    pa.array(np.frombuffer(self.names.terms._uids, np.int64)[node]),
                    pa.array(np.full(count, KIND[kind], np.uint8)),
                    pa.array(np.full(count, rank, np.int8)),
                    texts,
                    language,
                    pa.array(np.full(count, self._source, np.int32)),
                ],
                schema=NOTE,
            )
        )
        self.names.terms.flush()

    def _wanted(self, language: pa.Array) -> npt.NDArray[np.bool_]:
        coded = language.dictionary_encode()
        fine = np.array([wanted(one, self.languages) for one in coded.dictionary.to_pylist()], np.bool_)
        return np.asarray(fine[coded.indices.to_numpy(zero_copy_only=False)])

    def _types(self, chunk: Chunk, rows: Ints) -> None:
        kinds = chunk.kind[rows]
        for kind in np.unique(kinds[kinds != IRI]).tolist():
            self.dropped[f"rdf:type with a {KINDS[kind]} object"] += int(np.count_nonzero(kinds == kind))
        rows = rows[kinds == IRI]
        if not len(rows):
            return
        types = encoded(chunk.value.take(pa.array(rows)))
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
            number[code] = self.names.node(keys[code])
        self.types.append((self.names.nodes(chunk.subject.take(pa.array(rows))), number[codes], self._source))

    def _typed(self, s: str, value: str) -> None:
        """A type that is none: it calls its subject a relation, says nothing, or says that it is a data set."""
        if value in PROPERTY_TYPES:
            self._note(s, "property")
            if value in CHARACTERISTICS:
                self._note(s, CHARACTERISTICS[value])
            self.recognised["schema"] += 1
        elif value in v.DATASETS:
            self.datasets.add(self.names.node(s))
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
        node = self.names.node(s)
        self.spoken.append((self._source, np.array([node])))
        self._notes.append((self.names.terms.uid(node), KIND[kind], -1 if self._first else 0, text, "", self._source))

    def flush(self) -> None:
        """Hand over what is gathered in lists."""
        if self._notes:
            columns = zip(*self._notes, strict=True)
            self.notes.add(pa.table([pa.array(c, f.type) for c, f in zip(columns, NOTE, strict=True)], schema=NOTE))
            self._notes = []


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
