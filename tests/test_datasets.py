"""The data sets of docs/datasets.md: each command is run as it stands there, and what comes out is counted by other means."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import DC, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS

from kg2corpus import api

from .conftest import REPO

ROW = re.compile(r"^\| ([^|]+) \| `(.+)` \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|", re.MULTILINE)
PAGE = {
    name: (command.replace(r"\|", "|"), tuple(int(n.replace(",", "")) for n in counts))
    for name, command, *counts in ROW.findall((REPO / "docs" / "datasets.md").read_text(encoding="utf-8"))
}
WROTE = re.compile(r"wrote (\S+): ([\d,]+) facts, ([\d,]+) statements, ([\d,]+) nodes")
SCHEMAS = tuple(rdflib.Namespace(f"{scheme}://schema.org/") for scheme in ("http", "https"))


@dataclass
class Counted:
    """A count of our own. `nodes` None: not counted; `labels`: key -> the labels that it may have."""

    facts: int
    statements: int
    nodes: int | None = None
    labels: dict[str, set[str]] = field(default_factory=dict)


def lines(path: Path) -> list[list[str]]:
    """The cells of a TSV file."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line]


def tsv(folder: Path) -> Counted:
    """A TSV set: a statement a line."""
    triples, entities = lines(folder / "triples.tsv"), lines(folder / "entities.tsv")
    nodes = {("entity", row[0]) for row in entities} | {("entity", row[0]) for row in triples}
    nodes |= {(row[3], row[2]) for row in triples}
    nodes |= {("type", kind) for row in entities for kind in row[2].split("|") if kind}
    labels = {row[0]: {row[1].strip()} for row in entities}
    return Counted(len({tuple(row[:4]) for row in triples}), len(triples), len(nodes), labels)


def gedcom(path: Path) -> Counted:
    """A family tree: what a person's lines say, who belongs to a family, and in what each place lies."""
    names: dict[str, set[str]] = {}
    families: dict[str, list[str]] = {}
    places, facts, key, kind, event = set(), 0, "", "", ""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        level, tag, *rest = line.split(" ", 2)
        value = rest[0] if rest else ""
        if level == "0":
            key, kind = tag.strip("@"), value
        elif level == "1":
            event = tag
            if kind == "INDI" and tag == "NAME":
                names.setdefault(f"file:///{path.name}#{key}", {" ".join(value.replace("/", " ").split())})
            facts += kind == "INDI" and tag in ("SEX", "OCCU", "EDUC", "EVEN")
            if kind == "FAM" and tag in ("HUSB", "WIFE", "CHIL"):
                families.setdefault(key, []).append(tag)
        elif level == "2":
            facts += kind == "INDI" and event in ("BIRT", "BAPM", "CHR", "DEAT") and tag in ("DATE", "PLAC", "CAUS")
            if tag == "PLAC":
                parts = [part.strip() for part in value.split(",")]
                places |= {tuple(parts[i:]) for i in range(len(parts) - 1)}
    for members in families.values():
        parents = len(members) - members.count("CHIL")
        facts += (parents == 2) + 2 * parents * members.count("CHIL")  # spouses; child and parent
    return Counted(facts + len(places), facts + len(places), None, names)


def obo(path: Path) -> Counted:
    """An ontology: a line is a statement, unless it names or describes the term."""
    facts, statements, labels, term = set(), 0, {}, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        tag, colon, value = line.partition(": ")
        if tag == "id":
            term = value
        elif tag == "name":
            labels["http://purl.obolibrary.org/obo/" + term.replace(":", "_")] = {value}
        elif colon and term and tag not in ("def", "synonym"):
            statements += 1
            value = value.partition(" ! ")[0]
            facts.add((value, "is_a", term) if tag == "inverse_is_a" else (term, tag, value))
    return Counted(len(facts), statements, None, labels)


