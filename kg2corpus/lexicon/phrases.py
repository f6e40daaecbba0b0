"""Phrases over several facts: noun phrases along a chain, what two entities share, the words that join sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from ..paths import Step
from ..types import Fact, Node
from .english import AND, LINK, SO, TURN
from .entry import Entry
from .language import Pronouns
from .mentions import consistent, kind
from .model import Lexicon
from .names import THING
from .nouns import noun_kind
from .pools import Item
from .templates import Flat, Template, for_phrase, takes_date
from .values import truth
from .words import PREPOSITIONS, participle

__all__ = ["LINK", "SO", "TURN"]
_SOME = re.compile(r"^one (?=that |whose |who )")
_AN = re.compile(r"^(?:an?|one(?= of)(?: of the)?) ")
# the noun, in singular or plural, is what the verb before the phrase is about
_SAID = r"\b{noun}(?:s? (?:include|includes|included)|(?: (?:of|to|for) .*)? (?:is|was)) $"
_PLACED = re.compile(r"an? [a-z -]+ (?:in|with|at|on) \{S\}$")
_CLAUSES = ("that ", "which ", "who ", "whose ", "where ")
_VAGUE = ("something", " one that", " one whose", " one who")
AT_ONCE = 3  # hops that one noun phrase can hold; more are told from a hop in their middle
SHORT = 40  # characters of a noun phrase that may stand in the middle of a question


def relative(lexicon: Lexicon, such: Template, fact: Fact, value: str, pronouns: Pronouns | None) -> str:
    """The phrase that goes after "a country" as a clause after a name: "whose capital is Thimphu", "which borders India"; ""
    where it is none, or where nobody can tell whether to write "which" or "who"."""
    on = lexicon.on((fact,))
    if takes_date(such.one) and not on:
        return ""
    return lexicon.speech.relative(lexicon.put(such.one, [value], [value], on=on), pronouns)


def pronouns(lexicon: Lexicon, node: Node, facts: Sequence[Fact]) -> Pronouns | None:
    """What may stand for a node in running text that tells the facts; None where only its name may.

    Of what has no type, that is also "it" where the entries of its relations say so: they have a place or an organisation as
    their subject, or a thing that somebody made.
    """
    found = lexicon.namer.pronouns(node, facts)
    own = [fact for fact in facts if fact.subject.uid == node.uid]
    told = {lexicon.namer.tells_sex(fact.relation) for fact in own}
    if found is not None or node.types or lexicon.namer.is_plural(node) or told != {False}:
        return found
    if any(lexicon.namer.personal(fact.relation) or lexicon.entry(fact.relation).subject == "person" for fact in own):
        return None
    return lexicon.speech.IT if any(_of_thing(lexicon.entry(fact.relation)) for fact in own) else None


def _of_thing(entry: Entry) -> bool:
    """Whether the subjects of a relation are surely no persons. A file says "thing" of whatever it is, the look at the facts
    does not; what somebody directed or wrote is a thing in both, but a figure in a play has a creator too."""
    made = entry.object == "person" and entry.category != "creator"
    derived = entry.origin.startswith("derived")
    return entry.subject in ("place", "organisation") or (entry.subject == "thing" and (made or derived))


def hops(facts: Sequence[Fact]) -> list[Step]:
    """The facts as a walk: each hop begins where the one before it ended. Raises ValueError where they do not join."""
    if len(facts) == 1:
        return [Step(facts[0], True)]
    for forward in (True, False):
        walk = [Step(facts[0], forward)]
        for fact in facts[1:]:
            at = walk[-1].end.uid
            if at not in (fact.subject.uid, fact.object.uid):
                break
            walk.append(Step(fact, at == fact.subject.uid))
        else:
            return walk
    raise ValueError("the facts of a chain do not join")


def ahead(lexicon: Lexicon, hop: Step, known: str) -> str:
    """The end of a hop as a noun phrase, given its start: "the capital of Bhutan", "a country that uses the euro"."""
    return describe(lexicon, hop.fact, subject=not hop.forward, known=known)


def back(lexicon: Lexicon, hop: Step, known: str, noun: str = THING) -> str:
    """The start of a hop as a noun phrase, given its end: "a country whose capital is Thimphu"; `noun` where it has no type."""
    return describe(lexicon, hop.fact, subject=hop.forward, known=known, noun=noun)


def _called(lexicon: Lexicon, hop: Step) -> str:
    """What the end of a hop is called by its relation, where its node has no type: "language", "place"; else THING."""
    entry = lexicon.entry(hop.fact.relation)
    if not hop.forward:
        return entry.subject or THING
    head, of, _ = entry.category.partition(" of ")
    says = head not in ("", "object", "value", "kind", "class", "type", "influence") and not entry.boolean
    words = head.split(" ")
    says = says and len(words) < 3 and PREPOSITIONS.isdisjoint(words) and not participle(words[-1])  # no "obstacle crossed"
    return head if says and (not of or noun_kind(head) == "place") else entry.object or THING


def describe(lexicon: Lexicon, fact: Fact, *, subject: bool, known: str, noun: str = THING) -> str:
    """One end of a fact (the subject, or the object) as a noun phrase that names only the other end, as `known`; `noun` is what
    it is called where it has no type."""
    entry = lexicon.entry(fact.relation)
    node = fact.subject if subject else fact.object
    called = kind(lexicon, fact, node)
    if called == THING:
        own = entry.subject if subject else ""
        called = noun if noun != THING and own in ("", THING, "place") else own or THING
    a_noun = lexicon.speech.an(called) if called != THING else "something"
    if not subject:
        if phrase := entry.phrases.get("noun"):
            flat = _flat(lexicon, phrase.one, fact, "S", known)
            return _SOME.sub(f"{a_noun} ", lexicon.put(flat, [known], [known], asked=node))
    elif entry.boolean:
        such = entry.phrases.get("such_true" if truth(fact.object) else "such_false")
        if such and truth(fact.object) is not None:
            return f"{a_noun} {lexicon.put(such.one, [known], [known])}"
    elif such := entry.phrases.get("such"):
        on = lexicon.on((fact,)) if known == lexicon.value(fact) else ""
        if on or not takes_date(such.one):
            flat = _flat(lexicon, such.one, fact, "O", known)
            return f"{a_noun} {lexicon.put(flat, [known], [known], on=on)}"
    return lexicon.speech.linked(a_noun, fact.relation.label or fact.relation.name, known)


def _flat(lexicon: Lexicon, flat: Flat, fact: Fact, side: str, known: str) -> Flat:
    """The wording for what stands on a side: the name of the node, or a phrase."""
    name = lexicon.name(fact.subject) if side == "S" else lexicon.value(fact)
    return flat if known == name else for_phrase(flat, side)


def predicate(lexicon: Lexicon, fact: Fact, *, subject: str, object: str, phrase: str, slot: int, last: bool = False) -> str:
    """The fact's statement with noun phrases for its ends; `phrase` is the side (S or O) that is long.

    The long side ends the sentence if any wording allows (always with `last`), else it begins it; it gets no possessive.
    """
    plain = lexicon.entry(fact.relation).lists.get("chain", ())
    side_of = {False: phrase, True: "O" if phrase == "S" else "S"}
    if object != lexicon.value(fact) or not lexicon.on((fact,)):
        plain = tuple(template for template in plain if not takes_date(template.one))
    ending = tuple(template for template in plain if for_phrase(template.one, phrase).tail == phrase)
    plain = ending if last else ending or plain
    if plain:
        return put(lexicon, fact, Item(plain[slot % len(plain)], False), subject, object, phrase)

    def ends(flat: Flat, turned: bool) -> bool:
        return for_phrase(flat, side_of[turned]).tail == side_of[turned]

    def is_edge(flat: Flat, turned: bool) -> bool:
        side = side_of[turned]
        return side in for_phrase(flat, side).edges and not flat.possessive(side)

    item = lexicon.choose((fact,), "statement", slot, ends)
    if not ends(item.template.one, item.turned) and not last:
        item = lexicon.choose((fact,), "statement", slot, is_edge)
    return put(lexicon, fact, item, subject, object, phrase)


def put(lexicon: Lexicon, fact: Fact, item: Item, subject: str, object: str, phrase: str = "") -> str:
    """The text of one rendering with any noun phrases for the fact's ends; `phrase`: the side (S or O) that is none of its
    names."""
    sides = ([object], [subject]) if item.turned else ([subject], [object])
    flat = item.template.one
    if phrase and (subject if phrase == "S" else object) not in (lexicon.name(fact.subject), lexicon.value(fact)):
        flat = for_phrase(flat, phrase if not item.turned else "SO".replace(phrase, ""))
    return lexicon.put(flat, *sides, on=lexicon.on((fact,)) if takes_date(flat) else "")


def conclusion(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> str:
    """The composed fact of a chain as a clause that names its two ends and none of the nodes between them."""
    walk = hops(facts)
    slot = rng.randrange(1 << 16)
    if len(walk) > AT_ONCE and (found := middles(lexicon, walk)):
        return across(lexicon, walk, rng.choice(found), slot)
    last = walk[-1]
    # "a country that borders a country that ..." rather than a neighbour of a neighbour
    again = any(a.fact.relation == b.fact.relation and a.forward == b.forward for a, b in pairwise(walk))
    if len(walk) == 1 or rng.random() < 0.5 or again or not nests(lexicon, walk):
        return from_start(lexicon, walk, end_name(lexicon, last), slot)
    known = way(lexicon, walk)
    ends = (known, end_name(lexicon, last)) if last.forward else (end_name(lexicon, last), known)
    phrase = "S" if last.forward else "O"
    return predicate(lexicon, last.fact, subject=ends[0], object=ends[1], phrase=phrase, slot=slot)


def middles(lexicon: Lexicon, walk: Sequence[Step]) -> list[int]:
    """The hops of a long chain from which it can be told both ways, so that each way names what it passes."""
    return [i for i in range(1, len(walk) - 1) if _stands(lexicon, walk[i]) and _told(lexicon, walk, i)]


def _told(lexicon: Lexicon, walk: Sequence[Step], at: int) -> bool:
    """Whether the way to a hop can be said, and the way on, with no two hops by one relation ("the neighbour of a neighbour"),
    and neither of them of "something", or of "one that"."""
    before = walk[: at + 1]
    if len({hop.fact.relation for hop in walk}) < len(walk) or not nests(lexicon, before):
        return False
    said = f"{way(lexicon, before)} {_rest(lexicon, walk[at:], end_name(lexicon, walk[-1]))} "
    return not any(f"{word} " in said for word in _VAGUE)


def _stands(lexicon: Lexicon, hop: Step) -> bool:
    """Whether a hop has a statement that begins with a phrase for its start and ends with one for its end."""
    return any(_between(t.one, hop.forward) for t in lexicon.entry(hop.fact.relation).lists.get("chain", ()))


def _between(flat: Flat, forward: bool) -> bool:
    first, last = "SO" if forward else "OS"
    flat = for_phrase(for_phrase(flat, first), last)
    return flat.opens == first and flat.tail == last and not flat.possessive(first) and not takes_date(flat)


def across(lexicon: Lexicon, walk: Sequence[Step], at: int, slot: int) -> str:
    """A long chain told from one of its `middles`: "the mother of Ada was born in a city that lies in England"."""
    hop = walk[at]
    fitting = [t for t in lexicon.entry(hop.fact.relation).lists["chain"] if _between(t.one, hop.forward)]
    start, end = way(lexicon, walk[: at + 1]), _rest(lexicon, walk[at:], end_name(lexicon, walk[-1]))
    ends = (start, end) if hop.forward else (end, start)
    noun = end.split(" ")[1:2]
    fitting = [t for t in fitting if not noun or noun[0] not in t.text] or fitting  # no "has its capital in a capital"
    text = lexicon.put(for_phrase(for_phrase(fitting[slot % len(fitting)].one, "S"), "O"), *([phrase] for phrase in ends))
    return _once(lexicon, text, end, _called(lexicon, hop))


def _rest(lexicon: Lexicon, walk: Sequence[Step], end: str) -> str:
    """The end of the first hop as a noun phrase that goes on to the end of the last: "a country whose capital is New Delhi"."""
    called = [_called(lexicon, hop) for hop in walk]
    for i in range(len(walk) - 1, 0, -1):
        end = _once(lexicon, back(lexicon, walk[i], end, called[i - 1]), end, called[i])
    return end


def from_start(lexicon: Lexicon, walk: Sequence[Step], end: str, slot: int, *, last: bool = False) -> str:
    """The chain told from its start: "Bhutan borders a country whose capital is New Delhi"."""
    end = _rest(lexicon, walk, end)
    first = walk[0]
    start = lexicon.name(first.start)
    ends = (start, end) if first.forward else (end, start)
    phrase = "O" if first.forward else "S"
    text = predicate(lexicon, first.fact, subject=ends[0], object=ends[1], phrase=phrase, slot=slot, last=last)
    return _once(lexicon, text, end, _called(lexicon, first))


def _once(lexicon: Lexicon, text: str, phrase: str, noun: str) -> str:
    """The text without the noun of the phrase that ends it, if it has said that: "a language of Bhutan is one that ..."."""
    before, a_noun = text.removesuffix(phrase), f"{lexicon.speech.an(noun)} "
    clause = phrase.removeprefix(a_noun).startswith((*_CLAUSES, "with ")) and phrase.startswith(a_noun)
    said = before != text and clause and re.search(_SAID.format(noun=re.escape(noun)), before)
    return f"{before}one {phrase.removeprefix(a_noun)}" if said else text


def nests(lexicon: Lexicon, walk: Sequence[Step]) -> bool:
    """Whether the noun phrases of all hops but the last end with what they hold, as "the capital of Bhutan" does and "what
    Bhutan is part of" does not, so that they can stand inside each other."""
    for hop in walk[:-1]:
        noun = lexicon.entry(hop.fact.relation).phrases.get("noun") if hop.forward else None
        if hop.forward and (noun is None or for_phrase(noun.one, "S").tail != "S"):
            return False
    return True


