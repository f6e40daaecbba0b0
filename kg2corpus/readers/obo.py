"""OBO ontologies, versions 1.2 and 1.4: the stanzas [Term], [Instance] and [Typedef] of a `.obo` file, one after the other.

Ids become OBO Foundry PURLs (`GO:0005739` is `http://purl.obolibrary.org/obo/GO_0005739`, `part_of` `.../obo/part_of`) unless
an `idspace` of the header says otherwise. Of terms and instances:

- `name`, `def`, `comment` become label, description and rdfs:comment. Synonyms of every scope are aliases, with a qualifier
  `scope` where it is not EXACT and `synonym_type` where there is one. Sources in brackets are left aside.
- `namespace` and `instance_of` are types (biological process); a namespace that is the header's default says nothing.
- `is_a` is rdfs:subClassOf; `relationship` a fact with the typedef's key; `intersection_of` both, by its form (genus and
  differentia); the members of a `union_of` are subclasses. `property_value` is what it says.
- `xref` and `alt_id` have literals (an xref that is an IRI stays one), `subset`, `consider`, `replaced_by`, `disjoint_from`
  and `equivalent_to` entities. Modifiers such as {source="..."} become qualifiers.
- Obsolete terms are left aside, as is what holds in part of a term only (`gci_relation`) or never (cardinality 0).
- A tag that OBO does not know, with an id for a value, is read as a relationship; `inverse_is_a` as `is_a` the other way.

Of a [Typedef]: name, description, `is_a`, `inverse_of`, domain, range, and what kind of property it is. The rest is left
aside and counted, but for the header. A position is a line. Memory: a stanza (16 MiB at most), names of subsets and types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from ..errors import UserError
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log, open_bytes
from .tsv import escape

SUFFIXES = (".obo",)
PURL = "http://purl.obolibrary.org/obo/"
MAX_LINE, MAX_STANZA = 1 << 20, 16 << 20
HINT = "an OBO file is UTF-8 text: lines 'tag: value' and stanzas such as [Term]; correct it, or give another format"

# tag -> relation, its label if it needs one, form of the value; the keys are those of the OBO community's OWL files
_SUB, _OIO = v.RDFS + "subClassOf", "http://www.geneontology.org/formats/oboInOwl#"
_ENTITY = {
    "name": (v.LABEL, "", "text"), "comment": (v.RDFS + "comment", "", "text"), "def": (v.DESCRIPTION, "", "def"),
    "synonym": (v.ALT_LABEL, "", "synonym"), "namespace": (v.TYPE, "", "type"), "instance_of": (v.TYPE, "", "id"),
    "is_a": (_SUB, "", "id"), "intersection_of": (_SUB, "", "id"), "union_of": (_SUB, "reverse", "id"),
    "inverse_is_a": (_SUB, "reverse", "id"), "relationship": ("", "", "pair"), "property_value": ("", "", "value"),
    "xref": (_OIO + "hasDbXref", "cross-reference", "xref"), "subset": (_OIO + "inSubset", "subset", "id"),
    "alt_id": (_OIO + "hasAlternativeId", "alternative id", "text"), "consider": (_OIO + "consider", "consider instead", "id"),
    "replaced_by": (PURL + "IAO_0100001", "replaced by", "id"),
    "disjoint_from": (v.OWL + "disjointWith", "disjoint with", "id"),
    "equivalent_to": (v.OWL + "equivalentClass", "equivalent to", "id"),
}  # fmt: skip
_RELATION = {
    "name": (v.LABEL, "", "words"), "def": (v.DESCRIPTION, "", "def"), "is_a": (v.RDFS + "subPropertyOf", "", "id"),
    "inverse_of": (v.INVERSE, "", "id"), "domain": (v.RDFS + "domain", "", "id"), "range": (v.RANGE, "", "id"),
    **{f"is_{kind.lower()}": (f"{v.OWL}{kind.replace('_', '')}Property", "", "kind")
       for kind in ("Symmetric", "Transitive", "Functional", "Inverse_Functional", "Asymmetric", "Reflexive")},
}  # fmt: skip
_STANZAS = {"Term": _ENTITY, "Instance": _ENTITY, "Typedef": _RELATION}
_NEVER = [(PURL + name, "0") for name in ("cardinality", "maxCardinality", "max_cardinality")]

# quantifiers with a second plus never try again with less, so that no line makes them slow
_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_WORD = r"(\S{1,2000})"  # keys are remembered, so they have a limit
_TAG = re.compile(r"([^\s:\[!\"]+)\s*:")
_STANZA = re.compile(r"\[(\w+)\]\s*(?:!.*)?")
# up to a comment: `!` after a blank, outside of quotes, not escaped
_BEFORE_COMMENT = re.compile(r'(?:[^"\\!\s]++|\\.|"(?:[^"\\]|\\.)*+"|\s(?!!)|(?<!\s)!|["\\])*+')
_MODIFIER = re.compile(rf'\s*([\w:.-]{{1,99}})\s*=\s*(?:{_QUOTED}|([^",\s]+))\s*(?:,|\Z)')
_ID = re.compile(r'[A-Za-z_][\w.-]*:[^\s"]+')
_FORMS = {
    "text": (re.compile(r"(.*)", re.DOTALL), "text"),
    "id": (re.compile(_WORD), "one id"),
    "pair": (re.compile(rf"{_WORD}\s+{_WORD}"), "a relation and an id"),
    # quotes inside of the text should be escaped, but often are not
    "def": (re.compile(r'"(.*)"\s*+(\[[^\[]*\])?'), '"text" [sources]'),
    "synonym": (re.compile(r'"(.*)"\s*+([A-Z]++\b)?+\s*+([^\s\["]++)?+\s*+(\[[^\[]*\])?'), '"text" SCOPE [sources]'),
    "xref": (re.compile(rf"(.*?)(?:\s{_QUOTED})?"), "an id"),
    "value": (re.compile(rf"{_WORD}\s+(?:{_QUOTED}|{_WORD})(?:\s+{_WORD})?"), 'a property and an id, or "text" and datatype'),
}


# number, tag, value, qualifiers
_Line = tuple[int, str, str, tuple[tuple[str, Term], ...]]


class _Fault(Exception):
    """What is wrong with a line."""


def _plain(text: str) -> str:
    """The text without OBO's escapes."""
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "W": " "}.get(m[1], m[1]), text) if "\\" in text else text


