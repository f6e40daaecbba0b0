"""What the words of a relation tell of its two ends: who works for what, what has a capital. Used only where the graph has no
types that tell, and only to choose words such as "who" and "where"."""

from __future__ import annotations

from dataclasses import replace

from .usage import Use

# verb (or participle) and preposition -> kind of the subject, kind of the object; "" for what is not certain
_VERBS = {
    "work for": ("person", "organisation"), "work at": ("person", "organisation"), "work in": ("person", ""),
    "live in": ("person", "place"), "reside in": ("person", "place"), "married to": ("person", "person"),
    "educated at": ("person", "organisation"), "study at": ("person", "organisation"), "graduate from": ("person", "organisation"),
    "born in": ("person", "place"), "die in": ("person", "place"), "buried in": ("person", "place"), "buried at": ("person", "place"),
    "detained at": ("person", "place"), "detained in": ("person", "place"), "flow into": ("place", "place"),
    "flow through": ("place", "place"), "hold citizenship in": ("person", "place"), "citizen of": ("person", "place"),
    "act in": ("person", "thing"), "star in": ("person", "thing"), "die from": ("person", "thing"), "die of": ("person", "thing"),
    "next to": ("place", "place"), "located in": ("", "place"), "situated in": ("", "place"), "based in": ("", "place"),
    "communicate in": ("person", "thing"), "headquartered in": ("organisation", "place"), "produced in": ("thing", "place"),
    "filmed in": ("thing", "place"), "published in": ("thing", ""), "play for": ("person", "organisation"), "married": ("person", "person"),
    "employed by": ("person", "organisation"), "aired on": ("thing", "organisation"), "flow to": ("place", "place"),
    "drain into": ("place", "place"), "spoken in": ("thing", "place"), "serve in": ("person", ""), "enrolled at": ("person", "organisation"),
    "signed to": ("person", "organisation"), "founded in": ("organisation", "place"), "grow in": ("thing", "place"),
    "native to": ("thing", "place"), "endemic to": ("thing", "place"), "live at": ("person", "place"), "compete in": ("person", ""),
}  # fmt: skip
# head of a noun -> kind of what has one
_NOUNS = {
    **dict.fromkeys(
        ("capital", "head of state", "head of government", "official language", "currency", "county seat", "continent", "time zone",
         "anthem", "population", "demonym", "calling code", "highest point", "lowest point", "form of government", "mayor",
         "governor", "postal code", "elevation", "climate", "twin city", "sister city", "sovereign state", "timezone"), "place"),
    **dict.fromkeys(
        ("native language", "religion", "occupation", "profession", "nationality", "gender", "sex", "voice type", "spouse", "sibling",
         "child", "father", "mother", "parent", "instrument", "field of work", "ethnicity", "ethnic group", "doctoral advisor",
         "alma mater", "citizenship", "country of citizenship", "residence", "eye color", "hair color", "position held",
         "hometown", "son", "daughter", "wife", "husband", "date of birth", "date of death", "medical condition"), "person"),
    **dict.fromkeys(
        ("genre", "original language", "author", "publisher", "screenwriter", "composer", "director of photography", "cast member",
         "isbn", "plot", "runtime", "librettist", "lyricist", "cinematographer", "record label", "prequel", "sequel", "engine",
         "parent taxon", "taxon rank", "symptom", "ingredient", "color", "colour", "atomic number", "density"), "thing"),
    **dict.fromkeys(
        ("headquarters", "headquarters location", "founder", "chief executive officer", "ceo", "industry", "subsidiary", "revenue",
         "board member", "stock exchange", "number of employees", "parent company", "home venue"), "organisation"),
}  # fmt: skip
# nouns of which several things of other kinds have one as well
_LOOSE = frozenset({"founder", "instrument", "record label", "residence", "religion", "industry", "director", "engine", "gender", "child",
                    "parent", "density", "color", "colour", "occupation", "climate", "cast member", "population", "medical condition"})


def of_verb(use: Use, words: str) -> Use:
    """The use with kinds that a verb tells: `words` are its base and preposition ("work for")."""
    subject, object_ = _VERBS.get(words, ("", ""))
    return replace(use, subject=use.subject or subject, object=use.object or object_)


def tells(one: str) -> bool:
    """Whether a noun phrase is one of those that tell of their subject."""
    return one.casefold() in _NOUNS


def of_noun(use: Use, one: str) -> Use:
    """The use with the kind of its subjects that a noun tells: what has a capital is a place."""
    kind = _NOUNS.get(one.casefold(), "")
    return replace(use, subject=kind) if kind and not use.subject and one not in _LOOSE else use
