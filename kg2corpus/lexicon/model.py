"""`Lexicon`: how the facts of one graph are said, with every wording parsed, and the logic of slots."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from itertools import chain
from math import gcd
from pathlib import Path
from typing import NamedTuple

from ..errors import UserError, near
from ..types import Fact, Node, Relation
from ..uid import MASK, digest, show
from . import english, files
from .english import IT, QUESTION_FORMAT
from .entry import Entry
from .language import Language, Pronouns, language
from .names import Namer, NameRules
from .pools import POOLS, Item, lists_well, pools_of
from .templates import SLOTS, Flat, for_plural, takes_date
from .text import clean, guarded
from .values import truth

__all__ = ["QUESTION_FORMAT", "Accept", "Clause", "Lexicon"]
_COMPLETE: Language = english  # the type checker says what a realizer lacks
_S, _O, _SS, _OS, _IN, _T, _NOR, _ON, _A_S, _A_O = range(len(SLOTS))
_NAMES = frozenset({-1, _S, _O})  # what a template uses of which nothing needs to be made but the two names
# whether the names of the sides S and O are heavy -> the possessives that neither may stand in
_OWNED = {(s, o): frozenset([_SS] * s + [_OS] * o) for s in (False, True) for o in (False, True)}
_SALT = {pool: digest("pool", pool) & MASK for pool in (*POOLS, "statement", "cloze")}


class Clause(NamedTuple):
    """A fact said without capital and full stop.

    `opens` is the uid of the node that it begins with, or None; `topic` the uid of the node that "it" would surely mean in
    the next sentence, or None; `pronoun` whether the anchor is said as it, its or there. `predicate` is what follows the anchor
    where that is the subject and stands nowhere else (" borders India"), else "".
    """

    text: str
    opens: int | None
    topic: int | None
    pronoun: bool
    predicate: str = ""


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
        self.speech: Language = language("en")
        self.namer = Namer(rules, self.speech)
        self._pools = {key: pools_of(key, self.entries) for key in self.entries}
        self.used: dict[int, str] | None = None  # by fact, the wording that `pick` gave last; kept where a dict is put here
        self._steps: dict[int, tuple[int, ...]] = {}
        self._events: dict[int, tuple[frozenset[str], ...]] = {}
        self._by_relation: dict[int, tuple[Entry, dict[str, tuple[Item, ...]], bool]] = {}

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

    def _of(self, relation: Relation) -> tuple[Entry, dict[str, tuple[Item, ...]], bool]:
        """Entry and pools of a relation, and whether any of them has {on O}."""
        found = self._by_relation.get(relation.uid)
        if found is None:
            if relation.key not in self.entries:
                hint = f"resolve it for this graph again; {near(relation.key, self.entries)}"
                raise UserError(f"the lexicon has no entry for relation '{relation.key}'", hint)
            pools = self._pools[relation.key]
            dated = any(map(_takes_date, chain(*pools.values())))
            found = self._by_relation[relation.uid] = (self.entries[relation.key], pools, dated)
        return found

    def name(self, node: Node) -> str:
        """A node as named in the middle of a sentence: "the Bahamas", "Bhutan"; a literal as it stands."""
        return self.namer.name(node)

    def value(self, fact: Fact) -> str:
        """The object as said: "38,394 square kilometres", "the Bahamas", "Yes"."""
        return self.said(fact.object, fact.relation, fact.unit)

    def said(self, node: Node, relation: Relation, unit: str = "") -> str:
        """A node as the object of a relation is said; `unit` is that of the fact, which goes before the relation's."""
        if not node.literal:
            return self.namer.name(node)
        rule = self.entry(relation).value
        if rule.kind == "name":
            return self.namer.formal(clean(node.label))
        return self.speech.say_literal(node, rule, unit) or self.speech.EMPTY

    def accepted(self, node: Node, relation: Relation, unit: str = "") -> tuple[str, ...]:
        """All texts that count as naming the node as an object of the relation, the one that is said first."""
        said = self.said(node, relation, unit)
        if node.literal:
            return tuple(dict.fromkeys((said, *self.speech.texts(node, self.entry(relation).value, unit))))
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
            return self.speech.join([self.name(s) for s in subjects])
        return self.speech.join(self._objects(facts))

    def _objects(self, facts: Sequence[Fact]) -> list[str]:
        return list(dict.fromkeys(map(self.value, facts)))

    def on(self, facts: Sequence[Fact]) -> str:
        """The objects as dates with their prepositions: "on 12 May 1820", "in 1820 and 1824"; "" unless each is a date."""
        dates = dict.fromkeys(self.speech.date_of(f.object, self.entry(f.relation).value) for f in facts)
        found = [date.on for date in dates if date is not None]
        if len(found) < len(dates):
            return ""
        first = found[0].split(" ", 1)[0] + " "
        return self.speech.join([found[0], *(on.removeprefix(first) for on in found[1:])])

    def events(self, fact: Fact) -> tuple[frozenset[str], frozenset[str]]:
        """Predicates that the fact gives a place to, and those that it gives a date to: "was born" in Ulm, on 14 March 1879."""
        found = self._events.get(fact.relation.uid)
        if found is None:
            flats = [i.template.one for i in self._of(fact.relation)[1]["statement"] if not i.turned and i.template.one.event]
            found = tuple(frozenset(flat.event for flat in flats if flat.dated == dated) for dated in (False, True))
            self._events[fact.relation.uid] = found
        places, dates = found
        none = frozenset[str]()
        return none if fact.object.literal else places, dates if dates and self.on((fact,)) else none

    # wordings

    def items(self, fact: Fact, pool: str, *, many: bool = False, facts: Sequence[Fact] = ()) -> tuple[Item, ...]:
        """The renderings of a fact in a pool, in the order of the file; with `many` of a group, whose `facts` may be given.

        A wording with {on O} is for dates only: where an object is none, it is left out. Of a name with a qualifier, and of a
        long one, there is no possessive ("Georgia (country)'s"), if it can be said otherwise.
        """
        entry, pools, dated = self._of(fact.relation)
        found = self._items(fact, pool, entry, pools, many=many)
        if many:
            found = tuple(i for i in found if lists_well(i, facts)) or found
        if dated and not self.on(facts or (fact,)):
            found = tuple(i for i in found if not _takes_date(i))
        sides = self.namer.heavy(fact.subject), self.namer.heavy(fact.object)
        if sides == (False, False):
            return found
        straight, turned = _OWNED[sides], _OWNED[sides[::-1]]
        return tuple([i for i in found if not _uses(i, turned if i.turned else straight)]) or found

    def _items(
        self, fact: Fact, pool: str, entry: Entry, pools: Mapping[str, tuple[Item, ...]], *, many: bool
    ) -> tuple[Item, ...]:
        if pool not in _SALT:
            raise KeyError(pool)
        if entry.boolean and pool in ("forward", "statement"):
            held = truth(fact.object)
            kind = "other" if held is None else "true" if held else "false"
            return pools[kind]
        if not many and pool in ("forward", "statement", "inverse", "cloze") and "same" in pools and self.same(fact):
            # "Canada is called Canada at home" says nothing: the file has words for "too", and there is nothing to fill in
            return pools["same"] if pool in ("forward", "statement") else ()
        if many and f"{pool}, many" in pools:
            return pools[f"{pool}, many"]
        if entry.symmetric and not many and pool in ("statement", "inverse"):
            turned = pool == "statement" and fact.subject.uid > fact.object.uid
            return pools[f"{pool}, turned" if turned else f"{pool}, one"]
        if many:
            # several objects are what a turned wording has as its subjects, and its verb counts the other side
            return tuple(i for i in pools[pool] if not i.turned) or pools[pool]
        return pools[pool]

    def same(self, fact: Fact) -> bool:
        """Whether the object bears the name of the subject, so that no answer is to be found."""
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
        """The rendering in which facts are said: what `choose` gives, noted in `used`."""
        item = self.choose(facts, pool, slot, accept)
        if self.used is not None:
            for fact in facts:
                self.used[fact.uid] = item.template.text
        return item

    def choose(self, facts: Sequence[Fact], pool: str, slot: int, accept: Accept | None = None) -> Item:
        """The rendering due at a slot; with `accept`, the first from there on that it takes, else the first that is plain,
        else the one due."""
        fact, many = facts[0], len(facts) > 1
        items = self.items(fact, pool, many=many, facts=facts)
        if not items:
            hint = "ask `wordings` first, or add some to the lexicon"
            raise UserError(f"'{fact.relation.name}' has no wordings for {pool}", hint)
        start, step = self.order(len(items), fact.twin, pool)
        if accept is not None:
            for i in range(slot, slot + len(items)):
                item = items[(start + step * i) % len(items)]
                if accept(item.template.many if many else item.template.one, item.turned):
                    return item
            for i in range(slot, slot + len(items)):
                if (item := items[(start + step * i) % len(items)]).template.one.plain:
                    return item
        return items[(start + step * slot) % len(items)]

    def clause(
        self,
        facts: Sequence[Fact],
        pool: str,
        slot: int,
        *,
        pronoun: Pronouns | bool | None = None,
        anchor: int | None = None,
        accept: Accept | None = None,
        short: Container[int] = (),
    ) -> Clause:
        """The facts in one clause, as `say` does, without capital and full stop. `short`: nodes named without a qualifier;
        `pronoun`: those that stand for the anchor where a wording allows it, "it" for True."""
        subject, object_ = facts[0].subject, facts[0].object
        anchor = subject.uid if anchor is None else anchor
        about_object = anchor == object_.uid and anchor != subject.uid
        wants = accept
        if pronoun:

            def wants(flat: Flat, turned: bool) -> bool:
                return ("O" if about_object != turned else "S") in flat.pronoun and (accept is None or accept(flat, turned))

        item = self.pick(facts, pool, slot, wants)
        flat = item.template.many if len(facts) > 1 else item.template.one
        side = "O" if about_object != item.turned else "S"
        by = (IT if pronoun is True else pronoun or None) if side in flat.pronoun else None
        text = self.fill(
            flat, facts, turned=item.turned, pronoun=side if by else "", by=by or IT, inverse="inverse" in pool, short=short
        )
        first, second = (object_, subject) if item.turned else (subject, object_)
        ends = {"S": first.uid, "O": second.uid}
        predicate = ""
        if flat.subject == side and anchor in (subject.uid, object_.uid):
            said = by.subject if by else self._named(object_ if about_object else subject, short)
            predicate = text[len(said) :] if text.startswith(said) else ""
        return Clause(text, ends.get(flat.opens), ends.get(flat.first), by is not None, predicate)

    def _named(self, node: Node, short: Container[int]) -> str:
        return self.namer.short(node) if node.qualifier and node.uid in short else self.namer.name(node)

    def fill(
        self,
        flat: Flat,
        facts: Sequence[Fact],
        *,
        turned: bool = False,
        pronoun: str = "",
        by: Pronouns = IT,
        inverse: bool = False,
        short: Container[int] = (),
    ) -> str:
        """A template's text for the facts. `pronoun` is the side said by a pronoun; `inverse` asks for the subject."""
        many = len(facts) > 1
        if short:
            subjects = list(dict.fromkeys([self._named(f.subject, short) for f in facts]))
            objects = list(dict.fromkeys([self.value(f) if f.object.literal else self._named(f.object, short) for f in facts]))
        elif many:
            subjects, objects = list(dict.fromkeys([self.namer.name(f.subject) for f in facts])), self._objects(facts)
        else:
            subjects, objects = [self.namer.name(facts[0].subject)], [self.value(facts[0])]
        sides = (objects, subjects) if turned else (subjects, objects)
        asked = facts[0].subject if inverse else facts[0].object
        if many and _T in flat.uses:
            asked = self.namer.common([f.subject if inverse else f.object for f in facts])
        on = self.on(facts) if _ON in flat.uses else ""
        return self.put(flat, *sides, pronoun=pronoun, by=by, asked=asked, many=many, on=on)

    def put(
        self,
        flat: Flat,
        subjects: Sequence[str],
        objects: Sequence[str],
        *,
        pronoun: str = "",
        by: Pronouns = IT,
        asked: Node | None = None,
        many: bool = False,
        on: str = "",
        word: str = "and",
    ) -> str:
        """A template's text for any names: the lowest level of saying. `on` fills {on O}; `word` joins several names."""
        uses, join = flat.uses, self.speech.join
        s, o = join(subjects, word) if subjects else "", join(objects, word) if objects else ""
        values = [s, o, "", "", "", "", "", on, "", ""]
        if not uses <= _NAMES:
            if _SS in uses:
                values[_SS] = self.namer.possessive(s)
            if _OS in uses:
                values[_OS] = self.namer.possessive(o)
            if _IN in uses:
                values[_IN] = self.speech.inside(s)
            if _T in uses and asked is not None:
                values[_T] = self.namer.nouns(asked, many=many)
            if _NOR in uses:
                values[_NOR] = join(subjects, self.speech.NOR)
            if _A_S in uses:
                values[_A_S] = join(self.speech.indefinites(subjects), word)
            if _A_O in uses:
                values[_A_O] = join(self.speech.indefinites(objects), word)
        if pronoun == "S":
            values[_S], values[_SS], values[_IN] = by.subject, by.possessive, by.place
        elif pronoun == "O":
            values[_O], values[_OS] = by.subject, by.possessive
        parts = flat.parts
        if len(subjects) == 1 and pronoun != "S" and self.namer.plural_name(s):
            parts = for_plural(parts, "S", self.speech.plural_verbs)
        if len(objects) == 1 and pronoun != "O" and self.namer.plural_name(o):
            parts = for_plural(parts, "O", self.speech.plural_verbs)
        said = [text if code < 0 else values[code] for code, text in parts]
        for i in flat.quoted:
            names = objects if parts[i][0] == _O else subjects
            said[i] = self.speech.as_words(names, word) if len(names) > 1 else self.speech.as_word(said[i])
        if not (s.isascii() and o.isascii()):
            # at the end of a sentence nothing follows that a right-to-left name could draw along
            end = -2 if said[-1] in ("?", ".") else -1
            said = [text if text.isascii() else guarded(text) for text in said[:end]] + said[end:]
        text = self.speech.articles("".join(said), values[_T])
        return self.speech.plain_asked(text) if values[_T] in ("thing", "things") else text

    def say(self, facts: Sequence[Fact], pool: str, slot: int, *, pronoun: bool = False, anchor: int | None = None) -> str:
        """One sentence, or one question, with all the facts: one fact, or several of one group said as a list.

        A group shares relation and subject (its objects are listed) or relation and object. With `pronoun` the anchor (the
        subject unless given) is said as it, its or there, by the first wording from the slot on that allows it; where none
        does, by name. Raises UserError for a pool without wordings.
        """
        return self.speech.sentence(self.clause(facts, pool, slot, pronoun=IT if pronoun else None, anchor=anchor).text)

    def cloze(self, fact: Fact, i: int) -> tuple[str, str]:
        """(prompt, answer): the i-th forward wording that ends with the object, cut before it; the answer as in `value`."""
        flat = self.items(fact, "cloze")[i].template.one
        text = self.put(flat, [self.name(fact.subject)], [""], asked=fact.object)
        return self.speech.capital(text).rstrip(), self.value(fact)


def _takes_date(item: Item) -> bool:
    return takes_date(item.template.one) or takes_date(item.template.many)


def _uses(item: Item, slots: frozenset[int]) -> bool:
    return not (slots.isdisjoint(item.template.one.uses) and slots.isdisjoint(item.template.many.uses))
