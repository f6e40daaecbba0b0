"""What the engine asks of a language. A realizer is one module with these names; English is `english.py`.

The engine (model, phrases, pools, names, the verbalizers) knows slots, orders, lists of facts and who was named before; every
word that it says comes from a lexicon file or from a realizer. docs/languages.md tells how to add one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from ..errors import unknown

if TYPE_CHECKING:
    from ..types import Node
    from .dates import When
    from .values import ValueRule

REALIZERS = {"en": "english"}  # language tag of a lexicon -> the module in this folder that says it


class Pronouns(NamedTuple):
    """What stands for a name that was just said: "it borders", "its capital", "there", "which borders"."""

    subject: str
    possessive: str
    place: str
    relative: str


class Language(Protocol):
    """A realizer. Texts that begin with a space are joined to what stands before them as they are."""

    # words that the engine says by itself
    QUESTION_FORMAT: str  # how a question and its answer stand in a document
    SO: Sequence[str]  # before what follows from facts
    LINK: Sequence[str]  # before what connects two things that were told of
    TURN: Sequence[str]  # before the first sentence about the second of them, with {name}
    AND: str
    NOR: str
    EMPTY: str  # for a value without text
    UNNAMED: str  # for a node without a label
    # pronouns: of things; of persons by what a fact says of them; and which relations say it
    IT: Pronouns
    SEX: Collection[str]
    BY_SEX: Mapping[str, Pronouns]
    THINGS: Collection[str]
    PERSONS: Collection[str]
    # words that decide how wordings of this language may be joined
    JOINERS: Set[str]
    PLACES: Collection[str]
    CLEFTS: Collection[str]
    COMPLEX: Sequence[str]

    # sentences
    def sentence(self, clause: str, /) -> str: ...
    def capital(self, text: str, /) -> str: ...
    def join(self, items: Sequence[str], word: str = ..., /) -> str: ...
    def guarded(self, name: str, /) -> str: ...
    def coordinate(self, predicates: Sequence[str], /) -> str: ...
    def also(self, predicate: str, /) -> str: ...
    def relative(self, phrase: str, pronouns: Pronouns | None, /) -> str: ...
    def linked(self, noun: str, relation: str, known: str, /) -> str: ...
    def plain_asked(self, text: str, /) -> str: ...
    def articles(self, text: str, noun: str, /) -> str: ...
    # names and nouns
    def plural_verbs(self, texts: Sequence[str], at: int, /) -> tuple[str, ...]: ...
    def possessive(self, name: str, /, *, plural: bool) -> str: ...
    def as_word(self, name: str, /) -> str: ...
    def as_words(self, names: Sequence[str], word: str = ..., /) -> str: ...
    def inside(self, name: str, /) -> str: ...
    def plural(self, noun: str, /) -> str: ...
    def an(self, noun: str, /) -> str: ...
    def indefinites(self, names: Sequence[str], /) -> list[str]: ...
    def stopped(self, text: str, /) -> str: ...
    # values
    def say_literal(self, node: Node, rule: ValueRule, unit: str = ..., /) -> str: ...
    def date_of(self, node: Node, rule: ValueRule, /) -> When | None: ...
    def texts(self, node: Node, rule: ValueRule, unit: str = ..., /) -> tuple[str, ...]: ...


def language(tag: str) -> Language:
    """The realizer of a language. Raises UserError for one that there is none of."""
    if tag not in REALIZERS:
        raise unknown("language", tag, REALIZERS)
    module: Any = import_module(f".{REALIZERS[tag]}", __package__)
    return cast(Language, module)
