"""Tables: mapped columns, the layouts that are known by their header, faults, and real files counted another way."""

from __future__ import annotations

import csv
import io
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _kgtk, table
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers._cells import suggestion
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import Log
from kg2corpus.types import Term, Triple

from .conftest import COUNTRIES

XSD = v.XSD
SPO: dict[str, Any] = {"subject": "s", "predicate": "p", "object": "o"}


def put(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def literal(value: str, datatype: str = "", language: str = "") -> Term:
    return Term("literal", value, XSD + datatype if datatype else "", language)


# mappings


def test_every_column_that_can_be_mapped(tmp_path: Path) -> None:
    text = (
        'id,name,kind,about,other,rel,rel name,to,to name,to kind,n,unit type,lang,since,by,sure,where\n'
        'D1,Aspirin,Drug|x:Old,"a pill, white",ASA|Acid,r1,treats,M1,Pain,,,,,1899,Bayer,preferred,g1\n'
        "D1,Aspirin,Drug,,,r2,,,,,7.5,decimal,,,,,\n"
        "D1,Aspirin,Drug,,,r3,,,,,Aspirine,,fr,,,,\n"
        "D2,Warfarin,Drug,,,r4,,,,,,,,,,,\n"
    )  # fmt: skip
    log = Log()
    found = list(
        table.read(
            put(tmp_path, text), log=log, subject="id", label="name", type="kind", description="4", aliases="other",
            predicate="rel", predicate_label="rel name", object="to", object_label="to name", object_type="=Disease", value="n",
            datatype="unit type", language="lang", qualifiers=("since", "by"), rank="sure", graph="where",
        )
    )  # fmt: skip
    assert found == [
        Triple("D1", "r1", Term("iri", "M1"), 2, "", "preferred", "g1", (("since", literal("1899")), ("by", literal("Bayer")))),
        Triple("D1", v.LABEL, literal("Aspirin"), 2),
        Triple("D1", v.TYPE, Term("iri", "type:Drug"), 2),
        Triple("type:Drug", v.LABEL, literal("Drug"), 2),
        Triple("D1", v.TYPE, Term("iri", "x:Old"), 2),
        Triple("D1", v.DESCRIPTION, literal("a pill, white"), 2),
        Triple("D1", v.ALT_LABEL, literal("ASA"), 2),
        Triple("D1", v.ALT_LABEL, literal("Acid"), 2),
        Triple("r1", v.LABEL, literal("treats"), 2),
        Triple("M1", v.LABEL, literal("Pain"), 2),
        Triple("M1", v.TYPE, Term("iri", "type:Disease"), 2),
        Triple("type:Disease", v.LABEL, literal("Disease"), 2),
        Triple("D1", "r2", literal("7.5", "decimal"), 3),
        Triple("D1", "r3", literal("Aspirine", "", "fr"), 4),
        Triple("D2", v.LABEL, literal("Warfarin"), 5),
        Triple("D2", v.TYPE, Term("iri", "type:Drug"), 5),
    ]
    assert log.notes == {table.NO_OBJECT: 1, "cell of column 10 (to kind), which is not mapped": 4}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("s,p,o\na,b,c\n", SPO),
        ("s;p;o\r\na;b;c\r\n", SPO),
        ("s|p|o\na|b|c", SPO),
        ("\ufeffs\tp\to\na\tb\tc\n", SPO),
        ('\ufeff"s","p","o"\n"a","b","c"\n', SPO),
        ("s!p!o\na!b!c\n", SPO | {"delimiter": "!"}),
        ("s,p,o\na,b,c\n", SPO | {"delimiter": "comma"}),
        ("a,b,c\n", {"header": False, "subject": "1", "predicate": "2", "object": "3"}),
        ("s,o,o\na,x,c\n", {"subject": "s", "predicate": "=b", "object": "3"}),
        ("subject,Relation,object\na,b,c\n", {}),
        ("x,y\n,\na,c\n", {"subject": "x", "predicate": "=b", "object": "y"}),
    ],
)
def test_delimiters_and_headers(text: str, options: dict[str, Any], tmp_path: Path) -> None:
    log = Log(skip_bad=True)
    found = list(table.read(put(tmp_path, text), log=log, **options))
    assert [(t.subject, t.predicate, t.object.value) for t in found] == [("a", "b", "c")]


