"""How a relation is used in a graph: what stands at its two ends, how many of them, numbers, dates, sentences, yes and no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..types import Node, Relation
from .english import clean, indefinite
from .names import THING, Namer, NameRules
from .nouns import countable, noun_kind
from .values import datatype, truth

if TYPE_CHECKING:
    from ..snapshot import Graph

SAMPLE = 60
TYPED = 2000  # subjects looked at before all of them are said to be of one type
SEVERAL, MOSTLY = 0.1, 0.5  # share of the subjects with several objects from which a relation is `multi`, `many`
MOST = 0.9
_NUMBER = re.compile(r"[-+−]?[£$€]?\d[\d,. ]*(?:[eE][-+]?\d+)?%?")
_YEAR = re.compile(r"1\d{3}|20\d\d|2100")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = re.compile(
    rf"\d{{4}}-\d\d(?:-\d\d)?(?:T.*)?|\d{{1,2}} {_MONTH} \d{{3,4}}|{_MONTH} \d{{1,2}}, \d{{3,4}}|{_MONTH} \d{{3,4}}",
    re.IGNORECASE,
)
_COMMON = re.compile(r"[a-z]+(?:[ -][a-z]+){0,3}(?<!s)(?<!ed)(?<!ing)")
_MORE = r"(?:(?:less|more) than |up to |over |under |about |around |at (?:least|most) |between )?"
_GRADE = re.compile(rf"[a-z]+(?: [a-z]+)?|{_MORE}[£$€]?\d[a-z\d£$€.,% -]*")  # "cheap", "5 out of 5", "less than £20"
_ORIGIN = re.compile(r"[A-Z][a-z]+(?:ish|ese|[aei]an|can|nch|eek|utch|ss|hai)")  # "French", "Thai"
_LINK = re.compile(r"https?://\S+|www\.\S+")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9.:/-]{2,}|[A-Z]{2,4}")


@dataclass(frozen=True, slots=True)
class Use:
    """What a relation's facts show.

    `subject_types`: type labels of sampled subjects; `multi`: some subjects have several objects, `many`: most have; `shared`:
    objects have several subjects, `mixed`: though only a minority of them; `boolean`: the objects say yes or no by datatype or
    word, `truths`: they can be read so;
    `literal`; `numbers`, `figures`: most texts hold digits ("5 out of 5"); `when`: "day" for dates and years, "year" for years
    alone; `passages`: sentences; `links`: addresses of the web; `codes`: most texts look like one; `repeats`: the objects'
    labels begin with the last word of
    the relation's ("in group": "group 17"). `subject`, `object`: the kind of what
    stands there (`nouns.KINDS`), "" where nothing tells; `subject_noun`, `object_noun`: the one noun for all of them;
    `looked_at`: how many subjects were sampled; `adjectival`: the objects are words like "French";
    `common`: every object is a common noun that takes "a" ("pub", "Sovereign state"); `graded`: the objects are values in words
    ("cheap", "3 out of 5"); `fan_out`, `fan_in`: objects of a subject and subjects of an object, on average; `older`: share of
    the objects that are older than their subject, None where too few have years.
    """

    subject_types: frozenset[str] = frozenset()
    multi: bool = False
    many: bool = False
    shared: bool = False
    mixed: bool = False
    boolean: bool = False
    truths: bool = False
    literal: bool = False
    numbers: bool = False
    figures: bool = False
    when: str = ""
    passages: bool = False
    links: bool = False
    repeats: bool = False
    codes: bool = False
    subject: str = ""
    object: str = ""
    subject_noun: str = ""
    object_noun: str = ""
    looked_at: int = 0
    adjectival: bool = False
    common: bool = False
    graded: bool = False
    fan_out: float = 1.0
    fan_in: float = 1.0
    older: float | None = None


def sample(graph: Graph, relation: Relation, namer: Namer | None = None) -> Use:
    """Look at up to 60 subjects and objects of a relation, spread evenly over its uids so that the choice follows content
    alone. Whether all subjects are of one type is looked up for 2,000 of them."""
    subjects, ends = graph.subjects(relation.uid), graph.objects(relation.uid)
    chosen, into = _spread(subjects, SAMPLE), _spread(ends, SAMPLE)
    types = {t for uid in chosen for t in graph.node(uid).types}
    facts = [graph.out(uid, relation.uid, 40) for uid in chosen]
    objects = [f.object for of in facts for f in of[:3]]
    if not objects:
        return Use(frozenset(types))
    counts = [len(graph.into(uid, relation.uid, 40)) for uid in into]
    several = sum(len(of) > 1 for of in facts) / len(facts)
    joint = _share(n > 1 for n in counts)
    literal = all(o.literal for o in objects)
    texts = [clean(o.label) for o in objects]
    last = relation.label.replace("_", " ").casefold().split(" ")[-1]
    when, numbers = _when(objects, texts), _share(_NUMBER.fullmatch(t) is not None for t in texts)
    namer = namer or Namer(NameRules())
    return Use(
        frozenset(types),
        multi=several > SEVERAL,
        many=several > MOSTLY,
        shared=joint > SEVERAL,
        mixed=SEVERAL < joint <= MOSTLY,
        boolean=literal and _share(_boolean(o) for o in objects) > MOST,
        truths=literal and all(truth(o) is not None for o in objects),
        literal=literal,
        numbers=not when and numbers > 0.8,
        figures=literal and not when and _share(any(c.isdigit() for c in t) for t in texts) > 0.5,
        when=when,
        passages=literal and _share(map(_sentence, texts)) > 0.5,
        links=all(_LINK.fullmatch(t) for t in texts),
        repeats=bool(last) and _share(t.casefold().startswith(f"{last} ") for t in texts) > 0.5,
        codes=literal and _share(_CODE.fullmatch(t) is not None for t in texts) > MOST,
        subject=kind_of([graph.node(uid) for uid in chosen]),
        object="date" if when else "quantity" if numbers > 0.8 else kind_of([o for o in objects if not o.literal]),
        subject_noun=_one_noun(graph, subjects, namer),
        object_noun="" if literal else _one_noun(graph, ends, namer),
        looked_at=len(facts),
        adjectival=all(_ORIGIN.fullmatch(t) for t in texts),
        common=not literal and _common(graph, ends),
        graded=all(_GRADE.fullmatch(t) for t in texts) and any(map(_has_digit, texts)),
        fan_out=sum(map(len, facts)) / len(facts),
        fan_in=sum(counts) / max(1, len(counts)),
        older=_older(graph, relation, chosen),
    )


def _spread(uids: Sequence[int], most: int) -> list[int]:
    return list(uids[:: max(1, len(uids) // most)][:most])


def _common(graph: Graph, ends: Sequence[int]) -> bool:
    """Whether all objects (TYPED at most) are common nouns that "a" can stand before, and no adjectives."""
    labels = [clean(graph.node(uid).label) for uid in ends[: TYPED + 1]]
    lower = all(_COMMON.fullmatch(label) and countable(label) for label in labels)
    return 0 < len(labels) <= TYPED and (lower or all(indefinite(label) != label for label in labels))


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _sentence(text: str) -> bool:
    """Whether a text reads as a sentence: five words or more, most of them in lower case ("A, B, and C" is a list of names)."""
    words = text.split(" ")
    return len(text) > 30 and len(words) >= 5 and sum(w[:1].islower() for w in words) * 2 > len(words)


def _share(flags: Iterable[bool]) -> float:
    found = [bool(flag) for flag in flags]
    return sum(found) / max(1, len(found))


def _boolean(node: Node) -> bool:
    return truth(node) is not None and (datatype(node) == "boolean" or node.label.casefold() in ("true", "false", "yes", "no"))


def _when(objects: Sequence[Node], texts: Sequence[str]) -> str:
    """ "day" where the objects are dates or years, "year" where they are years alone, else ""."""
    kinds = {datatype(o) if o.literal else "entity" for o in objects}
    if kinds <= {"date", "dateTime", "dateTimeStamp", "gYearMonth"}:
        return "day"
    typed = {"gYear", "integer", "int", "nonNegativeInteger", "positiveInteger", "short", "", "entity", "string"}
    if not kinds <= typed | {"date", "dateTime"}:
        return ""
    years = _share(_YEAR.fullmatch(t) is not None for t in texts)
    days = _share(_DAY.fullmatch(t) is not None for t in texts)
    return "year" if years == 1 else "day" if days and years + days == 1 else ""


def kind_of(nodes: Sequence[Node]) -> str:
    """The kind of (nearly all of) the nodes, by their types; "" where they have none or differ."""
    if not nodes:
        return ""
    found = Counter(_kind(node) for node in nodes)
    kind, count = min(found.items(), key=lambda item: (-item[1], item[0]))
    return kind if count >= MOST * len(nodes) else ""


def _kind(node: Node) -> str:
    kinds = [noun_kind(t) for t in node.types]
    known = [k for k in kinds if k]
    return known[0] if known else "thing" if node.types else ""


def _one_noun(graph: Graph, uids: Sequence[int], namer: Namer) -> str:
    """The noun that all of the nodes have, such as "film"; "" where they differ or have none."""
    nouns = set()
    for uid in _spread(uids, TYPED):
        nouns.add(namer.noun(graph.node(uid)))
        if len(nouns) > 1:
            return ""
    noun = next(iter(nouns), "")
    return "person" if noun == "human" else "" if noun == THING or "." in noun else noun


_BIRTH = re.compile(r"\b(birth|born|founded|inception|established)\b", re.IGNORECASE)


def _older(graph: Graph, relation: Relation, subjects: Sequence[int]) -> float | None:
    """Of the facts whose two ends both have a year of birth or foundation, the share whose object is the older; None for
    fewer than five of them."""
    dated = {r.uid for r in graph.relations() if _BIRTH.search(f"{r.label} {r.name}".replace("_", " "))}
    if not dated:
        return None
    pairs = []
    for uid in subjects:
        for fact in graph.out(uid, relation.uid, 3):
            if fact.object.literal:
                return None
            years = [_year(graph, node.uid, dated) for node in (fact.subject, fact.object)]
            if years[0] is not None and years[1] is not None and years[0] != years[1]:
                pairs.append(years[1] < years[0])
    return _share(pairs) if len(pairs) >= 5 else None


def _year(graph: Graph, uid: int, dated: set[int]) -> int | None:
    for relation in sorted(dated):
        for fact in graph.out(uid, relation, 1):
            if fact.object.literal and (found := re.match(r"-?\d{1,4}", fact.object.label)):
                return int(found[0])
    return None
