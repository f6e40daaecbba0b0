"""The OBO reader: FamPlex against a count of its own, a file with every tag, faults with their place, and damaged files."""

from __future__ import annotations

import io
import lzma
import random
import re
import tarfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import obo
from kg2corpus.readers._common import Log
from kg2corpus.types import Term, Triple

P = obo.PURL
SUB = v.RDFS + "subClassOf"
HEAD = "format-version: 1.2\n"

EVERY_TAG = r"""format-version: 1.2
subsetdef: goslim_generic "Generic GO slim"
idspace: EX https://example.org/ex# "Examples"
default-namespace: gene_ontology

! a comment of its own
[Term]
id: GO:0005739
name: mitochondrion
namespace: cellular_component
def: "An organelle, \"power house\",\nof cells." [GOC:giardia, ISBN:0198506732]
comment: Some \{or\} none! lack it ! not shown
alt_id: GO:0019818
subset: goslim_generic
synonym: "mitochondria" EXACT []
synonym: "an "old" name" NARROW syngo_label [GOC:x]
synonym: "unscoped" []
xref: Wikipedia:Mitochondrion "Mitochondrion" {source="GOC:x"}
xref: https://en.wikipedia.org/wiki/Mitochondrion
is_a: GO:0043231 {source="PMID:1, 2", is_inferred=true} ! intracellular membrane-bounded organelle
intersection_of: GO:0043226 ! organelle
intersection_of: part_of GO:0005737
relationship: part_of \
GO:0005623 ! cell
relationship: part_of GO:1 {gci_relation="part_of", gci_filler="NCBITaxon:9606"}
relationship: has_part GO:2 {cardinality="0"}
property_value: skos:exactMatch EX:mito
property_value: EX:mass "12.5" xsd:decimal
union_of: GO:3
inverse_is_a: HGNC:4
disjoint_from: GO:0005634
equivalent_to: EX:m
consider: GO:5
replaced_by: GO:6
lives_in: EX:cell
created_by: midori
creation_date: 2009-04-28T10:29:37Z

[Term]
id: GO:0000005
name: obsolete ribosomal chaperone activity
is_obsolete: true
is_a: GO:7

[Typedef]
id: part_of
name: part_of
namespace: external
is_a: overlaps
inverse_of: has_part ! has part
is_transitive: true
is_symmetric: false
domain: GO:8
range: xsd:integer
holds_over_chain: part_of part_of

[Instance]
id: EX:one
name: 2-{[a]b} thing
instance_of: GO:0005739
namespace: gene_ontology
"""


def iri(key: str) -> Term:
    return Term("iri", key)