def test_cells_with_line_ends(tmp_path: Path) -> None:
    path = put(tmp_path, 's,p,o\na,b,"c\nd ""e"""\n\n\na,b,f\n"a",b,g"\n')
    found = list(table.read(path, **SPO))
    assert [(t.object.value, t.position) for t in found] == [('c\nd "e"', 2), ("f", 6), ('g"', 7)]


@pytest.mark.parametrize(
    ("text", "options", "message", "hint"),
    [
        ("", SPO, r"t\.csv: not a table: its first line is empty", "names of its columns"),
        ("s\x00p\n", SPO, r"t\.csv: not a table: it holds NUL", "columns"),
        (b"s,\xff\n", SPO, r"t\.csv:1: not UTF-8: byte 0xff at byte 3", "UTF-8"),
        ("only\nx\n", SPO, r"t\.csv: one column only: only", "delimiter"),
        ("s,p,o\n", SPO | {"delimiter": "ab"}, r"t\.csv: the delimiter 'ab' is none", "tab"),
        ("s,p,o\n", SPO | {"object": "obj"}, r"t\.csv: no column 'obj', which is given as object", "there is: o, p, s"),
        ("drug,p,o\n", SPO | {"subject": "durg"}, r"t\.csv: no column 'durg', which is given as subject", "'drug'"),
        ("s,p,o\n", SPO | {"qualifiers": ("4",)}, r"t\.csv: no column '4', which is given as qualifiers", "there is"),
        ("a,b,c\n", SPO | {"header": False}, r"t\.csv: no column 's'", "3 columns, known by their numbers"),
        ("s,p,s\n", SPO | {"object": "p", "predicate": "=x"}, r"t\.csv: several columns are named 's'", "subject=1 or 3"),
        ("s,p,o\n", {"subject": "s", "object": "o"}, r"t\.csv: the mapping lacks predicate", "=treats"),
        ("s,p,o\n", {"subject": "s", "predicate": "p"}, r"t\.csv: the mapping lacks object or value", "column"),
        ("s,p,o\n", {"subject": "s"}, r"t\.csv: the mapping has a subject and nothing about it", "--map"),
        ("drug,effect,disease\n", {}, "the columns of this table are not known: 1 drug, 2 effect, 3 disease",
         "--map subject=drug,predicate=effect,object=disease"),
        ("s,p,o\na,b,c\na,b\n", SPO, r"t\.csv:3: expected 3 cells, found 2", "skip-bad"),
        ("s,p,o\na,b,c,d\n", SPO, r"t\.csv:2: expected 3 cells, found 4", "skip-bad"),
        ("s,p,o\n ,b,c\n", SPO, r"t\.csv:2: the subject is empty", "skip-bad"),
        ("s,p,o\na,,c\n", SPO, r"t\.csv:2: the predicate is empty", "skip-bad"),
        (b"s,p,o\na,b,\xff\n", SPO, r"t\.csv:2: not UTF-8: byte 0xff at byte 5 of the line", "skip-bad"),
        (b"s,p,o\na,b,\x00\n", SPO, r"t\.csv:2: not text: it holds a NUL byte", "skip-bad"),
        ('s,p,o\na,b,c\na,b,"c\na,b,c\n', SPO, r"t\.csv:3: a quotation mark opens here .* never closed .*quoting=none", "skip"),
        ('s,p,o\na,b,"c"d\n', SPO, r"""t\.csv:2: ',' expected after '"'""", "skip-bad"),
        ("s,p,o\na,b,c\rd,e,f\n", SPO, r"t\.csv:2: a carriage return within a cell", "skip-bad"),
        ("s,p,o\na,b," + "c" * 200_000 + "\n", SPO, r"t\.csv:2: a cell of more than 131,072 characters", "skip-bad"),
        ("s,p,o\na,b,1\n", {"subject": "s", "predicate": "p", "value": "o", "datatype": "=intger"},
         r"t\.csv:2: unknown datatype 'intger'; did you mean 'integer'", "skip-bad"),
        ("s,p,o\na,b,1\n", SPO | {"rank": "=best"}, r"t\.csv:2: the rank 'best' is none", "skip-bad"),
    ],
)  # fmt: skip
def test_faults(text: str | bytes, options: dict[str, Any], message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message) as caught:
        list(table.read(put(tmp_path, text), **options))
    assert hint in caught.value.hint


