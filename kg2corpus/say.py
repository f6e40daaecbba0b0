"""Says groups of triples, with no store: `subject TAB relation TAB object` lines, groups parted by blank lines.

    >>> from kg2corpus.say import say
    >>> for said in say([b"Bhutan\\tcapital\\tThimphu\\n"], "example"):
    ...     said.text
    'The capital of Bhutan is Thimphu.'

All lines together are one graph, from which the lexicon learns what each relation is like; each group is then told by the
template verbalizer: by its stars (`stars`), the most used node first, then those that have been named. Names stand as they
are given. An object is a literal if it looks like one: a number, a date, yes or no, or anything in double quotes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import UserError, unknown
from .graph import Graph
from .groups import LINE, Line, graph_of, read
from .lexicon import Lexicon, resolve
from .types import FORMS, Document, Fact, Subgraph
from .verbalizers.template import suits, tell

WHOLE = 1 << 62  # characters of a document: a group is never split


@dataclass(frozen=True, slots=True)
class Said:
    """A group, told. `documents` hold the spans of each fact; `text` is theirs, in order."""

    number: int
    facts: tuple[Fact, ...]
    documents: tuple[Document, ...]
    text: str


def say(
    lines: Iterable[bytes], name: str, *, form: str = "profile", seed: int = 0, lexicon: Sequence[Path] = ()
) -> Iterator[Said]:
    """Each group of the lines as one text, in order. `name` is that of the file, for errors.

    The same lines, form, seed and lexicon give the same texts. Every fact of a group is in its text, once where a line is
    repeated. Raises UserError for lines that are no triples (all of them at once, with their numbers), for a file without
    any, for an unknown form and for one that a group does not suit.
    """
    if form not in forms():
        raise unknown("form", form, forms())
    groups = list(read(lines, name))
    if not groups:
        raise UserError(f"{name} has no triples", LINE)
    graph, facts = graph_of(groups, name)
    words = resolve(graph, lexicon, partial=True)
    return (_said(graph, words, group, of, form, seed, name) for group, of in zip(groups, facts, strict=True))


def say_file(file: str, *, form: str = "profile", seed: int = 0, lexicon: Sequence[Path] = ()) -> Iterator[Said]:
    """The same for a file, or for standard input (`-`). Raises UserError also where there is no such file."""
    if file == "-":
        yield from say(sys.stdin.buffer, "standard input", form=form, seed=seed, lexicon=lexicon)
        return
    if not Path(file).is_file():
        raise UserError(f"there is no file {file}", "give a file of triples, or - for standard input")
    with Path(file).open("rb") as lines:
        yield from say(lines, file, form=form, seed=seed, lexicon=lexicon)


def as_line(said: Said) -> str:
    """The text on one line: a line break in it is written as a backslash and n."""
    return said.text.replace("\n", "\\n")


def as_json(said: Said, form: str) -> str:
    """One line of JSON: the text as it is, and for each fact the characters of the text that say it."""
    spans: dict[int, list[list[object]]] = {fact.uid: [] for fact in said.facts}
    start = 0
    for document in said.documents:
        start = said.text.index(document.text, start)
        for span in document.spans:
            spans[span.fact].append([start + span.start, start + span.end, span.kind])
        start += len(document.text)
    facts = [
        {"subject": f.subject.label, "relation": f.relation.key, "object": f.object.label, "spans": spans[f.uid]}
        for f in said.facts
    ]
    return json.dumps({"line": said.number, "form": form, "text": said.text, "facts": facts}, ensure_ascii=False)


# in which each place has a meaning that only a lesson knows, or which say what triples do not hold
PLACED = frozenset({"pair", "alias", "contrast", "unknown", "correction", "definition", "overview"})


def forms() -> list[str]:
    """The forms that need no facts which join in a certain way."""
    bases = {name for name, form in FORMS.items() if not form.of and not form.chain and name not in PLACED}
    return [name for name, form in FORMS.items() if not form.chain and (name in bases or bases.intersection(form.of))]


def _said(
    graph: Graph, lexicon: Lexicon, group: Sequence[Line], uid_of: Sequence[int], form: str, seed: int, name: str
) -> Said:
    facts = tuple(graph.fact(uid) for uid in uid_of)
    try:
        told = tuple(
            tell(subgraphs(facts, form, lexicon), lexicon, stage=f"say {seed}", lesson="say", level=1, max_chars=WHOLE)
        )
    except UserError as e:
        raise UserError(f"{name}, lines {group[0].number} to {group[-1].number}: {e.message}", e.hint) from e
    if missing := {f.uid for f in facts} - {span.fact for d in told for span in d.spans}:
        raise RuntimeError(f"the form {form} left out {len(missing)} of {len(facts)} facts from line {group[0].number} on")
    text = ("\n\n" if any("\n" in d.text for d in told) else " ").join(d.text for d in told)
    return Said(group[0].number, facts, told, text)


def subgraphs(facts: Sequence[Fact], form: str, lexicon: Lexicon) -> Iterator[Subgraph]:
    """What the facts are told by: one node, or where the form is for that, one subject (or object) and relation.

    What a form does not suit, as a timeline where nothing has a date, is told in prose, or as a plain question.
    """
    kind = FORMS[form]
    if kind.exposes == "asked" or kind.of == ("statement",):
        plain = "statement" if kind.exposes != "asked" else "inverse_question" if kind.inverse else "question"
        parts = [(group[0].subject.uid, group) for group in _by_question(facts, inverse=kind.inverse)]
    else:
        plain, parts = "profile", list(stars(facts))
    for anchor, part in parts:
        picked = [Subgraph(anchor, part, base) for base in kind.of if base in ("profile", "statement", "question", plain)]
        fits = not kind.of or (len(part) >= kind.least and any(suits(form, lexicon, one) for one in picked))
        yield Subgraph(anchor, part, form if fits else plain)


def _by_question(facts: Sequence[Fact], *, inverse: bool) -> list[tuple[Fact, ...]]:
    found: dict[tuple[int, int], list[Fact]] = {}
    for fact in facts:
        known = fact.object if inverse else fact.subject
        found.setdefault((known.uid, fact.relation.uid), []).append(fact)
    return [tuple(group) for group in found.values()]


def stars(facts: Sequence[Fact]) -> Iterator[tuple[int, tuple[Fact, ...]]]:
    """The facts as (node, those to be told of it), in an order that flows; each fact once.

    A node's star are the facts with it as subject; and, where several subjects have no more to tell than what joins them to
    one node ("A wrote X", "B wrote X"), their facts are told of that. First comes the largest star that no other leads to,
    then those of the nodes that have been named, in that order; then the next that none leads to. Facts of one relation stand
    together.
    """
    star_of = _star_of(facts)
    led_to = {end for node, star in star_of.items() for fact in star for end in _ends(fact) if end != node}
    done: set[int] = set()
    for root in sorted(star_of, key=lambda node: (node in led_to, -len(star_of[node]))):
        named = [root]
        for node in named:  # it grows
            if node in star_of and node not in done:
                done.add(node)
                star = _by_relation(star_of[node], node)
                yield node, star
                named += [end for fact in star for end in _ends(fact)]


def _ends(fact: Fact) -> tuple[int, int]:
    return fact.subject.uid, fact.object.uid


def _star_of(facts: Sequence[Fact]) -> dict[int, list[Fact]]:
    objects: dict[int, set[int]] = {}
    for fact in facts:
        objects.setdefault(fact.subject.uid, set()).add(fact.object.uid)
    leaves: dict[int, set[int]] = {}  # object -> subjects of which there is nothing else to tell
    for fact in facts:
        if not fact.object.literal and len(objects[fact.subject.uid]) == 1 and fact.subject != fact.object:
            leaves.setdefault(fact.object.uid, set()).add(fact.subject.uid)
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        joined = leaves.get(fact.object.uid, ())
        of_object = len(joined) > 1 and fact.subject.uid in joined
        found.setdefault(fact.object.uid if of_object else fact.subject.uid, []).append(fact)
    return found


def _by_relation(star: Sequence[Fact], node: int) -> tuple[Fact, ...]:
    """Those with the node as subject first, the others in the order of their relations."""
    groups: dict[tuple[bool, int], list[Fact]] = {}
    for fact in sorted(star, key=lambda f: f.subject.uid != node):
        groups.setdefault((fact.subject.uid == node, fact.relation.uid), []).append(fact)
    return tuple(fact for group in groups.values() for fact in group)
