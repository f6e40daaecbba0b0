"""Names that are spoken of as words, in quotation marks, and names of kinds of things, which take an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .names import THING, WORDS
from .templates import SLOTS

if TYPE_CHECKING:
    from ..types import Fact, Node
    from .entry import Entry
    from .model import Lexicon

_NONE = frozenset[str]()
_KNOWN: dict[int, tuple[Entry, frozenset[str]]] = {}  # by identity


def mentions(entry: Entry) -> frozenset[str]:
    """The sides (S, O) that most statements of a relation have in quotation marks: '"faithless" is an adjective'."""
    known = _KNOWN.get(id(entry))
    if known is None or known[0] is not entry:
        known = _KNOWN[id(entry)] = entry, _mentions(entry)
    return known[1]


def _mentions(entry: Entry) -> frozenset[str]:
    flats = [template.one for template in entry.lists.get("forward", ())]
    found = [SLOTS[flat.parts[i][0]] for flat in flats for i in flat.quoted]
    return frozenset(side for side in found if 2 * found.count(side) > len(flats)) if found else _NONE


def consistent(lexicon: Lexicon, facts: Iterable[Fact]) -> bool:
    """Whether facts speak of each node in one way: a word cannot be part of a dog, which the word names."""
    known: dict[int, bool] = {}
    for fact in facts:
        words = mentions(lexicon.entry(fact.relation))
        for node, side in ((fact.subject, "S"), (fact.object, "O")):
            if known.setdefault(node.uid, side in words) != (side in words):
                return False
    return True


def subject_of(lexicon: Lexicon, fact: Fact) -> str:
    """The subject as the statements of its relation have it: "Bhutan", a word in quotation marks, "a dog"."""
    entry, article = lexicon.entry(fact.relation), SLOTS.index("a S")
    kinds = any(article in template.one.uses for template in entry.lists.get("forward", ()))
    name = quoted(lexicon, fact, "S")
    return lexicon.speech.indefinites([name])[0] if kinds and not name.startswith('"') else name


def quoted(lexicon: Lexicon, fact: Fact, side: str) -> str:
    """The name of the subject (S) or the object (O), in quotation marks where it is spoken of as a word."""
    name = lexicon.name(fact.subject) if side == "S" else lexicon.value(fact)
    return f'"{lexicon.speech.as_word(name)}"' if side in mentions(lexicon.entry(fact.relation)) else name


def kind(lexicon: Lexicon, fact: Fact, node: Node) -> str:
    """The noun for an end of a fact; THING where it has none, or is called a word and not spoken of as one."""
    noun = lexicon.namer.noun(node)
    side = "S" if fact.subject == node else "O"
    return THING if noun in WORDS and side not in mentions(lexicon.entry(fact.relation)) else noun
