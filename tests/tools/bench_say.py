"""How fast the template verbalizer says documents, on one core, and where the time goes.

    python tests/tools/bench_say.py --data shared/data

For each graph and form: documents of facts drawn by a fixed seed, with fresh slots. `tell` is the verbalizer alone, from
facts to documents with uids and spans; `bucket` is all that compiling does with a document: facts from the snapshot, telling,
ids, the ledger, JSON, zstd. CPU seconds, the best of three runs; tokens are those of the shipped model's tokenizer, counted
outside.
The profile is cProfile's, by the share of its own time that each function takes (it slows small functions most).
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from kg2corpus.compile.bucket import Job, Tally, _documents
from kg2corpus.documents import encode, write_lines
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.names import nameless
from kg2corpus.types import Document, Fact, Subgraph
from kg2corpus.verbalizers.template import tell
from tests.tools.known_graphs import graph_of
from tests.tools.results import write

GRAPHS = ("countries", "chemical-elements", "bear", "wordnet31")
FORMS = ("statement", "question", "profile")
DOCUMENTS, SEED, RUNS, SLOTS = 10_000, 11, 3, 1 << 16
LESSONS = {"statement": "facts", "question": "facts", "profile": "profile"}
SHOWN = 14


def subgraphs(graph: Graph, lexicon: Lexicon, form: str, count: int) -> list[Subgraph]:
    """Subgraphs of a form, each with slots of its own; subjects may come again, as in a corpus."""
    rng = Random(f"{SEED} {form}")
    uids = [fact.uid for fact in graph.facts() if not nameless(fact)]
    found: list[Subgraph] = []
    for _ in range(4 * count):
        fact = graph.fact(rng.choice(uids))
        if (facts := _facts(graph, lexicon, fact, form, rng)) is not None:
            found.append(Subgraph(fact.subject.uid, facts, form, tuple(rng.randrange(SLOTS) for _ in facts)))
        if len(found) == count:
            break
    return found


def _facts(graph: Graph, lexicon: Lexicon, fact: Fact, form: str, rng: Random) -> tuple[Fact, ...] | None:
    if form == "profile":
        out = [f for f in graph.out(fact.subject.uid) if not nameless(f)]
        chosen = out if len(out) <= 12 else rng.sample(out, 12)
        return tuple(sorted(chosen, key=lambda f: f.relation.key)) if len(chosen) > 2 else None
    if form == "question":
        facts = graph.out(fact.subject.uid, fact.relation.uid)
        return facts if len(facts) < 6 and lexicon.wordings(fact, "question") and not any(map(nameless, facts)) else None
    return (fact,)


def rows_of(todo: Sequence[Subgraph]) -> Iterator[tuple[Any, ...]]:
    """The same as rows of a plan."""
    for order, s in enumerate(todo):
        yield 0, order, LESSONS[s.form], s.form, s.anchor, tuple(f.uid for f in s.facts), s.slots


def fastest(run: Callable[[], Any]) -> float:
    """CPU seconds of the fastest of some runs."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def measure(graph: Graph, lexicon: Lexicon, form: str, folder: Path, count: Callable[[list[str]], int]) -> dict[str, Any]:
    """Tokens a CPU second of one form, told alone and as a bucket writes it."""
    todo = subgraphs(graph, lexicon, form, DOCUMENTS)
    heading = {"stage": "bench", "lesson": LESSONS[form], "level": 1}
    told: list[Document] = list(tell(todo, lexicon, **heading))  # type: ignore[arg-type]
    texts = [document.text for document in told]
    tokens = count(texts)
    rows, job = list(rows_of(todo)), Job(folder, (("bench", "00-bench"),), 1200)

    def bucket() -> None:
        said = _documents(iter(rows), job, 0, graph, lexicon, Tally())
        write_lines(folder / "bucket.jsonl.zst", map(encode, said))

    alone = fastest(lambda: list(tell(todo, lexicon, **heading)))  # type: ignore[arg-type]
    whole = fastest(bucket)
    return {
        "documents": len(told), "facts": sum(len(s.facts) for s in todo), "tokens": tokens,
        "tokens a document": round(tokens / len(told), 1),
        "words": sum(len(text.split()) for text in texts),
        "tell, tokens a second": round(tokens / alone), "tell, documents a second": round(len(told) / alone),
        "bucket, tokens a second": round(tokens / whole),
    }  # fmt: skip


def profile(graph: Graph, lexicon: Lexicon, form: str) -> list[dict[str, Any]]:
    """The functions that `tell` spends most of its time in."""
    todo = subgraphs(graph, lexicon, form, DOCUMENTS)
    profiler = cProfile.Profile()
    profiler.runcall(lambda: list(tell(todo, lexicon, stage="bench", lesson=LESSONS[form], level=1)))
    stats: Any = pstats.Stats(profiler)
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][2])
    return [
        {"function": f"{Path(file).name}:{name}", "calls": calls, "share": round(own / stats.total_tt, 3)}
        for (file, _, name), (_, calls, own, _, _) in rows[:SHOWN]
    ]


def counter() -> Callable[[list[str]], int]:
    """Counts tokens with the tokenizer of the shipped model."""
    from tokenizers import Tokenizer

    from kg2corpus.models.bundled import resolve_model

    tokenizer = Tokenizer.from_file(str(Path(resolve_model("smollm2")) / "tokenizer.json"))
    return lambda texts: sum(len(one.ids) for one in tokenizer.encode_batch(texts, add_special_tokens=False))


def run(data: Path, work: Path) -> dict[str, Any]:
    """All graphs and forms; the profile of single statements and of profiles."""
    found: dict[str, Any] = {"speed": {}, "profile": {}}
    count = counter()
    with tempfile.TemporaryDirectory() as folder:
        for name in GRAPHS:
            graph = graph_of(name, data, work)
            lexicon = resolve(graph)
            found["speed"][name] = {form: measure(graph, lexicon, form, Path(folder), count) for form in FORMS}
            if name == "countries":
                found["profile"] = {form: profile(graph, lexicon, form) for form in FORMS}
    return found


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    rows = ["| graph | form | tokens a document | tell: k tokens/s | k documents/s | bucket: k tokens/s |", "|---" * 6 + "|"]
    for name, forms in found["speed"].items():
        for form, r in forms.items():
            rates = [r[f"{what} a second"] / 1000 for what in ("tell, tokens", "tell, documents", "bucket, tokens")]
            rows.append(f"| {name} | {form} | {r['tokens a document']} | {' | '.join(f'{rate:,.0f}' for rate in rates)} |")
    for form, functions in found["profile"].items():
        rows.append(f"\n{form}: " + ", ".join(f"{f['function']} {f['share']:.0%}" for f in functions))
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        found = run(args.data, args.work or Path(aside))
    write("speed", found)
    print(table(found))


if __name__ == "__main__":
    main()
