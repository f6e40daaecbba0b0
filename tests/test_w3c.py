"""The W3C's RDF 1.1 suites, by their manifests: what our readers yield against the expected graph, and faults with their place.

The expected graphs are parsed by rdflib, so that two libraries must agree. Exceptions are listed in docs/conformance.md.
"""

from __future__ import annotations

import io
import lzma
import re
import tarfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF

from kg2corpus.errors import UserError
from kg2corpus.readers import rdf
from kg2corpus.types import Triple

pytestmark = [pytest.mark.data, pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")]
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
RDFT = "http://www.w3.org/ns/rdftest#"
SUITES = ("rdf-n-triples", "rdf-n-quads", "rdf-turtle", "rdf-trig", "rdf-xml")
PLACE = re.compile(r"(:[1-9][0-9]*|#[1-9][0-9]*): .")
STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    action: Path
    result: Path | None
    base: str


def cases(suite: Path) -> list[Case]:
    """The cases of a suite that its manifest lists."""
    manifest = rdflib.Graph().parse(suite / "manifest.ttl", publicID="x:/")
    (whole,) = manifest.subjects(RDF.type, MF.Manifest)
    (entries,) = manifest.objects(whole, MF.entries)
    assumed = str(manifest.value(whole, MF.assumedTestBase) or "")
    found = []
    for test in manifest.items(entries):
        action = str(manifest.value(test, MF.action)).removeprefix("x:/")
        result = manifest.value(test, MF.result)
        expected = suite / str(result).removeprefix("x:/") if result else None
        kind = str(manifest.value(test, RDF.type)).removeprefix(RDFT)
        name = f"{suite.name}{str(test).removeprefix('x:/')}"
        found.append(Case(name, kind, suite / action, expected, assumed and assumed + action))
    return found


@pytest.fixture(scope="session")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .conftest import data_folder

    folder, data = tmp_path_factory.mktemp("w3c"), data_folder()
    assert data is not None
    packed = (data / "formats" / "w3c-rdf11-tests.tar.xz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(packed))) as tar:
        tar.extractall(folder, filter="data")
    return folder / "rdf" / "rdf11"


def given(triples: Iterable[Triple]) -> ox.Dataset:
    """What a reader yields, as a canonical dataset."""

    def node(key: str) -> ox.NamedNode | ox.BlankNode:
        return ox.BlankNode(key[2:]) if key.startswith("_:") else ox.NamedNode(key)

    quads = []
    for t in triples:
        o = t.object
        if o.kind != "literal":
            value: ox.NamedNode | ox.BlankNode | ox.Literal = node(o.value)
        elif o.language:
            value = ox.Literal(o.value, language=o.language)
        else:
            value = ox.Literal(o.value, datatype=ox.NamedNode(o.datatype or STRING))
        graph = node(t.graph) if t.graph else ox.DefaultGraph()
        quads.append(ox.Quad(node(t.subject), ox.NamedNode(t.predicate), value, graph))
    return canonical(quads)


def expected(path: Path) -> ox.Dataset:
    """The expected quads by rdflib's parser of lines, as a canonical dataset."""

    def term(x: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(x, rdflib.BNode):
            return ox.BlankNode("b" + re.sub(r"\W", "", str(x)))
        if isinstance(x, rdflib.Literal):
            if x.language:
                return ox.Literal(str(x), language=x.language)
            return ox.Literal(str(x), datatype=ox.NamedNode(str(x.datatype or STRING)))
        return ox.NamedNode(str(x))

    data = rdflib.Dataset()
    data.parse(path, format="nquads")
    quads = []
    for s, p, o, g in data.quads():
        plain = g is None or str(g) == "urn:x-rdflib:default"
        quads.append(ox.Quad(term(s), ox.NamedNode(str(p)), term(o), ox.DefaultGraph() if plain else term(g)))
    return canonical(quads)


def canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    data = ox.Dataset(quads)
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return data


def wrong(case: Case) -> str:
    """What is wrong with our reading of a case, "" if nothing is."""
    try:
        triples = list(rdf.read(case.action, base=case.base))
    except UserError as e:
        if "Negative" not in case.kind:
            return f"refused: {e.message}"
        placed = e.message.startswith(case.action.name) and PLACE.match(e.message, len(case.action.name))
        return "" if placed and e.hint else f"without a place or a hint: {e.message}"
    if "Negative" in case.kind:
        return "read, and is bad"
    if case.kind.endswith("Eval"):
        assert case.result is not None
        return "" if given(triples) == expected(case.result) else "another graph"
    return ""


def exceptions(repo: Path) -> set[str]:
    page = (repo / "docs" / "conformance.md").read_text()
    return set(re.findall(r"^\| `(rdf-[^`]+#[^`]+)` \| .{10,} \|$", page, re.MULTILINE))


def test_suites(suites: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    kinds: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for suite in SUITES:
        for case in cases(suites / suite):
            kinds[case.kind] += 1
            if what := wrong(case):
                failed[case.name] = f"{case.kind}: {what}"
    known = exceptions(repo)
    assert {name: what for name, what in failed.items() if name not in known} == {}
    assert known - failed.keys() == set(), "listed as exceptions, and pass"
    assert sum(kinds.values()) == 992


def test_the_comparison_sees_differences(tmp_path: Path) -> None:
    """A changed literal, language, datatype, graph or blank node is another graph; another name of a blank node is none."""
    line = '_:a <a:b> "1" <g:g> .\n_:a <a:c> _:c <g:g> .\n'
    (tmp_path / "e.nq").write_text(line)
    same = line.replace("_:a", "_:x")
    others = [
        line.replace('"1"', '"2"'), line.replace('"1"', '"1"@en'), line.replace('"1"', '"1"^^<a:int>'),
        line.replace("_:c", "_:a"), line.replace("<g:g> .\n_", ".\n_"), line + "<a:a> <a:a> <a:a> .\n",
    ]  # fmt: skip
    for i, text in enumerate([same, *others]):
        path = tmp_path / f"{i}.nq"
        path.write_text(text)
        assert (given(rdf.read(path)) == expected(tmp_path / "e.nq")) == (i == 0), text