def _parts(form: str, value: str) -> list[str]:
    """The parts of a value, unescaped; "" for what is not there."""
    pattern, called = _FORMS.get(form, _FORMS["text"])
    if (found := pattern.fullmatch(value)) is None:
        raise _Fault(f"expected {called}, found '{value[:80]}'")
    return [_plain(part or "") for part in found.groups()]


class _Ontology:
    """One file while it is read: what its header says, and the log."""

    def __init__(self, file: str, log: Log) -> None:
        self.file, self.log = file, log
        self.spaces = {**v.WELL_KNOWN, "dc": v.DC, "oboInOwl": _OIO}
        self.subsets: dict[str, str] = {}
        self.namespace = ""
        self.introduced: set[str] = set()
        self.key = lru_cache(1 << 16)(self._key)

    def _key(self, id_: str) -> str:
        """The key of an entity, a relation or a modifier."""
        prefix, colon, local = id_.partition(":")
        if not colon:
            return PURL + escape(id_)
        if prefix == "_":
            return id_
        if local.startswith("//") or prefix == "urn":
            return escape(id_, percent=False)
        return self.spaces.get(prefix, f"{PURL}{escape(prefix)}_") + escape(local)

    def entity(self, id_: str) -> Term:
        return Term("blank" if id_.startswith("_:") else "iri", self.key(id_))

    def note(self, what: str) -> None:
        """Count; the names of unknown tags come from the file, so there is a limit to them."""
        self.log.notes[what if what in self.log.notes or len(self.log.notes) < 100 else "other tags"] += 1

    def lines(self, f: IO[bytes]) -> Iterator[tuple[int, str]]:
        """The lines but comments and empty ones; one that ends with a backslash is joined with the next one."""
        number, size, parts = 0, 0, list[str]()
        while raw := f.readline(MAX_LINE):
            number, size, rest = number + 1, size + len(raw), raw
            while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
                rest, size = f.readline(MAX_LINE), MAX_LINE + 1
            try:
                text = raw.rstrip(b"\r\n").decode("utf-8").removeprefix("\ufeff")
                fault = "not text: it holds a NUL byte" if "\0" in text else ""
            except UnicodeDecodeError as e:
                fault = f"not UTF-8: byte 0x{raw[e.start]:02x} at byte {e.start + 1} of the line"
            if fault or size > MAX_LINE:
                self.log.fault(self.file, number, fault if size <= MAX_LINE else "the line is longer than 1 MiB")
            elif (len(text) - len(text.rstrip("\\"))) % 2:
                parts.append(text[:-1])
                continue
            elif (whole := "".join([*parts, text]).strip()) and not whole.startswith("!"):
                yield number - len(parts), whole
            size, parts = 0, []

    def line(self, number: int, text: str) -> _Line:
        """The parts of `tag: value {modifiers} ! comment`."""
        if (found := _TAG.match(text)) is None:
            raise _Fault(f"expected 'tag: value', found '{text[:80]}'")
        bare = _BEFORE_COMMENT.match(text, found.end()) if "!" in text else None
        value = (bare[0] if bare else text[found.end() :]).strip()
        if not value:
            raise _Fault(f"'{found[1][:80]}' has no value")
        start, at, qualifiers = value.rfind(" {"), 0, list[tuple[str, Term]]()
        if start > 0 and value.endswith("}"):
            inner = value[start + 2 : -1]
            while modifier := _MODIFIER.match(inner, at):
                qualifiers.append((self.key(modifier[1]), Term("literal", _plain(modifier[2] or modifier[3] or ""))))
                at = modifier.end()
            if at == len(inner):  # else the braces belong to a name
                return number, found[1], value[:start].rstrip(), tuple(qualifiers)
        return number, found[1], value, ()

    def stanzas(self, f: IO[bytes]) -> Iterator[tuple[int, str, list[_Line]]]:
        """(line, name, lines) of the header, whose name is empty, and of each stanza."""
        number, name, lines, size = 1, "", list[_Line](), 0
        for at, text in self.lines(f):
            if stanza := _STANZA.fullmatch(text):
                yield number, name, lines
                number, name, lines, size = at, stanza[1], [], 0
                continue
            size += len(text)
            if size > MAX_STANZA:
                raise UserError(f"{self.file}:{number}: the stanza is longer than 16 MiB", HINT)
            try:
                lines.append(self.line(at, text))
            except _Fault as e:
                if not name and not lines:
                    raise UserError(f"{self.file}:{at}: not an OBO file: {e}", HINT) from e
                self.log.fault(self.file, at, str(e))
        if not name:
            raise UserError(f"{self.file}: not an OBO file: it has no stanza", HINT)
        yield number, name, lines

    def header(self, lines: list[_Line]) -> None:
        for _, tag, value, _ in lines:
            name, _, rest = value.partition(" ")
            said = rest.strip(' "').partition('"')[0]
            if tag == "idspace":
                self.spaces[name] = self.log.prefixes[name] = escape(said.partition(" ")[0], percent=False)
            elif tag == "subsetdef" and said:
                self.subsets[self.key(name)] = _plain(said)
            elif tag == "default-namespace":
                self.namespace = value

    def triples(self, f: IO[bytes]) -> Iterator[Triple]:
        for number, name, lines in self.stanzas(f):
            ids = [value for _, tag, value, _ in lines if tag == "id"]
            if not name:
                self.header(lines)
            elif name not in _STANZAS:
                self.note(f"stanzas [{name[:40]}], which OBO does not know")
            elif len(ids) != 1 or len(ids[0]) > 2000:
                self.log.fault(self.file, number, f"a [{name}] has one id, found {len(ids) or 'none'}")
            elif any(tag == "is_obsolete" and value.lower() == "true" for _, tag, value, _ in lines):
                self.note(f"obsolete [{name}]")
            else:
                for line in lines:
                    try:
                        yield from self.say(self.key(_plain(ids[0])), line, name)
                    except _Fault as e:
                        self.log.fault(self.file, line[0], f"'{line[1][:40]}': {e}")

    def say(self, key: str, line: _Line, stanza: str) -> Iterator[Triple]:
        """What one line of a stanza says of its key."""
        number, tag, value, qualifiers = line
        relation, label, form = _STANZAS[stanza].get(tag, ("", "", "other"))
        if tag == "intersection_of" and len(value.split()) > 1:
            form = "pair"
        if any(q == PURL + "gci_relation" or (q, said.value) in _NEVER for q, said in qualifiers):
            self.note("what holds in part of a term only (gci_relation), or never (cardinality 0)")
            return
        first, *rest = _parts(form, value)
        subject, object_, named = key, Term("literal", first), relation
        match form:
            case "id" if label == "reverse":
                subject, object_, label = self.key(first), self.entity(key), ""
            case "id":
                object_ = self.entity(first)
                if tag == "subset":
                    yield from self.introduce(object_.value, self.subsets.get(object_.value, first.replace("_", " ")), number)
            case "pair":
                relation, object_ = self.key(first), self.entity(rest[0])
            case "words":
                object_ = Term("literal", first.replace("_", " "))
            case "xref":
                iri = first.startswith(("http://", "https://"))
                object_ = self.entity(first) if iri else Term("literal", first.replace('"', ""))
            case "value" if rest[1] and not rest[2]:
                relation, object_ = self.key(first), self.entity(rest[1])
            case "value":
                relation, object_ = self.key(first), Term("literal", rest[0] or rest[1], rest[2] and self.key(rest[2]))
            case "synonym":
                scope = (rest[0] or "RELATED").lower()
                more = [("scope", scope)] * (scope != "exact") + [("synonym_type", rest[1])] * bool(rest[1])
                qualifiers = tuple((PURL + name, Term("literal", text)) for name, text in more) + qualifiers
            case "kind":  # is_transitive: true
                object_, relation = Term("iri", relation), v.TYPE if value == "true" else ""
            case "type" if value == self.namespace:
                relation = ""
            case "type":
                object_, named, label = Term("iri", PURL + escape(first)), PURL + escape(first), first.replace("_", " ")
            case "other" if tag in ("id", "is_obsolete"):
                object_, relation = Term("iri", v.PROPERTY), v.TYPE if (stanza, tag) == ("Typedef", "id") else ""
            case "other" if stanza == "Typedef" or not _ID.fullmatch(value):
                self.note(f"'{tag[:40]}' of a [{stanza}], which is not read")
            case "other":
                relation, object_ = self.key(tag), self.entity(first)
        if form in ("def", "synonym") and rest[-1].strip("[] "):
            self.note("sources of definitions and synonyms")
        yield from self.introduce(named, label, number)
        if object_.kind == "literal" and not object_.value.strip():
            self.note("empty text")
        elif relation:
            yield Triple(subject, relation, object_, number, qualifiers=qualifiers)

    def introduce(self, key: str, label: str, number: int) -> Iterator[Triple]:
        """The label of a relation, type or subset that has no stanza of its own, before its first use."""
        if label and key not in self.introduced:
            self.introduced.add(key)
            yield Triple(key, v.LABEL, Term("literal", label), number)


def read(source: Path, *, log: Log | None = None) -> Iterator[Triple]:
    """The triples of one OBO file. Raises UserError for a file that is none, and with up to 100 faulty lines."""
    own = log or Log()
    with open_bytes(source) as f:
        yield from _Ontology(source.name, own).triples(f)
    if log is None:
        own.check()


_M, _STATED = PURL + "GO_0005739", ((PURL + "source", Term("literal", "PMID:1")),)
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "go.obo": (
        'format-version: 1.2\n[Term]\nid: GO:0005739\nname: mitochondrion\nis_a: GO:0043226 {source="PMID:1"} ! organelle\n',
        [
            Triple(_M, v.LABEL, Term("literal", "mitochondrion"), 4),
            Triple(_M, _SUB, Term("iri", PURL + "GO_0043226"), 5, qualifiers=_STATED),
        ],
    )
}
