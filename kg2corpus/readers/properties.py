"""Properties files: what a person says of the relations of a graph, in YAML (`load --properties`; docs/properties.md).

Each key is a relation: its key or IRI, a prefixed name, or the name that it has in the graph. Its characteristics become
triples about it, so that the file is one more source of the store. A position is the line of the characteristic. Memory: the
file, of 4 MB at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ..errors import near
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log
from ._describe import Faulty, datatype
from ._open import open_bytes

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 4 << 20
ROLES = ("label", "alias", "description", "type", "subclass")
KINDS = ("identifier", "code", "coordinate", "syntax", "plain")
FLAGS = {"symmetric": v.SYMMETRIC, "transitive": v.TRANSITIVE, "functional": v.FUNCTIONAL}
TEXTS = {"label": v.LABEL, "description": v.DESCRIPTION, "unit": v.UNIT}
CHOICES = {"role": (v.ROLE, ROLES), "kind": (v.KIND, KINDS)}
KNOWN = (*TEXTS, *CHOICES, *FLAGS, "inverse", "datatype", "name_like")
PREFIXES = "prefixes"
_YES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_OTHERS = re.compile(r"(?m)^(?:database|endpoint)\s*:")  # of readers that share the suffix
_LOOKS = re.compile(rf"(?m)^\s*(?:.*[{{,]\s*)?(?:{'|'.join(KNOWN)}):\s")


def looks(head: bytes) -> bool:
    """Does the file say one of the characteristics of something, and name no database or endpoint?"""
    text = head.decode("utf-8", "replace")
    return _LOOKS.search(text) is not None and not _OTHERS.search(text)


def read(source: Path, *, log: Log | None = None) -> Iterator[Triple]:
    """Triples about relations. Faults carry the line; without a log they are raised as one UserError at the end."""
    faults = log if log is not None else Log()
    with open_bytes(source) as f:
        raw = f.read(MAX_BYTES + 1)
    root = _compose(raw, source.name, faults)
    prefixes: dict[str, str] = dict(v.WELL_KNOWN)
    seen: dict[str, int] = {}
    for key, value in root.value if root else ():
        if key.value == PREFIXES:
            prefixes |= _prefixes(value, source.name, faults)
    for key, value in root.value if root else ():
        line = _line(key)
        if key.value == PREFIXES and isinstance(key, yaml.ScalarNode):
            continue
        try:
            relation = _key(key, prefixes, "a relation")
            if (first := seen.setdefault(relation, line)) != line:
                raise Faulty(f"the relation '{relation}' stands in line {first} already; say all of it in one place")
            if not isinstance(value, yaml.MappingNode) or not value.value:
                raise Faulty(f"'{relation}' says nothing: characteristics are wanted, such as {{symmetric: yes}}")
        except Faulty as e:
            faults.fault(source.name, line, str(e))
            continue
        yield Triple(relation, v.TYPE, Term("iri", v.PROPERTY), line)
        said: set[str] = set()
        for name, what in value.value:
            try:
                if _text(name, "a characteristic") in said:
                    raise Faulty(f"'{name.value}' is said twice of '{relation}'")
                said.add(name.value)
                yield Triple(relation, *_characteristic(name.value, what, prefixes), _line(name))
            except Faulty as e:
                faults.fault(source.name, _line(name), str(e))
    if log is None:
        faults.check()


def _compose(raw: bytes, name: str, log: Log) -> yaml.MappingNode | None:
    """The YAML mapping of the file as nodes, which know their lines."""
    if len(raw) > MAX_BYTES:
        log.fault(name, 1, f"a properties file of more than {MAX_BYTES >> 20} MB: is it one?")
        return None
    try:
        root = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as e:
        log.fault(name, raw[: e.start].count(b"\n") + 1, f"not UTF-8: byte 0x{raw[e.start]:02x}")
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        log.fault(name, mark.line + 1 if mark else 1, f"not YAML: {e.problem or e.context}")
    except yaml.YAMLError as e:
        log.fault(name, 1, f"not YAML: {str(e).splitlines()[0]}")
    except RecursionError:
        log.fault(name, 1, "nested too deeply")
    else:
        if isinstance(root, yaml.MappingNode):
            return root
        if root is not None:
            log.fault(name, _line(root), "relations with their characteristics are wanted, such as `borders: {symmetric: yes}`")
    return None


def _prefixes(node: yaml.Node, name: str, log: Log) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode):
        log.fault(name, _line(node), "prefixes: a name and an IRI for each is wanted, such as {ex: 'http://example.org/'}")
        return {}
    found = {}
    for key, value in node.value:
        try:
            found[_text(key, "a prefix")] = _text(value, "the IRI of a prefix")
        except Faulty as e:
            log.fault(name, _line(key), str(e))
    return found


def _characteristic(name: str, node: yaml.Node, prefixes: dict[str, str]) -> tuple[str, Term]:
    """Predicate and object that say it. Raises Faulty."""
    if name in TEXTS:
        return TEXTS[name], Term("literal", _text(node, name))
    if name in CHOICES:
        predicate, choices = CHOICES[name]
        text = _text(node, name)
        if text not in choices:
            raise Faulty(f"{name}: '{text}' is none of {', '.join(choices)}; {near(text, choices)}")
        return predicate, Term("literal", text)
    if name in FLAGS:
        if not _flag(node, name):
            raise Faulty(f"{name}: no cannot be declared; leave the line out: what nothing declares does not hold")
        return v.TYPE, Term("iri", FLAGS[name])
    if name == "name_like":
        return v.NAME_LIKE, Term("literal", str(_flag(node, name)).lower(), v.XSD + "boolean")
    if name == "inverse":
        return v.INVERSE, Term("iri", _key(node, prefixes, "the inverse"))
    if name == "datatype":
        text = _text(node, name)
        return v.RANGE, Term("iri", datatype(_expand(text, prefixes)) or v.XSD + "string")
    raise Faulty(f"unknown characteristic '{name}'; {near(name, KNOWN)}")


def _text(node: yaml.Node, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null" or not node.value.strip():
        raise Faulty(f"{what}: a text is wanted")
    text: str = node.value.strip()
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise Faulty(f"{what}: no text: it holds a NUL or half of a surrogate pair")
    return text


def _flag(node: yaml.Node, what: str) -> bool:
    if not isinstance(node, yaml.ScalarNode) or node.value.lower() not in _YES:
        raise Faulty(f"{what}: yes or no is wanted")
    return _YES[node.value.lower()]


def _key(node: yaml.Node, prefixes: dict[str, str], what: str) -> str:
    return _expand(_text(node, what), prefixes)


def _expand(text: str, prefixes: dict[str, str]) -> str:
    """The IRI of a prefixed name; what has no known prefix, or stands in angle brackets, as it is."""
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    prefix, colon, rest = text.partition(":")
    return prefixes[prefix] + rest if colon and not rest.startswith("//") and prefix in prefixes else text


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "properties.yaml": (
        "prefixes: {ex: 'http://example.org/'}\n"
        "# what a person says\n"
        "borders: {symmetric: yes, label: shares a border with}\n"
        "ex:capital:\n"
        "  inverse: ex:capital_of\n"
        "  functional: yes\n"
        "iso: {kind: code, datatype: string, name_like: no}\n"
        "http://example.org/heisst: {role: label}\n",
        [
            Triple("borders", v.TYPE, Term("iri", v.PROPERTY), 3),
            Triple("borders", v.TYPE, Term("iri", v.SYMMETRIC), 3),
            Triple("borders", v.LABEL, Term("literal", "shares a border with"), 3),
            Triple("http://example.org/capital", v.TYPE, Term("iri", v.PROPERTY), 4),
            Triple("http://example.org/capital", v.INVERSE, Term("iri", "http://example.org/capital_of"), 5),
            Triple("http://example.org/capital", v.TYPE, Term("iri", v.FUNCTIONAL), 6),
            Triple("iso", v.TYPE, Term("iri", v.PROPERTY), 7),
            Triple("iso", v.KIND, Term("literal", "code"), 7),
            Triple("iso", v.RANGE, Term("iri", v.XSD + "string"), 7),
            Triple("iso", v.NAME_LIKE, Term("literal", "false", v.XSD + "boolean"), 7),
            Triple("http://example.org/heisst", v.TYPE, Term("iri", v.PROPERTY), 8),
            Triple("http://example.org/heisst", v.ROLE, Term("literal", "label"), 8),
        ],
    )
}
