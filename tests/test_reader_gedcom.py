"""The GEDCOM reader: a real family tree against a count of its own, dates, character sets, faults, and damaged files."""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import gedcom
from kg2corpus.readers._common import Log
from kg2corpus.types import Term, Triple

K = gedcom.KEY
HEAD = "0 HEAD\n1 CHAR UTF-8\n"
END = "0 TRLR\n"

FAMILY = """0 HEAD
1 GEDC
2 VERS 7.0
0 @I1@ INDI
1 NAME /Doe/
2 TYPE MARRIED
1 NAME Jane Q. /Roe/ Sr.
2 NICK Janie
1 NAME
2 GIVN Jana
2 SURN Roeová
1 SEX F
1 BIRT
2 DATE 5 MAR 1640
2 PLAC , Rome, Italy
1 DEAT Y
2 CAUS old
3 CONT age
1 NO CHR
1 CENS
2 DATE 1650
2 PLAC Rome, Italy
1 EMIG
2 DATE FROM 1651 TO 1652
1 OCCU Spinner
2 DATE 1660
2 PLAC Italy
1 RESI
2 DATE FROM 1660
2 PLAC Italy
1 FACT Weaving
2 TYPE Skill
1 NCHI 3
1 NOTE A note
2 CONT that goes on
1 ALIA J. /Roe/
0 @I2@ INDI
1 NAME John /Doe/
1 SEX U
1 FAMC @F2@
2 PEDI ADOPTED
0 @F1@ FAM
1 HUSB @I2@
1 WIFE @I1@
1 MARR
2 DATE ABT 1660
2 PLAC Italy
1 DIV Y
1 CHIL @VOID@
0 @F2@ FAM
1 WIFE @I1@
1 CHIL @I2@
1 MARR
2 DATE 1640
0 @F3@ FAM
1 HUSB @I3@
1 WIFE @I4@
1 NO MARR
0 @N1@ SNOTE x
1 CONT y
0 TRLR
"""


def text(value: str, datatype: str = "") -> Term:
    return Term("literal", value, datatype and v.XSD + datatype)


def write(folder: Path, content: str | bytes, name: str = "a.ged") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def person(lines: str, folder: Path, log: Log | None = None) -> list[tuple[str, Term]]:
    """(relation, value) of all that is said of one person, without type and what introduces it."""
    found = list(gedcom.read(write(folder, f"{HEAD}0 @I1@ INDI\n{lines}{END}"), log=log))
    return [(t.predicate.removeprefix(K), t.object) for t in found if t.subject.endswith("#I1") and t.predicate != v.TYPE]


