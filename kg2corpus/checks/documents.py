"""Documents say what they claim: each fact's names and values stand where its span says, and nothing else does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ..faithful import Mention, Reader, mentions, stray_numbers
from ..graph import Graph, UnknownUid
from ..lexicon.framing import engine_words
from ..lexicon.resolve import Lexicon
from ..types import COMPUTED, FORMS, Document, Fact, Span
from ..uid import show
from ..verbalizers._reason import conversions
from .truths import says

_PRONOUN = re.compile(r"\b(?:its?|itself|they|their|them|s?he|his|her|him|there|here|this|that|these|those)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# what may end a sentence, with closing quotes and brackets
_CLOSES = re.compile(r"[.!?:;。！？؟।…][\"'”’»)\]]*\s*$|\n\s*$")


@dataclass(frozen=True)
class Read:
    """A document with what reading its text against the graph gave."""

    document: Document
    found: tuple[Mention, ...]
    facts: tuple[tuple[Span, Fact | None], ...]
    nodes: frozenset[int]
    common: frozenset[str] = frozenset()

    def meant(self, mention: Mention) -> frozenset[int]:
        """The nodes that a name stands for: of several with the same name those that the document claims, if it does.

        None where a claimed name shares its words: the full stop after a name can make another one of it. And none where it
        is written as the wordings' own words are ("the original language of ...", and a painting is called The Original).
        """
        if claimed := self.nodes.intersection(mention.uids):
            return claimed
        return frozenset() if self._explained(mention) or self._ordinary(mention) else frozenset(mention.uids)

    def _ordinary(self, mention: Mention) -> bool:
        text = self.document.text[mention.start : mention.end]
        begins = mention.start == 0 or self.document.text[: mention.start].rstrip()[-1:] in ".?!:"
        written = text[:1].lower() + text[1:] if begins else text
        if _PRONOUN.fullmatch(written):  # a thing may be called It
            return True
        return written == written.lower() and all(word in self.common for word in _WORD.findall(written))

    def _explained(self, mention: Mention) -> bool:
        crossing = (other for other in self.found if other.start < mention.end and mention.start < other.end)
        return any(self.nodes.intersection(other.uids) for other in crossing)


def read(document: Document, graph: Graph, reader: Reader, words: Mapping[str, frozenset[str]] | None = None) -> Read:
    """Find the document's facts in the graph and the graph's names in its text. `words`: what the wordings of each relation
    are made of (`wording_words`); those of the engine's own frames are known."""
    facts = tuple((span, _fact(graph, span.fact)) for span in document.spans)
    nodes = {uid for _, fact in facts if fact for uid in (fact.subject.uid, fact.object.uid)}
    own = [words.get(fact.relation.key, frozenset()) for _, fact in facts if fact] if words else []
    common = engine_words().union(*own)
    return Read(document, tuple(mentions(reader, document.text)), facts, frozenset(nodes | {document.anchor}), common)


def _fact(graph: Graph, uid: int) -> Fact | None:
    try:
        return graph.fact(uid)
    except UnknownUid:
        return None


def sentence(fact: Fact) -> str:
    """A fact for people: "Bhutan | capital | Thimphu (uid)"."""
    return f"{fact.subject.name} | {fact.relation.label} | {fact.object.name} ({show(fact.uid)})"


def claims(read: Read, lexicon: Lexicon) -> list[str]:
    """Faults: claimed facts that are not in the graph, or whose subject or object the text does not name."""
    faults = [f"claims fact {show(span.fact)}, which is not in this graph" for span, fact in read.facts if fact is None]
    if not read.document.spans:
        faults.append("claims no fact")
    if set(read.document.twins) != {fact.twin for _, fact in read.facts if fact is not None}:
        faults.append("its twins are not those of its facts")
    form = FORMS.get(read.document.form)
    key = lambda pair: (pair[0].start, pair[0].end, pair[0].kind)  # noqa: E731
    for (start, end, kind), group in groupby(sorted(read.facts, key=key), key=key):
        facts = [fact for _, fact in group if fact is not None]
        if kind == "stated":
            faults += [fault for fact in facts for fault in _stated(read, fact, start, end, lexicon)]
        else:
            chained = kind == "implied" or (form is not None and form.chain)
            names = form.names if form is not None else "ends"
            faults += _named(read, facts, start, end, lexicon, chained=chained, names=names)
    return faults


def _stated(read: Read, fact: Fact, start: int, end: int, lexicon: Lexicon) -> list[str]:
    here = _uids(read.found, start, end)
    text = read.document.text[start:end]
    agrees = says(text, fact, lexicon)
    if agrees is False:
        return [f"does not say that {sentence(fact)}: {text!r}"]
    if agrees:
        here.add(fact.object.uid)
    missing = [node for node in (fact.subject, fact.object) if node.uid not in here]
    if not missing:
        return []
    [first, *more] = missing
    before = _uids(read.found, 0, start)
    form = FORMS.get(read.document.form)
    # "it" means what was named before, and the lines of a form with a title are about what that names
    meant = (form is not None and form.titled) or _PRONOUN.search(read.document.text, start, end)
    if not more and not first.literal and first.uid in before and meant:
        return []
    absent = " and ".join(repr(node.name) for node in missing)
    return [f"does not name {absent} where it states {sentence(fact)}: {text!r}"]


