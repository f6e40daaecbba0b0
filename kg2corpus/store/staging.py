"""What a load keeps in temporary tables until it has read everything, and how uids are made without making texts again."""

from __future__ import annotations

from hashlib import blake2b

from .. import uid as uids

FACT = (4).to_bytes(8, "little") + b"fact"
SIXTEEN = (16).to_bytes(8, "little")

# every occurrence of a fact; `extra` is 0, or the row of stage_extra with what is said about it
STAGING = (
    "CREATE TEMP TABLE stage (uid INTEGER, s INTEGER, r INTEGER, o INTEGER, source INTEGER, file TEXT, position INTEGER,"
    " extra INTEGER)",
    "CREATE TEMP TABLE stage_extra (id INTEGER PRIMARY KEY, rank TEXT, graph TEXT, valid_from TEXT, valid_to TEXT)",
    "CREATE TEMP TABLE stage_qualifier (extra INTEGER, ordinal INTEGER, relation INTEGER, kind TEXT, object INTEGER,"
    " PRIMARY KEY (extra, ordinal)) WITHOUT ROWID",
    "CREATE TEMP TABLE stage_type (node INTEGER, type INTEGER, PRIMARY KEY (node, type)) WITHOUT ROWID",
    "CREATE TEMP TABLE touched (uid INTEGER PRIMARY KEY)",
    # reifier node, the fact that it reifies with its ends, and where
    "CREATE TEMP TABLE stage_reifies (reifier INTEGER, uid INTEGER, s INTEGER, o INTEGER, source INTEGER, position INTEGER)",
)


def opening(*parts: str) -> bytes:
    """What `uid.digest` hashes of its first parts."""
    return b"".join(len(data := text.encode()).to_bytes(8, "little") + data for text in parts)


def name_hash(opened: bytes, *parts: str) -> bytes:
    """The 8 bytes of `uid.digest`, of parts after those of `opening`, in one call of the hash function."""
    data = [opened]
    for text in parts:
        raw = text.encode()
        data += len(raw).to_bytes(8, "little"), raw
    return blake2b(b"".join(data), digest_size=8).digest()


def part(uid: int) -> bytes:
    """A uid as it enters a fact's uid."""
    return SIXTEEN + uids.show(uid).encode()


def fact_uid(subject: bytes, relation: bytes, object: bytes) -> int:
    """`uid.fact_uid` of three `part`s: the same number, without making the texts again for every fact."""
    return int.from_bytes(blake2b(FACT + subject + relation + object, digest_size=8).digest(), "big", signed=True)
