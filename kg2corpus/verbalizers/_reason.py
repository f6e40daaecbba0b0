"""What follows from facts: counted, compared, ordered, brought together, denied; in the words of `lexicon/frames.yaml`.

An operator is a function of the facts alone, in the order that a lesson gives them in, so that what is said can be worked out
again from them. It returns None where the relation has no words for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from ..lexicon import Lexicon
from ..lexicon.amounts import compared, follows, unit_of, value_of
from ..lexicon.dates import when
from ..lexicon.english import an, capital
from ..lexicon.framing import COUNTS, frames
from ..lexicon.measures import common_unit, converted, exactly
from ..lexicon.mentions import consistent, subject_of
from ..lexicon.nouns import head_of, noun_kind, numbers
from ..lexicon.templates import Flat
from ..lexicon.units import unit_noun
from ..lexicon.words import participle
from ..types import Fact
from ._conditions import after_among, after_there, kind_of, that, those
from ._layout import from_subject, noun_of, straight

_WORD = re.compile(r"\[([^\[\]]+)\]")


class Worked(NamedTuple):
    """What follows from facts: the step that leads there ("" for none), the conclusion as a clause, a question, its answer."""

    step: str
    conclusion: str
    question: str
    answer: str


def worked_out(operator: str, lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    """What follows from the facts by an operator; None where it cannot be said. Raises KeyError for an unknown operator."""
    return _OPERATORS[operator](lexicon, facts, rng)


def framed(rng: Random, lines: Sequence[str], words: Mapping[str, str]) -> str:
    """One of the lines of a frame whose words are all there, filled in; "" for none."""
    fitting = [line for line in lines if all(words.get(name) for name in _WORD.findall(line))]
    return _WORD.sub(lambda m: words[m[1]], rng.choice(fitting)) if fitting else ""


def _asked(rng: Random, lines: Sequence[str], words: Mapping[str, str]) -> str:
    asked = framed(rng, lines, words)
    return capital(asked[:-1] if asked.endswith("..") else asked)  # "... or K. Street Jr."


def _worked(rng: Random, frame: str, words: Mapping[str, str], answer: str, *, step: str = "step") -> Worked | None:
    lines = frames()[frame]
    steps = (words.get("converted", ""), _asked(rng, lines.get(step, ()), words))
    said = Worked(
        " ".join(part for part in steps if part),
        framed(rng, lines["conclusion"], words),
        _asked(rng, lines["question"], words),
        answer,
    )
    return said if said.conclusion and said.question else None


def number_word(n: int) -> str:
    """ "two", "11"."""
    return COUNTS[n] if n < len(COUNTS) else f"{n:,}"


def compare(lexicon: Lexicon, one: Fact, other: Fact) -> int:
    """1 where the value of the one is surely greater (later), -1 where it is smaller, 0 where nobody can tell."""
    kinds = {lexicon.entry(fact.relation).value.kind for fact in (one, other)}
    unit = lexicon.entry(one.relation).value.unit if one.relation == other.relation else ""
    return compared(one, other, unit) if kinds <= {"auto", "number", "date", "year"} else 0


def conversions(lexicon: Lexicon, facts: Sequence[Fact]) -> dict[int, str]:
    """The values of figures in more than one unit, all said in one, by the uids of the facts that have another; empty where
    there is nothing to convert, or no unit in which they can all be said to the last digit."""
    figures = [(value_of(fact), unit_of(fact, lexicon.entry(fact.relation).value.unit)) for fact in facts]
    known = [(value, unit) for value, unit in figures if isinstance(value, Decimal)]
    if len(known) < len(facts) or len({unit_noun(unit) for _, unit in known}) < 2 or (into := common_unit(known)) is None:
        return {}
    said = {}
    for fact, (value, unit) in zip(facts, known, strict=True):
        if unit_noun(unit) != unit_noun(into) and (figure := exactly(converted(Fraction(value), unit, into))) is not None:
            said[fact.uid] = lexicon.said(replace(fact.object, label=f"{figure:f}"), fact.relation, into)
    return said


def _scale(lexicon: Lexicon, fact: Fact, noun: str) -> tuple[str, str, str, str]:
    """("larger", "largest", "smaller", "smallest"), as they suit the noun."""
    words = noun.split(" ")
    head = words[head_of(words)]
    if isinstance(value_of(fact), tuple):
        head = "date"
    for scale, heads in frames()["scales"].items():
        if head in heads:
            more, most, less, least = scale.split(" ")
            return more, most, less, least
    return "greater", "greatest", "smaller", "smallest"


# operators


def _count(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    noun = noun_of(lexicon, facts[:1])
    one, lots = numbers(noun) if noun else ("", "")
    n = number_word(len(facts))
    words = {"a": lexicon.name(facts[0].subject), "one": one, "lots": lots, "n": n}
    words["few"] = "" if " of " in lots else lots  # "the number of countries of origin of"
    lines = frames()["count"]
    past = lexicon.entry(facts[0].relation).tense == "past"
    said = _worked(rng, "count", words, n)
    if said is None or not past:
        return said
    return said._replace(conclusion=framed(rng, lines["told"], words), question=_asked(rng, lines["past"], words))


def _inverse_count(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    one, lots = kind_of(lexicon, facts)
    n = number_word(len(facts))
    those = that(lexicon, facts[0])[1]
    words = {"one": one, "lots": lots, "n": n, "those": those, "there": after_there(those)}
    return _worked(rng, "inverse_count", words, n)


def _measured(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> dict[str, str]:
    """The words for values of one relation, of which the first is the most or the least."""
    one = noun_of(lexicon, facts[:1])
    more, most, less, least = _scale(lexicon, facts[0], one)
    if compare(lexicon, facts[0], facts[1]) < 0:
        more, most, less, least = less, least, more, most
    names = [lexicon.name(fact.subject) for fact in facts]
    mixed = list(names)
    rng.shuffle(mixed)
    in_one = conversions(lexicon, facts)
    tail = one.split(" ")[head_of(one.split(" ")) + 1 :]
    plain = one if not tail or tail[0] == "of" else ""  # not "the covalent radius in Cordero's tables of curium"
    values = [in_one.get(fact.uid, lexicon.value(fact)) for fact in facts[:2]]
    told = [
        framed(rng, frames()["conversion"], {"value": lexicon.value(fact), "other": in_one[fact.uid]})
        for fact in facts
        if fact.uid in in_one
    ]
    return {
        "a": names[0], "b": names[1], "first": mixed[0], "second": mixed[1], "list": lexicon.speech.join(mixed), "one": one,
        "plain": plain, "more": more, "most": most, "least": least, "a more": an(more), "order": lexicon.speech.join(names),
        "value a": values[0], "value b": values[1], "converted": " ".join(told),
    }  # fmt: skip


def _comparison(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    sign = compare(lexicon, *facts)
    words = _measured(lexicon, facts, rng)
    dated = isinstance(value_of(facts[0]), tuple)
    step = ("later" if sign > 0 else "earlier") if dated else ("step" if sign > 0 else "less")
    said = _worked(rng, "comparison", words, words["a"], step=step) if sign else None
    if said is None or lexicon.entry(facts[0].relation).subject != "person":
        return said
    return said._replace(question=_asked(rng, frames()["comparison"]["who"], words))


def _superlative(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    signs = {compare(lexicon, facts[0], fact) for fact in facts[1:]}
    words = _measured(lexicon, facts, rng)
    return _worked(rng, "superlative", words, words["a"]) if signs in ({1}, {-1}) else None


def _ordering(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    signs = {compare(lexicon, one, other) for one, other in pairwise(facts)}
    words = _measured(lexicon, facts, rng)
    return _worked(rng, "ordering", words, words["order"]) if signs in ({1}, {-1}) else None


def _overlap(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    """Two facts of one relation that share an end: whether the time of the second came after that of the first."""
    one, other = facts
    how, shared = follows(one, other), one.subject == other.subject
    names = [lexicon.value(f) if shared else lexicon.name(f.subject) for f in facts]
    if not how or names[0] == names[1]:
        return None
    noun = noun_of(lexicon, facts) if shared else kind_of(lexicon, facts)[1]
    by = "by" if participle(noun.rpartition(" ")[2]) else "of"  # "the positions held by Ada"
    clause = f"{by} {lexicon.name(one.subject)}" if shared else after_among(that(lexicon, one)[1])
    mixed = list(names)
    rng.shuffle(mixed)
    lines = frames()["overlap"]
    persons = lexicon.entry(one.relation).object if shared else noun_kind(kind_of(lexicon, facts)[0])
    words = {"a": names[0], "b": names[1], "first": mixed[0], "second": mixed[1],
             "group": f"{noun} {clause}" if noun and clause else "",
             "period a": _period(one, lines), "period b": _period(other, lines)}  # fmt: skip
    asks = "both" if how == "together" or rng.random() < 0.5 else "who" if persons == "person" else "question"
    answer = lines["yes" if how == "together" else "no"] if asks == "both" else names[0]
    said = Worked(_asked(rng, lines["step"], words), framed(rng, lines[how], words), _asked(rng, lines[asks], words), answer)
    return said if said.conclusion and said.question else None


def _period(fact: Fact, lines: Mapping[str, Any]) -> str:
    start, end = (said.text if (said := when(text, "date")) else text for text in fact.periods[0])
    return framed(Random(0), [lines["closed" if end else "since"]], {"start": start, "end": end})


def _joint(lexicon: Lexicon, facts: Sequence[Fact]) -> dict[str, str]:
    """The words for subjects that two conditions choose: those of the first fact, and of the first one with another end."""
    first = facts[0]
    other = next((f for f in facts if (f.relation, f.object) != (first.relation, first.object)), first)
    if not consistent(lexicon, facts):
        return {}
    one, lots = kind_of(lexicon, facts)
    phrases = {f"{what} {word}": text for word in ("and", "or")
               for what, text in zip(("that", "those"), those(lexicon, first, other, word), strict=True)}  # fmt: skip
    phrases |= {f"among {word}": after_among(phrases[f"those {word}"]) for word in ("and", "or")}
    subjects = {fact.subject.uid: fact for fact in reversed(facts)}
    names = list(dict.fromkeys(lexicon.name(fact.subject) for fact in facts))
    told = [subject_of(lexicon, subjects[uid]) for uid in dict.fromkeys(fact.subject.uid for fact in facts)]
    return {
        "answer": lexicon.speech.join(names), "a": told[0] if len(told) == 1 else "", "list": lexicon.speech.join(told),
        "one": one, "lots": lots, "a one": an(one) if one else "", **phrases,
    }  # fmt: skip


def _intersection(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    words = _joint(lexicon, facts)
    if not words or words["a"]:
        return _worked(rng, "intersection", words, words["answer"]) if words else None
    lines = frames()["intersection"]
    asked = lines["who" if noun_kind(words["one"]) == "person" else "questions"]
    said = Worked("", framed(rng, lines["several"], words), _asked(rng, asked, words), words["answer"])
    return said if said.conclusion and said.question else None


def _union(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    words = _joint(lexicon, facts)
    said = _worked(rng, "union", words, words["answer"]) if words else None
    if said is None or noun_kind(words["one"]) != "person":
        return said
    return said._replace(question=_asked(rng, frames()["union"]["who"], words))


def _constraint(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    words = _joint(lexicon, facts)
    said = _worked(rng, "constraint", words, words["answer"]) if words.get("a") else None
    if said is None or noun_kind(words["one"]) != "person":
        return said
    return said._replace(question=_asked(rng, frames()["constraint"]["who"], words))


def _negation(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    """The first fact with the object of the second one in place of its own."""
    true, other = facts
    wrong = replace(true, object=other.object)
    clause, right = (lexicon.clause((f,), "statement", rng.randrange(1 << 16), accept=straight).text for f in (wrong, true))
    return _worked(rng, "negation", {"clause": clause}, f"{capital(frames()['negation']['answer'])}, {right}")


def _inheritance(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    """The first subject with the last object, along facts of one transitive relation."""
    whole = replace(facts[0], object=facts[-1].object)

    def opens(flat: Flat, turned: bool) -> bool:  # not "the place in which Ulm lies is Europe": it lies in others as well
        return not turned and flat.opens == "S"

    clause = lexicon.clause((whole,), "statement", rng.randrange(1 << 16), accept=opens).text
    lines = frames()["inheritance"]
    return Worked("", clause, _asked(rng, lines["question"], {"clause": clause}), capital(lines["answer"]))


def _fan_out(lexicon: Lexicon, facts: Sequence[Fact], rng: Random) -> Worked | None:
    slot = rng.randrange(1 << 16)
    clause = lexicon.clause(facts, "statement", slot, accept=from_subject).text
    return Worked("", clause, "", lexicon.answer(facts))


_OPERATORS: dict[str, Callable[[Lexicon, Sequence[Fact], Random], Worked | None]] = {
    "fan_out": _fan_out,
    "count": _count,
    "inverse_count": _inverse_count,
    "comparison": _comparison,
    "superlative": _superlative,
    "ordering": _ordering,
    "overlap": _overlap,
    "intersection": _intersection,
    "union": _union,
    "constraint": _constraint,
    "negation": _negation,
    "inheritance": _inheritance,
}
