"""Forms of what belongs together: what something is, its other names, several things in one text, two compared, a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import an, capital, sentence
from ..lexicon.names import THING
from ..lexicon.templates import Flat
from ..lexicon.text import clean, other_names
from ..types import Fact, Node, Subgraph
from ..uid import MASK, digest, show
from ._conditions import kind_of
from ._layout import blocks
from ._page import Page
from ._prose import Prose, groups
from ._reason import framed, frames

Slots = Sequence[int]


def definition(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """What the anchor is, by its description or its type, then facts of it."""
    rng, node = page.rng(), _anchor(subgraph)
    words = {"a": lexicon.name(node), "gloss": _gloss(node), "one": ""}
    if (noun := lexicon.namer.noun(node)) != THING:
        words["a one"] = an(noun)
    lines = frames()["gloss"] if words["gloss"] and (rng.random() < 0.5 or "a one" not in words) else frames()["definition"]
    if text := framed(rng, lines, words):
        page.frame(capital(text))
    prose = Prose(page, lexicon, node, rng, subgraph.facts)
    prose.run = 1
    prose.tell(list(groups(subgraph.facts, slots)))


def _gloss(node: Node) -> str:
    """The description, where it is one phrase and not the name again."""
    text = clean(node.description).rstrip(".")
    phrase = 0 < len(text) <= 120 and ". " not in text and "\n" not in text
    return text if phrase and text.casefold() != node.label.casefold() else ""


def alias(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Another name of the anchor, then facts under that name."""
    rng, node = page.rng(), _anchor(subgraph)
    called = rng.choice(other_names(node.label, node.aliases))
    other = replace(node, uid=_other(node, called), label=called, qualifier="")
    words = {"a": lexicon.name(node), "alias": lexicon.name(other)}
    page.frame(capital(framed(rng, frames()["alias"], words)))
    for fact, slot in zip(subgraph.facts, slots, strict=True):
        subject, object_ = (other if end.uid == node.uid else end for end in (fact.subject, fact.object))
        said = replace(fact, subject=subject, object=object_)
        page.add(lexicon.say((said,), "statement", slot), (fact,), "stated")


def _other(node: Node, called: str) -> int:
    """A uid of its own for a node under another name, which is said by uid."""
    found = digest("alias", show(node.uid), called) & MASK
    return found - (1 << 64) if found >> 63 else found


def overview(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Several nodes, each told in turn; at the end what joins them."""
    rng, facts = page.rng(), subgraph.facts
    told = {fact.subject.uid for fact in facts}
    links = [i for i, fact in enumerate(facts) if fact.object.uid in told and fact.object.uid != fact.subject.uid]
    rest = [i for i in range(len(facts)) if i not in links]
    for i, block in enumerate(blocks([facts[k] for k in rest], [slots[k] for k in rest])):
        opening = rng.choice(ph.TURN).format(name=lexicon.name(block.node)) if i and not page.fresh else ""
        opening = opening if lexicon.namer.pronouns(block.node, facts) else ""
        Prose(page, lexicon, block.node, rng, facts, opening=opening).tell(block.groups)
    for group in groups([facts[k] for k in links], [slots[k] for k in links]) if links else ():
        page.add(lexicon.say(group.facts, "statement", group.slot), group.facts, "stated")


def contrast(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Two nodes of one kind: what holds of both, then where they differ. The facts of a relation stand together."""
    rng, (one, other) = page.rng(), _two(subgraph.facts)
    lots = kind_of(lexicon, subgraph.facts)[1]
    words = {"a": lexicon.name(one), "b": lexicon.name(other), "lots": "" if lots == "things" else lots}
    page.frame(capital(framed(rng, frames()["contrast"]["open"], words)))
    order = list(dict.fromkeys(fact.relation.uid for fact in subgraph.facts))
    for relation in order:
        pairs = [(f, s) for f, s in zip(subgraph.facts, slots, strict=True) if f.relation.uid == relation]
        mine, theirs = ([(f, s) for f, s in pairs if f.subject == node] for node in (one, other))
        both = tuple(f for f, _ in pairs)
        if {f.object.uid for f, _ in mine} == {f.object.uid for f, _ in theirs} and (clause := ph.both(lexicon, both, rng)):
            page.add(sentence(clause), both, "stated")
            continue
        if lexicon.entry(both[0].relation).boolean:  # "is independent, but is not independent" is no contrast of values
            for fact, at in pairs:
                page.add(lexicon.say((fact,), "statement", at), (fact,), "stated")
            continue
        slot = mine[0][1]
        first, second = (lexicon.clause([f for f, _ in own], "statement", slot, accept=_leads) for own in (mine, theirs))
        pattern = frames()["contrast"]["differ"]
        page.add(sentence(framed(rng, pattern, {"first": first.text, "second": second.text})), both, "stated")


def _leads(flat: Flat, turned: bool) -> bool:
    return (flat.opens == "S") != turned


def _two(facts: Sequence[Fact]) -> tuple[Node, Node]:
    one, other = list(dict.fromkeys(fact.subject for fact in facts))
    return one, other


def tree(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Facts of one relation as a tree, with the objects above their subjects: a list in steps."""
    rng = page.rng()
    below: dict[int, list[Fact]] = {}
    for fact in subgraph.facts:
        below.setdefault(fact.object.uid, []).append(fact)
    lower = {fact.subject.uid for fact in subgraph.facts}
    root = next(fact.object for fact in subgraph.facts if fact.object.uid not in lower)
    fact = subgraph.facts[0]
    above = ph.predicate(lexicon, fact, subject="each entry", object="the one above it", phrase="O", slot=slots[0], last=True)
    page.frame(sentence(f"in this list, {above}"))
    page.head(f"- {lexicon.name(root)}\n", "\n")
    _branch(page, lexicon, below, root.uid, 1, rng)


def _branch(page: Page, lexicon: Lexicon, below: dict[int, list[Fact]], uid: int, depth: int, rng: Random) -> None:
    for fact in below.get(uid, ()):
        page.add(f"{'  ' * depth}- {lexicon.name(fact.subject)}", (fact,), "stated")
        _branch(page, lexicon, below, fact.subject.uid, depth + 1, rng)


def _anchor(subgraph: Subgraph) -> Node:
    return next(n for f in subgraph.facts for n in (f.subject, f.object) if n.uid == subgraph.anchor)


TELL = {"definition": definition, "alias": alias, "overview": overview, "contrast": contrast, "tree": tree}