def test_a_family(tmp_path: Path) -> None:
    log = Log()
    found = list(gedcom.read(write(tmp_path, FAMILY), log=log))
    jane, john, rome, italy = "file:///a.ged#I1", "file:///a.ged#I2", K + "place/Rome,%20Italy", K + "place/Italy"
    at_italy = (K + "place", Term("iri", italy))
    wedding = (
        (K + "marriage_date", text("about 1660")),
        (K + "marriage_place", Term("iri", italy)),
        (K + "divorce_date", Term("somevalue", "")),
    )
    adopted = ((K + "pedigree", text("adopted")),)
    expected = [
        Triple(K + "child", v.INVERSE, Term("iri", K + "parent"), 1),
        Triple(K + "spouse", v.TYPE, Term("iri", v.SYMMETRIC), 1),
        Triple(K + "partner", v.TYPE, Term("iri", v.SYMMETRIC), 1),
        Triple(K + "type/person", v.LABEL, text("person"), 4),
        Triple(jane, v.TYPE, Term("iri", K + "type/person"), 4),
        Triple(jane, v.LABEL, text("Jane Q. Roe Sr."), 7),
        Triple(jane, v.ALT_LABEL, text("Jana Roeová"), 9),
        Triple(jane, v.ALT_LABEL, text("Doe"), 5),
        Triple(jane, v.ALT_LABEL, text("Janie"), 8),
        Triple(jane, K + "sex", text("female"), 12),
        Triple(rome, v.LABEL, text("Rome, Italy"), 15),
        Triple(K + "type/place", v.LABEL, text("place"), 15),
        Triple(rome, v.TYPE, Term("iri", K + "type/place"), 15),
        Triple(rome, K + "located_in", Term("iri", italy), 15),
        Triple(italy, v.LABEL, text("Italy"), 15),
        Triple(italy, v.TYPE, Term("iri", K + "type/place"), 15),
        Triple(jane, K + "birth_date", text("1640-03-05", "date"), 14),
        Triple(jane, K + "birth_place", Term("iri", rome), 15),
        Triple(jane, K + "death_date", Term("somevalue", ""), 16),
        Triple(jane, K + "cause_of_death", text("old\nage"), 17),
        Triple(jane, K + "baptism_date", Term("novalue", ""), 19),
        Triple(jane, K + "census_place", Term("iri", rome), 22, qualifiers=((K + "date", text("1650", "gYear")),)),
        Triple(jane, K + "emigration_date", text("from 1651 to 1652"), 24),
        Triple(jane, K + "occupation", text("Spinner"), 25, qualifiers=((K + "date", text("1660", "gYear")), at_italy)),
        Triple(jane, K + "residence", Term("iri", italy), 28, qualifiers=((K + "date", text("from 1660")),)),
        Triple(jane, K + "fact", text("Skill: Weaving"), 31),
        Triple(jane, K + "number_of_children", text("3", "integer"), 33),
        Triple(jane, v.ALT_LABEL, text("J. Roe"), 36),
        Triple(john, v.TYPE, Term("iri", K + "type/person"), 37),
        Triple(john, v.LABEL, text("John Doe"), 38),
        Triple(john, K + "sex", Term("somevalue", ""), 39),
        Triple(john, K + "spouse", Term("iri", jane), 44, qualifiers=wedding),
        Triple(jane, K + "marriage_date", text("1640", "gYear"), 54),
        Triple(jane, K + "child", Term("iri", john), 52, qualifiers=adopted),
        Triple(john, K + "parent", Term("iri", jane), 52, qualifiers=adopted),
        Triple("file:///a.ged#I3", K + "partner", Term("iri", "file:///a.ged#I4"), 57),
    ]
    for got, wanted in zip(found, expected, strict=True):
        assert got == wanted
    assert not log.faults
    assert log.notes == {
        "dates that are no exact day, month or year, kept as text": 3,
        "relatives that a family leaves open": 1,
        "notes": 2,
    }


@pytest.mark.data
def test_sample(kg_data: Path) -> None:
    """A whole tree, counted with a walk over its lines that knows nothing of records."""
    path = kg_data / "formats" / "sample.ged"
    record, above = "", ""
    counts: Counter[str] = Counter()
    families: dict[str, Counter[str]] = {}
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        level, first, *rest = line.split(" ", 2)
        if level == "0":
            record = rest[0] if rest else first
        elif level == "1":
            above = first
            if record == "INDI":
                counts[first] += 1
            elif record == "FAM" and first in ("HUSB", "WIFE", "CHIL"):
                families.setdefault(f"F{counts['families']}", Counter())["child" if first == "CHIL" else "spouse"] += 1
        if level == "0" and record == "FAM":
            counts["families"] += 1
        if level == "2" and record == "INDI" and first in ("DATE", "PLAC") and above in ("BIRT", "DEAT", "CHR", "BAPM"):
            counts[f"{above} {first}"] += 1
    log = Log()
    found = Counter(t.predicate.removeprefix(K) for t in gedcom.read(path, log=log))
    assert not log.faults
    assert found["birth_date"] == counts["BIRT DATE"] == 42
    assert found["birth_place"] == counts["BIRT PLAC"] == 39
    assert found["baptism_date"] == counts["CHR DATE"] + counts["BAPM DATE"] == 6
    assert found["death_place"] == counts["DEAT PLAC"] == 17
    assert found["sex"] == counts["SEX"] == 42
    assert found["occupation"] == counts["OCCU"] == 2
    assert found["spouse"] == sum(f["spouse"] == 2 for f in families.values()) == 15
    assert found["child"] == found["parent"] == sum(f["spouse"] * f["child"] for f in families.values()) == 52
    named = [t for t in gedcom.read(path, log=Log()) if t.predicate == v.LABEL and "#" in t.subject]
    assert len(named) == counts["NAME"] == 42
    assert "Gustaf Smith Sr." in {t.object.value for t in named}


