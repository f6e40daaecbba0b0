"""Tells subgraphs by the lexicon's wordings, without a language model. Fast, and the same text each time.

Every sentence carries the span of each fact that it states; there are no frame sentences. A sentence with several facts has
one span for each. Connecting words are chosen by a generator seeded with the stage, the anchor, the facts and their slots.

The forms that lessons pick are told here; those that the shares of a curriculum bring are in `_forms_*.py`. A form is a row of
`FORMS` in types.py, a function in `TELL`, and one in `SUITS` where not every subgraph can take it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from ..difficulty import of_form
from ..errors import UserError, unknown
from ..lexicon import QUESTION_FORMAT, Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import capital, sentence, stopped
from ..types import ALIASED, FORMS, Document, Fact, Subgraph
from . import _forms_answer, _forms_asked, _forms_lines, _forms_maps, _forms_prose, _forms_reason, _forms_relate
from ._aliased import renamed
from ._layout import unlike
from ._page import Heading, Page, document_id
from ._prose import Prose, groups

__all__ = ["Heading", "document_id", "suits", "tell", "told"]


def tell(
    subgraphs: Iterable[Subgraph], lexicon: Lexicon, *, stage: str, lesson: str, level: int, max_chars: int = 1200
) -> Iterator[Document]:
    """Documents of each subgraph, in order; a long one is split at sentences into parts of at most `max_chars` characters.

    A single sentence or question that is longer stays whole. Their difficulty is what the subgraph alone tells of it: `compile`
    grades it in its graph.
    Raises UserError for an unknown form, a chain that does not join, a question about a relation that has none.
    """
    heading = Heading(stage, lesson, level, max_chars)
    for subgraph in subgraphs:
        yield from told(subgraph, lexicon, heading)


def told(
    subgraph: Subgraph, lexicon: Lexicon, heading: Heading, order: int = 0, difficulty: float | None = None
) -> list[Document]:
    """The documents of one subgraph, as `tell` gives them; `order` is their place in the stage, `difficulty` that of each (None
    for what the subgraph alone tells of it)."""
    if subgraph.form not in FORMS:
        raise unknown("form", subgraph.form, FORMS)
    if not subgraph.facts:
        what = f"lesson '{heading.lesson}' picked a subgraph without facts"
        raise UserError(what, "yield none where there is nothing to tell")
    page = Page.of(subgraph, heading, order, of_form(subgraph).number if difficulty is None else difficulty)
    slots = subgraph.slots or _slots(page)
    _TELL[subgraph.form](page, lexicon, renamed(subgraph, page.rng()) if FORMS[subgraph.form].aliased else subgraph, slots)
    return page.documents()


def suits(form: str, lexicon: Lexicon, subgraph: Subgraph) -> bool:
    """Whether a form can stand for the one that the subgraph was picked in, so that a person would write it."""
    fits = _SUITS.get(form)
    return subgraph.form in FORMS[form].of and (fits is None or fits(lexicon, subgraph))


def _slots(page: Page) -> tuple[int, ...]:
    rng = page.rng()
    return tuple(rng.randrange(1 << 16) for _ in page.subgraph.facts)


def _statement(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    for group in groups(subgraph.facts, slots):
        page.add(lexicon.say(group.facts, FORMS[subgraph.form].pool, group.slot), group.facts, "stated")


def _profile(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    facts = subgraph.facts
    node = next((n for f in facts for n in (f.subject, f.object) if n.uid == subgraph.anchor), facts[0].subject)
    Prose(page, lexicon, node, page.rng(), facts).tell(groups(facts, slots))


def _evidence(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    rng, facts = page.rng(), subgraph.facts
    takes = unlike()
    clauses = [lexicon.clause((f,), "statement", s, accept=takes).text for f, s in zip(facts, slots, strict=True)]
    end = sentence(rng.choice(ph.SO) + _composed(lexicon, subgraph, rng))
    size = sum(map(len, clauses)) + len(end) + 8
    if len(clauses) == 2 and size < 260 and rng.random() < 0.35:
        page.add(sentence(f"{clauses[0]}, and {clauses[1]}"), facts, "stated")
    else:
        for fact, clause in zip(facts, clauses, strict=True):
            page.add(sentence(clause), (fact,), "stated")
    page.add(end, facts, "implied")


def _conclusion(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    page.add(sentence(_composed(lexicon, subgraph, page.rng())), subgraph.facts, "implied")


def _composed(lexicon: Lexicon, subgraph: Subgraph, rng: Random) -> str:
    try:
        return ph.conclusion(lexicon, subgraph.facts, rng)
    except ValueError as e:
        raise _broken(subgraph) from e


def _broken(subgraph: Subgraph) -> UserError:
    names = " / ".join(f"{f.subject.name} {f.relation.name} {f.object.name}" for f in subgraph.facts)
    return UserError(f"the facts of a {subgraph.form} do not join: {names}", "a chain's facts share a node each with the next")


def _question(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    facts = subgraph.facts
    _ask(page, lexicon.say(facts, "question", slots[0]), lexicon.answer(facts), facts)


def _inverse_question(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    facts = subgraph.facts
    _ask(page, lexicon.say(facts, "inverse_question", slots[0]), lexicon.answer(facts, inverse=True), facts)


def _chain_question(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    try:
        found = ph.chain_question(lexicon, subgraph.facts, slots[-1])
    except ValueError as e:
        raise _broken(subgraph) from e
    if found is None:
        raise UserError(
            f"'{subgraph.facts[-1].relation.name}' has no question for the end of a chain",
            "ask `phrases.chain_question` before picking it",
        )
    _ask(page, capital(found[0]), found[1], subgraph.facts)


def _ask(page: Page, question: str, answer: str, facts: Sequence[Fact]) -> None:
    page.add(stopped(f"{QUESTION_FORMAT.format(question=question)} {answer}"), facts, "asked")


_TELL: dict[str, Callable[[Page, Lexicon, Subgraph, Sequence[int]], None]] = {
    "statement": _statement,
    "forward_statement": _statement,
    "inverse_statement": _statement,
    "profile": _profile,
    **dict.fromkeys(("evidence", ALIASED["evidence"]), _evidence),
    **dict.fromkeys(("conclusion", ALIASED["conclusion"]), _conclusion),
    "question": _question,
    "inverse_question": _inverse_question,
    "chain_question": _chain_question,
    **_forms_prose.TELL,
    **_forms_lines.TELL,
    **_forms_maps.TELL,
    **_forms_asked.TELL,
    **_forms_reason.TELL,
    **_forms_relate.TELL,
    **_forms_answer.TELL,
}
_SUITS = {**_forms_prose.SUITS, **_forms_lines.SUITS, **_forms_asked.SUITS}
