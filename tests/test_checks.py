"""Each check passes on a clean corpus and fails on the fault that it is made for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg2corpus.checks import CheckReport, check
from kg2corpus.checks.result import EXAMPLES
from kg2corpus.checks.truths import says
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.ledger import FACTS
from kg2corpus.lexicon.resolve import resolve
from kg2corpus.store.split import Split
from kg2corpus.types import Document, Fact, Span, Subgraph
from kg2corpus.uid import digest, show

from .corpora import BOOLEAN, Made, countries, edited, make
from .graphs import make_graph

NAMES = "documents name the entities and values of their facts"
STRAYS = "documents name nothing that their facts do not"
SPANS = "spans lie on sentences, and every sentence has one or is a frame"
FRAMES = "under 10 % of the sentences are frames"
CLAIMS = "no document claims a held-out fact or its twin"
ONCE = "no document stands twice"
ORDER = "documents lie in the order that the curriculum declares"
LICENCES = "manifest and card name the licence of every source"
HARD = "no document graded hard is answered by a shortcut"
PAIRS = "no text names both ends of a held-out fact"
REACHED = "every train fact is stated often enough"
LEDGER = "the ledger counts what the documents expose"
QUESTIONS = "no question is about a QA-held-out subject"

Change = Callable[[Document], Sequence[Document]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def clean(made: Made) -> list[Document]:
    return list(read_corpus(made.corpus))


def failed(report: CheckReport) -> set[str]:
    """The checks that failed, but for those that count: nearly every planted fault changes a count too."""
    return {result.name for result in report.failed} - {REACHED, LEDGER}


def told(report: CheckReport, name: str) -> str:
    """What a failed check says."""
    return "\n".join(f"{e.where}: {e.what}" for r in report.results if r.name == name for e in r.examples)


def first(documents: Sequence[Document], fits: Callable[[Document], bool]) -> Document:
    return next(d for d in documents if fits(d))


def swap(old: Document, new: Document) -> Change:
    """A change of one document, which keeps its place; its id is that of its text, as a verbalizer would give it."""
    renamed = replace(new, id=show(digest("document", new.stage, new.text)) if new.text != old.text else new.id)
    return lambda d: [renamed] if d.id == old.id else [d]


def plus(document: Document, sentence: str) -> Document:
    """The document with one more sentence, marked as a frame."""
    text = f"{document.text} {sentence}"
    return replace(document, text=text, frames=(*document.frames, (len(document.text) + 1, len(text))))


def held(made: Made) -> Fact:
    return next(f for f in made.graph.facts() if f.twin in made.split.held_out)


def test_a_clean_corpus_passes(made: Made, clean: list[Document]) -> None:
    assert made.split.held_out
    assert made.split.qa_held_out
    assert {d.form for d in clean} >= {"statement", "profile", "evidence", "conclusion", "question"}
    report = made.check()
    assert report.ok, [(r.name, r.examples) for r in report.failed]
    texts = {NAMES, STRAYS, SPANS, FRAMES, PAIRS, QUESTIONS}
    assert {r.name for r in report.results} == {*texts, CLAIMS, ONCE, HARD, ORDER, LICENCES, REACHED, LEDGER}
    assert all(r.looked_at >= len(clean) for r in report.results if r.name not in (REACHED, LEDGER, LICENCES))


def test_a_sample_is_the_same_for_the_same_seed(made: Made) -> None:
    def sampled(seed: int) -> CheckReport:
        return check(made.run, graph=made.graph, split=made.split, lexicon=made.lexicon, sample=40, seed=seed)

    assert sampled(1) == sampled(1)
    looked = {r.name: r.looked_at for r in sampled(1).results}
    assert looked[NAMES] == 40
    assert looked[CLAIMS] > 40, "claims are checked in every document"


def unnamed(document: Document, name: str) -> Document:
    """The document with a name struck out, of the same length, so that every span still fits."""
    return replace(document, text=document.text.replace(name, "x" * len(name)))


def simple(d: Document) -> bool:
    return d.form == "statement" and len(d.spans) == 1


def test_a_name_left_out(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = first(clean, simple)
    fact = made.graph.fact(old.spans[0].fact)
    name = fact.subject.label
    report = made.check(edited(made.corpus, tmp_path / "c", swap(old, unnamed(old, name))))
    assert NAMES in failed(report)
    assert name in told(report, NAMES)


def test_another_name_in_its_place(made: Made, clean: list[Document], tmp_path: Path) -> None:
    """Same length, so that every span still fits."""
    old = first(clean, lambda d: simple(d) and "Avaria" in d.text)
    new = replace(old, text=old.text.replace("Avaria", "Hestia").replace("Realm of Hestia", "Realm of Hestia"))
    report = made.check(edited(made.corpus, tmp_path / "c", swap(old, new)))
    assert {NAMES, STRAYS} <= failed(report)


def test_another_figure(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = first(clean, lambda d: "square kilometres" in d.text and simple(d))
    value = made.lexicon.value(made.graph.fact(old.spans[0].fact))
    wrong = value.replace(value[0], "9" if value[0] != "9" else "8", 1)
    report = made.check(edited(made.corpus, tmp_path / "c", swap(old, replace(old, text=old.text.replace(value, wrong)))))
    assert {NAMES, STRAYS} <= failed(report)


def test_yes_for_no(made: Made, clean: list[Document], tmp_path: Path) -> None:
    def about(d: Document) -> bool:
        return simple(d) and made.graph.fact(d.spans[0].fact).relation.name == "landlocked"

    changes = (("is not landlocked", "is landlocked"), ("is landlocked", "is not landlocked"))
    old, (said, opposite) = next((d, c) for d in clean if about(d) for c in changes if c[0] in d.text)
    text = old.text.replace(said, opposite)
    new = replace(old, text=text, spans=(replace(old.spans[0], end=len(text)),))
    assert NAMES in failed(made.check(edited(made.corpus, tmp_path / "c", swap(old, new))))


def test_every_wording_of_yes_and_no_is_understood() -> None:
    """The curated ones, of both kinds, in statements and in chains; and the derived ones."""
    names = ["landlocked", "un_member", "independent", "is_old", "has_a_fleet"]
    nodes = {"c/A": ("Avaria", "true"), "c/B": ("Belmor", "false")}
    nodes |= {"c/C": ("Cay Islands", "true"), "c/D": ("Dew Islands", "false")}
    facts = [(node, name, (value, BOOLEAN)) for name in names for node, (_, value) in nodes.items()]
    labels = {node: label for node, (label, _) in nodes.items()}  # a plural name has plural verbs
    graph = make_graph(facts, labels=labels, types=dict.fromkeys(nodes, "country"))
    lexicon = resolve(graph)
    looked = 0
    for fact in graph.facts():
        opposite = next(f for f in graph.facts() if f.relation == fact.relation and f.object != fact.object)
        for slot in range(lexicon.wordings(fact, "statement")):
            text = lexicon.say([fact], "statement", slot)
            assert says(text, fact, lexicon) is True, text
            assert says(text, opposite, lexicon) is False, text
            looked += 1
        such = lexicon.entry(fact.relation).phrases.get(f"such_{fact.object.label}")
        if such is not None:
            assert says(f"Its neighbour is a country {such.text}.", fact, lexicon) is True
            assert says(f"Its neighbour is a country {such.text}.", opposite, lexicon) is False
            looked += 1
    assert looked > 40


def test_a_pronoun_for_what_was_never_named(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = first(clean, lambda d: d.form == "profile" and " It" in d.text)
    name = made.graph.node(old.anchor).label
    report = made.check(edited(made.corpus, tmp_path / "c", swap(old, unnamed(old, name))))
    assert NAMES in failed(report)


def test_spans(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = first(clean, simple)
    [span] = old.spans
    for i, wrong in enumerate((replace(span, start=3), replace(span, end=span.end - 4), replace(span, end=span.end + 1))):
        report = made.check(edited(made.corpus, tmp_path / f"c{i}", swap(old, replace(old, spans=(wrong,)))))
        assert SPANS in failed(report), wrong
    more = replace(old, text=old.text + " Nobody knows why.")
    assert SPANS in failed(made.check(edited(made.corpus, tmp_path / "more", swap(old, more))))


def test_frames(made: Made, tmp_path: Path) -> None:
    report = made.check(edited(made.corpus, tmp_path / "c", lambda d: [plus(d, "This is well known.")]))
    assert FRAMES in failed(report)
    assert SPANS not in failed(report)


def test_a_document_without_facts_or_with_unknown_ones(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = first(clean, simple)
    bare = replace(old, spans=(), twins=(), frames=((0, len(old.text)),))
    assert NAMES in failed(made.check(edited(made.corpus, tmp_path / "a", swap(old, bare))))
    alien = replace(old, spans=(replace(old.spans[0], fact=12345),))
    assert {NAMES, CLAIMS} <= failed(made.check(edited(made.corpus, tmp_path / "b", swap(old, alien))))


def test_a_document_twice(made: Made, clean: list[Document], tmp_path: Path) -> None:
    old = clean[0]
    assert failed(made.check(edited(made.corpus, tmp_path / "c", lambda d: [d, d] if d.id == old.id else [d]))) == {ONCE}


def test_a_fact_that_is_said_too_seldom(made: Made, clean: list[Document], tmp_path: Path) -> None:
    fact = first(clean, simple).spans[0].fact
    fewer = edited(made.corpus, tmp_path / "c", lambda d: [] if any(s.fact == fact for s in d.spans) else [d])
    report = made.check(fewer)
    assert {REACHED, LEDGER} <= {r.name for r in report.failed}
    assert show(fact) in told(report, REACHED)
    assert show(fact) in told(report, LEDGER)
    (fewer / FACTS).unlink()
    assert "cannot be read" in told(made.check(fewer), LEDGER)


def test_a_held_out_fact_claimed(made: Made, clean: list[Document], tmp_path: Path) -> None:
    fact, old = held(made), first(clean, simple)
    text = made.lexicon.say([fact], "statement", 0)
    new = replace(old, text=text, spans=(Span(fact.uid, 0, len(text), "stated"),), twins=(fact.twin,), anchor=fact.subject.uid)
    report = made.check(edited(made.corpus, tmp_path / "c", swap(old, new)))
    assert failed(report) == {CLAIMS, PAIRS}
    assert show(fact.uid) in told(report, CLAIMS)


def test_a_held_out_fact_in_words_only(made: Made, clean: list[Document], tmp_path: Path) -> None:
    """By its twin's wording, by an alias, in a frame sentence, in a document about something else."""
    fact, old = held(made), first(clean, simple)
    for i, sentence in enumerate(
        (
            f"People of {fact.subject.label} often think of {made.lexicon.value(fact)}.",
            f"{made.lexicon.value(fact)} comes to mind. So does {fact.subject.label.upper()}.",
        )
    ):
        report = made.check(edited(made.corpus, tmp_path / f"c{i}", swap(old, plus(old, sentence))))
        assert PAIRS in failed(report)
        assert CLAIMS not in failed(report)


