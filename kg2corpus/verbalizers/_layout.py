"""What the forms share: facts by subject, the words for a relation in front of a colon, values in a row, dates in order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import IT, capital, sentence, turns
from ..lexicon.entry import Entry
from ..lexicon.identifiers import name_of
from ..lexicon.language import Pronouns
from ..lexicon.model import Accept, Clause
from ..lexicon.nouns import numbers
from ..lexicon.templates import SLOTS, Flat
from ..lexicon.values import datatype
from ..lexicon.words import PREPOSITIONS
from ..types import Fact, Node
from ._page import Page
from ._prose import Group, also, groups, owns

LRM = "\u200e"  # after a name that is written from right to left, so that what follows is drawn after it
_NOUN = re.compile(r"(?:the|an?) ([^{}]+) (?:of|by) \{S\}")
_ROLE = re.compile(r"that is (?:the|an?) ([^{}]+) of \{O\}")
_GENERIC = frozenset({"object", "thing", "value", "agent", "entity", "place", "area", "location", "person", "organization",
                      "date", "year", "day", "time"})  # fmt: skip
WORDS = frozenset({"noun", "verb", "adjective", "adverb", "word", "term", "phrase"})
_DATE = re.compile(r"(-?\d{1,6})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?Z?")
_DATED = frozenset({"date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"})
_LEADING = re.compile(r"(?:(?:is|was|are|has|have) )?(?:(?:in|an?|the) (?=\S))?")
_FRONTED = frozenset({*PREPOSITIONS, "among", "as", "if", "it", "to", "what", "when"})
_MARKUP = re.compile(r"([|*])")


class Block(NamedTuple):
    """The facts of one subject, as groups of one relation each."""

    node: Node
    groups: list[Group]

    @property
    def facts(self) -> list[Fact]:
        return [fact for group in self.groups for fact in group.facts]


def blocks(facts: Sequence[Fact], slots: Sequence[int]) -> list[Block]:
    """The facts by subject, and by relation within it, in order of first occurrence."""
    order: dict[int, dict[int, list[int]]] = {}
    for i, fact in enumerate(facts):
        order.setdefault(fact.subject.uid, {}).setdefault(fact.relation.uid, []).append(i)
    found = []
    for relations in order.values():
        rows = [i for run in relations.values() for i in run]
        found.append(Block(facts[rows[0]].subject, groups([facts[i] for i in rows], [slots[i] for i in rows])))
    return found


def one_subject(facts: Sequence[Fact]) -> bool:
    return len({fact.subject.uid for fact in facts}) == 1


def several(facts: Sequence[Fact]) -> bool:
    """Whether there is more than one thing to say."""
    return len({(fact.subject.uid, fact.relation.uid) for fact in facts}) > 1


def flows(lexicon: Lexicon, facts: Sequence[Fact]) -> bool:
    """Whether a sentence each reads well: more than two want a pronoun, so that the name does not begin them all."""
    found = blocks(facts, (0,) * len(facts))
    return all(len(b.groups) > 1 and (len(b.groups) < 3 or pronouns(lexicon, b) is not None) for b in found)


def noun_of(lexicon: Lexicon, facts: Sequence[Fact]) -> str:
    """What the objects are to the subject, as a bare noun: "capital", "neighbours"; "" where the relation is no noun."""
    entry, phrase = lexicon.entry(facts[0].relation), name_of(facts[0].relation).phrase
    if entry.boolean:
        return ""
    noun = entry.phrases.get("noun")
    found = noun and _NOUN.fullmatch(noun.text)
    one = _category(entry, phrase) or (found[1] if found and _tells(found[1], phrase) else "")
    return "" if not one or one.split(" ")[-1] in PREPOSITIONS else numbers(one)[len(facts) > 1]


def _category(entry: Entry, phrase: str) -> str:
    """The category phrase of an entry, "" where there is none that says anything."""
    return entry.category if _tells(entry.category, phrase) else ""


def _tells(category: str, phrase: str) -> bool:
    """Whether a category says more than the relation's own words: "agent" does not, of instrumentalists."""
    return category not in _GENERIC or category in phrase


def label(lexicon: Lexicon, facts: Sequence[Fact]) -> str:
    """What stands before the colon, for facts of one relation: "Capital", "Neighbours", "Founded by"."""
    entry, phrase = lexicon.entry(facts[0].relation), name_of(facts[0].relation).phrase
    if noun := noun_of(lexicon, facts) or _category(entry, phrase):
        return capital(noun)
    such = entry.phrases.get("such")
    if such and (role := _ROLE.fullmatch(such.text)):
        return capital(f"{role[1]} of")
    bare = _LEADING.sub("", phrase, count=1)
    return capital(bare if " " in phrase and bare not in ("a", "an", "the", "in") else phrase)


def objects(lexicon: Lexicon, facts: Sequence[Fact]) -> list[str]:
    """The objects as said, each once."""
    return list(dict.fromkeys(lexicon.value(fact) for fact in facts))


def bare(text: str, label: str) -> str:
    """Without the article that running text has and the label has not."""
    return text if label.casefold().startswith("the ") else text.removeprefix("the ")


def values(lexicon: Lexicon, facts: Sequence[Fact]) -> str:
    """The objects in a row, as a form has them, without articles: "China, India"."""
    said = list(dict.fromkeys(bare(lexicon.value(fact), fact.object.label) for fact in facts))
    comma = "; " if any("," in text for text in said) else ", "
    return comma.join(text + LRM if turns(text) else text for text in said[:-1]) + (comma if said[1:] else "") + said[-1]


