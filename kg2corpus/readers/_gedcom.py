"""GEDCOM below its meaning: character sets, lines, records, dates."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unicodedata import combining, normalize

from ..errors import UserError
from ..types import Term
from . import _vocabulary as v
from ._common import Log, open_bytes

MAX_LINE, MAX_RECORD = 1 << 20, 16 << 20
HINT = "a GEDCOM file begins with '0 HEAD' and ends with '0 TRLR'; export it again"

# calendar -> how it is called, and its months
_WESTERN = "January February March April May June July August September October November December"
_FRENCH = "Vendémiaire Brumaire Frimaire Nivôse Pluviôse Ventôse Germinal Floréal Prairial Messidor Thermidor Fructidor"
_HEBREW = (
    "TSH:Tishri CSH:Cheshvan KSL:Kislev TVT:Tevet SHV:Shevat ADR:Adar ADS:Adar_Sheni NSN:Nisan IYR:Iyar SVN:Sivan TMZ:Tammuz"
    " AAV:Av ELL:Elul"
)
_CALENDARS = {
    "GREGORIAN": ("", {name[:3].upper(): name for name in _WESTERN.split()}),
    "JULIAN": ("Julian", {name[:3].upper(): name for name in _WESTERN.split()}),
    "FRENCH_R": ("French Republican", {name[:4].upper().replace("Ô", "O"): name for name in _FRENCH.split()}),
    "HEBREW": ("Hebrew", dict(name.split(":") for name in _HEBREW.split())),
}
_CALENDARS["FRENCH_R"][1]["COMP"] = "complementary_day"
_CALENDAR = r"(?:(?:@#D)?(GREGORIAN|JULIAN|FRENCH[ _]R|HEBREW)@?\s+)?"
_DATE = re.compile(_CALENDAR + r"(?:(?:(\d{1,2})\s+)?([A-Z]{3,4})\s+)?(\d{1,4})(/\d\d)?(?:\s*(?:B\.\s?C\.?|BCE?))?")
_PHRASES = {
    r"(?:ABT|ABOUT)\.? (.+)": "about {}", r"BEF\.? (.+)": "before {}", r"AFT\.? (.+)": "after {}",
    r"CAL\.? (.+)": "{} (calculated)", r"EST\.? (.+)": "{} (estimated)", r"BET\.? (.+?) AND (.+)": "between {} and {}",
    r"FROM (.+?) TO (.+)": "from {} to {}", r"FROM (.+)": "from {}", r"TO (.+)": "until {}",
    r"INT (.+?) \(.*\)": "{} (interpreted)",
}  # fmt: skip

# what ANSEL has beyond ASCII: letters and signs, and from 0xE0 on accents, which stand before their letter
_ANSEL = dict(
    zip(
        map(chr, (*range(0xA1, 0xAF), *range(0xB0, 0xBB), *range(0xBC, 0xC9), 0xCD, 0xCE, 0xCF, *range(0xE0, 0xFD), 0xFE)),
        "ŁØĐÞÆŒʹ·♭®±ƠƯʼʻłøđþæœʺı£ðơư□■°ℓ℗©♯¿¡ß€eoß\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\ufe20\ufe21"
        "\u0315\u030b\u0310\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\ufe22\ufe23\u0338\u0313",
        strict=True,
    )
)
_CHARSETS = {"UTF-8": "utf-8", "UTF8": "utf-8", "UNICODE": "utf-8", "ASCII": "ascii", "ANSEL": "ansel"}
_CHARSETS |= dict.fromkeys(("ANSI", "CP1252", "WINDOWS-1252", "WINDOWS1252"), "cp1252")
_LINE = re.compile(r"\s*(\d{1,2})\s+(?:@([^@]+)@\s+)?(\w{1,40})(?:\s(.*))?", re.ASCII)


class Fault(Exception):
    """What is wrong with a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the lines under it."""

    number: int
    tag: str
    xref: str
    parts: list[str]
    children: list[Line] = field(default_factory=list)

    @property
    def value(self) -> str:
        return "".join(self.parts).replace("@@", "@").strip()

    @property
    def pointer(self) -> str:
        """The id of another record; "" if the value is none, or leaves it open."""
        found = re.fullmatch(r"@([^@#]+)@", "".join(self.parts).strip())
        return found[1] if found and found[1] != "VOID" else ""

    def child(self, tag: str) -> str:
        return next((c.value for c in self.children if c.tag == tag), "")


def decode(raw: str, charset: str) -> str:
    """A line that was read byte by byte."""
    if raw.isascii():
        return raw
    if charset != "ansel":
        return raw.encode("latin-1").decode(charset)
    found, accents = list[str](), list[str]()
    for c in raw:
        if c >= "\x80" and c not in _ANSEL:
            raise Fault(f"byte 0x{ord(c):02x} means nothing in ANSEL")
        if combining(c := _ANSEL.get(c, c)):
            accents.append(c)
        else:
            found += c, *accents
            accents.clear()
    if accents:
        raise Fault("an ANSEL accent without its letter")
    return normalize("NFC", "".join(found))


def one_date(text: str) -> tuple[str, Term] | None:
    """A single date as said, and as a value: with a datatype if it is exact and Gregorian. None if it is no date."""
    if (found := _DATE.fullmatch(text)) is None:
        return None
    calendar, months = _CALENDARS[(found[1] or "GREGORIAN").replace(" ", "_")]
    day, month, year, double = found[2], found[3], int(found[4]), found[5] or ""
    if month and month not in months:
        return None
    era = " BC" if "B" in text[found.end(4) :] else ""
    said = " ".join(filter(None, (day and day.lstrip("0"), month and months[month].replace("_", " "), f"{year}{double}{era}")))
    if calendar or double or era or not year:
        said += f" ({calendar} calendar)" if calendar else ""
        return said, Term("literal", said)
    number = list(months).index(month) + 1 if month else 1
    try:
        iso = date(year, number, int(day or 1)).isoformat()
    except ValueError:
        return None
    kind, size = ("date", 10) if day else ("gYearMonth", 7) if month else ("gYear", 4)
    return said, Term("literal", iso[:size], v.XSD + kind)


def date_words(text: str) -> str:
    """A date that is not exact, as one would say it."""
    for pattern, words in _PHRASES.items() if len(text) <= 200 else ():
        if found := re.fullmatch(pattern, text.upper()):
            dates = [one_date(part) for part in found.groups()]
            if None not in dates:
                return words.format(*(one[0] for one in dates if one))
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


class Records:
    """The lines and records of one file, in the character set that its head declares."""

    def __init__(self, file: str, log: Log) -> None:
        self.file, self.log = file, log
        self.charset, self.fixed = "utf-8", False

    def lines(self, source: Path) -> Iterator[tuple[int, str, str]]:
        """(number, text, what is wrong with it) of each line; lines end in any way that is usual."""
        with open_bytes(source) as f:
            head = f.read(3)
        wide = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if head[1:2] == b"\0" else ""
        self.fixed = bool(wide) or head == b"\xef\xbb\xbf"
        with io.TextIOWrapper(open_bytes(source), wide or "latin-1") as text_file:
            number = 0
            while line := text_file.readline(MAX_LINE):
                number, rest, fault = number + 1, line, ""
                while len(rest) == MAX_LINE and rest[-1] != "\n":
                    rest, fault = text_file.readline(MAX_LINE), "the line is longer than 1 MiB"
                line = line.rstrip("\n").removeprefix("\u00ef\u00bb\u00bf" if number == 1 else "")
                try:
                    line = line if wide or fault else decode(line, self.charset)
                except Fault as e:
                    fault = str(e)
                except UnicodeDecodeError as e:
                    fault = f"not {self.charset.upper()}: byte 0x{e.object[e.start]:02x} at byte {e.start + 1} of the line"
                yield number, line, fault or ("not text: it holds a NUL byte" if "\0" in line else "")

    def records(self, source: Path) -> Iterator[Line]:
        """The records, those of people and families with what is under them. What is under a faulty line goes with it."""
        stack: list[Line] = []
        number = size = 0
        lines = self.lines(source)
        for number, text, fault in lines:
            if not text.strip():
                continue
            found = _LINE.fullmatch(text)
            start = found or re.match(r"\s*(\d{1,2})\s", text)
            level, tag = int(start[1]) if start else len(stack), "" if fault or not found else found[3].upper()
            if not stack and (tag != "HEAD" or level):
                raise UserError(f"{self.file}:{number}: not a GEDCOM file: {fault or 'it does not begin with 0 HEAD'}", HINT)
            if tag and level > len(stack):
                fault, level, tag = f"level {level} under level {len(stack) - 1}", len(stack), ""
            elif not tag:
                fault, level = fault or f"expected 'level tag value', found '{text[:80]}'", min(level, len(stack))
            if fault:
                self.log.fault(self.file, number, fault)
            node = Line(number, tag, (found and found[2]) or "", [(found and found[4]) or ""])
            if level == 0:
                if stack:
                    yield stack[0]
                stack, size = [node], 0
                if tag == "TRLR":
                    break
                continue
            del stack[level:]
            size += len(text)
            if size > MAX_RECORD:
                raise UserError(f"{self.file}:{stack[0].number}: the record is longer than 16 MiB", HINT)
            if stack[0].tag in ("HEAD", "INDI", "FAM") and tag in ("CONC", "CONT"):
                stack[-1].parts.extend(["\n"] * (tag == "CONT") + node.parts)
            elif stack[0].tag in ("HEAD", "INDI", "FAM") and tag:
                stack[-1].children.append(node)
            stack.append(node)
            if (stack[0].tag, level, tag) == ("HEAD", 1, "CHAR") and not self.fixed:
                self.charset = _CHARSETS.get(node.value.upper(), "")
                if not self.charset:
                    hint = "convert it: iconv -f CP850 -t UTF-8 (or whatever it is in), and write '1 CHAR UTF-8'"
                    raise UserError(f"{self.file}:{number}: the character set '{node.value[:80]}' is not read", hint)
        if not stack:
            raise UserError(f"{self.file}: not a GEDCOM file: it is empty", HINT)
        if stack[0].tag != "TRLR":
            yield stack[0]
            self.log.fault(self.file, number, "the file ends without '0 TRLR': it is cut off")
        elif more := next((n for n, text, _ in lines if text.strip()), 0):
            self.log.fault(self.file, more, "there is more after '0 TRLR'")
