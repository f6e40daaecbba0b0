"""Any bytes, given to any reader, are triples or a UserError with the file's name: never another exception, never a hang.

Attacks run in a process of their own, whose memory and time are measured.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus import api, registry
from kg2corpus.errors import UserError
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import Log, read_batches

from .test_readers import SAMPLES, write

RDF_ROOT = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
DEEP = 100_000
SPLICES = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"'", b"\\", b"\\u0000", b"\\ud800", b"<", b">", b"{", b"}",
    b"[", b"]", b"(", b")", b"<<(", b")>>", b"<!--", b"<![CDATA[", b"<!DOCTYPE a [", b'<!ENTITY x "y">', b"&x;", b"&#0;",
    b"&#xD800;", b"@", b"@@", b"\n", b"\r", b"\t", b",", b";", b"|", b"9" * 5000, b"1e999", b"-0", b"NaN", b"null", b"true",
    b"{}", b"[]", b"_:", b"#", b"\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"{" * 2000, b"[" * 2000, b"(" * 2000,
    b'{"a":' * 2000, b"0 HEAD\n", b"[Term]\n", b" .\n", b":",
)  # fmt: skip


def harmless(module: ModuleType, path: Path, *, named: str = "") -> bool:
    """Reads the file with and without `skip_bad`; tells whether it gave triples."""
    found = False
    for skip in (False, True):
        log, fault = Log(skip_bad=skip), None
        try:
            for _, rows in read_batches(module, path, log):
                for s, p, kind, value, datatype, language, position, extra in rows:
                    found = True
                    assert position > 0 or hasattr(module, "place"), "keys of a database may be negative"
                    assert kind in ("iri", "blank", "literal", "novalue", "somevalue", "triple")
                    told = [q for name, term in (extra.qualifiers if extra else ()) for q in (name, term.value)]
                    for text in (s, p, value, datatype, language, extra.graph if extra else "", *told):
                        text.encode()
            log.check()
        except UserError as e:
            fault = e
        if fault is not None:
            assert (named or path.name) in fault.message, fault.message
            assert fault.hint, fault.message
    return found


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A few changes such as damage, editors and attackers make."""
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, to = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
        to = min(to, at + rng.choice((1, 4, 40, 4000)))
        match rng.randrange(6):
            case 0:
                data = data[:at] + data[to:]
            case 1:
                data = data[:at]
            case 2:
                data = data[:at] + data[at:to] * rng.choice((2, 2, 50)) + data[to:]
            case 3:
                data = data[:at] + rng.choice(SPLICES) + data[at:]
            case 4:
                data = data[:at] + rng.choice(SPLICES) + data[to:]
            case _:
                data = data[:at] + rng.randbytes(min(to - at, 8)) + data[to:]
    return data


# a changed SPARQL source would have another endpoint asked; its own tests answer it with nonsense
@pytest.mark.parametrize(("name", "title"), [(name, title) for name, title in SAMPLES if name != "sparql"])
def test_mutated_samples(name: str, title: str, tmp_path: Path) -> None:
    module = registry.find("readers", name)
    content = module.SAMPLE[title][0]
    rng = random.Random(f"{name} {title}")
    good = 0
    for _ in range(60):
        if isinstance(content, str):
            path = tmp_path / title
            path.write_bytes(mutated(content.encode(), rng))
            good += harmless(module, path)
            continue
        if callable(content):
            path = write(tmp_path, title, content) if not (tmp_path / title).exists() else tmp_path / title
            whole = path.read_bytes()
            path.write_bytes(mutated(whole, rng))
            good += harmless(module, path)
            path.write_bytes(whole)
            continue
        path = tmp_path / "set"
        shutil.rmtree(path, ignore_errors=True)
        write(tmp_path, "set", content)
        member = path / rng.choice(sorted(content))
        member.write_bytes(mutated(member.read_bytes(), rng))
        good += harmless(module, path, named=member.name)
    assert good, "some mutations leave triples"


