"""Names made from keys, for what no source gives a label: `https://example.org/city/Abu%20Dhabi` is "Abu Dhabi"."""

from __future__ import annotations

import re
from urllib.parse import unquote

from .canonical import clean_label

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# of entities only where it is sure: "CreativeWork", but neither "LaTeX" nor "PPP3CB"
_WORDS = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")
_IRI = re.compile(r"[A-Za-z][\w+.-]*:\S.*|/.*", re.DOTALL)
_CURIE = re.compile(r"([A-Z]{2,})_(\d+)")


def local_part(key: str) -> str:
    """What follows the last `#`, else the last `/`, else the last `:` of a key; the key itself if that is empty."""
    bare = key.rstrip("/#")
    for mark in "#", "/", ":":
        head, found, tail = bare.rpartition(mark)
        if found:
            # GO:0000001 is known by its whole key, not by the number
            return bare if mark == ":" and tail.isdigit() and "/" not in head else tail
    return bare or key


def relation_name(key: str) -> str:
    """The last part of a relation's key, percent-decoded: the name that a lexicon matches."""
    return clean_label(unquote(local_part(key))) or key


def label_from_key(key: str) -> str:
    """A readable label of an entity: of an IRI its last part, percent-decoded, with camel case parted; of any key with
    underscores as spaces. A key that is a text ("AC/DC", "LaTeX") stands as it is; GO_0005739 is GO:0005739."""
    if not _IRI.fullmatch(key):
        return clean_label(key.replace("_", " ")) or key
    text = unquote(local_part(key))
    if found := _CURIE.fullmatch(text):
        return f"{found[1]}:{found[2]}"
    return clean_label(_WORDS.sub(" ", text.replace("_", " "))) or key


def relation_label(key: str) -> str:
    """What follows the last mark of a key, in words, lower case unless it is a code such as P36 or an abbreviation: ACTED_IN is
    "acted in", CEO stays."""
    text = clean_label(_CAMEL.sub(" ", unquote(local_part(key)).replace("_", " "))) or key
    if re.fullmatch(r"[A-Z]+[0-9]+", text):
        return text
    words = text.split(" ")
    shouted = bool(re.fullmatch(r"[A-Z]+( [A-Z]+)*", text)) and (len(words) > 1 or len(text) > 4)
    return " ".join(w if w.isupper() and not shouted else w.lower() for w in words)
