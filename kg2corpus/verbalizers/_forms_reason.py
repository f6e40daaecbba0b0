"""Forms of what is worked out from facts: the facts with what follows, that alone, and the question for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import UserError
from ..lexicon import QUESTION_FORMAT, Lexicon
from ..lexicon import phrases as ph
from ..lexicon.english import capital, sentence, stopped
from ..lexicon.framing import frames
from ..types import COMPUTED, FORMS, Fact, Subgraph
from ._layout import closed, opened, straight, unlike
from ._page import Page
from ._reason import Worked, framed, worked_out

STATED_AT_ONCE = 4  # facts of one group from which the evidence is a list


def worked(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The facts, each in a sentence, then what follows from them."""
    said, rng = _of(page, lexicon, subgraph), page.rng()
    pairs = list(zip(subgraph.facts, slots, strict=True))
    if FORMS[subgraph.form].operator in COMPUTED:
        rng.shuffle(pairs)
    if FORMS[subgraph.form].operator == "negation":
        _denied(page, lexicon, pairs, said.conclusion)
        return
    takes = unlike()
    for fact, slot in pairs:
        page.add(sentence(lexicon.clause((fact,), "statement", slot, accept=takes).text), (fact,), "stated")
    step = f"{said.step} " if said.step else ""
    page.add(step + sentence(rng.choice(ph.SO) + said.conclusion), subgraph.facts, "implied")


def _denied(page: Page, lexicon: Lexicon, pairs: Sequence[tuple[Fact, int]], conclusion: str) -> None:
    """What holds of another, then, set against it, the one fact from which it follows that the same is not true here."""
    rng, (true, other) = page.rng(), pairs
    page.add(sentence(lexicon.clause((other[0],), "statement", other[1]).text), (other[0],), "stated")
    words = {"clause": lexicon.clause((true[0],), "statement", true[1], accept=unlike(straight)).text}
    page.add(closed(framed(rng, frames()["negation"]["other"], words)), (true[0],), "stated")
    so = [words for words in ph.SO if "together" not in words]
    page.add(sentence(rng.choice(so) + conclusion), page.subgraph.facts, "implied")


def conclusion(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    page.add(sentence(_of(page, lexicon, subgraph).conclusion), subgraph.facts, "implied")


def question(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    said = _of(page, lexicon, subgraph)
    counted = FORMS[subgraph.form].operator.endswith("count")
    answer = stopped(capital(said.answer) if counted else opened(said.answer))
    page.add(f"{QUESTION_FORMAT.format(question=said.question)} {answer}", subgraph.facts, "asked")


def _of(page: Page, lexicon: Lexicon, subgraph: Subgraph) -> Worked:
    operator = FORMS[subgraph.form].operator
    said = worked_out(operator, lexicon, subgraph.facts, page.rng())
    if said is None:
        what = f"nothing can be said of a {operator} of {subgraph.facts[0].relation.name}"
        raise UserError(what, "the plan leaves such subgraphs out: ask `worked_out` before telling them")
    return said


def sayable(lexicon: Lexicon, form: str, facts: Sequence[Fact]) -> bool:
    """Whether the form of an operator has words for these facts."""
    from random import Random

    return worked_out(FORMS[form].operator, lexicon, facts, Random(0)) is not None


_SHOWN: dict[str, Callable[[Page, Lexicon, Subgraph, Sequence[int]], None]] = {"conclusion": conclusion, "question": question}
TELL = {name: _SHOWN.get(name.rpartition("_")[2], worked) for name, form in FORMS.items() if form.operator}
