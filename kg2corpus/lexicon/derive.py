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
from .identifiers import heading, name_of
from .nouns import SAID_KINDS, noun_kind, numbers
from .patterns import Wordings
from .readings import member, read
from .sentences import from_pattern, pattern_of
from .shapes import Shape, deed, make, noun_words
from .tagging import RULES
from .templates import parse
from .truths import truth
from .usage import Use, sample
from .values import ValueRule

__all__ = ["Use", "derive", "sample"]
# what a path names its subjects by, where that can be said of each of them
_DOMAINS = frozenset(
    [
        "film",
        "genre",
        "disease",
        "university",
        "country",
        "instrument",
        "event",
        "book",
        "album",
        "song",
        "game",
        "language",
        "city",
        "county",
        "program",
        "label",
        "team",
        "organization",
        "organisation",
        "institution",
        "award",
        "company",
        "location",
        "ethnicity",
        "school",
        "college",
        "profession",
        "sport",
        "station",
        "episode",
        "protein",
        "gene",
        "drug",
    ]
)
_SLOT = re.compile(r"\{(in |on |a )?([SO])('s)?\}")
_EXCHANGED = {"forward": "inverse", "questions": "inverse_questions", "questions_unseen": "inverse_questions_unseen"}


def derive(relation: Relation, use: Use, by: str = RULES, *, phrase: str = "") -> Entry:
    """An entry for the relation. Its wordings state that the relation holds and nothing more.

    `by` names the tagger (`tagging.tagger()`); `phrase` is said instead of the relation's own name where a person gives one.
    """
    shape, own = shape_of(relation, use, by, phrase=phrase)
    return _entry(relation, use, shape, own)


def shape_of(relation: Relation, use: Use, by: str = RULES, *, phrase: str = "") -> tuple[Shape, str]:
    """How the relation is read, and the sentence that its label is, if it is one."""
    name = name_of(relation)
    said, unit = phrase or name.phrase, relation.unit or name.unit
    if name.domain and not use.subject_noun:
        use = _of_domain(name.domain, use)
    if use.when == "year" and noun_kind(said) == "quantity":  # an enrolment of 1950 is no year
        use = replace(use, when="", numbers=True, object="quantity")
    own = ""
    pattern = "" if phrase else pattern_of(relation)
    if use.boolean or (use.truths and said.split(" ")[0] in ("is", "was", "has", "can")):
        shape = truth(said, use)
    elif pattern:
        shape, own = from_pattern(pattern, use, by)
    elif name.term and not phrase:
        shape = make("term", use, noun_words(name.term, name.term))
    elif name.member and not phrase:
        shape = member(said, use, by)
    elif name.made and not phrase:
        shape = deed(said, _making(relation, use), past=True, part=said)
    elif use.passages:
        one = re.sub(r"^(has|have) ", "", said)
        several = numbers(one)[0] != one
        words = noun_words(one, one) | {"reads": "read" if several else "reads", "this": "these" if several else "this"}
        words |= {"be": "are", "is": "are"} if several else {}
        shape = make("passage", use, words, value=ValueRule(kind="text"))
    else:
        shape = read(said, use, by)
    if use.links and shape.family in ("noun", "nouns", "texts", "code"):
        one, lots = shape.words["one"], shape.words["lots"]
        several = numbers(one)[0] != one
        shape = make("link", use, {**noun_words(one, lots), **({"is": "are"} if several else {})}, sure=shape.sure)
    if name.doubt and not phrase and not pattern:
        shape = shape.less(0.4, name.doubt)
    if use.when == "day" and shape.value.kind == "auto":
        shape = replace(shape, value=replace(shape.value, kind="date"))
    if unit and not shape.value.unit and shape.value.kind == "auto":
        shape = replace(shape, value=replace(shape.value, unit=unit))
    return shape, own


