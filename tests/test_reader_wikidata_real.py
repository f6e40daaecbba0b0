"""The Wikidata reader on whole entities, against a plain count and against their Turtle."""

from __future__ import annotations

import json
import lzma
import random
import tarfile
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import wikidata
from kg2corpus.types import Term

from .test_reader_wikidata import COMMONS, DIRECT, ENTITY, JULIAN, ONTOLOGY, PROP, read
from .test_reader_wikidata_faults import check

# real entities


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .conftest import data_folder

    folder, data = tmp_path_factory.mktemp("wikidata"), data_folder()
    assert data is not None
    packed = lzma.decompress((data / "formats" / "wikidata-fixtures.tar.xz").read_bytes())
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def whole_entities(folder: Path) -> dict[str, dict[str, Any]]:
    files = [json.loads(p.read_bytes()) for p in sorted((folder / "json" / "entities").rglob("*.json"))]
    return {e["id"]: e for d in files for e in (d["entities"].values() if "entities" in d else [d])}


def kinds_in_turtle(path: Path) -> dict[str, str]:
    """Relations of which the Turtle says that they hold identifiers, addresses, files or places."""
    of = {"ExternalId": "identifier", "Url": "identifier", "CommonsMedia": "identifier", "GlobeCoordinate": "coordinate"}
    of["Globecoordinate"] = "coordinate"  # in older files
    told = (q for q in ox.parse(path=str(path)) if q.predicate.value == ONTOLOGY + "propertyType")
    named = {q.subject.value.replace(ENTITY, DIRECT): q.object.value.removeprefix(ONTOLOGY) for q in told}
    return {relation: of[name] for relation, name in named.items() if name in of}


@pytest.mark.data
def test_mutated_real_files(fixtures: Path, tmp_path: Path) -> None:
    rng = random.Random(7)
    folder = fixtures / "json" / "entities"
    for name in ("Q4", "Q6", "Q8", "Q17633526", "P3111".replace("P", "properties/P")):
        content = (folder / f"{name}.json").read_bytes()
        for _ in range(25):
            mutated = bytearray(content)
            for _ in range(rng.choice((1, 5, 50))):
                at = rng.randrange(len(mutated))
                mutated[at : at + rng.choice((0, 1, 1, 9))] = rng.choice(
                    (b"", b"\xff", b"{", b'"', b"9", b"]", b"\\ud800", b"\n")
                )
            path = tmp_path / "mutated.json"
            path.write_bytes(mutated[: rng.choice((len(mutated), rng.randrange(1, len(mutated))))])
            check(path)


@pytest.mark.data
@pytest.mark.parametrize("ranks", ["best", "all"])
def test_counts_of_real_entities(ranks: str, fixtures: Path, tmp_path: Path) -> None:
    """A dump of all fixtures gives as many statements and names as a plain count finds."""
    entities = whole_entities(fixtures)
    expected: Counter[str] = Counter()
    for entity in entities.values():
        if entity["id"][0] == "L":
            continue
        for field in ("labels", "descriptions"):
            expected[field] += 1 if {"en", "mul"} & set(entity.get(field) or {}) else 0
        expected["aliases"] += sum(len((entity.get("aliases") or {}).get(code, [])) for code in ("en", "mul"))
        if entity["id"][0] == "P":
            expected["about properties"] += sum(map(len, entity["claims"].values()))
            continue
        for statements in (entity.get("claims") or {}).values():
            kinds = [s["rank"] for s in statements]
            for s in statements:
                wanted = ranks == "all" or s["rank"] == ("preferred" if "preferred" in kinds else "normal")
                if (
                    wanted
                    and s["mainsnak"].get("datatype") not in ("geo-shape", "wikibase-lexeme")
                    and "Dates-8" not in s["id"]
                ):
                    expected["statements"] += 1
                    expected["qualifiers"] += sum(
                        q.get("datatype") not in ("wikibase-lexeme", "wikibase-form", "wikibase-sense")
                        for qs in s.get("qualifiers", {}).values()
                        for q in qs
                    )
    assert expected["statements"] > 1100
    path = tmp_path / "dump.json"
    path.write_text("[\n" + ",\n".join(map(json.dumps, entities.values())) + "\n]\n")
    found, log = read(path, ranks=ranks)
    assert not log.faults
    assert {t.position for t in found} <= set(range(2, len(entities) + 2))
    found = [t for t in found if not t.subject.startswith(DIRECT)]
    counts = Counter(t.predicate for t in found if t.object.value != v.PROPERTY and t.subject != ENTITY + "Q8")
    assert counts.pop(v.LABEL) == expected["labels"]
    assert counts.pop(v.DESCRIPTION) == expected["descriptions"]
    assert counts.pop(v.ALT_LABEL) == expected["aliases"]
    assert counts.total() == expected["statements"]
    assert sum(key.startswith(DIRECT) for t in found for key, _ in t.qualifiers) == expected["qualifiers"]
    assert log.notes["statement about a property, of which only the names are read"] == expected["about properties"] > 200
    assert log.notes["entity that is a lexeme, form or sense"] == 3


