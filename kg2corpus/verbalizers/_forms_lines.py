"""Forms made of lines: infobox, table, list, timeline, triple. Each line carries its facts; a heading names their subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..lexicon import Lexicon
from ..lexicon.english import capital, sentence
from ..lexicon.identifiers import name_of
from ..lexicon.names import THING
from ..lexicon.templates import Flat
from ..lexicon.words import PREPOSITIONS
from ..types import Fact, Subgraph
from ._layout import (
    Block,
    bare,
    blocks,
    bold,
    clause,
    clauses,
    date_of,
    escaped,
    flows,
    label,
    noun_of,
    one_subject,
    pronouns,
    several,
    topic,
    values,
)
from ._page import Page
from ._prose import Group

MIN_LIST = 3  # objects from which a list in lines reads better than a sentence
_EQUAL = frozenset({"are", "is", "were", "was", "include", "includes", "included"})
_WHEN = re.compile(r"^(?:the )?(?:date|year|time|day) (?:of|when|in which) (?:the )?|[ -](?:date|year|time|day|on|in)$")
_TITLES = ("{name}", "{bold}", "# {name}", "{name}: key facts", "{name} at a glance")
_LEADS = ("Some facts about {name}:", "{name}:", "{name} in brief:", "Notes on {name}:")
_TIMES = ("{name}: a timeline", "Timeline of {name}:", "{name} through time", "{name}: key dates")


def infobox(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """Relation and value in a line each, under the name: "Capital: Thimphu"."""
    rng = page.rng()
    pattern = rng.choice(_TITLES)
    line = rng.choice(("{label}: {value}", "{label}: {value}", "- {label}: {value}", "**{label}:** {value}"))
    for block in whole(subgraph.facts, slots):
        page.head(_titled(pattern, lexicon, block) + "\n")
        for (what, value), facts in rows(lexicon, block).items():
            page.add(line.format(label=what, value=value), facts, "stated")


def whole(facts: Sequence[Fact], slots: Sequence[int]) -> list[Block]:
    """The facts by subject, with one group for each relation: a line has room for what running text tells in two sentences."""
    found = []
    for block in blocks(facts, slots):
        by_relation: dict[int, list[Fact]] = {}
        for group in block.groups:
            by_relation.setdefault(group.facts[0].relation.uid, []).extend(group.facts)
        found.append(Block(block.node, [Group(tuple(facts), 0) for facts in by_relation.values()]))
    return found


def rows(lexicon: Lexicon, block: Block) -> dict[tuple[str, str], list[Fact]]:
    """What the lines of a block say, with their facts: relations that say the same in the same words share a line."""
    rows: dict[tuple[str, str], list[Fact]] = {}
    for group in block.groups:
        rows.setdefault((label(lexicon, group.facts), values(lexicon, group.facts)), []).extend(group.facts)
    return rows


def _titled(pattern: str, lexicon: Lexicon, block: Block) -> str:
    name = capital(lexicon.name(block.node))
    return pattern.format(name=name, bold=bold(name))


def table(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A Markdown table: one row for each relation, or, for several subjects of the same relations, one for each subject."""
    found = whole(subgraph.facts, slots)
    if len(found) > 1 and _matrix(lexicon, found):
        noun = lexicon.namer.noun(found[0].node)
        columns = ["" if noun == THING else capital(noun), *(label(lexicon, g.facts) for g in found[0].groups)]
        page.head(_row(columns) + "\n" + _rule(len(columns)) + "\n")
        for block in found:
            page.add(_row([capital(lexicon.name(block.node)), *(values(lexicon, g.facts) for g in block.groups)]),
                     block.facts, "stated")  # fmt: skip
        return
    apart = page.rng().random() < 0.5
    for block in found:
        name = capital(lexicon.name(block.node))
        head = f"{bold(name)}\n\n{_row(['', ''])}" if apart else _row(["", name])
        page.head(f"{head}\n{_rule(2)}\n")
        for row, facts in rows(lexicon, block).items():
            page.add(_row(row), facts, "stated")


def _matrix(lexicon: Lexicon, found: Sequence[Block]) -> bool:
    """Whether all subjects are of one type and have a value for each relation, none of them yes or no."""
    relations = [[group.facts[0].relation.uid for group in block.groups] for block in found]
    plain = not any(lexicon.entry(group.facts[0].relation).boolean for group in found[0].groups)
    same = len({lexicon.namer.noun(block.node) for block in found}) == 1
    return plain and same and all(one == relations[0] for one in relations)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def _rule(columns: int) -> str:
    return "|" + "---|" * columns


