"""Forms in running text: encyclopaedia and glossary entry, the registers of conversation and news, "did you know"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import capital, sentence, stopped
from ..lexicon.names import THING
from ..lexicon.templates import Flat
from ..types import Fact, Node, Subgraph
from ._layout import Block, bare, blocks, bold, clause, clauses, flows, objects, one_subject, pronouns, several
from ._page import Page
from ._prose import Group, Prose

_ENTRY = ("{bold}: {what}", "{bold}: {what}", "{name}: {what}", "{bold} – {what}", "{name} – {what}")
_OPEN = (
    "Let me tell you about {name}. ", "Here is something about {name}. ", "You asked about {name}. ",
    "You wanted to hear about {name}? ", "Let's talk about {name}. ", "So, {name}. ",
)  # fmt: skip
_ALSO = ("Also, ", "By the way, ", "Oh, and ", "And ", "What's more, ", "On top of that, ", "Besides, ")
_TURN = ("And {name}? ", "Now for {name}. ", "Next, {name}. ", "Then there is {name}. ")
_LINK = ("Oh, and how do the two go together? ", "And this is what connects them: ", "And here is the link: ")
# none ends with the name, which would run on into the first name below it
_HEADLINE = ("{name} in brief", "{name}: background", "{name}: the essentials", "{name}: what to know", "{name} in focus")
_KNOW = (
    "Did you know that {clause}?", "Did you know that {clause}?", "Did you know? {sentence}", "Did you know? {sentence}",
    "Here is something that you may not know: {clause}.", "Worth knowing: {clause}.",
)  # fmt: skip
_IS = re.compile(r"that is (?=an? |the |one )")
_ROLE = re.compile(r"the [^{}]+ of \{S\}")
ALSO = 0.4  # share of the sentences of a conversation that a word joins to the one before
RUN_ON = 0.5  # share of those that stay in the paragraph
STAND_IN = 0.6  # share of the later sentences of news that say "the country"


# what an entity is, by one of its facts


def _definition(lexicon: Lexicon, group: Group) -> str:
    """What the subject is, by a group of facts: "a country whose capital is Thimphu", "a kind of petrel"; "" for one that
    tells little.

    Yes and no, a value, and one of many that others have too tell little; and nobody is "a person whose religion is ...".
    """
    fact = group.facts[0]
    entry = lexicon.entry(fact.relation)
    such = entry.phrases.get("such")
    if such is None or entry.boolean or entry.symmetric or fact.object.literal or len(group.facts) > 1:
        return ""
    if entry.multi and entry.origin.startswith("derived") and such.text.startswith("that is the "):
        return ""  # "the genre of 'N Sync" is not all that a boy band is
    known = lexicon.value(fact)
    if _IS.match(such.text):
        return _IS.sub("", lexicon.put(such.one, [known], [known]))
    if entry.multi or lexicon.namer.noun(fact.subject) == THING or not lexicon.namer.has_pronoun(fact.subject):
        return ""
    return ph.describe(lexicon, fact, subject=True, known=known)


def _split(lexicon: Lexicon, groups: Sequence[Group]) -> tuple[str, Group | None, list[Group]]:
    """The definition by the first group that gives one, that group, and the others."""
    for i, group in enumerate(groups):
        if text := _definition(lexicon, group):
            return text, group, [*groups[:i], *groups[i + 1 :]]
    return "", None, list(groups)


def encyclopaedia(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The name in bold with what it is, or with the first of what there is to say, then the rest in prose."""
    rng = page.rng()
    for block in blocks(subgraph.facts, slots):
        what, group, rest = _split(lexicon, block.groups)
        page.head("", " ")
        prose = Prose(page, lexicon, block.node, rng, subgraph.facts)
        article, name = _article(lexicon, block.node)
        if group is None:
            said = [_with_subject(lexicon, each, article + bold(name)) for each in block.groups]
            first = next((i for i, each in enumerate(said) if each), 0)  # the first that begins with what the entry is about
            group, rest = block.groups[first], [*block.groups[:first], *block.groups[first + 1 :]]
            text = said[first] or lexicon.clause(group.facts, "statement", group.slot).text
        else:
            be = "are" if block.node.label in lexicon.rules.plural else "is"
            text = f"{article}{bold(name)} {be} {what}"
        page.add(sentence(text), group.facts, "stated")
        prose.run = 1
        prose.tell(rest)


def _article(lexicon: Lexicon, node: Node) -> tuple[str, str]:
    """ "The **Bahamas**": an article that is no part of the label stays outside of the asterisks."""
    name = lexicon.name(node)
    own = node.label.casefold().startswith("the ") or not name.startswith("the ")
    return ("", capital(name)) if own else ("the ", name[4:])


def _with_subject(lexicon: Lexicon, group: Group, subject: str) -> str:
    """A clause that begins with the subject, named in this way, without a possessive if it can; "" where no wording does."""

    def leads(flat: Flat, turned: bool) -> bool:
        return flat.opens == "S" and not turned

    def bare(flat: Flat, turned: bool) -> bool:
        return leads(flat, turned) and not flat.possessive("S")

    many = len(group.facts) > 1
    for accept in (bare, leads):
        item = lexicon.pick(group.facts, "statement", group.slot, accept)
        flat = item.template.many if many else item.template.one
        if accept(flat, item.turned):
            break
    return lexicon.put(flat, [subject], objects(lexicon, group.facts), many=many) if leads(flat, item.turned) else ""


