"""`kg2corpus check` as a user runs it: a fault is planted for each check; the command names the check and ends with code 3."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import checks, cli
from kg2corpus.checks.faithfulness import NAMES as FAITHFUL

from . import planted
from . import planted_blocks as blocks
from .planted import World

PAIRS, ENTITY = "no text names both ends of a held-out fact", "no text names a held-out entity"
COMPOSED = "no text says a held-out composition in words"
HELD = "no document claims a held-out fact or its twin"
REPLAYED = "no replayed passage names both ends of a held-out fact"
REPLAYED_TOO = "no replayed passage names a held-out entity or both ends of a held-out composition"
LICENCES = "manifest and card name the licence of every source"
SHARING = "no block holds two documents of one anchor or twin"
FAULTS: list[tuple[str, Callable[[World, Path], str]]] = [
    (HELD, planted.claimed),
    (HELD, planted.claimed_by_its_twin),
    (PAIRS, planted.sentence("{object} comes to mind. So does {subject}.")),
    (PAIRS, planted.described),
    (PAIRS, planted.concluded),
    ("no document claims a fact of a held-out entity", planted.of_an_entity),
    (ENTITY, planted.sentence("Some would rather hear of {entity}.")),
    ("no document brings the two facts of a held-out composition together", planted.together),
    (COMPOSED, planted.sentence("{first} has something to do with what has {last}.")),
    ("no question is about a QA-held-out subject", planted.asked),
    ("documents name the entities and values of their facts", planted.unnamed),
    ("documents name nothing that their facts do not", planted.sentence("{other} is like that.")),
    ("spans lie on sentences, and every sentence has one or is a frame", planted.off_the_sentence),
    ("under 10 % of the sentences are frames", planted.many_frames),
    ("no document stands twice", planted.twice),
    ("no document graded hard is answered by a shortcut", planted.hard),
    ("documents lie in the order that the curriculum declares", planted.out_of_order),
    (LICENCES, planted.no_licence),
    (LICENCES, planted.no_licence_on_the_card),
    ("every train fact is stated often enough", planted.said_too_seldom),
    ("the ledger counts what the documents expose", planted.said_too_seldom),
    ("the ledger counts what the documents expose", planted.no_ledger),
    (SHARING, blocks.rows(blocks.beside(lambda d: {d.anchor}))),
    (SHARING, blocks.rows(blocks.beside(lambda d: set(d.twins)))),
    ("the domain token opens and EOS closes each document", blocks.tokens(lambda array: array.__setitem__((0, 0), 77))),
    ("boundaries and padding fill each block", blocks.rows(blocks.moved)),
    ("the declared order survives up to the look-ahead", blocks.rows(blocks.last_first)),
    ("every document is packed exactly once", blocks.rows(blocks.lost)),
    ("at most 10 % padding", blocks.padded),
    ("only what is there to be read is kept out of the loss", blocks.unlearned),
    ("tokens read back as the documents' text", blocks.tokens(lambda array: array.__setitem__([0, -1], array[[-1, 0]]))),
    ("the packing can be checked", blocks.no_blocks),
    (REPLAYED, blocks.replayed("{subject} was far away, and {object} farther.")),
    (REPLAYED_TOO, blocks.replayed("An old {entity} stood there.")),
    (REPLAYED_TOO, blocks.replayed("They spoke of {first} and then of {last}.")),
    (FAITHFUL["missing"], planted.unsaid),
    (FAITHFUL["unsupported"], planted.sentence("{other} is a friend of {subject}.")),
    (FAITHFUL["extra"], planted.sentence("{other} is like that.")),
    (FAITHFUL["figure"], planted.sentence("So it was for 77 years.")),
    (FAITHFUL["denied"], planted.sentence("This is not so.")),
    ("facts are said in as many wordings as are known", planted.one_wording),
]  # fmt: skip


def asks(w: World, run: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """What `kg2corpus check --json` ends with and prints."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as e, contextlib.redirect_stdout(told):
        cli.main(["check", str(run / "corpus"), "--db", w.db, "--json", *options])
    return int(e.value.code or 0), json.loads(told.getvalue())


def whole(w: World, run: Path, replay: Path) -> tuple[str, ...]:
    return ("--all", "--blocks", str(run / "blocks"), "--replay", str(replay), "--model", str(w.tokenizer))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return planted.build(tmp_path_factory.mktemp("run"))


def test_nothing_fails_where_nothing_is_planted(world: World) -> None:
    code, report = asks(world, world.run, *whole(world, world.run, world.replay))
    assert (code, [c for c in report["checks"] if not c["ok"]]) == (0, [])
    told = {c["name"] for c in report["checks"]}
    code, report = asks(world, world.run, "--faithful", "--diversity", "--all")
    assert (code, [c for c in report["checks"] if not c["ok"]]) == (0, [])
    told |= {c["name"] for c in report["checks"]}
    assert told == {name for name, _ in FAULTS} - {"the packing can be checked"}


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=lambda number: FAULTS[number][0].replace(" ", "-"))
def test_a_planted_fault_is_found(number: int, world: World, tmp_path: Path) -> None:
    name, plant = FAULTS[number]
    for part in ("corpus", "blocks"):
        shutil.copytree(world.run / part, tmp_path / part)
    where = plant(world, tmp_path)
    of_texts = name in (*FAITHFUL.values(), FAULTS[-1][0])
    own = tmp_path / "replay.txt"
    replay = own if own.exists() else world.replay
    options = ("--faithful", "--diversity", "--all") if of_texts else whole(world, tmp_path, replay)
    code, report = asks(world, tmp_path, *options)
    assert code == 3
    [found] = [c for c in report["checks"] if c["name"] == name]
    assert found["failures"] > 0
    assert any(where in example["where"] for example in found["examples"]), found["examples"]


def test_every_check_has_a_planted_fault_and_is_told_of(repo: Path) -> None:
    known = {name for name, _ in FAULTS}
    source = "".join(p.read_text("utf-8") for p in Path(checks.__file__).parent.glob("*.py"))
    assert {*re.findall(r'Tally\(\s*"([^"]+)"', source), *FAITHFUL.values()} == known
    page = (repo / "docs" / "checks.md").read_text("utf-8")
    assert [name for name in known if f"| {name} |" not in page] == []