def test_a_datatype_for_all_values(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n1,"2"\n')
    for said in ("integer", "=integer", "xsd:integer", "=" + XSD + "integer"):
        (found,) = table.read(path, subject="a", predicate="=n", value="b", datatype=said)
        assert found.object == literal("2", "integer")


def test_quotation_marks_as_text(tmp_path: Path) -> None:
    path = put(tmp_path, 's\tp\to\na\tb\t"quoted\n', "t.tsv")
    (found,) = table.read(path, quoting="none", **SPO)
    assert found.object.value == '"quoted'


@pytest.mark.parametrize(
    ("names", "proposed"),
    [
        ("drug,effect,disease", "--map subject=drug,predicate=effect,object=disease"),
        ("drug,name,effect,disease", "--map subject=drug,predicate=effect,object=disease,subject_label=name"),
        ("person,city", '--map "subject=person,predicate==related to,object=city"'),
        ("Source Name,To,Source", '--map "subject=Source,predicate==related to,object=To,subject_label=Source Name"'),
        ("relation,display_relation,x_id,x_type,x_name,y_id,y_type,y_name",
         "--map subject=x_id,predicate=display_relation,object=y_id,subject_label=x_name,object_label=y_name,"
         "subject_type=x_type,object_type=y_type"),
    ],
)  # fmt: skip
def test_what_is_proposed_can_be_used(names: str, proposed: str, tmp_path: Path) -> None:
    import shlex

    from kg2corpus.readers._choose import parse_options

    assert suggestion(names.split(",")) == proposed
    options = parse_options([], shlex.split(proposed)[1])
    count = len(names.split(","))
    found = list(table.read(put(tmp_path, names + "\n" + ",".join(f"x{i}" for i in range(count)) + "\n"), **options))
    assert sum(not t.predicate.startswith("http") for t in found) == 1


# known layouts


MOVIES = """id\tnode1\tlabel\tnode2
t1\tterminator\tlabel\t'The Terminator'@en
t2\tterminator\tinstance_of\tfilm
t5\tterminator\tpublication_date\t^1984-10-26T00:00:00Z/11
t6\tt5\tlocation\tunited_states
t7\tterminator\tpublication_date\t^1985-02-08T00:00:00Z/11
t16\tterminator\tduration\t108
t8\tt7\tlocation\tsweden
t9\tterminator\tdirector\tjames_cameron
"""


def test_kgtk_edges(tmp_path: Path) -> None:
    path = put(tmp_path, MOVIES, "movies.tsv")
    assert choose(path)[0] == "table"
    found = list(table.read(path))
    assert [(t.predicate, t.object, t.position, t.qualifiers) for t in found] == [
        (v.LABEL, literal("The Terminator", "", "en"), 2, ()),
        (v.TYPE, Term("iri", "film"), 3, ()),
        ("publication_date", literal("1984-10-26", "date"), 4, (("location", Term("iri", "united_states")),)),
        ("publication_date", literal("1985-02-08", "date"), 6, (("location", Term("iri", "sweden")),)),
        ("duration", literal("108", "integer"), 7, ()),
        ("director", Term("iri", "james_cameron"), 9, ()),
    ]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Q42", Term("iri", "Q42")),
        ('"a \\"b\\" \\| c"', literal('a "b" | c')),
        ("'it\\'s'@en-gb", literal("it's", "", "en-gb")),
        ("42", literal("42", "integer")),
        ("-4.20e1", literal("-4.20e1", "double")),
        ("^2020-01-01T00:00:00Z/9", literal("2020", "gYear")),
        ("^2020-05-00T00:00:00Z/10", literal("2020-05", "gYearMonth")),
        ("^2020-05-06T00:00:00Z/11", literal("2020-05-06", "date")),
        ("^2020-05-06T10:20:30Z/14", literal("2020-05-06T10:20:30Z", "dateTime")),
        ("^2020-05-06T10:20", literal("2020-05-06T10:20:00", "dateTime")),
        ("^2020-00-00T00:00:00Z/11", literal("2020", "gYear")),
        ("^-0044-03-15T00:00:00Z/11", literal("-0044-03-15", "date")),
        ("^1905-00-00T00:00:00Z/8", literal("the 1900s")),
        ("@043.26193/-010.92708", Term("literal", "Point(-10.92708 43.26193)", _kgtk.GEO)),
        ("True", literal("true", "boolean")),
        ("novalue", Term("novalue", "")),
        ("somevalue", Term("somevalue", "")),
    ],
)
def test_kgtk_values(text: str, term: Term, tmp_path: Path) -> None:
    (found,) = table.read(put(tmp_path, f"node1\tlabel\tnode2\na\tr\t{text}\n", "a.tsv"))
    assert found.object == term