def tells(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Several things of one subject."""
    return one_subject(subgraph.facts) and several(subgraph.facts)


def defines(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Whether one of the facts says what the subject is."""
    facts = subgraph.facts
    wanted = len(facts) == 1 if subgraph.form == "statement" else tells(lexicon, subgraph)
    return wanted and bool(_split(lexicon, blocks(facts, (0,) * len(facts))[0].groups)[0])


def defines_object(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Whether the fact says what its object is: "the capital of Bhutan"."""
    fact = subgraph.facts[0]
    noun = lexicon.entry(fact.relation).phrases.get("noun")
    if noun is None or not _ROLE.fullmatch(noun.text) or len(subgraph.facts) > 1 or fact.object.literal:
        return False
    return fact.subject != fact.object


def glossary(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A term and what it is: "**Bhutan**: a country whose capital is Thimphu.", then what else there is to say."""
    pattern = page.rng().choice(_ENTRY)
    for block in blocks(subgraph.facts, slots):
        what, group, rest = _split(lexicon, block.groups)
        page.head("", " ")
        if group is not None:
            page.add(_entry(lexicon, pattern, block.node, what), group.facts, "stated")
        for other, said in clauses(page, lexicon, Block(block.node, rest), named=group is not None):
            page.add(sentence(said.text), other.facts, "stated")


def inverse_glossary(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The object as a term, and what it is to the subject: "**Thimphu**: the capital of Bhutan."."""
    fact = subgraph.facts[0]
    what = ph.describe(lexicon, fact, subject=False, known=lexicon.name(fact.subject))
    page.add(_entry(lexicon, page.rng().choice(_ENTRY), fact.object, what), subgraph.facts, "stated")


def _entry(lexicon: Lexicon, pattern: str, node: Node, what: str) -> str:
    name = capital(bare(lexicon.name(node), node.label))
    return sentence(pattern.format(name=name, bold=bold(name), what=what))


# registers


def conversation(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """What somebody tells who has just read about it."""
    facts, rng = subgraph.facts, page.rng()
    link = facts[0] if subgraph.form == "conversation" and _is_pair(facts) else None
    found = blocks(facts[1:], slots[1:]) if link else blocks(facts, slots)
    for i, block in enumerate(found):
        opening = rng.choice(_TURN if i else _OPEN).format(name=lexicon.name(block.node))
        page.head(capital(opening), " ")
        before = ""
        for group, said in clauses(page, lexicon, block, named=True):
            also = _also(rng, before) if not page.fresh and page.opened else ""
            text = sentence(also + said.text)
            page.add(text, group.facts, "stated")
            before = also
    if link:
        opening, text = rng.choice(_LINK), lexicon.clause((link,), "statement", slots[0]).text
        page.head("", " ")
        page.add(sentence(opening + (text if opening.endswith(": ") else capital(text))), (link,), "stated")


def _also(rng: Random, before: str) -> str:
    if rng.random() >= ALSO:
        return ""
    return rng.choice([word for word in _ALSO if word != before])


def _is_pair(facts: Sequence[Fact]) -> bool:
    """Whether the first fact connects the two subjects of all others."""
    ends = {facts[0].subject.uid, facts[0].object.uid}
    return {fact.subject.uid for fact in facts[1:]} == ends and len(ends) == 2


def chats(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """One subject, or two that the first fact connects."""
    facts = subgraph.facts
    if subgraph.form == "pair":
        return _is_pair(facts) and flows(lexicon, facts[1:])
    return one_subject(facts) and flows(lexicon, facts)


def news(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A headline and a paragraph for each sentence, which say "the country" where others say "it"; of what has no type, every
    second one says "it"."""
    rng = page.rng()
    pattern = rng.choice(_HEADLINE)
    for block in blocks(subgraph.facts, slots):
        page.head(capital(pattern.format(name=lexicon.name(block.node))) + "\n\n", "\n\n")
        stood_in, run_on, again, heard = True, False, False, set[str]()
        for group in block.groups:
            text = "" if stood_in or page.fresh or rng.random() >= STAND_IN else _by_type(lexicon, block.node, group)
            stood_in = bool(text)
            by = pronouns(lexicon, block) if again and not page.fresh and lexicon.namer.noun(block.node) == THING else None
            told = clause(lexicon, group, by, heard=heard)
            again = not told.pronoun and told.topic == block.node.uid
            text = text or told.text
            heard.add(text)
            run_on = stood_in and not run_on and rng.random() < RUN_ON
            page.add(sentence(text), group.facts, "stated", " " if run_on else None)


def _by_type(lexicon: Lexicon, node: Node, group: Group) -> str:
    """A clause about "the country"; "" where no wording begins with it."""
    noun = lexicon.namer.noun(node)
    if noun == THING or not lexicon.namer.has_pronoun(node):
        return ""

    return _with_subject(lexicon, group, f"the {noun}")


def reports(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Several things of one subject, which is of a type that can stand for its name."""
    return one_subject(subgraph.facts) and flows(lexicon, subgraph.facts)


def did_you_know(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """One statement as something that the reader may not know."""
    facts, rng = subgraph.facts, page.rng()

    value = facts[0].object.literal

    def plain(flat: Flat, turned: bool) -> bool:
        return flat.opens == "S" or (flat.opens == "O" and not value) or flat.parts[0][1].startswith("the ")

    text = lexicon.clause(facts, "statement", slots[0], accept=plain).text
    said = rng.choice(_KNOW).format(clause=text, sentence=sentence(text))
    page.add(stopped(said), facts, "stated")


TELL = {
    "encyclopaedia": encyclopaedia,
    "glossary": glossary,
    "inverse_glossary": inverse_glossary,
    "conversation": conversation,
    "news": news,
    "did_you_know": did_you_know,
}
SUITS = {
    "encyclopaedia": tells,
    "glossary": defines,
    "inverse_glossary": defines_object,
    "conversation": chats,
    "news": reports,
}
