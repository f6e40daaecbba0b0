"""Reads text back against the graph, without a language model: which names and values it holds, and what it says of them.

`names` finds mentions; `cues` are the words by which relations are said; `sentences`, `parse`, `referents` and `bases` read
what a sentence claims and hold it against the graph; `overlap` and `rescue` read words that are not ours; `reading` holds
all that together, and `verdict` judges a document.
"""

from .names import Mention, Reader, entity_reader, mentions, names, reader, reader_of, stray_numbers, tokens, values
from .outcome import Fault, Said, Verdict
from .reading import STRICT, Gate, gate
from .verdict import claimed, judge

__all__ = [
    "STRICT", "Fault", "Gate", "Mention", "Reader", "Said", "Verdict", "claimed", "entity_reader", "gate", "judge", "mentions",
    "names", "reader", "reader_of", "stray_numbers", "tokens", "values",
]  # fmt: skip
