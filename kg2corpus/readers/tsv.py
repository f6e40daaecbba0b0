"""TSV sets (a folder with triples.tsv, and beside it entities.tsv, relations.tsv, prefixes.tsv) and bare triples files.

UTF-8, one row a line, cells parted by tabs, no quoting and no escapes; a first line that names the columns is a header.

- `triples.tsv`: subject, relation, object or value, `entity`|`literal`, and the part of the set's own split that the row
  stands in (`train|valid|test`), which is kept as the statement's named graph (`PART` and its name) for `split --given`.
  Without the fourth column an object is a literal if its relation has a datatype, an entity otherwise; a set that lists
  its entities may leave it out too: what is not listed is a literal.
- `entities.tsv`: id, label, type, description, aliases (types and aliases joined by `|`).
- `relations.tsv`: id, label, description, datatype (`xsd:integer` or `integer`), unit, properties (space-separated:
  `symmetric`, `transitive`, `functional`, `name_like`, `inverse:<relation>`).
- `prefixes.tsv`: prefix, IRI. `city:Abu Dhabi` becomes the IRI of `city` and `Abu%20Dhabi`. An empty prefix or `_` is for
  relations and types without one; a type `city` becomes `<that IRI>type/city`. Keys of other prefixes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from ..errors import near
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import BATCH, Batch, Extra, Log, Row, text_lines, to_triples

SUFFIXES = (".tsv",)
FOLDER = "triples.tsv"
FILES = ("prefixes.tsv", "relations.tsv", "entities.tsv", "triples.tsv")
COLUMNS = {
    "triples.tsv": (3, 5, ("subject", "relation", "object", "kind", "split")),
    "entities.tsv": (1, 5, ("id", "label", "type", "description", "aliases")),
    "relations.tsv": (1, 6, ("id", "label", "description", "datatype", "unit", "properties")),
    "prefixes.tsv": (2, 2, ("prefix", "iri")),
}
_OTHER_NAMES = {"predicate": "relation", "head": "subject", "tail": "object", "key": "id", "types": "type", "alias": "aliases"}
PROPERTIES = {"symmetric": v.SYMMETRIC, "transitive": v.TRANSITIVE, "functional": v.FUNCTIONAL}
SPLITS = frozenset({"train", "valid", "test"})
# what RFC 3987 does not allow in an IRI's path, query or fragment
NOT_IN_IRI = re.compile(r"""[\x00-\x20<>"{}|\\^`\[\]\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]""")


def escape(text: str, *, percent: bool = True) -> str:
    """Percent-encode what an IRI may not hold; the percent sign too, unless `percent` is False (for a whole IRI)."""
    if percent:
        text = text.replace("%", "%25")
    return NOT_IN_IRI.sub(lambda m: quote(m[0]), text)