def reads(lexicon: Lexicon, facts: Sequence[Fact]) -> bool:
    """Whether what follows from a chain can be said: its facts speak of each node in one way, and each end has a phrase."""
    walk = hops(facts)
    if not consistent(lexicon, facts):
        return False
    if any(a.fact.relation.inverse == b.fact.relation.uid and a.forward == b.forward for a, b in pairwise(walk)):
        return False  # "a parent of a child of Ada"
    if len(walk) > 1 and not _takes_phrase(lexicon, walk[0]):
        return False
    for hop in walk[1:]:
        phrases = lexicon.entry(hop.fact.relation).phrases
        such = phrases.get("such" if hop.forward else "noun")
        held = truth(hop.fact.object) if lexicon.entry(hop.fact.relation).boolean else None
        if such is None and held is None:
            return False
        if such is not None and hop is not walk[-1] and for_phrase(such.one, "O" if hop.forward else "S").tail == "":
            return False  # "in the {O} family", "that uses {O} as a currency": no phrase can stand there
    return len(walk) <= AT_ONCE or bool(middles(lexicon, walk))


def _takes_phrase(lexicon: Lexicon, hop: Step) -> bool:
    """Whether a statement of the first hop has a place for a phrase: not "belongs to the {O} family"."""
    side = "O" if hop.forward else "S"
    plain = lexicon.entry(hop.fact.relation).lists.get("chain", ())
    return not plain or any(side in for_phrase(template.one, side).edges for template in plain)


