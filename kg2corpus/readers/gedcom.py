"""GEDCOM family trees (5.5, 5.5.1 and 7): the people (INDI) and families (FAM) of a `.ged` file.

- A person's key is `file:///NAME.ged#I1`, so that people of several files stay apart. The first name is the label (those of
  TYPE aka, married and the like come last); the other names and nicknames are aliases.
- Sex, and date and place of birth, baptism, death, burial, are facts of the person. Of what may happen several times (census,
  emigration ...) the place is the fact and the date its qualifier; without a place the date is the fact. Occupation,
  residence, education, religion and the like have date and place as qualifiers.
- `child` and `parent` are inverse relations, `spouse` (`partner` where the file says that there was no marriage) is symmetric;
  dates and places of marriage, divorce, engagement are its qualifiers, and facts of the person where no other spouse is named.
  They come from FAM records. What is no birth (adopted, foster) is a qualifier, if the person stands before the family.
- Places are entities, by their text: "Rønne, Bornholm, Denmark" is located in "Bornholm, Denmark".
- Exact Gregorian dates are xsd:date, gYearMonth, gYear; others are text as one would say it ("about 1820", "between 1820 and
  1825", "5 March 1640 (Julian calendar)"). `DEAT Y` without a date has an unknown one, `NO CHR` no baptism date.

Character sets: UTF-8, UTF-16, ASCII, ANSEL, Windows-1252. Notes, sources, media and other records are left aside and counted.
A position is a line. Memory: one record (16 MiB at most), the names of places, and children who were not born to a family.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from ..errors import UserError
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log
from ._gedcom import Line, Records, date_words, one_date
from .tsv import escape

SUFFIXES = (".ged",)
KEY = v.K2C + "gedcom:"

_ONCE = {"BIRT": "birth", "CHR": "baptism", "BAPM": "baptism", "DEAT": "death", "BURI": "burial", "CREM": "cremation"}
_OFTEN = {
    "CHRA": "adult baptism", "CONF": "confirmation", "FCOM": "first communion", "BARM": "bar mitzvah", "BASM": "bas mitzvah",
    "BLES": "blessing", "ORDN": "ordination", "ADOP": "adoption", "NATU": "naturalization", "EMIG": "emigration",
    "IMMI": "immigration", "CENS": "census", "GRAD": "graduation", "RETI": "retirement", "PROB": "probate", "WILL": "will",
}  # fmt: skip
_COUPLE = {"MARR": "marriage", "DIV": "divorce", "ANUL": "annulment", "ENGA": "engagement"}
_HELD = {
    "OCCU": "occupation", "RESI": "residence", "EDUC": "education", "TITL": "title", "RELI": "religion", "CAST": "caste",
    "NATI": "nationality", "PROP": "possession", "DSCR": "physical description", "NCHI": "number of children",
    "NMR": "number of marriages", "EVEN": "event", "FACT": "fact",
}  # fmt: skip
_SEX = {"M": Term("literal", "male"), "F": Term("literal", "female"), "X": Term("literal", "other"), "U": Term("somevalue", "")}
_EVENTS = _ONCE | _OFTEN
_NAME_PARTS = ("NPFX", "GIVN", "SPFX", "SURN", "NSFX")
_OTHER_NAMES = ("aka", "married", "immigrant", "professional", "other", "nickname")
_ASIDE = {"NOTE": "notes", "SNOTE": "notes", "SOUR": "sources", "OBJE": "media", "CHAN": "dates of change", "ADDR": "addresses"}
_ASIDE |= dict.fromkeys(("UID", "_UID", "REFN", "RIN", "AFN", "RFN", "EXID", "IDNO", "SSN"), "identifiers")

def _name(line: Line) -> str:
    """A name without slashes; put together from its parts where the line has none."""
    name = " ".join(line.value.replace("/", " ").split())
    return name or " ".join(filter(None, map(line.child, _NAME_PARTS)))


class _Tree:
    """One file while it is read. `out` holds the triples of the record at hand."""

    def __init__(self, name: str, log: Log) -> None:
        self.file, self.log = name, log
        end = name.lower().rfind(".ged")
        self.base = f"file:///{escape(name[: end + 4] if end > 0 else name)}#"
        self.out: list[Triple] = []
        self.introduced: set[str] = set()
        self.pedigrees: dict[tuple[str, str], str] = {}

    # what the records say

    def triples(self, source: Path) -> Iterator[Triple]:
        says = {"HEAD": self.head, "INDI": self.person, "FAM": self.family}
        for record in Records(self.file, self.log).records(source):
            if record.tag in says:
                says[record.tag](record)
                yield from self.out
                self.out.clear()
            elif record.tag not in ("TRLR", ""):
                self.note(_ASIDE.get(record.tag, f"{record.tag} records"))
        if self.pedigrees:
            self.note(
                "adoptions and the like whose family does not name the child, or stands before the child", len(self.pedigrees)
            )

    def add(self, s: str, name: str, o: Term, number: int, *qualifiers: tuple[str, Term]) -> None:
        said = tuple((KEY + q.replace(" ", "_"), term) for q, term in qualifiers)
        self.out.append(Triple(s, name if ":" in name else KEY + name.replace(" ", "_"), o, number, qualifiers=said))

    def note(self, what: str, times: int = 1) -> None:
        """Count; tags come from the file, so there is a limit to them."""
        self.log.notes[what if what in self.log.notes or len(self.log.notes) < 100 else "other lines"] += times

    def leave(self, what: str, node: Line, *used: str) -> None:
        """Count what is left aside of the lines under a line."""
        for child in node.children:
            if child.tag not in used:
                self.note(_ASIDE.get(child.tag, f"'{child.tag}' of {what}"))

    def typed(self, key: str, name: str, number: int) -> None:
        if name not in self.introduced:
            self.introduced.add(name)
            self.add(f"{KEY}type/{name}", v.LABEL, Term("literal", name), number)
        self.add(key, v.TYPE, Term("iri", f"{KEY}type/{name}"), number)

    def head(self, record: Line) -> None:
        self.add(KEY + "child", v.INVERSE, Term("iri", KEY + "parent"), record.number)
        for name in "spouse", "partner":
            self.add(KEY + name, v.TYPE, Term("iri", v.SYMMETRIC), record.number)

    def person(self, record: Line) -> None:
        if not record.xref:
            self.log.fault(self.file, record.number, "a person (INDI) without an id such as @I1@")
            return
        key = self.base + escape(record.xref)
        self.typed(key, "person", record.number)
        self.names(key, [c for c in record.children if c.tag == "NAME"])
        for line in record.children:
            tag, value = line.tag, line.value
            if tag in _EVENTS:
                self.event(key, line)
            elif tag in _HELD:
                self.held(key, line)
            elif tag == "SEX" and value.upper() in _SEX:
                self.add(key, "sex", _SEX[value.upper()], line.number)
            elif tag == "NO" and value in _EVENTS and not line.child("DATE"):
                self.add(key, f"{_EVENTS[value]} date", Term("novalue", ""), line.number)
            elif tag == "ALIA" and value and not line.pointer:
                self.add(key, v.ALT_LABEL, Term("literal", _name(line)), line.number)
            elif tag not in ("NAME", "FAMS", "FAMC"):
                self.note(_ASIDE.get(tag, f"'{tag}' of a person"))
            for family in [line] if tag == "FAMC" else [c for c in line.children if (tag, c.tag) == ("ADOP", "FAMC")]:
                pedigree = "adopted" if tag == "ADOP" else line.child("PEDI").lower()
                if family.pointer and pedigree not in ("", "birth"):
                    self.pedigrees[family.pointer, record.xref] = pedigree

    def names(self, key: str, lines: list[Line]) -> None:
        first = sorted(lines, key=lambda line: line.child("TYPE").lower() in _OTHER_NAMES)
        variants = [c for line in lines for c in line.children if c.tag in ("NICK", "TRAN", "ROMN", "FONE")]
        said = [(name, line.number) for line in first + variants if (name := _name(line))]
        for i, (name, number) in enumerate(said):
            self.add(key, v.ALT_LABEL if i else v.LABEL, Term("literal", name), number)
        for line in lines:
            self.leave("a name", line, "TYPE", "NICK", "TRAN", "ROMN", "FONE", *_NAME_PARTS)
        if not said:
            self.note("people without a name")

    def details(self, line: Line) -> dict[str, tuple[Term, int]]:
        """Date and place of an event, each with its line."""
        found = {}
        for child in line.children:
            term = self.date(child) if child.tag == "DATE" else self.place(child) if child.tag == "PLAC" else None
            if term:
                found["date" if child.tag == "DATE" else "place"] = term, child.number
        named = ("TYPE",) if line.tag in ("EVEN", "FACT") else ("CAUS",) if line.tag == "DEAT" else ()
        self.leave("an event", line, "DATE", "PLAC", "FAMC", *named)
        return found

    def event(self, key: str, line: Line) -> None:
        name, found = _EVENTS[line.tag], self.details(line)
        if line.tag in _OFTEN and len(found) == 2:
            place, number = found["place"]
            self.add(key, f"{name} place", place, number, ("date", found["date"][0]))
        else:
            for what, (term, number) in found.items():
                self.add(key, f"{name} {what}", term, number)
        if not found and line.value.upper() == "Y" and line.tag != "BIRT":
            self.add(key, f"{name} date", Term("somevalue", ""), line.number)
        if line.tag == "DEAT" and (cause := line.child("CAUS")):
            number = next(c.number for c in line.children if c.tag == "CAUS")
            self.add(key, "cause of death", Term("literal", cause), number)

    def held(self, key: str, line: Line) -> None:
        """A job, a home and the like."""
        found = self.details(line)
        kind = line.child("TYPE") if line.tag in ("EVEN", "FACT") else ""
        text = ": ".join(filter(None, (kind, "" if line.tag == "EVEN" and line.value == "Y" else line.value)))
        number = line.tag in ("NCHI", "NMR") and re.fullmatch("[0-9]{1,4}", text)
        what = Term("literal", text, v.XSD + "integer" if number else "")
        if line.tag == "RESI" and "place" in found:
            what = found.pop("place")[0]
        elif not text:
            self.note(f"'{line.tag}' without a value")
            return
        self.add(key, _HELD[line.tag], what, line.number, *((name, term) for name, (term, _) in found.items()))

    def family(self, record: Line) -> None:
        people = [(c.tag, self.base + escape(c.pointer), c) for c in record.children if c.tag in ("HUSB", "WIFE", "CHIL")]
        if open_ := sum(not c.pointer for _, _, c in people):
            self.note("relatives that a family leaves open", open_)
        couple = [(key, c.number) for tag, key, c in people if tag != "CHIL" and c.pointer]
        told: list[tuple[str, list[tuple[str, Term, int]]]] = []
        for c in record.children:
            if name := _COUPLE.get(c.tag):
                found = self.details(c) or ({"date": (Term("somevalue", ""), c.number)} if c.value.upper() == "Y" else {})
                told.append((c.tag, [(f"{name} {what}", *term) for what, term in found.items()]))
        if len(couple) > 20 or len(told) > 100:
            self.log.fault(self.file, record.number, f"a family (FAM) of {len(couple)} spouses with {len(told)} events")
            return
        others = [one for tag, found in told if tag != "MARR" for one in found]
        unmarried = any((c.tag, c.value) == ("NO", "MARR") for c in record.children)
        for (one, _), (other, number) in combinations(couple, 2):
            for marriage in [found for tag, found in told if tag == "MARR"] or [[]]:  # of several, each is a statement
                relation, about = "partner" if unmarried else "spouse", [(name, term) for name, term, _ in marriage + others]
                self.add(one, relation, Term("iri", other), number, *about)
        for name, term, number in [one for _, found in told for one in found] if len(couple) == 1 else ():
            self.add(couple[0][0], name, term, number)
        for child, c in [(key, c) for tag, key, c in people if tag == "CHIL" and c.pointer]:
            pedigree = self.pedigrees.pop((record.xref, c.pointer), "")
            said = (("pedigree", Term("literal", pedigree)),) * bool(pedigree)
            for parent, _ in couple:
                self.add(parent, "child", Term("iri", child), c.number, *said)
                self.add(child, "parent", Term("iri", parent), c.number, *said)
        self.leave("a family", record, "HUSB", "WIFE", "CHIL", "NO", *_COUPLE)

    def date(self, line: Line) -> Term | None:
        text = " ".join((line.value or line.child("PHRASE")).split())
        if len(text) > 200 or not (known := one_date(text.upper())):
            self.note("dates that are no exact day, month or year, kept as text")
            return Term("literal", date_words(text)) if text else None
        if not known[1].datatype:
            self.note("dates of other calendars or eras, kept as text")
        return known[1]

    def place(self, line: Line) -> Term | None:
        parts = list(filter(None, map(str.strip, line.value.split(","))))
        if len(parts) > 20:
            parts = [", ".join(parts)]
        keys = [KEY + "place/" + escape(", ".join(parts[i:])) for i in range(len(parts))]
        for i, key in enumerate(keys):
            if key in self.introduced:
                break
            self.introduced.add(key)
            self.add(key, v.LABEL, Term("literal", ", ".join(parts[i:])), line.number)
            self.typed(key, "place", line.number)
            if i + 1 < len(keys):
                self.add(key, "located in", Term("iri", keys[i + 1]), line.number)
        return Term("iri", keys[0]) if keys else None


def read(source: Path, *, log: Log | None = None) -> Iterator[Triple]:
    """The triples of one GEDCOM file. Raises UserError for a file that is none, and with up to 100 faulty lines."""
    own = log or Log()
    try:
        yield from _Tree(source.name, own).triples(source)
    except UnicodeDecodeError as e:
        raise UserError(f"{source.name}: not whole UTF-16: {e.reason}", "export it again, as UTF-8") from e
    if log is None:
        own.check()


_I = "file:///family.ged#I1"
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "family.ged": (
        "0 HEAD\n1 CHAR UTF-8\n0 @I1@ INDI\n1 NAME Anna /Hansdotter/\n1 BIRT\n2 DATE 2 OCT 1864\n0 TRLR\n",
        [
            Triple(KEY + "child", v.INVERSE, Term("iri", KEY + "parent"), 1),
            Triple(KEY + "spouse", v.TYPE, Term("iri", v.SYMMETRIC), 1),
            Triple(KEY + "partner", v.TYPE, Term("iri", v.SYMMETRIC), 1),
            Triple(KEY + "type/person", v.LABEL, Term("literal", "person"), 3),
            Triple(_I, v.TYPE, Term("iri", KEY + "type/person"), 3),
            Triple(_I, v.LABEL, Term("literal", "Anna Hansdotter"), 4),
            Triple(_I, KEY + "birth_date", Term("literal", "1864-10-02", v.XSD + "date"), 6),
        ],
    )
}
