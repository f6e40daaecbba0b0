"""docs/file-formats.md names every key that stands in the files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import ledger
from kg2corpus.columns import TABLES, save
from kg2corpus.config import Curriculum
from kg2corpus.document_rows import COLUMNS
from kg2corpus.documents import read_lines
from kg2corpus.lexicon.entry import KEYS
from kg2corpus.lexicon.files import NAMES, TOP
from kg2corpus.probes.write import ask_all
from kg2corpus.store.schema import tables

from .corpora import Made, make


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def named(repo: Path) -> set[str]:
    """Every word that stands in code in the page."""
    page = (repo / "docs" / "file-formats.md").read_text(encoding="utf-8")
    code = re.sub(r"```.*?```", lambda m: f"`{m.group()[3:-3]}`", page, flags=re.DOTALL)
    return {word for part in re.findall(r"`([^`]*)`", code) for word in re.findall(r"[\w.-]+", part)} | {
        word.removeprefix("metadata.") for word in re.findall(r"metadata\.\w+", page)
    }


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def first(path: Path, line: int = 0) -> Any:
    return json.loads(list(read_lines(path))[line])


def keys(made: Made, probes: Path) -> Iterator[tuple[str, str]]:
    """(file, key) of all that stands in a run's files."""
    corpus, blocks = made.corpus, made.blocks
    files: dict[str, Any] = {
        "manifest.json": read(corpus / "manifest.json"),
        "stages": read(corpus / "manifest.json")["stages"][0],
        "fingerprints": read(corpus / "manifest.json")["fingerprints"],
        "coverage": read(corpus / "manifest.json")["coverage"],
        "plan.json": read(corpus / "plan" / "plan.json"),
        "versions": read(corpus / "manifest.json")["versions"],
        "of a lesson": next(iter(read(corpus / "manifest.json")["lessons"].values())),
        "ledger's footer": ledger.about(next(corpus.glob("ledger/*/bucket-*"))),
        "split.json": read(corpus / "split.json"),
        "split options": read(corpus / "split.json")["options"],
        "ledger": ledger.COLUMNS,
        "facts.parquet": ledger.FACT_COLUMNS,
        "document": COLUMNS,
        "boundaries": first(blocks / "boundaries.jsonl.zst"),
        "pack.json": read(blocks / "pack.json"),
        "pack settings": read(blocks / "pack.json")["settings"],
        "probes.json": read(probes / "probes.json"),
        "probe": json.loads((probes / "probes.jsonl").read_text(encoding="utf-8").splitlines()[0]),
    }
    for name, content in files.items():
        yield from ((name, key) for key in content)


def test_every_key_is_described(made: Made, named: set[str], tmp_path: Path) -> None:
    ask_all(made.graph, made.split, made.lexicon, tmp_path)
    found = list(keys(made, tmp_path))
    assert len(found) > 100
    assert [f"{file}: {key}" for file, key in found if key not in named] == []


def test_every_table_and_column_is_described(made: Made, named: set[str], tmp_path: Path) -> None:
    for table in tables().all.sorted_tables:
        assert {table.name, *(c.name for c in table.columns)} <= named, table.name
    save(made.graph.columns, tmp_path, made.graph.fingerprint)
    for name in TABLES:
        columns = set(getattr(made.graph.columns, name).column_names)
        assert {f"{name}.arrow"} | columns <= named, name
    assert set(read(tmp_path / "snapshot.json")) <= named


def test_every_setting_is_described(named: set[str]) -> None:
    """Of curricula and lexicon files."""
    wanted = {*Curriculum.model_fields, *TOP, *NAMES, *KEYS}
    for section in ("split", "relations", "pack", "train", "probe"):
        wanted |= set(type(Curriculum.model_fields[section].default).model_fields)
    # keys that only a person's own file has, described in lexicon.md
    assert wanted - named <= {"match", "subjects"}


def test_every_file_of_a_run_is_described(made: Made, named: set[str]) -> None:
    for path in [*made.corpus.rglob("*"), *made.blocks.rglob("*")]:
        if path.is_file():
            assert re.sub(r"\d{4}", "NNNN", path.name) in named, path.name