def way(lexicon: Lexicon, walk: Sequence[Step], *, only: bool = False) -> str:
    """The start of the last hop as a noun phrase over the hops before it: "the capital of a country that borders Bhutan"; with
    `only`, where each hop has one end, "the neighbour of Bhutan"."""
    known = lexicon.name(walk[0].start)
    for hop in walk[:-1]:
        known = ahead(lexicon, hop, known)
        known = _AN.sub("the ", known) if only and hop.forward else known
    return known


def _only(lexicon: Lexicon, hop: Step) -> bool:
    """Whether "the" before the noun phrase of a hop speaks of its one end: "the capital of Bhutan", not "the place in Asia"."""
    noun = lexicon.entry(hop.fact.relation).phrases.get("noun")
    return not hop.forward or noun is None or not _PLACED.match(noun.text)


def end_name(lexicon: Lexicon, hop: Step) -> str:
    """The end of a hop as named."""
    return lexicon.value(hop.fact) if hop.forward else lexicon.name(hop.fact.subject)


def chain_question(lexicon: Lexicon, facts: Sequence[Fact], slot: int) -> tuple[str, str] | None:
    """(question, answer) about the end of a chain; None if the last relation has no question that takes a long phrase."""
    walk = hops(facts)
    last = walk[-1]
    pool, side = ("question", "S") if last.forward else ("inverse_question", "O")
    answer = end_name(lexicon, last)
    noun = lexicon.entry(last.fact.relation).phrases.get("noun")
    ends = last.forward or (noun is not None and noun.one.tail == "S")
    if not nests(lexicon, walk) and ends and not lexicon.entry(last.fact.relation).boolean:
        such = lexicon.entry(last.fact.relation).phrases.get("such" if last.forward else "noun")
        if len(walk) > 2 or such is None or not such.text.startswith(_CLAUSES):
            return None  # "was born in a place in what?"
        asked = from_start(lexicon, walk, "what", slot, last=True)
        return None if "something" in asked else (f"{asked}?", answer)
    if not nests(lexicon, walk) or not lexicon.wordings(last.fact, pool) or not all(_only(lexicon, hop) for hop in walk[:-1]):
        return None
    known = way(lexicon, walk, only=True)
    short = len(known) <= SHORT

    def fits(flat: Flat, turned: bool) -> bool:
        return (short or side in for_phrase(flat, side).edges) and not flat.possessive(side)

    item = lexicon.pick((last.fact,), pool, slot, fits)
    return lexicon.put(for_phrase(item.template.one, side), [known], [known], asked=last.end), answer


def both(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> str | None:
    """One clause for what two subjects share ("Bhutan and Nepal both border India"); None if the relation has no words for it.

    `facts` are of one relation: those of the one subject and those of the other, with the same objects.
    """
    entry = lexicon.entry(facts[0].relation)
    held = truth(facts[0].object)
    key = "both" if not entry.boolean else "both_true" if held else "both_false"
    choices = [t for t in entry.lists.get(key, ()) if not takes_date(t.one) or lexicon.on(facts)]
    # "both Norway and Svalbard and Jan Mayen", not the other way round, and no two such names
    subjects = sorted(dict.fromkeys(lexicon.name(f.subject) for f in facts), key=lambda name: f" {AND} " in name)
    if not choices or (entry.boolean and held is None) or f" {AND} " in subjects[0]:
        return None
    template = choices[rng.randrange(len(choices))]
    objects = dict.fromkeys(lexicon.value(f) for f in facts)
    flat = template.many if len(objects) > 1 else template.one
    return lexicon.put(flat, subjects, list(objects), on=lexicon.on(facts) if takes_date(flat) else "")
