"""Wordings for a relation that no file speaks of: from its label or name, and from a look at its facts.

The words of the name are found (`identifiers`), the facts looked at (`usage`), the phrase is read as a noun, a verb, a role, an
event, a mark, a number, yes and no (`readings`, `sentences`), and the patterns of that shape are filled (`patterns.yaml`). What
is not sure is said: `Entry.confidence` and `Entry.reasons`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..types import Relation
from . import patterns
from .distinct import apart
from .entry import Entry
from .identifiers import name_of
from .nouns import SAID_KINDS, numbers
from .patterns import Wordings
from .readings import read, truth
from .sentences import from_pattern, pattern_of
from .shapes import Shape, make, noun_words
from .tagging import RULES
from .templates import parse
from .usage import Use, sample
from .values import ValueRule

__all__ = ["Use", "derive", "sample"]
_EXCHANGED = {"forward": "inverse", "questions": "inverse_questions", "questions_unseen": "inverse_questions_unseen"}


def derive(relation: Relation, use: Use, by: str = RULES, *, phrase: str = "") -> Entry:
    """An entry for the relation. Its wordings state that the relation holds and nothing more.

    `by` names the tagger (`tagging.tagger()`); `phrase` is said instead of the relation's own name where a person gives one.
    """
    name = name_of(relation)
    said, unit = phrase or name.phrase, relation.unit or name.unit
    if name.domain and not use.subject_noun:
        use = _of_domain(name.domain, use)
    own = ""
    pattern = "" if phrase else pattern_of(relation)
    if use.boolean or (use.truths and said.split(" ")[0] in ("is", "was", "has", "can")):
        shape = truth(said, use)
    elif pattern:
        shape, own = from_pattern(pattern, use, by)
    elif use.passages:
        one = re.sub(r"^(has|have) ", "", said)
        shape = make("passage", use, noun_words(*numbers(one)), value=ValueRule(kind="text"))
    else:
        shape = read(said, use, by)
    if name.doubt and not phrase and not pattern:
        shape = shape.less(0.4, name.doubt)
    if unit and not shape.value.unit and shape.value.kind == "auto":
        shape = replace(shape, value=replace(shape.value, unit=unit))
    return _entry(relation, use, shape, own)


def _of_domain(domain: str, use: Use) -> Use:
    """A path says what its subjects are: "/film/film/genre" is of films."""
    from .nouns import noun_kind

    kind = noun_kind(domain)
    if kind == "person":
        return replace(use, subject=use.subject or "person")
    fit = len(domain.split(" ")) == 1 and domain.isalpha() and not domain.endswith("s")
    return replace(use, subject=use.subject or (kind or "thing"), subject_noun=domain if fit else "")


def wordings(shape: Shape) -> Wordings:
    """The filled patterns of a shape: articles of its ends put in, sides exchanged where it is turned."""
    lists, phrases = patterns.fill(shape.family, shape.words, shape.flags)
    ends = {side: shape.words[side] for side in "SO" if side in shape.words}
    if ends:
        lists = {key: [_with_articles(t, ends) for t in texts] for key, texts in lists.items()}
        phrases = {key: _with_articles(t, ends) for key, t in phrases.items()}
    return _turned(lists) if shape.turned else (lists, phrases)


def _with_articles(text: str, ends: Mapping[str, str]) -> str:
    for side, said in ends.items():
        text = re.sub(rf"\{{{side}('s)?\}}", lambda m, said=said, side=side: said.replace(f"{{{side}}}", m[0]), text)  # type: ignore[misc]
    return text


def _turned(lists: Mapping[str, list[str]]) -> Wordings:
    """The wordings of the same relation seen from its object: subject and object change places."""

    def turn(texts: list[str]) -> list[str]:
        return [_one(re.sub(r"\{(in |on )?([SO])('s)?\}", lambda m: f"{{{m[1] or ''}{'O' if m[2] == 'S' else 'S'}{m[3] or ''}}}", t))
                for t in texts]  # fmt: skip

    result = {}
    for a, b in _EXCHANGED.items():
        result[a], result[b] = turn(lists.get(b, [])), turn(lists.get(a, []))
    return {key: texts for key, texts in result.items() if texts}, {}


def _one(text: str) -> str:
    """A turned wording for one subject only: the choices counted what is now the subject."""
    return re.sub(r"\{([^{}|]*)\|[^{}|]*\}", r"\1", text)


def _entry(relation: Relation, use: Use, shape: Shape, own: str) -> Entry:
    lists, phrases = wordings(shape)
    if own and shape.family != "odd":
        key = "inverse" if own.index("{O") < own.index("{S") and "{S} and" not in own else "forward"
        lists = {**lists, key: [own, *(t for t in lists.get(key, []) if _one(t) != own)]}
    lists = {key: apart(texts) if key in ("forward", "inverse", "true", "false") else texts for key, texts in lists.items()}
    where = f"derived wording of '{relation.key}'"
    return Entry(
        {key: tuple(parse(text, where) for text in texts) for key, texts in lists.items()},
        {key: parse(text, where) for key, text in phrases.items() if key != "category"},
        shape.value,
        symmetric=shape.symmetric and relation.symmetric,
        multi=use.multi,
        subject=_said(use.subject or shape.subject),
        object=_said(use.object or shape.object),
        tense="past" if shape.past else "",
        category=phrases.get("category", ""),
        confidence=round(shape.sure, 2),
        reasons=shape.reasons,
    )


def _said(kind: str) -> str:
    return {"agent": "", "code": "thing", "name": "thing", "event": "thing"}.get(kind, kind if kind in SAID_KINDS else "")


def completed(entry: Entry, relation: Relation, use: Use, by: str = RULES) -> Entry:
    """The entry with what it leaves out and what can be made from the rest.

    Where it has a `phrase`, all lists that it leaves out are derived from that phrase. Otherwise only questions that follow from
    what is there: "name the capital of {S}." from `noun`, "name the country whose capital is {O}." from `such`.
    """
    if entry.phrase:
        seen = replace(use, subject=entry.subject or use.subject, object=entry.object or use.object)
        made = derive(relation, seen, by, phrase=entry.phrase)
        return replace(
            made,
            lists={**made.lists, **{key: found for key, found in entry.lists.items() if found}},
            phrases={**made.phrases, **entry.phrases},
            value=entry.value if entry.value != ValueRule() else made.value,
            symmetric=entry.symmetric,
            multi=entry.multi or made.multi,
            category=entry.category or made.category,
            phrase=entry.phrase,
            confidence=1.0,
            reasons=(),
        )
    lists = dict(entry.lists)
    noun, such = entry.phrases.get("noun"), entry.phrases.get("such")
    for key, seen_key, text in (
        ("questions_unseen", "questions", f"name {noun.text}." if noun else ""),
        ("inverse_questions_unseen", "inverse_questions", f"name the {{T}} {such.text}." if such else ""),
    ):
        if text and not lists.get(key) and text not in {t.text for t in lists.get(seen_key, ())}:
            lists[key] = (parse(text, f"wording made for '{relation.key}'"),)
    return replace(entry, lists=lists)