def table(path: Path) -> Counted:
    """The relations of FamPlex: namespace, id, relation, namespace, id."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    nodes = {("entity", name) for row in rows for name in (row[1], row[4])}
    nodes |= {("type", name) for row in rows for name in (row[0], row[3])}
    return Counted(len({(row[1], row[2], row[4]) for row in rows}), len(rows), len(nodes))


def wikidata(folder: Path) -> Counted:
    """Entities as JSON: the best statements of each property, but for types and what has no value or no plain one."""
    facts, statements, labels = set(), 0, {}
    for path in folder.rglob("*.json"):
        entity = json.loads(path.read_bytes())
        (entity,) = entity["entities"].values() if "entities" in entity else [entity]
        if entity["id"][0] != "Q":
            continue
        names = entity.get("labels") or {}
        if name := names.get("en", names.get("mul")):
            labels["http://www.wikidata.org/entity/" + entity["id"]] = {name["value"]}
        for key, claims in (entity.get("claims") or {}).items():
            ranks = {c["rank"] for c in claims}
            for c in claims:
                snak = c["mainsnak"]
                best = c["rank"] == ("preferred" if "preferred" in ranks else "normal")
                if not best or snak["snaktype"] != "value" or key == "P31" or snak["datatype"] == "geo-shape":
                    continue
                value = snak["datavalue"]["value"]
                if isinstance(value, dict) and "time" in value and _no_date(value):
                    continue
                statements += 1
                if isinstance(value, dict):  # a number is that without its unit, a time one as precise as it is
                    value = value.get("amount") or ([value["time"], value["precision"]] if "time" in value else value)
                facts.add((entity["id"], key, json.dumps(value, sort_keys=True)))
    return Counted(len(facts), statements, None, labels)


def _no_date(value: dict[str, Any]) -> bool:
    """Whether there never was such a year or day."""
    year, month, day = (int(part) for part in re.findall(r"\d+", value["time"])[:3])
    return not year or (value["precision"] == 11 and month > 0 and day > monthrange(2000 + year % 400, month)[1])


def countries(path: Path) -> Counted:
    """What the context beside the page maps: values and lists of values, and a node for each currency."""
    said: list[tuple[str, ...]] = []
    labels = {}
    for country in json.loads(path.read_text(encoding="utf-8")):
        code = country.pop("cca3")
        labels[f"https://example.org/country/{code}"] = {country.pop("name")["common"]}
        said += ((code, "language", language) for language in country.pop("languages").values())
        for key, currency in (country.pop("currencies") or {}).items():
            said += [(code, "currency", key), (code + key, "symbol", currency["symbol"])]
        for key in country.keys() - {"translations", "demonyms", "idd", "latlng", "altSpellings"}:
            values = country[key] if isinstance(country[key], list) else [country[key]]
            said += ((code, key, str(value)) for value in values if value is not None)
    return Counted(len(set(said)), len(said), None, labels)


def database(path: Path) -> Counted:
    """A database under the draft of its mapping: a fact for each cell that is filled, and each reference."""
    mapping = yaml.safe_load(path.with_suffix(".map.yaml").read_text(encoding="utf-8"))
    cells = 0
    with sqlite3.connect(path) as db:
        for name, how in mapping["tables"].items():
            columns = [*how.get("columns", ()), *(c for link in how.get("links", ()) for c in link["columns"])]
            cells += sum(db.execute(f"""SELECT count(nullif(trim("{c}"), '')) FROM "{name}" """).fetchone()[0] for c in columns)
    return Counted(cells, cells)


# RDF

NAMES = {RDFS.label, SKOS.prefLabel, FOAF.name, DCTERMS.title, DC.title, *(s.name for s in SCHEMAS)}
TOLD = {RDFS.comment, DCTERMS.description, DC.description, SKOS.definition, SKOS.altLabel}
TOLD |= {s[name] for s in SCHEMAS for name in ("description", "alternateName")}
OF_RELATIONS = {RDFS.range, RDFS.domain, RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty}
OF_RELATIONS |= {s[name] for s in SCHEMAS for name in ("inverseOf", "domainIncludes", "rangeIncludes")}
RELATION = re.compile(r"(#Property|Property|ContainerMembershipProperty)$")
IN_CLASS = {OWL.onProperty, OWL.someValuesFrom, OWL.hasValue, OWL.intersectionOf}
UNSAID = {OWL.allValuesFrom, OWL.unionOf, OWL.complementOf, OWL.oneOf}
UNSAID |= {OWL.cardinality, OWL.minCardinality, OWL.maxCardinality}


class _Said(rdflib.Graph):
    """A graph that keeps what was said to it, as often as it was said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Any] = []

    def add(self, triple: Any) -> _Said:
        self.said.append(triple)
        super().add(triple)
        return self


