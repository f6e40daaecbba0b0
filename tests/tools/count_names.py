"""Which rule for names catches which labels, to be read by a person: a rule that is wrong for one name in twenty should go.

    python tests/tools/count_names.py entities.tsv more.tsv [--each 40]

Reads tables of entities (id, label, types) and prints, for every rule and every ending that gives a name its "the", how many
labels it catches and a seeded sample of them; then those that are plural. Labels in lower case are left out.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from random import Random

from kg2corpus.lexicon.articles import Articles, NameRules
from kg2corpus.lexicon.files import merge
from kg2corpus.lexicon.resolve import shipped


def curated() -> NameRules:
    """The rules of all shipped files."""
    found = NameRules()
    for file in shipped():
        found = merge(found, file.rules)
    return found


def labels(paths: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Label -> types, of every row whose label begins with a capital or a figure."""
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = [*line.split("\t"), "", ""]
            if cells[1] and not cells[1][0].islower():
                found.setdefault(cells[1], tuple(filter(None, cells[2].split("|"))))
    return found


def caught(rules: NameRules, found: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Rule, with its ending where it is one -> the labels that take "the" by it; under "plural" those that are plural."""
    articles = Articles(rules)
    by: dict[str, list[str]] = defaultdict(list)
    for label, types in found.items():
        rule = articles.rule(label, types)
        if rule in ("the_endings", "the_plural_endings"):
            endings = [e for e in getattr(rules, rule) if f" {label}".endswith(f" {e}")]
            by[f"{rule}: {max(endings, key=len, default='national team')}"].append(label)
        elif rule:
            by[rule].append(label)
        if articles.plural(label, types):
            by["plural"].append(label)
    return dict(sorted(by.items()))


def main() -> None:
    """Print the counts and the samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=40)
    args = parser.parse_args()
    for rule, names in caught(curated(), labels(args.files)).items():
        some = names if len(names) <= args.each else Random(rule).sample(names, args.each)
        print(f"{rule}  {len(names)}\n  {' | '.join(some)}")


if __name__ == "__main__":
    main()
