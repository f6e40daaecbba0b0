"""Plants faults in documents, one each, seeded: what a check of faithfulness must find.

A fault that nobody could see is not planted: an object that is also true, or bears the name of one that is; a direction that
holds as well; an extra name that is spelled as a noun for a kind of thing or as the document's own relations are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from kg2corpus.faithful import Gate, Mention, mentions
from kg2corpus.lexicon.phrases import hops
from kg2corpus.lexicon.resolve import Lexicon
from kg2corpus.paths import Step
from kg2corpus.types import Document, Fact, Node, Span

_DIGIT = re.compile(r"\d")
_VERB = re.compile(r"\b(is|are|was|were|has|have|can|may|will)\b(?! not\b)")
_NEGATED = re.compile(r"\b(?:not|no|never|nor|neither|none|unstated|wrong|without)\b", re.IGNORECASE)
_ITEM = r"(?:, and |, | and )"


@dataclass(frozen=True)
class World:
    """What faults are planted by: the graph with its names, and the lexicon."""

    gate: Gate
    lexicon: Lexicon

    def facts(self, document: Document) -> list[Fact]:
        """The facts that a document promises."""
        return [self.gate.graph.fact(uid) for uid in dict.fromkeys(span.fact for span in document.spans)]

    def holds(self, subject: str, relation: int, object: str) -> bool:
        """Whether the graph holds the relation between any bearers of the two names, in either reading."""
        subjects, objects = self._bearers(subject), self._bearers(object)
        graph = self.gate.graph
        for other, turned in self.gate.readings(relation):
            firsts, seconds = (objects, subjects) if turned else (subjects, objects)
            if any(f.object.uid in seconds for first in firsts for f in graph.out(first, other)):
                return True
        return False

    def _bearers(self, name: str) -> frozenset[int]:
        found = [m for m in mentions(self.gate.names, name) if m.start == 0 and m.end == len(name)]
        return frozenset(uid for mention in found for uid in mention.uids)


def swapped_object(document: Document, world: World, rng: Random) -> Document | None:
    """Another object of the same relation in the place of one."""
    for facts, start, end in _shuffled(_spans(document, world), rng):
        walk = None if _shared(facts) else _walk(facts)
        fact = walk[-1].fact if walk else rng.choice(facts)
        if fact.object.literal and _DIGIT.search(world.lexicon.value(fact)):
            continue
        forward = not walk or walk[-1].forward
        end_node = fact.object if forward else fact.subject
        place = _place(document, world, end_node, start, end)
        if place is None:
            continue
        pool = world.gate.graph.objects(fact.relation.uid) if forward else world.gate.graph.subjects(fact.relation.uid)
        for uid in (rng.choice(pool) for _ in range(20)):
            node = world.gate.graph.node(uid)
            name = world.lexicon.said(node, fact.relation) if forward else world.lexicon.name(node)
            if name.casefold() not in document.text.casefold() and not _also(facts, name, world):
                return _put(document, place, name)
    return None


def wrong_number(document: Document, world: World, rng: Random) -> Document | None:
    """One digit of a value changed."""
    for facts, start, end in _shuffled(_spans(document, world), rng):
        fact = rng.choice(facts)
        if not fact.object.literal or (place := _place(document, world, fact.object, start, end)) is None:
            continue
        text = document.text[place.start : place.end]
        digits = [m.start() for m in _DIGIT.finditer(text)]
        if not digits or len(text) > 60:
            continue
        at = rng.choice(digits)
        new = text[:at] + rng.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]
        if not world.holds(fact.subject.name, fact.relation.uid, new) and float_of(new) != float_of(text):
            return _put(document, place, new)
    return None


def float_of(text: str) -> str:
    """A figure without what does not change it: zeros at the end of its decimals."""
    return re.sub(r"(\.\d*?)0+\b", r"\1", text)


def wrong_direction(document: Document, world: World, rng: Random) -> Document | None:
    """Subject and object have changed places."""
    for facts, start, end in _shuffled(_spans(document, world), rng):
        fact = rng.choice(facts)
        if len(facts) > 1 or fact.object.literal:
            continue
        places = _place(document, world, fact.subject, start, end), _place(document, world, fact.object, start, end)
        if places[0] is None or places[1] is None or fact.subject == fact.object:
            continue
        first, second = sorted((p for p in places if p), key=lambda p: p.start)
        if first.end > second.start or world.holds(fact.object.name, fact.relation.uid, fact.subject.name):
            continue
        names = (document.text[first.start : first.end], document.text[second.start : second.end])
        return _put(_put(document, second, names[0]), first, names[1])
    return None


def dropped_fact(document: Document, world: World, rng: Random) -> Document | None:
    """A sentence taken out, or an item of a list, with the promise kept."""
    for facts, start, end in _shuffled(_spans(document, world), rng):
        if len(facts) > 1 and (less := _less(document, world, facts, start, end, rng)):
            return less
        elsewhere = [s for s in document.spans if (s.start, s.end) != (start, end) and s.kind != "implied"]
        told = {world.gate.graph.fact(s.fact) for s in elsewhere}
        if elsewhere and not any(_same(fact, other, world) for fact in facts for other in told):
            return _without(document, start, end)
    return None


def _same(fact: Fact, other: Fact, world: World) -> bool:
    """Whether the two say the same, in the words of the lexicon at least."""
    turned = (fact.subject, fact.object) == (other.object, other.subject)
    return fact.twin == other.twin or (turned and (other.relation.uid, True) in world.gate.readings(fact.relation.uid))


def _less(document: Document, world: World, facts: Sequence[Fact], start: int, end: int, rng: Random) -> Document | None:
    """A list of objects without one that is neither its first nor its last."""
    for fact in rng.sample(facts, len(facts)):
        place = _place(document, world, fact.object, start, end)
        if place is None or not _shared(facts):
            continue
        before = re.search(rf"{_ITEM}$", document.text[start : place.start])
        if before and before.group() == ", " and document.text.startswith(", ", place.end):
            return _put(document, Mention(place.start - 2, place.end, place.uids), "")
    return None


def swapped_relation(document: Document, world: World, rng: Random) -> Document | None:
    """The words of another relation between the same two."""
    relations = [r for r in world.gate.graph.relations() if not world.lexicon.entry(r).boolean]
    for facts, start, end in _shuffled(_spans(document, world), rng):
        alone = len(facts) == 1 and sum((s.start, s.end) == (start, end) for s in document.spans) == 1
        if not alone or world.lexicon.entry(facts[0].relation).boolean or document.spans[0].kind != "stated":
            continue
        for relation in rng.sample(relations, min(20, len(relations))):
            fact = replace(facts[0], relation=relation)
            if relation == facts[0].relation or world.holds(fact.subject.name, relation.uid, world.lexicon.value(fact)):
                continue
            text = world.lexicon.say((fact,), "statement", rng.randrange(99))
            if _means(text, facts[0], world):
                continue
            return _put(document, Mention(start, end, ()), text)
    return None


def _means(text: str, fact: Fact, world: World) -> bool:
    """Whether the fact's own wordings hold that text too: two relations may be said in the same words."""
    return any(world.lexicon.say((fact,), "statement", i).casefold() == text.casefold()
               for i in range(world.lexicon.wordings(fact, "statement")))  # fmt: skip


