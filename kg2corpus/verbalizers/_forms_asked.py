"""Forms that ask: dialogue, exercise with its solution, flashcards, sentences with a gap."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from ..errors import UserError
from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import capital, sentence, stopped
from ..lexicon.language import Pronouns
from ..lexicon.pools import Item
from ..lexicon.templates import Flat
from ..types import Fact, Subgraph
from ._layout import blocks, clause, noun_of, objects, one_subject, opened, pronouns, straight, topic, unlike
from ._page import Page
from ._prose import Group

GAP = "____"
# names that a reader takes for anybody's
_SPEAKERS = ("Ana", "Nora", "Lena", "Omar", "Priya", "Yuki", "Emma", "Ivan", "Clara", "Aisha")
_FIRST = (
    "What do you know about {name}?", "Tell me about {name}.", "What can you tell me about {name}?",
    "What is there to know about {name}?", "Could you tell me more about {name}?", "Let's talk about {name}.",
)  # fmt: skip
_MORE = (
    "What else?", "Go on.", "Anything else?", "Tell me more.", "All right. And what else?", "Interesting. Is there more?",
    "That is new to me. Go on.", "Good to know. What else?", "And?", "Is there anything else?",
)  # fmt: skip
_ABOUT = (
    "And {its} {what}?", "What about {its} {what}?", "And what about {its} {what}?", "Do you know {its} {what}?",
    "{Its} {what}?",
)  # fmt: skip
_ABOUT_NAMED = _ABOUT[1:4]  # "and the gender?" is curt without a "his"
_THANKS = ("Thank you.", "Thanks, that helps.", "Thanks!")
TWO = 0.4  # share of the turns that tell two things
SPECIFIC = 0.6  # share of the requests that name what they ask for, where that is a noun
_TASK = ("Exercise: {question}\n\nSolution: ", "Exercise. {question}\n\nSolution. ", "Task: {question}\n\nWorked solution: ",
         "Problem: {question}\n\nSolution: ")  # fmt: skip
_FIRSTLY = ("", "First, ", "We know that ", "We start from what is known: ")
_NEXT = ("Next, ", "We also know that ", "Moreover, ", "")
_CARDS = ("Front: {front}\nBack: {back}", "Front: {front}\nBack: {back}", "Flashcard\nFront: {front}\nBack: {back}",
          "{front}\n---\n{back}")  # fmt: skip
_GAPS = ("{text} ({answer})", "{text} ({answer})", "Fill in the blank: {text}\n({answer})", "{text}\nMissing: {answer}",
         "Complete the sentence: {text}\nAnswer: {answer}")  # fmt: skip


# a dialogue


def dialogue(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """One asks, the other tells: a request and what answers it are a unit."""
    rng = page.rng()
    asks, tells = ("– ", "– ") if rng.random() < 0.4 else (f"{name}: " for name in rng.sample(_SPEAKERS, 2))
    for block in blocks(subgraph.facts, slots):
        page.head("")
        by, todo = pronouns(lexicon, block), list(block.groups)
        used, before, heard = list[str](), 0, set[str]()
        while todo:
            ends = [before, todo[0].facts[0].relation.uid]
            again = [group.facts[0].relation.uid == end for group, end in zip(todo, ends, strict=False)]
            told = list[str]()
            for group, more in zip(todo, again, strict=False):
                told.append(clause(lexicon, group, by, again=more, heard={*heard, *told}).text)
            said = list(map(sentence, told))
            request, short = _request(lexicon, todo[0], rng, by, used, again=again[0], opened=page.opened)
            thanks = f"\n{asks}{rng.choice(_THANKS)}" if len(todo) == 1 and page.opened and rng.random() < 0.5 else ""
            unit = f"{asks}{request}\n{tells}{short or said[0]}{thanks}"
            if page.opened and not page.fits(unit):
                page.close()  # and the next document begins as this one did
                continue
            page.add(unit, todo[0].facts, "stated")
            two = len(todo) > 1 and not short and page.fits(said[1]) and rng.random() < TWO
            if two:
                page.add(said[1], todo[1].facts, "stated", " ")
            before = todo[two].facts[0].relation.uid
            heard.update(told[: 1 + two])
            todo = todo[1 + two :]


def _request(
    lexicon: Lexicon, group: Group, rng: Random, by: Pronouns | None, used: list[str], *, again: bool, opened: bool
) -> tuple[str, str]:
    """(what one says, the short answer to it or ""). `used`: the patterns so far; none comes back while others are left."""
    if not opened:
        return stopped(rng.choice(_FIRST).format(name=topic(lexicon, group.facts[0].subject))), ""
    what = noun_of(lexicon, group.facts)
    if what and "," not in what and what not in used and not again and rng.random() < SPECIFIC:
        subject = group.facts[0].subject
        named = "the" if lexicon.namer.heavy(subject) else lexicon.namer.possessive(lexicon.name(subject))
        its = by.possessive if by else named
        used.append(what)
        request = _other(rng, _ABOUT_NAMED if its == "the" else _ABOUT, used).format(its=its, Its=capital(its), what=what)
        return request, sentence(lexicon.answer(group.facts)) if rng.random() < 0.6 else ""
    return _other(rng, _MORE, used), ""


def _other(rng: Random, patterns: Sequence[str], used: list[str]) -> str:
    """One of the patterns, of those that were used least."""
    least = min(map(used.count, patterns))
    used.append(rng.choice([p for p in patterns if used.count(p) == least]))
    return used[-1]


def can_talk(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """A dialogue wants at least two things to tell of one subject."""
    return one_subject(subgraph.facts) and len({fact.relation.uid for fact in subgraph.facts}) > 1


# an exercise


def exercise(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A question about the end of a chain, its hops as the steps, and what follows from them."""
    rng, facts = page.rng(), subgraph.facts
    found = ph.chain_question(lexicon, facts, slots[-1])
    if found is None:
        raise UserError(f"'{facts[-1].relation.name}' has no question for an exercise", "pick 'evidence' where there is none")
    page.head(rng.choice(_TASK).format(question=capital(found[0])), " ")
    takes, plain = unlike(), unlike(straight)
    for i, (fact, slot) in enumerate(zip(facts, slots, strict=True)):
        before = rng.choice(_NEXT if i else _FIRSTLY)
        said = lexicon.clause((fact,), "statement", slot, accept=plain if before else takes)
        page.add(sentence(before + said.text), (fact,), "stated")
    end = sentence(rng.choice(ph.SO) + ph.conclusion(lexicon, facts, rng))
    page.add(f"{end}\nAnswer: {opened(stopped(found[1]))}", facts, "implied")


