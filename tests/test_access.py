"""How a source is found and opened: packed files, patterns, folders, standard input, the choice of a reader, its options."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus import registry
from kg2corpus.errors import UserError
from kg2corpus.readers import _choose, rdf, tsv
from kg2corpus.readers._choose import choose, expand, parse_options, reader_options
from kg2corpus.readers._common import Log, content_hash, read_batches
from kg2corpus.readers._open import PACKED, lines, open_bytes
from kg2corpus.store.load import load

from .conftest import COUNTRIES
from .test_cli import run
from .test_load import image, rows

PACK: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    ".gz": ("gzip", gzip.compress),
    ".bz2": ("bzip2", bz2.compress),
    ".xz": ("xz", lzma.compress),
    ".zst": ("zstd", zstandard.ZstdCompressor(write_checksum=True).compress),
}
TRIPLES = b"".join(b"<a:%d> <b:b> <c:c> .\n" % i for i in range(2_000))


def put(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# opening


def test_every_kind_of_packing_is_tested() -> None:
    assert set(PACK) == set(PACKED)


@pytest.mark.parametrize("suffix", PACK)
def test_a_packed_file_is_the_same_source(suffix: str, tmp_path: Path) -> None:
    kind, pack = PACK[suffix]
    plain = put(tmp_path / "a.nt", TRIPLES)
    # two parts one after the other, as parallel packers write them; and a suffix in capitals
    packed = put(tmp_path / f"a.nt{suffix.upper()}", pack(TRIPLES[:5_000]) + pack(TRIPLES[5_000:]))
    assert list(rdf.read(packed)) == list(rdf.read(plain))
    assert content_hash(rdf, packed) == content_hash(rdf, plain)
    assert choose(packed)[0] == "rdf"
    turtle = put(tmp_path / f"a.ttl{suffix}", pack(TRIPLES))
    assert len(list(rdf.read(turtle))) == 2_000, "a reader may wind back to the beginning"
    load([plain], str(tmp_path / "kg.db"))
    assert load([packed], str(tmp_path / "kg.db")).unchanged
    whole = pack(TRIPLES)
    for name, damaged in {
        "cut": whole[:-12],
        "half": whole[: len(whole) // 2],
        "other": b"no packed file at all, " * 9,
        "flipped": whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 255]) + whole[len(whole) // 2 + 1 :],
    }.items():
        bad = put(tmp_path / f"{name}.nt{suffix}", damaged)
        with pytest.raises(UserError, match=f"^{name}.nt{suffix}: not a whole {kind} file"):
            content_hash(rdf, bad)
        with pytest.raises(UserError, match=f"^{name}.nt{suffix}: not a whole {kind} file"):
            list(rdf.read(bad))


@pytest.mark.parametrize("suffix", PACK)
@settings(max_examples=40)
@given(data=st.data())
def test_damaged_packed_files_never_break(suffix: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = bytearray(PACK[suffix][1](TRIPLES))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = put(tmp_path_factory.getbasetemp() / f"fuzz.nt{suffix}", bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    message, found = f"fuzz.nt{suffix}: not a whole", []
    try:
        found = list(rdf.read(path, log=Log(skip_bad=True)))
    except UserError as e:
        message = e.message
    assert message.startswith(f"fuzz.nt{suffix}: not a whole")
    assert len(found) <= 2_000


def test_a_packed_file_winds_back_to_its_beginning_only(tmp_path: Path) -> None:
    with open_bytes(put(tmp_path / "a.zst", PACK[".zst"][1](TRIPLES))) as f:
        assert f.read(3) == TRIPLES[:3]
        f.seek(0)
        assert f.read() == TRIPLES
        f.seek(0)
        assert f.read(200_000) == TRIPLES
        with pytest.raises(io.UnsupportedOperation):
            f.seek(7)


def test_lines_are_bounded(tmp_path: Path) -> None:
    assert list(lines(io.BytesIO(b"ab\n\ncd"), "x", 3)) == [b"ab\n", b"\n", b"cd"]
    with pytest.raises(UserError, match=r"^x:2: a line of more than 3 bytes") as caught:
        list(lines(io.BytesIO(b"ab\nabc\n"), "x", 3))
    assert "--max-line" in caught.value.hint


@pytest.mark.parametrize("suffix", PACK)
def test_a_small_file_that_unpacks_to_an_endless_line(suffix: str, tmp_path: Path) -> None:
    """In a process of its own, whose memory is limited: 120 MB of one letter are never held."""
    bomb = put(tmp_path / f"a.tsv{suffix}", PACK[suffix][1](b"a" * 120_000_000))
    assert bomb.stat().st_size < 400_000
    code = (
        "import resource, sys, pathlib; from kg2corpus.readers import tsv; from kg2corpus.errors import UserError\n"
        "from kg2corpus.readers._common import Log\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: list(tsv.read(pathlib.Path(sys.argv[1]), log=Log(max_line=10_000_000)))\n"
        "except UserError as e: sys.stdout.write(e.message)\n"
        "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", code, str(bomb)], capture_output=True, text=True, check=True)
    assert done.stdout == f"a.tsv{suffix}:1: a line of more than 10,000,000 bytes"
    assert int(done.stderr) < 80_000, "kB"


# finding


def test_patterns_folders_and_files(tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    for i in (2, 1, 3):
        put(folder / f"{i}.nt.gz", gzip.compress(b"<a:a> <b:b> <c:%d> .\n" % i))
    (folder / "deeper").mkdir()
    put(folder / "deeper" / "4.nt", "<a:a> <b:b> <c:4> .\n")
    put(folder / "README", "words")
    put(folder / "stats.json", "{}")
    put(folder / ".hidden.nt", "")
    names = ["1.nt.gz", "2.nt.gz", "3.nt.gz"]
    assert [p.name for p in expand(folder / "*.nt.gz")[0]] == names
    assert [p.name for p in expand(folder / "**" / "*.nt")[0]] == ["4.nt"]
    found, notes = expand(folder)
    assert [p.name for p in found] == names
    assert notes == {"file of dumps that no reader takes: .hidden.nt, README, stats.json": 3}
    assert expand(folder, "nt")[0] == found
    with pytest.raises(UserError, match="without a file that a reader takes"):
        expand(folder, "ttl")
    report = load([folder / "*.gz", folder, folder / "1.nt.gz"], str(tmp_path / "kg.db"))
    assert [s.name for s in report.sources] == names, "each is its own source, and comes once"
    assert any("no reader takes" in line for line in report.lines())
    assert rows(tmp_path / "kg.db", "SELECT count(*) FROM fact") == [(3,)]
    odd = put(tmp_path / "a[1].nt", "<a:a> <b:b> <c:c> .\n")
    assert expand(odd)[0] == [odd], "a file of that name is no pattern"
    (tmp_path / "empty").mkdir()
    for source, message in {
        folder / "*.ttl": r"\*\.ttl: no file matches this pattern",
        tmp_path / "empty": "empty: a folder without triples.tsv, and without a file that a reader takes",
        tmp_path / "dump": "no such file or folder: .*dump",
    }.items():
        with pytest.raises(UserError, match=message) as caught:
            load([source], str(tmp_path / "none.db"))
        assert caught.value.hint
        assert not (tmp_path / "none.db").exists()
    assert expand(COUNTRIES)[0] == [COUNTRIES], "a set is one source"


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        def __init__(self, content: bytes) -> None:
            self.buffer = io.BytesIO(content)

    def loaded(content: bytes, **how: Any) -> Any:
        monkeypatch.setattr(sys, "stdin", Pipe(content))
        return load([Path("-")], str(tmp_path / "kg.db"), **how)

    report = loaded(TRIPLES, format="nt")
    assert (report.facts_new, [s.name for s in report.sources]) == (2_000, ["stdin"])
    assert rows(tmp_path / "kg.db", "SELECT name, path FROM source") == [("stdin", "-")]
    assert rows(tmp_path / "kg.db", "SELECT value FROM meta WHERE key = 'name'") == [("stdin",)]
    assert load([put(tmp_path / "a.nt", TRIPLES)], str(tmp_path / "kg.db")).unchanged, "the same content as a file"
    assert loaded(b"a\tb\tc\n", format="tsv").facts_new == 1
    for content, format, message in [
        (b"", "", "stdin: its format is not known"),
        (b"", "rdf", "stdin: 'rdf' stands for several formats"),
        (b"", "ntt", "unknown format 'ntt'"),
        (b"<a:a> .", "ttl", r"stdin\.ttl:1: "),
    ]:
        with pytest.raises(UserError, match=message) as caught:
            loaded(content, format=format)
        assert caught.value.hint
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.nt", "kg.db"], "nothing is left behind"


# choosing


@pytest.fixture
def more_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Three readers that share a suffix; `last` takes what nobody recognises, if REST says so."""
    text = '''
from kg2corpus.types import Term, Triple
SUFFIXES = (".shared",)
SAMPLE = {}
def looks(head):
    return b"NAME" in head
def read(source, *, log=None, NAME_only: int = 0):
    yield Triple("a", "b", Term("iri", "c"), 1)
'''
    monkeypatch.setattr(registry, "_extra", {kind: {} for kind in registry.ENTRY})
    made = {}
    for name in ("xone", "xtwo", "xlast"):
        registry.add_file(put(tmp_path / f"{name}.py", text.replace("NAME", name)))
        made[name] = registry.find("readers", name)
    yield made  # type: ignore[misc]
    for name in made:
        sys.modules.pop(f"kg2corpus_user.readers.{name}")


