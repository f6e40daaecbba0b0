"""JSON Lines of triples, one a line: an object with subject, predicate and object, or an array of the three.

- `subject`, `predicate` (or `relation`): keys. `object`: a text is the key of an entity; a number or a boolean is a literal,
  and so is `{"value": ..., "datatype": ..., "language": ...}`; `{"id": ...}` is an entity.
- `subject_label`, `predicate_label`, `object_label`: labels. `subject_type`, `object_type`: types, joined by `|` or an array.
- `qualifiers`: an object of keys with values as of `object`, or arrays of them. `rank`: preferred, normal or deprecated.
  `graph`: the name of the graph that the statement belongs to.
- The options `subject`, `predicate` and `object` name those keys where they are called otherwise.

Numbers keep their digits: 1 is an xsd:integer, 1.50 an xsd:decimal, 1e3 an xsd:double. A key with null counts as absent;
other keys are left aside and counted. A position is a line. Memory: a line, and the descriptions of the last entities.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log, text_lines
from ._describe import Faulty, Said, datatype, entity, rank

SUFFIXES = (".jsonl", ".ndjson", ".jl")
OTHER = ("subject_label", "predicate_label", "object_label", "subject_type", "object_type", "qualifiers", "rank", "graph")


class _Number(str):
    """A JSON number, as it is written."""


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_constant)
    except json.JSONDecodeError as e:
        raise Faulty(f"not JSON: {e.msg} at character {e.colno}") from e
    except ValueError as e:
        raise Faulty(f"not JSON: {e}") from e
    except RecursionError as e:
        raise Faulty("nested too deeply") from e


def looks(head: bytes) -> bool:
    """Is the first line a triple?"""
    first, whole, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    try:
        value = _parse(first.decode("utf-8"))
    except (UnicodeDecodeError, Faulty):
        # a line that is longer than the head is known by its keys
        named = b'"predicate"' in first or b'"relation"' in first
        return not whole and first.startswith(b"{") and b'"subject"' in first and named
    if isinstance(value, list):
        return len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], str)
    return isinstance(value, dict) and {"subject", "object"} <= value.keys() and bool({"predicate", "relation"} & value.keys())


def read(
    source: Path, *, log: Log | None = None, subject: str = "subject", predicate: str = "predicate", object: str = "object"
) -> Iterator[Triple]:
    """The triples of a JSON Lines file. Raises UserError with up to 100 faulty lines."""
    own = log or Log()
    names = {subject: "subject", predicate: "predicate", object: "object"}
    names = {"relation": "predicate"} | {name: name for name in OTHER} | names
    said = Said()
    for line, text in text_lines(source, own):
        if not text.strip():
            continue
        try:
            yield from list(_triples(_record(_parse(text), names, own), line, said, own))
        except Faulty as e:
            own.fault(source.name, line, str(e))
    if log is None:
        own.check()


def _record(value: Any, names: Mapping[str, str], log: Log) -> dict[str, Any]:
    """What a line holds, under our names."""
    if isinstance(value, list):
        if len(value) != 3:
            raise Faulty(f"an array of subject, predicate and object is wanted, found {len(value)} items")
        return dict(zip(("subject", "predicate", "object"), value, strict=True))
    if not isinstance(value, dict):
        raise Faulty(f"an object or an array of three is wanted, found {_shown(value)}")
    record: dict[str, Any] = {}
    for key, item in value.items():
        if key not in names:
            log.notes[f"key '{_shown(key)}' of JSON Lines, which is not read"] += 1
        elif item is not None:
            if names[key] in record:
                raise Faulty(f"the {names[key]} is given twice")
            record[names[key]] = item
    return record


def _triples(record: Mapping[str, Any], line: int, said: Said, log: Log) -> Iterator[Triple]:
    subject, predicate = _key(record, "subject"), _key(record, "predicate")
    if "object" not in record:
        raise Faulty("the object is missing")
    object = _term(record["object"], "object", log)
    given_rank = rank(_key(record, "rank")) if "rank" in record else ""
    graph = _key(record, "graph") if "graph" in record else ""
    qualifiers = tuple(_qualifiers(record.get("qualifiers", {}), log))
    if object.kind == "literal" and (lost := [k for k in ("object_label", "object_type") if k in record]):
        raise Faulty(f"{lost[0]} is given, and the object is a value; an entity is a text or has an 'id'")
    ends = {"subject": subject, "predicate": predicate, "object": object.value}
    about = [(key, _text(record.get(f"{e}_label", ""), f"{e}_label"), _joined(record, f"{e}_type")) for e, key in ends.items()]
    yield Triple(subject, predicate, object, line, "", given_rank, graph, qualifiers)
    for key, label, types in about:
        yield from said.text(key, label, line)
        yield from said.types(key, types, line)


def _qualifiers(given: Any, log: Log) -> Iterator[tuple[str, Term]]:
    if not isinstance(given, dict):
        raise Faulty(f"qualifiers should be an object of keys and values, found {_shown(given)}")
    for key, values in given.items():
        if not _text(key, "key of a qualifier").strip():
            raise Faulty("a qualifier has an empty key")
        for value in values if isinstance(values, list) else [values]:
            yield key, _term(value, f"qualifier {_shown(key)}", log)


def _term(value: Any, what: str, log: Log) -> Term:
    if isinstance(value, bool):
        return Term("literal", str(value).lower(), v.XSD + "boolean")
    if isinstance(value, _Number):
        exact = "double" if "e" in value.lower() else "decimal" if "." in value else "integer"
        return Term("literal", str(value), v.XSD + exact)
    if isinstance(value, str):
        return entity(_filled(value, what))
    if not isinstance(value, dict) or ("value" in value) == ("id" in value):
        raise Faulty(f"the {what} should be a text, a number, or an object with 'value' or 'id', found {_shown(value)}")
    for key in value.keys() - {"value", "id", "datatype", "language"}:
        log.notes[f"key '{_shown(key)}' of an object in JSON Lines, which is not read"] += 1
    if "id" in value:
        return entity(_filled(value["id"], f"id of the {what}"))
    text = value["value"]
    bare = _term(text, what, log) if isinstance(text, bool | _Number) else Term("literal", _text(text, f"value of the {what}"))
    language = _text(value.get("language") or "", "language")
    named = _text(value.get("datatype") or "", "datatype")
    if language and named:
        raise Faulty(f"the {what} has a language and a datatype; a text with a language has no other datatype")
    return Term("literal", bare.value, "" if language else datatype(named) if named else bare.datatype, language)


# texts


def _key(record: Mapping[str, Any], name: str) -> str:
    if name not in record:
        raise Faulty(f"the {name} is missing")
    return _filled(record[name], name)


def _filled(value: Any, name: str) -> str:
    if not (text := _text(value, name).strip()):
        raise Faulty(f"the {name} is empty")
    return text


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise Faulty(f"the {name} should be a text, found {_shown(value)}")
    if "\0" in value or not _encodes(value):
        raise Faulty(f"the {name} is no text: it holds a NUL or half of a surrogate pair")
    return value


def _joined(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name, "")
    return "|".join(_text(item, name) for item in (value if isinstance(value, list) else [value]))


def _encodes(text: str) -> bool:
    try:
        return bool(text.encode("utf-8")) or True
    except UnicodeEncodeError:
        return False


def _shown(value: Any) -> str:
    """A value as a message can hold it."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= 60 else text[:57] + "..."


_SAMPLED = [
    Triple("BTN", "capital", Term("iri", "Thimphu"), 1),
    Triple("BTN", v.LABEL, Term("literal", "Bhutan"), 1),
    Triple("BTN", "area", Term("literal", "38394.0", v.XSD + "decimal"), 2),
    Triple("BTN", "name", Term("literal", "འབྲུག", "", "dz"), 3),
    Triple(
        "BTN", "head of state", Term("iri", "Jigme"), 4, "", "preferred", "g",
        (("since", Term("literal", "2006", v.XSD + "gYear")),),
    ),
]  # fmt: skip
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "sample.jsonl": (
        '{"subject": "BTN", "relation": "capital", "object": "Thimphu", "subject_label": "Bhutan"}\n'
        '["BTN", "area", 38394.0]\n'
        '{"subject": "BTN", "predicate": "name", "object": {"value": "འབྲུག", "language": "dz"}}\n'
        '{"subject": "BTN", "predicate": "head of state", "object": {"id": "Jigme"}, "rank": "preferred", "graph": "g",'
        ' "qualifiers": {"since": {"value": "2006", "datatype": "gYear"}}}\n',
        _SAMPLED,
    )
}
