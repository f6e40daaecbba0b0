"""Questions have all their answers, also those that the graph states the other way round only."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus import api
from kg2corpus.documents import read_corpus

HEAD = "@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
ONE_WAY = ":Ann :sibling :Bob . :Bob :sibling :Cid .\n"


@pytest.mark.parametrize(
    ("graph", "asked"),
    [
        (":sibling a owl:SymmetricProperty . " + ONE_WAY, {"Ann": {"Bob"}, "Cid": {"Bob"}}),
        (":sibling a owl:SymmetricProperty . " + ONE_WAY + ":Bob :sibling :Ann . :Cid :sibling :Bob .\n",
         {"Ann": {"Bob"}, "Cid": {"Bob"}, "Bob": {"Ann", "Cid"}}),
        (ONE_WAY, {"Ann": {"Bob"}, "Bob": {"Cid", "Ann"}, "Cid": {"Bob"}}),
    ],
    ids=["stated one way", "stated both ways", "not symmetric"],
)  # fmt: skip
def test_of_a_symmetric_relation(tmp_path: Path, graph: str, asked: dict[str, set[str]]) -> None:
    (tmp_path / "g.ttl").write_text(HEAD + graph, encoding="utf-8")
    db, out = str(tmp_path / "kg.db"), tmp_path / "corpus"
    api.load([tmp_path / "g.ttl"], db)
    api.compile("smoke", db, out, sets=["exposures=12", "split.qa_held_out=0", "split.held_out=0"])
    found: dict[str, set[str]] = {}
    for document in read_corpus(out):
        if document.form in ("question", "inverse_question"):
            question, answer = document.text.split("\nAnswer: ")
            (about,) = [name for name in ("Ann", "Bob", "Cid") if name in question]
            found.setdefault(about, set()).update(name for name in ("Ann", "Bob", "Cid") if name in answer)
    assert found.items() <= asked.items()
    assert len(found) >= len(asked) - 1, "what is asked at all hangs on the budget"
