"""Wordings: text with slots, parsed once into parts so that saying a fact is a join of strings.

Slots: {S} subject, {O} object, {S's} and {O's} possessives, {in S} ("in Bhutan", or "there" in running text), {T} type
noun of what is asked for, {S:nor} two subjects joined with "nor", {on O} a date with its preposition ("on 12 May 1820",
"in the 1820s"), for facts whose object is one, {a S} and {a O} with "a" or "an" where the name is a common noun that takes
one ("a pub", "gold", "Bhutan"). {one|several} chooses by the number of answers or objects
that vary and may hold slots. Wordings are written as they stand in the middle of a sentence, without its full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..errors import UserError, near
from . import english
from .words import PREPOSITIONS

SLOTS = ("S", "O", "S's", "O's", "in S", "T", "S:nor", "on O", "a S", "a O")
# slot -> whose it is
_SIDES = {"S": "S", "O": "O", "S's": "S", "O's": "O", "in S": "S", "S:nor": "S", "on O": "O", "a S": "S", "a O": "O"}
# a part is text (-1) or a slot by its place in SLOTS
Part = tuple[int, str]
_NAMED = re.compile(r"\bthe (\w+) $")


@dataclass(frozen=True, slots=True)
class Flat:
    """One number (one or several) of a template.

    `opens` is the side that the sentence begins with (S, O or neither), `first` the side that the sentence is about because
    it comes first (if no other noun does), `edges` the sides that begin or end the sentence (where a long phrase reads
    well), `tail` the one that ends it, `pronoun` those that "it" or "its" can stand for. `subject` is the side that is the
    subject of a plain predicate ("{S} borders {O}"), which can be joined to another one; `event` is such a predicate without
    the place or date that ends it ("was born" of "{S} was born in {O}"). `begins` is how a wording begins that begins with
    text: its first word, and the same with the next one where that is as short as an article. `plain`: what one would write in
    running text, where "is listed as" has no place. `quoted`: the places of slots in quotation marks, where a name is a word.
    """

    parts: tuple[Part, ...]
    opens: str
    first: str
    edges: frozenset[str]
    tail: str
    ends_with_object: bool
    uses: frozenset[int]
    pronoun: frozenset[str]
    plain: bool
    subject: str
    event: str
    begins: tuple[str, str]
    quoted: tuple[int, ...]

    @property
    def dated(self) -> bool:
        """Whether it holds {on O}, which only a date can fill."""
        return takes_date(self)

    def possessive(self, side: str) -> bool:
        """Whether the side stands in a possessive ("Bhutan's"), which a long phrase cannot fill."""
        return SLOTS.index(f"{side}'s") in self.uses


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed wording: `text` as written, and its two numbers."""

    text: str
    one: Flat
    many: Flat


def parse(text: str, where: str, *, need: Sequence[str] = ()) -> Template:
    """Parse a wording. Raises UserError (with `where`, the file and key path) on bad braces, unknown or missing slots."""
    clean = " ".join(text.split())
    clean = clean[:-1] if clean.endswith(".") and not need_stop(clean) else clean
    flats = []
    for number in (0, 1):
        plain = _choose(clean, number, where)
        parts = _parts(plain, where)
        sides = {_SIDES.get(SLOTS[code], SLOTS[code]) for code, _ in parts if code >= 0}
        for slot in need:
            if slot not in sides:
                raise UserError(f"{where}: '{text}' lacks {{{slot}}}", f"it needs {_named(need)}: see docs/lexicon.md")
        flats.append(_flat(parts))
    return Template(text, flats[0], flats[1])


def _side(slot: str) -> str:
    """The side that a slot speaks of: "S" for "S's" and "in S"."""
    return slot.replace("'s", "").rpartition(" ")[2].split(":")[0]


def _named(slots: Sequence[str]) -> str:
    return " and ".join(f"{{{s}}}" for s in slots)


def need_stop(text: str) -> bool:
    """Whether the full stop at the end is one of a request ("Name the capital of {S}.") that the wording keeps."""
    return text.casefold().startswith(("name ", "give ", "state ", "say ", "list ", "tell "))


