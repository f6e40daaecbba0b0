"""How entities are named in running text: articles, lower case where the label has none, possessives, pronouns, type nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..types import Fact, Node, Relation
from .language import Language, Pronouns, language
from .text import clean

# words in official names that call for "the" ("the Kingdom of Bhutan", "the Italian Republic")
_FORMAL = frozenset({
    "Republic", "Kingdom", "State", "States", "Commonwealth", "Federation", "Union", "Principality", "Sultanate",
    "Emirates", "Territory", "Islands", "Confederation", "Duchy", "Department", "Region", "Collectivity", "Bailiwick",
    "Country", "Nation",
})  # fmt: skip
# what begins so takes "the" in running text: "the University of Cambridge", "the Commonwealth of Nations"
_THE_FIRST = re.compile(
    r"(?:University|Kingdom|Republic|Commonwealth|Federation|Union|Principality|Duchy|Sultanate|Emirate|Empire|Province|Museum"
    r"|Ministry|Department|Institute|Academy|Battle|Treaty|Isle|Gulf|Bay|Strait|Sea|Church|Council|Society|Association"
    r"|Confederation|Government|Parliament) of "
    r"|(?:[A-Z][\w'’]+ ){1,4}(?:Republic|Kingdom|Federation|Union|Empire|Commonwealth|Emirates|Confederation|Principality) of "
)
_FORMAL_OF = re.compile(r"\b(?:Republic|Kingdom|State|Commonwealth|Federation|Union|Principality) of ")
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
_PERSON_ENDING = re.compile(r"[a-z]{3,}(?:ist|ian|woman|man|player|person)")
# types whose names are titles or of their own making: "Mystic River" is a film, "Fall River" a city
_TITLES = frozenset({
    "film", "movie", "album", "song", "book", "novel", "play", "game", "series", "episode", "painting", "opera", "work",
    "brand", "band", "city", "town", "village", "company", "business", "hamlet", "municipality",
})  # fmt: skip
_NUMBERED = re.compile(r" (?:[IVX]+|[0-9]+[a-zA-Z]?|[A-Z])$")  # "complex IV" is a name of its own
THING = "thing"
_CACHED = 1 << 17


def nameless(fact: Fact) -> bool:
    """Whether no sentence can tell the ends of the fact: one is a blank node that nothing names, or two nodes bear one name."""
    one, other = fact.subject, fact.object
    if one.name == other.name and not other.literal:
        return True
    return any(end.key.startswith("_:") and end.label.startswith("unnamed ") for end in (one, other))


@dataclass(frozen=True, slots=True)
class NameRules:
    """The `names` and `types` of a lexicon file. `types` maps a type's label to the noun that is said for it."""

    the: frozenset[str] = frozenset()
    the_endings: tuple[str, ...] = ()
    the_types: frozenset[str] = frozenset()
    lower_types: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    plural: frozenset[str] = frozenset()
    say: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)