@pytest.mark.parametrize("name", [name for name in dict.fromkeys(name for name, _ in SAMPLES) if name != "sparql"])
def test_any_bytes(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    module, folder = registry.find("readers", name), tmp_path_factory.mktemp("any")
    texts = st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace"))
    alphabet = st.one_of(st.binary(max_size=60), st.sampled_from(SPLICES), texts)

    @settings(max_examples=60)
    @given(st.lists(alphabet, max_size=12), st.sampled_from(module.SUFFIXES))
    def check(parts: list[bytes], suffix: str) -> None:
        path = folder / f"any{suffix}"
        path.write_bytes(b"".join(parts))
        harmless(module, path)

    check()


def real_files(data: Path, folder: Path) -> Iterator[Path]:
    """A file of each real source that the data folder has, cut to a size that can be mutated often."""
    import tarfile

    shutil.copy(data / "formats" / "sample.ged", folder)
    for packed in "famplex", "brick", "vocabularies", "wikidata-fixtures":
        with tarfile.open(data / "formats" / f"{packed}.tar.xz") as tar:
            tar.extractall(folder / packed, filter="data")
    yield folder / "sample.ged"
    endings = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent != folder and path.stat().st_size > 1000:
            endings.setdefault((path.parts[len(folder.parts)], path.suffix), path)
    yield from endings.values()


@pytest.mark.data
def test_mutated_real_files(kg_data: Path, tmp_path: Path) -> None:
    seen = set()
    for path in list(real_files(kg_data, tmp_path)):
        try:
            name, module = choose(path)
        except UserError:
            continue  # notes and licences
        data, rng = path.read_bytes()[:100_000], random.Random(path.name)
        other = path.with_name("mutated" + "".join(path.suffixes[-1:]))
        for _ in range(8):
            other.write_bytes(mutated(data, rng))
            harmless(module, other)
        seen.add(name)
    assert {"gedcom", "obo", "rdf", "wikidata"} <= seen, seen


# attacks

PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from kg2corpus import registry
from kg2corpus.errors import UserError
from kg2corpus.readers._common import Log, read_batches
module, path, options = registry.find("readers", sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
log = Log(max_line=options.pop("max_line", 64_000_000))
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
before, count, message = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0, ""
try:
    for _, rows in read_batches(module, path, log, options):
        count += len(rows)
    log.check()
except UserError as e:
    message = f"{e.message} | {e.hint}"
taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([count, sum(log.notes.values()), message, taken // 1024]))
"""


def attack(name: str, path: Path, *, most: int = 250, seconds: int = 60, **options: Any) -> tuple[int, int, str]:
    """(triples, number of notes, message) of a file that is read in a process of its own, which takes at most `most` MiB."""
    command = [sys.executable, "-c", PROGRAM, name, str(path), json.dumps(options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    count, notes, message, mib = json.loads(done.stdout)
    assert mib < most, f"{mib} MiB"
    assert not message or path.name in message
    return count, notes, message


def nested(*parts: bytes) -> bytes:
    """Parts in turn: before, opening, within, closing, after; opening and closing as often as DEEP."""
    before, opening, within, closing, after = parts
    return before + opening * DEEP + within + closing * DEEP + after


NESTED = {
    ("rdf", "blank.ttl"): nested(b"<a:a> <b:b> ", b"[ <b:b> ", b"1", b"]", b" ."),
    ("rdf", "list.ttl"): nested(b"<a:a> <b:b> ", b"(", b"1", b")", b" ."),
    ("rdf", "terms.ttl"): nested(b"<a:a> <b:b> ", b"<<( <a:a> <b:b> ", b"1", b" )>>", b" ."),
    ("rdf", "terms.trig"): nested(b"<g:g> { <a:a> <b:b> ", b"<<(\n<a:a> <b:b> ", b"1", b" )>>", b" }"),
    ("rdf", "terms.nt"): nested(b"<a:a> <b:b> ", b"<<( <a:a> <b:b> ", b"<a:a>", b" )>>", b" .\n<a:a> <b:b> <c:c> .\n"),
    ("rdf", "terms.nq"): nested(b"<a:a> <b:b> ", b"<<( <a:a> <b:b> ", b"<a:a>", b" )>>", b" <g:g> .\n"),
    ("rdf", "reified.ttl"): nested(b"", b"<< <a:a> <b:b> ", b"1", b" >>", b" <b:b> 1 ."),
    ("rdf", "deep.rdf"): nested(RDF_ROOT, b"<rdf:Description><e:p>", b"", b"</e:p></rdf:Description>", b"</rdf:RDF>"),
    ("rdf", "open.rdf"): RDF_ROOT + b"<rdf:Description><e:p>" * DEEP,
    ("rdf", "literal.rdf"): nested(
        RDF_ROOT + b'<rdf:Description><e:p rdf:parseType="Literal">',
        b"<e:p>", b"", b"</e:p>", b"</e:p></rdf:Description></rdf:RDF>",
    ),
    ("n3", "formula.n3"): nested(b"<a:a> <b:b> ", b"{ <a:a> <b:b> ", b"1", b"}", b" ."),
    ("n3", "path.n3"): b"<a:a>" + b"!<b:b>" * DEEP + b" <b:b> 1 .",
    ("jsonld", "objects.jsonld"): nested(b"", b'{"http://p":', b"1", b"}", b""),
    ("jsonld", "arrays.jsonld"): nested(b'{"http://p":', b"[", b"1", b"]", b"}"),
    ("jsonld", "context.jsonld"): nested(b'{"@context":', b"[", b"{}", b"]", b',"http://p":1}'),
    ("jsonld", "remote.jsonld"): b'{"@context":"x","http://p":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    ("jsonl", "deep.jsonl"): nested(b'["a","b",', b"[", b"1", b"]", b"]\n"),
    ("neo4j", "deep.jsonl"): nested(b'{"type":"node","id":"1","properties":{"a":', b'{"a":', b"1", b"}", b"}}\n"),
    ("neo4j", "array.json"): nested(b'[{"type":"node","id":"1","properties":{"a":', b"[", b"1", b"]", b"}}]"),
    ("wikidata", "deep.json"): nested(b'[\n{"type":"item","id":"Q1","claims":', b'{"a":', b"1", b"}", b"}\n]\n"),
    ("wikidata", "one.json"): nested(b'{"type":"item","id":"Q1","claims":', b"[", b"1", b"]", b"}"),
    ("graphml", "deep.graphml"): nested(b"<graphml>", b"<graph><node id='a'>", b"", b"</node></graph>", b"</graphml>"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "title"), NESTED)
def test_nested_a_hundred_thousand_times(name: str, title: str, tmp_path: Path) -> None:
    path = tmp_path / title
    path.write_bytes(NESTED[name, title])
    count, notes, message = attack(name, path)
    assert count or notes or message, "nothing vanishes without a word"


def laughs(rounds: int, use: bytes) -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">\n' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, rounds))
    return b'<!DOCTYPE a [\n<!ENTITY l0 "lololololo">\n' + entities + b"]>\n" + use


def about(text: bytes) -> bytes:
    return RDF_ROOT + b"<rdf:Description><e:p>" + text + b"</e:p></rdf:Description></rdf:RDF>"


LAUGHS = {
    ("rdf", "lol.rdf"): laughs(10, about(b"&l9;")),
    ("rdf", "lol.owl"): laughs(30, about(b"&l29;")),
    ("rdf", "long.rdf"): b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 2_000_000 + b'">]>' + about(b"&a;" * 50_000),
    ("rdf", "many.rdf"): b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 900 + b'">]>' + about(b"&a;" * 3_000_000),
    ("graphml", "lol.graphml"): laughs(10, b"<graphml><node id='&l9;'/></graphml>"),
}


@pytest.mark.parametrize(("name", "title"), LAUGHS)
def test_billion_laughs(name: str, title: str, tmp_path: Path) -> None:
    path = tmp_path / title
    path.write_bytes(LAUGHS[name, title])
    assert attack(name, path)[2]


def test_names_of_namespaces_are_entities_that_work(tmp_path: Path) -> None:
    """As Protégé writes them, over the border of two pieces too."""
    for blanks in (0, *range(65_440, 65_560, 7)):
        path = tmp_path / "a.owl"
        entities = b'<!DOCTYPE rdf:RDF [\n<!ENTITY e "http://e/">\n<!ENTITY f "&e;f#">]>'
        start = b"<?xml version='1.0'?>" + b" " * blanks + entities
        path.write_bytes(start + RDF_ROOT + b'<rdf:Description rdf:about="&f;x"><e:p>1</e:p></rdf:Description></rdf:RDF>')
        ((_, rows),) = read_batches(registry.find("readers", "rdf"), path, Log())
        assert rows[0][0] == "http://e/f#x"


@pytest.mark.parametrize("suffix", ["rdf", "graphml"])
def test_nothing_is_fetched_for_xml(suffix: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def listen() -> None:
            try:
                while True:
                    hits.append(server.accept())
            except OSError:
                return

        thread = threading.Thread(target=listen)
        thread.start()
        for where in (secret.as_uri(), f"http://127.0.0.1:{server.getsockname()[1]}/x"):
            forms = ('<!ENTITY s SYSTEM "{}">', '<!ENTITY % s SYSTEM "{}"> %s;', '<!ENTITY s PUBLIC "x" "{}">')
            for entity in (form.format(where) for form in forms):
                for doctype in (f"<!DOCTYPE a [{entity}]>", f'<!DOCTYPE a SYSTEM "{where}">'):
                    path = tmp_path / f"a.{suffix}"
                    body = about(b"&s;") if suffix == "rdf" else b"<graphml><node id='a'><desc>&s;</desc></node></graphml>"
                    path.write_bytes(doctype.encode() + body)
                    module = registry.find("readers", choose(path)[0])
                    with pytest.raises(UserError, match=f"a.{suffix}"):
                        print([row for _, rows in read_batches(module, path, Log()) for row in rows])
        thread.join()
    assert not hits


ENDLESS = {
    ("rdf", "a.nt"): b'<a:a> <b:b> "',
    ("rdf", "a.nq"): b"",
    ("rdf", "string.ttl"): b'<a:a> <b:b> "',
    ("rdf", "long.ttl"): b'<a:a> <b:b> """',
    ("rdf", "iri.trig"): b"<a:a> <b:b> <",
    ("rdf", "comment.ttl"): b"# ",
    ("rdf", "tag.rdf"): b"<rdf:RDF ",
    ("rdf", "text.rdf"): RDF_ROOT + b"<rdf:Description><e:p>",
    ("n3", "a.n3"): b"<a:a> <b:b> '",
    ("jsonld", "a.jsonld"): b'{"@id": "',
    ("tsv", "a.tsv"): b"a\tb\t",
    ("table", "a.csv"): b'subject,predicate,object\n"',
    ("jsonl", "a.jsonl"): b'["a", "',
    ("obo", "a.obo"): b"format-version: 1.2\n[Term]\nid: ",
    ("gedcom", "a.ged"): b"0 HEAD\n1 NOTE ",
    ("graphml", "a.graphml"): b"<graphml><node id='",
    ("neo4j", "a.jsonl"): b'{"type":"node","labels":["',
    ("wikidata", "a.json"): b'[\n{"id": "',
}


@pytest.mark.parametrize(("name", "title"), ENDLESS)
def test_two_hundred_megabytes_without_an_end(name: str, title: str, tmp_path: Path) -> None:
    path = tmp_path / title
    with path.open("wb") as f:
        f.write(ENDLESS[name, title])
        for _ in range(200):
            f.write(b"x" * 1_000_000)
    count, _, message = attack(name, path, max_line=4_000_000)
    assert message
    assert count <= 3, "what stands before it"


def pack(kind: str, path: Path, head: bytes, megabytes: int) -> Path:
    """A packed file of blanks, small as it lies there."""
    opens: dict[str, Any] = {
        "gz": gzip.open, "bz2": bz2.open, "xz": lzma.open,
        "zst": lambda p, mode: zstandard.ZstdCompressor().stream_writer(p.open(mode)),
    }  # fmt: skip
    packed = path.with_name(f"{path.name}.{kind}")
    with opens[kind](packed, "wb") as f:
        f.write(head)
        for _ in range(megabytes):
            f.write(b" " * (1 << 20))
    assert packed.stat().st_size < 2 << 20
    return packed


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize(("name", "title"), [("rdf", "a.nt"), ("rdf", "a.ttl"), ("jsonld", "a.jsonld")])
def test_bombs(kind: str, name: str, title: str, tmp_path: Path) -> None:
    path = pack(kind, tmp_path / title, ENDLESS.get((name, title), b"<a:a> <b:b> <c:c> .\n"), 120)
    count, _, message = attack(name, path, most=100, max_line=4_000_000)
    assert message or count == 1, "white space behind a statement harms nobody"


def test_lists_in_circles(tmp_path: Path) -> None:
    """Lists of OWL that have themselves as their rest, their first, or their own class; loading flattens class expressions."""
    path = tmp_path / "circles.ttl"
    path.write_text("""@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :A owl:equivalentClass [ owl:unionOf _:l ] . _:l rdf:first :B ; rdf:rest _:m . _:m rdf:first :C ; rdf:rest _:l .
        :D rdfs:subClassOf _:i . _:i owl:intersectionOf _:j . _:j rdf:first _:i ; rdf:rest rdf:nil .
        :E rdfs:subClassOf _:r . _:r a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom _:r .
        _:s rdf:first _:s ; rdf:rest _:s . :F owl:unionOf _:s . :x :p :y .""")
    report = api.load([path], db=str(tmp_path / "kg.db"))
    assert report["facts"] >= 1


def test_memory_is_that_of_the_pieces(tmp_path: Path) -> None:
    """A Turtle file of 400,000 statements takes no more memory than a batch of them."""
    path = tmp_path / "many.ttl"
    with path.open("w") as f:
        for i in range(400_000):
            f.write(f"<http://e/{i}> <http://e/p> <http://e/{i + 1}> .\n")
    assert attack("rdf", path, most=100) == (400_000, 0, "")
