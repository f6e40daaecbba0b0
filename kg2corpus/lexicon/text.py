"""Text of any language: one line without control characters, and right-to-left names inside left-to-right sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LRM = "\u200e"
_TURNED = re.compile(r",.* (?:of|the)$")


def clean(text: str) -> str:
    """One line without control and bidirectional characters and without runs of white space.

    Those characters could end a line, hide text or turn the sentence around them; names and literals lose them.
    """
    if text.isalnum():
        return text
    kept = (c if c.isprintable() or (unicodedata.category(c) == "Cf" and c in "\u200c\u200d") else " " for c in text)
    return " ".join("".join(kept).split())


def guarded(name: str) -> str:
    """A name with what keeps its right-to-left letters from drawing the sentence around it into their order.

    After one that ends so stands a left-to-right mark, without which a list or a number behind it would be drawn on its left;
    one that begins with a digit or a sign and has such letters is isolated (Unicode Standard Annex 9). Others stay.
    """
    first = next((kind for c in name if (kind := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L")
    if first != "L" and unicodedata.bidirectional(name[0]) not in ("R", "AL"):
        return f"\u2068{name}\u2069"
    return name + LRM if turns(name) else name


def turns(text: str) -> bool:
    """Whether the text ends in a right-to-left script, so that what follows it would be drawn on its left."""
    if text.isascii():
        return False
    for c in reversed(text):
        kind = unicodedata.bidirectional(c)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def other_names(label: str, aliases: Sequence[str]) -> tuple[str, ...]:
    """The aliases that a text can call something by: neither the label again (in another order, or with "the"), nor a code
    ("MN"), nor a long text, nor a name turned round for a list ("Congo, the Democratic Republic of the"), nor one in another
    script than the label, nor how it is pronounced."""
    same, scripts = _words(label), _scripts(label)
    found = dict.fromkeys(clean(alias) for alias in aliases)
    said = (a for a in found if 1 < len(a) <= 60 and _words(a) != same and (not scripts or _scripts(a) <= scripts))
    return tuple(a for a in said if not ((a.upper() == a and len(a) < 4) or _TURNED.search(a)))


def _words(name: str) -> list[str]:
    return sorted(word for word in re.findall(r"\w+", clean(name).casefold()) if word != "the") or [clean(name).casefold()]


def _scripts(text: str) -> set[str]:
    """The scripts of the letters: "LATIN", "CYRILLIC"; those that only stand for sounds are a script of their own."""
    letters = [c for c in text if c.isalpha()]
    return {"IPA" if "\u0250" <= c <= "\u02ff" else unicodedata.name(c, "").partition(" ")[0] for c in letters}
