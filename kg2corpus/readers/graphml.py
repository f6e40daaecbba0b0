"""GraphML as a stream: what networkx, igraph, Gephi, yEd, TinkerPop and Neo4j (`apoc.export.graphml`) write.

- A node is an entity; its key is its id after `prefix` (ids are names inside one file: give files that do not belong together
  different prefixes). Its data are facts, with the datatype of their `<key>`, whose default holds where a node has no data. The
  first property of `label` that has a text is its label, the first of `types` its type (`:Person:Actor` is two types);
  `description`, `<desc>` and `alias`, `aliases`, `alt_label` are what they say. A label drawn by yEd is a label too.
- An edge is a triple. Its relation is the first property of `edge` that has a text, else the label that yEd draws, else
  `relation`; its other data are qualifiers. An undirected edge is stated once, from its source; a relation whose edges are all
  undirected is declared symmetric. Capitals do not matter in these names; the attributes of APOC (`labels`, `label`) count.
- Nodes that edges name and the file does not declare, which a whole file has none of, are taken and counted.
- A node of a nested graph is `nested` the node that holds it (nothing is said if `nested` is empty).
- Data of a graph, hyperedges, ports, locators and drawings are left aside and counted. A document type is refused: nothing is
  expanded and nothing fetched.

A position is the ordinal of the node or edge in the file, from 1. Held in memory are the keys, the names of properties and
relations, the nodes that are open (8 MiB each at most), and a number for each node. After a fault in the XML itself reading
ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from ..errors import UserError, near
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log
from ._open import open_bytes

SUFFIXES = (".graphml",)
CHUNK = 1 << 16
LONGEST = 1 << 23  # bytes without a tag in them; characters of one node or edge, and of all keys
DEEPEST = 500
DATATYPES = {
    **dict.fromkeys(("int", "integer", "long", "short", "byte"), v.XSD + "integer"),
    **dict.fromkeys(("float", "double"), v.XSD + "double"),
    "boolean": v.XSD + "boolean",
}
_DOUBLES = {"inf": "INF", "infinity": "INF", "-inf": "-INF", "-infinity": "-INF", "nan": "NaN"}
_SAID = {"description": v.DESCRIPTION, **dict.fromkeys(("alias", "aliases", "altlabel", "alt_label"), v.ALT_LABEL)}
_ASIDE = {
    "hyperedge": "hyperedge, an edge of more than two nodes",
    "port": "port of a node",
    "locator": "locator, content that lies elsewhere",
}
_DRAWN = ("NodeLabel", "EdgeLabel")

# name, value
Property = tuple[str, Term]


def literal(text: str, datatype: str) -> Term:
    """A literal; booleans and endless numbers as programs write them (`True`, `inf`) become those of XML Schema."""
    if datatype == v.XSD + "boolean":
        text = text.strip().lower()
    elif datatype == v.XSD + "double":
        text = _DOUBLES.get(text.strip().lower(), text)
    return Term("literal", text, datatype)


def entity(key: str) -> Term:
    """An entity as the object of a triple."""
    return Term("blank" if key.startswith("_:") else "iri", key)


def _text(term: Term) -> bool:
    return not term.datatype and bool(term.value.strip())


@dataclass
class PropertyGraph:
    """Nodes and edges with properties, told as triples. `label`: names, of which the first that a node has is its label."""

    file: str
    log: Log
    label: str
    seen: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    nodes: int = 0
    labelled: int = 0

    def taken(self, found: list[Property], names: str) -> tuple[list[str], list[Property]]:
        """The texts of the first of the names that has any, and the properties that are left."""
        have = {name.casefold() for name, term in found if _text(term)}
        first = next((name for n in names.split(",") if (name := n.strip().casefold()) in have), "")
        texts = [term.value.strip() for name, term in found if name.casefold() == first and _text(term)]
        return texts, [(name, term) for name, term in found if name.casefold() != first or not _text(term)]

    def node(self, key: str, types: Iterable[str], found: list[Property], position: int) -> Iterator[Triple]:
        """Label, types, description, aliases; the other properties are facts."""
        self.nodes += 1
        self.names.update(name for name, _ in found)
        labels, rest = self.taken(found, self.label)
        self.labelled += bool(labels)
        for predicate, text in zip((v.LABEL, *[v.ALT_LABEL] * len(labels)), labels, strict=False):
            yield Triple(key, predicate, Term("literal", text), position)
        for name in types:
            yield from self.named(f"type:{name}", name, position)
            yield Triple(key, v.TYPE, Term("iri", f"type:{name}"), position)
        for name, term in self.valued(rest):
            predicate = _SAID.get(name.casefold(), name)
            if predicate == name:
                yield from self.named(name, name, position)
                yield Triple(key, name, term, position)
            else:
                yield Triple(key, predicate, Term("literal", term.value), position)

    def edge(self, subject: str, relation: str, object: str, found: list[Property], position: int) -> Iterator[Triple]:
        """One triple with qualifiers."""
        qualifiers = tuple(self.valued(found))
        for name in (relation, *(name for name, _ in qualifiers)):
            yield from self.named(name, name, position)
        yield Triple(subject, relation, entity(object), position, qualifiers=qualifiers)

    def named(self, key: str, name: str, position: int) -> Iterator[Triple]:
        """The label of what is called by prose with a mark in it ("speed (km/h)"): the last part of the key says too little."""
        if " " in name and any(mark in name for mark in "/#:") and "://" not in name and key not in self.seen:
            self.seen.add(key)
            yield Triple(key, v.LABEL, Term("literal", name), position)

    def valued(self, found: Iterable[Property]) -> Iterator[Property]:
        """The properties that have a value; the others are counted."""
        for name, term in found:
            if term.value.strip():
                yield name, term
            else:
                self.log.notes["empty value"] += 1

    def check(self, usual: str) -> None:
        """Raises UserError if `label` was chosen (is not the usual one) and no node has it."""
        if self.label != usual and self.nodes and not self.labelled:
            what = f"{self.file}: no node has a text as its property '{self.label}', which label= names"
            raise UserError(what, near(self.label, self.names))


@dataclass(slots=True)
class _Key:
    of: str  # node, edge, all, graph, ...
    name: str
    datatype: str = ""
    listed: bool = False
    default: str = ""

    def terms(self, text: str) -> Iterator[Property]:
        values: list[object] = [text]
        if self.listed and text.lstrip().startswith("["):
            with suppress(ValueError, RecursionError):  # else it is a text that only begins like a list
                values = json.loads(text)
        yield from ((self.name, literal(t if isinstance(t, str) else json.dumps(t), self.datatype)) for t in values)


@dataclass(slots=True)
class _Item:
    """A node or edge: its element with what is directly in it, and where it stands."""

    element: Element
    position: int
    undirected: bool
    within: str
    size: int = 0


class _Builder(TreeBuilder):
    """The XML side: whole nodes and edges come out in `done`, the tree is pruned as it grows, `keys` are kept by (for, id)."""

    def __init__(self, name: str, log: Log) -> None:
        super().__init__()
        self.name, self.log = name, log
        self.keys: dict[tuple[str, str], _Key] = {}
        self.defaults: list[_Key] = []
        self.done: list[_Item] = []
        self.open: list[_Item | None] = [None]  # None is a graph
        self.path: list[Element] = []
        self.undirected = [False]  # the graphs that we are in
        self.position = self.quiet = self.schema = 0

    def doctype(self, *_: object) -> None:
        raise UserError(f"{self.name}: it has a document type (<!DOCTYPE>), which is not followed", "remove it")

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self.quiet = 0
        name = tag.rpartition("}")[2]
        if not self.path and name != "graphml":
            raise UserError(f"{self.name}: XML, but no GraphML: it begins with <{name[:60]}>", "GraphML begins with <graphml>")
        if len(self.path) == DEEPEST:
            raise UserError(f"{self.name}: elements are nested more than {DEEPEST} deep", "export it again")
        element = super().start(name, attributes)
        self.path.append(element)
        if name in ("node", "edge"):
            self.position += 1
            undirected = {"true": False, "false": True}.get(attributes.get("directed", "").lower(), self.undirected[-1])
            above = next((item.element for item in reversed(self.open) if item), None)
            within = above.get("id", "") if above is not None and above.tag == "node" else ""
            self.open.append(_Item(element, self.position, undirected, within))
        elif name == "graph":
            self.open.append(None)
            self.undirected.append(attributes.get("edgedefault", "").lower() == "undirected")
        elif name in _ASIDE:
            self.log.notes[_ASIDE[name]] += 1
        return element

    def end(self, tag: str, /) -> Element:
        self.quiet = 0
        element = super().end(tag)
        self.path.pop()
        stays = False
        if element.tag == "graph":
            self.open.pop()
            self.undirected.pop()
        elif item := self.open[-1]:
            if element is item.element:
                self.done.append(item)
                self.open.pop()
            else:
                stays = True
                item.size += 100 + sum(map(len, element.attrib.values()))
                if item.size > LONGEST:
                    raise self.too_much(f"{item.element.tag} {item.position} holds more")
        elif element.tag == "key":
            self.declare(element)
        elif element.tag == "data":
            self.log.notes["data of the graph itself"] += 1
        if self.path and not stays and not (self.path[-1].tag == "key" and self.path[-1].find("default") is element):
            del self.path[-1][-1]
        return element

    def data(self, data: str, /) -> None:
        if item := self.open[-1]:
            item.size += len(data)
        super().data(data)

    def declare(self, element: Element) -> None:
        default = element.find("default")
        text = "" if default is None or len(default) else default.text or ""
        self.schema += 400 + len(text)
        if self.schema > LONGEST:
            raise self.too_much("its keys hold more")
        kind = element.get("attr.list", element.get("attr.type", "")).lower()
        name, id_ = element.get("attr.name", "").strip(), element.get("id", "")
        key = _Key(element.get("for", "all"), name or id_, DATATYPES.get(kind, ""), "attr.list" in element.attrib, text)
        self.keys[key.of, id_] = key
        self.defaults += [key] if text.strip() else []

    def too_much(self, what: str) -> UserError:
        return UserError(f"{self.name}: {what} than {LONGEST >> 20} MiB", "no graph of facts looks so; export it again")

    def properties(self, item: _Item, extra: str) -> tuple[list[Property], str]:
        """The properties of a node or edge, with defaults and the attribute `extra`; and the label that yEd draws."""
        kind, drawn, given = item.element.tag, "", set()
        found: list[Property] = []
        for data in item.element.iterfind("data"):
            id_ = data.get("key", "")
            key = self.keys.get((kind, id_)) or self.keys.get(("all", id_)) or _Key(kind, id_)
            if not key.name.strip():
                self.log.fault(self.name, item.position, f"{kind} '{item.element.get('id', '')}' has data without a key")
                continue
            given.add(key.name)
            if len(data):
                drawn = drawn or next((text for e in data.iter() if e.tag in _DRAWN and (text := _flat(e))), "")
                self.log.notes["drawing of a node or edge, of which the label alone is read"] += 1
            else:
                found += key.terms(data.text or "")
        for key in self.defaults:
            if key.of in (kind, "all") and key.name not in given:
                found += key.terms(key.default)
        if extra in item.element.attrib and extra not in given:
            found.append((extra, Term("literal", item.element.attrib[extra])))
        return found, drawn


def _flat(element: Element | None) -> str:
    return "" if element is None else " ".join((element.text or "").split())


def _items(source: Path, log: Log) -> Iterator[tuple[_Builder, _Item]]:
    """The nodes and edges of a file, each as soon as it is whole."""
    builder = _Builder(source.name, log)
    parser = XMLParser(target=builder)
    with open_bytes(source) as f:
        data = b" "
        while data:
            data = f.read(CHUNK)
            builder.quiet += len(data)
            try:
                parser.feed(data) if data else parser.close()
            except ParseError as e:
                (line, column), what = e.position, e.msg.partition(":")[0]
                hint = "correct it, or export it again; nothing was written"
                hint = f"--skip-bad does not work for faults of XML; {hint}" if log.skip_bad else hint
                raise UserError(f"{source.name}:{line}: no well-formed XML: {what} (column {column + 1})", hint) from e
            except (LookupError, ValueError) as e:  # the encoding that the XML declaration names
                raise UserError(f"{source.name}:1: cannot be decoded: {e}", "save it as UTF-8; nothing was written") from e
            if builder.quiet > LONGEST:
                raise builder.too_much("one tag or value is longer")
            yield from ((builder, item) for item in builder.done)
            builder.done.clear()


STRANGER = "node that edges name and the file does not declare: taken as it is named"
LABEL = "name,label,title"
TYPES = "labels,labelV,types,type,category,class"
EDGE = "label,edge label,labelE,type,relation,relationship,predicate"


def read(
    source: Path, *, log: Log | None = None, label: str = LABEL, types: str = TYPES, edge: str = EDGE,
    relation: str = "linked to", prefix: str = "", nested: str = "part of",
) -> Iterator[Triple]:  # fmt: skip
    """The triples of a GraphML file. `label`, `types` and `edge` are names of properties, separated by commas."""
    if not relation.strip():
        raise UserError(f"{source.name}: relation= is empty", "it names the relation of edges that have no label")
    own = log or Log()
    graph = PropertyGraph(source.name, own, label)
    # relation -> position of its first undirected edge, number of undirected and of directed ones
    relations: dict[str, list[int]] = {}
    declared: set[int] = set()  # hashes of the ids of nodes, and of those that edges name
    joined: set[int] = set()
    for builder, item in _items(source, own):
        element, at = item.element, item.position
        wanted = ("id",) if element.tag == "node" else ("source", "target")
        if lacking := [name for name in wanted if not element.get(name, "").strip()]:
            own.fault(source.name, at, f"{element.tag} '{element.get('id', '')}' has no {' and no '.join(lacking)}")
            continue
        subject, other = (prefix + element.attrib[wanted[i]] for i in (0, -1))
        (declared if element.tag == "node" else joined).update((hash(subject), hash(other)))
        found, drawn = builder.properties(item, "labels" if element.tag == "node" else "label")
        if element.tag == "node":
            if drawn:
                found.append(("alias" if graph.taken(found, label)[0] else "label", Term("literal", drawn)))
            if text := _flat(element.find("desc")):
                found.append(("description", Term("literal", text)))
            kinds, rest = graph.taken(found, types)
            apart = [k.strip() for text in kinds for k in (text.split(":") if text.startswith(":") else [text])]
            yield from graph.node(subject, filter(None, apart), rest, at)
            if item.within and nested:
                yield Triple(subject, nested, entity(prefix + item.within), at)
            continue
        named, rest = graph.taken(found, edge)
        for name in named or [drawn or relation]:
            relations.setdefault(name, [at, 0, 0])[2 - item.undirected] += 1
            yield from graph.edge(subject, name, other, rest, at)
    for name, (at, both, one) in relations.items():
        if both and not one:
            yield Triple(name, v.TYPE, Term("iri", v.SYMMETRIC), at)
        elif both:
            own.notes["undirected edge of a relation that has directed ones too: stated in one direction"] += both
    if strangers := len(joined - declared):
        own.notes[STRANGER] += strangers
    graph.check(LABEL)
    if log is None:
        own.check()


_XML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="d1" for="node" attr.name="people" attr.type="int"/>
  <key id="d2" for="edge" attr.name="since" attr.type="int"/>
  <graph edgedefault="undirected">
    <node id="n0" labels=":City"><data key="d0">Utrecht</data><data key="d1">361924</data></node>
    <edge id="e0" source="n0" target="n1" label="TWIN_TOWN"><data key="d2">1970</data></edge>
  </graph>
</graphml>
"""
_INTEGER = v.XSD + "integer"
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "towns.graphml": (
        _XML,
        [
            Triple("n0", v.LABEL, Term("literal", "Utrecht"), 1),
            Triple("n0", v.TYPE, Term("iri", "type:City"), 1),
            Triple("n0", "people", Term("literal", "361924", _INTEGER), 1),
            Triple("n0", "TWIN_TOWN", Term("iri", "n1"), 2, qualifiers=(("since", Term("literal", "1970", _INTEGER)),)),
            Triple("TWIN_TOWN", v.TYPE, Term("iri", v.SYMMETRIC), 2),
        ],
    )
}
