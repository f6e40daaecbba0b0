"""The words of a relation's name: camelCase, snake_case, CAPITALS, paths, codes with a label, table headings with units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..types import Relation
from .nouns import AGENTS, known_noun, noun_kind, numbers
from .vocabulary import pairs
from .vocabulary import words as _words
from .words import PREPOSITIONS, is_base, is_third, participle

_ABBREVIATIONS, _DOTTED, _ACRONYMS = pairs("abbreviations"), _words("dotted"), _words("acronyms")
_PROPER = _words("proper")
_SPELLED = {"ph": "pH", "phd": "PhD", "mrna": "mRNA", "imdb": "IMDb"}
UNITS = pairs("units")  # what stands in brackets or at the end of a heading -> singular unit
_LOOSE = _words("loose_units")  # units that count as such only in brackets
# names that stand for a phrase
_MEANT = {"starring": "cast member", "broader": "broader concept", "narrower": "narrower concept",
          "has broader": "broader concept", "has narrower": "narrower concept", "family friendly": "family-friendly",
          "wheelchair accessible": "wheelchair-accessible",
          "half life": "half-life", "smoke free": "smoke-free", "pet friendly": "pet-friendly"}  # fmt: skip
_VAGUE_DOMAINS = frozenset({"base", "user", "dataworld", "common", "type", "freebase", "m"})
_CLASSES, _MEMBERS, _MADE = _words("classes"), _words("members"), _words("made")
_SYNTAX = frozenset({"or", "and", "not", "xone", "xor", "nor", "if", "then", "else"})
# "first level division" is a first-level division
_HYPHENED = re.compile(
    r"\b(first|second|third|fourth|fifth|top|high|low|mid|entry) "
    r"(level|order|tier|class|degree|stage|generation|hand) (?=(\w+))"
)
_LAST_FIRST = re.compile(r"^(\w+) (total|maximum|minimum|average|median)$")  # "area total"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """A relation's name in words. `domain` is what a path says its subjects are ("film"), `unit` what a heading says its values
    are measured in, `doubt` why the words may be wrong. `member`: the subject is what the phrase names, of the object
    ("/music/genre/artists" gives the artists of a genre); `made`: the phrase is what the subject has done to the object
    ("/film/director/film"); `term`: the name as it stands where it is no word that a sentence can be made of ("P19", "or").
    """

    phrase: str
    domain: str = ""
    unit: str = ""
    doubt: str = ""
    member: bool = False
    made: bool = False
    term: str = ""


def name_of(relation: Relation) -> Name:
    """The relation in words: its label if that is a phrase, else the words of its name or path."""
    label = " ".join(relation.label.split())
    path = relation.key if _is_path(relation.key) and "://" not in relation.key else ""
    if path and (_is_path(label) or _flat(label) in (_flat(path), _flat(relation.name))):
        return _of_path(path)
    if _is_path(label):
        return _of_path(label) if label.startswith("/") else Name(heading(re.split(r"[/#]", label.rstrip("/#"))[-1])[0])
    phrase, unit = heading(label or relation.name)
    doubt = ""
    if re.fullmatch(r"[A-Z]{1,3}\d+", phrase):
        doubt = f"'{phrase}' is a code without a label"
    elif phrase in _SYNTAX:
        doubt = f"'{phrase}' says nothing by itself"
    elif len(phrase) <= 2:
        doubt = f"'{phrase}' is an abbreviation"
    strange = doubt and phrase not in PREPOSITIONS and phrase.casefold() not in _ACRONYMS and not known_noun(phrase)
    return Name(phrase, unit=unit, doubt=doubt, term=phrase if strange else "")


def _plain_word(word: str) -> bool:
    """Whether a short name in capitals is a word and no abbreviation: TYPE, but not ISBN."""
    known = word in ("won", "lost", "from", "near", "notes") or is_base(word) or is_third(word) or participle(word)
    return word not in _ACRONYMS and (known or known_noun(word))


def _flat(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _is_path(text: str) -> bool:
    return text.startswith("/") or "://" in text or (" " not in text and text.count("/") > 1)


def _of_path(path: str) -> Name:
    """A Freebase-like path: the last part is the relation, the one before it what its subjects are."""
    steps = path.strip("/").split("./") if "./" in path else [path.strip("/")]
    parts = [p for p in re.split(r"[/#.]", steps[-1]) if p]
    first = [p for p in re.split(r"[/#.]", steps[0]) if p]
    domain = words_of(first[-2]) if len(first) > 2 else ""
    if first and first[0] in _VAGUE_DOMAINS:
        domain = f"some {domain}" if domain else ""
    phrase, unit = heading(parts[-1] if parts else path)
    words, owner = phrase.split(" "), words_of(parts[-2]).split(" ") if len(parts) > 1 else []
    # "/film/film/film_format" is the format, "/tv/tv_program/program_creator" the creator
    from .ends import tells

    for n in range(0 if tells(phrase) else min(len(owner), len(words) - 1), 0, -1):
        if words[:n] == owner[-n:] and words[n] not in ("of", "by", "in"):
            phrase = " ".join(words[n:])
            break
    if len(steps) > 1:
        return Name(phrase, domain, unit, f"'{path}' leads over a node of its own")
    return _owned(phrase, owner) or Name(phrase, domain, unit)


def _owned(phrase: str, owner: list[str]) -> Name | None:
    """What a path tells by both of its last parts: the artists of a genre, the film of a director; None for other paths."""
    one = numbers(phrase)[0]
    for start in range(len(owner)):
        said = " ".join(owner[start:])
        if one in _MEMBERS and said in _CLASSES:
            return Name(said, member=True)
        if one in _MADE and said in AGENTS:
            return Name(AGENTS[said], " ".join(owner), made=True)
    return None


def heading(text: str) -> tuple[str, str]:
    """Words and unit of a name or table heading: "Height (m)" is ("height", "metre")."""
    text = re.sub(r"[\[\]{}|\"]", " ", text)
    shouted = text.isupper()
    text = re.sub(r"\((s|es)\)", r"\1", text, flags=re.I)  # "producer(s)"
    if " " not in text.strip() or "_" in text:
        text = words_of(text, keep="()%#$€£²°./-")
    letters = "".join(c for c in text if c.isalpha())
    if letters.isupper() and (" " in text.strip() or len(letters) > 4 or _plain_word(letters.lower())):
        text = " ".join(words_of(word, keep=".") if "_" in word else word.lower() for word in text.split())
    text = re.sub(r"\( *([^()]*?) *\)", r"(\1)", text)
    unit = ""
    if found := re.search(r"(?: in)? ?\((?:in )?([^()]+)\)$", text):
        key = found[1].strip().casefold()
        if key in UNITS:
            text, unit = text[: found.start()], UNITS[key]
        elif year := re.fullmatch(r"(?:in )?([12]\d{3})(?: (census|estimate|est\.?|season))?", found[1].strip(), re.I):
            text = f"{year[1]} {'census ' if (year[2] or '').casefold() == 'census' else ''}{text[: found.start()]}"
        elif key in ("millions", "thousands", "billions", "million", "thousand", "billion"):
            text = f"{text[: found.start()]} in {key.rstrip('s')}s"
        elif key.startswith("per ") and key[4:] in UNITS:
            text = f"{text[: found.start()]} per {UNITS[key[4:]]}"
        else:
            text = f"{text[: found.start()]} ({found[1].strip()})"
    elif found := re.search(r"(?: in)? (square kilometres|square miles|\S+)$", text):
        key = found[1].casefold()
        if (
            key in UNITS
            and (key not in _LOOSE or noun_kind(text[: found.start()]) == "quantity")
            and not text[: found.start()].endswith(" per")
            and (found[0].startswith(" in ") or key not in ("per", "percent", "days", "years", "hours"))
        ):
            text, unit = text[: found.start()], UNITS[key]
    words = [_word(w, shouted) for w in text.replace("#", " number ").split()]
    if unit == "%" and words and words[-1] == "over":
        words = words[:-1]
    phrase = " ".join(words).strip(" .,:;?!-")
    # "director/manager" are two names of one relation; "km/h" stays
    phrase = re.sub(r"(?<=[^\W\d_]{3}) ?/ ?(?=[^\W\d_]{3})", " or ", phrase)
    phrase = _HYPHENED.sub(lambda m: m[0] if m[3] in PREPOSITIONS else f"{m[1]}-{m[2]} ", _lower_first(phrase))
    phrase = _LAST_FIRST.sub(r"\2 \1", re.sub(r"^(max|min|avg) (?=\w)", lambda m: f"{_ABBREVIATIONS[m[1]]} ", phrase))
    if unit.startswith("square ") and phrase in ("land", "water"):
        phrase += " area"
    if unit == "%" and phrase in ("urban", "rural"):
        phrase += " share"
    phrase = phrase.replace("executive produced", "executive-produced")
    return _MEANT.get(phrase, phrase) or "related to", unit


def _word(word: str, shouted: bool) -> str:
    bare = word.rstrip(".").casefold()
    if re.fullmatch(r"([a-z]\.){2,}", word):
        return word.upper()
    if bare in _ABBREVIATIONS and (word.endswith(".") or bare not in _DOTTED or shouted):
        return _ABBREVIATIONS[bare]
    if bare in _PROPER:
        return word[:1].upper() + word[1:]
    if bare in _ACRONYMS:
        return _SPELLED.get(bare, bare.upper())
    return word


def words_of(name: str, keep: str = "") -> str:
    """Words of a CamelCase, snake_case or upper-case name: "birthPlace" and "birth_place" are "birth place"."""
    if re.fullmatch(r"[a-z]{1,2}[A-Z]{2,}", name):  # tRNA
        return name
    marks = re.sub(r"[_:]" if "." in keep else r"[_.:]", " ", name)
    spaced = _CAMEL.sub(" ", marks)
    words = spaced.split()
    letters = "".join(c for c in spaced if c.isalpha())
    # ACTED_IN, as property graphs write it; ISBN stays
    if letters.isupper() and (len(words) > 1 or len(letters) > 4):
        words = [w if i and re.fullmatch(r"(.)\1*", w) else w.lower() for i, w in enumerate(words)]  # "class AA"
    elif len(words) == 1 and letters.isupper() and len(letters) > 1:
        return words[0]
    else:
        words = [w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in words]
    return " ".join(_SPELLED.get(w, w.upper()) if w in _ACRONYMS else w for w in words)


def _lower_first(text: str) -> str:
    """In lower case as in the middle of a sentence: words that are only capitalised, unless the phrase looks like a name."""
    words = text.split(" ")
    titled = [w for w in words if w[:1].isupper() and w[1:].islower()]
    if all(w in titled or w.islower() or not w.isalpha() for w in words if len(w) > 3):
        return " ".join(w.lower() if w in titled and w.casefold() not in _PROPER and len(w) > 1 else w for w in words)
    return " ".join([words[0].lower() if words[0][1:].islower() else words[0], *words[1:]])
