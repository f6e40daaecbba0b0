"""Forms of what belongs together: what something is, its other names, several things in one text, two compared, a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import an, capital, sentence, stopped
from ..lexicon.framing import frames
from ..lexicon.names import THING
from ..lexicon.templates import Flat
from ..lexicon.text import clean, other_names
from ..types import Fact, Node, Subgraph
from ._aliased import called
from ._conditions import kind_of
from ._layout import WORDS, blocks, is_word, straight, topic
from ._page import Page
from ._prose import Group, Prose, also, groups
from ._reason import framed

Slots = Sequence[int]
Told = tuple[Fact, int]  # a fact with its slot
TRIES = 3  # draws for a wording that differs from the one before
_ARTICLES = frozenset({"The", "A", "An", "Any", "Some", "One"})


def definition(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """What the anchor is, by its description or its type, then facts of it."""
    rng, node = page.rng(), _anchor(subgraph)
    words = {"a": topic(lexicon, node), "gloss": _gloss(node), "one": ""}
    if (noun := lexicon.namer.noun(node)) != THING and (noun not in WORDS or is_word(lexicon, node)):
        words["a one"] = an(noun)
    lines = frames()["gloss"] if words["gloss"] and (rng.random() < 0.5 or "a one" not in words) else frames()["definition"]
    if text := framed(rng, lines, words):
        page.frame(capital(stopped(text)))
    prose = Prose(page, lexicon, node, rng, subgraph.facts)
    prose.run = int(bool(text))
    prose.noun = noun if text else ""
    prose.tell(list(groups(subgraph.facts, slots)))


def _gloss(node: Node) -> str:
    """The description, where it is one phrase and neither the name again nor another name ("Republic of Kosovo")."""
    text = clean(node.description).rstrip(".")
    phrase = 0 < len(text) <= 120 and ". " not in text and "\n" not in text
    name = all(word[:1].isupper() or not word[:1].isalpha() for word in text.split() if len(word) > 3)
    first, _, rest = text.partition(" ")
    text = f"{first.lower()} {rest}" if first in _ARTICLES else text
    return text if phrase and not name and text.casefold() != node.label.casefold() else ""


def alias(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Another name of the anchor, then facts under that name."""
    rng, node = page.rng(), _anchor(subgraph)
    other = called(node, rng.choice(other_names(node.label, node.aliases)))
    words = {"a": topic(lexicon, node), "alias": lexicon.name(other)}
    if word := is_word(lexicon, node):
        words["alias"] = f'"{lexicon.speech.as_word(words["alias"])}"'
    page.frame(capital(stopped(framed(rng, frames()["synonym" if word else "alias"], words))))
    said = []
    for fact, slot in zip(subgraph.facts, slots, strict=True):
        subject, object_ = (other if end.uid == node.uid else end for end in (fact.subject, fact.object))
        said.append((replace(fact, subject=subject, object=object_), slot))
    _tell(page, lexicon, _together(said))