def gregorian(julian: str) -> str:
    """The Gregorian date of a Julian one, after 300: the Julian calendar is some days late, one more in most centuries."""
    year, month, day = map(int, julian.split("-"))
    century = (year if month > 2 else year - 1) // 100
    return str(date(year, month, day) + timedelta(days=century - century // 4 - 2))


def plain(term: Term) -> tuple[str, ...]:
    """A term of the reader as Wikidata's Turtle has it, where both are meant to agree."""
    value, kind = term.value, term.datatype.removeprefix(v.XSD)
    if kind in ("date", "gYear", "gYearMonth"):
        value += {"date": "", "gYear": "-01-01", "gYearMonth": "-01"}[kind]
        return "time", value + "T00:00:00Z"
    if kind == "decimal":
        return "number", str(Decimal(value).normalize())
    if value in COARSE:
        return "time", COARSE[value]
    if term.kind == "iri" or kind == "anyURI":
        return "iri", value
    return term.kind, value, term.language.lower()


COARSE = {
    "about 13,798 million years BC": "-13798000000-01-01T00:00:00Z",
    "about 13,700 million years BC": "-13700000000-01-01T00:00:00Z",
    "about 11,400 million years BC": "-11400000000-01-01T00:00:00Z",
    "about 16 billion years BC": "-16000000000-01-01T00:00:00Z",
    "the 3rd century": "0300-01-01T00:00:00Z",
}


def turtle(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> tuple[str, ...]:
    """The same of a term of the Turtle."""
    if isinstance(term, ox.BlankNode):
        return "somevalue", "", ""
    if isinstance(term, ox.NamedNode):
        return ("literal", term.value.removeprefix(COMMONS), "") if term.value.startswith(COMMONS) else ("iri", term.value)
    assert isinstance(term, ox.Literal)
    kind = term.datatype.value.removeprefix(v.XSD)
    if kind == "dateTime":
        return "time", term.value
    if kind == "decimal":
        return "number", str(Decimal(term.value).normalize())
    return "literal", term.value, (term.language or "").lower()


def snaks(entity: dict[str, Any]) -> list[dict[str, Any]]:
    """Every snak of an entity, those of qualifiers too."""
    statements = [s for group in entity["claims"].values() for s in group]
    return [s["mainsnak"] for s in statements] + [q for s in statements for qs in s.get("qualifiers", {}).values() for q in qs]


REAL = ("Q1", "Q42", "Q8413", "Q53713", "Q182397", "Q17633526", "Q17948861", "Q51605722", "Q120248304")


Said = tuple[str, tuple[str, ...]]  # relation and value


def best_in_turtle(path: Path, id: str) -> tuple[set[Said], set[str], Counter[tuple[str, frozenset[Said]]], Counter[Said]]:
    """What the Turtle says of best rank: facts, properties with no value, each statement's qualifiers, units of numbers."""
    graph = ox.Store()
    graph.load(path=str(path), format=ox.RdfFormat.TURTLE)
    subject, a, unit = ox.NamedNode(ENTITY + id), ox.NamedNode(v.TYPE), ox.NamedNode(ONTOLOGY + "quantityUnit")
    best = {q.subject for q in graph.quads_for_pattern(None, a, ox.NamedNode(ONTOLOGY + "BestRank"))}
    facts: set[Said] = set()
    none: set[str] = set()
    qualified: Counter[tuple[str, frozenset[Said]]] = Counter()
    units: Counter[Said] = Counter()
    for q in graph.quads_for_pattern(subject, None, None):
        kind, _, name = q.predicate.value.rpartition("/")
        if q.predicate == a and q.object.value.startswith(PROP + "novalue/"):
            none.add(DIRECT + q.object.value.rpartition("/")[2])
        elif kind + "/" == DIRECT:
            facts.add((DIRECT + name, turtle(q.object)))
        elif kind + "/" == PROP and q.object in best:
            said: set[Said] = set()
            for about in graph.quads_for_pattern(q.object, None, None):
                kind, _, key = about.predicate.value.removeprefix(PROP).rpartition("/")
                if kind == "qualifier" and not about.object.value.startswith(ENTITY + "L"):
                    said.add((DIRECT + key, turtle(about.object)))
                elif kind == "statement/value":
                    found = [u.object for u in graph.quads_for_pattern(about.object, unit, None)]
                    units.update((DIRECT + name, turtle(u)) for u in found if u.value != ENTITY + "Q199")  # no unit
            qualified[DIRECT + name, frozenset(said)] += 1
    return facts, none, qualified, units


@pytest.mark.data
@pytest.mark.parametrize("id", REAL)
def test_the_same_as_the_turtle(id: str, fixtures: Path) -> None:
    """Best statements, qualifiers and units are those of the Turtle that Wikidata made of the same revision.

    Two documented differences: media files are IRIs there, and dates of the Julian calendar are converted there.
    """
    path = fixtures / "json" / "entities" / f"{id}.json"
    facts, none, qualified, units = best_in_turtle(fixtures / "rdf" / "ttl" / f"{id}.ttl", id)
    values = [s for s in snaks(json.loads(path.read_bytes())["entities"][id]) if s["snaktype"] == "value"]
    files = {s["datavalue"]["value"] for s in values if s["datatype"] == "commonsMedia"}
    times = [s["datavalue"]["value"] for s in values if s["datatype"] == "time"]
    julian = {t["time"][1:11] for t in times if t["calendarmodel"] == JULIAN and t["precision"] == 11}

    def here(term: Term, *, converted: bool) -> tuple[str, ...]:
        if term.value in files:
            return "literal", quote(term.value, safe=""), ""
        return plain(Term("literal", gregorian(term.value), term.datatype) if converted else term)

    def there(said: Said) -> Said:
        """A qualifier of the Turtle. One date may stand in both calendars, so both are compared as if it were Julian."""
        relation, (kind, value, *rest) = said
        known = kind == "time" and value[:10] in julian
        return relation, (kind, gregorian(value[:10]) + value[10:] if known else value, *rest)

    back = {v.TYPE: DIRECT + "P31", v.RDFS + "subClassOf": DIRECT + "P279"}
    triples = list(wikidata.read(path))
    kinds = {t.subject: t.object.value for t in triples if t.predicate == v.KIND}
    assert kinds.items() <= kinds_in_turtle(fixtures / "rdf" / "ttl" / f"{id}.ttl").items()
    items = [t for t in triples if t.subject.startswith(ENTITY)]
    mine = [(back.get(t.predicate, t.predicate), t.object, t.qualifiers) for t in items]
    mine = [one for one in mine if one[0].startswith(DIRECT)]
    marked = (ONTOLOGY + "timeCalendarModel", Term("iri", JULIAN))
    assert {(r, here(o, converted=marked in q and o.value in julian)) for r, o, q in mine if o.kind != "novalue"} == facts
    assert {r for r, o, _ in mine if o.kind == "novalue"} == none
    assert Counter((r, plain(term)) for r, _, q in mine for key, term in q if key == ONTOLOGY + "quantityUnit") == units
    kept: Counter[tuple[str, frozenset[Said]]] = Counter()
    for relation, _, about in mine:
        own = [(key, term) for key, term in about if key.startswith(DIRECT) and term.kind != "novalue"]  # a type in RDF
        kept[relation, frozenset((key, here(term, converted=term.value in julian)) for key, term in own)] += 1
    expected = Counter((relation, frozenset(map(there, said))) for relation, said in qualified.elements())
    assert (kept - expected, expected - kept) == (Counter(), Counter())
