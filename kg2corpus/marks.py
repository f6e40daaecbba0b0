"""Which relations hold identifiers, codes or coordinates: values that say nothing in a sentence and that nobody recalls; and
which are the syntax of another notation that a graph only carries (shapes, lists, bookkeeping).

A mark is declared (`kind:` in a properties file) or measured from the name of the relation and a sample of its values. Values
alone decide where their form does (an ISBN with its check digit, a URL, WKT); plain numbers, years and words never do, so
that a population, a date or a height is not marked whatever it looks like, unless the relation is called an identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pyarrow as pa

from .columns import Columns, Ints, ints, whole

Kind: TypeAlias = Literal["identifier", "code", "coordinate", "syntax", "plain"]
KINDS: tuple[Kind, ...] = ("identifier", "code", "coordinate", "syntax", "plain")
# how the key of a relation begins -> what it is written in
SYNTAX: Mapping[str, str] = {
    "http://www.w3.org/ns/shacl#": "SHACL, which checks data",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#first": "RDF, as the link of a list",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest": "RDF, as the link of a list",
    "http://www.w3.org/2003/11/swrl#": "SWRL, which holds rules",
    "http://spinrdf.org/": "SPIN, which holds queries",
    "/dataworld/": "Freebase, as bookkeeping",
    "/freebase/": "Freebase, as bookkeeping",
}

SAMPLE = 500  # facts of a relation (those of the lowest uids) whose values are looked at
MOST = 0.9  # share of the sample that must have the form
NAMED = 0.8  # the same where the name says it already
ENOUGH = 20  # values, without which only the name or an unmistakable form decides
UNIQUE = 0.95  # share of distinct values from which a relation without a telling name tells its subjects apart


@dataclass(frozen=True)
class Mark:
    """What a relation (its row in the snapshot) holds, whether that is declared, and why it is thought so."""

    relation: int
    kind: Kind
    declared: bool
    why: str


def marks(columns: Columns, rows: Ints | None = None) -> dict[int, Mark]:
    """The mark of each relation that holds literals, by its row; a declared one, and that of syntax, also of other relations.

    `rows` (of `columns.facts`) limits it to a view. The same for the same facts, whatever the order of loading.
    """
    table = columns.relations
    declared = table.column("kind").to_pylist()
    texts = {name: table.column(name).to_pylist() for name in ("name", "label", "datatype", "unit")}
    found = {r: Mark(r, kind, True, "declared") for r, kind in enumerate(declared) if kind in KINDS}
    for r, key in enumerate(table.column("key").to_pylist()):
        if r not in found and (written := next((SYNTAX[begin] for begin in SYNTAX if key.startswith(begin)), "")):
            found[r] = Mark(r, "syntax", False, f"it belongs to {written}")
    for r, (values, datatype) in _samples(columns, rows).items():
        if r not in found:
            names = [texts["name"][r], texts["label"][r]]
            kind, why = mark(names, values, datatype=texts["datatype"][r] or datatype, unit=texts["unit"][r])
            found[r] = Mark(r, kind, False, why)
    return dict(sorted(found.items()))


def _samples(columns: Columns, rows: Ints | None) -> dict[int, tuple[list[str], str]]:
    """Per relation of which most objects are literals: values of the facts with the lowest uids, and the commonest datatype."""
    chosen = np.arange(columns.facts.num_rows) if rows is None else rows  # facts stand in order of uid
    relation, object_ = ints(columns.facts, "relation")[chosen], ints(columns.facts, "object")[chosen]
    literal = whole(columns.nodes.column("literal")).to_numpy(zero_copy_only=False)[object_]
    size = np.bincount(relation, minlength=columns.relations.num_rows)
    share = np.bincount(relation[literal], minlength=len(size)) / np.maximum(1, size)
    relation, object_ = relation[literal], object_[literal]
    order = np.argsort(relation, kind="stable")
    start = np.searchsorted(relation[order], np.arange(len(size) + 1))
    key, datatype = whole(columns.nodes.column("key")), whole(columns.nodes.column("datatype"))
    found = {}
    for r in np.flatnonzero(share >= NAMED).tolist():
        picked = pa.array(object_[order[start[r] : start[r + 1]][:SAMPLE]])
        kinds: list[str] = datatype.take(picked).to_pylist()
        found[r] = key.take(picked).to_pylist(), max(sorted(set(kinds)), key=kinds.count)
    return found


# One relation


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


XSD = "http://www.w3.org/2001/XMLSchema#"
_MEASURES = frozenset(XSD + n for n in ("decimal", "double", "float", "duration", "dayTimeDuration", "yearMonthDuration"))
_NEVER = frozenset(
    XSD + n for n in _set("boolean date dateTime dateTimeStamp time gYear gYearMonth gMonth gMonthDay gDay")
)
_POINTS = ("wktLiteral", "gmlLiteral", "geoJSONLiteral", "kmlLiteral")

_ID_WORDS = _set("""
id ids identifier identifiers uid uids uuid guid isbn issn ismn isrc iswc isan doi orcid isni viaf gnd pmid pmcid lccn
oclc ean upc gtin asin imdb imo mmsi cid inchi inchikey hash md5 sha1 sha256 checksum slug permalink url urls uri uris
iri iris website homepage webpage xref xrefs barcode sku ssn vin iban lei rssd cas einecs email mbox userid username
phone telephone fax
""")
# "serial number" is one, "atomic number" is none
_NUMBERED = _set("""
serial catalog catalogue inventory registration accession reference registry phone telephone fax passport account cas ec
ric item license licence patent case
""")
_NUMBER = frozenset({"number", "numbers", "no", "nr", "num"})
_CODE_WORDS = _set("""
code codes iso iata icao fips nuts locode tld cctld naics nace icd zip zipcode postcode gaul hasc
""")
_POINT_WORDS = _set("""
coordinate coordinates coord coords geo geometry geom location latlong latlng latlon centroid point wkt georss position
""")
_LATITUDE, _LONGITUDE = frozenset({"latitude", "lat"}), frozenset({"longitude", "lon", "lng", "long"})

_DEGREES = r"[-+]?\d{1,3}(?:\.\d+)?"
_WKT = re.compile(
    r"(?:<[^>]*>\s*)?(?:SRID=\d+;\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*(?:ZM?|M)?\s*\(.*",
    re.I | re.S,
)
_PAIR = re.compile(rf"\(?\s*({_DEGREES})\s*[,;/ ]\s*({_DEGREES})\s*\)?")
_EXACT = re.compile(r"\(?\s*[-+]?\d{1,3}\.\d{3,}\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{3,}\s*\)?")
_SEXAGESIMAL = re.compile(
    r"""[NSEW]?\s*\d{1,3}\s*°(?:\s*\d{1,2}(?:\.\d+)?\s*['′’])?(?:\s*\d{1,2}(?:\.\d+)?\s*["″”])?\s*[NSEW]\b.*"""
)
_NUMERAL = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

_DIGITS = re.compile(r"\d+")
_OPAQUE = re.compile(r"\S+|[0-9A-Z][0-9A-Z .:/-]*[0-9A-Z]")
_PHONE = re.compile(r"\+?[\d ()./-]{5,20}")
_CODE = re.compile(r"[+.#]?[A-Z0-9](?:[A-Z0-9./:-]| (?=[A-Z0-9])){0,11}|[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|\.[a-z0-9-]{2,24}")
_UPPER = re.compile(r"[A-Z]{2,4}")
_DOMAIN = re.compile(r"\.[^\W\d_]{2,}")
_PREFIXED = re.compile(r"(/?[A-Za-z][A-Za-z_./:-]{0,9}?)[_:/-]?(\d{3,})[A-Za-z]?")
_PATH = re.compile(r"/[a-z]/[\w-]+")
_DATE = re.compile(r"(?:1[0-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# amounts are written with such prefixes
_AMOUNTS = _set("usd eur gbp chf jpy cny inr aud cad rs us hk ca c a m n s e w km mach no nr vol ch p pp")


def _check_10(text: str) -> bool:
    """The check digit of ISBN-10 (weights 10 to 1) and ISSN (8 to 1): the sum is a multiple of 11."""
    digits = [10 if c in "Xx" else int(c) for c in text]
    return sum(d * w for d, w in zip(digits, range(len(digits), 0, -1), strict=True)) % 11 == 0


def _isbn(text: str) -> bool:
    bare = re.sub(r"[- ]", "", text.removeprefix("ISBN").strip(": "))
    if re.fullmatch(r"97[89]\d{10}", bare):
        return sum(int(c) * (1, 3)[i % 2] for i, c in enumerate(bare)) % 10 == 0
    return bool(re.fullmatch(r"\d{9}[\dXx]", bare)) and _check_10(bare)


def _issn(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{3}[\dXx]", text)) and _check_10(text.replace("-", ""))


def _cas(text: str) -> bool:
    if not re.fullmatch(r"\d{2,7}-\d\d-\d", text):
        return False
    *digits, check = (int(c) for c in text if c != "-")
    return sum(d * i for i, d in enumerate(reversed(digits), 1)) % 10 == check


def _form(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


# forms that are what they are whatever the relation is called
FORMS: Mapping[str, Callable[[str], bool]] = {
    "URLs": _form(r"(?:https?|ftp|s?ftp|urn|mailto|file|ipfs|git|ssh|tel|doi|magnet|data):\S+|www\.\S+\.\S+"),
    "e-mail addresses": _form(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "UUIDs": _form(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?"),
    "ISBNs": _isbn,
    "ISSNs": _issn,
    "CAS numbers": _cas,
    "ORCIDs or ISNIs": _form(r"\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{3}[\dX]"),
    "DOIs": _form(r"10\.\d{4,9}/\S+"),
    "InChIs": _form(r"InChI=\S+|[A-Z]{14}-[A-Z]{10}-[A-Z]"),
    "hashes": _form(r"(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,128}|(?=[0-9A-F]*\d)(?=[0-9A-F]*[A-F])[0-9A-F]{16,128}"),
    "IP or MAC addresses": _form(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}"),
    "accession numbers": _form(r"[A-Za-z][\w.]*:\d{4,}"),
    "names of files": _form(r"[^/\n]*\.(?:svg|png|jpe?g|gif|tiff?|webp|ogg|oga|ogv|webm|wav|mp3|mp4|flac|pdf|djvu|stl|midi?)"),
}  # fmt: skip


def mark(names: Sequence[str], values: Sequence[str], *, datatype: str = "", unit: str = "") -> tuple[Kind, str]:
    """The kind of a literal relation, and why, from its names, some of its values (one per fact), datatype and unit."""
    words = {word for name in names for word in _words(name)}
    values = [v.strip() for v in values]
    if (found := _coordinate(words, values, datatype)) or datatype in _NEVER:
        return ("coordinate", found) if found else ("plain", "")
    if datatype == XSD + "anyURI":
        return "identifier", "values are URLs"
    if datatype in _MEASURES or (unit and not _ID_WORDS & words):
        return "plain", ""
    if found := _identifier(names, words, values):
        return "identifier", found
    if found := _code(words, values):
        return "code", found
    return "plain", ""


def _words(name: str) -> list[str]:
    """Lower-case words of "isoCode", "iso_code", "ISO code"; the last part of a path."""
    last = re.split(r"[/#]", name.rstrip("/#"))[-1] if "://" in name or name.startswith("/") else name
    if len(last) > 80:  # a sentence, and no name
        return []
    return [w.lower() for w in re.findall(r"[A-Z]+s?(?![a-z])\d*|[A-Z]?[^\W\d_A-Z]+\d*|\d+", last)]


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(1 for v in values if fits(v)) / max(1, len(values))


def _unique(values: Sequence[str]) -> bool:
    return len(values) >= ENOUGH and len(set(values)) >= UNIQUE * len(values)


def _coordinate(words: set[str], values: Sequence[str], datatype: str) -> str:
    if datatype.endswith(_POINTS) or _share(values, _WKT.fullmatch) >= MOST:
        return "values are geometries"
    if datatype in _NEVER:
        return ""
    exact = _share(values, lambda v: _EXACT.fullmatch(v) and _on_earth(v)) >= MOST
    if exact or _share(values, _SEXAGESIMAL.fullmatch) >= MOST or (words & _POINT_WORDS and _share(values, _on_earth) >= MOST):
        return "values are pairs of degrees"
    for axis, most in ((_LATITUDE, 90), (_LONGITUDE, 180)):
        if words & axis and values and all(_NUMERAL.fullmatch(v) and abs(float(v)) <= most for v in values):
            return f"called {min(words & axis)}, and values lie within {most} degrees"
    return ""


def _on_earth(text: str) -> bool:
    """Two numbers that can be degrees, in either order."""
    found = _PAIR.fullmatch(text)
    if not found:
        return False
    a, b = sorted(abs(float(part)) for part in found.groups())
    return a <= 90 and b <= 180


def _identifier(names: Sequence[str], words: set[str], values: Sequence[str]) -> str:
    for form, fits in FORMS.items():
        if values and _share(values, fits) >= MOST:
            return f"values are {form}"
    if called := _called(names):
        if called in ("phone", "telephone", "fax"):
            return f"called {called}" if _share(values, _PHONE.fullmatch) >= NAMED else ""
        if _share(values, _OPAQUE.fullmatch) >= NAMED and not (words & _CODE_WORDS and _share(values, _CODE.fullmatch) >= MOST):
            return f"called {called}, and values are opaque"
    if not _unique(values):
        return ""
    if _share(values, _PATH.fullmatch) >= MOST:
        return "values are paths"
    prefixes = [found[1].lower().strip("_:/-") for v in values if (found := _PREFIXED.fullmatch(v))]
    first = max(sorted(set(prefixes)), key=prefixes.count, default="")
    if first and first not in _AMOUNTS and prefixes.count(first) >= MOST * len(values):
        return f"values are numbers that begin with '{first}'"
    padded = len({len(v) for v in values}) == 1 and len(values[0]) >= 5 and any(v.startswith("0") for v in values)
    if padded and all(map(_DIGITS.fullmatch, values)) and not all(map(_DATE.fullmatch, values)):
        return "values are digits, filled up with zeros"
    return ""


def _called(names: Sequence[str]) -> str:
    """The word by which a relation is called an identifier."""
    for name in names:
        words = _words(name)
        for word, following in zip(words, [*words[1:], ""], strict=True):
            if word in _NUMBERED and following in _NUMBER:
                return f"{word} {following}" if word not in _ID_WORDS else word
            if word in _ID_WORDS:
                return word
    return ""


def _code(words: set[str], values: Sequence[str]) -> str:
    if words & (_CODE_WORDS | {"postal"}) and _share(values, _CODE.fullmatch) >= NAMED:
        return f"called {min(words & (_CODE_WORDS | {'postal'}))}, and values are short"
    if len(values) >= 5 and _share(values, _DOMAIN.fullmatch) >= MOST:
        return "values are domains"
    if not _unique(values):
        return ""
    lengths = {len(v) for v in values}
    if len(lengths) == 1 and all(map(_UPPER.fullmatch, values)):
        return f"values are {lengths.pop()} capital letters each"
    if len(lengths) == 1 and len(values[0]) < 5 and all(map(_DIGITS.fullmatch, values)) and any(v[0] == "0" for v in values):
        return "values are digits, filled up with zeros"
    return ""
