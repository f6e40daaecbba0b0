"""Marks for identifiers, codes and coordinates, against labels that were given by hand.

The rules were written with countries and chemical-elements in view; the other sets, and the properties of Wikidata, whose
datatypes are Wikidata's own, were labelled and measured afterwards. One rule (what the values of something called an ID may
look like) was then widened, which took the recall on Wikidata from 93 to 95 %.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import api
from kg2corpus.marks import FORMS, SYNTAX, mark, marks
from tests.graphs import make_graph

# data set -> relations that hold something else than plain values; every other literal relation of the set is plain
LABELLED = {
    "kg/countries": {
        "calling_code": "code", "iso_code": "code", "olympic_code": "code", "top_level_domain": "code",
        "latitude": "coordinate", "longitude": "coordinate",
    },
    "kg/chemical-elements": {"cas": "identifier"},
    "formats/sample.ged": {},
    "formats/brick.tar.xz": {"email": "identifier"},
}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", LABELLED)
def test_whole_sets_as_labelled_by_hand(name: str, kg_data: Path, tmp_path: Path) -> None:
    source = kg_data / name
    if name.endswith(".tar.xz"):
        source = unpacked(source, tmp_path) / "Brick.ttl"
    api.load([source], str(tmp_path / "kg.db"))
    graph = api.snapshot(str(tmp_path / "kg.db"))
    found = {graph.relations()[r].name: m.kind for r, m in marks(graph.columns).items()}
    assert len(found) >= 8
    held = {row for row, m in marks(graph.columns).items() if m.kind == "syntax"}
    assert all(graph.relations()[row].key.startswith(tuple(SYNTAX)) for row in held)
    plain = ("plain", "syntax")
    assert {relation: kind for relation, kind in found.items() if kind not in plain} == LABELLED[name]


# Wikidata's datatype -> our kind; entities of any sort are no literals
TRUTH = {
    "ExternalId": "identifier", "Url": "identifier", "CommonsMedia": "identifier", "GlobeCoordinate": "coordinate",
    "Globecoordinate": "coordinate",  # both spellings stand in the files
    "String": "plain", "Monolingualtext": "plain", "Quantity": "plain", "Time": "plain",
}  # fmt: skip


@pytest.mark.data
def test_properties_of_wikidata(kg_data: Path, tmp_path: Path) -> None:
    """Some 500 properties, most with few values: names and values must tell what Wikidata says outright."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, datatype, kind, values in properties(unpacked(kg_data / "formats/wikidata-fixtures.tar.xz", tmp_path)):
        counts[TRUTH[kind], mark([name], values, datatype=datatype)[0]] += 1
    assert sum(counts.values()) > 480
    assert counts["plain", "plain"] >= 30
    assert not {pair: n for pair, n in counts.items() if pair[0] == "plain" != pair[1]}, "nothing plain is marked"
    assert counts["coordinate", "coordinate"] >= 1
    identifiers = sum(n for (truth, _), n in counts.items() if truth == "identifier")
    assert counts["identifier", "identifier"] + counts["identifier", "code"] >= 0.93 * identifiers
    assert not counts["identifier", "coordinate"]


def properties(folder: Path) -> list[tuple[str, str, str, list[str]]]:
    """(English label or number, datatype, Wikidata's datatype, values) of the properties that the Turtle files use."""
    import pyoxigraph as ox

    label, kind, values = {}, {}, defaultdict(set)
    datatypes = {}
    for path in sorted((folder / "rdf/ttl").glob("*.ttl")):
        for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject, predicate = getattr(q.subject, "value", "").rsplit("/", 1)[-1], q.predicate.value
            if predicate.endswith("#label") and getattr(q.object, "language", "") == "en":
                label[subject] = q.object.value
            elif predicate.endswith("ontology#propertyType"):
                kind[subject] = q.object.value.rpartition("#")[2]
            elif "/prop/direct/P" in predicate:
                name = predicate.rsplit("/", 1)[1]
                values[name].add(q.object.value)
                datatypes[name] = q.object.datatype.value if isinstance(q.object, ox.Literal) else ""
    found = []
    for name, texts in sorted(values.items()):
        if kind.get(name) in TRUTH:
            media = kind[name] == "CommonsMedia"  # dumps give the name of the file
            plain = datatypes[name] if not datatypes[name].endswith(("#string", "#langString")) else ""
            held = sorted(t.rsplit("/", 1)[1] if media else t for t in texts)
            found.append((label.get(name, name), plain, kind[name], held))
    return found