def _those(facts: Sequence[Fact], names: str) -> list[Fact]:
    """The facts with both ends at what is named of them."""
    if names == "crossed":
        return [replace(facts[0], object=facts[-1].object)]
    return [replace(f, object=f.subject) if names == "subjects" else replace(f, subject=f.object) for f in facts]


def _named(
    read: Read, facts: Sequence[Fact], start: int, end: int, lexicon: Lexicon, *, chained: bool, names: str
) -> list[str]:
    """Asked and implied facts: all ends, the two ends of a chain, or those that an operator keeps, stand in the span."""
    if names != "ends":
        facts, chained = _those(facts, names), False
    nodes = {node.uid: node for fact in facts for node in (fact.subject, fact.object)}
    degree = Counter(node.uid for fact in facts for node in (fact.subject, fact.object))
    if chained and len(facts) > 1:  # what lies between the ends is what the sentence leaves out
        needed = [uid for uid in nodes if degree[uid] == 1] or list(nodes)
    else:
        needed = list(nodes)
    here = _uids(read.found, start, end)
    text = read.document.text[start:end]
    here |= {fact.object.uid for fact in facts if fact.object.uid in needed and says(text, fact, lexicon)}
    return [f"does not name {nodes[uid].name!r} ({show(uid)}) in {text!r}" for uid in needed if uid not in here]


def _uids(found: Sequence[Mention], start: int, end: int) -> set[int]:
    return {uid for mention in found if start <= mention.start and mention.end <= end for uid in mention.uids}


def strays(read: Read, common: Container[str], lexicon: Lexicon | None = None) -> list[str]:
    """Faults: names and figures in the text that belong to none of the claimed facts, nor are one of theirs in another unit (as
    the lexicon says it). `common`: nouns for kinds of things."""
    text = read.document.text
    said = ((text[m.start : m.end], read.meant(m)) for m in read.found if not _glossed(read, m))
    faults = [f"names {name!r}, which none of its facts does" for name, meant in said
              if meant and not meant & read.nodes and name.casefold() not in common]  # fmt: skip
    # a relation may have figures in its name: "the vdw radius mm3 of ..."
    known = read.common | (_in_other_units(read, lexicon) if lexicon else frozenset())
    figures = ((a, b) for a, b in stray_numbers(text, read.found) if text[a:b] not in known and not text[:a][-1:].isalpha())
    return faults + [f"says {text[a:b]!r}, a figure of none of its facts" for a, b in figures]


def _in_other_units(read: Read, lexicon: Lexicon) -> frozenset[str]:
    """The figures that come of saying the values of a comparison in one unit."""
    if (form := FORMS.get(read.document.form)) is None or form.operator not in COMPUTED:
        return frozenset()
    facts = list({fact.uid: fact for _, fact in read.facts if fact is not None}.values())
    said = conversions(lexicon, facts).values() if facts else ()
    return frozenset(text[a:b] for text in said for a, b in stray_numbers(text, ()))


def _glossed(read: Read, mention: Mention) -> bool:
    """Whether a name stands in a frame that gives the description of what the document is about, which may name others."""
    if not any(start <= mention.start and mention.end <= end for start, end in read.document.frames):
        return False
    name = read.document.text[mention.start : mention.end].casefold()
    ends = (end for _, fact in read.facts if fact is not None for end in (fact.subject, fact.object))
    return any(end.uid == read.document.anchor and name in end.description.casefold() for end in ends)


def common_words(graph: Graph, lexicon: Lexicon) -> frozenset[str]:
    """Labels of types and the nouns that are said for them, which sentences use without meaning the node, and yes and no."""
    nouns = {*graph.types(), *lexicon.rules.types.values()}
    return frozenset(noun.casefold() for noun in nouns) | {"yes", "no", "true", "false"}


def wording_words(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """By relation key, the words that its wordings are made of, without their slots."""
    found = {}
    for key, entry in lexicon.entries.items():
        texts = [t.text for many in entry.lists.values() for t in many] + [t.text for t in entry.phrases.values()]
        found[key] = frozenset(word for text in texts for word in _WORD.findall(text.lower()))
    return found


def spans(document: Document) -> list[str]:
    """Faults: spans outside the text or off the sentence boundaries, and sentences with neither span nor frame."""
    text = document.text
    faults = []
    places = sorted({(s.start, s.end) for s in document.spans} | set(document.frames))
    for start, end in places:
        if not 0 <= start < end <= len(text):
            faults.append(f"span {start}-{end} lies outside the text of {len(text)} characters")
        elif not _begins(text, start) or not _ends(text, end):
            faults.append(f"span {start}-{end} does not lie on sentence boundaries: {text[start:end]!r}")
    faults += [f"no fact's span and no frame covers {text[a:b]!r}" for a, b in _uncovered(text, places)]
    return faults


def _begins(text: str, start: int) -> bool:
    return not text[:start].strip() or bool(_CLOSES.search(text[max(0, start - 8) : start]))


def _ends(text: str, end: int) -> bool:
    return not text[end:].strip() or (bool(_CLOSES.search(text[:end][-8:])) and text[end].isspace()) or text[end] == "\n"


def _uncovered(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of text, other than white space, that lie in none of the places."""
    reach = 0
    for start, end in [*places, (len(text), len(text))]:
        if start > reach and text[reach:start].strip():
            yield reach, start
        reach = max(reach, end)


def sentences(document: Document) -> tuple[int, int]:
    """(all sentences, frames among them) of a document."""
    frames = set(document.frames)
    return len({(s.start, s.end) for s in document.spans} | frames), len(frames)
