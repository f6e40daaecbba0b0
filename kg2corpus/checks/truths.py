"""Yes-or-no facts: their object is said by the choice of words, so a text is read against the lexicon's wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ..faithful import tokens
from ..lexicon.entry import Entry
from ..lexicon.resolve import Lexicon
from ..lexicon.values import truth
from ..types import Fact

_CELL = re.compile(r"(?::(?:\*\*)?|\|) (Yes|No)(?: \|)?$")  # a line or a cell: "Landlocked: Yes"


def says(text: str, fact: Fact, lexicon: Lexicon) -> bool | None:
    """Whether the text says what the fact holds and not the opposite; None where the fact is no yes-or-no fact.

    Wordings of the opposite often hold those of the fact ("it is not true that it is landlocked"): the one of which more
    words stand in the text, in their order, is what it says. A line or a row of a table has yes or no as its value.
    """
    entry = lexicon.entry(fact.relation)
    held = truth(fact.object) if entry.boolean else None
    if held is None:
        return None
    if cell := _CELL.search(text):
        return (cell[1] == "Yes") == held
    own, other = ("true", "false") if held else ("false", "true")
    said = folded(text)
    return _best(said, entry, own, lexicon) > _best(said, entry, other, lexicon)


def _best(said: str, entry: Entry, kind: str, lexicon: Lexicon) -> int:
    """Letters of the longest wording of that kind that stands in the text; 0 for none."""
    patterns = _patterns(tuple(_wordings(entry, kind, lexicon)))
    return max((weight for weight, pattern in patterns if pattern.search(said)), default=0)


def _wordings(entry: Entry, kind: str, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """The fixed words of every wording, as the pieces that lie between its slots; with plural verbs for a plural name too."""
    templates = [t for key in (kind, f"both_{kind}") for t in entry.lists.get(key, ())]
    if (such := entry.phrases.get(f"such_{kind}")) is not None:
        templates.append(such)
    for template in templates:
        for flat in (template.one, template.many):
            texts = [text if code < 0 else "" for code, text in flat.parts]
            yield _fixed(texts)
            if names := [i for i, (code, _) in enumerate(flat.parts) if code >= 0]:
                yield _fixed(lexicon.speech.plural_verbs(texts, names[0]))


def _fixed(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(words for text in texts if (words := folded(text)))


@lru_cache(4096)
def _patterns(wordings: tuple[tuple[str, ...], ...]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    made = []
    for pieces in dict.fromkeys(wordings):
        if pieces:
            pattern = r".*?".join(rf"(?<!\S){re.escape(piece)}(?!\S)" for piece in pieces)
            made.append((sum(map(len, pieces)), re.compile(pattern)))
    return tuple(made)


def folded(text: str) -> str:
    """A text as lower-case tokens with one blank between them."""
    return " ".join(word.lower() for word, _, _ in tokens(text))