def pair(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Two entities, each told; then what both share; then how they are connected, the first fact before others that do."""
    link, rng = subgraph.facts[0], page.rng()
    ends = (link.subject, link.object)
    every = list(zip(subgraph.facts, slots, strict=True))
    links = [(f, s) for f, s in every if f.subject in ends and f.object in ends]
    shared, own = _in_common(lexicon, [told for told in every if told not in links], rng)
    introduced, opening = 0, ""
    for i, node in enumerate(ends):
        mine = [(f, s) for f, s in own if f.subject == node or (f.object == node and f.subject not in ends)]
        if not mine:
            continue
        opening = _turn(lexicon, node, rng, subgraph.facts) if i and not page.fresh else ""
        Prose(page, lexicon, node, rng, subgraph.facts, opening=opening).tell(_together(mine))
        own = [told for told in own if told not in mine]
        introduced += any(f.subject == node for f, _ in mine)
    _rest(page, lexicon, own, shared)
    before = rng.choice([words for words in ph.LINK if not (opening and words.startswith("As for"))])
    _tell(page, lexicon, _together(links), before if introduced == len(ends) else "")


def overview(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Several nodes, each told in turn; then what two of them share; at the end what joins them."""
    rng, facts = page.rng(), subgraph.facts
    told = {fact.subject for fact in facts}
    every = list(zip(facts, slots, strict=True))
    links = [(f, s) for f, s in every if f.object in told and f.object != f.subject]
    shared, own = _in_common(lexicon, [one for one in every if one not in links], rng)
    turned = False  # one such opening is enough
    for i, block in enumerate(blocks([f for f, _ in own], [s for _, s in own])):
        calls = i > 0 and not turned and len(block.groups) > 1 and not page.fresh
        opening = _turn(lexicon, block.node, rng, facts) if calls else ""
        turned = turned or bool(opening)
        Prose(page, lexicon, block.node, rng, facts, opening=opening).tell(block.groups)
    _rest(page, lexicon, links, shared)


def _turn(lexicon: Lexicon, node: Node, rng: Random, facts: Sequence[Fact]) -> str:
    """Words before the first sentence about a node ("As for Bhutan, "), where a pronoun can stand for it behind them."""
    opening = rng.choice(ph.TURN).format(name=lexicon.name(node))
    return opening if ph.pronouns(lexicon, node, facts) else ""


def _together(told: Sequence[Told]) -> list[Group]:
    """The facts of one relation in one clause, in order of first occurrence."""
    order = list(dict.fromkeys((f.subject.uid, f.relation.uid) for f, _ in told))
    rows = sorted(told, key=lambda one: order.index((one[0].subject.uid, one[0].relation.uid)))
    return groups([f for f, _ in rows], [s for _, s in rows]) if rows else []


def _in_common(lexicon: Lexicon, told: Sequence[Told], rng: Random) -> tuple[list[tuple[tuple[Fact, ...], str]], list[Told]]:
    """What two subjects share, with a clause for both ("Bhutan and Nepal both border India"), and what is left to tell."""
    sharing: dict[tuple[int, frozenset[int]], list[tuple[Fact, ...]]] = {}
    for group in _together(told):
        key = group.facts[0].relation.uid, frozenset(fact.object.uid for fact in group.facts)
        sharing.setdefault(key, []).append(group.facts)
    said: list[tuple[tuple[Fact, ...], str]] = []
    for alike in sharing.values():
        for one, other in zip(alike[::2], alike[1::2], strict=False):
            clauses = [text for _ in range(TRIES) if (text := ph.both(lexicon, one + other, rng))]
            fresh = [c for c in clauses if not said or _shape(lexicon, c, one + other) != _shape(lexicon, *said[-1][::-1])]
            if clauses:
                said.append((one + other, [*fresh, *clauses][0]))
    done = {fact.uid for facts, _ in said for fact in facts}
    return said, [(f, s) for f, s in told if f.uid not in done]


def _rest(page: Page, lexicon: Lexicon, told: Sequence[Told], shared: Sequence[tuple[tuple[Fact, ...], str]]) -> None:
    """Sentences for what two share, then for facts that belong to no story."""
    for facts, clause in shared:
        page.add(sentence(clause), facts, "stated")
    _tell(page, lexicon, _together(told))


def _tell(page: Page, lexicon: Lexicon, told: Sequence[Group], before: str = "") -> None:
    """A sentence for each group, none in the words of the one before it; `before` stands in front of the first."""
    for group in told:
        follows = bool(before) and not page.fresh  # "... is that from India, you can cross the border"
        for slot in range(group.slot, group.slot + lexicon.wordings(group.facts[0], "statement")):
            said = lexicon.clause(group.facts, "statement", slot, accept=straight if follows else None).text
            facts = (*page.subgraph.facts, *(fact for other in told for fact in other.facts))
            if page.fresh or _shape(lexicon, said, facts) != _shape(lexicon, page.texts[-1].strip(" .\n"), facts):
                break
        page.add(sentence((before if follows else "") + said), group.facts, "stated")
        before = ""


def _shape(lexicon: Lexicon, text: str, facts: Sequence[Fact]) -> str:
    """A sentence without the names in it."""
    text = text.casefold()
    names = {name.casefold() for f in facts for name in (lexicon.name(f.subject), lexicon.value(f))}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "_")
    return text


def contrast(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Two nodes of one kind: what holds of both, then where they differ. The facts of a relation stand together."""
    rng, (one, other) = page.rng(), _two(subgraph.facts)
    _, lots = kind_of(lexicon, subgraph.facts)
    named = lexicon.namer.noun(one) in WORDS and not (is_word(lexicon, one) and is_word(lexicon, other))
    words = {"a": topic(lexicon, one), "b": topic(lexicon, other), "lots": "" if named else lots}
    page.frame(capital(framed(rng, frames()["contrast"]["open"], words)))
    shared, differing = _in_common(lexicon, list(zip(subgraph.facts, slots, strict=True)), rng)
    for facts, clause in shared:
        page.add(sentence(clause), facts, "stated")
    for relation in dict.fromkeys(fact.relation for fact, _ in differing):
        pairs = [(f, s) for f, s in differing if f.relation == relation]
        mine, theirs = ([f for f, _ in pairs if f.subject == node] for node in (one, other))
        if lexicon.entry(relation).boolean:  # "is independent, while ... is not independent" is no contrast of values
            for fact, at in pairs:
                page.add(lexicon.say((fact,), "statement", at), (fact,), "stated")
            continue
        slot = pairs[0][1]
        due = lexicon.choose(mine, "statement", slot, _leads)

        def alike(flat: Flat, turned: bool) -> bool:
            return flat in (due.template.one, due.template.many) and turned == due.turned  # noqa: B023

        found = lexicon.choose(theirs, "statement", slot, alike)
        accept = alike if found.template == due.template else _leads
        first = lexicon.clause(mine, "statement", slot, accept=_leads).text
        said = lexicon.clause(theirs, "statement", slot, accept=accept)
        same = {f.object.uid for f in mine} == {f.object.uid for f in theirs}
        second = also(lexicon.speech, said).text if same else said.text
        if same or ": " in first.replace(lexicon.name(one), "") or ": " in second.replace(lexicon.name(other), ""):
            page.add(sentence(first), mine, "stated")  # nothing differs, or what somebody notes follows
            page.add(sentence(second), theirs, "stated")
            continue
        differ = framed(rng, frames()["contrast"]["differ"], {"first": first, "second": second})
        page.add(sentence(differ), (*mine, *theirs), "stated")


def _leads(flat: Flat, turned: bool) -> bool:
    return flat.opens == ("O" if turned else "S")


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


TELL = {"pair": pair, "definition": definition, "alias": alias, "overview": overview, "contrast": contrast, "tree": tree}