@pytest.mark.parametrize(
    ("given", "value", "datatype"),
    [
        ("2 OCT 1864", "1864-10-02", "date"),
        ("oct 1864", "1864-10", "gYearMonth"),
        ("987", "0987", "gYear"),
        ("@#DGREGORIAN@ 29 FEB 1904", "1904-02-29", "date"),
        ("GREGORIAN 1 JAN 1900", "1900-01-01", "date"),
        ("ABT 1820", "about 1820", ""),
        ("Bef 23 JUL 1930", "before 23 July 1930", ""),
        ("AFT JUL 1930", "after July 1930", ""),
        ("BET 1820 AND 02 FEB 1825", "between 1820 and 2 February 1825", ""),
        ("FROM 1820 TO 1825", "from 1820 to 1825", ""),
        ("FROM 1820", "from 1820", ""),
        ("TO 1825", "until 1825", ""),
        ("CAL 1820", "1820 (calculated)", ""),
        ("EST 1820", "1820 (estimated)", ""),
        ("INT 1820 (in the year of the flood)", "1820 (interpreted)", ""),
        ("(in the winter)", "in the winter", ""),
        ("11 FEB 1731/32", "11 February 1731/32", ""),
        ("44 B.C.", "44 BC", ""),
        ("@#DJULIAN@ 5 MAR 1640", "5 March 1640 (Julian calendar)", ""),
        ("JULIAN 44 BCE", "44 BC (Julian calendar)", ""),
        ("BEF @#DFRENCH R@ 12 VEND 3", "before 12 Vendémiaire 3 (French Republican calendar)", ""),
        ("FRENCH_R 4 NIVO 6", "4 Nivôse 6 (French Republican calendar)", ""),
        ("FRENCH_R 2 COMP 6", "2 complementary day 6 (French Republican calendar)", ""),
        ("@#DHEBREW@ 3 ADS 5620", "3 Adar Sheni 5620 (Hebrew calendar)", ""),
        ("HEBREW AAV 5620", "Av 5620 (Hebrew calendar)", ""),
        ("31 FEB 1900", "31 FEB 1900", ""),
        ("1 VEND 1900", "1 VEND 1900", ""),
        ("BET 1820 AND dunno", "BET 1820 AND dunno", ""),
        ("x" * 300, "x" * 300, ""),
    ],
)
def test_dates(given: str, value: str, datatype: str, tmp_path: Path) -> None:
    log = Log()
    assert person(f"1 BIRT\n2 DATE {given}\n", tmp_path, log) == [("birth_date", text(value, datatype))]
    assert sum(n for what, n in log.notes.items() if what.startswith("dates")) == (0 if datatype else 1)


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        ("UTF-8", "Bjørn Ångström Čapek"),
        ("ANSI", "Bjørn Ångström"),
        ("ANSEL", b"Bj\xb2rn \xeaAngstr\xe8om \xe9Capek"),
        ("ASCII", "Bjorn"),
        ("UNICODE", "Bjørn"),
    ],
)
def test_character_sets(declared: str, raw: str | bytes, tmp_path: Path) -> None:
    wanted = "Bjørn Ångström Čapek" if isinstance(raw, bytes) else raw
    coded = raw if isinstance(raw, bytes) else raw.encode("cp1252" if declared == "ANSI" else "utf-8")
    head = f"0 HEAD\r\n1 CHAR {declared}\r\n0 @I1@ INDI\r\n1 NAME ".encode()
    content = head + coded + b" /@@/\r\n0 TRLR\r\n"
    for path in (write(tmp_path, content), write(tmp_path, content.replace(b"\r\n", b"\r"))):
        labels = [t.object.value for t in gedcom.read(path) if t.predicate == v.LABEL and t.subject.endswith("#I1")]
        assert labels == [wanted + " @"]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_marked_files(charset: str, tmp_path: Path) -> None:
    """What the bytes show counts for more than what the header says."""
    content = "0 HEAD\n1 CHAR ANSEL\n0 @I1@ INDI\n1 NAME Bjørn Čapek\n0 TRLR\n".encode(charset)
    packed = tmp_path / "a.ged.gz"
    packed.write_bytes(gzip.compress(content))
    found = list(gedcom.read(write(tmp_path, content)))
    assert found[-1].object.value == "Bjørn Čapek"
    assert list(gedcom.read(packed)) == found


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("0 @I1@ INDI\n1 NAME A\nstray text\n", "a.ged:5: expected 'level tag value', found 'stray text'"),
        ("0 @I1@ INDI\n3 NAME A\n", "a.ged:4: level 3 under level 0"),
        ("0 INDI\n1 NAME A\n", "a.ged:3: a person (INDI) without an id such as @I1@"),
        ("0 @I1@ INDI\n1 NAME a\0b\n", "a.ged:4: not text: it holds a NUL byte"),
        (f"0 @I1@ INDI\n1 NAME {'x' * (1 << 20)}\n", "a.ged:4: the line is longer than 1 MiB"),
        ("0 @F1@ FAM\n" + "1 HUSB @I9@\n" * 30, "a.ged:3: a family (FAM) of 30 spouses with 0 events"),
    ],
)
def test_faults(lines: str, fault: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEAD}{lines}0 @I9@ INDI\n1 NAME Nine\n{END}")
    log = Log()
    assert list(gedcom.read(path, log=log))[-1].object == text("Nine")
    assert log.faults == [fault]
    with pytest.raises(UserError) as caught:
        list(gedcom.read(path))
    assert caught.value.message == fault


