"""Which names take "the" in running text, and which are plural, by the rules of the lexicon files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

# words in the types of persons, of whom "it" is never said; "noun/18" is how WordNet numbers persons
_PERSON = frozenset({
    "human", "person", "people", "persons", "humans", "man", "woman", "men", "women", "boy", "girl", "character",
    "individual", "actor", "actress", "writer", "author", "politician", "Q5", "agent", "athlete", "player", "singer",
    "composer", "director", "producer", "philosopher", "king", "queen", "emperor", "monarch", "president", "governor",
    "mayor", "senator", "judge", "lawyer", "officer", "officeholder", "minister", "poet", "painter", "engineer",
    "teacher", "professor", "doctor", "nurse", "patient", "student", "employee", "worker", "user", "customer", "member",
    "saint", "pope", "cleric", "billionaire", "royalty", "model", "presenter", "coach", "manager", "driver", "racer",
    "rider", "wrestler", "boxer", "swimmer", "dancer", "entertainer", "inventor", "explorer", "soldier", "criminal",
    "celebrity", "spouse", "parent", "child", "goddess", "god", "deity", "noun/18",
})  # fmt: skip
_AFTER_HEAD = frozenset({"of", "in", "at", "by", "for", "from", "to", "with", "who", "whose", "that", "which"})
_PERSON_ENDING = re.compile(r"[a-z]{3,}(?:ist|ian|woman|man|player|person)")
# types whose names are titles: the film "Titanic" is not "the Titanic"
_WORKS = frozenset({
    "film", "movie", "album", "song", "single", "book", "novel", "play", "game", "series", "episode", "painting", "opera",
    "work", "musical", "comic", "manga", "poem", "sculpture", "show", "program",
})  # fmt: skip
# types whose names are of their own making: "Fall River" is a city, no river; "the BBC" is known by its name all the same
_OWN_TYPES = frozenset({"brand", "band", "city", "town", "village", "company", "business", "hamlet", "municipality", "surname"})
# what stands behind a name without being part of it: "(NATO)", and how Freebase tells labels of two kinds of English apart
_TAIL = re.compile(r" \([A-Z][A-Z&.-]+\)$|-(?:GB|US)$")
# what a name in the plural may have behind it: "Native Americans in the United States"
_WHERE = re.compile(r" (?:in|of|from) (?=[tA-Z])")
_NUMBERED = re.compile(r" (?:[IVX]+|[0-9]+[a-zA-Z]?|[A-Z])$")  # "complex IV" is a name of its own
_ROMAN = re.compile(r"(?<=Division) I\b")  # which is no "I"
_COUNTED = re.compile(r"(?:\d{4}(?:[–-]\d\d(?:\d\d)?)?|\d+(?:st|nd|rd|th)) [A-Za-z]")  # "2004 ...", "25th ..."
# in front of an ending these show a title or a sentence: "Night at the Museum", "Lord of War", "Charlie Wilson's War"
_TITLE_WORDS = frozenset({
    "the", "a", "an", "my", "your", "our", "his", "her", "its", "is", "are", "was", "to", "with", "from", "in", "at", "on",
    "of", "i", "this", "that", "no", "&", "how", "what", "who", "not", "la", "le", "el", "il", "du", "des", "der", "die", "das",
})  # fmt: skip
_OWNERS = frozenset({
    "people", "children", "workers", "king", "queen", "critics", "writers", "players", "farmers", "mother",
})  # fmt: skip
_AWARD_FOR = re.compile(r"\b(?:Awards?|Prizes?|Medals?) (?:for|in|of) [A-Z]")
_SIGNS = frozenset(":!?/")  # of titles, and of several names in one: "Russia/United States"
# a class of ships, a mark of tanks, an aircraft by its maker: "Eidsvold-class ship", "Light Tank Mk VI", "Il-40"
_MODEL = re.compile(r"-class [a-z]| Mk\.? [IVX\d]+|^(?:Il|MiG|Su|Tu|Yak|An|Mi|La)-\d+")
_TEAM = re.compile(r" national .*team$")  # "Mexico national football team"


@dataclass(frozen=True, slots=True)
class NameRules:
    """The `names` and `types` of a lexicon file (docs/lexicon.md); `types` maps a type's label to the noun said for it."""

    the: frozenset[str] = frozenset()
    the_endings: tuple[str, ...] = ()
    the_plural_endings: tuple[str, ...] = ()
    numbered_endings: tuple[str, ...] = ()
    the_beginnings: tuple[str, ...] = ()
    the_heads: tuple[str, ...] = ()
    the_types: frozenset[str] = frozenset()
    team_places: frozenset[str] = frozenset()
    team_names: frozenset[str] = frozenset()
    bare_endings: tuple[str, ...] = ()
    plural_endings: tuple[str, ...] = ()
    lower_types: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    plural: frozenset[str] = frozenset()
    one: frozenset[str] = frozenset()
    say: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)


