"""What could stand in the qualifier of a homonym: its types, its description, and facts by how telling their relations are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from . import uid as uids
from .columns import Ints, Texts, fold, ints, whole
from .store.naming import local_part

Offer = tuple[str, ...]  # the parts of a qualifier
LONGEST, WORDS = 40, 5  # characters and words of a qualifier's part
FEW = 4  # values of one relation at one node, above which none of them is telling
USELESS = 1 << 62
TRIED = 12  # facts of an entity that are tried in pairs
_ONE, _SHARED = 1.25, 1.5  # values per node up to which a relation has one, nodes per value from which they share it
_YEAR = re.compile(r"([12]\d{3})(-\d{2}(-\d{2})?(T.*)?)?")
_DATED = ("date", "dateTime", "gYear", "gYearMonth")
_BIRTH = re.compile(r"\b(birth|born)", re.IGNORECASE)
_ARTICLE = re.compile(r"(an?|the) ", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Table:
    """The columns of a snapshot that names are told apart by. `folded`: the label of each node as `columns.fold` has it."""

    nodes: pa.Table
    relations: pa.Table
    facts: pa.Table
    starts: pa.Table
    folded: Sequence[str]
    counterfactual: bool


@dataclass(frozen=True)
class Edges:
    """All facts at the homonyms, in both directions: `member` (which homonym, ascending), `fact`, `relation` and `far` are
    rows; `kind` is twice the relation, plus one where the homonym is the object; `few`: one of few of its kind."""

    member: Ints
    fact: Ints
    far: Ints
    kind: Ints
    few: npt.NDArray[np.bool_]


def codes(texts: Sequence[str]) -> Ints:
    """Equal numbers for equal texts."""
    coded = pa.array(texts, pa.large_string()).dictionary_encode().indices
    return np.asarray(coded.to_numpy(zero_copy_only=False), dtype=np.int64)


class Features:
    """What could stand in the qualifier of each homonym, best first; members are places in `rows`."""

    def __init__(self, table: Table, rows: Ints) -> None:
        self.table, self.rows = table, rows
        taken = table.nodes.take(pa.array(rows))
        self.own_types, self.own_aliases, self.own_description, self.own_key = (
            taken.column(name).to_pylist() for name in ("types", "aliases", "description", "key")
        )
        self.own_words = [set(_words(table.folded[row])) for row in rows.tolist()]
        self.labels, self.datatypes = (Texts(whole(table.nodes.column(name))) for name in ("label", "datatype"))
        self.literal = whole(table.nodes.column("literal")).to_numpy(zero_copy_only=False)
        self.edges = _edges(table, rows)
        self.start = np.searchsorted(self.edges.member, np.arange(len(rows) + 1))
        self.rank, self.dated = _ranks(table)
        self._said: dict[int, tuple[str, frozenset[str]]] = {}

    def types(self, member: int) -> Iterator[Offer]:
        """The types that read as nouns, the shortest first."""
        found = {said for t in self.own_types[member] if _noun(said := _CAMEL.sub(" ", t))}
        return ((text,) for text in sorted(found, key=lambda t: (len(t), t)))

    def descriptions(self, member: int) -> Iterator[Offer]:
        """The description, or what stands before its first comma or semicolon, if that is a few words."""
        text = self.own_description[member].strip().rstrip(".")
        for part in dict.fromkeys((text, re.split(r"[,;:]", text)[0].strip())):
            short = _ARTICLE.sub("", part, count=1) if _ARTICLE.match(part) else part
            if _sayable(short) and self._adds(member, short) and not self._names(member, short):
                yield (short,)

    def facts(self, member: int) -> Iterator[Offer]:
        """Neighbours and years, those of the most telling relations first."""
        found: dict[str, int] = {}
        run = slice(self.start[member], self.start[member + 1])
        few, own = self.edges.few[run], self.own_words[member]
        for far, kind in zip(self.edges.far[run][few].tolist(), self.edges.kind[run][few].tolist(), strict=True):
            text, words = self._value(far, kind)
            if text and self.rank[kind] < found.get(text, USELESS) and not words <= own:
                found[text] = self.rank[kind]
        return ((text,) for text in sorted(found, key=lambda t: (found[t], len(t), t)))

    def twos(self, member: int) -> Iterator[Offer]:
        """A type, or a fact, and a fact."""
        types = [text for (text,) in self.types(member)]
        facts = [text for (text,) in self.facts(member)][:TRIED]
        pairs = [*product(types[:3], facts), *combinations(facts, 2)]
        return ((a, b) for a, b in pairs if fold(a) != fold(b) and len(a) + len(b) + 2 <= LONGEST)

    def aliases(self, member: int) -> Iterator[Offer]:
        """The aliases that say more than the label, the shortest first."""
        found = sorted(self.own_aliases[member], key=lambda t: (len(t), t))
        return ((text,) for text in found if _sayable(text) and self._adds(member, text))

    def keys(self, member: int) -> Iterator[str]:
        """The last part of the key; where it is taken, or in a copy whose names have moved, the first digits of the uid."""
        last = " ".join(re.sub(r"[()\s_]+", " ", local_part(self.own_key[member])).split())
        if self._adds(member, last) and not self.table.counterfactual:
            yield last
        shown = uids.show(self.table.nodes.column("uid")[int(self.rows[member])].as_py())
        yield from (shown[:n] for n in (6, 10, 16))

    def is_a_label(self, member: int, parts: Offer) -> bool:
        """Whether the name with this qualifier is the label of an entity already."""
        return fold(f"{self.table.folded[self.rows[member]]} ({', '.join(parts)})") in self.code_of

    def basis(self, member: int, parts: Offer) -> list[int]:
        """The uids of all facts between the entity and the neighbours that the qualifier names."""
        run = slice(self.start[member], self.start[member + 1])
        codes = [self.code_of[part] for part in map(fold, parts) if part in self.code_of]
        facts = self.edges.fact[run][_among(self.code[self.edges.far[run]], codes)].tolist()
        for part in parts:
            if _YEAR.fullmatch(part):
                facts += self._of_year(member, part)
        return sorted({self.table.facts.column("uid")[row].as_py() for row in facts})

    def _of_year(self, member: int, year: str) -> list[int]:
        run = range(self.start[member], self.start[member + 1])
        return [int(self.edges.fact[i]) for i in run if self.dated[self.edges.kind[i]]
                and self._value(int(self.edges.far[i]), int(self.edges.kind[i]))[0] == year]  # fmt: skip

    def _value(self, far: int, kind: int) -> tuple[str, frozenset[str]]:
        """A neighbour as it would stand in a qualifier, or "", and the words of that."""
        place = 2 * far + self.dated[kind]
        known = self._said.get(place)
        if known is None:
            text = self.labels[far]
            if self.literal[far] and (year := _YEAR.fullmatch(text)) and self._is_date(far, kind):
                text = year[1]
            elif self.literal[far] and (self._is_number(text) or self._is_date(far, kind)):
                text = ""
            text = text if _sayable(text) else ""
            known = self._said[place] = text, frozenset(_words(fold(text)))
        return known

    def _is_date(self, far: int, kind: int) -> bool:
        return bool(self.dated[kind]) or re.split(r"[#/:]", self.datatypes[far])[-1] in _DATED

    @staticmethod
    def _is_number(text: str) -> bool:
        return not any(c.isalpha() for c in text)

    def _adds(self, member: int, text: str) -> bool:
        """Whether a text has a word that the label has not: "Paris, Texas" is no clearer with "(Texas)"."""
        return not set(_words(fold(text))) <= self.own_words[member]

    def _names(self, member: int, text: str) -> bool:
        """Whether a text has the name of a neighbour in it, and so would tell a fact that we could not name."""
        words = _words(fold(text))
        runs = (" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1))
        codes = [self.code_of[run] for run in runs if run in self.code_of]
        far = self.edges.far[self.start[member] : self.start[member + 1]]
        return bool(_among(self.code[far], codes).any())

    @cached_property
    def code(self) -> Ints:
        return codes(self.table.folded)

    @cached_property
    def code_of(self) -> dict[str, int]:
        return dict(zip(self.table.folded, self.code.tolist(), strict=True))


def _edges(table: Table, rows: Ints) -> Edges:
    parts = []
    relation = ints(table.facts, "relation")
    for turned, name, far in ((0, "out", "object"), (1, "into", "subject")):
        order, starts = ints(table.facts, name), ints(table.starts, name)
        sizes = starts[rows + 1] - starts[rows]
        member = np.repeat(np.arange(len(rows)), sizes)
        fact = order[np.arange(len(member)) + np.repeat(starts[rows] - np.cumsum(sizes) + sizes, sizes)]
        parts.append((member, fact, ints(table.facts, far)[fact], 2 * relation[fact] + turned))
    member, fact, other, kind = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(member, kind="stable")
    member, fact, other, kind = member[order], fact[order], other[order], kind[order]
    first = _changes(member, kind)
    run = np.cumsum(first) - 1
    return Edges(member, fact, other, kind, (np.bincount(run) <= FEW)[run])


def _changes(*sorted_columns: Ints) -> npt.NDArray[np.bool_]:
    """Where a run of equal rows begins."""
    changes = np.zeros(len(sorted_columns[0]), dtype=np.bool_)
    for column in sorted_columns:
        changes[:1] = True
        changes[1:] |= column[1:] != column[:-1]
    return changes


def _ranks(table: Table) -> tuple[list[int], list[bool]]:
    """For each kind of edge its place among all by how telling it is, or USELESS; and whether its values are years or dates."""
    subject, relation, object_ = (ints(table.facts, name) for name in ("subject", "relation", "object"))
    literal = whole(table.nodes.column("literal")).to_numpy(zero_copy_only=False)
    count, nodes = table.relations.num_rows, max(1, table.nodes.num_rows)
    size = np.bincount(relation, minlength=count)
    values = np.bincount(relation, weights=literal[object_], minlength=count)
    ends = []  # of each relation how many nodes are subjects, and how many objects
    for end, order in ((subject, ints(table.facts, "out")), (object_, ints(table.facts, "into"))):
        ends.append(np.bincount(relation[order][_changes(end[order], relation[order])], minlength=count))
    there, back = ((relation * nodes + a) * nodes + b for a, b in ((subject, object_), (object_, subject)))
    mutual = np.bincount(relation, weights=np.isin(back, there), minlength=count)
    levels: list[tuple[Any, ...]] = []
    dated: list[bool] = []
    for row, r in enumerate(table.relations.select(["key", "label", "datatype", "name_like", "symmetric"]).to_pylist()):
        born = bool(_BIRTH.search(r["label"])) and 2 * values[row] > size[row]
        of_values = 2 * values[row] > size[row]
        is_date = born or (of_values and re.split(r"[#/:]", r["datatype"])[-1] in _DATED)
        for turned in (0, 1):
            near, far = ends[turned][row], ends[1 - turned][row]
            one, shared = size[row] <= _ONE * near, size[row] >= _SHARED * far
            level = 0 if born else 1 if one and shared else 2 if one else 4
            level += 2 if of_values and not born else 0
            useless = r["name_like"] or r["symmetric"] or 2 * mutual[row] > size[row] or (of_values and turned)
            levels.append((useless, level, turned, -int(near), r["key"]))
            dated.append(is_date and not turned)
    place = {level: i for i, level in enumerate(sorted(levels))}
    return [USELESS if level[0] else place[level] for level in levels], dated


def _among(column: Ints, few: Sequence[int]) -> npt.NDArray[np.bool_]:
    """As np.isin, which is slow for many small columns."""
    found = np.zeros(len(column), dtype=np.bool_)
    for one in few:
        found |= column == one
    return found


def _words(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


def _sayable(text: str) -> bool:
    """A few printable words without brackets, not an address."""
    return (
        1 < len(text) <= LONGEST
        and len(text.split()) <= WORDS
        and text.isprintable()
        and not re.search(r"[()\[\]{}<>|\"]|://", text)
    )


def _noun(text: str) -> bool:
    return _sayable(text) and all(word.isalpha() for word in re.split(r"[ '’-]+", text))