@pytest.mark.parametrize(
    ("charset", "line", "fault"),
    [
        ("UTF-8", b"1 OCCU \xff", "a.ged:5: not UTF-8: byte 0xff at byte 8 of the line"),
        ("ASCII", b"1 OCCU \xff", "a.ged:5: not ASCII: byte 0xff at byte 8 of the line"),
        ("ANSEL", b"1 OCCU \xff", "a.ged:5: byte 0xff means nothing in ANSEL"),
        ("ANSEL", b"1 OCCU \xe8", "a.ged:5: an ANSEL accent without its letter"),
    ],
)
def test_what_is_under_a_faulty_line_goes_with_it(charset: str, line: bytes, fault: str, tmp_path: Path) -> None:
    content = f"0 HEAD\n1 CHAR {charset}\n0 @I1@ INDI\n1 BIRT\n".encode() + line + b"\n2 DATE 1900\n1 SEX F\n0 TRLR\n"
    log = Log()
    found = list(gedcom.read(write(tmp_path, content), log=log))
    assert log.faults == [fault]
    assert K + "birth_date" not in {t.predicate for t in found}
    assert found[-1].object == text("female")


def test_a_cut_off_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^a\.ged:4: the file ends without '0 TRLR': it is cut off$"):
        list(gedcom.read(write(tmp_path, HEAD + "0 @I1@ INDI\n1 NAME A\n")))
    with pytest.raises(UserError, match=r"^a\.ged:4: there is more after '0 TRLR'$"):
        list(gedcom.read(write(tmp_path, HEAD + END + HEAD)))