class Articles:
    """The rules made ready. `rule` says which one gives a name its "the", `plural` whether a name is plural."""

    def __init__(self, rules: NameRules) -> None:
        self.rules = rules
        self._the, self._plural, self._numbered = (
            _ends(rules.the_endings), _ends(rules.the_plural_endings), _ends(rules.numbered_endings),
        )  # fmt: skip
        self._bare, self._many = _ends(rules.bare_endings), _ends(rules.plural_endings)
        self._begins = tuple(f"{word} " for word in rules.the_beginnings)
        heads = "|".join(map(re.escape, sorted(rules.the_heads, key=len, reverse=True)))
        before = r"(?!An? |My |Our |Your )(?:[A-Z][\w'’.-]* ){0,4}"  # "Royal", "Technical"
        self._heads = re.compile(rf"{before}(?:{heads}) (?:of|for|on) (?:the )?[A-Z\d]") if heads else None

    def rule(self, label: str, types: Iterable[str] = ()) -> str:
        """Which rule has it that the name takes "the": the key of the lexicon file, or "" for none."""
        rules, kinds = self.rules, _words(types)
        label = _TAIL.sub("", label)
        if label in rules.bare or kinds & _WORKS or any(map(of_person, types)):
            return ""
        if label in rules.the or (label.startswith("The ") and label[4:] in rules.the):
            return "the"
        if not rules.the_types.isdisjoint(_each(types)) and not _NUMBERED.search(label):
            return "the_types"
        if kinds & _OWN_TYPES or label.startswith("The ") or not _SIGNS.isdisjoint(label):
            return ""
        return self._by_shape(label)

    def _by_shape(self, label: str) -> str:
        if self._team(label):
            return "team_names"
        if _MODEL.search(label):
            return "the_endings"
        if f" {label}".endswith(self._bare):
            return ""
        if _COUNTED.match(label) and label.endswith((*self._the, *self._plural, *self._numbered)):
            return "numbered_endings"
        if (plural := _stem(label, self._plural)) or _stem(label, self._the):
            return "the_plural_endings" if plural else "the_endings"
        if self._heads is not None and self._heads.match(label):
            return "the_heads"
        if label.startswith(self._begins) and " v. " not in label:
            return "the_beginnings"
        if _AWARD_FOR.search(label) and not label.startswith(("Best ", "List ")):
            return "the_heads"
        return "the_endings" if _TEAM.search(label) else ""

    def plural(self, label: str, types: Iterable[str] = ()) -> bool:
        """Whether a name that takes "the" (or is listed) is plural: "the Alps", "the Dallas Stars", "Guns N' Roses"."""
        if label in self.rules.one or label.removeprefix("The ") in self.rules.one:
            return False
        if label in self.rules.plural or label.removeprefix("The ") in self.rules.plural:
            return not _words(types) & _WORKS
        if self.bare_plural(label):
            return True
        rule = self.rule(label, types)
        if rule == "the_types":
            rule = self._by_shape(label)
        return rule in ("the_plural_endings", "team_names") or (rule == "numbered_endings" and label.endswith(self._plural))

    def bare_plural(self, label: str) -> bool:
        """Whether a name without "the" is plural by its last word: "Irish people", "Ashkenazi Jews"."""
        head = _WHERE.split(label, maxsplit=1)[0]
        return not label.startswith("The ") and f" {head}".endswith(self._many)

    def _team(self, label: str) -> bool:
        """A place and a team's name, each of one word or more: "Green Bay" and "Packers", "Carolina" and "Hurricanes"."""
        cuts = [i for i, letter in enumerate(label) if letter == " "]
        return any(label[:i] in self.rules.team_places and label[i + 1 :] in self.rules.team_names for i in cuts)


def _ends(endings: Collection[str]) -> tuple[str, ...]:
    return tuple(f" {ending}" for ending in endings)


def _stem(label: str, endings: tuple[str, ...]) -> bool:
    """Whether a name ends so and what goes before is a plain name, no title and no sentence."""
    if not f" {label}".endswith(endings) or ", " in label or '"' in label:
        return False
    ending = max((e for e in endings if f" {label}".endswith(e)), key=len)
    if ending == f" {label}":
        return " " in label  # "Supreme Court"
    if label[0].islower() and " " not in ending[1:]:
        return False  # the common noun "search party"
    before = _ROMAN.sub("", label[: -len(ending)]).split(" ")
    if not _TITLE_WORDS.isdisjoint(word.casefold() for word in before):
        return False
    owners = (word[:-2].casefold() for word in before if word.endswith(("'s", "’s")))
    return all(owner in _OWNERS or owner.endswith("men") for owner in owners)


def _each(types: Iterable[str]) -> Iterable[str]:
    """The types and, where several stand in one ("sovereign state/country"), each of them."""
    for type_ in types:
        yield type_
        if "/" in type_:
            yield from type_.split("/")


def _words(types: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(types).casefold().replace("/", " ").split(" "))


def words_of(name: str) -> list[str]:
    """Words of a CamelCase name in lower case ("BodyOfWater"); a name in capitals stays."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in spaced.split()]


def of_person(type_: str) -> bool:
    """Whether a type is one of persons, by its head: "film director", "Person", not "communist state" or "human settlement"."""
    return type_ in _PERSON or any(map(_person_head, type_.split("/")))


def _person_head(type_: str) -> bool:
    words = re.findall(r"[a-z]+", " ".join(words_of(type_)).casefold())
    cut = next((i for i, word in enumerate(words) if i and word in _AFTER_HEAD), len(words))
    return bool(words) and (words[cut - 1] in _PERSON or _PERSON_ENDING.fullmatch(words[cut - 1]) is not None)
