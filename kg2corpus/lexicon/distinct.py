"""Which wordings differ, once frame adverbs and connectives are taken away.

"In fact, X is the capital of Y" is "X is the capital of Y" again, and so is "it is true that X is the capital of Y"; "Y's
capital is X" is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# what may stand in front without saying anything of the fact
_FRAMES = (
    r"(?:it is|it's) (?:a fact|true|known|clear|worth noting|well known|correct|right to say|also true|the case) that ",
    r"(?:one|you|we|people|anyone) (?:can|may|might|could) (?:say|note|add|state|see|observe) that ",
    r"(?:note|notice|remember|recall|know|bear in mind) that ",
    r"(?:the fact is|the truth is|fact|it turns out|the record shows|records show|sources say|it is said) ?(?:that|:)? ",
    r"(?:according to|by|in) (?:the |our |this )?(?:record|records|data|graph|sources|source|list|database)s?,? ",
    r"as (?:it happens|a matter of fact|is known|a fact|for the facts|far as is known),? ",
    r"(?:when|where) it comes to [^,]*, ",
    r"in (?:fact|truth|reality|short|addition|other words|particular|general|total)[, ]+",
    r"(?:indeed|also|moreover|furthermore|additionally|besides|notably|actually|certainly|clearly|officially|formally|then|so"
    r"|thus|hence|therefore|and|but|yet|while|meanwhile|likewise|similarly|however|today|currently|now|here|overall)[, ]+",
)
_FRAME = re.compile("|".join(f"(?:{frame})" for frame in _FRAMES))
_ADVERBS = re.compile(
    r"\b(?:indeed|also|in fact|moreover|notably|actually|certainly|clearly|officially|formally|currently|today|now|simply"
    r"|really|too|as well|of course|for its part|always|still|itself|too|known to be|said to be)\b"
)
_CHOICE = re.compile(r"\{([^{}|]*(?:\{[^{}]*\}[^{}|]*)*)\|(?:[^{}|]|\{[^{}]*\})*\}")


def core(wording: str) -> str:
    """A wording without frames, adverbs, punctuation and capitals, for one object: two wordings with one core are one."""
    text = wording
    while (found := _CHOICE.search(text)) is not None:
        text = text[: found.start()] + found[1] + text[found.end() :]
    text = re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .!").casefold()
    before = ""
    while before != text:
        before = text
        text = _FRAME.sub("", text, count=1) if _FRAME.match(text) else text
    text = _ADVERBS.sub(" ", text)
    return " ".join(re.sub(r"[,;:.!\"“”]", " ", text).split())


def apart(wordings: Iterable[str]) -> list[str]:
    """The wordings of which none has the core of an earlier one, in their order."""
    found: dict[str, str] = {}
    for text in wordings:
        found.setdefault(core(text), text)
    return list(found.values())


def distinct(wordings: Iterable[str]) -> int:
    """How many of the wordings are distinct."""
    return len({core(text) for text in wordings})
