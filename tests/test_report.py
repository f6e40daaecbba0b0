"""The report: what it shows of a run folder, that it needs nothing from outside, and that no text of a graph breaks it."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import uid
from kg2corpus.documents import write_bucket
from kg2corpus.errors import UserError
from kg2corpus.ledger import FACTS, write_facts
from kg2corpus.probes.stats import results, table
from kg2corpus.report import report
from kg2corpus.report.charts import exposure_bins
from kg2corpus.report.samples import choose, segments
from kg2corpus.types import Document, Span

NASTY = '<script>alert("x")</script> & *stars* | [pipes]'
HEBREW = "תל אביב"


def documents() -> list[Document]:
    forms = [("facts", 1, "statement"), ("profile", 1, "profile"), ("pairs", 2, "pair"), ("chains", 3, "evidence"),
             ("chains", 3, "conclusion"), ("facts", 5, "question")]  # fmt: skip
    made = []
    for i in range(18):
        lesson, level, form = forms[i % len(forms)]
        first, second = f"Thimphu {i} is the capital of Bhutan.", f"{HEBREW} {NASTY}."
        text = f"{first}\n{second} And so on."
        cut = len(first) + 1
        kind = "asked" if form == "question" else "implied" if form == "conclusion" else "stated"
        spans = (Span(i, 0, len(first), kind), Span(100 + i, 0, len(first), kind), Span(200 + i, cut, cut + len(second), kind))
        frames = ((cut + len(second) + 1, len(text)),)
        name = uid.show(uid.digest("document", text, form))
        made.append(Document(text, name, 1, lesson, level, form, "main", 0.1, spans, (i,), frames, order=i))  # type: ignore[arg-type]
    return made


def answers(seed: str, right: dict[str, float]) -> list[dict[str, Any]]:
    rng, rows = random.Random(seed), []
    for task, chance in (("multiple_choice", 0.25), ("true_false", 0.5), ("blank_filling", 0.05)):
        for split in ("train", "qa_held_out", "held_out"):
            for wording in ("seen", "unseen"):
                for i in range(36):
                    at = ("train", "qa_held_out", "held_out").index(split) * 100 + i
                    score = float(rng.random() < max(chance, right[split]))
                    name = uid.show(uid.digest(task, split, wording, str(i)))
                    rows.append(
                        {"id": name, "task": task, "split": split, "wording": wording, "relation": ("capital", NASTY)[i % 2],
                         "subject": uid.show(at // 2), "facts": [uid.show(at)], "chance": chance,
                         "level": 5 - 4 * (chance > 0.3), "score": score, "said": "x", "margin": 0.0}
                    )  # fmt: skip
    return rows


def run_folder(folder: Path, *, counterfactual: str = "COUNTERFACTUAL: labels of countries were exchanged (seed 7)") -> Path:
    corpus, probes = folder / "corpus", folder / "probes"
    probes.mkdir(parents=True)
    for name, right in (("before", {"train": 0.3, "qa_held_out": 0.3, "held_out": 0.25}),
                        ("after", {"train": 0.97, "qa_held_out": 0.92, "held_out": 0.27})):  # fmt: skip
        rows = answers(name, right)
        (probes / f"answers-{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    asked = {"graph_name": f"countries {NASTY}", "counterfactual": counterfactual, "graph": "ab" * 8, "split": "cd" * 8,
             "skipped": {"multiple_choice": {"train/seen: the answer shows in the question": 3}}}  # fmt: skip
    (probes / "probes.json").write_text(json.dumps(asked))
    write_bucket(corpus / "00-main" / "bucket-0000.parquet", documents())
    (corpus / "manifest.json").write_text(json.dumps({"stages": [{"folder": "00-main"}]}))
    (corpus / "settings.yaml").write_text(f"name: ladder\nnote: '{NASTY}'\n")
    rng = random.Random("ledger")
    stated = [rng.choice([8, 16, 32, 48]) for _ in range(136)]
    columns = {"fact": list(range(136)), "twin": list(range(136)), "target": stated, "stated": stated}
    write_facts(corpus / FACTS, {**columns, "asked": [4] * 136, "implied": [0] * 136})
    made = table(probes / "answers-before.jsonl", probes / "answers-after.jsonl")
    told = results(made, facts=72, tokens=37_012, seconds=335.4, perplexity=(18.2, 20.9))
    (folder / "results.json").write_text(json.dumps(told))
    return folder


class Page(HTMLParser):
    """Checks that tags nest, and gathers what a page would fetch or run."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [v for k, v in attrs if v and k in ("src", "href", "xlink:href", "data") and not v.startswith("#")]
        self.outside += [k for k, _ in attrs if k.startswith("on")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder(tmp_path_factory.mktemp("run") / "demo")


def test_page_stands_alone_and_escapes_every_text(run: Path, tmp_path: Path) -> None:
    md, html = report(run, tmp_path)
    text = html.read_text(encoding="utf-8")
    page = Page(text)
    assert page.outside == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert not re.search(r"@import|url\((?!['\"]?#)", text)
    assert "<script" not in md.read_text(encoding="utf-8")
    assert page.tags.count("svg") == 2
    assert NASTY not in text
    assert text.count("&lt;script&gt;") >= 5
    assert text.count('dir="auto"') >= 5


def test_page_shows_every_row_the_perplexity_and_the_banner(run: Path, tmp_path: Path) -> None:
    md, html = (p.read_text(encoding="utf-8") for p in report(run, tmp_path))
    rows = json.loads((run / "results.json").read_text())["probes"]
    assert len(rows) == 18
    for row in rows:
        shown = f"{100 * row['after']:.0f} %"
        assert shown in html
        assert shown in md
    assert html.count("<td>seen</td>") == html.count("<td>unseen</td>") == 9
    assert sum(line.startswith("| ") for line in md.splitlines()) == 19
    for text in (md, html):
        assert "COUNTERFACTUAL" in text
        assert "Labels of countries were exchanged" in text
        assert "37,012" in text
        assert "18.2" in text
        assert "abababababababab" in text
    assert "no question of the corpus asks about" in html


def test_a_real_graph_has_no_banner(tmp_path: Path) -> None:
    _, html = report(run_folder(tmp_path / "real", counterfactual=""))
    assert "COUNTERFACTUAL" not in html.read_text(encoding="utf-8")


def test_five_documents_of_different_forms_with_their_facts(run: Path, tmp_path: Path) -> None:
    _, html = report(run, tmp_path)
    text = html.read_text(encoding="utf-8")
    assert text.count("<article>") == 5
    assert text.count("<mark class=stated>") >= 4
    assert len({d.form for d in choose(documents(), 5, 0)}) == 5


def test_the_report_is_the_same_each_time(run: Path, tmp_path: Path) -> None:
    first = [p.read_bytes() for p in report(run, tmp_path / "a")]
    assert [p.read_bytes() for p in report(run, tmp_path / "b")] == first


def test_segments_give_the_text_back_and_number_the_facts() -> None:
    for document in documents():
        order = list(dict.fromkeys(s.fact for s in document.spans))
        cut = segments(document, order)
        assert "".join(text for text, _, _ in cut) == document.text
        assert [numbers for _, numbers, _ in cut if numbers] == [(1, 2), (3,)]


def test_results_alone_are_enough(run: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "results.json").write_bytes((run / "results.json").read_bytes())
    _, html = report(alone)
    assert Page(html.read_text(encoding="utf-8")).tags.count("svg") == 1


def test_exposures_are_not_drawn_where_they_are_not_known(run: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("answers-before.jsonl", "answers-after.jsonl"):
        (alone / name).write_bytes((run / "probes" / name).read_bytes())
    _, html = report(alone)
    assert "Learning against exposures" not in html.read_text(encoding="utf-8")


def test_a_folder_without_results_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError) as e:
        report(tmp_path)
    assert "kg2corpus probe" in e.value.hint
    with pytest.raises(UserError):
        report(tmp_path / "none")
    (tmp_path / "results.json").write_text("{")
    with pytest.raises(UserError, match=r"results\.json"):
        report(tmp_path)


def test_exposure_bins_hold_every_fact_once() -> None:
    rng = random.Random("bins")
    facts = [
        {"split": rng.choice(["train", "held_out"]), "stated": rng.choice([0, 3, 3, 9, 40]),
         "tasks": {"t": {"before": 0.0, "after": 1.0, "n": 1}}}
        for _ in range(200)
    ]  # fmt: skip
    bins = exposure_bins(facts)
    assert sum(b["n"] for b in bins) == 200
    assert all(b["after"] == 1.0 and b["low"] > 0.5 for b in bins if b["n"] > 5)
    assert exposure_bins([]) == []