def words_of(name: str) -> list[str]:
    """Words of a CamelCase name in lower case ("BodyOfWater"); a name in capitals stays."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in spaced.split()]


def _is_words(label: str) -> bool:
    return label.replace(" ", "").replace("-", "").isalpha()


def _is_noun(label: str) -> bool:
    return 2 < len(label) < 40 and _is_words(label) and len(label.split()) <= 4


def _of_person(type_: str) -> bool:
    words = [type_, *re.findall(r"[a-z]+", " ".join(words_of(type_)).casefold())]
    return any(word in _PERSON or _PERSON_ENDING.fullmatch(word) for word in words)


class Namer:
    """Says names by the rules. Names are kept by uid (up to a bound), for they are said again and again."""

    def __init__(self, rules: NameRules, speech: Language | None = None) -> None:
        self.rules = rules
        self.speech = speech or language("en")
        self._names: dict[int, str] = {}
        self._nouns: dict[tuple[str, ...], str] = {}
        self._things: dict[tuple[str, ...], bool] = {}
        self._sex: dict[int, bool] = {}
        self._of_relation: dict[int, frozenset[str]] = {}

    def name(self, node: Node) -> str:
        """The entity in the middle of a sentence: "the Bahamas", "Bhutan", "the euro", of two Georgias "Georgia (country)"."""
        found = self._names.get(node.uid)
        if found is None:
            if len(self._names) >= _CACHED:
                self._names.clear()
            found = self.of_label(clean(node.label) or self.speech.UNNAMED, node.types, node.literal)
            found = self._names[node.uid] = f"{found} ({clean(node.qualifier)})" if node.qualifier else found
        return found

    def short(self, node: Node) -> str:
        """The same without the qualifier, for a text that has named it in full: "Georgia"."""
        return self.of_label(clean(node.label), node.types, node.literal) if node.qualifier else self.name(node)

    def of_label(self, label: str, types: tuple[str, ...] = (), literal: bool = False) -> str:
        """The same for a label."""
        rules = self.rules
        text = rules.say.get(label, label)
        if literal or label in rules.bare:
            return text
        if not rules.lower_types.isdisjoint(types) and label not in rules.say and text[1:].islower():
            text = text[:1].lower() + text[1:]  # "boron", which begins with a capital only in a table
        if text.startswith("The ") and text[4:] in rules.the:
            return f"the {text[4:]}"
        if label in rules.the or text in rules.the:
            return f"the {text}"
        if not rules.the_types.isdisjoint(types) and not _NUMBERED.search(text):
            return f"the {text}"
        joined = " and the " in text or text.startswith("The ")
        titled = types and not _TITLES.isdisjoint(" ".join(types).casefold().replace("/", " ").split(" "))
        if not (joined or titled) and ((text.endswith(rules.the_endings) and " " in text) or _THE_FIRST.match(text)):
            return f"the {text}"
        return text

    def formal(self, label: str) -> str:
        """An official name: "the Kingdom of Bhutan", "Canada"."""
        said = self.of_label(label)
        words = label.replace(",", "").split(" ")
        first = words[: words.index("and")] if "and" in words else words  # "South Georgia and the ... Islands" takes none
        islands = words[-1] == "Islands" and "the" not in words
        formal = not _FORMAL.isdisjoint(first) or _FORMAL_OF.search(label) is not None or islands
        return f"the {label}" if said == label and formal and label not in self.rules.bare else said

    def possessive(self, name: str) -> str:
        """"Cyprus's", "the Bahamas'"."""
        return self.speech.possessive(name, plural=name.startswith(("the ", "The ")) or name in self.rules.plural)

    def has_pronoun(self, node: Node) -> bool:
        """Whether running text may call it "it": only what has a type, not the type of a person, and no plural name."""
        found = self._things.get(node.types)
        if found is None:
            found = self._things[node.types] = bool(node.types) and not any(map(_of_person, node.types))
        return found and node.label not in self.rules.plural

    def pronouns(self, node: Node, facts: Iterable[Fact] = ()) -> Pronouns | None:
        """What may stand for the node in running text that tells the facts; None where only its name may.

        Of a person that is "he" or "she" where one of the facts says so, and nothing else: it must not be given away where it
        is held out, and "they" for somebody whom readers know as a man or a woman makes them stumble.
        """
        if node.label in self.rules.plural:
            return None
        told = {
            self.speech.BY_SEX.get(f.object.label.casefold())
            for f in facts
            if self._tells_sex(f.relation) and f.subject.uid == node.uid
        }
        if told:
            return told.pop() if len(told) == 1 else None
        if node.types:
            return self.speech.IT if self.has_pronoun(node) else None
        # of what has no type its relations tell: only a thing has an area
        words = {word for f in facts if f.subject.uid == node.uid for word in self._words(f.relation)}
        certain = words.intersection(self.speech.THINGS) and not words.intersection(self.speech.PERSONS)
        return self.speech.IT if certain else None

    def _tells_sex(self, relation: Relation) -> bool:
        found = self._sex.get(relation.uid)
        if found is None:
            names = relation.label.casefold(), relation.name.casefold()
            found = self._sex[relation.uid] = any(name in self.speech.SEX for name in names)
        return found

    def _words(self, relation: Relation) -> frozenset[str]:
        found = self._of_relation.get(relation.uid)
        if found is None:
            named = " ".join(words_of((relation.label or relation.name).replace("_", " ")))
            found = self._of_relation[relation.uid] = frozenset(re.findall(r"[a-z]+", named.casefold()))
        return found

    def noun(self, node: Node) -> str:
        """The noun of its type: "country"; "thing" where no type reads as a noun."""
        found = self._nouns.get(node.types)
        if found is None:
            found = self._nouns[node.types] = self._noun(node.types)
        return found

    def _noun(self, types: tuple[str, ...]) -> str:
        for label in (*types, *(part for t in types if "/" in t for part in t.split("/"))):
            if label in self.rules.types:
                return self.rules.types[label]
        # several types may stand in one label: "sovereign state/country"
        parts = [part for t in types for part in (t.split("/") if all(map(_is_words, t.split("/"))) else [t])]
        plain = [t for t in parts if _is_noun(t)]
        if not plain:
            return THING
        # "country" rather than "Mediterranean country"
        best = min(plain, key=lambda t: (not t[:1].islower(), len(t), t))
        return " ".join(words_of(best)) if " " not in best else best

    def nouns(self, node: Node, *, many: bool) -> str:
        """The type's noun, in the plural where several are asked for."""
        noun = self.noun(node)
        return self.speech.plural(noun) if many else noun

    def a_noun(self, node: Node) -> str:
        """The type's noun with its article: "a country"."""
        noun = self.noun(node)
        return self.speech.an(noun) if noun != THING else "something"
