"""How near the forecast of `kg2corpus plan` comes to what `compile` then makes, lesson by lesson.

    python tests/tools/check_forecast.py --data shared/data --case wordnet31:ladder:tokens=5M

The plan is made once and both are made from it. All lessons are estimated here from `--sample` subgraphs, also those that
`plan` would count exactly, unless `--exact` says from which number of tokens on they are.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg2corpus.api_lexicon import lexicon_of
from kg2corpus.compile.measure import fitted
from kg2corpus.compile.plan import Planner
from kg2corpus.compile.relations import taught
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import load_curriculum
from kg2corpus.forecast.corpus import SAMPLE, Corpus, corpus
from kg2corpus.splitting import split_of
from tests.tools.known_graphs import graph_of

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "plan"


def compared(made: Corpus, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Planned and compiled tokens and documents by stage and lesson."""
    rows = []
    for stage in manifest["stages"]:
        for lesson, forms in stage["lessons"].items():
            own = [row for row in made.rows if (row.stage, row.lesson) == (stage["name"], lesson)]
            told = {key: sum(form[key] for form in forms.values()) for key in ("documents", "tokens")}
            planned = {key: sum(getattr(row, key) for row in own) for key in ("documents", "tokens")}
            rows.append({
                "stage": stage["name"], "lesson": lesson, "planned": planned, "compiled": told,
                "off": round(planned["tokens"] / told["tokens"] - 1, 5), "exact": all(row.exact for row in own),
            })  # fmt: skip
    return rows


def measure(case: str, data: Path, work: Path, exact: int, sample: int) -> dict[str, Any]:
    """Plan, forecast and compile a case (graph:curriculum:setting)."""
    name, curriculum, *sets = case.split(":")
    graph, settings = graph_of(name, data, work), load_curriculum(curriculum, sets)
    split = split_of(settings, graph)
    narrowed, _ = taught(settings.relations, graph, split)
    seconds, start = {}, time.process_time()
    planner = Planner(settings, graph, narrowed, lexicon_of(graph))
    plan = fitted(planner, None)
    seconds["plan"], start = time.process_time() - start, time.process_time()
    made = corpus(planner, plan, graph, split, exact=exact, sample=sample)
    seconds["forecast"], start = time.process_time() - start, time.process_time()
    with TemporaryDirectory() as aside:
        folder = Path(aside) / "corpus"
        manifest = compile_corpus(settings, graph, split, planner.lexicon, folder, plan=plan)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    seconds["compile"] = time.process_time() - start
    return {
        "lessons": compared(made, manifest),
        "tokens": {"planned": made.tokens, "compiled": manifest["tokens"]},
        "bytes": {"planned": round(made.documents_bytes + made.other_bytes), "compiled": size},
        "cpu seconds": {key: round(value, 1) for key, value in seconds.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("bench-work"))
    parser.add_argument("--case", action="append")
    parser.add_argument("--exact", type=int, default=0)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    args = parser.parse_args()
    path = RESULTS / "forecast.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for case in args.case or ["wordnet31:ladder:tokens=5M", "fb15k-237n:ladder:tokens=5M"]:
        found[case] = measure(case, args.data, args.work, args.exact, args.sample)
        print(case, json.dumps(found[case], indent=1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
