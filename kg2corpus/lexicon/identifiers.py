"""The words of a relation's name: camelCase, snake_case, CAPITALS, paths, codes with a label, table headings with units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..types import Relation

_ABBREVIATIONS = {
    "no": "number", "nr": "number", "num": "number", "pop": "population", "avg": "average", "pct": "percentage", "max": "maximum",
    "min": "minimum", "qty": "quantity", "conf": "conference", "prod": "production", "rd": "round", "apps": "appearances",
    "temp": "temperature", "dept": "department", "dob": "date of birth", "dod": "date of death", "desc": "description",
    "freq": "frequency", "unc": "uncertainty", "vdw": "van der Waals", "div": "division", "est": "established", "addr": "address",
    "isa": "is a", "lang": "language", "org": "organisation", "pos": "position", "approx": "approximate", "coords": "coordinates",
    "perc": "percentage", "govt": "government", "mgr": "manager",
}  # fmt: skip
_DOTTED = frozenset({"no", "pos", "min", "max", "est", "org", "temp", "conf", "rd", "div", "lang"})  # only with a full stop, or in capitals
_ACRONYMS = frozenset({
    "tv", "us", "uk", "un", "eu", "id", "iso", "cas", "url", "uri", "iri", "dna", "rna", "mrna", "gdp", "nba", "nfl", "nhl", "isbn",
    "issn", "doi", "ceo", "cto", "cfo", "cpu", "gpu", "usb", "atp", "api", "ip", "nato", "imdb", "http", "html", "xml", "gps",
    "utc", "fifa", "uefa", "usd", "eur", "gbp", "qudt", "ncaa", "nasa", "sql", "pdf", "faq", "iucn", "ansi", "icao", "iata", "phd",
    "ncbi", "ec", "ph", "hiv", "mvp", "dvd", "cd", "fips", "gnp", "hdi", "vat",
})  # fmt: skip
_SPELLED = {"ph": "pH", "phd": "PhD", "mrna": "mRNA", "imdb": "IMDb"}
# what stands in brackets or at the end of a heading -> singular unit
UNITS = {
    "m": "metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "pm": "picometre", "nm": "nanometre", "ft": "foot",
    "in": "inch", "mi": "mile", "kg": "kilogram", "g": "gram", "mg": "milligram", "lb": "pound", "lbs": "pound", "t": "tonne",
    "km2": "square kilometre", "km²": "square kilometre", "sq km": "square kilometre", "sqkm": "square kilometre",
    "m2": "square metre", "m²": "square metre", "sqmi": "square mile", "sq mi": "square mile", "mi2": "square mile",
    "ha": "hectare", "s": "second", "sec": "second", "min": "minute", "mins": "minute", "h": "hour", "hours": "hour",
    "minutes": "minute", "seconds": "second", "days": "day", "years": "year", "months": "month", "km/h": "kilometre per hour",
    "kmh": "kilometre per hour", "mph": "mile per hour", "%": "%", "percent": "%", "usd": "US dollar", "$": "US dollar",
    "eur": "euro", "€": "euro", "gbp": "pound sterling", "£": "pound sterling", "w": "watt", "kw": "kilowatt", "mw": "megawatt",
    "v": "volt", "kv": "kilovolt", "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "l": "litre",
    "ml": "millilitre", "k": "kelvin", "°c": "degree Celsius", "c": "degree Celsius", "°f": "degree Fahrenheit", "mb": "megabyte",
    "gb": "gigabyte", "kb": "kilobyte", "ev": "electronvolt", "j": "joule", "kj": "kilojoule", "kj/mol": "kilojoule per mole",
    "g/mol": "gram per mole", "g/cm3": "gram per cubic centimetre", "per km2": "per square kilometre", "metres": "metre",
    "meters": "metre", "kilometres": "kilometre", "square kilometres": "square kilometre", "square miles": "square mile",
    "kilograms": "kilogram", "feet": "foot", "miles": "mile", "pounds": "pound",
}  # fmt: skip
_LOOSE = frozenset({"m", "g", "s", "t", "h", "w", "v", "l", "k", "c", "j", "in", "min", "ev", "pm", "mi", "mb", "gb"})  # only in brackets
_VAGUE_DOMAINS = frozenset({"base", "user", "dataworld", "common", "type", "freebase", "m"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """A relation's name in words. `domain` is what a path says its subjects are ("film"), `unit` what a heading says its values
    are measured in, `doubt` why the words may be wrong."""

    phrase: str
    domain: str = ""
    unit: str = ""
    doubt: str = ""


def name_of(relation: Relation) -> Name:
    """The relation in words: its label if that is a phrase, else the words of its name or path."""
    label = " ".join(relation.label.split())
    path = relation.key if _is_path(relation.key) and "://" not in relation.key else ""
    if path and (_is_path(label) or _flat(label) in (_flat(path), _flat(relation.name))):
        return _of_path(path)
    if _is_path(label):
        return _of_path(label) if label.startswith("/") else Name(heading(label)[0])
    phrase, unit = heading(label or relation.name)
    doubt = ""
    if re.fullmatch(r"[A-Z]{1,3}\d+", phrase):
        doubt = f"'{phrase}' is a code without a label"
    elif len(phrase) <= 2:
        doubt = f"'{phrase}' is an abbreviation"
    return Name(phrase, unit=unit, doubt=doubt)


def _flat(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _is_path(text: str) -> bool:
    return text.startswith("/") or "://" in text or (" " not in text and text.count("/") > 1)


def _of_path(path: str) -> Name:
    """A Freebase-like path: the last part is the relation, the one before it what its subjects are."""
    steps = path.strip("/").split("./") if "./" in path else [path.strip("/")]
    parts = [p for p in re.split(r"[/#.]", steps[-1]) if p]
    first = [p for p in re.split(r"[/#.]", steps[0]) if p]
    domain = words_of(first[-2]) if len(first) > 2 and first[0] not in _VAGUE_DOMAINS else ""
    phrase, unit = heading(parts[-1] if parts else path)
    words, owner = phrase.split(" "), words_of(parts[-2]).split(" ") if len(parts) > 1 else []
    # "/film/film/film_format" is the format, "/tv/tv_program/program_creator" the creator
    for n in range(min(len(owner), len(words) - 1), 0, -1):
        if words[:n] == owner[-n:] and words[n] not in ("of", "by", "in"):
            phrase = " ".join(words[n:])
            break
    doubt = f"'{path}' leads over a node of its own" if len(steps) > 1 else ""
    return Name(phrase, domain, unit, doubt)


def heading(text: str) -> tuple[str, str]:
    """Words and unit of a name or table heading: "Height (m)" is ("height", "metre"), "AREA_KM2" ("area", "square kilometre")."""
    text = re.sub(r"[\[\]{}|\"]", " ", text)
    text = re.sub(r"\((s|es)\)", r"\1", text, flags=re.I)  # "producer(s)"
    if " " not in text.strip() or "_" in text:
        text = words_of(text, keep="()%#$€£²°./-")
    text = re.sub(r"\( *([^()]*?) *\)", r"(\1)", text)
    unit = ""
    if found := re.search(r"(?: in)? ?\((?:in )?([^()]+)\)$", text):
        key = found[1].strip().casefold()
        if key in UNITS:
            text, unit = text[: found.start()], UNITS[key]
        elif year := re.fullmatch(r"(?:in )?([12]\d{3})(?: (census|estimate|est\.?|season))?", found[1].strip(), re.I):
            after = f"at the {year[1]} census" if year[2] and year[2].casefold() == "census" else f"in {year[1]}"
            text = f"{text[: found.start()]} {after}"
        elif key in ("millions", "thousands", "billions", "million", "thousand", "billion"):
            text = f"{text[: found.start()]} in {key.rstrip('s')}s"
        else:
            text = f"{text[: found.start()]} ({found[1].strip()})"
    elif found := re.search(r"(?: in)? (square kilometres|square miles|\S+)$", text):
        key = found[1].casefold()
        if key in UNITS and key not in _LOOSE and (found[0].startswith(" in ") or key not in ("per", "percent", "days", "years", "hours")):
            text, unit = text[: found.start()], UNITS[key]
    words = [_word(w, text.isupper()) for w in text.replace("#", " number ").split()]
    if unit == "%" and words and words[-1] == "over":
        words = words[:-1]
    phrase = " ".join(words).strip(" .,:;?!-")
    # "director/manager" are two names of one relation; "km/h" stays
    phrase = re.sub(r"(?<=[^\W\d_]{3}) ?/ ?(?=[^\W\d_]{3})", " or ", phrase)
    return _lower_first(phrase) or "related to", unit


def _word(word: str, shouted: bool) -> str:
    bare = word.rstrip(".").casefold()
    if bare in _ABBREVIATIONS and (word.endswith(".") or bare not in _DOTTED or shouted):
        return _ABBREVIATIONS[bare]
    if bare in _ACRONYMS and not (bare in ("us", "id", "un") and False):
        return _SPELLED.get(bare, bare.upper())
    return word


def words_of(name: str, keep: str = "") -> str:
    """Words of a CamelCase, snake_case or upper-case name: "birthPlace" and "birth_place" are "birth place"."""
    marks = re.sub(r"[_:]" if "." in keep else r"[_.:]", " ", name)
    spaced = _CAMEL.sub(" ", marks)
    words = spaced.split()
    letters = "".join(c for c in spaced if c.isalpha())
    # ACTED_IN, as property graphs write it; ISBN stays
    if letters.isupper() and (len(words) > 1 or len(letters) > 4):
        words = [w.lower() if w.strip(".()").casefold() not in _ABBREVIATIONS else w.lower() for w in words]
    elif len(words) == 1 and letters.isupper() and len(letters) > 1:
        return words[0]
    else:
        words = [w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in words]
    return " ".join(_SPELLED.get(w, w.upper()) if w in _ACRONYMS else w for w in words)


def _lower_first(text: str) -> str:
    """In lower case as in the middle of a sentence: every word that is only capitalised, unless the phrase looks like a name."""
    words = text.split(" ")
    titled = [w for w in words if w[:1].isupper() and w[1:].islower()]
    if len(titled) == len([w for w in words if w[:1].isalpha() and len(w) > 3]) or text.islower():
        return " ".join(w.lower() if w in titled else w for w in words)
    return " ".join([words[0].lower() if words[0][1:].islower() else words[0], *words[1:]])