def test_readers_that_share_a_suffix(more_readers: dict[str, Any], tmp_path: Path) -> None:
    source = put(tmp_path / "a.shared", "xtwo")
    assert choose(source)[0] == "xtwo"
    assert choose(source, "xone")[0] == "xone"
    assert choose(source, "", {"xlast_only": "3"})[0] == "xlast", "only this one accepts the option"
    assert choose(put(tmp_path / "b.txt", "xtwo"), "shared")[0] == "xtwo", "a suffix as the format"
    put(source, "xtwo xone")
    with pytest.raises(UserError, match=r"^a\.shared: could be read by xone and xtwo") as caught:
        choose(source)
    assert caught.value.hint == "say which: --format xone or --format xtwo"
    put(source, "neither")
    with pytest.raises(UserError, match=r"^a\.shared: none of the readers of \.shared \(xlast, xone, xtwo\)") as caught:
        choose(source)
    assert "--format xlast or --format xone" in caught.value.hint
    assert expand(put(tmp_path / "c.nt", ""))[0]
    more_readers["xlast"].REST = (".shared",)
    assert choose(source)[0] == "xlast"
    with pytest.raises(UserError, match="unknown format 'xtow'") as caught:
        choose(source, "xtow")
    assert "xtwo" in caught.value.hint