def test_a_question_on_a_subject_kept_from_questions(made: Made, clean: list[Document], tmp_path: Path) -> None:
    fact = next(f for f in made.graph.facts() if f.subject.uid in made.split.qa_held_out and f.relation.name == "capital")
    old = first(clean, lambda d: d.form == "question")
    asked = f"Question: {made.lexicon.say([fact], 'question', 0)}\nAnswer: {made.lexicon.answer([fact])}."
    turned = f"Question: Whose capital is it?\nAnswer: {fact.subject.label}."
    spans = (Span(fact.uid, 0, len(asked), "asked"),)
    claimed = replace(old, text=asked, spans=spans, twins=(fact.twin,), anchor=fact.subject.uid)
    assert failed(made.check(edited(made.corpus, tmp_path / "a", swap(old, claimed)))) == {QUESTIONS}
    statement = first(clean, simple)
    for i, text in enumerate((asked, turned)):
        hidden = replace(statement, text=f"{statement.text} {text}")
        assert QUESTIONS in failed(made.check(edited(made.corpus, tmp_path / f"b{i}", swap(statement, hidden))))


@pytest.mark.parametrize("form", ["question", "unknown", "inverse_question"])
def test_what_an_answer_names_is_asked_about_where_the_question_starts_there(form: str) -> None:
    """The object of a plain question is asked for, and may be a subject that is kept from questions."""
    from kg2corpus.checks.documents import read, wording_words
    from kg2corpus.checks.leaks import questions
    from kg2corpus.faithful import reader
    from kg2corpus.verbalizers.template import tell

    facts = [("ex:a", "capital", "ex:b"), ("ex:c", "currency", "ex:d")]
    graph = make_graph(facts, labels={"ex:a": "Norma", "ex:b": "Bel", "ex:c": "Zed", "ex:d": "the Zloto"})
    lexicon = resolve(graph)
    capital, currency = sorted(graph.facts(), key=lambda f: f.relation.name)
    part = Subgraph(capital.subject.uid, (capital, currency) if form == "unknown" else (capital,), form)
    [document] = tell([part], lexicon, stage="s", lesson="quiz", level=5)
    whole = read(document, graph, reader(graph, lexicon), wording_words(lexicon))
    split = Split(graph.fingerprint, 0, {}, frozenset(), frozenset({capital.object.uid}))
    inverse = form == "inverse_question"
    assert bool(questions(whole, graph, split)) == inverse
    kept = replace(split, qa_held_out=frozenset({capital.subject.uid}))
    assert questions(whole, graph, kept)


