"""Our text against human text: BLEU and chrF++ of `kg2corpus say` on DART and E2E, with every fact said.

    python tests/tools/human_text.py --data shared/data

Needs `pip install sacrebleu`, which nothing else here does. DART is said with derived wordings alone; E2E without and with a
lexicon of its own (docs/results/text/e2e-lexicon.yaml). The baseline joins "subject predicate object .". From the human texts
only the scores are taken: nothing here shows them, and no wording was made from them.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg2corpus.lexicon.english import clean
from kg2corpus.say import Said, say
from kg2corpus.types import Node
from tests.tools.results import RESULTS, write

SEEDS = (0, 1, 2)
E2E_LEXICON = RESULTS / "e2e-lexicon.yaml"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    """Triples and the texts that people wrote for them; `part` is where they come from."""

    triples: tuple[Triple, ...]
    references: tuple[str, ...]
    part: str


def dart(data: Path) -> list[Case]:
    """The entries of DART's development set. Those of E2E and those of tables are parts of their own."""
    text = lzma.decompress((data / "kg2text" / "dart-dev.xml.xz").read_bytes()).decode("utf-8")
    cases = []
    for entry in ElementTree.fromstring(text.partition("?>")[2]).iter("entry"):
        triples = [(m.text or "").split(" | ") for m in entry.iter("mtriple")]
        sources = {lex.get("comment", "") for lex in entry.iter("lex")}
        part = "e2e" if sources == {"e2e"} else "tables and others"
        cases.append(Case(tuple((s, r, o) for s, r, o in triples), tuple(lex.text or "" for lex in entry.iter("lex")), part))
    return cases


def e2e(data: Path) -> list[Case]:
    """The meaning representations of E2E's development set as triples about what `name` holds, with all their texts."""
    texts: dict[str, list[str]] = {}
    with (data / "kg2text" / "e2e-dev.csv").open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            texts.setdefault(row["mr"], []).append(row["ref"])
    return [Case(_triples_of(mr), tuple(references), "e2e") for mr, references in texts.items()]


def _triples_of(mr: str) -> tuple[Triple, ...]:
    pairs = [(key.strip(), value.rstrip("]").strip()) for key, _, value in (part.partition("[") for part in mr.split("], "))]
    name = next(value for key, value in pairs if key == "name")
    return tuple((name, key, value) for key, value in pairs if key != "name")


def baseline(case: Case) -> str:
    """The triples as they stand: "subject predicate object ." each."""
    return " ".join(f"{s} {r} {o} ." for s, r, o in case.triples)


def ours(cases: Sequence[Case], *, seed: int, lexicon: Sequence[Path] = ()) -> list[str]:
    """The texts of all cases. Raises AssertionError where a text lacks a fact."""
    lines = [line for case in cases for line in [*("\t".join(map(_cell, t)) for t in case.triples), ""]]
    told = list(say((f"{line}\n".encode() for line in lines), "cases", seed=seed, lexicon=lexicon))
    assert len(told) == len(cases), f"{len(told)} texts for {len(cases)} cases"
    for case, said in zip(cases, told, strict=True):
        check_coverage(case, said)
    return [said.text for said in told]


def _cell(text: str) -> str:
    return " ".join(text.split()) or "-"


def check_coverage(case: Case, said: Said) -> None:
    """Each distinct triple is a fact with a span, and the text of the case names its ends. Raises AssertionError.

    A number counts by its value (coordinates are rounded to two decimals), a date by its year; yes and no by their span.
    """
    assert len(said.facts) == len({tuple(map(_cell, t)) for t in case.triples}), case.triples
    spans = {span.fact for document in said.documents for span in document.spans}
    text = said.text.casefold()
    for fact in said.facts:
        assert fact.uid in spans, f"no span: {case.triples}"
        for end in (fact.subject, fact.object):
            assert _named(end, text), f"{end.label} is not named: {said.text}"


def _named(node: Node, text: str) -> bool:
    label = clean(node.label).casefold()
    if label in text or (node.literal and label in ("yes", "no", "true", "false")):
        return True
    numbers = {float(n.replace(",", "")) for n in _NUMBER.findall(text)}
    wanted = [float(n.replace(",", "")) for n in _NUMBER.findall(label)]
    return node.literal and bool(wanted) and not numbers.isdisjoint((wanted[0], round(wanted[0], 2)))


def scores(texts: Sequence[str], cases: Sequence[Case], metrics: dict[str, Callable[..., Any]]) -> dict[str, float]:
    """Corpus scores against all references of each case (as many columns as the richest case has; others have none there)."""
    most = max(len(case.references) for case in cases)
    columns = [[case.references[i] if i < len(case.references) else None for case in cases] for i in range(most)]
    return {name: round(metric(texts, columns), 2) for name, metric in metrics.items()}


def sacrebleu_metrics() -> dict[str, Callable[..., Any]]:
    """BLEU and chrF++ of sacrebleu with its defaults; BLEU also without regard to case. Ends the program without it."""
    try:
        from sacrebleu.metrics import BLEU, CHRF
    except ImportError:
        sys.exit("this needs sacrebleu: pip install sacrebleu")

    def score(metric: Any) -> Callable[..., float]:
        return lambda texts, references: float(metric.corpus_score(list(texts), references).score)

    return {"bleu": score(BLEU()), "bleu_lower": score(BLEU(lowercase=True)), "chrf++": score(CHRF(word_order=2))}


def measure(cases: Sequence[Case], metrics: dict[str, Callable[..., Any]], *, lexicon: Sequence[Path] = ()) -> dict[str, Any]:
    """Scores of the baseline and of our texts (seed 0, and the range over the seeds)."""
    by_seed = [scores(ours(cases, seed=seed, lexicon=lexicon), cases, metrics) for seed in SEEDS]
    return {
        "cases": len(cases),
        "references": sum(len(case.references) for case in cases),
        "facts": sum(len(case.triples) for case in cases),
        "baseline": scores([baseline(case) for case in cases], cases, metrics),
        "ours": by_seed[0],
        "seeds": {name: [min(s[name] for s in by_seed), max(s[name] for s in by_seed)] for name in metrics},
    }


def run(data: Path) -> dict[str, Any]:
    """All of it, by set."""
    metrics = sacrebleu_metrics()
    all_dart, all_e2e = dart(data), e2e(data)
    found = {"dart-dev": measure(all_dart, metrics)}
    for part in sorted({case.part for case in all_dart}):
        found[f"dart-dev, {part}"] = measure([case for case in all_dart if case.part == part], metrics)
    found["e2e-dev"] = measure(all_e2e, metrics)
    found["e2e-dev, user lexicon"] = measure(all_e2e, metrics, lexicon=[E2E_LEXICON])
    return found


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    rows = ["| set | cases | facts | | BLEU | BLEU, no case | chrF++ |", "|---|---|---|---|---|---|---|"]
    for name, row in found.items():
        for who in ("baseline", "ours"):
            figures = [f"{row[who][m]:.1f}" for m in ("bleu", "bleu_lower", "chrf++")]
            rows.append(f"| {name} | {row['cases']:,} | {row['facts']:,} | {who} | {' | '.join(figures)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    found = run(parser.parse_args().data)
    write("human", found)
    print(table(found))


if __name__ == "__main__":
    main()
