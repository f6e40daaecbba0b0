"""Forms that practise answering: a question that has no answer beside one that has, a mistake to find, a way to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

from ..lexicon import QUESTION_FORMAT, Lexicon
from ..lexicon.english import sentence, stopped
from ..lexicon.framing import frames
from ..lexicon.mentions import quoted
from ..types import Subgraph
from ._layout import closed, opened, straight, unlike
from ._page import Page
from ._reason import framed

Slots = Sequence[int]
LETTERS = ascii_lowercase


def unknown(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """A question with its answer, and the same about the subject of the second fact, of whom the graph does not tell it."""
    known, other = subgraph.facts
    rng = page.rng()
    asked = replace(known, subject=other.subject)
    nothing = rng.choice(frames()["unknown"]["answer"])
    questions = (QUESTION_FORMAT.format(question=lexicon.say((f,), "question", slots[0])) for f in (known, asked))
    answer = opened(stopped(lexicon.answer((known,))))
    pairs = list(zip(questions, (answer, nothing), (known, other), strict=True))
    rng.shuffle(pairs)
    page.joint = "\n\n"
    for question, answer, fact in pairs:
        if fact is known:
            page.add(f"{question} {answer}", (fact,), "asked")
        else:
            page.frame(f"{question} {answer}")
            clause = lexicon.clause((other,), "statement", slots[1], accept=straight).text
            page.add(closed(framed(rng, frames()["unknown"]["other"], {"clause": clause})), (other,), "asked", " ")


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
    clause, other = (
        lexicon.clause((fact,), "statement", slot, accept=straight).text
        for fact, slot in ((facts[at], slots[at] + 1), (donor, slots[-1]))
    )
    lines = frames()["correction"]
    words = {"n": f"({LETTERS[at]})", "clause": clause}
    page.add(f"Answer: {closed(framed(rng, lines['answer'], words))}", (facts[at],), "stated")
    page.add(closed(framed(rng, lines["other"], {"clause": other})), (donor,), "stated", " ")


def walk(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Slots) -> None:
    """The facts of a way from subject to object, in order; those after it are other ways on from its nodes."""
    rng, lines = page.rng(), frames()["walk"]
    way = subgraph.way
    others = subgraph.facts[len(way) :]
    start, end = quoted(lexicon, way[0], "S"), quoted(lexicon, way[-1], "O")
    page.joint = "\n"
    page.frame(framed(rng, lines["task"], {"a": start, "b": end}))
    for i, fact in enumerate(way):
        here = [f for f in subgraph.facts if f.subject == fact.subject and (f == fact or f in others)]
        rng.shuffle(here)
        said = list(dict.fromkeys(quoted(lexicon, f, "O") for f in here))
        words = {"a": quoted(lexicon, fact, "S"), "b": quoted(lexicon, fact, "O"), "list": lexicon.speech.join(said)}
        words["or list"] = lexicon.speech.join(said, "or")
        words["c"] = quoted(lexicon, way[i + 1], "O") if i + 1 < len(way) else ""
        if len(said) == 1:
            words["clause"] = lexicon.clause((fact,), "statement", slots[i], accept=straight).text
            page.add(closed(framed(rng, lines["only"], words)), (fact,), "stated")
            continue
        page.frame(closed(framed(rng, lines["choice"], words)))
        takes = unlike()
        for f in here:
            clause = lexicon.clause((f,), "statement", slots[subgraph.facts.index(f)], accept=takes).text
            page.add(sentence(clause), (f,), "stated", " ")
        page.frame(closed(framed(rng, lines["step" if words["c"] else "last"], words)), " ")
    through = lexicon.speech.join([quoted(lexicon, fact, "O") for fact in way[:-1]])
    page.frame(closed(framed(rng, lines["end"], {"a": start, "b": end, "list": through})))


TELL = {"unknown": unknown, "correction": correction, "walk": walk}
