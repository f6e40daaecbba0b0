"""`Lexicon`: how the facts of one graph are said, with every wording parsed, and the logic of slots."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import gcd
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError, near
from ..types import Fact, Node, Relation
from ..uid import MASK, digest, show
from . import files
from .english import an, capital, clean, dated, join, sentence
from .entry import Entry
from .names import Namer, NameRules
from .pools import POOLS, Item, pools_of
from .templates import SLOTS, Flat
from .values import say_literal, texts, truth

QUESTION_FORMAT = "Question: {question}\nAnswer:"
_S, _O, _SS, _OS, _IN, _T, _NOR, _ON = range(len(SLOTS))
_VOWELS = ("a", "e", "i", "o", "u", "A", "E", "I", "O", "U")
_SALT = {pool: digest("pool", pool) & MASK for pool in (*POOLS, "statement", "cloze")}


class Clause(NamedTuple):
    """A fact said without capital and full stop.

    `opens` is the uid of the node that it begins with, or None; `topic` the uid of the node that "it" would surely mean in
    the next sentence, or None; `pronoun` whether the anchor is said as it, its or there.
    """

    text: str
    opens: int | None
    topic: int | None
    pronoun: bool


Accept = Callable[[Flat, bool], bool]


class Lexicon:
    """How relations are said. Make one with `resolve(graph, files)` or `Lexicon.load(path)`.

    `entries` is by relation key; `tagger` names what told nouns from verbs where wordings were derived. Which wording a fact
    gets is decided here alone: slot i takes item i (modulo their number) of a permutation of the fact's renderings that is
    seeded by its twin uid, so that no wording repeats while one is unused.
    """

    def __init__(self, entries: Mapping[str, Entry], rules: NameRules, *, version: str = "", tagger: str = "") -> None:
        self.entries = dict(sorted(entries.items()))
        self.rules = rules
        self.version = version
        self.tagger = tagger
        self.namer = Namer(rules)
        self._pools = {key: pools_of(key, self.entries) for key in self.entries}
        self._steps: dict[int, tuple[int, ...]] = {}
        self._by_relation: dict[int, tuple[Entry, dict[str, tuple[Item, ...]]]] = {}

    @property
    def fingerprint(self) -> str:
        """16 hex digits of the content, file order and comments aside."""
        return show(digest("lexicon", files.dump(self)))

    @property
    def derived(self) -> list[str]:
        """The relations (by key) that no file speaks of, whose sentences are derived from their names."""
        return [key for key, entry in self.entries.items() if entry.origin.startswith("derived")]

    def save(self, path: Path) -> None:
        """Write as YAML: the same bytes for the same content. `load` gives it back."""
        files.save(self, path)

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """A resolved lexicon file. Raises UserError with file and key path for anything that is not one."""
        entries, rules, version, by = files.load(path)
        return cls(entries, rules, version=version, tagger=by)

    # names and values

    def entry(self, relation: Relation) -> Entry:
        """The entry of a relation. Raises UserError if the lexicon was resolved for a graph without it."""
        return self._of(relation)[0]

    def _of(self, relation: Relation) -> tuple[Entry, dict[str, tuple[Item, ...]]]:
        found = self._by_relation.get(relation.uid)
        if found is None:
            if relation.key not in self.entries:
                hint = f"resolve it for this graph again; {near(relation.key, self.entries)}"
                raise UserError(f"the lexicon has no entry for relation '{relation.key}'", hint)
            found = self._by_relation[relation.uid] = (self.entries[relation.key], self._pools[relation.key])
        return found

    def name(self, node: Node) -> str:
        """A node as named in the middle of a sentence: "the Bahamas", "Bhutan"; a literal as it stands."""
        return self.namer.name(node)

    def value(self, fact: Fact) -> str:
        """The object as said: "38,394 square kilometres", "the Bahamas", "Yes"."""
        return self.said(fact.object, fact.relation)

    def said(self, node: Node, relation: Relation) -> str:
        """A node as the object of a relation is said."""
        if not node.literal:
            return self.namer.name(node)
        rule = self.entry(relation).value
        if rule.kind == "name":
            return self.namer.formal(clean(node.label))
        return say_literal(node, rule) or "(empty)"

    def accepted(self, node: Node, relation: Relation) -> tuple[str, ...]:
        """All texts that count as naming the node as an object of the relation, the one that is said first."""
        said = self.said(node, relation)
        if node.literal:
            return tuple(dict.fromkeys((said, *texts(node, self.entry(relation).value))))
        label = clean(node.label)
        bare = said[4:] if said.startswith("the ") else said
        others = (clean(alias) for alias in node.aliases)
        return tuple(dict.fromkeys(t for t in (said, bare, label, *others) if t))

    def answer(self, facts: Sequence[Fact], *, inverse: bool = False) -> str:
        """The answer to a question about the facts: the objects ("China and India"), or the subjects if `inverse`.

        Facts with one object and several subjects are answered by their subjects without being told.
        """
        subjects = dict.fromkeys(f.subject for f in facts)
        if inverse or (len(subjects) > 1 and len({f.object.uid for f in facts}) == 1):
            return join([self.name(s) for s in subjects])
        return join(self._objects(facts))

    def _objects(self, facts: Sequence[Fact]) -> list[str]:
        return list(dict.fromkeys(self.said(f.object, f.relation) for f in facts))

    # wordings

    def items(self, fact: Fact, pool: str, *, many: bool = False) -> tuple[Item, ...]:
        """The renderings of a fact in a pool, in the order of the file.

        Of a name with a qualifier there is no possessive ("Georgia (country)'s"), if it can be said otherwise.
        """
        found = self._items(fact, pool, many=many)
        if not fact.subject.qualifier and not fact.object.qualifier:
            return found
        return tuple(i for i in found if not _possessive(i, fact)) or found

    def _items(self, fact: Fact, pool: str, *, many: bool) -> tuple[Item, ...]:
        entry, pools = self._of(fact.relation)
        if pool not in _SALT:
            raise KeyError(pool)
        if entry.boolean and pool in ("forward", "statement"):
            held = truth(fact.object)
            kind = "other" if held is None else "true" if held else "false"
            return pools[kind]
        if not many and pool in ("forward", "statement", "inverse", "cloze") and "same" in pools and self._same(fact):
            # "Canada is called Canada at home" says nothing: the file has words for "too", and there is nothing to fill in
            return pools["same"] if pool in ("forward", "statement") else ()
        if entry.symmetric and not many and pool in ("statement", "inverse"):
            turned = pool == "statement" and fact.subject.uid > fact.object.uid
            return pools[f"{pool}, turned" if turned else f"{pool}, one"]
        if many:
            # several objects are what a turned wording has as its subjects, and its verb counts the other side
            return tuple(i for i in pools[pool] if not i.turned) or pools[pool]
        return pools[pool]

    def _same(self, fact: Fact) -> bool:
        if fact.subject.qualifier and fact.object.qualifier:
            return False  # the city of Singapore in the country of Singapore: the names tell them apart
        name = self.namer.of_label(clean(fact.subject.label), fact.subject.types)
        bare = name[4:] if name.startswith("the ") else name
        return clean(fact.object.label).casefold() in (name.casefold(), bare.casefold())

    def wordings(self, fact: Fact, pool: str) -> int:
        """How many renderings the fact has in a pool; 0 where a pool makes no sense for it (the inverse of yes or no)."""
        return len(self.items(fact, pool))

    def order(self, n: int, twin: int, pool: str) -> tuple[int, int]:
        """The permutation of n items for a twin: item of slot i is (start + step * i) % n, step coprime to n."""
        steps = self._steps.get(n)
        if steps is None:
            steps = self._steps[n] = tuple(s for s in range(1, n + 1) if gcd(s, n) == 1)
        mixed = ((twin ^ _SALT[pool]) * 0x9E3779B97F4A7C15) & MASK
        return (mixed >> 40) % n, steps[(mixed >> 16) % len(steps)]

    def pick(self, facts: Sequence[Fact], pool: str, slot: int, accept: Accept | None = None) -> Item:
        """The rendering due at a slot; with `accept`, the first from there on that it takes, else the one due."""
        fact = facts[0]
        items = self.items(fact, pool, many=len(facts) > 1)
        if not items:
            hint = "ask `wordings` first, or add some to the lexicon"
            raise UserError(f"'{fact.relation.name}' has no wordings for {pool}", hint)
        start, step = self.order(len(items), fact.twin, pool)
        if accept is not None:
            for i in range(slot, slot + len(items)):
                item = items[(start + step * i) % len(items)]
                if accept(item.template.many if len(facts) > 1 else item.template.one, item.turned):
                    return item
        return items[(start + step * slot) % len(items)]

    def clause(
        self,
        facts: Sequence[Fact],
        pool: str,
        slot: int,
        *,
        pronoun: bool = False,
        anchor: int | None = None,
        accept: Accept | None = None,
    ) -> Clause:
        """The facts in one clause, as `say` does, without capital and full stop."""
        fact = facts[0]
        anchor = fact.subject.uid if anchor is None else anchor
        about_object = anchor == fact.object.uid and anchor != fact.subject.uid

        def wants(flat: Flat, turned: bool) -> bool:
            return ("O" if about_object != turned else "S") in flat.pronoun and (accept is None or accept(flat, turned))

        item = self.pick(facts, pool, slot, wants if pronoun else accept)
        flat = item.template.many if len(facts) > 1 or self.plural_object(item, fact) else item.template.one
        side = "O" if about_object != item.turned else "S"
        can = pronoun and side in flat.pronoun
        text = self.fill(flat, facts, turned=item.turned, pronoun=side if can else "", inverse="inverse" in pool)
        first, second = (fact.object, fact.subject) if item.turned else (fact.subject, fact.object)
        ends = {"S": first.uid, "O": second.uid}
        topic = ends.get(flat.first)
        return Clause(text, ends.get(flat.opens), topic, can)

    def plural_object(self, item: Item, fact: Fact) -> bool:
        """ "The Americas include ...": an object that is plural in form and opens its sentence."""
        if item.template.one.opens != "O" or item.turned or fact.object.literal:
            return False
        return fact.object.label in self.rules.plural

    def fill(self, flat: Flat, facts: Sequence[Fact], *, turned: bool = False, pronoun: str = "", inverse: bool = False) -> str:
        """A template's text for the facts. `pronoun` is the side said as it, its, there; `inverse` asks for the subject."""
        many = len(facts) > 1
        subjects = list(dict.fromkeys(self.name(f.subject) for f in facts)) if many else [self.name(facts[0].subject)]
        objects = self._objects(facts) if many else [self.value(facts[0])]
        sides = (objects, subjects) if turned else (subjects, objects)
        asked = facts[0].subject if inverse else facts[0].object
        return self.put(flat, *sides, pronoun=pronoun, asked=asked, many=many)

    def put(
        self,
        flat: Flat,
        subjects: Sequence[str],
        objects: Sequence[str],
        *,
        pronoun: str = "",
        asked: Node | None = None,
        many: bool = False,
    ) -> str:
        """A template's text for any names: the lowest level of saying."""
        uses = flat.uses
        s, o = join(subjects) if subjects else "", join(objects) if objects else ""
        values = [s, o, "", "", "", "", "", ""]
        if _SS in uses:
            values[_SS] = self.namer.possessive(s)
        if _OS in uses:
            values[_OS] = self.namer.possessive(o)
        if _IN in uses:
            values[_IN] = f"in {s}"
        if _T in uses and asked is not None:
            values[_T] = self.namer.nouns(asked, many=many)
        if _NOR in uses:
            values[_NOR] = join(subjects, "nor")
        if _ON in uses:
            values[_ON] = join([dated(one) for one in objects]) if objects else ""
        if pronoun == "S":
            values[_S], values[_SS], values[_IN] = "it", "its", "there"
        elif pronoun == "O":
            values[_O], values[_OS] = "it", "its"
        text = "".join([text if code < 0 else values[code] for code, text in flat.parts])
        if "he the " in text or "he The " in text:
            text = _one_article(text)
        if values[_T][:1] in _VOWELS:
            text = text.replace(f" a {values[_T]}", f" {an(values[_T])}")
        return _without_thing(text) if values[_T] in ("thing", "things") else text

    def say(self, facts: Sequence[Fact], pool: str, slot: int, *, pronoun: bool = False, anchor: int | None = None) -> str:
        """One sentence, or one question, with all the facts: one fact, or several of one group said as a list.

        A group shares relation and subject (its objects are listed) or relation and object. With `pronoun` the anchor (the
        subject unless given) is said as it, its or there, by the first wording from the slot on that allows it; where none
        does, by name. Raises UserError for a pool without wordings.
        """
        return sentence(self.clause(facts, pool, slot, pronoun=pronoun, anchor=anchor).text)

    def cloze(self, fact: Fact, i: int) -> tuple[str, str]:
        """(prompt, answer): the i-th forward wording that ends with the object, cut before it; the answer as in `value`."""
        flat = self.items(fact, "cloze")[i].template.one
        text = self.put(flat, [self.name(fact.subject)], [""], asked=fact.object)
        return capital(text).rstrip(), self.value(fact)


def _possessive(item: Item, fact: Fact) -> bool:
    """Whether an item has a possessive of an end whose name has a qualifier."""
    subject, object_ = ("O", "S") if item.turned else ("S", "O")
    flats = (item.template.one, item.template.many)
    return any((fact.subject.qualifier and flat.possessive(subject)) or (fact.object.qualifier and flat.possessive(object_))
               for flat in flats)  # fmt: skip


def _one_article(text: str) -> str:
    """A wording's "the" before a name that has its own: "the The Simpsons series" is "The Simpsons series"."""
    return re.sub(r"\b[Tt]he ([Tt]he) ", r"\1 ", text)


def _without_thing(text: str) -> str:
    """Where no type is known, "what" reads better than "which thing"."""
    for plain in ("which things", "which thing", "what things", "what thing"):
        text = text.replace(plain, "what")
    return text.replace("the thing that", "that which").replace("a thing ", "something ")
