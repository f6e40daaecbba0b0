"""The nouns of kg2corpus as frozen dataclasses. The glossary in README.md gives each in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

ExposureKind = Literal["stated", "asked", "implied"]


Rank = Literal["", "preferred", "normal", "deprecated"]


@dataclass(frozen=True, slots=True)
class Term:
    """The object of a triple: an entity (`iri` or `blank`) or a literal with datatype and language.

    `novalue` (the source says that there is none) and `somevalue` (there is one, unknown) have no value and make no node.
    A `triple` (RDF 1.2: the object of rdf:reifies) has its subject, predicate and object in `triple`.
    """

    kind: Literal["iri", "blank", "literal", "novalue", "somevalue", "triple"]
    value: str
    datatype: str = ""
    language: str = ""
    triple: tuple[str, str, Term] | None = None


@dataclass(frozen=True, slots=True)
class Triple:
    """What a reader yields. `subject` and `predicate` are expanded keys (IRIs where there are any).

    `position` is the line number for line formats and the statement ordinal for Turtle, TriG and RDF/XML;
    `file` names the member of a source that has several files (`triples.tsv` of a TSV set). `rank` is that of Wikidata's
    statements ("" where the source has none), `graph` the IRI of the named graph, `qualifiers` what is said about the
    statement itself: (relation key, value).
    """

    subject: str
    predicate: str
    object: Term
    position: int
    file: str = ""
    rank: Rank = ""
    graph: str = ""
    qualifiers: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or a literal. Two nodes are equal when their uids are.

    `qualifier` is what tells an entity from the others that bear its label ("country"), "" where none does.
    """

    uid: int
    key: str = field(compare=False)
    label: str = field(compare=False)
    literal: bool = field(compare=False, default=False)
    types: tuple[str, ...] = field(compare=False, default=())
    aliases: tuple[str, ...] = field(compare=False, default=())
    description: str = field(compare=False, default="")
    datatype: str = field(compare=False, default="")
    language: str = field(compare=False, default="")
    qualifier: str = field(compare=False, default="")

    @property
    def name(self) -> str:
        """The label, with the qualifier if there is one: "Georgia (country)". No other entity of the graph has this name."""
        return f"{self.label} ({self.qualifier})" if self.qualifier else self.label


@dataclass(frozen=True, slots=True)
class Relation:
    """A predicate. `inverse` is the uid of the declared inverse relation; `name` is the last part of its key; `kind` what
    its values are where that is declared: identifier, code, coordinate, syntax or plain."""

    uid: int
    key: str = field(compare=False)
    name: str = field(compare=False)
    label: str = field(compare=False)
    description: str = field(compare=False, default="")
    datatype: str = field(compare=False, default="")
    unit: str = field(compare=False, default="")
    symmetric: bool = field(compare=False, default=False)
    transitive: bool = field(compare=False, default=False)
    functional: bool = field(compare=False, default=False)
    inverse: int | None = field(compare=False, default=None)
    name_like: bool = field(compare=False, default=False)
    kind: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class Fact:
    """A distinct (subject, relation, object). `twin` is shared by facts that say the same (inverse, symmetric); `unit` is that
    of its statements where they give one ("metre"); `periods` are the (start, end) in which they say that it held, a date or
    year each, "" where that is open or unknown."""

    uid: int
    subject: Node = field(compare=False)
    relation: Relation = field(compare=False)
    object: Node = field(compare=False)
    twin: int = field(compare=False)
    unit: str = field(compare=False, default="")
    periods: tuple[tuple[str, ...], ...] = field(compare=False, default=())


