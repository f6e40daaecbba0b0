"""The lexicon commands as functions: the lexicon of a graph, what it covers, one relation, a starter to edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UserError, near

if TYPE_CHECKING:
    from .graph import Graph
    from .lexicon import Lexicon
    from .types import Relation

CURRICULUM = "ladder"  # what `init` starts from


def lexicon_of(graph: Graph, given: Sequence[Path] = ()) -> Lexicon:
    """The lexicon of a graph: one file that `lexicon write` made, or the user's own files before what is curated and derived.

    Raises UserError for faults in a file, and for a resolved file that lacks relations of the graph.
    """
    from .lexicon import Lexicon, resolve
    from .lexicon.files import is_resolved

    resolved = [path for path in given if is_resolved(path)]
    if not resolved:
        return resolve(graph, list(given))
    if len(given) > 1:
        raise UserError(f"{resolved[0]} is a resolved lexicon, which stands alone", "give --lexicon without other files")
    lexicon = Lexicon.load(resolved[0])
    if lacking := [r.name for r in graph.relations() if r.key not in lexicon.entries]:
        what = f"{resolved[0]}: made for another graph: it has no entry for {', '.join(lacking[:5])}"
        raise UserError(what, "write it again: kg2corpus lexicon write")
    return lexicon


def write(db: str, out: Path, given: Sequence[Path] = ()) -> dict[str, Any]:
    """Resolve the lexicon of a store's graph into a file. Returns its coverage."""
    from .api import snapshot
    from .lexicon.coverage import by_source, coverage

    graph = snapshot(db)
    lexicon = lexicon_of(graph, given)
    lexicon.save(out)
    found = coverage(graph, lexicon)
    return {
        "out": str(out), "fingerprint": lexicon.fingerprint, "tagger": lexicon.tagger, "coverage": by_source(found),
        "unsure": sum(one.unsure for one in found),
    }  # fmt: skip


def check(db: str, given: Sequence[Path] = ()) -> dict[str, Any]:
    """Coverage, and each relation with its source, confidence and number of wordings."""
    from .api import snapshot
    from .lexicon.coverage import by_source, coverage

    graph = snapshot(db)
    lexicon = lexicon_of(graph, given)
    found = coverage(graph, lexicon)
    relations = [{**asdict(one), "unsure": one.unsure, "few": one.few} for one in found]
    return {"tagger": lexicon.tagger, "coverage": by_source(found), "relations": relations}


def show(db: str, relation: str, given: Sequence[Path] = ()) -> dict[str, Any]:
    """One relation's entry and sentences."""
    from .api import snapshot
    from .lexicon.coverage import shown

    graph = snapshot(db)
    return shown(graph, lexicon_of(graph, given), find_relation(graph, relation))


def find_relation(graph: Graph, text: str) -> Relation:
    """The relation of that key, else name or label. Raises UserError where there is none, or several."""
    relations = graph.relations()
    wanted = text.casefold()
    for called in ("key", "name", "label"):
        found = [r for r in relations if getattr(r, called).casefold() == wanted]
        if len(found) > 1:
            raise UserError(f"several relations are called '{text}'", f"give a key: {', '.join(r.key for r in found[:5])}")
        if found:
            return found[0]
    raise UserError(f"the graph has no relation '{text}'", near(text, [r.name for r in relations]))


def init(db: str, out: Path, *, force: bool = False) -> dict[str, Any]:
    """Write `lexicon.yaml` and `curriculum.yaml` for a graph into a folder. Raises UserError where one is there already."""
    from .api import snapshot
    from .config import find_curriculum
    from .documents import write_text
    from .lexicon.coverage import by_source, coverage, starter
    from .marks import marks

    graph = snapshot(db)
    paths = out / "lexicon.yaml", out / "curriculum.yaml"
    for path in paths:
        if path.exists() and not force:
            raise UserError(f"{path} is there already", "give another --out, or --force to write over it")
    lexicon = lexicon_of(graph)
    found = coverage(graph, lexicon)
    marked = marks(graph.columns, graph.fact_rows())
    names = [r.name for r in graph.relations()]
    left_out = [f"{names[row]} ({mark.kind})" for row, mark in sorted(marked.items()) if mark.kind != "plain"]
    about = [f"# A curriculum for {' '.join(graph.name.split())}, made from '{CURRICULUM}'."]
    about += [f"# relations: {', '.join(names)}", "# narrow them with  relations: {include: [...]}  or  {exclude: [...]}"]
    if left_out:
        what = "identifiers, codes, coordinates or syntax"
        about.append(f"# left out unless included, since they are {what}: {', '.join(left_out)}")
    text = find_curriculum(CURRICULUM).read_text(encoding="utf-8").replace(f"name: {CURRICULUM}", "name: mine")
    for path, content in zip(paths, (starter(graph, lexicon), "\n".join(about) + "\n" + text), strict=True):
        write_text(path, content)
    return {"files": [str(path) for path in paths], "coverage": by_source(found), "unsure": sum(one.unsure for one in found)}
