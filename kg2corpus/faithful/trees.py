"""A list in steps as sentences: each line with the one that it stands below, by the words that open the list."""

from __future__ import annotations

import re
from dataclasses import replace

from ..types import Document, Span

_OPENED = re.compile(r"In this list, (?P<before>.*)each entry (?P<said>.+)\.\n", re.DOTALL)
_ABOVE = "the one above it"
_LINE = re.compile(r"^( *)- (.+)$", re.MULTILINE)


def unfolded(document: Document) -> Document:
    """The document with "Bhutan lies in Southern Asia." for a line "- Bhutan" below "- Southern Asia", where its first line
    says that "each entry lies in the one above it"; as it is where no such words open it, or a line has none above it."""
    opened = _OPENED.match(document.text)
    if opened is None or _ABOVE not in opened["said"]:
        return document
    above: list[tuple[int, str]] = []
    text, spans = "", []
    for line in _LINE.finditer(document.text, opened.end()):
        depth, name = len(line[1]), line[2]
        above = [(at, said) for at, said in above if at < depth]
        if above:
            said = f"{opened['before']}{name} {opened['said'].replace(_ABOVE, above[-1][1])}. "
            end = len(text) + len(said) - 1
            spans += [replace(s, start=len(text), end=end) for s in document.spans if _ends(s, line.end())]
            text += said
        elif text:
            return document
        above.append((depth, name))
    return replace(document, text=text, spans=tuple(spans), frames=())


def _ends(span: Span, end: int) -> bool:
    """Whether a line that ends there is the one of the span, of which the first has the root before it."""
    return span.end == end