class _Set:
    """One TSV set while it is read: its prefixes, datatypes, and the log."""

    def __init__(self, source: Path, log: Log) -> None:
        self.source = source
        self.log = log
        self.datatypes: dict[str, str] = {}
        self.listed: frozenset[str] | None = None
        self.expand = lru_cache(1 << 16)(self._expand)
        self.named_types: set[str] = set()
        self.part = lru_cache(64)(_part)

    def path(self, name: str) -> Path:
        return self.source / name if self.source.is_dir() else self.source

    def _expand(self, key: str, default: str = "") -> str:
        """The IRI of a key; `default` is put before relations ("relation") and types ("type") that have no prefix."""
        if key.startswith("_:"):
            return key
        if "://" in key:
            return escape(key, percent=False)
        prefix, colon, local = key.partition(":")
        if colon and prefix in self.log.prefixes and prefix not in ("", "_"):
            return self.log.prefixes[prefix] + escape(local)
        if colon and default and prefix in v.WELL_KNOWN:
            return v.WELL_KNOWN[prefix] + escape(local)
        base = self.log.prefixes.get("_", self.log.prefixes.get("", ""))
        if default == "type":
            return f"{base}type/{escape(key)}" if base else f"type:{key}"
        return base + escape(key) if default and base else key

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of one file as (line, {column: cell}), without those that are faulty."""
        least, most, columns = COLUMNS[name]
        shown = self.path(name).name
        for line, text in text_lines(self.path(name), self.log):
            if not text:
                continue
            cells = text.split("\t")
            if line == 1 and (header := _header(cells, columns, least)):
                columns, most = header, len(header)
                continue
            if not least <= len(cells) <= most:
                self.log.fault(shown, line, f"expected {_range(least, most)} columns, found {len(cells)}")
                continue
            yield line, dict(zip(columns, cells, strict=False))

    # each file's rows

    def prefixes(self) -> None:
        for line, cells in self.rows("prefixes.tsv"):
            prefix, iri = cells["prefix"].strip().removesuffix(":"), cells["iri"].strip()
            if ":" not in iri:
                self.log.fault("prefixes.tsv", line, f"not an absolute IRI: '{iri}'")
            else:
                self.log.prefixes[prefix] = iri

    def relations(self) -> Iterator[Row]:
        for line, cells in self.rows("relations.tsv"):
            if not (key := cells.get("id", "").strip()):
                self.log.fault("relations.tsv", line, "column 1 (id) is empty")
                continue
            relation = self.expand(key, "relation")
            yield relation, v.TYPE, "iri", v.PROPERTY, "", "", line, None
            if label := cells.get("label", "").strip():
                yield relation, v.LABEL, "literal", label, "", "", line, None
            if description := cells.get("description", "").strip():
                yield relation, v.DESCRIPTION, "literal", description, "", "", line, None
            if datatype := self.datatype(cells.get("datatype", "").strip(), line):
                self.datatypes[relation] = datatype
                yield relation, v.RANGE, "iri", datatype, "", "", line, None
            if unit := cells.get("unit", "").strip():
                yield relation, v.UNIT, "literal", unit, "", "", line, None
            yield from self.properties(relation, cells.get("properties", ""), line)

    def datatype(self, name: str, line: int) -> str:
        if not name or ":" not in name:
            name = name and "xsd:" + name
        iri = self.expand(name, "relation") if name else ""
        if iri.startswith(v.XSD) and iri.removeprefix(v.XSD) not in v.XSD_NAMES:
            hint = near(iri.removeprefix(v.XSD), v.XSD_NAMES)
            self.log.fault("relations.tsv", line, f"unknown datatype '{name}'; {hint}")
            return ""
        return iri

    def properties(self, relation: str, text: str, line: int) -> Iterator[Row]:
        for word in text.split():
            if word in PROPERTIES:
                yield relation, v.TYPE, "iri", PROPERTIES[word], "", "", line, None
            elif word == "name_like":
                yield relation, v.NAME_LIKE, "literal", "true", v.XSD + "boolean", "", line, None
            elif word.startswith("inverse:") and len(word) > len("inverse:"):
                yield relation, v.INVERSE, "iri", self.expand(word.removeprefix("inverse:"), "relation"), "", "", line, None
            else:
                known = (*PROPERTIES, "name_like", "inverse:<relation>")
                self.log.fault("relations.tsv", line, f"unknown property '{word}'; {near(word, known)}")

    def entities(self) -> Iterator[Row]:
        for line, cells in self.rows("entities.tsv"):
            if not (key := cells.get("id", "").strip()):
                self.log.fault("entities.tsv", line, "column 1 (id) is empty")
                continue
            entity = self.expand(key)
            if label := cells.get("label", "").strip():
                yield entity, v.LABEL, "literal", label, "", "", line, None
            for name in filter(None, map(str.strip, cells.get("type", "").split("|"))):
                kind = self.expand(name, "type")
                yield entity, v.TYPE, "iri", kind, "", "", line, None
                if kind not in self.named_types and ":" not in name:
                    self.named_types.add(kind)
                    yield kind, v.LABEL, "literal", name, "", "", line, None
            if description := cells.get("description", "").strip():
                yield entity, v.DESCRIPTION, "literal", description, "", "", line, None
            for alias in filter(None, map(str.strip, cells.get("aliases", "").split("|"))):
                yield entity, v.ALT_LABEL, "literal", alias, "", "", line, None

    def triples(self) -> Iterator[Row]:
        shown = self.path("triples.tsv").name
        for line, cells in self.rows("triples.tsv"):
            subject, name, value = cells["subject"].strip(), cells["relation"].strip(), cells["object"]
            if not subject or not name:
                self.log.fault(
                    shown, line, f"column {1 if not subject else 2} ({'relation' if subject else 'subject'}) is empty"
                )
                continue
            relation = self.expand(name, "relation")
            kind = cells.get("kind", "").strip()
            extra = self.part(cells.get("split", "").strip() or (kind if kind in SPLITS else ""))
            if kind not in ("entity", "literal"):
                if kind and kind not in SPLITS:
                    self.log.fault(shown, line, f"column 4 is neither 'entity' nor 'literal' but '{kind}'")
                    continue
                kind = self.guess(relation, value)
            if not value.strip():
                if kind == "entity":
                    self.log.fault(shown, line, "column 3 (object) is empty")
                else:
                    self.log.notes["empty value"] += 1
            elif kind == "entity":
                target = self.expand(value.strip())
                yield self.expand(subject), relation, "blank" if target.startswith("_:") else "iri", target, "", "", line, extra
            else:
                yield self.expand(subject), relation, "literal", value, self.datatypes.get(relation, ""), "", line, extra

    def guess(self, relation: str, value: str) -> str:
        """entity or literal, for a row that does not say."""
        if relation in self.datatypes:
            return "literal"
        if self.listed is None:
            have = self.source.is_dir() and self.path("entities.tsv").is_file()
            self.listed = frozenset(c.get("id", "").strip() for _, c in self.rows("entities.tsv")) if have else frozenset()
        return "entity" if not self.listed or value.strip() in self.listed else "literal"


def _part(name: str) -> Extra | None:
    """The named graph of a part of the set's own split; None for a row that stands in none."""
    return Extra(graph=v.PART + escape(name)) if name else None


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _header(cells: list[str], columns: tuple[str, ...], least: int) -> tuple[str, ...]:
    """The columns that a first line names, in its order; () if it is a row of data."""
    names = tuple(_OTHER_NAMES.get(c.strip().casefold(), c.strip().casefold()) for c in cells)
    needed = set(columns[:least]) | set(columns[:2])
    return names if needed <= set(names) and set(names) <= set(columns) and len(set(names)) == len(names) else ()


