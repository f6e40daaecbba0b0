"""What licences are called: identifiers that dataset hubs know, and which of them bind what is made from the source."""

from __future__ import annotations

import re

_CC = r"(?:cc[- ]|creativecommons\.org/licenses/|creative commons )"
# a pattern of how people write a licence -> its identifier; {n} is the version that stands with it, 4.0 where none does
_KNOWN = (
    (r"cc0|creativecommons\.org/publicdomain/zero|creative commons zero", "cc0-1.0"),
    (r"(?:odbl|open database licen[cs]e|opendatacommons\.org/licenses/odbl)", "odbl"),
    (r"(?:odc[- ]by|opendatacommons\.org/licenses/by|open data commons attribution)", "odc-by"),
    (r"(?:pddl|opendatacommons\.org/licenses/pddl)", "pddl"),
    (_CC + r"(?:by[- ]nc[- ]sa|attribution[- ]non-?commercial[- ]share-?alike)", "cc-by-nc-sa-{n}"),
    (_CC + r"(?:by[- ]nc[- ]nd)", "cc-by-nc-nd-{n}"),
    (_CC + r"(?:by[- ]nc|attribution[- ]non-?commercial)", "cc-by-nc-{n}"),
    (_CC + r"(?:by[- ]nd|attribution[- ]no-?deriv\w*)", "cc-by-nd-{n}"),
    (_CC + r"(?:by[- ]sa|attribution[- ]share-?alike)", "cc-by-sa-{n}"),
    (_CC + r"(?:by\b|attribution)", "cc-by-{n}"),
    (r"apache(?: licen[cs]e)?,?(?: version)?[- ]?2|apache\.org/licenses/license-2", "apache-2.0"),
    (r"\bmit\b|opensource\.org/licenses/mit", "mit"),
    (r"\bbsd[- ]3|3-clause bsd", "bsd-3-clause"),
    (r"\bbsd[- ]2|2-clause bsd", "bsd-2-clause"),
    (r"\bagpl|affero", "agpl-3.0"),
    (r"\blgpl|lesser general public", "lgpl-3.0"),
    (r"\bgfdl|free documentation", "gfdl"),
    (r"\bgpl|general public licen[cs]e", "gpl-3.0"),
    (r"public domain", "pddl"),
)  # fmt: skip
_SHARE_ALIKE = re.compile(r"-sa-|^odbl$|^a?gpl|^gfdl$")
_VERSION = re.compile(r"(?<![\d.])([1-4]\.[05])(?![\d.])")


def identifier(text: str) -> str:
    """The identifier of a licence, "other" where the text names none that is known: "CC BY-SA 4.0" is cc-by-sa-4.0."""
    plain = text.casefold().replace("_", "-")
    for pattern, name in _KNOWN:
        if re.search(pattern, plain):
            version = _VERSION.search(plain)
            return name.replace("{n}", version.group(1) if version else "4.0")
    return "other"


def share_alike(text: str) -> bool:
    """Whether what is made from a source of this licence has to be made available under it as well."""
    return bool(_SHARE_ALIKE.search(identifier(text))) or bool(re.search(r"share[- ]?alike", text.casefold()))