@dataclass(frozen=True, slots=True)
class Form:
    """How a document looks, and what that means for its facts, each of which it exposes in the same way.

    `pool`: the wordings that its slots count. `of`: the forms that it may stand for, once a curriculum gives `share` a share;
    those without are what lessons pick. `asks`: `may_ask` decides about it. `inverse`: it asks for the subject, or says what
    the object is. `chain`: its facts are hops. `least`: the facts that must be left when some are taken out; 0: none may be.
    `joined`: so many of the first facts are what it is about, and must all be left.
    `needs`: the pool in which its last fact must have a wording. `titled`: what comes first names the subject of all that
    follows. `operator`: what is worked out from the facts ("count"); `closed`: the groups that must be whole for it to be
    true, (subject, relation) ones ("forward") or (object, relation) ones ("inverse"); `names`: the ends that what follows
    names, where an operator leaves some out ("crossed": the subject of the first fact and the object of the last one);
    `aliased`: its entities go by other names of theirs, each by the same one throughout; `context`: what stands before its
    first fact is there to be read, and packing keeps it out of the loss.
    """

    exposes: ExposureKind
    pool: str
    share: str
    of: tuple[str, ...] = ()
    asks: bool = False
    inverse: bool = False
    chain: bool = False
    titled: bool = False
    least: int = 0
    joined: int = 0
    needs: str = ""
    operator: str = ""
    closed: Literal["", "forward", "inverse"] = ""
    names: Literal["ends", "subjects", "objects", "crossed"] = "ends"
    aliased: bool = False
    context: bool = False


def _picked(pool: str, *, exposes: ExposureKind = "stated", **more: Any) -> Form:
    """A form that lessons pick."""
    asks = exposes == "asked"
    return Form(exposes, pool, "question_answer" if asks else "prose", asks=asks, needs=pool if asks else "", **more)


def _asked(pool: str, share: str, of: str, **more: Any) -> Form:
    """A form in which one of the questions can stand."""
    return Form("asked", pool, share, (of,), asks=True, titled=True, **more)


def _told(share: str, *of: str, pool: str = "statement", titled: bool = True, **more: Any) -> Form:
    """A form in which what lessons tell can stand."""
    return Form("stated", pool, share, of, titled=titled, **more)


def _worked_out(name: str, **more: Any) -> dict[str, Form]:
    """The three forms of an operator: its facts with what follows from them, that alone, and the question for it."""
    own = {"chain": True, "operator": name, **more}
    return {
        name: _picked("statement", **own),
        f"{name}_conclusion": _picked("chain", exposes="implied", **own),
        f"{name}_question": Form("asked", "chain_question", "question_answer", asks=True, **own),
    }


FORMS: dict[str, Form] = {
    "statement": _picked("statement"),
    "forward_statement": _picked("forward"),
    "profile": _picked("statement", least=2),
    "pair": _picked("statement", least=2, joined=1),
    "evidence": _picked("statement", chain=True),
    "conclusion": _picked("chain", exposes="implied", chain=True),
    "question": _picked("question", exposes="asked"),
    "inverse_question": _picked("inverse_question", exposes="asked", inverse=True),
    "chain_question": Form("asked", "chain_question", "question_answer", asks=True, chain=True, needs="question"),
    "inverse_statement": Form("stated", "inverse", "prose", needs="inverse"),
    "definition": _picked("statement", least=1),
    "alias": _picked("statement", least=1),
    "overview": _picked("statement", least=3, joined=2),
    "contrast": _picked("statement"),
    "tree": _picked("statement", chain=True, titled=True),
    "mind_map": _picked("cell", titled=True, least=2),
    "structured": _picked("statement", least=2, context=True),
    "unknown": Form("asked", "question", "question_answer", asks=True, closed="forward", needs="question"),
    "correction": Form("stated", "statement", "question_answer", asks=True, closed="forward"),
    "walk": Form("stated", "statement", "question_answer", asks=True, chain=True),
    "fan_out": _picked("statement", chain=True, operator="fan_out", closed="forward"),
    **_worked_out("count", closed="forward", names="subjects"),
    **_worked_out("inverse_count", closed="inverse", names="objects"),
    **_worked_out("comparison", closed="forward", names="subjects"),
    **_worked_out("superlative", closed="forward", names="subjects"),
    **_worked_out("ordering", closed="forward", names="subjects"),
    **_worked_out("overlap"),
    **_worked_out("intersection", closed="inverse"),
    **_worked_out("union", closed="inverse"),
    **_worked_out("constraint", closed="inverse"),
    **_worked_out("negation", closed="forward", names="crossed"),
    **_worked_out("inheritance"),
    "encyclopaedia": _told("encyclopaedia", "profile", least=2),
    "conversation": _told("conversation", "profile", "pair", least=2),
    "news": _told("news", "profile", least=2),
    "dialogue": _told("dialogue", "profile", least=2, asks=True),
    "glossary": _told("glossary", "profile", "statement"),
    "inverse_glossary": _told("glossary", "statement", inverse=True),
    "did_you_know": _told("did_you_know", "statement", titled=False),
    "infobox": _told("infobox", "profile", pool="cell", least=2),
    "table": _told("table", "profile", pool="cell", least=2),
    "list": _told("list", "profile", "pair", "statement", least=2),
    "timeline": _told("timeline", "profile", least=2),
    "exercise": _told("exercise", "evidence", asks=True, chain=True),
    "flashcard": _asked("question", "flashcard", "question", needs="question"),
    "inverse_flashcard": _asked("inverse_question", "flashcard", "inverse_question", inverse=True, needs="inverse_question"),
    "chain_flashcard": _asked("chain_question", "flashcard", "chain_question", chain=True, needs="question"),
    "fill_in": _asked("statement", "fill_in", "question"),
    "inverse_fill_in": _asked("statement", "fill_in", "inverse_question", inverse=True),
    "triple": _told("triple", "statement", "forward_statement", pool="cell", titled=False),
}
ALIASED = {name: f"alias_{name}" for name in ("evidence", "conclusion", "fan_out")}  # forms -> the same under other names
FORMS |= {alias: replace(FORMS[name], aliased=True) for name, alias in ALIASED.items()}
# operators whose facts are told in an order that says nothing
COMPUTED = frozenset({"comparison", "superlative", "ordering", "overlap"})
SHARES = tuple(dict.fromkeys(form.share for form in FORMS.values()))