def files(source: Path) -> list[Path]:
    """The files of a set, or the bare triples file."""
    return [source / name for name in FILES if (source / name).is_file()] if source.is_dir() else [source]


def batches(source: Path, log: Log) -> Iterator[Batch]:
    """The rows of a set, file by file: relations, entities, triples."""
    tsv = _Set(source, log)
    if not source.is_dir():
        yield from _chunks("", tsv.triples())
        return
    present = {path.name for path in files(source)}
    if "prefixes.tsv" in present:
        tsv.prefixes()
    for name, rows in (("relations.tsv", tsv.relations), ("entities.tsv", tsv.entities), ("triples.tsv", tsv.triples)):
        if name in present:
            yield from _chunks(name, rows())


def _chunks(file: str, rows: Iterator[Row]) -> Iterator[Batch]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= BATCH:
            yield file, chunk
            chunk = []
    if chunk:
        yield file, chunk


def read(source: Path, *, log: Log | None = None) -> Iterator[Triple]:
    """The triples of a TSV set or of a bare triples file. Raises UserError with up to 100 faults."""
    own = log or Log()
    yield from to_triples(batches(source, own))
    if log is None:
        own.check()


_E = "https://example.org/"
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "set": (
        {
            "prefixes.tsv": f"city\t{_E}city/\n_\t{_E}\n",
            "relations.tsv": "twin_town\ttwin town\t\t\t\tsymmetric\npeople\tpopulation\t\txsd:integer\tpeople\n",
            "entities.tsv": "city:Abu Dhabi\tAbu Dhabi\tcity\tA capital\tAbu Zabi\n",
            "triples.tsv": "city:Abu Dhabi\ttwin_town\tcity:Doha\tentity\ncity:Abu Dhabi\tpeople\t1483000\tliteral\ttrain\n",
        },
        [
            Triple(_E + "twin_town", v.TYPE, Term("iri", v.PROPERTY), 1, "relations.tsv"),
            Triple(_E + "twin_town", v.LABEL, Term("literal", "twin town"), 1, "relations.tsv"),
            Triple(_E + "twin_town", v.TYPE, Term("iri", v.SYMMETRIC), 1, "relations.tsv"),
            Triple(_E + "people", v.TYPE, Term("iri", v.PROPERTY), 2, "relations.tsv"),
            Triple(_E + "people", v.LABEL, Term("literal", "population"), 2, "relations.tsv"),
            Triple(_E + "people", v.RANGE, Term("iri", v.XSD + "integer"), 2, "relations.tsv"),
            Triple(_E + "people", v.UNIT, Term("literal", "people"), 2, "relations.tsv"),
            Triple(_E + "city/Abu%20Dhabi", v.LABEL, Term("literal", "Abu Dhabi"), 1, "entities.tsv"),
            Triple(_E + "city/Abu%20Dhabi", v.TYPE, Term("iri", _E + "type/city"), 1, "entities.tsv"),
            Triple(_E + "type/city", v.LABEL, Term("literal", "city"), 1, "entities.tsv"),
            Triple(_E + "city/Abu%20Dhabi", v.DESCRIPTION, Term("literal", "A capital"), 1, "entities.tsv"),
            Triple(_E + "city/Abu%20Dhabi", v.ALT_LABEL, Term("literal", "Abu Zabi"), 1, "entities.tsv"),
            Triple(_E + "city/Abu%20Dhabi", _E + "twin_town", Term("iri", _E + "city/Doha"), 1, "triples.tsv"),
            Triple(
                _E + "city/Abu%20Dhabi", _E + "people", Term("literal", "1483000", v.XSD + "integer"), 2, "triples.tsv",
                graph=v.PART + "train",
            ),
        ],
    ),
    "bare.tsv": ("n1\thypernym\tn2\n", [Triple("n1", "hypernym", Term("iri", "n2"), 1)]),
}