def unpacked(archive: Path, to: Path) -> Path:
    import tarfile

    with tarfile.open(archive) as tar:
        tar.extractall(to, filter="data")
    return to


XSD = "http://www.w3.org/2001/XMLSchema#"
MANY = range(1, 60)
PLAIN: list[tuple[str, list[str], str]] = [
    ("population", [str(53_217 * i) for i in MANY], ""),
    ("population", [str(53_217 * i) for i in MANY], XSD + "integer"),
    ("founded", [str(1800 + i) for i in MANY], ""),
    ("birth date", [f"19{i:02}-03-0{i % 9 + 1}" for i in MANY], ""),
    ("birth date", [f"19{i:02}030{i % 9 + 1}" for i in MANY], ""),
    ("reign", [f"{1800 + i}-{1820 + i}" for i in MANY], ""),
    ("height", [f"1.{i:02} m" for i in MANY], ""),
    ("height", [f"{100 + i}cm" for i in MANY], ""),
    ("revenue", [f"USD{i * 12345}" for i in MANY], ""),
    ("melting point", [str(i * 7.25) for i in MANY], XSD + "double"),
    ("latitude of origin", ["north", "south"], ""),
    ("formula", ["H2O", "CO2", "C6H12O6", "NaCl", "H2SO4", "C2H5OH"] * 10, ""),
    ("electron configuration", [f"[Ar] 3d{i % 10} 4s2" for i in MANY], ""),
    ("symbol", ["H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg"] * 3, ""),
    ("atomic number", [str(i) for i in MANY], XSD + "integer"),
    ("name", [f"Person {i}" for i in MANY], ""),
    ("blood type", ["A", "B", "AB", "O"] * 20, ""),
    ("score", [f"{i % 7}-{i % 5}" for i in MANY], ""),
    ("range", [f"{i}.5, {i}.9" for i in MANY], ""),
    ("code of conduct", ["be kind to each other at all times, whatever happens", "no smoking in the building"] * 15, ""),
    ("dress code", ["formal attire", "smart casual wear", "no dress code at all"] * 10, ""),
    ("shirt number", [str(i) for i in MANY], ""),
    ("chapter", [f"Chapter {i}" for i in MANY], ""),
    ("ratio", [f"{i}:{i + 1}" for i in MANY], ""),
    ("idea", ["freedom", "justice", "peace"] * 10, ""),
    ("abbreviation", ["NATO", "EU", "UNESCO", "WHO", "ASEAN", "OPEC"] * 5, ""),
    ("landlocked", ["true", "false"] * 20, XSD + "boolean"),
    ("motto", ["In God We Trust", "E pluribus unum"] * 11, ""),
    ("coordinate system", ["polar", "Cartesian"] * 11, ""),
]
MARKED: list[tuple[str, list[str], str, str]] = [
    ("x", ["978-0-306-40615-7", "0-306-40615-2"], "", "identifier"),
    ("x", ["0000-0002-1825-0097"], "", "identifier"),
    ("x", ["550e8400-e29b-41d4-a716-446655440000"], "", "identifier"),
    ("x", ["10.1000/182", "10.1038/nphys1170"], "", "identifier"),
    ("homepage", ["https://example.org/a"], "", "identifier"),
    ("anything", ["whatever"], XSD + "anyURI", "identifier"),
    ("flag image", ["Flag of Bhutan.svg"], "", "identifier"),
    ("imdbId", ["nm0010930", "nm0000234"], "", "identifier"),
    ("GeoNames ID", ["3041565", "290557"], XSD + "integer", "identifier"),
    ("serial number", ["A-77-12", "B-12-99"], "", "identifier"),
    ("freebase", [f"/m/02x{i}k" for i in MANY], "", "identifier"),
    ("xref", ["GO:0005739", "CHEBI:15377"], "", "identifier"),
    ("wd", [f"Q{i * 977 + 100}" for i in MANY], "", "identifier"),
    ("register", [f"{i * 77:08}" for i in MANY], "", "identifier"),
    ("telephone", ["+43 1 5056070", "(01) 505 60 70"], "", "identifier"),
    ("cca3", [a + b + "X" for a in "ABCDEFGH" for b in "KLMN"], "", "code"),
    ("ccn3", [f"{i * 4:03}" for i in MANY], "", "code"),
    ("airport IATA code", ["VIE", "LHR"], "", "code"),
    ("ISO 639-1", ["de", "en", "zh-Hant"], "", "code"),
    ("postal code", ["1040", "SW1A 1AA"], "", "code"),
    ("where", ["Point(16.37 48.2)", "POINT Z (1 2 3)"], "", "coordinate"),
    ("where", ["<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(1 2)"], "", "coordinate"),
    ("where", ["48.2082, 16.3738", "-33.8688, 151.2093"], "", "coordinate"),
    ("location", ["48.2 16.4", "-33.9 151.2"], "", "coordinate"),
    ("where", ["48°12′30″N 16°22′23″E"], "", "coordinate"),
    ("geoLat", ["48.2", "-33.9"], XSD + "decimal", "coordinate"),
    ("http://www.w3.org/2003/01/geo/wgs84_pos#long", ["16.4", "151.2"], XSD + "float", "coordinate"),
]