def listed(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A lead and a line for each sentence; of one relation with many objects, a line for each object."""
    facts, rng = subgraph.facts, page.rng()
    found = blocks(facts, slots)
    if len(found) == 1 and len({fact.relation.uid for fact in facts}) == 1 and (lead := _open_list(lexicon, facts, slots[0])):
        page.head(f"{lead}\n")
        for fact in facts:
            page.add(f"- {lexicon.value(fact)}", (fact,), "stated")
        return
    link, rest = None, found
    if len(found) > 1 and facts[0].object.uid in {block.node.uid for block in found}:  # a pair: what connects the two is last
        link, rest = facts[0], blocks(facts[1:], slots[1:])
    lead = rng.choice(_LEADS)
    for block in rest:
        page.head(capital(lead.format(name=topic(lexicon, block.node))) + "\n")
        by, before, heard = pronouns(lexicon, block), 0, set[str]()
        for group in block.groups:
            said = clause(lexicon, group, by, again=group.facts[0].relation.uid == before, heard=heard)
            heard.add(said.text)
            page.add("- " + sentence(said.text), group.facts, "stated")
            before = group.facts[0].relation.uid
    if link is not None:
        page.title = ""
        page.add(lexicon.say((link,), "statement", slots[0]), (link,), "stated", "\n\n")


def _open_list(lexicon: Lexicon, facts: Sequence[Fact], slot: int) -> str:
    """The sentence that a list completes: "Bhutan borders the following countries:"; "" where no wording ends so."""
    flats = [item.template.many for item in lexicon.items(facts[0], "cloze", many=True)]
    ending = [flat for flat in flats if flat.ends_with_object and _calls_for_list(flat)]
    if len(facts) < MIN_LIST or not ending:
        return ""
    flat = ending[slot % len(ending)]
    before = flat.parts[-2][1].split()[-1]
    noun = THING if facts[0].object.literal else lexicon.namer.noun(facts[0].object)
    same = all(lexicon.namer.noun(fact.object) == noun for fact in facts)
    names = noun != THING and same and before not in _EQUAL
    what = f"the following {lexicon.namer.nouns(facts[0].object, many=True)}" if names else "the following"
    return capital(lexicon.put(flat, [lexicon.name(facts[0].subject)], [what], asked=facts[0].object, many=True)) + ":"


def _calls_for_list(flat: Flat) -> bool:
    """Whether "the following" can come after what stands before the object: a verb alone, or a word that it often follows."""
    before = flat.parts[-2][1].split() if len(flat.parts) > 1 else []
    return bool(before) and (before[-1] in _EQUAL or before[-1] in PREPOSITIONS or (len(flat.parts), len(before)) == (3, 1))


def timeline(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """What has no date in a sentence each, then a line for each date, in order: "1856: Birth"."""
    rng = page.rng()
    for block in blocks(subgraph.facts, slots):
        name = lexicon.name(block.node)
        dated = [(when, fact) for fact in block.facts if (when := date_of(lexicon, fact))]
        other = Block(block.node, [g for g in block.groups if date_of(lexicon, g.facts[0]) is None])
        page.head("", " ")
        for group, said in clauses(page, lexicon, other, named=False):
            page.add(sentence(said.text), group.facts, "stated")
        if dated:
            page.head(capital(rng.choice(_TIMES).format(name=name)) + "\n")
        for _, fact in sorted(dated, key=lambda pair: pair[0]):
            what = noun_of(lexicon, (fact,)) or label(lexicon, (fact,))
            page.add(f"{lexicon.value(fact)}: {capital(_WHEN.sub('', what) or what)}", (fact,), "stated")


def triple(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """Subject, relation and object of a fact, as the graph has them: "Bhutan | capital | Thimphu"."""
    for fact in subgraph.facts:
        cells = (bare(lexicon.name(fact.subject), fact.subject.label), _named(fact), values(lexicon, (fact,)))
        page.add(" | ".join(map(escaped, cells)), (fact,), "stated", "\n")


def _named(fact: Fact) -> str:
    """The relation in the graph's words; "genre of" where they name what its subject is ("/music/genre/artists")."""
    name = name_of(fact.relation)
    return f"{name.phrase} of" if name.member else name.phrase


def has_lines(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """An infobox or a table of one entity wants two relations at least."""
    return one_subject(subgraph.facts) and len({fact.relation.uid for fact in subgraph.facts}) > 1


def has_rows(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """A table is of one entity, or of several with the same relations."""
    found = whole(subgraph.facts, (0,) * len(subgraph.facts))
    return has_lines(lexicon, subgraph) or (len(found) > 1 and _matrix(lexicon, found))


def has_items(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Several sentences, or one relation with several objects and a wording that they can complete."""
    facts = subgraph.facts
    if subgraph.form == "pair":
        ends = {facts[0].subject.uid, facts[0].object.uid}
        return all(fact.subject.uid in ends for fact in facts) and flows(lexicon, facts[1:])
    if several(facts):
        return one_subject(facts) and flows(lexicon, facts)
    return len(facts) >= MIN_LIST and len({f.relation.uid for f in facts}) == 1 and bool(_open_list(lexicon, facts, 0))


def is_one(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """A triple is a fact."""
    return len(subgraph.facts) == 1


def has_dates(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Two dates at least, and not many facts beside them."""
    dated = sum(date_of(lexicon, fact) is not None for fact in subgraph.facts)
    return one_subject(subgraph.facts) and dated > 1 and 3 * dated >= len(subgraph.facts)


TELL = {"infobox": infobox, "table": table, "list": listed, "timeline": timeline, "triple": triple}
SUITS = {"infobox": has_lines, "table": has_rows, "list": has_items, "timeline": has_dates, "triple": is_one}
