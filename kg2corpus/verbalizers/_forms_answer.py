"""Forms that practise answering: a question that has no answer beside one that has, a mistake to find, a way to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

from ..lexicon import QUESTION_FORMAT, Lexicon
from ..lexicon.english import capital, sentence
from ..types import Subgraph
from ._page import Page
from ._reason import framed, frames

Slots = Sequence[int]
LETTERS = ascii_lowercase


def unknown(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """A question with its answer, and the same about the subject of the second fact, of whom the graph does not tell it."""
    known, other = subgraph.facts
    rng = page.rng()
    asked = replace(known, subject=other.subject)
    nothing = rng.choice(frames()["unknown"]["answer"])
    questions = (QUESTION_FORMAT.format(question=lexicon.say((f,), "question", slots[0])) for f in (known, asked))
    pairs = list(zip(questions, (sentence(lexicon.answer((known,))), nothing), (known, other), strict=True))
    rng.shuffle(pairs)
    page.joint = "\n\n"
    for question, answer, fact in pairs:
        if fact is known:
            page.add(f"{question} {answer}", (fact,), "asked")
        else:
            page.frame(f"{question} {answer}")
    page.add(lexicon.say((other,), "statement", slots[1]), (other,), "asked")


def correction(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """Statements of which one has the object of the last fact in place of its own; then which, and what is right."""
    *facts, donor = subgraph.facts
    rng = page.rng()
    at = next(i for i, fact in enumerate(facts) if fact.relation == donor.relation)
    wrong = replace(facts[at], object=donor.object)
    page.joint = "\n"
    page.frame(rng.choice(frames()["correction"]["task"]))
    for i, (fact, slot) in enumerate(zip(facts, slots, strict=False)):
        if i == at:
            page.frame(f"({LETTERS[i]}) {lexicon.say((wrong,), 'statement', slot)}")
        else:
            page.add(f"({LETTERS[i]}) {lexicon.say((fact,), 'statement', slot)}", (fact,), "stated")
    clause = lexicon.clause((facts[at],), "statement", slots[at] + 1).text
    words = {"n": f"({LETTERS[at]})", "right": sentence(clause), "clause": clause}
    page.add(f"Answer: {framed(rng, frames()['correction']['answer'], words)}", (facts[at],), "stated")
    page.add(lexicon.say((donor,), "statement", slots[-1]), (donor,), "stated")


def walk(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """The facts of a way from subject to object, in order; those after it are other ways on from its nodes."""
    rng, lines = page.rng(), frames()["walk"]
    way = subgraph.way
    others = subgraph.facts[len(way) :]
    start, end = lexicon.name(way[0].subject), lexicon.value(way[-1])
    page.joint = "\n"
    page.frame(framed(rng, lines["task"], {"a": start, "b": end}))
    for fact, slot in zip(way, slots, strict=False):
        also = [f for f in others if f.subject == fact.subject]
        here = [fact, *also]
        rng.shuffle(here)
        clause = lexicon.clause((fact,), "statement", slot).text
        words = {"a": lexicon.name(fact.subject), "b": lexicon.value(fact), "clause": clause}
        if also:
            words["list"] = lexicon.speech.join(list(dict.fromkeys(map(lexicon.value, here))))
            page.frame(capital(framed(rng, lines["choice"], words)))
            for f in also:
                page.add(lexicon.say((f,), "statement", slots[subgraph.facts.index(f)]), (f,), "stated", " ")
        page.add(capital(framed(rng, lines["step"] if also else lines["only"], words)), (fact,), "stated", " ")
    page.frame(framed(rng, lines["end"], {"a": start, "b": end}))


TELL = {"unknown": unknown, "correction": correction, "walk": walk}