def test_kgtk_columns_units_and_ranks(tmp_path: Path) -> None:
    text = (
        "node1\tlabel\tnode2\tid\trank\tnode1;label\tlabel;label\tnode2;label\tnode2;size\tsource\n"
        "a\tP1\t+17.2Q11573\te1\tpreferred\t'Aa'@en\tis with\t\t\t\"a book\"\n"
        "a\tP2\tb\te2\t\t'Aa'@en\t\tBe\t3\n"
        "e2\tP580\t^1999/9\n"
    )
    log = Log()
    assert list(table.read(put(tmp_path, text.replace("1999/9\n", "1999/9\te3" + "\t" * 5 + "\n"), "a.tsv"), log=log)) == [
        Triple(
            "a", "P1", literal("+17.2", "decimal"), 2, "", "preferred", "",
            (("unit", Term("iri", "Q11573")), ("source", literal("a book"))),
        ),
        Triple("a", v.LABEL, literal("Aa", "", "en"), 2),
        Triple("P1", v.LABEL, literal("is with"), 2),
        Triple("a", "P2", Term("iri", "b"), 3, "", "", "", (("P580", literal("1999", "gYear")),)),
        Triple("b", v.LABEL, literal("Be"), 3),
    ]  # fmt: skip
    assert log.notes == {"column 'node2;size' of a KGTK file, which speaks of a node and not of the edge": 1}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\tr", "expected 4 columns, found 2"),
        ("a\t\tb\te9", "label is empty"),
        ("a\tr\t\te9", "node2 is empty"),
        ('"a"\tr\tb\te9', 'node1 should be an entity, found "a"'),
        ("a\tr\t'open\te9", "no KGTK text, date or place: 'open"),
        ("a\tr\t^last year\te9", "no KGTK text, date or place"),
        ("late\tr\tb\te9", "a qualifier of the edge 'late', which is not among the"),
    ],
)
def test_kgtk_faults(row: str, message: str, tmp_path: Path) -> None:
    path = put(tmp_path, f"node1\tlabel\tnode2\tid\na\tr\tb\te1\n{row}\nc\tr\td\tlate\n", "a.tsv")
    with pytest.raises(UserError, match=rf"^a\.tsv:3: {message}"):
        list(table.read(path))
    assert len(list(table.read(path, log=Log(skip_bad=True)))) == 2


