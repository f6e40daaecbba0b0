"""Reads text back against the graph, without a language model: which names and values it holds, and what it says of them.

`names` finds mentions; `cues` are the words by which relations are said; `sentences`, `parse`, `referents` and `bases` read
what a sentence claims and hold it against the graph; `overlap` and `rescue` read words that are not ours; `judge` is the
verdict on a document.
"""

from .judge import STRICT, Fault, Gate, Said, Verdict, claimed, gate, judge
from .names import Mention, Reader, entity_reader, mentions, names, reader, reader_of, stray_numbers, tokens, values

__all__ = [
    "STRICT", "Fault", "Gate", "Mention", "Reader", "Said", "Verdict", "claimed", "entity_reader", "gate", "judge", "mentions",
    "names", "reader", "reader_of", "stray_numbers", "tokens", "values",
]  # fmt: skip