def escaped(text: str) -> str:
    """A name or value for a cell or between asterisks, where marks of Markdown would end it."""
    return _MARKUP.sub(r"\\\1", text)


def bold(name: str) -> str:
    return f"**{escaped(name)}**"


def straight(flat: Flat, turned: bool) -> bool:
    """Whether a wording can follow "that" or "first,": it begins with no phrase of its own ("of the world's regions, ...")."""
    return flat.begins[0] not in _FRONTED


def from_subject(flat: Flat, turned: bool) -> bool:
    """Whether a wording names the subject first: a list of objects reads best at its end."""
    first = next((SLOTS[code] for code, _ in flat.parts if code >= 0), "")
    owned = SLOTS.index("O's") in flat.uses  # "one of Ada, Ben and Cy's genres"
    return not turned and not owned and first in ("S", "a S", "S's") and straight(flat, turned)


def unlike(accept: Accept = lambda flat, turned: True) -> Accept:
    """Takes each wording once, so that sentences of one relation in a row differ as long as there are others."""
    used: set[int] = set()

    def takes(flat: Flat, turned: bool) -> bool:
        if id(flat) in used or not accept(flat, turned):
            return False
        used.add(id(flat))
        return True

    return takes


def opened(answer: str) -> str:
    """An answer that stands alone: its article has a capital letter; a name stands as it is, for "d" is no "D"."""
    return capital(answer) if answer.partition(" ")[0] in ("the", "a", "an") else answer


def closed(text: str) -> str:
    """Filled-in sentences, with one full stop where the last name brings its own ("St. Mirren F.C.")."""
    return capital(text[:-1] if text.endswith("..") else text)


def date_of(lexicon: Lexicon, fact: Fact) -> tuple[int, int, int] | None:
    """The object as (year, month, day), with 0 for what is not given; None for what is no date."""
    if not fact.object.literal:
        return None
    if datatype(fact.object) not in _DATED and lexicon.entry(fact.relation).value.kind not in ("date", "year"):
        return None
    found = _DATE.fullmatch(fact.object.label)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None


def pronouns(lexicon: Lexicon, block: Block) -> Pronouns | None:
    """What may stand for the node of a block. For a person only where no other fact of it names one."""
    found = ph.pronouns(lexicon, block.node, block.facts)
    if found is None or found is IT:
        return found
    ends = (fact.object for fact in block.facts if not fact.object.literal)
    return found if all(map(lexicon.namer.has_pronoun, ends)) else None


def topic(lexicon: Lexicon, node: Node) -> str:
    """The name of what is spoken of; of a word, which has the type of one, in quotation marks: "steeple" is a noun."""
    name = lexicon.name(node)
    return f'"{lexicon.speech.as_word(name)}"' if is_word(lexicon, node) else name


def is_word(lexicon: Lexicon, node: Node) -> bool:
    """Whether what is told of a node is told of it as a word; a name ("Byzantium") stands for what bears it all the same."""
    return lexicon.namer.noun(node) in WORDS and node.label[:1].islower()


def clause(
    lexicon: Lexicon, group: Group, by: Pronouns | None, *, again: bool = False, heard: Collection[str] = ()
) -> Clause:
    """A clause that begins with the subject, by name or as "it" and "its", if any wording does; else one that does not begin
    with "as for ..." or its like. `again`: more of the same kind was just told; `heard`: clauses that were told, of which it is
    none if it can be another."""
    found = _clause(lexicon, group, by)
    for slot in range(group.slot + 1, group.slot + 1 + lexicon.wordings(group.facts[0], "statement")):
        if found.text not in heard:
            break
        found = _clause(lexicon, group._replace(slot=slot), by)
    return also(lexicon.speech, found) if again and found.opens == group.facts[0].subject.uid else found


def _clause(lexicon: Lexicon, group: Group, by: Pronouns | None) -> Clause:

    def leads(flat: Flat, turned: bool) -> bool:
        return flat.opens == ("O" if turned else "S")

    def plain(flat: Flat, turned: bool) -> bool:
        return flat.begins[0] not in lexicon.speech.CLEFTS

    said = lexicon.clause(group.facts, "statement", group.slot, pronoun=by, accept=leads)
    if said.opens == group.facts[0].subject.uid:
        return said
    return lexicon.clause(group.facts, "statement", group.slot, pronoun=by, accept=plain)


def clauses(page: Page, lexicon: Lexicon, block: Block, *, named: bool) -> Iterator[tuple[Group, Clause]]:
    """The groups of a block with their clauses: by pronoun where what came before was about the node and named it.

    What does not fit any more begins the next document, by name unless a title names it there.
    """
    by, about, before, heard = pronouns(lexicon, block), named, 0, set[str]()
    for group in block.groups:
        again = group.facts[0].relation.uid == before
        said = clause(lexicon, group, by if about else None, again=again, heard=heard)
        if not page.fits(sentence(said.text)):
            page.close()
            said = clause(lexicon, group, by if page.title else None, again=again and bool(page.title))
        about = said.topic == block.node.uid and not (by is IT and owns(lexicon, block.node, said.text))
        before = group.facts[0].relation.uid
        heard.add(said.text)
        yield group, said
