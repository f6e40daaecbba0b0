"""JSON Lines of triples: what they give, what is said about faulty lines, and real files counted another way."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import jsonl
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import Log
from kg2corpus.store.load import load
from kg2corpus.types import Term, Triple

from .conftest import COUNTRIES
from .test_load import image


def put(folder: Path, *records: object, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


def literal(value: str, datatype: str = "", language: str = "") -> Term:
    return Term("literal", value, v.XSD + datatype if datatype else "", language)


def test_objects_of_all_kinds(tmp_path: Path) -> None:
    objects = {
        '"b"': Term("iri", "b"), '"_:b"': Term("blank", "_:b"), '{"id": "b"}': Term("iri", "b"),
        "7": literal("7", "integer"), "1.50": literal("1.50", "decimal"), "-1E3": literal("-1E3", "double"),
        "true": literal("true", "boolean"), '{"value": "b"}': literal("b"), '{"value": ""}': literal(""),
        '{"value": 7}': literal("7", "integer"), '{"value": "7", "datatype": "xsd:int"}': literal("7", "int"),
        '{"value": 7, "datatype": "decimal"}': literal("7", "decimal"),
        '{"value": "b", "language": "dz"}': literal("b", "", "dz"),
        '{"value": "b", "language": null, "datatype": "string"}': literal("b"),
        '{"value": "P", "datatype": "http://x.test/wkt"}': Term("literal", "P", "http://x.test/wkt"),
    }  # fmt: skip
    path = put(tmp_path, *(f'{{"subject": "a", "relation": "r", "object": {text}}}' for text in objects))
    assert [t.object for t in jsonl.read(path)] == list(objects.values())
    assert [t.object for t in jsonl.read(put(tmp_path, *(f'["a", "r", {text}]' for text in objects)))] == list(objects.values())


def test_what_is_said_about_a_statement_and_its_ends(tmp_path: Path) -> None:
    record = {
        "subject": "a", "predicate": "r", "object": "b", "rank": "deprecated", "graph": "g", "subject_label": "A",
        "object_label": "B",
        "predicate_label": "is with", "subject_type": "Thing|x:T", "object_type": ["Thing"], "extra": 1,
        "qualifiers": {"since": {"value": "1999", "datatype": "gYear"}, "with": ["c", 2]},
    }  # fmt: skip
    log = Log()
    first, *others = jsonl.read(put(tmp_path, "", record, {**record, "object": "a"}), log=log)
    qualifiers = (("since", literal("1999", "gYear")), ("with", Term("iri", "c")), ("with", literal("2", "integer")))
    assert first == Triple("a", "r", Term("iri", "b"), 2, "", "deprecated", "g", qualifiers)
    described = [(t.subject, t.predicate.rpartition("#")[2], t.object.value) for t in others]
    assert described == [
        ("a", "label", "A"), ("a", "type", "type:Thing"), ("type:Thing", "label", "Thing"), ("a", "type", "x:T"),
        ("r", "label", "is with"), ("b", "label", "B"), ("b", "type", "type:Thing"), ("a", "r", "a"), ("a", "label", "B"),
    ], "each is said once"  # fmt: skip
    assert log.notes == {"key 'extra' of JSON Lines, which is not read": 2}


def test_other_names_of_the_keys(tmp_path: Path) -> None:
    path = put(tmp_path, {"h": "a", "relation": "r", "t": "b", "subject": 1})
    assert list(jsonl.read(path, subject="h", object="t")) == [Triple("a", "r", Term("iri", "b"), 1)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"subject": "a"', r"not JSON: Expecting ',' delimiter at character 16"),
        ("7", "an object or an array of three is wanted, found 7"),
        ('["a", "b"]', "an array of subject, predicate and object is wanted, found 2 items"),
        ('{"relation": "r", "object": "b"}', "the subject is missing"),
        ('{"subject": "a", "object": "b"}', "the predicate is missing"),
        ('{"subject": "a", "relation": "r"}', "the object is missing"),
        ('{"subject": "a", "relation": "r", "object": null}', "the object is missing"),
        ('{"subject": 3, "relation": "r", "object": "b"}', 'the subject should be a text, found 3'),
        ('{"subject": "a", "relation": " ", "object": "b"}', "the predicate is empty"),
        ('{"subject": "a", "relation": "r", "predicate": "s", "object": "b"}', "the predicate is given twice"),
        ('["a", "r", ""]', "the object is empty"),
        ('["a", "r", ["b"]]', r"the object should be a text, a number, or an object .* found \[\"b\"\]"),
        ('["a", "r", {"value": 1, "id": "b"}]', "the object should be"),
        ('["a", "r", {"value": ["b"]}]', "the value of the object should be a text"),
        ('["a", "r", {"value": "b", "datatype": "intger"}]', "unknown datatype 'intger'; did you mean 'integer'"),
        ('["a", "r", {"value": "b", "datatype": "int", "language": "en"}]', "the object has a language and a datatype"),
        ('{"subject": "a", "relation": "r", "object": 1, "object_label": "One"}', "object_label is given, and the object is"),
        ('{"subject": "a", "relation": "r", "object": "b", "rank": "best"}', "the rank 'best' is none; one of preferred"),
        ('{"subject": "a", "relation": "r", "object": "b", "qualifiers": []}', "qualifiers should be an object"),
        ('{"subject": "a", "relation": "r", "object": "b", "qualifiers": {"": 1}}', "a qualifier has an empty key"),
        ('["a", "r", "\\ud800"]', "the object is no text"),
        ('["a", "r", "\\u0000"]', "the object is no text"),
        ('["a", "r", NaN]', "not JSON: NaN is no JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ('["a", "r", "b"] ["a", "r", "b"]', "not JSON: Extra data at character 17"),
    ],
)
def test_faults(line: str, message: str, tmp_path: Path) -> None:
    path = put(tmp_path, ["x", "r", "y"], line, ["x", "r", "z"])
    with pytest.raises(UserError, match=rf"^a\.jsonl:2: {message}") as caught:
        list(jsonl.read(path))
    assert "--skip-bad" in caught.value.hint
    log = Log(skip_bad=True)
    assert [t.object.value for t in jsonl.read(path, log=log)] == ["y", "z"], "a bad line harms no other"
    assert log.count == 1


def test_numbers_of_any_length(tmp_path: Path) -> None:
    (found,) = jsonl.read(put(tmp_path, f'["a", "r", {"9" * 10_000}]'))
    assert found.object == literal("9" * 10_000, "integer")


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b'\xef\xbb\xbf\n{"subject": "a", "predicate": "b", "object": "c"}\n', True),
        (b'["a", "b", 3]\n', True),
        (b'{"subject": "a", "relation": "b", "object": "' + b"c" * 9_000, True),
        (b'{"id": "Q42", "type": "item", "claims": {}}\n', False),
        (b'{"type": "node", "id": "0", "labels": ["User"]}\n', False),
        (b"[\n", False),
        (b"", False),
        (b"\xff\xfe{", False),
    ],
)
def test_what_looks_like_it(head: bytes, is_one: bool, tmp_path: Path) -> None:
    assert jsonl.looks(head) is is_one
    if is_one:
        path = tmp_path / "a.jsonl"
        path.write_bytes(head)
        assert choose(path)[0] == "jsonl"


def test_countries_as_json_lines(tmp_path: Path) -> None:
    """The demo graph written as JSON Lines gives the very store that its own format gives."""
    from kg2corpus.readers import tsv

    def record(t: Triple) -> dict[str, object]:
        o = t.object
        value = {"value": o.value, "datatype": o.datatype, "language": o.language} if o.kind == "literal" else o.value
        return {"subject": t.subject, "predicate": t.predicate, "object": value}

    path = put(tmp_path, *map(record, tsv.read(COUNTRIES)), name="countries.jsonl")
    load([COUNTRIES], str(tmp_path / "tsv.db"))
    load([path], str(tmp_path / "jsonl.db"))
    assert image(tmp_path / "jsonl.db", "statement", "meta") == image(tmp_path / "tsv.db", "statement", "meta")


@pytest.mark.data
def test_bear_with_its_own_keys(kg_data: Path, tmp_path: Path) -> None:
    """Real files of another layout, read by naming their keys."""
    source = tmp_path / "P36.jsonl"
    rows = [json.loads(line) for line in (kg_data / "kg" / "bear" / "BEAR" / "P36.jsonl").open(encoding="utf-8")]
    source.write_text("".join(json.dumps({**row, "relation": "capital"}) + "\n" for row in rows), encoding="utf-8")
    log = Log()
    found = list(jsonl.read(source, log=log, subject="sub_id", object="obj_id"))
    assert [(t.subject, t.object.value, t.position) for t in found] == [
        (row["sub_id"], row["obj_id"], i) for i, row in enumerate(rows, 1)
    ]
    assert len(found) > 50
    assert log.notes["key 'sub_label' of JSON Lines, which is not read"] == len(rows)


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 6), noise=st.binary(max_size=60))
def test_nothing_breaks_it(seed: int, changes: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    text, _ = jsonl.SAMPLE["sample.jsonl"]
    assert isinstance(text, str)
    data, rng = bytearray(text.encode()), random.Random(seed)
    for _ in range(changes):
        at = rng.randrange(len(data))
        mark = rng.choice(b'{}[]",:0\\\n').to_bytes(1)
        data[at : at + rng.randrange(3)] = noise[: rng.randrange(8)] if rng.random() < 0.5 else mark
    for content in (bytes(data), noise):
        path = tmp_path_factory.getbasetemp() / "fuzz.jsonl"
        path.write_bytes(content)
        jsonl.looks(content)
        log = Log(skip_bad=True)
        for t in jsonl.read(path, log=log):
            assert t.subject
            assert t.predicate
            assert t.object.kind == "literal" or t.object.value
            (t.subject + t.predicate + t.object.value).encode()
        assert all(fault.startswith("fuzz.jsonl:") for fault in log.faults)
