"""How entities are named in running text: articles, lower case where the label has none, possessives, pronouns, type nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..types import Fact, Node, Relation
from .articles import Articles, of_person, words_of
from .articles import NameRules as NameRules
from .language import Language, Pronouns, language
from .text import clean

# words in official names that call for "the" ("the Kingdom of Bhutan", "the Italian Republic")
_FORMAL = frozenset({
    "Republic", "Kingdom", "State", "States", "Commonwealth", "Federation", "Union", "Principality", "Sultanate",
    "Emirates", "Territory", "Islands", "Confederation", "Duchy", "Department", "Region", "Collectivity", "Bailiwick",
    "Country", "Nation",
})  # fmt: skip
_FORMAL_OF = re.compile(r"\b(?:Republic|Kingdom|State|Commonwealth|Federation|Union|Principality) of ")
THING = "thing"
WORDS = frozenset({"word", "term", "noun", "verb", "adjective", "adverb"})  # kinds whose things are words
_CACHED = 1 << 17
LONG = 4  # blanks in a name from which on it takes no possessive


def nameless(fact: Fact) -> bool:
    """Whether no sentence can tell the ends of the fact: one is a blank node that nothing names, or two nodes bear one name."""
    one, other = fact.subject, fact.object
    if one.name == other.name and not other.literal:
        return True
    return any(end.key.startswith("_:") and end.label.startswith("unnamed ") for end in (one, other))


def _is_words(label: str) -> bool:
    return label.replace(" ", "").replace("-", "").isalpha()


def _is_noun(label: str) -> bool:
    return 2 < len(label) < 40 and _is_words(label) and len(label.split()) <= 4


class Namer:
    """Says names by the rules. Names are kept by uid (up to a bound), for they are said again and again."""

    def __init__(self, rules: NameRules, speech: Language | None = None) -> None:
        self.rules = rules
        self._articles = Articles(rules)
        self._plurals: dict[str, bool] = {}
        self.speech = speech or language("en")
        self._names: dict[int, str] = {}
        self._heavy: dict[int, bool] = {}
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
        if not self._articles.rule(text, types) and (text == label or not self._articles.rule(label, types)):
            return text
        return f"the {text.removeprefix('The ')}"

    def is_plural(self, node: Node) -> bool:
        """Whether the node's name is plural, so that its verbs are: "the Alps are", "the Dallas Stars play"."""
        return not node.literal and self.plural_name(self.name(node))

    def plural_name(self, name: str) -> bool:
        """The same for a name as it is said: "the Alps"; the film "Alps" has no article, so it is one."""
        found = self._plurals.get(name)
        if found is None:
            if len(self._plurals) >= _CACHED:
                self._plurals.clear()
            label = name.partition(" (")[0]
            known = label.startswith("the ") or (label in self.rules.plural and label not in self.rules.the)
            known = known or self._articles.bare_plural(label)
            found = self._plurals[name] = known and self._articles.plural(label.removeprefix("the "))
        return found

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
        listed = name in self.rules.one or self.plural_name(name)
        return self.speech.possessive(name, plural=listed or name.startswith(("the ", "The ")))

    def heavy(self, node: Node) -> bool:
        """Whether a name is too long for a possessive, or has brackets, a comma or an apostrophe, or seems a plural:
        "The Girl with the Dragon Tattoo's", "Natural Born Killers's"."""
        found = self._heavy.get(node.uid)
        if found is None:
            if len(self._heavy) >= _CACHED:
                self._heavy.clear()
            name = self.name(node)
            several = name[-1:] == "s" and " " in name and not name.startswith(("the ", "The "))  # "Natural Born Killers's"
            found = bool(node.qualifier) or name.count(" ") >= LONG or name[-1:] == ")" or "," in name or "'" in name or several
            self._heavy[node.uid] = found
        return found

    def has_pronoun(self, node: Node) -> bool:
        """Whether running text may call it "it": only what has a type, not the type of a person, and no plural name."""
        found = self._things.get(node.types)
        if found is None:
            found = self._things[node.types] = bool(node.types) and not any(map(of_person, node.types))
        return found and not self.is_plural(node)

    def pronouns(self, node: Node, facts: Iterable[Fact] = ()) -> Pronouns | None:
        """What may stand for the node in running text that tells the facts; None where only its name may.

        Of a person that is "he" or "she" where one of the facts says so, and nothing else: it must not be given away where it
        is held out, and "they" for somebody whom readers know as a man or a woman makes them stumble.
        """
        if self.is_plural(node):
            return None
        told = {
            self.speech.BY_SEX.get(f.object.label.casefold())
            for f in facts
            if self.tells_sex(f.relation) and f.subject.uid == node.uid
        }
        if told:
            return told.pop() if len(told) == 1 else None
        if node.types:
            return self.speech.IT if self.has_pronoun(node) else None
        # of what has no type its relations tell: only a thing has an area
        words = {word for f in facts if f.subject.uid == node.uid for word in self._words(f.relation)}
        certain = words.intersection(self.speech.THINGS) and not words.intersection(self.speech.PERSONS)
        return self.speech.IT if certain else None

    def tells_sex(self, relation: Relation) -> bool:
        """Whether the objects of a relation say "he" or "she" of its subjects."""
        found = self._sex.get(relation.uid)
        if found is None:
            names = relation.label.casefold(), relation.name.casefold()
            found = self._sex[relation.uid] = any(name in self.speech.SEX for name in names)
        return found

    def personal(self, relation: Relation) -> bool:
        """Whether the words of a relation say that its subjects are persons."""
        return not self._words(relation).isdisjoint(self.speech.PERSONS)

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

    def common(self, nodes: Sequence[Node]) -> Node:
        """The first node, as one of the kind that all of them are: nouns and verbs are words."""
        found = {self.noun(node) for node in nodes}
        if len(found) == 1:
            return nodes[0]
        return replace(nodes[0], types=("word",) if found <= WORDS else ())

    def a_noun(self, node: Node) -> str:
        """The type's noun with its article: "a country"."""
        noun = self.noun(node)
        return self.speech.an(noun) if noun != THING else "something"
