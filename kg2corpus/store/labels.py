"""Which label, description and aliases a node gets of those that the sources give, for many nodes at once.

By the chain of languages (`en,de`): text of the first language or of none, then of its regions (`en-GB`), then the next
language of the chain, then any other, alphabetically; within one language by the rank of the predicate, then by text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import Ints, ints, whole

FIRST, FALLBACK = 1, 2  # what `node.named` says: the label is in the first language (or in none), or in another


def place_of(language: str, chain: Sequence[str]) -> tuple[int, str]:
    """How far down the chain a language is, and what tells it from others there."""
    if not language:
        return 0, ""
    for i, wanted in enumerate(chain):
        if language == wanted:
            return 2 * i, ""
        if language.startswith(wanted + "-"):
            return 2 * i + 1, language
    return 2 * len(chain), language


def wanted(language: str, languages: Sequence[str]) -> bool:
    """Whether a text's language is one of these, or a region of one; texts without a language are wanted always."""
    return not language or any(language == one or language.startswith(one + "-") for one in languages)


def best(candidates: Sequence[tuple[int, str, str]], chain: Sequence[str]) -> list[tuple[int, str, str]]:
    """(rank, text, language) by preference."""
    return sorted(candidates, key=lambda c: (*place_of(c[2], chain), c[0], c[1]))


def choose(notes: pa.Table, chain: Sequence[str]) -> tuple[pa.Table, pa.Table]:
    """Of notes (uid, kind, rank, text, language; kind 0 label, 1 alias, 2 description): a table of what each node is called
    (uid, label, named, description; label "" and named 0 where nothing names it) and one of aliases (uid, text, language)."""
    encoded = whole(notes.column("language")).dictionary_encode()
    places = [place_of(language, chain) for language in encoded.dictionary.to_pylist()]
    in_order = {place: i for i, place in enumerate(sorted(set(places)))}
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    preferred = np.array([in_order[p] for p in places], np.int64)[codes] if places else np.zeros(0, np.int64)
    far = np.array([FALLBACK if p[0] > 1 else FIRST for p in places], np.int64)[codes] if places else np.zeros(0, np.int64)
    uid, kind, rank = (ints(notes, name).astype(np.int64) for name in ("uid", "kind", "rank"))
    order = np.lexsort((_text_ranks(notes), rank, preferred, kind, uid))
    uid, kind = uid[order], kind[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (uid[1:] != uid[:-1]) | (kind[1:] != kind[:-1])
    label_rows, told_rows = order[first & (kind == 0)], order[first & (kind == 2)]
    distinct = uid[np.concatenate(([True], uid[1:] != uid[:-1]))] if len(uid) else uid
    names = pa.table(
        {
            "uid": pa.array(distinct),
            "label": _spread(notes, label_rows, distinct),
            "named": _placed(far[label_rows], ints(notes, "uid")[label_rows], distinct),
            "description": _spread(notes, told_rows, distinct),
        }
    )
    return names, _aliases(notes, order[(kind == 1) | ((kind == 0) & ~first)], names)


def _text_ranks(notes: pa.Table) -> Ints:
    """Ranks of the texts by code point; all 0 where no two notes of a node can need them."""
    if len(pc.unique(notes.column("uid"))) == notes.num_rows:
        return np.zeros(notes.num_rows, np.int64)
    encoded = whole(notes.column("text")).dictionary_encode()
    order = np.asarray(pc.sort_indices(encoded.dictionary), np.int64)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ranks: Ints = rank[encoded.indices.to_numpy(zero_copy_only=False)]
    return ranks


def _placed(values: Ints, uids: Ints, distinct: Ints) -> pa.Array:
    placed = np.zeros(len(distinct), np.int64)
    placed[np.searchsorted(distinct, uids)] = values
    return pa.array(placed)


def _spread(notes: pa.Table, rows: Ints, distinct: Ints) -> pa.Array:
    """The texts of some rows, one for each of their uids; "" for the others."""
    texts = whole(notes.column("text")).take(pa.array(rows))
    uid = ints(notes, "uid")[rows]
    if len(rows) == len(distinct):
        return texts
    at = np.full(len(distinct), -1, np.int64)
    at[np.searchsorted(distinct, uid)] = np.arange(len(rows))
    return pc.fill_null(texts.take(pa.array(at, mask=at < 0)), "")


def _aliases(notes: pa.Table, rows: Ints, names: pa.Table) -> pa.Table:
    """Distinct (uid, text, language) of those rows that are not the label itself, in that order."""
    some = notes.take(pa.array(rows)).select(["uid", "text", "language"])
    label = whole(names.column("label")).take(pa.array(np.searchsorted(ints(names, "uid"), ints(some, "uid"))))
    some = some.filter(pc.not_equal(some.column("text"), label))
    some = some.group_by(["uid", "text", "language"]).aggregate([])
    return some.sort_by([(name, "ascending") for name in ("uid", "text", "language")])
