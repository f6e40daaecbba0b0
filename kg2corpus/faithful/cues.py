"""Relation cues: by which words a text says that a relation holds, and in which direction.

They are made of the wordings of a resolved lexicon: each wording becomes a sequence of words and slots, and the sequences
of all relations lie in one tree, so that a sentence is looked up word by word whatever their number. Articles are left
out and forms of "be" and "have" are made alike, so that a text need not be ours to be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..lexicon.english import plural
from ..lexicon.identifiers import name_of
from ..lexicon.nouns import numbers
from ..lexicon.pools import pools_of
from ..lexicon.templates import SLOTS, Part, Template, for_plural
from ..types import Node, Relation
from .names import tokens

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon.resolve import Lexicon

Tree = dict[str, Any]  # word -> subtree; END -> cues
END, SLOT, TYPE, POSSESSIVE = "", "{}", "{T}", "'s"
ARTICLES = frozenset({"the", "a", "an"})
ALIKE = {
    "are": "is", "was": "is", "were": "is", "have": "has", "had": "has", "his": "its", "her": "its", "their": "its",
    "he": "it", "she": "it", "they": "it", "him": "it", "them": "it", "does": "do", "did": "do",
} | dict.fromkeys((*ARTICLES, "also"), "")  # fmt: skip
PRONOUNS = frozenset({"it", "this", "that", "these", "those", "which", "who", "whom", "itself"})
NEGATIONS = frozenset({
    "not", "never", "no", "neither", "nor", "none", "cannot", "without", "hardly", "untrue", "false", "nowhere", "nobody",
    "isn", "aren", "wasn", "weren", "doesn", "don", "didn", "hasn", "haven", "won", "couldn", "can't",
})  # fmt: skip
# what a slot may begin with: a date with its preposition, a noun with its article
_BEFORE = {"on": ("on", "in", "around", "before", "after", "from", "between", ""), "a": ("a", "an", "")}
_THINGS = ("thing", "something", "one", "person", "someone", "somebody", "place", "that")
_NOUN = re.compile(r"(?:the|an?) ([^{}]+) (?:of|by) \{S\}")
_OF = re.compile(r"that is (?:the|an?) ([^{}]+) of \{O\}")
_LEADING = re.compile(r"(?:(?:is|was|are|has|have) )?(?:(?:in|an?|the) (?=\S))?")
_MARK = {"S": "qqs", "O": "qqo"}  # how slots pass through the tokenizer
_ROLE = {"qqs": "S", "qqo": "O"}
_KIND = "qqt"


class Cue(NamedTuple):
    """What a sequence says: `roles` has S or O for each of its slots, in order; `holds` is for yes-or-no relations."""

    relation: int
    roles: str
    holds: bool | None = None


@dataclass(frozen=True)
class Cues:
    """All cues of a graph. Made by `cues_of`.

    `statements` say a fact, `such` what is so ("whose capital is {O}"), `phrases` name an object by its subject ("the capital
    of {S}"), `questions` ask. `types`: nouns for kinds of things. `sequences`: by relation, all of them with S and O marked;
    `words`: by relation, what they are made of. `yes_no`: relations whose objects are yes and no; `symmetric`: those that
    read the same both ways. `telling`: words that a name must be spelled with to be more than a name. `labels`: what stands
    in front of a colon or at the head of a column, with the relations that it may mean; `longest`: words of the longest.
    """

    statements: Tree
    such: Tree
    phrases: Tree
    questions: Tree
    types: frozenset[tuple[str, ...]]
    sequences: dict[int, tuple[tuple[str, ...], ...]]
    yes_no: frozenset[int]
    symmetric: frozenset[int]
    words: dict[int, frozenset[str]]
    telling: frozenset[str]
    labels: dict[tuple[str, ...], frozenset[int]]
    longest: int


def alike(word: str) -> str:
    """A word as it is compared; empty for an article, "also", and for a mark that only turns the direction of writing."""
    word = word.lower()
    return "" if not word.isascii() and unicodedata.category(word[0]) == "Cf" else ALIKE.get(word, word)


def cues_of(graph: Graph, lexicon: Lexicon) -> Cues:
    """The cues of every relation of the graph."""
    trees: dict[str, Tree] = {"statements": {}, "such": {}, "phrases": {}, "questions": {}}
    sequences: dict[int, tuple[tuple[str, ...], ...]] = {}
    words: dict[int, frozenset[str]] = {}
    yes_no, symmetric = set[int](), set[int]()
    for relation in graph.relations():
        found: set[tuple[str, ...]] = set()
        entry = lexicon.entry(relation)
        yes_no |= {relation.uid} if entry.boolean else set()
        symmetric |= {relation.uid} if entry.symmetric else set()
        for tree, template, holds in _templates(relation, lexicon):
            for words_ in dict.fromkeys(_sequences(template, lexicon)):
                roles = "".join(_ROLE[word] for word in words_ if word in _ROLE)
                if _says_nothing(words_):
                    continue
                _plant(trees[tree], words_, Cue(relation.uid, roles, holds))
                found.add(words_)
        for tree, words_ in _plain(graph, relation, lexicon):
            _plant(trees[tree], words_, Cue(relation.uid, "".join(_ROLE[word] for word in words_ if word in _ROLE)))
            found.add(words_)
        sequences[relation.uid] = tuple(sorted(found))
        words[relation.uid] = frozenset(word for sequence in found for word in sequence)
    types, kinds = _types(graph, lexicon), (frozenset(yes_no), frozenset(symmetric))
    labels = _labels(graph, lexicon)
    telling = PRONOUNS.union({"yes", "no"}, *words.values(), *types, *labels)
    return Cues(
        **trees, types=types, sequences=sequences, yes_no=kinds[0], symmetric=kinds[1], words=words, telling=telling,
        labels=labels,
        longest=max(map(len, labels), default=0),
    )  # fmt: skip


def _templates(relation: Relation, lexicon: Lexicon) -> Iterator[tuple[str, Template, bool | None]]:
    """(which tree, wording, what it says of yes and no) of a relation."""
    entry = lexicon.entry(relation)
    for name, templates in entry.lists.items():
        holds = True if name.endswith("true") else False if name.endswith("false") else None
        yield from (("questions" if "question" in name else "statements", template, holds) for template in templates)
    if entry.boolean and "other" not in entry.lists:
        yield from (("statements", item.template, None) for item in pools_of(relation.key, lexicon.entries)["other"])
    for name, template in entry.phrases.items():
        holds = True if name.endswith("true") else False if name.endswith("false") else None
        if name.startswith("such"):
            yield "such", template, holds
        elif name == "noun":
            yield "phrases", template, None


def _plain(graph: Graph, relation: Relation, lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Cues that no wording has: what is said where the lexicon has no words for an end ("that 'capital' links with {}"), and
    how people name a value: "has an area of {}", "with an area of {}"."""
    linked = sequence(f"that '{relation.label or relation.name}' links with")
    yield from (("such", (*linked, mark)) for mark in _ROLE)
    if such := lexicon.entry(relation).phrases.get("such"):  # "that is a kind of {O}" in an entry: "Petrel: a kind of bird"
        for told in _sequences(such, lexicon):
            if told[:2] == ("that", "is") and told[2:]:
                yield from (("statements", (_MARK["S"], mark, *told[2:])) for mark in ("-", ":"))
    noun = lexicon.entry(relation).phrases.get("noun")
    values = next((fact.object.literal for fact in graph.facts(relation.uid)), False)
    if values and noun is not None:
        [named, *_] = _sequences(noun, lexicon)
        if named[-2:] == ("of", _MARK["S"]) and _KIND not in named:
            yield "statements", (_MARK["S"], "has", *named[:-1], _MARK["O"])
            yield "such", ("with", *named[:-1], _MARK["O"])


def _sequences(template: Template, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    for flat in (template.one, template.many):
        # with a plural name the verb is another word: "spans", "span"
        verbs = lexicon.speech.plural_verbs
        for parts in dict.fromkeys((flat.parts, for_plural(flat.parts, "S", verbs), for_plural(flat.parts, "O", verbs))):
            yield from map(sequence, _texts(parts))
        if SLOTS.index("T") in flat.uses:
            yield sequence(lexicon.put(flat, [_MARK["S"]], [_MARK["O"]], asked=Node(0, "", "")))


def sequence(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared, with "'s" as one of them."""
    found: list[str] = []
    for word, _, _ in tokens(text):
        if word == "s" and found[-1:] == ["'"]:
            found[-1] = POSSESSIVE
        elif said := alike(word):
            found.append(said)
    return tuple(found)


def _texts(parts: Sequence[Part]) -> list[str]:
    """A wording with marks in its slots, once for each preposition that a date may have."""
    texts = [""]
    for code, text in parts:
        name = SLOTS[code] if code >= 0 else ""
        before, _, side = name.rpartition(" ")
        mark = _MARK.get(side[:1], _KIND) + (POSSESSIVE if side.endswith("'s") else "")
        fillings = [text] if code < 0 else [f"{word} {mark}".strip() for word in _BEFORE.get(before, (before,))]
        texts = [said + filling for said in texts for filling in fillings]
    return texts


def _says_nothing(sequence: Sequence[str]) -> bool:
    """Whether it has no word but marks: such a wording is no cue."""
    return all(word in _ROLE or not word[:1].isalnum() for word in sequence)


def _plant(tree: Tree, sequence: Iterable[str], cue: Cue) -> None:
    for word in sequence:
        tree = tree.setdefault(SLOT if word in _ROLE else TYPE if word == _KIND else word, {})
    known = tree.setdefault(END, [])
    if cue not in known:
        known.append(cue)


def _labels(graph: Graph, lexicon: Lexicon) -> dict[tuple[str, ...], frozenset[int]]:
    """The nouns of the relations, in both numbers: their categories, what their objects are, their own labels."""
    found: dict[tuple[str, ...], set[int]] = {}
    for relation in graph.relations():
        entry = lexicon.entry(relation)
        noun = entry.phrases.get("noun")
        named = _NOUN.fullmatch(noun.text) if noun is not None else None
        phrase = name_of(relation).phrase
        such = entry.phrases.get("such")
        role = _OF.fullmatch(such.text) if such is not None else None  # "genre of", of what the graph gives the other way round
        texts = {entry.category, named[1] if named else "", relation.label, phrase, _LEADING.sub("", phrase, count=1)}
        texts |= {f"{role[1]} of"} if role else set()
        for text in texts - {""}:
            for label in (text, *numbers(text)):
                found.setdefault(sequence(label), set()).add(relation.uid)
    found.pop((), None)
    return {label: frozenset(relations) for label, relations in found.items()}


def _types(graph: Graph, lexicon: Lexicon) -> frozenset[tuple[str, ...]]:
    """The nouns that are said for types, in both numbers."""
    found = {sequence(noun) for thing in _THINGS for noun in (thing, plural(thing))}
    for label in graph.types():
        node = Node(0, "", "", types=(label,))
        found |= {sequence(noun) for noun in (label, lexicon.namer.noun(node), lexicon.namer.nouns(node, many=True))}
    return frozenset(found)