@pytest.mark.parametrize("content", ["", "\n", "1 CHAR UTF-8\n", "0 TRLR\n", "HEAD\n", "<xml/>", "0 @I1@ INDI\n", "\x00\x01"])
def test_what_is_no_gedcom(content: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^a\.ged.*: not a GEDCOM file: ") as caught:
        list(gedcom.read(write(tmp_path, content), log=Log(skip_bad=True)))
    assert caught.value.hint


def test_other_character_sets(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^a\.ged:2: the character set 'IBMPC' is not read$") as caught:
        list(gedcom.read(write(tmp_path, "0 HEAD\n1 CHAR IBMPC\n0 TRLR\n")))
    assert "iconv" in caught.value.hint
    with pytest.raises(UserError, match=r"^a\.ged: not whole UTF-16"):
        list(gedcom.read(write(tmp_path, (HEAD + END).encode("utf-16") + b"\x00")))


@pytest.mark.parametrize(
    "lines",
    [
        "1 NOTE x\n" + "2 CONT x\n" * 200_000,
        "1 BIRT\n2 PLAC " + "a," * 200_000 + "\n",
        "1 BIRT\n2 DATE BET " + "AND " * 100_000 + "\n",
        "1" + " " * 500_000 + "\n",
        "0 @F1@ FAM\n" + "1 MARR\n2 DATE 1\n1 DIV\n2 DATE 1\n" * 30_000,
        "".join(f"{i} X\n" for i in range(1, 99)),
    ],
)
@pytest.mark.timeout(20)
def test_nothing_makes_it_slow(lines: str, tmp_path: Path) -> None:
    found = list(
        gedcom.read(write(tmp_path, f"{HEAD}0 @I1@ INDI\n{lines}0 @I2@ INDI\n1 NAME Two\n{END}"), log=Log(skip_bad=True))
    )
    assert found[-1].object == text("Two")


def sound(content: bytes, folder: Path) -> None:
    """The file gives triples with all that they need, or a UserError; nothing else."""
    path = write(folder, content)
    found: list[Triple] = []
    message = "a.ged"
    try:
        found = list(gedcom.read(path, log=Log(skip_bad=True)))
    except UserError as e:
        message = e.message
    assert message.startswith("a.ged")
    assert all(t.subject and t.predicate and t.position > 0 for t in found)
    assert all(t.object.value or t.object.kind in ("novalue", "somevalue") for t in found)
    assert all((t.subject + t.predicate + t.object.value).encode() for t in found)


@settings(max_examples=150)
@given(junk=st.binary(max_size=200), seed=st.integers(0, 2**32))
def test_damaged_files(junk: bytes, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    sound(junk, folder)
    rng = random.Random(seed)
    charset = rng.choice(["1 CHAR UTF-8", "1 CHAR ANSEL", "1 CHAR ANSI", "1 CHAR X"])
    raw = bytearray(FAMILY.replace("1 GEDC", charset, 1).encode(rng.choice(["utf-8", "utf-8", "utf-16", "utf-8-sig"])))
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(20, len(raw))
        piece = rng.choice([b"", b"\n", b"\r", b"@", b"@@", b"/", b",", b" ", b"1", b"0", b"\xff", b"\xe8", b"\0", junk])
        raw[at : at + rng.randint(0, 8)] = piece
    sound(bytes(raw), folder)
    sound(bytes(raw[: rng.randrange(len(raw))]), folder)


@pytest.mark.data
def test_damaged_sample(kg_data: Path, tmp_path: Path) -> None:
    raw, rng = (kg_data / "formats" / "sample.ged").read_bytes(), random.Random(7)
    for _ in range(15):
        sound(re.sub(rb"[0-9A-Z@\n]", lambda m: bytes([rng.randrange(256)]) if rng.random() < 0.02 else m[0], raw), tmp_path)