def unknown_entity(document: Document, world: World, rng: Random) -> Document | None:
    """A name that the graph does not have."""
    name = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3)).capitalize()
    if world._bearers(name):
        return None
    return _after(document, rng.choice((" The same is said of {}.", " So it is in {}.", " Few know that of {}.")).format(name))


def extra_entity(document: Document, world: World, rng: Random) -> Document | None:
    """A name that none of the facts has, in a sentence or beside an object."""
    graph, facts = world.gate.graph, world.facts(document)
    cues = world.gate.cues
    own = frozenset().union(*(cues.words.get(f.relation.uid, frozenset()) for f in facts))
    text = document.text.casefold()
    for _ in range(20):
        fact = graph.fact(rng.choice(graph.out(rng.choice(graph.anchors()))).uid)
        node = fact.subject
        name = world.lexicon.name(node)
        words = set(re.findall(r"\w+", name.lower()))
        if name.casefold() in text or words <= own or name in ("It",) or any(words <= set(kind) for kind in cues.types):
            continue
        if any(n.uid in world._bearers(name) for f in facts for n in (f.subject, f.object)) or not world._bearers(name):
            continue
        way = rng.randrange(3)
        if way == 0:
            return _after(document, f" {world.lexicon.say((fact,), 'statement', rng.randrange(99))}")
        if way == 1:
            return _after(document, f" The same is said of {name}.")
        stated = [(f, s) for f in facts for s in document.spans if s.fact == f.uid and s.kind == "stated"]
        for fact, span in stated:
            if place := _place(document, world, fact.object, span.start, span.end):
                return _put(document, Mention(place.end, place.end, ()), f" (like {name})")
    return None


def negation(document: Document, world: World, rng: Random) -> Document | None:
    """A statement turned into its denial."""
    for _, start, end in _shuffled(_spans(document, world), rng):
        if any((s.start, s.end) == (start, end) and s.kind != "stated" for s in document.spans):
            continue
        sentence = document.text[start:end]
        if _NEGATED.search(sentence):
            continue
        named = mentions(world.gate.names, document.text)
        verbs = [v for v in _VERB.finditer(document.text, start, end)
                 if not any(m.start < v.end() and v.start() < m.end for m in named)]  # fmt: skip
        if rng.random() < 0.3 or not verbs:
            if any(m.start == start for m in named) or not sentence[:1].isupper():
                return _put(document, Mention(start, start, ()), "It is not true that ")
            return _put(document, Mention(start, start + 1, ()), f"It is not true that {sentence[0].lower()}")
        verb = verbs[0]
        word = rng.choice(("not", "never", "no longer"))
        denied = {"has": f"does {word} have", "have": f"do {word} have"} if word == "not" else {}
        return _put(document, Mention(*verb.span(), ()), denied.get(verb[1], f"{verb[1]} {word}"))
    return None


