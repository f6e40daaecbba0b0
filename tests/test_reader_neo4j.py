"""The Neo4j reader: real graphs written as APOC and neo4j-admin write them, values, options, faults and mutations."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import neo4j
from kg2corpus.readers._common import Log
from kg2corpus.types import Term, Triple
from tests.conftest import COUNTRIES

XSD = v.XSD


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def facts(triples: list[Triple]) -> list[tuple[str, str, str]]:
    return [(t.subject, t.predicate.rpartition("#")[2], t.object.value) for t in triples]


def node(id_: str, labels: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "node", "id": id_, "labels": labels, "properties": properties}


def link(start: str, label: str, end: str, **properties: Any) -> dict[str, Any]:
    ends = {"start": {"id": start, "labels": ["X"]}, "end": {"id": end, "labels": ["X"]}}
    return {"type": "relationship", "id": "1", "label": label, "properties": properties, **ends}


def lines(*records: Any) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


# real graphs, written by a few lines of script


class Graph:
    """A TSV set as nodes with properties, and links."""

    def __init__(self, folder: Path) -> None:
        def rows(name: str) -> list[list[str]]:
            text = (folder / name).read_text(encoding="utf-8")
            return [line.split("\t") for line in text.split("\n") if line]

        self.nodes = {row[0]: (row[1], row[2]) for row in rows("entities.tsv")}
        self.values: dict[str, dict[str, list[str]]] = {key: {} for key in self.nodes}
        self.links: list[tuple[str, str, str]] = []
        for subject, relation, object_, kind, *_ in rows("triples.tsv"):
            if kind == "entity":
                self.links.append((subject, relation, object_))
            else:
                self.values[subject].setdefault(relation, []).append(object_)

    def triples(self, prefix: str = "node:") -> set[tuple[str, str, str]]:
        """What a reader should find."""
        found = {(prefix + s, r, prefix + o) for s, r, o in self.links}
        found |= {(prefix + s, r, x) for s, of in self.values.items() for r, values in of.items() for x in values}
        found |= {(prefix + key, "label", label) for key, (label, _) in self.nodes.items()}
        return found | {(prefix + key, "type", f"type:{kind}") for key, (_, kind) in self.nodes.items()}

    def records(self) -> list[dict[str, Any]]:
        found = [node(key, [kind], name=label, **self.values[key]) for key, (label, kind) in self.nodes.items()]
        return found + [link(s, r, o, row=i) for i, (s, r, o) in enumerate(self.links)]


def same(graph: Graph, path: Path, last: int) -> None:
    """Each triple is there, each relationship with its own number as its qualifier, in the order of the file."""
    assert neo4j.looks(path.read_bytes()[:65536])
    found = list(neo4j.read(path))
    assert set(facts(found)) == graph.triples()
    assert sorted(int(q[1].value) for t in found for q in t.qualifiers) == list(range(len(graph.links)))
    assert [t.position for t in found] == sorted(t.position for t in found)
    assert found[-1].position == last


@pytest.mark.parametrize("shape", ["lines", "array", "object", "ids"])
def test_countries_as_json(shape: str, tmp_path: Path) -> None:
    records = (countries := Graph(COUNTRIES)).records()
    if shape == "lines":
        text = lines(*records)
    elif shape == "array":
        text = json.dumps(records)
    else:
        parts = [[r for r in records if r["type"] == kind] for kind in ("node", "relationship")]
        keyed = [{r["id"]: r for r in parts[0]}, {str(i): r for i, r in enumerate(parts[1])}]
        text = json.dumps(dict(zip(("nodes", "rels"), keyed if shape == "ids" else parts, strict=True)), indent=1)
    path = write(tmp_path, "all.json", text)
    same(countries, path, last=842 + 2104)


def test_countries_as_csv_of_apoc(tmp_path: Path) -> None:
    """One file: lists as JSON in a cell, what is not there empty, all cells quoted."""
    countries = Graph(COUNTRIES)
    names = sorted({name for of in countries.values.values() for name in of})
    path = tmp_path / "all.csv"
    with path.open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, quoting=csv.QUOTE_ALL)
        out.writerow(["_id", "_labels", "name", *names, "_start", "_end", "_type", "row"])
        for key, (label, kind) in countries.nodes.items():
            cells = [countries.values[key].get(name, []) for name in names]
            cells_ = [c[0] if len(c) == 1 else json.dumps(c, ensure_ascii=False) if c else "" for c in cells]
            out.writerow([key, f":{kind}", label, *cells_, "", "", "", ""])
        for i, (s, r, o) in enumerate(countries.links):
            out.writerow(["", "", "", *[""] * len(names), s, o, r, i])
    same(countries, path, last=1 + 842 + 2104)


def admin(graph: Graph, folder: Path) -> list[Path]:
    names = sorted({name for of in graph.values.values() for name in of})
    with (folder / "nodes.csv").open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(["key:ID", "name", *(f"{name}:string[]" for name in names), ":LABEL"])
        for key, (label, kind) in graph.nodes.items():
            out.writerow([key, label, *("|".join(graph.values[key].get(name, [])) for name in names), kind])
    with (folder / "links.csv").open("w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow([":START_ID", ":END_ID", ":TYPE"])
        out.writerows([s, o, r] for s, r, o in graph.links)
    return [folder / "nodes.csv", folder / "links.csv"]


def test_countries_as_csv_of_neo4j_admin(tmp_path: Path) -> None:
    """Two files, which join by the ids."""
    countries = Graph(COUNTRIES)
    paths = admin(countries, tmp_path)
    assert all(neo4j.looks(path.read_bytes()[:65536]) for path in paths)
    assert set(facts([t for path in paths for t in neo4j.read(path, array="|")])) == countries.triples()


@pytest.mark.data
def test_larger_graphs(kg_data: Path, tmp_path: Path) -> None:
    """A type with a mark and a space in it is given its name as a label too."""
    for name, nodes, triples in (("wordnet31-animals", 7510, 12_994), ("codex-s-labelled", 924, 14_025)):
        graph = Graph(kg_data / "kg" / name)
        assert (len(graph.nodes), len(graph.links)) == (nodes, triples)
        types = {kind for _, kind in graph.nodes.values() if " " in kind and "/" in kind}
        wanted = {t for t in graph.triples() if t[2] != "type:"} | {(f"type:{kind}", "label", kind) for kind in types}
        paths = [write(tmp_path, "all.jsonl", lines(*graph.records())), *admin(graph, tmp_path)]
        assert set(facts(list(neo4j.read(paths[0])))) == wanted
        assert set(facts([t for path in paths[1:] for t in neo4j.read(path, array="|")])) == wanted


# single values and layouts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([True, 7, 1.5, float("inf")], [("true", "boolean"), ("7", "integer"), ("1.5", "double"), ("INF", "double")]),
        (["2018-10-10", "2018-02-30"], [("2018-10-10", "date"), ("2018-02-30", "")]),
        ("2018-10-10T12:30", [("2018-10-10T12:30:00", "dateTime")]),
        ("2018-10-30T22:00:04.33-0700[America/Los_Angeles]", [("2018-10-30T22:00:04.33-07:00", "dateTime")]),
        ("2018-10-10T12:30:01.123456789Z", [("2018-10-10T12:30:01.123456789Z", "dateTime")]),
        ("12:30:01", [("12:30:01", "")]),
        (["a", 1, ["b"]], [("a", ""), ("1", "integer"), ("b", "")]),
        ({"crs": "wgs-84", "latitude": 56.7, "longitude": 12.78, "height": None}, [("56.7, 12.78", "")]),
        ({"crs": "cartesian-3d", "x": 1.0, "y": 2.0, "z": 3.0}, [("1.0, 2.0, 3.0", "")]),
        (None, []), ("", []), ([], []),
    ],
)
def test_values_of_json(value: Any, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    found = list(neo4j.read(write(tmp_path, "a.jsonl", lines(node("1", [], x=value))), log=(log := Log())))
    assert [(t.object.value, t.object.datatype.removeprefix(XSD)) for t in found] == expected
    assert log.notes == ({"empty value": 1} if value in (None, "") else {})


ADMIN = (
    'personId:ID(Person),"name",born:int,height:double,alive:boolean,on:date,at:datetime{timezone:Europe/Stockholm},'
    "place:point{crs:WGS-84},marks:int[],secret:IGNORE,for:duration,:LABEL\n"
    'keanu,"Keanu\nReeves",1964,1.86,True,1964-09-02,2018-10-10T10:00+0100,"{latitude:33.9, longitude:35.5}",1;2,x,P1DT2H,'
    "Person;Actor\n"
    "nobody,,,,,,,,,,,\n"
)


def test_columns_of_neo4j_admin(tmp_path: Path) -> None:
    found = list(neo4j.read(write(tmp_path, "people.csv", ADMIN)))
    assert {(t.predicate.rpartition("#")[2], t.object.value, t.object.datatype.removeprefix(XSD)) for t in found} == {
        ("label", "Keanu\nReeves", ""), ("type", "type:Person", ""), ("type", "type:Actor", ""), ("born", "1964", "integer"),
        ("height", "1.86", "double"), ("alive", "true", "boolean"), ("on", "1964-09-02", "date"),
        ("at", "2018-10-10T10:00:00+01:00", "dateTime"), ("place", "33.9, 35.5", ""), ("marks", "1", "integer"),
        ("marks", "2", "integer"), ("for", "P1DT2H", "duration"),
    }  # fmt: skip
    assert {(t.subject, t.position) for t in found} == {("Person:keanu", 2)}
    named = list(neo4j.read(write(tmp_path, "a.csv", "name:ID\nOslo\n"), type="City;Place", prefix="x/"))
    assert {t.subject for t in named} == {"x/node:Oslo"}
    assert [t.object.value for t in named] == ["Oslo", "type:City", "type:Place"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_relationships_of_neo4j_admin(delimiter: str, tmp_path: Path) -> None:
    text = "\ufeff:START_ID(Person),roles:string[],:END_ID(Movie),:TYPE\r\n\r\nkeanu,Neo/The One,tt1,ACTED_IN\r\n"
    path = write(tmp_path, "roles.csv", text.replace(",", delimiter))
    (found,) = neo4j.read(path, array="/")
    qualifiers = (("roles", Term("literal", "Neo")), ("roles", Term("literal", "The One")))
    assert found == Triple("Person:keanu", "ACTED_IN", Term("iri", "Movie:tt1"), 3, qualifiers=qualifiers)
    path = write(tmp_path, "untyped.csv", ":START_ID,:END_ID\n1,2\n".replace(",", delimiter))
    assert facts(list(neo4j.read(path, relation="KNOWS"))) == [("node:1", "KNOWS", "node:2")]


def test_typed_csv_of_apoc(tmp_path: Path) -> None:
    text = (
        "_id:id,_labels:label,name,born:long,kids:array,foaf:nick,_start:id,_end:id,_type:label,since:long\n"
        '7,:User,Adam,1942,"[""Sam"",""Anna""]",Ad,,,,\n,,,,,,7,8,KNOWS,1993\n'
    )
    found = list(neo4j.read(write(tmp_path, "a.csv", text)))
    assert facts(found) == [
        ("node:7", "label", "Adam"), ("node:7", "type", "type:User"), ("node:7", "born", "1942"), ("node:7", "kids", "Sam"),
        ("node:7", "kids", "Anna"), ("node:7", "foaf:nick", "Ad"), ("node:7", "KNOWS", "node:8"),
    ]  # fmt: skip
    assert found[2].object.datatype == XSD + "integer"
    assert found[-1].qualifiers == (("since", Term("literal", "1993", XSD + "integer")),)


def test_relationships_alone_name_their_ends_and_maps_are_several_properties(tmp_path: Path) -> None:
    record = link("1", "KNOWS", "2")
    record["start"] |= {"properties": {"name": "Ada", "home": {"city": "Oslo", "at": {"x": 1}}}}
    assert facts(list(neo4j.read(write(tmp_path, "a.jsonl", lines(record))))) == [
        ("node:1", "label", "Ada"), ("node:1", "type", "type:X"), ("node:1", "home_city", "Oslo"), ("node:1", "home_at_x", "1"),
        ("node:2", "type", "type:X"), ("node:1", "KNOWS", "node:2"),
    ]  # fmt: skip


def test_own_keys_and_labels(tmp_path: Path) -> None:
    text = lines(node("1", [], uri="x:a", code="A"), node("2", [], code="B"), link("1", "IS", "2"))
    found = facts(list(neo4j.read(write(tmp_path, "a.jsonl", text), key="uri", label="code, name")))
    assert found == [("x:a", "label", "A"), ("x:a", "uri", "x:a"), ("node:2", "label", "B"), ("x:a", "IS", "node:2")]
    with pytest.raises(UserError, match=r"^a\.jsonl: no node has a text as its property 'cod'") as caught:
        list(neo4j.read(tmp_path / "a.jsonl", label="cod"))
    assert "'code'" in caught.value.hint
    early = write(tmp_path, "b.jsonl", lines(node("2", []), link("1", "IS", "2"), node("1", [])))
    with pytest.raises(UserError, match=r"^b\.jsonl:2: node '1' does not stand before its relationship"):
        list(neo4j.read(early, key="uri"))
    with pytest.raises(UserError, match=r"^people\.csv: key= does not work for files of neo4j-admin"):
        list(neo4j.read(write(tmp_path, "people.csv", ADMIN), key="name"))


# faults


BAD: list[tuple[str, str]] = [
    ('{"type":"node","id":"1"', "no JSON: Expecting ',' delimiter (column 24)"),
    ('{"type":"edge"}', 'expected an object with "type": "node" or "relationship", found {"type": "edge"}'),
    ("[1]", 'expected an object with "type": "node" or "relationship", found [1]'),
    ('{"type":"node","labels":[]}', 'the node has no "id"'),
    ('{"type":"node","id":true}', 'the node has no "id" but true'),
    ('{"type":"node","id":"1","labels":"Person"}', '"labels" is not a list but "Person"'),
    ('{"type":"node","id":"1","labels":[1]}', '"labels" is no list of texts but [1]'),
    ('{"type":"node","id":"1","properties":[1]}', '"properties" is not an object but [1]'),
    ('{"type":"node","id":"1","properties":{"":1}}', "a property has no name"),
    ('{"type":"node","id":"1","properties":{"x":"\\ud800"}}', "U+D800, which is no character"),
    ('{"type":"node","id":"1","properties":{"x":' + "[" * 100_000 + "}}", "JSON nested too deeply"),
    ('{"type":"node","id":"1","properties":{"x":' + "1" * 5000 + "}}", "no JSON that can be read: Exceeds the limit"),
    ('{"type":"relationship","label":"R","start":{"id":"1"}}', 'the node has no "id"'),
    ('{"type":"relationship","start":{"id":"1"},"end":{"id":"1"}}', 'the relationship has no "label"'),
    ('{"type":"relationship","label":"R","start":"1","end":{"id":"1"}}', '"start" is not an object but "1"'),
]


@pytest.mark.parametrize(("line", "message"), BAD)
def test_faults_of_json_lines(line: str, message: str, tmp_path: Path) -> None:
    """A bad line harms no other."""
    path = write(tmp_path, "a.jsonl", f"{lines(node('1', ['A']))}{line}\n\n{lines(node('2', ['B']))}")
    log = Log(skip_bad=True)
    assert facts(list(neo4j.read(path, log=log))) == [("node:1", "type", "type:A"), ("node:2", "type", "type:B")]
    assert log.count == 1
    assert log.faults[0].startswith(f"a.jsonl:2: {message}")
    with pytest.raises(UserError, match=r"^a\.jsonl:2: "):
        list(neo4j.read(path))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    good = lines(node("1", ["A"])).encode()
    with pytest.raises(UserError, match=r"^a\.jsonl:2: not UTF-8: byte 0xff"):
        list(neo4j.read(write(tmp_path, "a.jsonl", good + good.replace(b"A", b"\xff"))))
    with pytest.raises(UserError, match=r"^a\.csv:3: not UTF-8: byte 0xff"):
        list(neo4j.read(write(tmp_path, "a.csv", b":ID,name\n1,a\n2,\xff\n")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no export of Neo4j"),
        ("name,age\nAda,36\n", "no export of Neo4j"),
        (":START_ID,:TYPE\n1,R\n", "no export of Neo4j"),
        (":START_ID,:END_ID\n1,2\n", "no column :TYPE"),
        ('[{"type":"node","id":"1"},', "no JSON"),
        ('{"nodes":[],"rels":3}', "beside lists of nodes and relationships it holds something else"),
        (":ID,born:itn\n1,1\n", "column 'born' has the unknown type 'itn'"),
        ("a:ID,b:ID\n1,1\n", "several columns :ID"),
        (":ID,name,:string\n1,1,1\n", "column 3 has no name"),
    ],
)
def test_what_is_no_export(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"^a\.json(:1)?: {message}") as caught:
        list(neo4j.read(write(tmp_path, "a.json", text)))
    assert caught.value.hint


def test_faults_of_csv(tmp_path: Path) -> None:
    text = ':ID,name\n1,"a"\n2\n,x\n"3"x,b\n\n4,d\n5,"open\n'
    log = Log(skip_bad=True)
    assert [t.subject for t in neo4j.read(write(tmp_path, "a.csv", text), log=log)] == ["node:1", "node:4"]
    assert log.faults == [
        "a.csv:3: expected 2 columns, found 1",
        "a.csv:4: neither the id of a node, nor a relationship: no start and no end and no type",
        "a.csv:5: no CSV: ',' expected after '\"'",
        "a.csv:8: no CSV: unexpected end of data",
    ]
    with pytest.raises(UserError, match=r"^b\.csv:2: no type"):
        list(neo4j.read(write(tmp_path, "b.csv", ":START_ID,:END_ID,:TYPE\n1,2,\n")))


def test_what_has_no_end(tmp_path: Path) -> None:
    log = Log(max_line=1 << 16)
    for name, text in (("a.jsonl", '{"type":"' + "a" * 100_000), ("b.csv", ":ID,name\n1," + "a" * 100_000)):
        with pytest.raises(UserError, match=rf"^{name}:\d: a line of more than 65,536 bytes"):
            list(neo4j.read(write(tmp_path, name, text), log=log))
    with pytest.raises(UserError, match=r"^c\.csv:\d+: a record of more than 65,536 bytes"):
        list(neo4j.read(write(tmp_path, "c.csv", ":ID,name\n1," + '"a\n",' * 20_000), log=log))
    big = write(tmp_path, "d.json", '[{"type":"node","id":"' + "a" * (33 << 20))
    with pytest.raises(UserError, match=r"^d\.json: one JSON array or object of more than 32 MiB"):
        list(neo4j.read(big))


@pytest.mark.parametrize(
    "head",
    [
        b"", b"\xff\xfe", b"subject,relation,object\n", b'{"id":"Q42","type":"item","labels":{}}', b'{"nodes":[{"id":1}]}',
        b'{"version":0.6,"elements":[{"type":"node","id":1,"lat":2}]}', b'{"type":"FeatureCollection","features":[]}',
        b"_source,_target\n1,2\n", b'{"sub_label":"A","obj_label":"B"}\n', b"id,start_id,end_id\n",
    ],
)  # fmt: skip
def test_what_others_read(head: bytes) -> None:
    assert not neo4j.looks(head)


def harmless(path: Path, **options: str) -> None:
    """The only ways out: triples, or a UserError that begins with the file's name."""
    found: list[Triple] = []
    said = path.name
    try:
        found = list(neo4j.read(path, **options))
    except UserError as e:
        said = e.message
    assert said.startswith(path.name)
    assert all(t.position > 0 and t.subject.strip() and t.predicate.strip() and t.object.value.strip() for t in found)
    "".join(f"{t.subject} {t.predicate} {t.object.value}" for t in found).encode()