@dataclass(frozen=True, slots=True)
class Subgraph:
    """An anchor's selected facts in teaching order, and the form in which they are to be said.

    A lesson picks one of the forms without `of`; where the curriculum gives shares, `plan` may draw another for it.
    `facts` of a `question` are the facts of one (subject, relation) group, all its answers; of a `chain_question`,
    an `evidence` or a `conclusion`, the hops in order; of a `pair`, the connecting fact first.
    `slots` has one slot per fact: which of the fact's wordings is due (`plan` sets them, see DESIGN rule 2).
    """

    anchor: int
    facts: tuple[Fact, ...]
    form: str
    slots: tuple[int, ...] = ()

    @property
    def way(self) -> tuple[Fact, ...]:
        """The facts from the first on of which each begins where the one before it ends."""
        end = next((i for i, (a, b) in enumerate(pairwise(self.facts), 1) if a.object != b.subject), len(self.facts))
        return self.facts[:end]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a document's text that expose a fact: the sentence that carries it."""

    fact: int
    start: int
    end: int
    kind: ExposureKind


@dataclass(frozen=True, slots=True)
class Document:
    """One corpus record. `frames` are the character ranges of sentences that carry no fact."""

    text: str
    id: str
    anchor: int
    lesson: str
    level: int
    form: str
    stage: str
    difficulty: float
    spans: tuple[Span, ...]
    twins: tuple[int, ...]
    frames: tuple[tuple[int, int], ...] = ()
    order: int = 0  # place in the stage, or in the corpus if stages are mixed, as planned; the parts of one subgraph share it


@dataclass(frozen=True, slots=True)
class Probe:
    """One question about the graph, complete in itself: scoring needs neither store nor snapshot.

    `prompt` ends where the answer begins. `candidates` are texts to compare by likelihood (gold ones first is *not*
    guaranteed; `gold` lists every accepted text). `split` is train, qa_held_out, held_out, held_out_entity or
    held_out_composition; `wording` seen or unseen.
    `data` holds what else the task needs for grading, as plain JSON.
    """

    id: str
    task: str
    split: str
    wording: str
    relation: str
    prompt: str
    gold: tuple[str, ...]
    candidates: tuple[str, ...]
    facts: tuple[int, ...]
    chance: float
    level: int = 1
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LogProb:
    """Log-likelihood (nats, summed over `tokens` tokens) of a continuation after a prompt."""

    value: float
    tokens: int
    greedy: bool


class LM(Protocol):
    """A language model as everything here sees it: both methods answer in the order of what they are given."""

    @property
    def name(self) -> str: ...

    def generate(self, prompts: Sequence[str], *, max_tokens: int = 32, stop: Sequence[str] = ()) -> list[str]: ...

    def logprobs(self, pairs: Sequence[tuple[str, str]]) -> list[LogProb]: ...
