"""A mistake in each RDF format, and what is said: the file, the line (or ordinal), what is wrong, and what to do."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kg2corpus.errors import UserError
from kg2corpus.readers import rdf
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import Log, read_batches

P = "@prefix : <http://e/> .\n"
R = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
D = "<rdf:Description>\n"
END = "</rdf:Description></rdf:RDF>"
SKIP = "give --skip-bad to leave these lines out"
CASES = [
    # file, text, message (its beginning), part of the hint
    ("a.nt", "<a:a> <b:b> <c:c> .\n<a:a> <b:b> <c:c>\n", "a.nt:2: Quads must be followed by a dot", SKIP),
    ("a.nt", '<a:a> <b:b> "x .\n', "a.nt:1: Unexpected end of file (column 13)", SKIP),
    ("a.nt", "<a> <b:b> <c:c> .\n", "a.nt:1: No scheme found in an absolute IRI (column 1)", SKIP),
    ("a.nt", '<a:a> "p" <c:c> .\n', "a.nt:1: The predicate of a triple must be an IRI (column 7)", SKIP),
    ("a.nt", '<a:a> <b:b> "x"@ .\n', "a.nt:1: A language code should always", SKIP),
    ("a.nt", '<a:a> <b:b> "\\q" .\n', "a.nt:1: Unexpected escape character '\\q'", SKIP),
    ("a.nq", "<a:a> <b:b> <c:c> <g:g> <h:h> .\n", "a.nq:1: Quads must be followed by a dot (column 25)", SKIP),
    ("a.ttl", P + ":a :b :c\n:d :e :f .\n", "a.ttl:3: A dot is expected at the end of statements", "correct it"),
    ("a.ttl", P + ":a :b ex:c .\n", "a.ttl:2: The prefix ex: has not been declared (column 7)", "@prefix ex: <https://...> ."),
    ("a.ttl", ":a :b :c .\n", "a.ttl:1: The prefix : has not been declared", "@prefix : <https://...> ."),
    ("a.ttl", P + ':a :b "x\ny" .\n', "a.ttl:2: Line jumps are not allowed in string literals, use \\n", "correct it"),
    ("a.ttl", P + ":a :b [ :c 1 .\n", "a.ttl:2: blank node property lists should end with a ']'", "correct it"),
    ("a.ttl", P + ':a :b "x', "a.ttl:2: Unexpected end of file", "a quotation mark, a bracket, a statement; or the file was"),
    ("a.ttl", P + ":a :b <http://e/a b> .", "a.ttl:2: Invalid IRI code point ' ' (column 7)", "correct it"),
    ("a.ttl", '<?xml version="1.0"?>\n' + R, "a.ttl:1: this is XML or HTML, and no Turtle", "--format rdfxml"),
    ("a.ttl", '{"@id": "x"}', "a.ttl:1: { is not a valid subject", "--format trig, --format jsonld"),
    ("a.ttl", "\ufeff@prefix".encode("utf-16"), "a.ttl:1: UTF-16, where RDF is UTF-8", "iconv -f UTF-16 -t UTF-8 a.ttl"),
    ("a.ttl", P.encode() + b':a :b "caf\xe9" .', "a.ttl:2: Invalid UTF-8", "correct it"),
    ("a.trig", P + ":g { :a :b :c .\n", "a.trig:3: Unexpected end", "the file was cut off"),
    ("a.trig", P + ":g { :a :b :c } }\n", "a.trig:2: } is not a valid subject or graph name (column 17)", "correct it"),
    ("a.rdf", R + D + "<e:p>1</e:q>" + END, "a.rdf:3: ill-formed document: expected `</e:p>`, but `</e:q>`", "correct it"),
    ("a.rdf", R + '<rdf:Description rdf:ID="a b"/></rdf:RDF>', "a.rdf:2: a b is not a valid rdf:ID value", "correct it"),
    ("a.rdf", R + D + "<f:p>1</f:p>" + END, "a.rdf:3: Unknown prefix f:", 'xmlns:f="https://..."'),
    ("a.rdf", R + D + "<e:p>a & b</e:p>" + END, "a.rdf:3: Error while escaping character", "write &amp; for the character &"),
    ("a.rdf", R + D + "<e:p>&nbsp;</e:p>" + END, "a.rdf:3: at 1..5: unrecognized entity `nbsp`", "<!ENTITY name"),
    ("a.rdf", R + D + "<e:p>x</e:p></rdf:Description>\n", "a.rdf:4: the file ends before the end of its outermost", "cut off"),
    ("a.rdf", R + D + "<e:p>1<e:q/></e:p>" + END, "a.rdf:3: Unexpected node, a text value is already present", "correct it"),
    ("a.rdf", "<html><body>x</body></html>", "a.rdf:1: XML namespaces are required in RDF/XML", "begins with <rdf:RDF"),
    ("a.owl", P, "a.owl:1: Unexpected text event: '@prefix", "--format ttl"),
    ("a.rdf", '<?xml version="1.0" encoding="latin-1"?>' + R, "a.rdf:1: Only UTF-8 is supported", "save the file as UTF-8"),
    ("a.rdf", "", "a.rdf:1: the file ends before the end", "fetch or export it again"),
    ("a.n3", P + ":a :b .\n", "a.n3:2: . is not a valid RDF value (column 7)", "correct it"),
    ("a.n3", P + "{ :a :b ?x } => { ?x :c :a .\n", "a.n3:3: Unexpected end", "the file was cut off"),
    ("a.jsonld", '{"@id": "x",\n "n": }', "a.jsonld:2: Unexpected closing curly bracket", "correct it"),
    ("a.jsonld", "{'a': 1}", "a.jsonld:1: Unexpected char: '''", "correct it"),
    ("a.jsonld", '{"http://n": {"@value": {"a": 1}}}', "a.jsonld#1: @value value must be a string, number", "correct it"),
    ("a.jsonld", '{"@context": 5, "n": 1}', "a.jsonld#1: @context value must be null, a string or an object", "correct it"),
    ("a.jsonld", '{"name": "Ada"}', "a.jsonld: JSON-LD that states nothing: no context maps its keys", 'give it a "@context"'),
    ("a.jsonld", '{"@context": "https://schema.org/", "name": "Ada"}', "a.jsonld: it names the context https://schema.org/,",
     "--option contexts=allow, or save it as a file schema.org.jsonld"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message", "hint"), CASES)
def test_mistakes(name: str, text: str | bytes, message: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as caught:
        read_all(path)
    assert caught.value.message.startswith(message), caught.value.message
    assert hint in caught.value.hint, caught.value.hint
    assert caught.value.hint.endswith("nothing was written") or "contexts=" in caught.value.hint or "iconv" in caught.value.hint


def read_all(path: Path) -> int:
    log = Log()
    count = sum(len(rows) for _, rows in read_batches(choose(path)[1], path, log))
    log.check()
    return count


@pytest.mark.parametrize("suffix", ["nt", "nq", "ttl", "trig", "n3"])
def test_a_literal_of_twenty_megabytes(suffix: str, tmp_path: Path) -> None:
    """More than the parser takes: in a format of lines it harms no other line."""
    path = tmp_path / f"a.{suffix}"
    path.write_text('<a:a> <b:b> <c:c> .\n<a:a> <b:b> "' + "x" * 20_000_000 + '" .\n<a:a> <b:b> <d:d> .\n')
    with pytest.raises(UserError, match=rf"^a\.{suffix}[:#]2: .*16 MiB") as caught:
        read_all(path)
    assert caught.value.hint
    if suffix in ("nt", "nq"):
        assert [t.position for t in rdf.read(path, log=Log(skip_bad=True))] == [1, 3]


def test_the_line_of_rdf_xml_in_a_long_file(tmp_path: Path) -> None:
    """Beyond a piece of the file, packed, and behind texts of several lines."""
    good = '<rdf:Description rdf:about="http://e/x">\n<e:p>two\nlines</e:p>\n</rdf:Description>\n'
    path = tmp_path / "a.rdf.gz"
    path.write_bytes(gzip.compress((R + good * 5_000 + '<rdf:Description rdf:ID="1"/>\n' + good + "</rdf:RDF>").encode()))
    with pytest.raises(UserError, match=r"^a\.rdf\.gz:20002: 1 is not a valid rdf:ID"):
        read_all(path)


@pytest.mark.parametrize("tail", ["</rdf:RDF>", "</rdf:RDF >\n\n", "</rdf:RDF><!-- the <end> -->\n", "</rdf:RDF><?a b?>"])
def test_whole_files_of_rdf_xml(tail: str, tmp_path: Path) -> None:
    """Comments with tags, CDATA, `/>` in texts: none of them makes a whole file look cut off."""
    path = tmp_path / "a.rdf"
    odd = "<!-- <a> <b> <c> --><e:p><![CDATA[ <a> <b> /> ]]></e:p><e:p>/> /> /></e:p><e:q>]]&gt;</e:q>"
    path.write_text(R + "<rdf:Description>" + odd + "</rdf:Description>" + tail)
    assert read_all(path) == 3
    (tmp_path / "b.rdf").write_text('<e:T xmlns:e="http://e/"/>')
    assert read_all(tmp_path / "b.rdf") == 1
    path.write_text((R + "<rdf:Description>" + odd + "</rdf:Description>" + tail).partition("</rdf:RDF")[0])
    with pytest.raises(UserError, match="the file ends before the end"):
        read_all(path)


def test_every_cut_of_rdf_xml_is_seen(tmp_path: Path) -> None:
    """A file that is cut off anywhere is a fault, and never fewer triples."""
    whole = rdf.SAMPLE["sample.rdf"][0]
    assert isinstance(whole, str)
    path, data = tmp_path / "a.rdf", whole.encode().rstrip()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(UserError, match=r"^a\.rdf:\d"):
            read_all(path)


def test_xml_literals_have_the_namespaces_that_they_use(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    path.write_text(R + D + '<e:p rdf:parseType="Literal">a <b/> <e:c x="1" a=\'2\'>é&amp;</e:c></e:p>' + END)
    (t,) = rdf.read(path)
    assert t.object.value == 'a <b></b> <e:c xmlns:e="http://e/" a="2" x="1">é&amp;</e:c>'


@pytest.mark.parametrize("suffix", ["ttl", "trig", "rdf"])
def test_base(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    xml = f'{R}<rdf:Description rdf:about="#x"><e:p rdf:resource=""/></rdf:Description></rdf:RDF>'
    path.write_text(xml if suffix == "rdf" else "<#x> <http://e/p> <> .")
    (t,) = rdf.read(path, base="https://example.org/d")
    assert (t.subject, t.object.value) == ("https://example.org/d#x", "https://example.org/d")
    with pytest.raises(UserError, match="base=nowhere: no absolute IRI"):
        list(rdf.read(path, base="nowhere"))