def test_a_format_by_name(tmp_path: Path) -> None:
    text = put(tmp_path / "train.txt", "a\tb\tc\n")
    with pytest.raises(UserError, match=r"no reader for '\.txt'") as caught:
        choose(text)
    assert "--format" in caught.value.hint
    assert choose(text, "tsv") == ("tsv", tsv)
    with pytest.raises(UserError, match=r"^train\.txt: 'rdf' stands for several formats") as caught:
        choose(text, "rdf")
    assert "nt, ntriples" in caught.value.hint
    plain = put(tmp_path / "plain.txt", "<a:a> <b:b> <c:c> .\n<a:a> <b:b> _:d .\n")
    assert choose(plain, "nt")[0] == "rdf"
    assert load([plain], str(tmp_path / "nt.db"), format="nt").facts_new == 2
    assert load([put(tmp_path / "plain.nt", plain.read_text())], str(tmp_path / "nt.db")).unchanged, "it is the same source"
    with pytest.raises(UserError, match="unknown RDF syntax 'tll'"):
        load([plain], str(tmp_path / "other.db"), format="nt", options={"syntax": "tll"})
    assert load([text], str(tmp_path / "kg.db"), format="tsv").facts_new == 1
    both = put(tmp_path / "both.tsv", "subject\trelation\tobject\na\tb\tc\n")
    load([both], str(tmp_path / "kg.db"))
    with pytest.raises(UserError, match=r"^both\.tsv: .* holds its content already, read as tsv and not as table") as caught:
        load([both], str(tmp_path / "kg.db"), format="table")
    assert "--db" in caught.value.hint


# options


def options_of(
    source: Path, *, log: Any = None, text: str = "", count: int = 3, share: float = 0.5, on: bool = False,
    names: tuple[str, ...] = (), way: Literal["up", "down"] = "up", most: int | None = None,
) -> None:  # fmt: skip
    """A reader's signature."""


class Module:
    read = staticmethod(options_of)


