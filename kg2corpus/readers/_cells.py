"""The records of a table, its delimiter, and what its header says about its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from ..errors import UserError
from . import _conceptnet, _kgtk
from ._common import Log, lines, open_bytes

DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}
HETIONET = {
    "hetionet edges": {"subject": "source", "predicate": "metaedge", "object": "target"},
    "hetionet nodes": {"subject": "id", "subject_label": "name", "subject_type": "kind"},
}
# the columns that are known by these names, where there is no mapping
ROLES = (
    "subject", "predicate", "object", "value", "subject_label", "subject_type", "predicate_label", "object_label",
    "object_type", "datatype", "language", "rank", "graph",
)  # fmt: skip
# how people call such columns, in the order in which they are proposed
CALLED = {
    "subject": "subject source head from start sub subject_id source_id x_id x_name node1 entity1 arg1 s id",
    "predicate": "predicate display_relation relation relationship rel edge edge_type property interaction verb p",
    "object": "object target tail to end obj object_id target_id y_id y_name node2 entity2 arg2 o",
    "value": "value literal",
    "subject_label": "subject_label subject_name source_name head_label x_name name label",
    "object_label": "object_label object_name target_name tail_label y_name",
    "subject_type": "subject_type source_type head_type x_type",
    "object_type": "object_type target_type tail_type y_type",
}
# what the csv module says, in a user's words; its own would speak of Python
WORDS = {
    "unexpected end of data": "a quotation mark opens here that is never closed",
    "field larger": f"a cell of more than {csv.field_size_limit():,} characters; is a quotation mark never closed?",
    "new-line character": "a carriage return within a cell without quotation marks; convert the file's line ends",
}


def sniff(first: str, name: str = "") -> str:
    """The delimiter that is most frequent in the first line, outside quotation marks; "" if there is none of the known."""
    if _conceptnet.looks(first.split("\t")):
        return "\t"  # its JSON has more commas
    bare = "".join(first.split('"')[::2])
    order = sorted(DELIMITERS.values(), key=lambda d: (-bare.count(d), d != "\t" or not name.endswith((".tsv", ".tab"))))
    return order[0] if order[0] in bare else ""


def split(first: str, delimiter: str) -> list[str]:
    """The cells of one line."""
    try:
        rows = list(csv.reader([first], delimiter=delimiter or ","))
    except csv.Error:
        return []
    return [cell.strip() for cell in rows[0]] if rows else []


def first_line(source: Path, log: Log) -> str:
    """The first line of a file, which says the delimiter. Raises UserError for a file that is empty or no text."""
    with open_bytes(source) as f:
        raw = next(lines(f, source.name, log.max_line), b"")
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff").rstrip("\r\n")
    except UnicodeDecodeError as e:
        message = f"{source.name}:1: not UTF-8: byte 0x{raw[e.start]:02x} at byte {e.start + 1} of the line"
        raise UserError(message, "convert the file to UTF-8") from e
    if not text.strip() or "\0" in text:
        what = "it holds NUL bytes (UTF-16? convert the file to UTF-8)" if "\0" in text else "its first line is empty"
        raise UserError(f"{source.name}: not a table: {what}", "a table begins with the names of its columns")
    return text


def records(source: Path, log: Log, delimiter: str, *, quoted: bool = True, skip: int = 0) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of the records that are text and well quoted; the others are faults."""
    wrong: list[str] = []
    with open_bytes(source) as f:
        text = _decoded(lines(f, source.name, log.max_line), wrong)
        yield from islice(_parsed(text, source.name, delimiter, quoted, wrong, log), skip, None)


def _decoded(raw: Iterable[bytes], wrong: list[str]) -> Iterator[str]:
    """Lines as text; what is wrong with one is told in `wrong`, for the record that it belongs to."""
    for number, line in enumerate(raw):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as e:
            wrong.append(f"not UTF-8: byte 0x{line[e.start]:02x} at byte {e.start + 1} of the line")
            text = line.decode("utf-8", "replace")
        if "\0" in text:
            wrong.append("not text: it holds a NUL byte")
            text = text.replace("\0", "")
        yield text if number else text.removeprefix("\ufeff")


def _parsed(
    text: Iterator[str], name: str, delimiter: str, quoted: bool, wrong: list[str], log: Log
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=True)
    while True:
        begin = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as e:
            said = next((words for start, words in WORDS.items() if str(e).startswith(start)), str(e))
            wrong.append(f"{said} (--option quoting=none takes quotation marks as text)")
            cells = []
        if wrong:
            log.fault(name, begin, wrong[0])
            wrong.clear()
        elif cells:
            yield begin, cells


# what a header says


def layout(names: list[str]) -> str:
    """The name of the known layout that a first line belongs to, "" for none."""
    if _conceptnet.looks(names):
        return "conceptnet"
    if _kgtk.looks(names):
        return "kgtk"
    for title, columns in HETIONET.items():
        if set(columns.values()) <= set(names):
            return title
    found = by_header("plain", names)
    return "plain" if {"subject", "predicate"} <= found.keys() and {"object", "value"} & found.keys() else ""


def by_header(known: str, names: list[str]) -> dict[str, str]:
    """Role -> column, of a known layout."""
    if known in HETIONET:
        return dict(HETIONET[known])
    folded = {("predicate" if n.casefold() == "relation" else n.casefold()): n for n in names}
    return {role: folded[role] for role in ROLES if role in folded} if known == "plain" else {}


def for_tsv_sets(names: list[str]) -> bool:
    """Whether a header is one of a bare triples file, which the reader of TSV sets takes."""
    return {n.casefold() for n in names} <= {"subject", "predicate", "relation", "object", "kind", "split"}


def unknown_header(source: Path, names: list[str]) -> UserError:
    """The error that lists the columns and proposes a mapping."""
    short = [name if len(name) <= 40 else name[:37] + "..." for name in names[:40]]
    listed = ", ".join(f"{i} {name}" for i, name in enumerate(short, 1)) + (", ..." if len(names) > 40 else "")
    hint = f"say what they are, for example: {suggestion(names)}"
    if len(names) > 3:
        hint += ", or, if a row is an entity and a column what is said of it: --map subject=COLUMN,label=COLUMN,values=*"
    hint += " (without a header: --option header=no, and numbers)"
    return UserError(f"{source.name}: the columns of this table are not known: {listed}", hint)


def suggestion(names: list[str]) -> str:
    """The `--map` that fits the names best."""
    free = {n.casefold().replace(" ", "_").replace("-", "_"): n for n in reversed(names) if n and n == n[:40].replace(",", "")}
    found: dict[str, str] = {}
    for role, called in CALLED.items():
        name = next((c for c in called.split() if c in free), "")
        if name and not (role == "value" and "object" in found):
            found[role] = free.pop(name)
    rest = [name for name in names if name in free.values()]
    if "subject" not in found and rest:
        found["subject"] = rest.pop(0)
    ends = {"object", "value"} & found.keys()
    if "predicate" not in found:
        found["predicate"] = rest.pop(0) if len(rest) > (0 if ends else 1) else "=related to"
    if not ends and rest:
        found["object"] = rest.pop(0)
    ordered = [f"{role}={found[role]}" for role in CALLED if role in found]
    text = ",".join(ordered)
    return f'--map "{text}"' if " " in text else f"--map {text}"
