"""The pools of an entry: which renderings a fact has for statements, questions and gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..types import Fact
from .entry import Entry
from .templates import SLOTS, Template, parse

POOLS = {
    "forward": "forward",
    "inverse": "inverse",
    "question": "questions",
    "question_unseen": "questions_unseen",
    "inverse_question": "inverse_questions",
    "inverse_question_unseen": "inverse_questions_unseen",
}


class Item(NamedTuple):
    """A rendering: a template, and whether the fact's subject and object change places in it."""

    template: Template
    turned: bool


def lists_well(item: Item, facts: Sequence[Fact]) -> bool:
    """Whether a list reads well where several objects (or subjects) of the facts stand: "one form of A and B is C" speaks of a
    form of both, and "one of A and B's genres" of one that they share."""
    side = "S" if len({fact.subject.uid for fact in facts}) > 1 else "O"
    side = side if not item.turned else ("O" if side == "S" else "S")
    flat = item.template.many
    opened = len(flat.parts) > 1 and flat.begins[0] in ("one", "a", "an", "among") and SLOTS[flat.parts[1][0]][-1:] == side
    return not opened and not flat.possessive(side)


def _plain_name(key: str) -> str:
    last = re.split(r"[/#:]", key.rstrip("/#"))[-1]
    return re.sub(r"[{}|_]+", " ", last).strip() or "value"


def pools_of(key: str, entries: Mapping[str, Entry]) -> dict[str, tuple[Item, ...]]:
    """All pools of a relation, given the entries of all relations (for its declared inverse)."""
    entry = entries[key]
    straight = {name: tuple(Item(t, False) for t in templates) for name, templates in entry.lists.items()}
    pools: dict[str, tuple[Item, ...]] = {pool: straight.get(name, ()) for pool, name in POOLS.items()}
    pools |= {kind: straight[kind] for kind in ("true", "false", "other", "same") if kind in straight}
    pools["statement"] = pools["forward"] + pools["inverse"]
    if entry.boolean and "other" not in pools:
        # what is neither yes nor no in a yes-or-no relation must not be said as either
        pools["other"] = (Item(parse(f"the entry for {{S}} gives {{O}} under '{_plain_name(key)}'", key), False),)
    pools["cloze"] = tuple(i for i in pools["forward"] if i.template.one.ends_with_object)
    if entry.symmetric:
        turned = tuple(Item(i.template, True) for i in pools["forward"])
        pools["statement, one"], pools["statement, turned"] = pools["forward"] + turned, turned + pools["forward"]
        pools["inverse, one"] = turned
    elif entry.inverse_of in entries:
        other = entries[entry.inverse_of]
        theirs = tuple(Item(t, True) for name in ("forward", "inverse") for t in other.lists.get(name, ()))
        # the same order from both sides, so that twins share their permutation
        # a list is an object of its own relation only: "a child of Ann and Bob is Cy" has two parents, not two children
        pools["statement, many"] = pools["statement"]
        pools["statement"] = pools["statement"] + theirs if key < entry.inverse_of else theirs + pools["statement"]
    return pools