def test_kgtk_edges_are_held_for_a_while_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kgtk, "WINDOW", 10)
    edges = "".join(f"a\tr\tn{i}\te{i}\n" for i in range(30))
    path = put(tmp_path, f"node1\tlabel\tnode2\tid\n{edges}e25\tq\tx\t\ne3\tq\tx\t\n", "a.tsv")
    log = Log(skip_bad=True)
    found = list(table.read(path, log=log))
    assert [t.object.value for t in found] == [f"n{i}" for i in range(30)], "in the order of the file"
    assert {t.object.value: t.qualifiers for t in found if t.qualifiers} == {"n25": (("q", Term("iri", "x")),)}
    assert log.faults == ["a.tsv:33: a qualifier of the edge 'e3', which is not among the 10 edges before it"]


CONCEPTNET = (
    '/a/[/r/IsA/,/c/en/cat/,/c/en/animal/]\t/r/IsA\t/c/en/cat\t/c/en/animal\t{"dataset": "/d/conceptnet/4/en", "weight": 4.0}\n'
    '/a/[/r/Synonym/,/c/fr/chat/n/,/c/en/cat/]\t/r/Synonym\t/c/fr/chat/n\t/c/en/cat\t{"weight": 1.0, "license": "cc:by/4.0"}\n'
    "/a/[/r/ExternalURL/,/c/en/cat/]\t/r/ExternalURL\t/c/en/cat\thttp://dbpedia.org/resource/Cat\t{}\n"
)


def test_conceptnet(tmp_path: Path) -> None:
    path = put(tmp_path, CONCEPTNET, "conceptnet-assertions-5.7.0.csv")
    assert choose(path)[0] == "table"
    found = list(table.read(path))
    facts = [t for t in found if t.predicate != v.LABEL]
    assert [(t.subject, t.predicate, t.object.value, t.position) for t in facts] == [
        ("/c/en/cat", "/r/IsA", "/c/en/animal", 1),
        ("/c/fr/chat/n", "/r/Synonym", "/c/en/cat", 2),
        ("/c/en/cat", "/r/ExternalURL", "http://dbpedia.org/resource/Cat", 3),
    ]
    assert facts[0].qualifiers == (("weight", literal("4.0", "decimal")), ("dataset", literal("/d/conceptnet/4/en")))
    assert [(t.subject, t.object.value, t.object.language) for t in found if t.predicate == v.LABEL] == [
        ("/c/en/cat", "cat", "en"), ("/c/en/animal", "animal", "en"), ("/c/fr/chat/n", "chat", "fr"),
    ]  # fmt: skip
    log = Log()
    assert [t.position for t in table.read(path, log=log, language="en") if t.predicate != v.LABEL] == [1]
    assert log.notes["ConceptNet assertion whose ends are not both of the language 'en'"] == 2
    wrong = "a\tb\n/a/x\t/r/IsA\tcat\t/c/en/b\t{}\n/a/x\tIsA\t\t\t\n/a/x\t/r/X\t/c/en/a\t/c/en/b\t{\n"
    log = Log(skip_bad=True)
    assert list(table.read(put(tmp_path, CONCEPTNET + wrong, "c.csv"), log=log)) == found
    assert [fault.split(": ", 1)[0] for fault in log.faults] == ["c.csv:4", "c.csv:5", "c.csv:6", "c.csv:7"]


def test_hetionet(tmp_path: Path) -> None:
    edges = put(tmp_path, "source\tmetaedge\ttarget\nCompound::DB1\tCtD\tDisease::D1\nGene::1\tGr>G\tGene::2\n", "edges.sif")
    nodes = put(tmp_path, "id\tname\tkind\nCompound::DB1\tAspirin\tCompound\n", "nodes.tsv")
    assert {choose(edges)[0], choose(nodes)[0]} == {"table"}
    assert [(t.subject, t.predicate, t.object.value) for t in table.read(edges)] == [
        ("Compound::DB1", "CtD", "Disease::D1"), ("CtD", v.LABEL, "treats"),
        ("Gene::1", "Gr>G", "Gene::2"), ("Gr>G", v.LABEL, "regulates"),
    ]  # fmt: skip
    assert [(t.subject, t.predicate, t.object.value) for t in table.read(nodes)] == [
        ("Compound::DB1", v.LABEL, "Aspirin"), ("Compound::DB1", v.TYPE, "type:Compound"),
        ("type:Compound", v.LABEL, "Compound"),
    ]  # fmt: skip