FAULTS: dict[str, Callable[[Document, World, Random], Document | None]] = {
    "swapped object": swapped_object,
    "wrong number": wrong_number,
    "wrong direction": wrong_direction,
    "dropped fact": dropped_fact,
    "swapped relation": swapped_relation,
    "extra entity": extra_entity,
    "unknown entity": unknown_entity,
    "negation": negation,
}


def plant(
    kind: str, documents: Sequence[Document], world: World, *, limit: int, seed: int
) -> Iterator[tuple[Document, Document]]:
    """(document, the same with a fault) for up to `limit` of the documents that can hold one of this kind."""
    planted = 0
    for document in documents:
        if planted == limit:
            return
        faulty = FAULTS[kind](document, world, Random(f"{kind} {seed} {document.id}"))
        if faulty is not None:
            planted += 1
            yield document, faulty


def _spans(document: Document, world: World) -> list[tuple[list[Fact], int, int]]:
    """The sentences of a document with the facts that each carries, together where they are one list or one chain."""
    places: dict[tuple[int, int], list[Fact]] = {}
    for span in document.spans:
        places.setdefault((span.start, span.end), []).append(world.gate.graph.fact(span.fact))
    found = []
    for place, facts in places.items():
        joint = _shared(facts) or _walk(facts) is not None
        found += [(group, *place) for group in ([facts] if joint else [[fact] for fact in facts])]
    return found


def _shuffled(items: Sequence[tuple[list[Fact], int, int]], rng: Random) -> list[tuple[list[Fact], int, int]]:
    return rng.sample(items, len(items))


def _shared(facts: Sequence[Fact]) -> bool:
    """Whether the facts are a group of one subject and relation, and no chain."""
    return len({(fact.subject.uid, fact.relation.uid) for fact in facts}) == 1


def _walk(facts: Sequence[Fact]) -> list[Step] | None:
    """The facts as a chain; None where they are none."""
    try:
        return hops(facts)
    except ValueError:
        return None


def _place(document: Document, world: World, node: Node, start: int, end: int) -> Mention | None:
    found = [m for m in mentions(world.gate.names, document.text) if node.uid in m.uids and start <= m.start and m.end <= end]
    return found[-1] if len(found) == 1 else None


def _also(facts: Sequence[Fact], name: str, world: World) -> bool:
    """Whether the facts, of a chain too, hold with that name at their end as well."""
    walk = None if _shared(facts) else _walk(facts)
    if walk is None:
        return world.holds(facts[0].subject.name, facts[0].relation.uid, name)
    here = {walk[0].start.uid}
    graph = world.gate.graph
    for hop in walk:
        found = set[int]()
        for uid in here:
            edges = graph.out(uid, hop.fact.relation.uid) if hop.forward else graph.into(uid, hop.fact.relation.uid)
            found |= {f.object.uid if hop.forward else f.subject.uid for f in edges}
            if world.lexicon.entry(hop.fact.relation).symmetric:
                found |= {f.subject.uid for f in graph.into(uid, hop.fact.relation.uid)}
                found |= {f.object.uid for f in graph.out(uid, hop.fact.relation.uid)}
        here = found
    return bool(here & world._bearers(name))


def _put(document: Document, place: Mention, text: str) -> Document:
    """The document with the characters of a place replaced; its spans move along."""
    longer = len(text) - (place.end - place.start)

    def moved(at: int) -> int:
        return at + longer if at >= place.end and not (at == place.start == place.end) else at

    spans = tuple(Span(s.fact, moved(s.start) if s.start > place.start else s.start, moved_end(s.end, place, longer), s.kind)
                  for s in document.spans)  # fmt: skip
    return replace(document, text=document.text[: place.start] + text + document.text[place.end :], spans=spans)


def moved_end(at: int, place: Mention, longer: int) -> int:
    """Where the end of a span lies after a change at a place."""
    return at + longer if at >= place.end and at > place.start else at


def _after(document: Document, text: str) -> Document:
    frame = len(document.text) + 1, len(document.text + text)
    return replace(document, text=document.text + text, frames=(*document.frames, frame))


def _without(document: Document, start: int, end: int) -> Document:
    """The document without a sentence; what it promised may now stand anywhere."""
    text = (document.text[:start] + document.text[end:].lstrip()).strip()
    gone = len(document.text) - len(text)
    spans = [Span(s.fact, 0, len(text), s.kind) if (s.start, s.end) == (start, end) else
             Span(s.fact, s.start - gone * (s.start >= end), s.end - gone * (s.start >= end), s.kind)
             for s in document.spans]  # fmt: skip
    return replace(document, text=text, spans=tuple(spans))
