"""A corpus on disk: two formats with the same documents, a ledger that tells the truth, a card by which it loads, a part of it;
and what is made again when a lesson changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from kg2corpus import api, ledger
from kg2corpus.compile.limited import spread
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import Curriculum
from kg2corpus.documents import bucket_files, read_corpus, read_manifest, stage_folders
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.licences import identifier, share_alike
from kg2corpus.preview import preview
from kg2corpus.terminal_documents import coloured
from kg2corpus.types import FORMS
from kg2corpus.uid import show
from tests.graphs import make_graph
from tests.small import contents, curriculum, parts, world

FORMATS = ("parquet", "jsonl")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return world()


def compiled(out: Path, graph: Graph, *, workers: int = 1, limit: int | None = None, **changes: Any) -> dict[str, Any]:
    return compile_corpus(curriculum(**changes), graph, *parts(graph), out, workers=workers, limit=limit)


@pytest.fixture(scope="module")
def whole(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("formats")
    for format in FORMATS:
        compiled(folder / format, graph, format=format)
    return {format: folder / format for format in FORMATS}


# formats


def test_both_formats_have_the_same_documents_and_ledger(whole: dict[str, Path]) -> None:
    one, other = (whole[format] for format in FORMATS)
    assert list(read_corpus(one)) == list(read_corpus(other)) != []
    for name in ("fact.parquet", "apart.jsonl.zst", "split.json", "lexicon.yaml"):
        assert contents(one).get(name) == contents(other).get(name)
    manifests = [read_manifest(whole[format]) for format in FORMATS]
    assert [m.pop("format") for m in manifests] == list(FORMATS)
    assert manifests[0] == manifests[1]
    ledgers = [[e for path in ledger.files(whole[format]) for e in ledger.exposures(path)] for format in FORMATS]
    assert ledgers[0] == ledgers[1]


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_the_same_for_any_workers_and_after_a_resume(
    whole: dict[str, Path], graph: Graph, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "c"
    compiled(out, graph, workers=2, format=format)
    assert contents(out) == contents(whole[format])
    bucket_files(stage_folders(out)[0])[1].unlink()
    (out / "manifest.json").unlink()
    compiled(out, graph, workers=2, format=format)
    assert contents(out) == contents(whole[format])


def test_another_format_takes_the_place_of_the_old_one(whole: dict[str, Path], graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "c"
    compiled(out, graph, format="parquet")
    stamp = (out / "plan" / "plan.json").stat().st_mtime_ns
    compiled(out, graph, format="jsonl")
    assert contents(out) == contents(whole["jsonl"])
    assert (out / "plan" / "plan.json").stat().st_mtime_ns == stamp, "the plan is the same"


def test_the_versions_that_the_bytes_depend_on_are_named(whole: dict[str, Path]) -> None:
    import pyarrow

    versions = read_manifest(whole["parquet"])["versions"]
    assert versions["pyarrow"] == pyarrow.__version__
    assert set(versions) == {"kg2corpus", "python", "pyarrow", "zstandard"}


# the ledger


def test_the_ledger_has_one_row_for_each_span(whole: dict[str, Path], graph: Graph) -> None:
    corpus = whole["parquet"]
    twin_of = {fact.uid: fact.twin for fact in graph.facts()}
    said = [
        (s.fact, twin_of[s.fact], d.stage, d.lesson, d.form, d.id, s.start, s.end, s.kind)
        for folder in stage_folders(corpus)
        for d in sorted(read_corpus(corpus), key=lambda d: d.order)
        if folder.name.endswith(d.stage)
        for s in d.spans
    ]
    rows = [e for path in ledger.files(corpus) for e in ledger.exposures(path)]
    assert Counter((*e[:5], *e[6:]) for e in rows) == Counter(said)
    assert rows
    totals = Counter((show(e.fact), e.kind) for e in rows)
    for row in ledger.read_facts(corpus / ledger.FACTS):
        assert {kind: row[kind] for kind in ledger.KINDS} == {kind: totals[row["fact"], kind] for kind in ledger.KINDS}
        assert row["twin"] in {show(twin) for twin in twin_of.values()}


def test_the_ledger_lies_in_the_order_of_the_documents(whole: dict[str, Path]) -> None:
    from kg2corpus.documents import read_bucket

    for folder in stage_folders(whole["parquet"]):
        for path in bucket_files(folder):
            rows = ledger.exposures(whole["parquet"] / ledger.FOLDER / folder.name / path.name)
            order = list(dict.fromkeys(e.document for e in rows))
            assert order == [d.id for d in read_bucket(path)]


def test_a_wording_in_the_ledger_is_the_one_in_the_text(whole: dict[str, Path], graph: Graph) -> None:
    """Filled with the names of its fact, the wording stands in the span; single statements and questions have one."""
    _, lexicon = parts(graph)
    texts = {d.id: d.text for d in read_corpus(whole["parquet"])}
    told = 0
    for path in ledger.files(whole["parquet"]):
        for e in ledger.exposures(path):
            fact, span = graph.fact(e.fact), texts[e.document][e.start : e.end]
            if e.kind == "implied":
                assert e.wording == ""
                continue
            if e.form in ("statement", "question", "inverse_question", "evidence"):
                assert e.wording, (e, span)
            if e.form != "statement" or not e.wording or len({x for x in "{}[]|<>" if x in e.wording} - {"{", "}"}):
                continue
            ends = [lexicon.name(fact.subject), lexicon.value(fact)]
            filled = [e.wording.replace("{S}", a).replace("{O}", b) for a, b in (ends, ends[::-1])]
            if not any("{" in text for text in filled) and texts[e.document] == span:
                told += 1
                assert any(text.casefold() in span.casefold() for text in filled) or " and " in span, (e.wording, span)
    assert told > 50


# what is removed


def test_removed_duplicates_are_in_no_ledger(tmp_path: Path) -> None:
    graph = make_graph([("sam", f"{i}/colour", "red") for i in range(6)])
    manifest = compile_corpus(curriculum(exposures=4, buckets=1), graph, *parts(graph, held_out=0.0), tmp_path / "c")
    assert manifest["dropped"]["duplicate of another fact's text"] > 0
    documents = {d.id: d for d in read_corpus(tmp_path / "c")}
    rows = [e for path in ledger.files(tmp_path / "c") for e in ledger.exposures(path)]
    assert {e.document for e in rows} == set(documents)
    assert len(rows) == sum(len(d.spans) for d in documents.values())
    planned = manifest["planned"]["exposures"]["stated"]["mean"] * manifest["planned"]["twins"]
    assert sum(e.kind == "stated" for e in rows) < planned


# what is made again


def stages(**options: Any) -> list[dict[str, Any]]:
    """Three stages; the options are those of the chains in the second one."""
    return [
        {"name": "recall", "lessons": {"facts": {}, "profile": {}}},
        {"name": "compose", "lessons": {"chains": {"options": options}}},
        {"name": "answer", "questions": 1.0, "lessons": {"facts": {}}},
    ]


def stamps(out: Path) -> dict[str, int]:
    found = [*out.glob("[0-9]*-*/bucket-*"), *out.glob("ledger/*/bucket-*")]
    return {str(path.relative_to(out)): path.stat().st_mtime_ns for path in found}


def test_a_changed_lesson_makes_only_those_files_again_whose_plan_changed(graph: Graph, tmp_path: Path) -> None:
    one, fresh = tmp_path / "one", tmp_path / "fresh"
    compiled(one, graph, stages=stages(conclusions=0.0), exposures=8)
    before = stamps(one)
    compiled(one, graph, stages=stages(conclusions=1.0), exposures=8)
    compiled(fresh, graph, stages=stages(conclusions=1.0), exposures=8)
    assert contents(one) == contents(fresh)
    after = stamps(one)
    again = {name for name in after if before.get(name) != after[name]}
    assert {name.split("/")[-2] for name in again} == {"02-compose"}, "the stage before is kept, and so is that after it"
    assert len([name for name in after if name not in again]) == 2 * 2 * 3


def test_what_comes_later_is_made_again_where_its_wordings_move_on(graph: Graph, tmp_path: Path) -> None:
    """A lesson that states facts once more leaves other wordings to those that come after it."""
    one, fresh = tmp_path / "one", tmp_path / "fresh"
    compiled(one, graph, stages=stages(), exposures=8)
    before = stamps(one)
    changed = stages()
    changed[1]["lessons"]["profile"] = {}
    for out in (one, fresh):
        compiled(out, graph, stages=changed, exposures=8)
    assert contents(one) == contents(fresh)
    again = {name.split("/")[-2] for name, stamp in stamps(one).items() if before.get(name) != stamp}
    assert "01-recall" not in again
    assert "02-compose" in again


def test_other_wordings_make_everything_again(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    out = tmp_path / "c"
    compile_corpus(curriculum(), graph, split, lexicon, out)
    before = stamps(out)
    lexicon.tagger = "another"
    compile_corpus(curriculum(), graph, split, lexicon, out)
    assert all(before[name] != stamp for name, stamp in stamps(out).items())


def test_a_file_that_was_cut_off_is_made_again(whole: dict[str, Path], graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "c"
    compiled(out, graph)
    path = out / "ledger" / "01-recall" / "bucket-0001.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    compiled(out, graph)
    assert contents(out) == contents(whole["parquet"])


# a part


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_a_limited_corpus_is_a_part_of_the_whole_one(whole: dict[str, Path], graph: Graph, tmp_path: Path, limit: int) -> None:
    for name in ("a", "b"):
        manifest = compiled(tmp_path / name, graph, limit=limit, workers=2)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    some, all_ = list(read_corpus(tmp_path / "a")), list(read_corpus(whole["parquet"]))
    assert len(some) == limit == manifest["documents"] == manifest["limit"]
    assert all(document in all_ for document in some)
    places = [all_.index(document) for document in some]
    assert places == sorted(places), "in the declared order"
    of = Counter((d.stage, d.lesson) for d in some)
    assert len(of) == min(limit, len({(d.stage, d.lesson) for d in all_}))
    assert any("limited to" in warning for warning in manifest["warnings"])
    assert "limited to" in (tmp_path / "a" / "README.md").read_text("utf-8")


def test_repeats_and_duplicates_do_not_depend_on_the_limit(tmp_path: Path) -> None:
    graph = make_graph([*((f"{n}/sam", f"{i}/colour", "red") for i in range(4) for n in range(2))], name="twice")
    options: dict[str, Any] = {"exposures": 40, "buckets": 2}
    compile_corpus(curriculum(**options), graph, *parts(graph, held_out=0.0), tmp_path / "whole")
    whole = list(read_corpus(tmp_path / "whole"))
    manifest = read_manifest(tmp_path / "whole")
    assert manifest["repeats"]
    assert manifest["dropped"]
    for limit in (3, 30, 100, 100_000):
        compile_corpus(curriculum(**options), graph, *parts(graph, held_out=0.0), tmp_path / "part", limit=limit)
        assert all(document in whole for document in read_corpus(tmp_path / "part"))


def test_a_limited_corpus_grows_to_the_whole_one(whole: dict[str, Path], graph: Graph, tmp_path: Path) -> None:
    compiled(tmp_path / "c", graph, limit=5)
    compiled(tmp_path / "c", graph)
    assert contents(tmp_path / "c") == contents(whole["parquet"])
    with pytest.raises(UserError, match="limit is 0"):
        compiled(tmp_path / "c", graph, limit=0)


def test_parts_are_as_equal_as_they_can_be() -> None:
    assert spread(10, {"a": 100, "b": 2, "c": 100}) == {"a": 4, "b": 2, "c": 4}
    assert spread(2, {"a": 5, "b": 5, "c": 5}) == {"a": 1, "b": 1, "c": 0}
    assert spread(99, {"a": 5, "b": 0}) == {"a": 5, "b": 0}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, repo: Path) -> str:
    db = str(tmp_path_factory.mktemp("store") / "kg.db")
    api.load([repo / "data" / "countries"], db, licence="ODbL 1.0")
    return db


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("settings") / "own.yaml"
    own: Curriculum = curriculum(exposures=4)
    path.write_text(yaml.safe_dump(own.model_dump(mode="json", include={"name", "buckets", "exposures", "stages"})))
    return path


def test_a_preview_shows_documents_with_their_facts_and_writes_nothing(
    store: str, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = preview(settings, store, 20, sets=["split.relations=capital,borders,currency"])
    assert not list(tmp_path.iterdir())
    assert len(shown) == 20
    assert {d["lesson"] for d in shown} == {"facts", "profile", "pairs", "chains"}
    console = Console(color_system="standard", force_terminal=True, width=10_000)
    for document in shown:
        assert {span["fact"] for span in document["spans"]} == {fact["fact"] for fact in document["facts"]}
        text = coloured(document)
        assert text.plain == document["text"]
        for span in document["spans"]:
            assert (span["start"], span["end"]) in {(s.start, s.end) for s in text.spans}
            assert FORMS[document["form"]]
        with console.capture() as captured:
            console.print(text)
        assert "\x1b[" in captured.get(), "in colours"


# the card


@pytest.mark.parametrize(
    ("text", "name", "alike"),
    [
        ("CC BY-SA 4.0", "cc-by-sa-4.0", True),
        ("https://creativecommons.org/licenses/by-sa/3.0/", "cc-by-sa-3.0", True),
        ("Creative Commons Attribution 4.0 International", "cc-by-4.0", False),
        ("CC0", "cc0-1.0", False),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0", False),
        ("Open Database License (ODbL) 1.0", "odbl", True),
        ("cc-by-nc-sa-4.0", "cc-by-nc-sa-4.0", True),
        ("Apache License, Version 2.0", "apache-2.0", False),
        ("MIT", "mit", False),
        ("GPL-3.0-or-later", "gpl-3.0", True),
        ("LGPL", "lgpl-3.0", False),
        ("ours, ask us; share-alike", "other", True),
        ("WordNet 3.0 license", "other", False),
        ("permitted for research", "other", False),
    ],
)
def test_licences_by_their_names(text: str, name: str, alike: bool) -> None:
    assert (identifier(text), share_alike(text)) == (name, alike)


def test_the_card_tells_sources_licences_statistics_and_curriculum(store: str, settings: Path, tmp_path: Path) -> None:
    manifest = api.compile(settings, store, tmp_path / "c", sets=["split.relations=capital,borders,currency"])
    _, front, body = (tmp_path / "c" / "README.md").read_text("utf-8").split("---\n", 2)
    head = yaml.safe_load(front)
    assert head["license"] == "odbl"
    assert "**Share-alike:**" in body
    assert "| countries | ODbL 1.0 | yes |" in body
    for lesson, counts in manifest["lessons"].items():
        assert f"| {lesson} | {counts['documents']:,} | {counts['tokens']:,} | {counts['characters']:,} |" in body
        assert 0 < counts["facts"] <= manifest["coverage"]["facts"]
    assert sum(counts["documents"] for counts in manifest["lessons"].values()) == manifest["documents"]
    assert sum(counts["characters"] for counts in manifest["lessons"].values()) == manifest["characters"]
    told = body.split("```yaml\n")[1].split("```")[0]
    assert yaml.safe_load(told) == yaml.safe_load((tmp_path / "c" / "settings.yaml").read_text("utf-8"))
    for config in head["configs"][1:]:
        assert config["data_files"] in head["configs"][0]["data_files"]
    found = {path for pattern in head["configs"][0]["data_files"] for path in (tmp_path / "c").glob(pattern)}
    assert found == {path for folder in stage_folders(tmp_path / "c") for path in bucket_files(folder)}, "no ledger is data"


@pytest.mark.parametrize("format", FORMATS)
def test_it_loads_as_a_dataset_as_it_lies(whole: dict[str, Path], tmp_path: Path, format: str) -> None:
    datasets = pytest.importorskip("datasets", reason="comes with the extra dev")
    corpus = whole[format]
    documents = sorted(read_corpus(corpus), key=lambda d: d.id)
    loaded = datasets.load_dataset(str(corpus), split="train", cache_dir=str(tmp_path))
    rows = sorted(loaded, key=lambda row: row["id"])
    assert [(r["id"], r["text"], r["lesson"], r["order"]) for r in rows] == [
        (d.id, d.text, d.lesson, d.order) for d in documents
    ]
    for row, document in zip(rows, documents, strict=True):
        spans = [{"fact": show(s.fact), "start": s.start, "end": s.end, "kind": s.kind} for s in document.spans]
        assert row["spans"] == spans
        assert row["twins"] == list(map(show, document.twins))
    for stage in ("recall", "mix"):
        own = datasets.load_dataset(str(corpus), stage, split="train", cache_dir=str(tmp_path))
        assert sorted(own["id"]) == [d.id for d in documents if d.stage == stage]


def test_an_empty_stage_or_bucket_loads_too(graph: Graph, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="comes with the extra dev")
    for format in FORMATS:
        compiled(tmp_path / format, graph, limit=1, format=format)
        loaded = datasets.load_dataset(str(tmp_path / format), split="train", cache_dir=str(tmp_path / "cache"))
        assert [row["text"] for row in loaded] == [d.text for d in read_corpus(tmp_path / format)]


def test_pandas_reads_documents_and_ledger(whole: dict[str, Path]) -> None:
    pandas = pytest.importorskip("pandas", reason="comes with the extra dev")
    corpus = whole["parquet"]
    frame = pandas.read_parquet(corpus / "01-recall")
    assert set(frame["lesson"]) == {"facts", "profile"}
    rows = pandas.read_parquet(corpus / ledger.FOLDER)
    assert len(rows) == sum(len(d.spans) for d in read_corpus(corpus))
    assert rows["wording"].str.contains("{S}", regex=False).any()
    assert json.loads(rows.iloc[[0]].to_json(orient="records"))[0]["kind"] in ledger.KINDS
