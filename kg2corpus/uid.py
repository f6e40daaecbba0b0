"""uids: 64-bit hashes of what a thing names, the same in every database and format.

A uid is a Python int in the signed 64-bit range, as SQL and NumPy hold it; files and people see `show(uid)`, 16 hex digits.
The graph id enters every uid: it is empty for a graph as it was read and names the permutation for a counterfactual copy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

MASK = (1 << 64) - 1
FACT_START = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, as the splitmix64 generator steps


def digest(*parts: str) -> int:
    """64-bit hash of the parts; each is length-prefixed, so that ("ab", "c") and ("a", "bc") differ."""
    hashed = blake2b(digest_size=8)
    _add(hashed, parts)
    return int.from_bytes(hashed.digest(), "big", signed=True)


def digester(*first: str) -> Callable[..., int]:
    """`digest` of many that begin with the same parts, which are hashed once: digester(a)(b, c) is digest(a, b, c)."""
    begun = blake2b(digest_size=8)
    _add(begun, first)

    def rest(*parts: str) -> int:
        hashed = begun.copy()
        _add(hashed, parts)
        return int.from_bytes(hashed.digest(), "big", signed=True)

    return rest


def _add(hashed: blake2b, parts: Sequence[str]) -> None:
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(8, "little"))
        hashed.update(data)


def entity_uid(key: str, graph_id: str = "") -> int:
    return digest("entity", graph_id, key)


def literal_uid(lexical: str, datatype: str = "", language: str = "", graph_id: str = "") -> int:
    """uid of a literal that is already in canonical form (`store.canonical`)."""
    return digest("literal", graph_id, lexical, datatype, language)


def relation_uid(key: str, graph_id: str = "") -> int:
    return digest("relation", graph_id, key)


def fact_uid(subject: int, relation: int, object: int) -> int:
    """uid of a fact from the uids of its three parts (which carry the graph id).

    The parts are hashes already, so that mixing them is enough: each is added in its turn, multiplied and run through the
    finalizer of splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), a bijection.
    So facts that differ in one part never clash, and others as seldom as random numbers. `store.terms.fact_uids` does the
    same for whole columns.
    """
    mixed = FACT_START
    for part in (subject, relation, object):
        mixed = _mix((mixed * FACT_START + part) & MASK)
    return mixed - (1 << 64) if mixed >> 63 else mixed


def _mix(z: int) -> int:
    """The finalizer of splitmix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def show(uid: int) -> str:
    return "%016x" % (uid & MASK)  # half the time of an f-string, and every document has a dozen


def parse(text: str) -> int:
    """Inverse of `show`. Raises ValueError on anything but 16 hex digits."""
    if len(text) != 16:
        raise ValueError(text)
    value = int(text, 16)
    return value - (1 << 64) if value >> 63 else value