def can_solve(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Whether there is a question about the end of the chain."""
    asked = ph.chain_question(lexicon, subgraph.facts, 0)
    return asked is not None and "something" not in asked[0] and not asked[0].endswith(" in what?")


# flashcards


def flashcard(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A question, or only what is asked for, on the front; the answer on the back."""
    facts, rng = subgraph.facts, page.rng()
    front = lexicon.say(facts, "question", slots[0])
    if (what := noun_of(lexicon, facts)) and rng.random() < 0.3:
        front = capital(f"{what} of {lexicon.name(facts[0].subject)}")
    _card(page, rng, front, lexicon.answer(facts), facts)


def inverse_flashcard(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The object on the front, the subject on the back."""
    facts = subgraph.facts
    front = lexicon.say(facts, "inverse_question", slots[0])
    _card(page, page.rng(), front, lexicon.answer(facts, inverse=True), facts)


def chain_flashcard(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The question about the end of a chain on the front."""
    found = ph.chain_question(lexicon, subgraph.facts, slots[-1])
    if found is None:
        last = subgraph.facts[-1].relation.name
        raise UserError(f"'{last}' has no question for the end of a chain", "ask `lexicon.wordings` before picking it")
    _card(page, page.rng(), capital(found[0]), found[1], subgraph.facts)


def _card(page: Page, rng: Random, front: str, back: str, facts: Sequence[Fact]) -> None:
    page.add(rng.choice(_CARDS).format(front=front, back=opened(back)), facts, "asked")


# gaps

_LITTLE = frozenset({"is", "are", "was", "were", "has", "have", "a", "an", "the", "in", "of", "by", "one", "to", "for"})


def fill_in(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A statement with a gap for each object, and what belongs there."""
    facts = subgraph.facts
    item = _gapped(lexicon, facts, slots[0])
    flat = item.template.many if len(facts) > 1 else item.template.one
    sides = [lexicon.name(facts[0].subject)], [GAP] * len(objects(lexicon, facts))
    text = lexicon.put(flat, *(sides[::-1] if item.turned else sides), many=len(facts) > 1)
    _gap(page, text, lexicon.answer(facts), facts)


def inverse_fill_in(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A statement with a gap for the subject."""
    facts = subgraph.facts
    item = _gapped(lexicon, facts, slots[0])
    sides = [GAP], objects(lexicon, facts)
    text = lexicon.put(item.template.one, *(sides[::-1] if item.turned else sides))
    _gap(page, text, lexicon.answer(facts, inverse=True), facts)


def _gapped(lexicon: Lexicon, facts: Sequence[Fact], slot: int) -> Item:
    if not can_have_gaps(lexicon, Subgraph(0, tuple(facts), "fill_in")):
        hint = "yes or no, and names that say themselves, leave no gap"
        raise UserError(f"'{facts[0].relation.name}' has no statement with a gap for {facts[0].object.name}", hint)
    return lexicon.pick(facts, "statement", slot, _says_much)


def _says_much(flat: Flat, turned: bool) -> bool:
    """Whether a wording says which of its relations is asked for once an end is left out: not "Ken Ralston is ____"."""
    words = {word for _, text in flat.parts for word in text.lower().split()}
    return not words <= _LITTLE


def _gap(page: Page, text: str, answer: str, facts: Sequence[Fact]) -> None:
    page.add(page.rng().choice(_GAPS).format(text=sentence(text), answer=answer), facts, "asked")


def can_have_gaps(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Whether statements name the objects: yes and no are not named."""
    fact = subgraph.facts[0]
    return not lexicon.entry(fact.relation).boolean and lexicon.wordings(fact, "cloze") > 0


TELL = {
    "dialogue": dialogue,
    "exercise": exercise,
    "flashcard": flashcard,
    "inverse_flashcard": inverse_flashcard,
    "chain_flashcard": chain_flashcard,
    "fill_in": fill_in,
    "inverse_fill_in": inverse_fill_in,
}
SUITS = {
    "dialogue": can_talk, "exercise": can_solve, "chain_flashcard": can_solve, "fill_in": can_have_gaps,
    "inverse_fill_in": can_have_gaps,
}  # fmt: skip