def _choose(text: str, number: int, where: str) -> str:
    """Resolve {one|several}, innermost braces included, for one number."""
    out, i = [], 0
    while i < len(text):
        if text[i] == "}":
            raise UserError(f"{where}: '{text}' has a closing brace too many", "write {one|several} or {S}")
        if text[i] != "{":
            out.append(text[i])
            i += 1
            continue
        end, bars = _match(text, i, where)
        if bars:
            if len(bars) != 1:
                raise UserError(f"{where}: '{text[i : end + 1]}' has more than two choices", "write {one|several}")
            inner = text[i + 1 : bars[0]] if number == 0 else text[bars[0] + 1 : end]
            out.append(_choose(inner, number, where))
        else:
            out.append(text[i : end + 1])
        i = end + 1
    return "".join(out)


def _match(text: str, start: int, where: str) -> tuple[int, list[int]]:
    depth, bars = 0, list[int]()
    for i in range(start, len(text)):
        if text[i] == "{":
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return i, bars
        elif text[i] == "|" and depth == 1:
            bars.append(i)
    raise UserError(f"{where}: '{text}' has an opening brace that is never closed", "write {one|several} or {S}")


def _parts(text: str, where: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    rest = text
    while rest:
        before, brace, rest = rest.partition("{")
        if before:
            parts.append((-1, before))
        if brace:
            slot, _, rest = rest.partition("}")
            slot = slot.replace("’", "'")
            if slot not in SLOTS:
                raise UserError(f"{where}: unknown slot {{{slot}}} in '{text}'", near(slot, SLOTS))
            parts.append((SLOTS.index(slot), ""))
    return tuple(parts)


def _flat(parts: tuple[Part, ...]) -> Flat:
    first = SLOTS[parts[0][0]] if parts and parts[0][0] >= 0 else ""
    opens = {"S": "S", "S's": "S", "O": "O", "O's": "O"}.get(first, "")
    pronoun = {side for side in "SO" if _can_be_pronoun(parts, side)}
    uses = frozenset(code for code, _ in parts)
    last = parts[-1] if parts else (-1, "")
    sides = [_SIDES[SLOTS[code]] for code, _ in parts if code >= 0 and SLOTS[code] in _SIDES]
    edges = {opens} if first in ("S", "O") else set()
    tail = parts[-2] if last[0] < 0 and last[1] in ("?", ".") and len(parts) > 1 else last
    ending = SLOTS[tail[0]] if tail[0] >= 0 and SLOTS[tail[0]] in ("S", "O") else ""
    edges |= {ending} - {""}
    if first == "on O":  # "on 12 May 1820, {S} ..."
        sides = sides[1:]
    first_side = sides[0] if sides and (opens or first in ("in S", "on O") or _is_adverbial(parts)) else ""
    if sides and parts[0][0] < 0 and parts[0][1].startswith("there is "):  # "there is a pub called {S}" is about the pub
        first_side = sides[-1]
    object_last = last == (SLOTS.index("O"), "")
    subject = _subject(parts)
    event = _event(parts) if subject == "S" and (object_last or last[0] == SLOTS.index("on O")) else ""
    plain = not any(english.STILTED.search(text) for code, text in parts if code < 0)
    begins = start(parts[0][1]) if parts and parts[0][0] < 0 else ("", "")
    if opens and len(parts) > 1 and english.JOINERS & set(parts[1][1].split(" ")[1:2]):
        first_side = ""  # "{S} and {O} are neighbours" is about both
    quoted = tuple(i for i in range(1, len(parts)) if parts[i][0] >= 0 and parts[i - 1][1].endswith('"'))
    return Flat(
        parts, opens, first_side, frozenset(edges), ending, object_last, uses, frozenset(pronoun), plain, subject, event,
        begins, quoted,
    )


def start(text: str) -> tuple[str, str]:
    """The first word of a text, and with the next one where it is short: two sentences in a row should not begin alike."""
    first, _, rest = text.partition(" ")
    second = rest.partition(" ")[0]
    return first.casefold(), f"{first} {second}".casefold() if second and len(first) < 4 else first.casefold()


def _subject(parts: tuple[Part, ...]) -> str:
    """The side that begins the wording and stands nowhere else, if a verb follows it: not in "{S} and {O} are neighbours"."""
    side = SLOTS[parts[0][0]] if parts and parts[0][0] >= 0 else ""
    if side not in ("S", "O") or len(parts) < 2 or parts[1][0] >= 0 or not parts[1][1].startswith(" "):
        return ""
    again = [code for code, _ in parts[1:] if code >= 0 and _SIDES.get(SLOTS[code]) == side]
    word = parts[1][1].split(" ")[1]
    return side if word.isalpha() and word not in english.JOINERS and not again else ""


def _event(parts: tuple[Part, ...]) -> str:
    if len(parts) != 3:
        return ""
    words = parts[1][1].split()
    if parts[2][0] == SLOTS.index("on O"):
        return " ".join(words)
    return " ".join(words[:-1]) if words[-1] in english.PLACES else ""


@lru_cache(1 << 14)
def for_plural(parts: tuple[Part, ...], side: str, verbs: Callable[[Sequence[str], int], tuple[str, ...]]) -> tuple[Part, ...]:
    """The parts of a wording for a plural name on a side, where `verbs` of the language makes its verbs agree."""
    slot = SLOTS.index(side)
    for at in [i for i, (code, _) in enumerate(parts) if code == slot]:
        texts = verbs([text for _, text in parts], at)
        parts = tuple((code, text) for (code, _), text in zip(parts, texts, strict=True))
    return parts


_PHRASED: dict[tuple[int, str], tuple[Flat, Flat]] = {}  # by identity, since a wording is slow to hash


def for_phrase(flat: Flat, side: str) -> Flat:
    """The wording for a phrase on a side ("a noun that ..."): no word in quotation marks, no name after "the series"."""
    found = _PHRASED.get((id(flat), side))
    if found is None or found[0] is not flat:
        found = _PHRASED[id(flat), side] = flat, _for_phrase(flat, side)
    return found[1]


def _for_phrase(flat: Flat, side: str) -> Flat:
    parts = list(flat.parts)
    for i in flat.quoted:
        if SLOTS[parts[i][0]] == side:
            parts[i - 1] = (-1, parts[i - 1][1][:-1])
            parts[i + 1] = (-1, parts[i + 1][1].removeprefix('"'))
    for i, (code, _) in enumerate(parts[1:]):
        if code == SLOTS.index(side) and (found := _NAMED.search(parts[i][1])) and found[1] not in PREPOSITIONS:
            parts[i] = (-1, parts[i][1][: found.start()])  # "in the series {O}" is "in something that ..."
    article, plain = SLOTS.index(f"a {side}"), SLOTS.index(side)
    parts = [(plain if code == article else code, text) for code, text in parts]
    return _flat(tuple(part for part in parts if part != (-1, "")))


def takes_date(flat: Flat) -> bool:
    """Whether it holds {on O}, which only a date can fill."""
    return SLOTS.index("on O") in flat.uses


def _is_adverbial(parts: tuple[Part, ...]) -> bool:
    """ "On the map, {S} ...": what stands before the first name is no noun that a later "it" could mean."""
    return parts[0][0] < 0 and parts[0][1].endswith(", ")


_WITH_MORE = re.compile(r" (?:of|in|on|at|by|with|from|for|near)\b")


def _can_be_pronoun(parts: tuple[Part, ...], side: str) -> bool:
    """It, its and there: the side opens the sentence or is a possessive or {in S}, and stands nowhere else."""
    codes = [code for code, _ in parts]
    name = SLOTS.index(side)
    good = {SLOTS.index(f"{side}'s")} | ({SLOTS.index("in S")} if side == "S" else set())
    plain = [i for i, code in enumerate(codes) if code == name]
    # after "on 12 May 1820, " and "on the map, " too
    dated = codes[:1] == [SLOTS.index("on O")] and parts[1:2] == ((-1, ", "),)
    first = 2 if dated else int(bool(parts) and _is_adverbial(parts))
    if plain == [first] and _WITH_MORE.match(parts[first + 1][1] if len(parts) > first + 1 else ""):
        return False  # "{O} of the periodic table": the name is only the head of a phrase
    return (plain == [first] and len(parts) > first + 1) or (not plain and any(code in good for code in codes))
