"""What holds of a subject and of several, as a phrase after a noun: "that borders India", "that border India"; and the noun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..lexicon import Lexicon
from ..lexicon.mentions import kind, mentions
from ..lexicon.names import THING, WORDS
from ..lexicon.nouns import numbers
from ..lexicon.templates import takes_date
from ..lexicon.words import MODALS, PREPOSITIONS, THIRD
from ..types import Fact

CLAUSES = ("that", "which", "who", "whose", "where")  # how a clause after a noun begins
_A_NOUN = re.compile(r"an? ([a-z][a-z -]*?)(?= (?:of|in|to|for|from|with|by|on|at) )")
_ONE_NOUN = re.compile(r"\bthe \w+ \"?$")
_BE = {"is": "are", "was": "were", "has": "have", "does": "do"}


def kind_of(lexicon: Lexicon, facts: Sequence[Fact]) -> tuple[str, str]:
    """What the subjects are, in singular and plural ("country", "countries"); empty where they are not of one kind."""
    nouns = {kind(lexicon, fact, fact.subject) for fact in facts}
    one = nouns.pop() if len(nouns) == 1 else THING
    if one == THING and {lexicon.namer.noun(fact.subject) for fact in facts} <= WORDS:
        word = "S" in mentions(lexicon.entry(facts[0].relation))
        return ("word", "words") if word else ("thing", "things")  # what words name
    if one == THING:
        said = {lexicon.entry(fact.relation).subject for fact in facts}
        one = said.pop() if len(said) == 1 else ""
    return (one, lexicon.speech.plural(one)) if one and one != THING else ("", "")


def that(lexicon: Lexicon, fact: Fact, *more: Fact, word: str = "and") -> tuple[str, str]:
    """What holds of a subject, and of several: ("that borders India", "that border India"); empty where there is no phrase.

    With `more` facts of the relation their objects are joined by the word.
    """
    such = lexicon.entry(fact.relation).phrases.get("such")
    values = [lexicon.value(f) for f in (fact, *more)]
    on = lexicon.on((fact,))
    if such is None or (takes_date(such.one) and (more or not on)):
        return "", ""
    one = lexicon.put(such.one, values, values, on=on, word=word)
    return one, _several(one, such.text)


def _several(text: str, pattern: str) -> str:
    """The phrase for several things: its verb agrees, and a noun that says what they are. "" where no list knows the verb, or
    where the noun is the object's."""
    head, _, rest = text.partition(" ")
    verb, _, after = rest.partition(" ")
    if head not in ("that", "which", "who") or pattern.split(" ")[1:2] == ["{O}"]:
        return text
    if pattern.split(" ")[1] in _BE and pattern.split(" ", 2)[2].startswith("{a O}"):
        return ""
    if verb in _BE and (noun := _A_NOUN.match(after)):
        after = numbers(noun[1])[1] + after[noun.end() :]
    if verb in _BE or verb in THIRD:
        return f"{head} {_BE.get(verb) or THIRD[verb]} {after}"
    return text if verb in MODALS or not verb.endswith("s") else ""


def those(lexicon: Lexicon, one: Fact, other: Fact, word: str) -> tuple[str, str]:
    """What two facts say of a subject, and of several, joined by "and" or "or": ("that borders India and that lies in Asia",
    ...); of one relation at once, where that can be said: "that borders India and Nepal". Empty where there is no phrase.

    Where a place, a participle and a clause meet they follow each other in this order, and need no "and": "in Asia that borders
    India"."""
    such = lexicon.entry(one.relation).phrases.get("such")
    if one.relation == other.relation and such is not None:
        before, _, after = such.text.partition("{")
        after = after.partition("}")[2].strip('"')
        # "whose name is A and B", "uses A and B as a currency", "in the industry A and B"
        alone = after or before.strip(' "').rpartition(" ")[2] in _BE or _ONE_NOUN.search(before)
        own = any(", " in text or f" {word} " in text for text in map(lexicon.value, (one, other)))
        if not own and (word == "or" or not alone):
            return that(lexicon, one, other, word=word)
    said = sorted((that(lexicon, one), that(lexicon, other)), key=lambda pair: _rank(pair[0]))
    if word == "and" and said[0][0].startswith("among ") and _rank(said[1][0]) == 1:
        said[1] = _clause(lexicon, one if that(lexicon, one) == said[1] else other, said[1])
    by = " " if word == "and" and len({_rank(pair[0]) for pair in said}) == 2 else f" {word} "
    first, second = (f"{a}{by}{b}" if a and b else "" for a, b in zip(*said, strict=True))
    return first, second


def _clause(lexicon: Lexicon, fact: Fact, said: tuple[str, str]) -> tuple[str, str]:
    """A participle as a clause, not about the noun right before it: "(among the metals) that were discovered by Davy"."""
    entry = lexicon.entry(fact.relation)
    who = "who" if entry.subject == "person" else "that"
    one, several = ("was", "were") if entry.tense == "past" else ("is", "are")
    return f"{who} {one} {said[0]}", f"{who} {several} {said[1]}"


def after_there(phrase: str) -> str:
    """The phrase where it can follow "how many countries are there": not "discovered by Davy"."""
    return phrase if _rank(phrase) != 1 else ""


def after_among(phrase: str) -> str:
    """The phrase where it can follow "among the elements": not "among the metals"."""
    return phrase if not phrase.startswith("among ") else ""


def _rank(phrase: str) -> int:
    """Where a phrase stands after a noun: "in Asia" before "discovered by Davy" before "that borders India"."""
    first = phrase.partition(" ")[0]
    return 2 if first in CLAUSES else int(first not in PREPOSITIONS)