def test_options_are_taken_as_the_signature_says() -> None:
    given = {"text": "a,b", "count": "4", "share": "0.25", "on": "yes", "names": "a| b ,c", "way": "down", "most": "9"}
    wanted = {"text": "a,b", "count": 4, "share": 0.25, "on": True, "names": ("a", "b", "c"), "way": "down", "most": 9}
    assert reader_options("it", Module, given) == wanted  # type: ignore[arg-type]
    assert reader_options("it", Module, {"count": "3", "on": "no", "names": ""}) == {}, "defaults are none"  # type: ignore[arg-type]
    assert reader_options("it", Module, {"names": ("x,y",), "count": 5}) == {"names": ("x,y",), "count": 5}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "value", "message", "hint"),
    [
        ("cuont", "1", "the reader 'it' has no option 'cuont'", "'count'"),
        ("log", "1", "the reader 'it' has no option 'log'", "there is"),
        ("count", "many", "the option 'count' of the reader 'it' is 'many'", "whole number"),
        ("share", "half", "the option 'share' of the reader 'it' is 'half'", "a number"),
        ("on", "maybe", "the option 'on' of the reader 'it' is 'maybe'", "yes or no"),
        ("way", "dwon", "the option 'way' of the reader 'it' is 'dwon'", "'down'"),
    ],
)
def test_wrong_options(key: str, value: str, message: str, hint: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        reader_options("it", Module, {key: value})  # type: ignore[arg-type]
    assert hint in caught.value.hint


def test_options_on_the_command_line() -> None:
    assert parse_options(["a=1", "b=x=y,z"], 'subject=Q,predicate="=treats",object= V') == {
        "a": "1", "b": "x=y,z", "subject": "Q", "predicate": "=treats", "object": "V"
    }  # fmt: skip
    for options, mapping, message in [
        (["a"], "", "--option a: not of the form key=value"),
        ([], "subject=Q,V", "--map V: not of the form key=value"),
        (["a=1"], "a=2", "--map a=2: 'a' is given twice"),
    ]:
        with pytest.raises(UserError, match=message):
            parse_options(options, mapping)


def test_other_options_make_another_source(tmp_path: Path) -> None:
    table = put(tmp_path / "t.csv", "a,b\n1,2\n")
    one, two = ({"subject": "a", "predicate": f"={word}", "object": "b"} for word in ("likes", "knows"))
    assert load([table], str(tmp_path / "kg.db"), options=one).facts_new == 1
    assert load([table], str(tmp_path / "kg.db"), options=one | {"header": "yes"}).unchanged, "a default is no option"
    assert load([table], str(tmp_path / "kg.db"), options=two).facts_new == 1
    assert len(rows(tmp_path / "kg.db", "SELECT sha256 FROM source")) == 2
    with pytest.raises(UserError, match="the reader 'rdf' has no option 'subject'"):
        load([put(tmp_path / "a.nt", "")], str(tmp_path / "other.db"), options=one)


def test_the_command(tmp_path: Path) -> None:
    put(tmp_path / "t.csv", "a,b\n1,2\n")
    put(tmp_path / "long.tsv", "a\tb\t" + "c" * 2_000 + "\n")
    done = run("load", "*.csv", "--map", 'subject=a,predicate="=likes",object=b', cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "t.csv (table): 1 triple"), done.stderr
    done = run("load", "long.tsv", "--max-line", "1k", cwd=tmp_path)
    assert done.returncode == 1
    assert "long.tsv:1: a line of more than 1,000 bytes" in done.stderr
    assert run("load", "long.tsv", "--max-line", "some", cwd=tmp_path).returncode == 1
    done = run("load", "t.csv", "--option", "subject", cwd=tmp_path)
    assert done.returncode == 1
    assert "hint:" in done.stderr
    text = " ".join(run("load", "--help").stdout.split())
    for name, module in _choose.readers().items():
        assert f"{name} (" in text
        assert all(suffix in text for suffix in module.SUFFIXES)


def test_every_reader_takes_its_options_from_outside(tmp_path: Path) -> None:
    """The annotations of all readers are of the kinds that a command line can give."""
    for name, module in _choose.readers().items():
        for key, parameter in _choose.keywords(module).items():
            assert parameter.default is not parameter.empty, f"{name}: {key} has a default"
            if isinstance(parameter.default, str | int | float | bool):
                assert reader_options(name, module, {key: str(parameter.default)}) == {}, f"{name}: {key}"


def test_the_store_is_that_of_the_plain_set(tmp_path: Path) -> None:
    """A set whose files are packed is no set; the Turtle of the same graph, packed, is the same graph."""
    packed = put(tmp_path / "countries.ttl.zst", PACK[".zst"][1]((COUNTRIES / "countries.ttl").read_bytes()))
    load([COUNTRIES / "countries.ttl"], str(tmp_path / "plain.db"))
    load([packed], str(tmp_path / "packed.db"))
    assert image(tmp_path / "packed.db") == image(tmp_path / "plain.db")
    log = Log()
    assert sum(len(batch) for _, batch in read_batches(rdf, packed, log)) > 5_800


def test_an_endless_line_of_n_triples(tmp_path: Path) -> None:
    long = put(tmp_path / "long.nt", "<a:a> <b:b> <c:c> .\n<a:a> <b:b> \"" + "x" * 5000 + "\" .\n")
    with pytest.raises(UserError, match=r"^long\.nt:2: a line of more than 1,000 bytes"):
        load([long], str(tmp_path / "kg.db"), max_line=1000)
    assert load([long], str(tmp_path / "kg.db"), max_line=10_000).facts_new == 2


@pytest.mark.parametrize(("text", "size"), [("64M", 64_000_000), ("1G", 1_000_000_000), ("5_000", 5_000), ("2 kB", 2_000)])
def test_sizes(text: str, size: int) -> None:
    assert _choose.parse_size(text) == size


@pytest.mark.parametrize("text", ["some", "0", "-1", "1T", ""])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(UserError, match="no size"):
        _choose.parse_size(text)
