"""What the probe tasks share on the file half: the probe file, what is asked of a model, and grades."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

from .. import uid
from ..errors import UserError
from ..types import LogProb, Probe

# what a model said: one LogProb per candidate for tasks that use "logprobs", the generated text for "generate"
Said = Sequence[LogProb] | str

SPLITS = ("train", "qa_held_out", "held_out", "held_out_entity", "held_out_composition")
# what training never held: a model can only guess
CONTROLS = ("held_out", "held_out_entity")
WORDINGS = ("seen", "unseen")


@dataclass(frozen=True, slots=True)
class Grade:
    """How an answer did: `score` in 0..1, `said` the answer as text, `margin` in nats (see `grade_choice`; 0 for text).

    `detail` holds further figures of the task as plain JSON, such as precision and recall.
    """

    score: float
    said: str
    margin: float = 0.0
    detail: Mapping[str, Any] | None = None


def plain(text: str) -> str:
    """Text for comparing answers: case, white space and closing punctuation do not count."""
    return re.sub(r"\s+", " ", text).strip().strip(".,;:!?\"'").casefold()


def shows(part: str, text: str) -> bool:
    """Whether `part` stands in `text` as whole words; case and white space do not count."""
    inner = plain(part)
    return bool(inner) and re.search(rf"(?<!\w){re.escape(inner)}(?!\w)", plain(text)) is not None


def requests(probe: Probe) -> list[tuple[str, str]]:
    """The (prompt, continuation) pairs whose likelihoods decide a probe, in the order of its candidates.

    A continuation is one space, the candidate and `data["end"]`. The end is "." where one candidate begins another
    ("Niger", "Nigeria"): a text is never less likely than its own continuation, so that open ends would favour the short one.
    """
    end = str(probe.data.get("end", ""))
    return [(probe.prompt, f" {candidate}{end}") for candidate in probe.candidates]


def end_for(candidates: Sequence[str]) -> str:
    """ "." if one candidate begins another one, else "" (see `requests`)."""
    ordered = sorted(candidates)
    return "." if any(b.startswith(a) for a, b in pairwise(ordered)) else ""


def shared_words(texts: Sequence[str]) -> int:
    """How many characters all texts begin with, up to and with the last space in them."""
    low, high = min(texts), max(texts)
    same = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low.rfind(" ", 0, same) + 1


def grade_choice(probe: Probe, said: Said) -> Grade:
    """1 if the most likely candidate is an accepted answer, shared equally between candidates of the very same likelihood.

    Sharing makes a model that finds all candidates equally likely score exactly chance. The margin is the summed
    log-likelihood of the best accepted candidate minus that of the best other one.
    Raises ValueError if there is not one LogProb per candidate.
    """
    if isinstance(said, str) or len(said) != len(probe.candidates):
        raise ValueError(f"probe {probe.id}: one log-likelihood per candidate is needed")
    accepted = {plain(text) for text in probe.gold}
    good = [plain(candidate) in accepted for candidate in probe.candidates]
    best = max(p.value for p in said)
    tied = [i for i, p in enumerate(said) if p.value == best]
    right = [p.value for p, ok in zip(said, good, strict=True) if ok]
    wrong = [p.value for p, ok in zip(said, good, strict=True) if not ok]
    margin = max(right) - max(wrong) if right and wrong else 0.0
    return Grade(sum(good[i] for i in tied) / len(tied), probe.candidates[tied[0]], margin)


def probe_id(task: str, split: str, wording: str, prompt: str, *parts: str) -> str:
    return uid.show(uid.digest("probe", task, split, wording, prompt, *parts))


def to_json(probe: Probe) -> str:
    """One line of a probe file, without the line end; keys sorted, uids as 16 hex digits."""
    record = {name: getattr(probe, name) for name in Probe.__dataclass_fields__}
    record["facts"] = [uid.show(fact) for fact in probe.facts]
    record["data"] = dict(probe.data)
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def from_json(line: str) -> Probe:
    """Inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
    record = json.loads(line)
    for name in ("gold", "candidates"):
        record[name] = tuple(record[name])
    record["facts"] = tuple(uid.parse(fact) for fact in record["facts"])
    return Probe(**record)


def read_probes(path: Path) -> list[Probe]:
    """The probes of a file. Raises UserError (file and line) for a missing file or a line that is no probe."""
    probes = []
    for number, line in enumerate(lines_of(path, "probe file", "write one with `kg2corpus probe`"), 1):
        try:
            probes.append(from_json(line))
        except (ValueError, KeyError, TypeError) as e:
            raise UserError(f"{path}:{number}: not a probe: {e}", "write the probe file anew") from e
    return probes


def lines_of(path: Path, what: str, hint: str) -> Iterator[str]:
    """The lines of a UTF-8 text file, ended by newlines only. Raises UserError if there is no such file."""
    if not path.is_file():
        raise UserError(f"no such {what}: {path}", hint)
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if line.strip():
                yield line.rstrip("\n")


def write_aside(path: Path, lines: Iterable[str]) -> None:
    """Write a text file under another name and rename it when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line + "\n")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def fingerprint(path: Path) -> str:
    """Hash of a file's bytes, 16 hex digits."""
    return blake2b(path.read_bytes(), digest_size=8).hexdigest()