def rdf(files: Iterable[Path]) -> Counted:
    """RDF: each triple is a statement, but for names, descriptions, types and what is about relations."""
    every: list[Any] = []
    for path in {p.read_bytes(): p for p in files}.values():  # the same content is loaded once
        if path.suffix == ".nq":
            every += [quad[:3] for quad in rdflib.Dataset().parse(path).quads()]
        else:
            (graph := _Said()).parse(path)
            every += graph.said
    relations = {s for s, p, o in every if p in OF_RELATIONS or (p == RDF.type and _is_relation(o))}
    relations |= {o for s, p, o in every if p in (OWL.inverseOf, *(s.inverseOf for s in SCHEMAS))}
    gone = {s for s, p, o in every if p == OWL.deprecated and str(o) in ("true", "1")}
    expressions = _expressions(every)
    statements: list[Any] = []
    for s, p, o in every:
        literal = isinstance(o, Literal)
        if p == RDF.type or p in OF_RELATIONS or (literal and p in NAMES | TOLD) or s in relations or {s, o} & gone:
            continue
        if s in expressions:
            continue
        if o in expressions:
            statements += [(s, *said) for said in expressions[o] if p in (RDFS.subClassOf, OWL.equivalentClass)]
        else:
            statements.append((s, p, o))
    labels: dict[str, set[str]] = {}
    unnamed = relations | gone | {p for _, p, _ in every}
    for s, p, o in every:
        named = p in NAMES and isinstance(o, Literal) and (o.language or "en") == "en"
        if named and isinstance(s, URIRef) and s not in unnamed:
            labels.setdefault(str(s), set()).add(" ".join(o.split()))
    return Counted(len(set(statements)), len(statements), None, labels)


def _is_relation(kind: Any) -> bool:
    return str(kind).startswith((str(OWL), str(RDF), str(RDFS))) and bool(RELATION.search(str(kind)))


def _expressions(triples: list[Any]) -> dict[Any, list[Any]]:
    """The blank nodes that class expressions are made of, each with the (relation, object) pairs that it says."""
    about: dict[Any, dict[Any, Any]] = {}
    for s, p, o in triples:
        if isinstance(s, BNode):
            about.setdefault(s, {})[p] = o
    found: dict[Any, list[Any]] = {}
    for node, told in about.items():
        if told.keys() & (IN_CLASS | UNSAID):
            filler = told.get(OWL.someValuesFrom, told.get(OWL.hasValue))
            found[node] = [(told[OWL.onProperty], filler)] if OWL.onProperty in told and filler is not None else []
            cell = next((told[p] for p in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf) if p in told), None)
            while cell in about and cell not in found:
                found[cell] = []
                if OWL.intersectionOf in told:
                    found[node].append((RDFS.subClassOf, about[cell][RDF.first]))
                cell = about[cell].get(RDF.rest)
    return found


# set -> how to count it, and where it lies: below the data folder, or below where the command was run
COUNT: dict[str, tuple[Callable[[Any], Counted], str]] = {
    **{name: (tsv, f"$DATA/kg/{name}") for name in (
        "countries", "chemical-elements", "codex-s-labelled", "bear", "gene-ontology-mitochondrion", "wordnet31-animals")},
    **{name: (tsv, name) for name in ("fb15k-237n", "gene-ontology", "wordnet31")},
    "sample.ged": (gedcom, "$DATA/formats/sample.ged"),
    "famplex, ontology": (obo, "famplex.obo"),
    "famplex, relations": (table, "relations.csv"),
    "brick": (lambda path: rdf([path]), "Brick.ttl"),
    "vocabularies": (lambda folder: rdf(sorted(folder.glob("*.nq"))), "vocabularies"),
    "wikidata-fixtures, JSON": (wikidata, "json/entities"),
    "wikidata-fixtures, Turtle": (lambda folder: rdf(sorted(folder.rglob("*.ttl"))), "rdf/ttl"),
    "wikidata-fixtures, N-Triples": (lambda folder: rdf(sorted(folder.rglob("*.nt"))), "rdf/nt"),
    "elements.db": (database, "elements.db"),
    "countries.json": (countries, "$DATA/formats/countries.json"),
}  # fmt: skip
SLOW = {"fb15k-237n", "gene-ontology", "wordnet31", "brick", "vocabularies", "wikidata-fixtures, Turtle", "elements.db"}


def test_each_set_is_counted() -> None:
    assert PAGE.keys() == COUNT.keys()


@pytest.mark.data
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in COUNT])
def test_a_set(name: str, kg_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command, on_page = PAGE[name]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "DATA": str(kg_data), "DOCS": str(REPO / "docs"), "PATH": path}
    bash = ["bash", "-c", command]
    done = subprocess.run(bash, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    wrote = WROTE.search(done.stdout)
    assert wrote, done.stdout
    found = tuple(int(n.replace(",", "")) for n in wrote.groups()[1:])
    assert found == on_page
    count, where = COUNT[name]
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # 01 and 1 are two texts
    counted = count(Path(where.replace("$DATA", str(kg_data))) if "$" in where else tmp_path / where)
    assert (counted.facts, counted.statements) == found[:2]
    assert counted.nodes in (None, found[2])
    graph = api.snapshot(str(tmp_path / wrote[1]))
    assert len(graph) == counted.facts
    labels = {node.key: node.label for node in map(graph.node, graph.node_uids()) if not node.literal}
    wrong = {key: (labels.get(key), names) for key, names in counted.labels.items() if labels.get(key, "") not in names}
    assert not wrong
