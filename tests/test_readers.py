"""Readers: what they yield, and what they say about faulty files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg2corpus import registry
from kg2corpus.errors import UserError
from kg2corpus.readers import rdf, table, tsv
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import BATCH, Log, content_hash, members
from kg2corpus.readers._vocabulary import RDF

SAMPLES = [(name, title) for name in registry.names("readers") for title in registry.find("readers", name).SAMPLE]


def write(folder: Path, title: str, content: str | dict[str, str] | Callable[[Path], None]) -> Path:
    path = folder / title
    if callable(content):
        content(folder)
        return path
    if isinstance(content, str):
        path.write_bytes(content.encode())
        return path
    path.mkdir()
    for name, text in content.items():
        write(path, name, text)
    return path


@pytest.mark.parametrize(("name", "title"), SAMPLES)
def test_contract(name: str, title: str, tmp_path: Path) -> None:
    """Every reader reads its samples, is found by what it reads, and gives each position in a file that is there."""
    module = registry.find("readers", name)
    content, expected = module.SAMPLE[title]
    path = write(tmp_path, title, content)
    assert choose(path)[0] == name
    found = list(module.read(path))
    assert found == expected
    assert found, "a sample has triples"
    known = {p.name for p in members(module, path)}
    for t in found:
        assert t.position > 0
        assert t.file in known or (t.file == "" and path.is_file()) or module.place(path, t.file, t.position)[1]


@pytest.mark.parametrize("title", rdf.SAMPLE)
def test_gzip_is_the_same(title: str, tmp_path: Path) -> None:
    content, expected = rdf.SAMPLE[title]
    assert isinstance(content, str)
    plain = write(tmp_path, title, content)
    packed = tmp_path / (title + ".gz")
    packed.write_bytes(gzip.compress(content.encode()))
    assert list(rdf.read(packed)) == expected
    assert content_hash(rdf, packed) == content_hash(rdf, plain)
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(UserError, match="gzip"):
        content_hash(rdf, packed)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"triples.tsv": "a\tb\tc\n\na\tb\n"}, "triples.tsv:3: expected 3 to 5 columns, found 2"),
        ({"triples.tsv": "a\tb\tc\td\te\tf\n"}, "triples.tsv:1: expected 3 to 5 columns, found 6"),
        ({"triples.tsv": "a\tb\tc\tthing\n"}, "triples.tsv:1: column 4 is neither 'entity' nor 'literal' but 'thing'"),
        ({"triples.tsv": "a\t\tc\n"}, r"triples.tsv:1: column 2 \(relation\) is empty"),
        ({"triples.tsv": "a\tb\t \tentity\n"}, r"triples.tsv:1: column 3 \(object\) is empty"),
        ({"triples.tsv": "", "entities.tsv": "\tx\n"}, r"entities.tsv:1: column 1 \(id\) is empty"),
        ({"triples.tsv": "", "relations.tsv": "r\tr\t\tintger\n"}, "relations.tsv:1: unknown datatype 'xsd:intger'.*integer"),
        ({"triples.tsv": "", "relations.tsv": "r\tr\t\t\t\tsymetric\n"}, "relations.tsv:1: unknown property.*'symmetric'"),
        ({"triples.tsv": "", "prefixes.tsv": "a\tb\n"}, "prefixes.tsv:1: not an absolute IRI"),
    ],
)
def test_tsv_faults(files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message) as caught:
        list(tsv.read(write(tmp_path, "set", files)))
    assert caught.value.hint


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(b"a\tb\tc\na\tb\t\xff\n")
    with pytest.raises(UserError, match=r"a\.tsv:2: not UTF-8: byte 0xff at byte 5"):
        list(tsv.read(path))


def test_a_hundred_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text("<a:a> <b:b> .\n" * 250 + "<a:a> <b:b> <c:c> .\n")
    with pytest.raises(UserError) as caught:
        list(rdf.read(path))
    lines = caught.value.message.splitlines()
    assert lines[0].startswith("a.nt:1: ")
    assert lines[99].startswith("a.nt:100: ")
    assert len(lines) == 101
    log = Log(skip_bad=True)
    assert [t.position for t in rdf.read(path, log=log)] == [251]
    assert (log.count, len(log.faults)) == (250, 100)


@pytest.mark.parametrize("suffix", ["nt", "nq"])
def test_one_bad_line_harms_no_other(suffix: str, tmp_path: Path) -> None:
    good = [f'<a:{i}> <b:b> "{i}" .\n' for i in range(2 * BATCH + 10)]
    bad = {5: '<a:a> <b:b> "open .\n', 6: "\n", BATCH + 1: "<a:a> <b:b>\n", BATCH + 2: "<c:c> .\n", 2 * BATCH + 9: "# note\n"}
    path = tmp_path / f"a.{suffix}"
    path.write_text("".join(bad.get(i, line) for i, line in enumerate(good)))
    log = Log(skip_bad=True)
    found = list(rdf.read(path, log=log))
    assert [int(t.object.value) for t in found] == [i for i in range(len(good)) if i not in bad]
    assert all(t.position == int(t.object.value) + 1 for t in found)
    assert [int(f.split(":")[1]) for f in log.faults] == [6, BATCH + 2, BATCH + 3]


@pytest.mark.parametrize(
    ("suffix", "text"), [("ttl", "<a:a> <b:b> <c:c> .\n<a:a> <b:b> .\n"), ("rdf", "<rdf"), ("trig", "{ <a")]
)
def test_no_skipping_in_turtle(suffix: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text(text)
    with pytest.raises(UserError, match=r"a\.\w+") as caught:
        list(rdf.read(path))
    assert "--skip-bad" not in caught.value.hint
    with pytest.raises(UserError) as caught:
        list(rdf.read(path, log=Log(skip_bad=True)))
    assert "--skip-bad does not work for" in caught.value.hint
    if suffix == "ttl":
        assert caught.value.message.startswith("a.ttl:2: ")


def test_blank_nodes(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("_:x <b:b> _:y .\n")
    (tmp_path / "a.ttl").write_text("_:x <b:b> [ <b:c> [] ] . _:x <b:c> 1 .")
    assert [(t.subject, t.object.value, t.object.kind) for t in rdf.read(tmp_path / "a.nt")] == [("_:x", "_:y", "blank")]
    found = list(rdf.read(tmp_path / "a.ttl"))
    order = list(dict.fromkeys(key for t in found for key in (t.subject, t.object.value) if key.startswith("_:")))
    assert order == ["_:b1", "_:b2", "_:b3"], "named by the order of their first occurrence"
    (x,) = {t.subject for t in found if t.object.value == "1"}
    (y,) = {t.object.value for t in found if t.predicate == "b:b"}
    assert {t.subject for t in found} == {x, y}
    assert list(rdf.read(tmp_path / "a.ttl")) == list(rdf.read(tmp_path / "a.ttl"))


def test_triples_in_triples_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    inner = "<<( <a:a> <b:b> <c:c> )>>"
    for line in (f"<a:a> <b:b> {inner} .\n", f"_:r <{RDF}reifies> <<( <a:a> <b:b> {inner} )>> .\n"):
        path.write_text(f"{line}<a:a> <b:b> <c:c> .\n")
        with pytest.raises(UserError, match=r"a\.nt:1: a triple as the object of another predicate"):
            list(rdf.read(path))


def test_relative_iris_do_not_depend_on_the_folder(tmp_path: Path) -> None:
    found = []
    for folder in "one", "two":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a b.ttl").write_text("<#x> <p> <> .")
        found.append(list(rdf.read(tmp_path / folder / "a b.ttl")))
    assert found[0] == found[1]
    assert found[0][0].subject == "file:///a%20b.ttl#x"


def test_headers_and_column_order(tmp_path: Path) -> None:
    bare = tmp_path / "a.tsv"
    bare.write_text("\ufeffPredicate\tSubject\tObject\r\nr\ts\to\r\n")
    (found,) = tsv.read(bare)
    assert (found.subject, found.predicate, found.object.value, found.position) == ("s", "r", "o", 2)


def test_objects_of_three_columns(tmp_path: Path) -> None:
    files = {
        "triples.tsv": "a\tr\tb\na\tr\tsome text\na\tn\t7\n",
        "entities.tsv": "a\tA\nb\tB\n",
        "relations.tsv": "n\tn\t\tint\n",
    }
    found = [t for t in tsv.read(write(tmp_path, "set", files)) if t.file == "triples.tsv"]
    assert [t.object.kind for t in found] == ["iri", "literal", "literal"]
    assert found[2].object.datatype.endswith("#int")


def test_a_column_of_kgtk_that_stands_twice(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", "id\tnode1\tlabel\tnode2\tnode1\ne\ta\tr\tb\n")
    with pytest.raises(UserError, match=r"a\.tsv:1: the column 'node1' stands twice in the header"):
        list(table.read(path))


@pytest.mark.parametrize("key", ["Abu Dhabi", "50%", "a|b<c>", "São Tomé", "x[1]\\", "100%20"])
def test_keys_become_valid_iris(key: str) -> None:
    from urllib.parse import unquote

    iri = "https://example.org/" + tsv.escape(key)
    ox.parse(input=f"<{iri}> <a:a> <a:a> .", format=ox.RdfFormat.N_TRIPLES).__next__()
    assert unquote(iri.removeprefix("https://example.org/")) == key


def test_what_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "graph.ttl").write_text("")
    with pytest.raises(UserError, match="no such file") as caught:
        choose(tmp_path / "grap.ttl")
    assert "graph.ttl" in caught.value.hint
    (tmp_path / "a.docx").write_text("")
    with pytest.raises(UserError, match=r"no reader for '\.docx'") as caught:
        choose(tmp_path / "a.docx")
    assert ".ttl" in caught.value.hint
    with pytest.raises(UserError, match=r"folder without triples\.tsv"):
        choose(tmp_path)
