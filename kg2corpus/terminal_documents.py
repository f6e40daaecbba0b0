"""Documents for people: the text with the stretches that carry facts in colours, and the facts below in the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from .terminal import out

COLOURS = ("green", "yellow", "cyan", "magenta", "blue", "red")  # of stretches, one after the other
FRAME = "dim"


def documents(shown: Sequence[Mapping[str, Any]]) -> None:
    """What `preview` gives, each under a line that says where it comes from."""
    for number, document in enumerate(shown, 1):
        about = f"{document['stage']}, {document['lesson']} (level {document['level']}), {document['form']}"
        more = f"  {document['anchor']}, difficulty {document['difficulty']:.2f}, {document['id']}"
        out.print(Text(f"{number}. {about}", "bold").append(more, "not bold dim"))
        out.print(coloured(document))
        out.print(_facts(document))


def coloured(document: Mapping[str, Any]) -> Text:
    """The text: each stretch that exposes facts in its colour, sentences that carry none dim."""
    text = Text(document["text"])
    for frame in document["frames"]:
        text.stylize(FRAME, frame["start"], frame["end"])
    for (start, end), colour in _colours(document).items():
        text.stylize(colour, start, end)
    return text


def _colours(document: Mapping[str, Any]) -> dict[tuple[int, int], str]:
    places = sorted({(span["start"], span["end"]) for span in document["spans"]})
    return {place: COLOURS[i % len(COLOURS)] for i, place in enumerate(places)}


def _facts(document: Mapping[str, Any]) -> Text:
    """A line for each fact and place: what it is, and whether it is stated there, asked for or implied."""
    said = {fact["fact"]: fact["said"] for fact in document["facts"]}
    colours = _colours(document)
    lines = Text()
    for span in sorted(document["spans"], key=lambda s: (s["start"], s["end"])):
        lines.append(f"  {span['kind']:<8}", colours[span["start"], span["end"]])
        lines.append(f"{said[span['fact']]}  ").append(f"{span['fact']}\n", "dim")
    return lines
