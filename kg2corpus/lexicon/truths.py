"""Relations whose values are yes and no: "is radioactive", "landlocked", "has moons", "allows smoking", "is UN member"."""

from __future__ import annotations

import re

from .english import an
from .nouns import countable, noun_kind, numbers
from .shapes import Shape, a, make
from .tagging import word_class
from .usage import Use
from .values import ValueRule
from .words import AMBIGUOUS, BE, PREPOSITIONS, base, is_adjective, participle

# "prescription only", "family friendly"
_HYPHENED = re.compile(r"(\w) (only|free|friendly|accessible|proof)$")


def truth(phrase: str, use: Use) -> Shape:
    """Yes and no: "is radioactive", "landlocked", "has moons", "allows smoking", "is UN member"."""
    words = phrase.split(" ")
    head, rest = words[0], " ".join(words[1:])
    value = ValueRule(kind="boolean")
    if head in ("can", "may", "must", "should", "will") and rest:
        own = {
            "yes": phrase,
            "no": f"{head} not {rest}" if head != "can" else f"cannot {rest}",
            "yess": phrase,
            "ask": f"{head} {{S}} {rest}",
        }
        return make("truth", use, own, "modal", value=value)
    if head in ("has", "have") and rest:
        thing = rest if rest.split(" ")[0] in ("a", "an", "the") or not countable(rest) else an(rest)
        own = {
            "yes": f"has {thing}",
            "no": f"does not have {thing}",
            "yess": f"have {thing}",
            "ask": f"does {{S}} have {thing}",
            "do yes": f"does have {thing}",
            "lacks": f"lacks {thing}",
            "nos": f"do not have {thing}",
        }
        return make("truth", use, own, value=value)
    if word_class(head)[0] == "verb" and rest and head not in AMBIGUOUS:
        root = base(head)
        own = {"yes": phrase, "no": f"does not {root} {rest}", "yess": f"{root} {rest}", "ask": f"does {{S}} {root} {rest}"}
        own |= {"do yes": f"does {root} {rest}", "nos": f"do not {root} {rest}"}
        return make("truth", use, own, value=value)
    be, what = (head, rest) if head in BE and rest else ("is", phrase)
    many = {"is": "are", "was": "were"}.get(be, be)
    what = _HYPHENED.sub(r"\1-\2", what)
    last = what.split(" ")[-1]
    state = what.split(" ")[0] in PREPOSITIONS  # "on leave"
    alike = is_adjective(last) or (not noun_kind(what) and (participle(last) or word_class(last)[0] in ("", "past")))
    adjective = alike and not state
    bare = adjective or state or what.split(" ")[0] in ("a", "an", "the", "part") or last in PREPOSITIONS
    said = what if bare else a(what)
    several = said if adjective or said == what else numbers(what)[1]
    own = {"yes": f"{be} {said}", "no": f"{be} not {said}", "yess": f"{many} {several}", "ask": f"{be} {{S}} {said}"}
    own["nos"] = f"{many} not {several}"
    counts = "counted" if be == "was" else "counts"
    if adjective:
        own |= {"adj": what, "a adj s": an(f"{what} {use.subject_noun}") if use.subject_noun else "", "counts": counts}
    flag = "adjective" if adjective else "kinds" if said == a(what) and several != said else ""
    if flag == "kinds":
        own |= {"kind": said, "kinds": several, "counts": counts}
    return make("truth", use, own, flag, past=be == "was", value=value)