def text(value: str, datatype: str = "") -> Term:
    return Term("literal", value, datatype)


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "a.obo"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def famplex(kg_data: Path) -> bytes:
    raw = lzma.decompress((kg_data / "formats" / "famplex.tar.xz").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        name = next(n for n in tar.getnames() if n.endswith("famplex.obo"))
        member = tar.extractfile(name)
        assert member is not None
        return member.read()


def test_every_tag(tmp_path: Path) -> None:
    log = Log()
    found = list(obo.read(write(tmp_path, EVERY_TAG), log=log))
    assert not log.faults
    m, one, oio = P + "GO_0005739", "https://example.org/ex#one", "http://www.geneontology.org/formats/oboInOwl#"
    ex = "https://example.org/ex#"
    source = (P + "source", text("GOC:x"))
    scoped = ((P + "scope", text("narrow")), (P + "synonym_type", text("syngo_label")))
    inferred = ((P + "source", text("PMID:1, 2")), (P + "is_inferred", text("true")))
    expected = [
        Triple(m, v.LABEL, text("mitochondrion"), 9),
        Triple(P + "cellular_component", v.LABEL, text("cellular component"), 10),
        Triple(m, v.TYPE, iri(P + "cellular_component"), 10),
        Triple(m, v.DESCRIPTION, text('An organelle, "power house",\nof cells.'), 11),
        Triple(m, v.RDFS + "comment", text("Some {or} none! lack it"), 12),
        Triple(oio + "hasAlternativeId", v.LABEL, text("alternative id"), 13),
        Triple(m, oio + "hasAlternativeId", text("GO:0019818"), 13),
        Triple(P + "goslim_generic", v.LABEL, text("Generic GO slim"), 14),
        Triple(oio + "inSubset", v.LABEL, text("subset"), 14),
        Triple(m, oio + "inSubset", iri(P + "goslim_generic"), 14),
        Triple(m, v.ALT_LABEL, text("mitochondria"), 15),
        Triple(m, v.ALT_LABEL, text('an "old" name'), 16, qualifiers=scoped),
        Triple(m, v.ALT_LABEL, text("unscoped"), 17, qualifiers=((P + "scope", text("related")),)),
        Triple(oio + "hasDbXref", v.LABEL, text("cross-reference"), 18),
        Triple(m, oio + "hasDbXref", text("Wikipedia:Mitochondrion"), 18, qualifiers=(source,)),
        Triple(m, oio + "hasDbXref", iri("https://en.wikipedia.org/wiki/Mitochondrion"), 19),
        Triple(m, SUB, iri(P + "GO_0043231"), 20, qualifiers=inferred),
        Triple(m, SUB, iri(P + "GO_0043226"), 21),
        Triple(m, P + "part_of", iri(P + "GO_0005737"), 22),
        Triple(m, P + "part_of", iri(P + "GO_0005623"), 23),
        Triple(m, v.SKOS + "exactMatch", iri(ex + "mito"), 27),
        Triple(m, ex + "mass", text("12.5", v.XSD + "decimal"), 28),
        Triple(P + "GO_3", SUB, iri(m), 29),
        Triple(P + "HGNC_4", SUB, iri(m), 30),
        Triple(v.OWL + "disjointWith", v.LABEL, text("disjoint with"), 31),
        Triple(m, v.OWL + "disjointWith", iri(P + "GO_0005634"), 31),
        Triple(v.OWL + "equivalentClass", v.LABEL, text("equivalent to"), 32),
        Triple(m, v.OWL + "equivalentClass", iri(ex + "m"), 32),
        Triple(oio + "consider", v.LABEL, text("consider instead"), 33),
        Triple(m, oio + "consider", iri(P + "GO_5"), 33),
        Triple(P + "IAO_0100001", v.LABEL, text("replaced by"), 34),
        Triple(m, P + "IAO_0100001", iri(P + "GO_6"), 34),
        Triple(m, P + "lives_in", iri(ex + "cell"), 35),
        Triple(P + "part_of", v.TYPE, iri(v.PROPERTY), 46),
        Triple(P + "part_of", v.LABEL, text("part of"), 47),
        Triple(P + "part_of", v.RDFS + "subPropertyOf", iri(P + "overlaps"), 49),
        Triple(P + "part_of", v.INVERSE, iri(P + "has_part"), 50),
        Triple(P + "part_of", v.TYPE, iri(v.OWL + "TransitiveProperty"), 51),
        Triple(P + "part_of", v.RDFS + "domain", iri(P + "GO_8"), 53),
        Triple(P + "part_of", v.RANGE, iri(v.XSD + "integer"), 54),
        Triple(one, v.LABEL, text("2-{[a]b} thing"), 59),
        Triple(one, v.TYPE, iri(m), 60),
    ]
    for got, wanted in zip(found, expected, strict=True):
        assert got == wanted
    assert log.notes == {
        "sources of definitions and synonyms": 2,
        "what holds in part of a term only (gci_relation), or never (cardinality 0)": 2,
        "'created_by' of a [Term], which is not read": 1,
        "'creation_date' of a [Term], which is not read": 1,
        "obsolete [Term]": 1,
        "'namespace' of a [Typedef], which is not read": 1,
        "'holds_over_chain' of a [Typedef], which is not read": 1,
    }
    assert log.prefixes == {"EX": ex}


@pytest.mark.data
def test_famplex(kg_data: Path, tmp_path: Path) -> None:
    """All of FamPlex, counted line by line with nothing but `startswith`."""
    raw = famplex(kg_data)
    lines = raw.decode().splitlines()
    log = Log()
    found = list(obo.read(write(tmp_path, raw), log=log))
    assert not log.faults

    def tagged(tag: str) -> list[str]:
        return [line.removeprefix(tag + ": ") for line in lines if line.startswith(tag + ": ")]

    counts = Counter(t.predicate for t in found)
    assert counts[v.LABEL] == len(tagged("name")) + 1 == 785, "and that of the relation 'cross-reference'"
    assert counts[v.DESCRIPTION] == len(tagged("def")) == 429
    assert counts[v.ALT_LABEL] == len(tagged("synonym")) == 2200
    assert counts[SUB] == len(tagged("is_a")) + len(tagged("inverse_is_a")) == 5229
    assert counts[P + "has_part"] == len(tagged("has_part")) == 808
    assert counts[P + "part_of"] == len(tagged("part_of")) == 49
    assert (
        sum(counts.values()) == sum(line != "" and not line.startswith(("[", "id:", "date:", "format")) for line in lines) + 1
    )
    names = {t.object.value for t in found if t.predicate == v.LABEL} - {"cross-reference"}
    assert names == set(tagged("name"))
    assert {t.object.value for t in found if t.predicate == v.ALT_LABEL} == {line.split('"')[1] for line in tagged("synonym")}
    for t in found:
        if t.predicate == SUB:
            upper = lines[t.position - 1].partition("is_a: ")[2].replace(":", "_")
            assert upper in (t.object.value.removeprefix(P), t.subject.removeprefix(P))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[Term]\nid: A:1\nname\n", "a.obo:4: expected 'tag: value', found 'name'"),
        ("[Term]\nid: A:1\nname: ! x\n", "a.obo:4: 'name' has no value"),
        ("[Term]\nname: x\n", "a.obo:2: a [Term] has one id, found none"),
        ("[Term]\nid: A:1\nid: A:2\n", "a.obo:2: a [Term] has one id, found 2"),
        ("[Term]\nid: A:1\nis_a: A:2 A:3\n", "a.obo:4: 'is_a': expected one id, found 'A:2 A:3'"),
        ("[Term]\nid: A:1\nrelationship: A:3\n", "a.obo:4: 'relationship': expected a relation and an id, found 'A:3'"),
        ("[Term]\nid: A:1\ndef: bare\n", "a.obo:4: 'def': expected \"text\" [sources], found 'bare'"),
        ("[Term]\nid: A:1\nsynonym: bare\n", "a.obo:4: 'synonym': expected \"text\" SCOPE [sources], found 'bare'"),
        ("[Term]\nid: A:1\nname: a\0b\n", "a.obo:4: not text: it holds a NUL byte"),
        (f"[Term]\nid: A:1\nname: {'x' * (1 << 20)}\nis_a: A:2\n", "a.obo:4: the line is longer than 1 MiB"),
    ],
)
def test_faults(content: str, fault: str, tmp_path: Path) -> None:
    """A fault is one of its line; the stanza after it is read."""
    path = write(tmp_path, HEAD + content + "\n[Term]\nid: A:9\nname: nine\n")
    log = Log()
    found = list(obo.read(path, log=log))
    assert log.faults == [fault]
    assert (P + "A_9", "nine") in [(t.subject, t.object.value) for t in found]
    with pytest.raises(UserError) as caught:
        list(obo.read(path))
    assert caught.value.message == fault


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    log = Log()
    found = list(obo.read(write(tmp_path, b"\xef\xbb\xbf" + HEAD.encode() + b"[Term]\nid: A:1\nname: \xff\n"), log=log))
    assert log.faults == ["a.obo:4: not UTF-8: byte 0xff at byte 7 of the line"]
    assert not found