def test_all_failures_are_counted_and_twenty_kept(made: Made, clean: list[Document], tmp_path: Path) -> None:
    report = made.check(edited(made.corpus, tmp_path / "c", lambda d: [replace(d, spans=(), twins=())]))
    [names] = [r for r in report.results if r.name == NAMES]
    assert names.failures == len(clean) > EXAMPLES == len(names.examples)
    plain = report.as_dict()
    assert plain["ok"] is False
    assert plain["checks"][0]["name"]


def test_nothing_to_look_at_is_a_failure(made: Made, tmp_path: Path) -> None:
    report = made.check(edited(made.corpus, tmp_path / "c", lambda d: []))
    assert NAMES in failed(report)
    assert "no documents" in told(report, NAMES)


def test_what_does_not_belong_together(made: Made, tmp_path: Path) -> None:
    other = countries("Labels were moved.")
    smaller = other.restrict(lambda f: True)
    assert smaller.fingerprint == other.fingerprint
    with pytest.raises(UserError, match="no such folder"):
        made.check(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"no manifest\.json"):
        made.check(tmp_path)
    with pytest.raises(UserError, match="the split was made for graph"):
        check(made.run, graph=made.graph, split=replace(made.split, graph="0" * 16), lexicon=made.lexicon)


def test_words_of_a_wording_are_no_names(tmp_path: Path) -> None:
    """Nodes may bear names that sentences are made of ("the original", "3"): where a wording says them, nothing is named."""
    from kg2corpus.checks.documents import read, strays, wording_words
    from kg2corpus.faithful import reader
    from kg2corpus.verbalizers.template import tell

    graph = make_graph(
        [("ex:a", "original_language", "ex:b"), ("ex:c", "top_3_maker", "ex:a"), ("ex:x", "original_language", "ex:b")],
        labels={"ex:a": "Norma", "ex:b": "Latin", "ex:c": "Zed", "ex:x": "The Original"},
    )
    lexicon = resolve(graph)
    words, found = wording_words(lexicon), reader(graph, lexicon)
    for fact in graph.facts():
        for slot in range(12):
            part = Subgraph(fact.subject.uid, (fact,), "statement", (slot,))
            for document in tell([part], lexicon, stage="s", lesson="facts", level=1):
                assert strays(read(document, graph, found, words), frozenset()) == []
                fault = replace(document, text=document.text[:-1] + ", as in The Original.")
                if "The Original" not in document.text:
                    assert strays(read(fault, graph, found, words), frozenset())


def test_words_of_a_frame_are_no_names() -> None:
    """A film may be called Taken, and another one Seven: "Taken together, this means" and "that is seven" name neither."""
    from kg2corpus.checks.documents import read, strays
    from kg2corpus.faithful import reader

    facts = [("ex:a", "language", "ex:b"), ("ex:taken", "language", "ex:b"), ("ex:seven", "language", "ex:b")]
    graph = make_graph(facts, labels={"ex:a": "Norma", "ex:b": "Latin", "ex:taken": "Taken", "ex:seven": "Seven"})
    found = reader(graph, resolve(graph))
    (fact,) = [fact for fact in graph.facts() if fact.subject.key == "ex:a"]
    for text, faults in (
        ("Taken together, this means that the language of Norma is Latin.", 0),
        ("The language of Norma is Latin. Counted together, that is seven.", 0),
        ("The language of Norma is Latin, like that of Taken.", 1),
        ("The language of Norma is Latin. Counted together, that is Seven.", 1),
    ):
        span = Span(fact.uid, 0, len(text), "stated")
        document = Document(text, "0" * 16, fact.subject.uid, "facts", 1, "statement", "s", 1.0, (span,), (fact.twin,))
        assert len(strays(read(document, graph, found), frozenset())) == faults, text
