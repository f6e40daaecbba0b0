"""Groups of `subject TAB relation TAB object` lines, parted by blank lines, as a graph in memory, with no store.

Names stand as they are given. An object is a literal if it looks like one: a number, a date, yes or no, or anything in double
quotes (which are taken off); and if no line of its group is about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from . import uid as uids
from .assemble import assemble
from .columns import FACT, NODE, RELATION, STATEMENT, Raw, table_of
from .errors import UserError
from .graph import Graph
from .store.naming import relation_label, relation_name

LINE = "a line is: subject TAB relation TAB object; a blank line ends a group"
XSD = "http://www.w3.org/2001/XMLSchema#"
FAULTS = 100  # that are shown of a file
_QUOTED = re.compile(r'"(.*)"', re.DOTALL)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_LITERAL = re.compile(
    rf"[^\w\s]{{0,2}}\d[\d.,:/\s–+-]*(?:[eE][+-]?\d+)?[^\w\s]?|\d{{1,2}} {_MONTH} \d{{1,4}}|{_MONTH} (?:\d{{1,2}}, )?\d{{4}}"
    r"|yes|no|true|false",
    re.IGNORECASE,
)
_KIND = frozenset({"type", "instance of", "is a", "rdf type", "a"})  # lines of these also tell the types of their subjects
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:\S+|/\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """A triple as it stands in the file; `literal` and `datatype` are those of the object."""

    number: int
    subject: str
    relation: str
    object: str
    literal: bool
    datatype: str


def read(lines: Iterable[bytes], name: str) -> Iterator[list[Line]]:
    """The groups of a file: UTF-8, with or without byte order mark, lines that end in LF or CRLF.

    Several blank lines part groups as one does. Raises UserError that names the lines that are no triples.
    """
    faults: list[str] = []
    group: list[Line] = []
    for number, raw in enumerate(lines, 1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as e:
            faults.append(f"line {number} is not UTF-8: {e.reason}")
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if not any(cells):  # as a spreadsheet writes an empty row: tabs alone
            if group and not faults:
                yield group
            group = []
        elif fault := _fault(cells):
            faults.append(f"line {number} {fault}")
        else:
            group.append(_line(number, cells))
    if faults:
        more = f"\nand {len(faults) - FAULTS:,} more" if len(faults) > FAULTS else ""
        raise UserError(f"{name}: " + "\n".join(faults[:FAULTS]) + more, LINE)
    if group:
        yield group


def _fault(cells: Sequence[str]) -> str:
    if len(cells) != 3:
        return f"has {len(cells)} column{'s' if len(cells) != 1 else ''}, not 3"
    for name, cell in zip(("subject", "relation", "object"), cells, strict=True):
        if cell in ("", '""'):
            return f"has an empty {name}"
        if not any(c.isprintable() and not c.isspace() for c in cell):
            return f"has {'an' if name == 'object' else 'a'} {name} of characters that cannot be seen"
    return ""


def _line(number: int, cells: Sequence[str]) -> Line:
    subject, relation, value = cells
    quoted = _QUOTED.fullmatch(value) if len(value) > 2 else None
    value = quoted[1] if quoted else value
    literal = quoted is not None or _LITERAL.fullmatch(value) is not None
    return Line(number, subject, relation, value, literal, XSD + "date" if literal and _DATE.fullmatch(value) else "")


def graph_of(groups: Sequence[Sequence[Line]], name: str) -> tuple[Graph, list[tuple[int, ...]]]:
    """One graph of all lines, and the uids of each group's facts. An object that is a subject in its group is an entity.

    Each group is a world of its own: a name that two groups have may be two things, and what one group says of it says nothing
    about how often the relation holds in the other. Groups with the same lines are the same.
    """
    nodes: dict[int, tuple[int, tuple[object, ...]]] = {}
    relations: dict[str, tuple[int, int]] = {}
    rows: dict[int, tuple[int, int, int, int, int]] = {}
    types: dict[int, set[str]] = {}
    places, told = [], []
    for group in groups:
        subjects = {line.subject for line in group}
        world = uids.show(uids.digest(*(cell for line in group for cell in (line.subject, line.relation, line.object))))
        facts: dict[int, None] = {}
        for line in group:
            literal = line.literal and line.object not in subjects
            subject = _node(nodes, world, line.subject)
            object_ = _node(nodes, world, line.object, literal, line.datatype if literal else "")
            relation, row = relations.setdefault(line.relation, (uids.relation_uid(line.relation), len(relations)))
            fact = uids.fact_uid(subject, relation, object_)
            at = rows.setdefault(fact, (len(rows), fact, nodes[subject][0], row, nodes[object_][0]))[0]
            if relation_label(line.relation) in _KIND:
                types.setdefault(subject, set()).add(line.object)
            places.append((at, name, "", line.number))
            facts[fact] = None
        told.append(tuple(facts))
    raw = Raw(
        nodes=table_of([(*row[:7], sorted(types.get(uid, ())), []) for uid, (_, row) in nodes.items()], NODE),
        relations=table_of(_relations({key: uid for key, (uid, _) in relations.items()}), RELATION),
        facts=table_of([row[1:] for row in rows.values()], FACT),
        statements=table_of(places, STATEMENT),
        meta={"graph_id": "", "counterfactual": "", "name": name},
    )
    return Graph(assemble(raw, tell_apart=False)), told


def _node(
    nodes: dict[int, tuple[int, tuple[object, ...]]], world: str, text: str, literal: bool = False, datatype: str = ""
) -> int:
    uid = uids.literal_uid(text, datatype) if literal else uids.entity_uid(text, world)
    if uid not in nodes:
        nodes[uid] = len(nodes), (uid, literal, text, text, "", datatype, "")
    return uid


def _relations(uid_of: dict[str, int]) -> Iterator[tuple[object, ...]]:
    # where capitals are the custom, as in the headings of a table, TEAM is a word and no abbreviation
    shouted = 2 * sum(key.isupper() for key in uid_of) > len(uid_of)
    for key, uid in uid_of.items():
        address = _ADDRESS.fullmatch(key) is not None
        name = relation_name(key) if address else key
        # "time/retired" is no address of which the last part would be the name
        plain = key.lower() if shouted and key.isupper() else key
        label = relation_label(plain) if address or not re.search("[/#:]", key) else plain
        yield uid, False, False, False, False, key, name, label, "", "", "", "", ""