@pytest.mark.parametrize(("name", "values", "datatype"), PLAIN)
def test_plain(name: str, values: list[str], datatype: str) -> None:
    assert mark([name], values, datatype=datatype) == ("plain", "")


@pytest.mark.parametrize(("name", "values", "datatype", "kind"), MARKED)
def test_marked(name: str, values: list[str], datatype: str, kind: str) -> None:
    found, why = mark([name], values, datatype=datatype)
    assert (found, bool(why)) == (kind, True)


def test_a_quantity_with_a_unit_is_plain_whatever_it_looks_like() -> None:
    assert mark(["code weight"], ["12", "15"], unit="kg") == ("plain", "")
    assert mark(["where"], [], unit="") == ("plain", "")


def test_check_digits_are_checked() -> None:
    assert not FORMS["ISBNs"]("978-0-306-40615-8")
    assert not FORMS["ISSNs"]("1914-1918")
    assert not FORMS["CAS numbers"]("1333-74-1")
    assert FORMS["ISSNs"]("2049-3630")


def test_syntax_is_marked_by_its_key() -> None:
    shape, first = "http://www.w3.org/ns/shacl#node", "http://www.w3.org/1999/02/22-rdf-syntax-ns#first"
    hint = "/dataworld/gardening_hint/split_to"
    facts: list[Any] = [("e/1", key, "e/2") for key in (shape, first, hint, "e/node")]
    graph = make_graph(facts)
    found = {graph.relations()[row].key: m for row, m in marks(graph.columns).items()}
    assert {key: m.kind for key, m in found.items()} == dict.fromkeys((shape, first, hint), "syntax")
    assert found[shape].why == "it belongs to SHACL, which checks data"


def test_a_declared_kind_goes_before_the_measured_one() -> None:
    facts: list[Any] = [("e/1", "p/iso_code", ("AUT", "")), ("e/1", "p/born", ("1999", "")), ("e/1", "p/knows", "e/2")]
    columns = make_graph(facts).columns
    assert [m.kind for m in marks(columns).values()] == ["plain", "code"]
    at = columns.relations.column_names.index("kind")
    declared = columns.relations.set_column(at, "kind", [["identifier", "plain", "code"]])
    found = marks(type(columns)(**{**vars(columns), "relations": declared}))
    assert [(m.kind, m.declared) for m in found.values()] == [("identifier", True), ("plain", True), ("code", True)]
