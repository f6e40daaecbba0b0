"""Tables with a header: CSV and TSV with a mapping of columns, KGTK edge files, ConceptNet's assertions, Hetionet's files.

A mapping says what the columns are, by name or by number from 1: `--map subject=drug,predicate=effect,object=disease`. What
begins with `=` is no column and the same for every row: `predicate="=treats"`. There are

- `subject`, `predicate`, and `object` (an entity) or `value` (a literal; its `datatype`, such as integer, or `language`);
- `subject_label`, `subject_type`, `predicate_label`, `object_label`, `object_type`; types are joined by `|`, and a bare type
  such as `Drug` gets the key `type:Drug`. `label`, `type`, `description`, `aliases` (joined by `|`) speak of the subject, and
  a table of entities needs nothing else;
- `qualifiers`, further columns, joined by `|`, that say something about the statement; `rank`, `graph`;
- `values` and `objects`, columns joined by `|` that are relations themselves, where a row is an entity: the heading is the
  relation, the cell a literal (numbers and ISO dates are typed) or an entity. `values=*` are all that nothing else names.

A row with an empty object and value states nothing, and is counted; so is a column that is not mapped. The delimiter is the
most frequent of comma, tab, semicolon and pipe in the header, or the option `delimiter`; cells are quoted with `"`, and may
then hold line ends, unless `quoting` is none; `header=no` is for tables without one. Known by their header alone are:

- columns named as above, but for those of a table of entities (`predicate` also as `relation`);
- KGTK: node1, label, node2, id. Strings, numbers with units, dates and coordinates become literals; label, alias, description,
  P31 and P279 what they are elsewhere; edges about an edge, and further columns, qualifiers; `node1;label` and the like labels;
- ConceptNet: five tab-separated columns. `/c/en/ice_cream` is labelled "ice cream"; weight and dataset are qualifiers.
  `language` keeps only the assertions whose two ends are of that language;
- Hetionet: source, metaedge, target; and id, name, kind. `CtD` is labelled "treats".

A position is the line where a record begins. Memory: a record, and the descriptions of the last entities; of a KGTK file the
last 50,000 edges, and 8 bytes for each id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from ..errors import UserError, near
from ..types import Term, Triple
from . import _conceptnet, _kgtk
from . import _vocabulary as v
from ._cells import DELIMITERS, by_header, first_line, for_tsv_sets, layout, records, sniff, split, unknown_header
from ._common import Log, suffix
from ._describe import Faulty, Said, entity
from ._describe import datatype as datatype_iri
from ._describe import rank as rank_of

SUFFIXES = (".csv", ".tsv", ".tab", ".sif")
REST = (".csv", ".tab")
NO_OBJECT = "row of a table without an object"
EMPTY = "empty cell"
# Hetionet's abbreviations of relations say the types of both ends; this is what they say of the relation itself
METAEDGES = {
    "AdG": "downregulates", "AeG": "expresses", "AuG": "upregulates", "CbG": "binds", "CcSE": "causes", "CdG": "downregulates",
    "CpD": "palliates", "CrC": "resembles", "CtD": "treats", "CuG": "upregulates", "DaG": "associates", "DdG": "downregulates",
    "DlA": "localizes", "DpS": "presents", "DrD": "resembles", "DuG": "upregulates", "GcG": "covaries", "GiG": "interacts",
    "GpBP": "participates", "GpCC": "participates", "GpMF": "participates", "GpPW": "participates", "Gr>G": "regulates",
    "PCiC": "includes",
}  # fmt: skip

_TYPED = {
    "integer": re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII),
    "decimal": re.compile(r"-?(0|[1-9]\d*)\.\d+", re.ASCII),
    "date": re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII),
}

Cell = Callable[[list[str]], str]


def looks(head: bytes) -> bool:
    """Is this the beginning of a table whose columns are known by their names?"""
    first = head.partition(b"\n")[0].decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r")
    names = split(first, sniff(first))
    return layout(names) != "" and not ("\t" in first and for_tsv_sets(names))


def read(
    source: Path,
    *,
    log: Log | None = None,
    subject: str = "",
    predicate: str = "",
    object: str = "",
    value: str = "",
    label: str = "",
    type: str = "",
    description: str = "",
    aliases: str = "",
    subject_label: str = "",
    subject_type: str = "",
    predicate_label: str = "",
    object_label: str = "",
    object_type: str = "",
    datatype: str = "",
    language: str = "",
    rank: str = "",
    graph: str = "",
    qualifiers: tuple[str, ...] = (),
    values: tuple[str, ...] = (),
    objects: tuple[str, ...] = (),
    delimiter: str = "",
    quoting: Literal["", "csv", "none"] = "",
    header: bool = True,
) -> Iterator[Triple]:
    """The triples of a table. Raises UserError for a header that is not known, and with up to 100 faulty rows."""
    own = log or Log()
    roles = {
        "subject": subject, "predicate": predicate, "object": object, "value": value, "subject_label": subject_label or label,
        "subject_type": subject_type or type, "description": description, "aliases": aliases, "object_label": object_label,
        "predicate_label": predicate_label, "object_type": object_type, "datatype": datatype, "language": language,
        "rank": rank, "graph": graph,
    }  # fmt: skip
    mapped = {role: column for role, column in roles.items() if column}
    parted = _delimiter(source, delimiter, own)
    names = _names(source, parted, own)
    known = layout(names) if header else ""
    if known == "conceptnet" and not mapped.keys() - {"language"}:
        cells = records(source, own, parted, quoted=False)
        yield from _conceptnet.triples(cells, source.name, own, language.removeprefix("="))
    elif known == "kgtk" and not mapped:
        yield from _kgtk.triples(names, lambda log: records(source, log, parted, quoted=False, skip=1), source.name, own)
    else:
        columns = mapped if "subject" in mapped else by_header(known, names) | mapped
        if "subject" not in columns:
            raise unknown_header(source, names)
        table = _Table(source.name, names if header else [""] * len(names), columns, qualifiers, (objects, values), own)
        yield from table.triples(records(source, own, parted, quoted=quoting != "none", skip=int(header)))
    if log is None:
        own.check()


def _delimiter(source: Path, given: str, log: Log) -> str:
    first = first_line(source, log)
    found = DELIMITERS.get(given, given) or sniff(first, suffix(source))
    if not found:
        hint = "are the cells parted by something else? Give --option delimiter=X"
        raise UserError(f"{source.name}: one column only: {first[:80]}", hint)
    if len(found) != 1 or found in '"\r\n':
        raise UserError(f"{source.name}: the delimiter '{given}' is none", f"one character, or one of {', '.join(DELIMITERS)}")
    return found


def _names(source: Path, delimiter: str, log: Log) -> list[str]:
    """The cells of the first record."""
    own = Log(max_line=log.max_line)
    quoted = not _conceptnet.looks(first_line(source, log).split(delimiter))
    first = next(records(source, own, delimiter, quoted=quoted), (0, [""]))
    own.check()
    return [cell.strip() for cell in first[1]]


class _Table:
    """A table of which it is known what its columns are."""

    def __init__(
        self, file: str, names: list[str], columns: Mapping[str, str], qualifiers: tuple[str, ...],
        wide: tuple[tuple[str, ...], tuple[str, ...]], log: Log,
    ) -> None:  # fmt: skip
        self.file, self.names, self.log, self.said = file, names, log, Said()
        self.used: set[int] = set()
        self.cells = {role: self.cell(role, column) for role, column in columns.items()}
        self.qualifiers = [(column, self.cell("qualifiers", column)) for column in qualifiers]
        self.relations = self.wide(*wide)
        self.states = bool({"object", "value"} & self.cells.keys())
        if self.states != ("predicate" in self.cells):
            missing = "predicate" if self.states else "object or value"
            raise UserError(f"{file}: the mapping lacks {missing}", 'a column, or for every row the same: predicate="=treats"')
        said = {"subject_label", "subject_type", "description", "aliases"} & self.cells.keys()
        if not self.states and not self.relations and not said:
            raise UserError(f"{file}: the mapping has a subject and nothing about it", unknown_header(Path(file), names).hint)

    def cell(self, role: str, column: str) -> Cell:
        """What gives a role's text of a row."""
        if column.startswith("="):
            return lambda cells: column[1:]
        places = [i for i, name in enumerate(self.names) if name == column]
        if not places and column.isdecimal() and 1 <= int(column) <= len(self.names):
            places = [int(column) - 1]
        if not places and role == "datatype" and _is_datatype(column):
            return lambda cells: column
        if not places:
            known = [name for name in self.names if name]
            hint = near(column, known) if known else f"there are {len(self.names)} columns, known by their numbers"
            raise UserError(f"{self.file}: no column '{column}', which is given as {role}", hint)
        if len(places) > 1:
            numbers = " or ".join(str(i + 1) for i in places)
            raise UserError(f"{self.file}: several columns are named '{column}'", f"give a number: {role}={numbers}")
        (place,) = places
        self.used.add(place)
        return lambda cells: cells[place].strip()

    def wide(self, objects: tuple[str, ...], values: tuple[str, ...]) -> list[tuple[str, Cell, bool]]:
        """The columns that are relations: key, cell, and whether it holds entities."""
        found = [(self.heading(column), self.cell("objects", column), True) for column in objects]
        named = [column for column in values if column != "*"]
        found += [(self.heading(column), self.cell("values", column), False) for column in named]
        if "*" in values:
            rest = [str(i + 1) for i, name in enumerate(self.names) if name and i not in self.used]
            found += [(self.heading(column), self.cell("values", column), False) for column in rest]
        return found

    def heading(self, column: str) -> str:
        """The name of a column that is given by its name or number."""
        at_number = column.isdecimal() and column not in self.names and 1 <= int(column) <= len(self.names)
        name = self.names[int(column) - 1] if at_number else column
        if not name:
            what = f"{self.file}: column {column} has no heading, which would be its relation"
            raise UserError(what, "give the table a header")
        return name

    def triples(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Triple]:
        """The triples of all records."""
        count = 0
        for line, cells in rows:
            if len(cells) != len(self.names):
                self.log.fault(self.file, line, f"expected {len(self.names)} cells, found {len(cells)}")
                continue
            count += 1
            try:
                statement = self.statement(cells, line)
            except Faulty as e:
                self.log.fault(self.file, line, str(e))
                continue
            yield from statement
            yield from self.descriptions(cells, line, statement)
        for i, name in enumerate(self.names):
            if count and i not in self.used:
                self.log.notes[f"cell of column {i + 1} ({name or 'without a name'}), which is not mapped"] += count

    def text(self, role: str, cells: list[str]) -> str:
        return self.cells[role](cells) if role in self.cells else ""

    def filled(self, role: str, cells: list[str]) -> str:
        if not (text := self.text(role, cells)):
            raise Faulty(f"the {role} is empty")
        return text

    def statement(self, cells: list[str], line: int) -> list[Triple]:
        """The triple that a row states, if it states one."""
        subject = self.filled("subject", cells)
        told = [(key, cell(cells), known) for key, cell, known in self.relations]
        wide = [Triple(subject, key, entity(text) if known else _typed(text), line) for key, text, known in told if text]
        if empty := len(told) - len(wide):
            self.log.notes[EMPTY] += empty
        if not self.states:
            return wide
        predicate = self.filled("predicate", cells)
        if key := self.text("object", cells):
            term = entity(key)
        elif text := self.text("value", cells):
            language, kind = self.text("language", cells), self.text("datatype", cells)
            if language and kind:
                raise Faulty("a value with a language has no other datatype")
            term = Term("literal", text, datatype_iri(kind) if kind else "", language)
        else:
            self.log.notes[NO_OBJECT] += 1
            return wide
        given = rank_of(text) if (text := self.text("rank", cells)) else ""
        about = ((name, text) for name, cell in self.qualifiers if (text := cell(cells)))
        qualifiers = tuple((name, Term("literal", text)) for name, text in about)
        return [Triple(subject, predicate, term, line, "", given, self.text("graph", cells), qualifiers), *wide]

    def descriptions(self, cells: list[str], line: int, statement: list[Triple]) -> Iterator[Triple]:
        """Labels, types, description and aliases."""
        subject, said = self.text("subject", cells), self.said
        yield from said.text(subject, self.text("subject_label", cells), line)
        yield from said.types(subject, self.text("subject_type", cells), line)
        yield from said.text(subject, self.text("description", cells), line, v.DESCRIPTION)
        for alias in self.text("aliases", cells).split("|"):
            yield from said.text(subject, alias, line, v.ALT_LABEL)
        for triple in statement:
            label = self.text("predicate_label", cells) or METAEDGES.get(triple.predicate, "")
            yield from said.text(triple.predicate, label, line)
            if triple.object.kind != "literal":
                yield from said.text(triple.object.value, self.text("object_label", cells), line)
                yield from said.types(triple.object.value, self.text("object_type", cells), line)