POINT = {"crs": "wgs-84", "latitude": 1.5, "longitude": 2.5}
REAL = [
    lines(node("1", ["A"], name="a", at="2018-10-10T10:00", here=POINT), link("1", "R", "1", x=[1, None])),
    json.dumps([node("1", ["A"], name="a", here=POINT), link("1", "R", "1", x=[1, None])]),
    json.dumps({"nodes": [node("1", ["A"], name="a")], "rels": [link("1", "R", "1", x=1)]}),
    ADMIN,
    '_id,_labels,name,x,_start,_end,_type\n1,:A:B,"a ""b""","[1,2]",,,\n,,,,1,2,R\n',
]
CUTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 20), st.binary(max_size=4)), max_size=4)


@given(st.sampled_from(REAL), CUTS, st.sampled_from(["", "name"]))
def test_mutations(tmp_path_factory: pytest.TempPathFactory, text: str, cuts: list[tuple[int, int, bytes]], key: str) -> None:
    data = text.encode()
    for start, length, new in cuts:
        data = data[:start] + new + data[start + length :]
    harmless(write(tmp_path_factory.getbasetemp(), "mutated", data), key=key)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["node", "relationship"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "id", "labels", "label", "properties", "start", "end", "x"]), inner, max_size=8),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4), st.booleans())
def test_json_of_wrong_shapes(tmp_path_factory: pytest.TempPathFactory, records: list[Any], whole: bool) -> None:
    text = json.dumps(records) if whole else lines(node("0", []), *records)
    harmless(write(tmp_path_factory.getbasetemp(), "shapes", text.encode("utf-8", "surrogatepass")))


@given(st.binary(max_size=300))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    neo4j.looks(data)
    harmless(write(tmp_path_factory.getbasetemp(), "random", data))