def test_a_triples_file_with_a_header_stays_one(tmp_path: Path) -> None:
    assert choose(put(tmp_path, "subject\trelation\tobject\na\tb\tc\n", "a.tsv"))[0] == "tsv"
    assert choose(put(tmp_path, "a\tb\tc\n", "a.tsv"))[0] == "tsv"
    assert choose(put(tmp_path, "subject\trelation\tobject\tobject_label\na\tb\tc\td\n", "a.tsv"))[0] == "table"
    assert choose(put(tmp_path, "x\ty\tz\n", "a.tsv"), "", SPO)[0] == "table", "a mapping says that it is a table"


# real files


def test_countries_as_csv(tmp_path: Path) -> None:
    lines = [line.split("\t") for line in (COUNTRIES / "triples.tsv").read_text(encoding="utf-8").splitlines()]
    path = tmp_path / "countries.csv"
    with path.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f, delimiter=";").writerows([["from", "how", "to", "text"]] + [
            [s, p, o, ""] if kind == "entity" else [s, p, "", o] for s, p, o, kind, *_ in lines
        ])
    found = list(table.read(path, subject="from", predicate="how", object="to", value="text"))
    assert [(t.subject, t.predicate, t.object.value, t.object.kind == "iri", t.position) for t in found] == [
        (s, p, o.strip(), kind == "entity", i) for i, (s, p, o, kind, *_) in enumerate(lines, 2)
    ]


@pytest.mark.data
def test_famplex(kg_data: Path, tmp_path: Path) -> None:
    """Files without a header, some with quoted cells, counted by their lines."""
    with tarfile.open(kg_data / "formats" / "famplex.tar.xz") as tar:
        tar.extractall(tmp_path, filter="data")
    relations, descriptions = (next(tmp_path.rglob(f"{name}.csv")) for name in ("relations", "descriptions"))
    lines = relations.read_text(encoding="utf-8").splitlines()
    found = list(table.read(relations, header=False, subject="2", predicate="3", object="5", subject_type="1"))
    facts = [t for t in found if t.predicate in ("isa", "partof")]
    assert len(facts) == len(lines) > 5_000
    assert {t.predicate: t for t in facts}.keys() == {line.split(",")[2] for line in lines}
    described = list(table.read(descriptions, header=False, subject="1", description="3"))
    whole = list(csv.reader(io.StringIO(descriptions.read_text(encoding="utf-8"), newline="")))
    assert [(t.subject, t.object.value) for t in described] == [(row[0], row[2].strip()) for row in whole if row[2].strip()]
    assert len(described) > 400


QUOTED = 'a,b,c\n"x ""y""\n",2,3\nü,é,\n'


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32), which=st.sampled_from([MOVIES, CONCEPTNET, QUOTED]), noise=st.binary())
def test_nothing_breaks_it(seed: int, which: str, noise: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    data, rng = bytearray(which.encode()), random.Random(seed)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(data))
        marks = [b"", b'"', b"\t", b"\n", b"\r", b"\0", b"\xff", b"'", b"^", b"@", b"|", noise[:5]]
        data[at : at + rng.randrange(4)] = rng.choice(marks)
    for content in (bytes(data), noise):
        path = tmp_path_factory.getbasetemp() / "fuzz.csv"
        path.write_bytes(content)
        table.looks(content)
        for options in ({}, {"subject": "1", "predicate": "=p", "object": "2"}):
            log, refused = Log(skip_bad=True), None
            try:
                for t in table.read(path, log=log, **options):  # type: ignore[arg-type]
                    assert t.subject
                    assert t.predicate
                    (t.subject + t.object.value).encode()
            except UserError as e:
                refused = e
            assert refused is None or (refused.message.startswith("fuzz.csv") and refused.hint)
            assert all(fault.startswith("fuzz.csv:") for fault in log.faults)