def _typed(text: str) -> Term:
    """A cell as a literal. Numbers with a leading zero are codes, and stay texts."""
    return Term("literal", text, next((v.XSD + name for name, looks in _TYPED.items() if looks.fullmatch(text)), ""))


def _is_datatype(name: str) -> bool:
    try:
        return bool(datatype_iri(name)) or True
    except Faulty:
        return False


SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "plain.csv": (
        'subject,relation,object,subject_label,object_type\nBTN,capital,Thimphu,"Bhutan,\nthe kingdom",City\n',
        [
            Triple("BTN", "capital", Term("iri", "Thimphu"), 2),
            Triple("BTN", v.LABEL, Term("literal", "Bhutan,\nthe kingdom"), 2),
            Triple("Thimphu", v.TYPE, Term("iri", "type:City"), 2),
            Triple("type:City", v.LABEL, Term("literal", "City"), 2),
        ],
    ),
    "kgtk.tsv": (
        "id\tnode1\tlabel\tnode2\ne1\tBTN\tcapital\tThimphu\ne2\te1\tsince\t^1961-01-01T00:00:00Z/9\n"
        "e3\tBTN\tlabel\t'Bhutan'@en\n",
        [
            Triple(
                "BTN", "capital", Term("iri", "Thimphu"), 2,
                qualifiers=(("since", Term("literal", "1961", v.XSD + "gYear")),),
            ),
            Triple("BTN", v.LABEL, Term("literal", "Bhutan", "", "en"), 4),
        ],
    ),
    "conceptnet.csv": (
        '/a/[/r/IsA/,/c/en/ice_cream/,/c/en/food/]\t/r/IsA\t/c/en/ice_cream/n\t/c/en/food\t{"weight": 2.0}\n',
        [
            Triple(
                "/c/en/ice_cream/n", "/r/IsA", Term("iri", "/c/en/food"), 1,
                qualifiers=(("weight", Term("literal", "2.0", v.XSD + "decimal")),),
            ),
            Triple("/c/en/ice_cream/n", v.LABEL, Term("literal", "ice cream", "", "en"), 1),
            Triple("/c/en/food", v.LABEL, Term("literal", "food", "", "en"), 1),
        ],
    ),
    "hetionet.sif": (
        "source\tmetaedge\ttarget\nCompound::DB00014\tCtD\tDisease::DOID:10283\n",
        [
            Triple("Compound::DB00014", "CtD", Term("iri", "Disease::DOID:10283"), 2),
            Triple("CtD", v.LABEL, Term("literal", "treats"), 2),
        ],
    ),
}  # fmt: skip