@pytest.mark.parametrize("content", ["", "<rdf:RDF/>\n", "{}", "name\n[Term]\n", HEAD, "a: b\n"])
def test_what_is_no_obo(content: str, tmp_path: Path) -> None:
    for raw in (content.encode(), content.encode("utf-16")):
        with pytest.raises(UserError, match=r"^a\.obo") as caught:
            list(obo.read(write(tmp_path, raw), log=Log(skip_bad=True)))
        assert "not an OBO file" in caught.value.message
        assert caught.value.hint


@pytest.mark.parametrize(
    "line",
    [
        'synonym: "a"' + " " * 400_000 + "[x",
        "xref: x" + " " * 400_000 + "y",
        "xref: x" + ' "' * 200_000,
        "def: " + '"[' * 200_000,
        "is_a: A:1 {" + 'a="b", ' * 50_000 + "!}",
        "relationship: a" + " " * 400_000 + "b c",
        "property_value: a" + " " * 400_000 + '"b" c d',
        "\\\n".join("ab" * 100_000),
        "name: " + ' !"' * 200_000,
    ],
)
@pytest.mark.timeout(10)
def test_no_line_makes_it_slow(line: str, tmp_path: Path) -> None:
    log = Log(skip_bad=True)
    found = list(obo.read(write(tmp_path, f"{HEAD}[Term]\nid: A:1\n{line}\n[Term]\nid: A:2\nname: two\n"), log=log))
    assert found[-1] == Triple(P + "A_2", v.LABEL, text("two"), found[-1].position)


def sound(content: bytes, folder: Path) -> None:
    """The file gives triples with all that they need, or a UserError; nothing else."""
    path = write(folder, content)
    found: list[Triple] = []
    message = "a.obo"
    try:
        found = list(obo.read(path, log=Log(skip_bad=True)))
    except UserError as e:
        message = e.message
    assert message.startswith("a.obo")
    assert all(t.subject and t.predicate and t.position > 0 for t in found)
    assert all(t.object.value for t in found)
    assert all((t.subject + t.predicate + t.object.value).encode() for t in found)


@settings(max_examples=150)
@given(junk=st.binary(max_size=300), seed=st.integers(0, 2**32))
def test_damaged_files(junk: bytes, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    sound(junk, folder)
    rng = random.Random(seed)
    raw = bytearray(EVERY_TAG.encode())
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(raw))
        piece = rng.choice([b"", b"\n", b'"', b"\\", b"{", b"}", b"[", b"]", b"!", b":", b"\xff", junk])
        raw[at : at + rng.randint(0, 8)] = piece
    sound(bytes(raw), folder)
    sound(bytes(raw[: rng.randrange(len(raw))]), folder)


@pytest.mark.data
def test_damaged_famplex(kg_data: Path, tmp_path: Path) -> None:
    raw, rng = famplex(kg_data)[:40_000], random.Random(7)
    whole = len(list(obo.read(write(tmp_path, raw[: raw.rindex(b"\n[Term]")]))))
    assert whole > 1000
    for _ in range(20):
        damaged = re.sub(rb"[a-z:\"\[\]]", lambda m: bytes([rng.randrange(256)]) if rng.random() < 0.01 else m[0], raw)
        sound(damaged, tmp_path)