def _of_domain(domain: str, use: Use) -> Use:
    """A path says what its subjects are: "/film/film/genre" is of films."""
    kind = noun_kind(domain.removeprefix("some "))
    event = kind == "event" and not domain.endswith(("game", "season"))
    known = event or kind in ("person", "agent", "place", "organisation")
    kind = kind if known and not domain.endswith("artist") else ""
    if domain.startswith("some "):  # of a base that anybody may have made
        return replace(use, subject=use.subject or kind)
    if kind == "person" or domain.endswith("artist"):
        return replace(use, subject=use.subject or kind or "agent")
    fit = domain.split(" ")[-1] in _DOMAINS and len(domain.split(" ")) < 3
    return replace(use, subject=use.subject or kind or ("thing" if fit else ""), subject_noun=domain if fit else "")


def _making(relation: Relation, use: Use) -> Use:
    """What the last part of a path says of what a doer makes: "/film/director/film"."""
    one = numbers(heading(relation.key.rstrip("/").rsplit("/", 1)[-1])[0])[0]
    return replace(use, subject=use.subject or "agent", object=use.object or "thing", object_noun=use.object_noun or one)


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
        if f"{{{side}'s}}" in said:  # "{S's} works"
            text = text.replace(f"{{{side}}}", said)
            continue
        before, _, after = said.partition(f"{{{side}}}")
        for slot in (f"{{{side}}}", f"{{{side}'s}}"):
            text = text.replace(slot, f"{before}{slot}{after}")
    return text


def _turned(lists: Mapping[str, list[str]]) -> Wordings:
    """The wordings of the same relation seen from its object: subject and object change places."""

    def turn(texts: list[str]) -> list[str]:
        return [_one(_SLOT.sub(lambda m: f"{{{m[1] or ''}{'O' if m[2] == 'S' else 'S'}{m[3] or ''}}}", t)) for t in texts]

    result = {}
    for a, b in _EXCHANGED.items():
        result[a], result[b] = turn(lists.get(b, [])), turn(lists.get(a, []))
    return {key: texts for key, texts in result.items() if texts}, {}


def _one(text: str) -> str:
    """A turned wording for one subject only: the choices counted what is now the subject."""
    return re.sub(r"\{([^{}|]*)\|[^{}|]*\}", r"\1", text)


def _entry(relation: Relation, use: Use, shape: Shape, own: str) -> Entry:
    lists, phrases = wordings(shape)
    if own and shape.family not in ("odd", "role", "part", "kind", "located"):
        key = "inverse" if own.index("{O") < own.index("{S") and "{S} and" not in own else "forward"
        lists = {**lists, key: [own, *(t for t in lists.get(key, []) if _one(t) != own)]}
    if own and shape.words.get("S", "the {S}") != "the {S}":
        # what is told is told of a part of the subject: "the lyrics of {S}", "{S's} works"
        asked = own.replace("{S's}", "whose").replace("{S}", "what")
        blank = own.replace("{S's}", "____'s").replace("{S}", "____")
        lists |= {"inverse_questions": [f"{asked}?"], "inverse_questions_unseen": [f"complete the sentence: {blank}."]}
        phrases = {}
    lists = {key: apart(texts) if key in ("forward", "inverse", "true", "false") else texts for key, texts in lists.items()}
    where = f"derived wording of '{relation.key}'"
    return Entry(
        {key: tuple(parse(text, where) for text in texts) for key, texts in lists.items()},
        {key: parse(text, where) for key, text in phrases.items() if key != "category"},
        shape.value,
        symmetric=shape.symmetric and relation.symmetric,
        multi=use.multi,
        subject=_said(shape.subject or use.subject),
        object=_said(shape.object or use.object),
        tense="past" if shape.past else "",
        category=phrases.get("category", ""),
        confidence=round(shape.sure, 2),
        reasons=shape.reasons,
    )


def _said(kind: str) -> str:
    return {"agent": "", "code": "thing", "name": "thing", "event": "thing"}.get(kind, kind if kind in SAID_KINDS else "")


def completed(entry: Entry, relation: Relation, use: Use, by: str = RULES) -> Entry:
    """The entry with what it leaves out and what can be made from the rest.

    Where it has a `phrase`, all lists that it leaves out are derived from that phrase. Otherwise only questions that follow
    from what is there: "name the capital of {S}." from `noun`, "name the country whose capital is {O}." from `such`.
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
