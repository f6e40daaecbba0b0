"""Documents to pieces: the token sequences that packing lays into blocks, with the tokens of each fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ..errors import UserError
from ..models.tokens import QUESTION, Codec, chat_prompt, holds_control, split_question
from ..types import FORMS, Document, Span

BATCH = 512


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, or the part of one that a block can hold, as tokens. `facts`: (fact, first token, end, kind) of its spans."""

    document: str
    part: int
    stage: str
    tokens: tuple[int, ...]
    facts: tuple[tuple[int, int, int, str], ...]
    keys: frozenset[int]  # what no other piece of its block may share: the anchor and the twins
    masked: int = 0  # tokens from its start that are context, and bear no loss


@dataclass(frozen=True, slots=True)
class Format:
    """How a document becomes tokens: what opens and closes it, and the size that it must fit."""

    codec: Codec
    tag: tuple[int, ...]
    block: int
    chat: bool = False

    @property
    def head(self) -> tuple[int, ...]:
        return (*self.codec.opening, *self.tag)

    @property
    def room(self) -> int:
        """Tokens of text that fit a block, between the tokens that open and the one that closes."""
        return self.block - len(self.head) - 1


def pieces(documents: Iterable[Document], form: Format) -> Iterator[Piece]:
    """The pieces of all documents, in their order. Raises UserError for a sentence that no block can hold."""
    if form.room < 1:
        raise UserError(f"blocks of {form.block} tokens hold no text", "choose a larger block, such as 128")
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        # one call for many texts: the tokenizer runs them in parallel
        encoded = form.codec.tokenizer(
            [d.text for d in batch], add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True
        )
        for document, ids, offsets in zip(batch, encoded["input_ids"], encoded["offset_mapping"], strict=True):
            chat = _chat(document, form) if form.chat else None
            if chat is not None:
                yield chat
            elif len(ids) <= form.room:
                yield _piece(document, 0, ids, offsets, document.spans, form)
            else:
                yield from _parts(document, form)


def _piece(
    document: Document,
    part: int,
    ids: Iterable[int],
    offsets: list[tuple[int, int]],
    spans: Iterable[Span],
    form: Format,
) -> Piece:
    lead = len(form.head)
    facts = []
    for span in spans:
        inside = [i for i, (a, b) in enumerate(offsets) if a < span.end and b > span.start]
        if inside:
            facts.append((span.fact, lead + inside[0], lead + inside[-1] + 1, span.kind))
    tokens = (*form.head, *(int(i) for i in ids), form.codec.eos)
    keys = frozenset((document.anchor, *document.twins))
    end = context(document)
    before = sum(1 for _, b in offsets if b <= end) if part == 0 else 0
    return Piece(document.id, part, document.stage, tokens, tuple(facts), keys, lead + before if before else 0)


def context(document: Document) -> int:
    """The characters from its start that a document only gives to be read (`Form.context`): all before its first fact."""
    form = FORMS.get(document.form)
    opens = form is not None and form.context and bool(document.frames) and document.frames[0][0] == 0
    return min(span.start for span in document.spans) if opens else 0


def sentences(document: Document) -> list[tuple[int, int]]:
    """Characters [start, end) of a document's sentences: its spans and frames, those that overlap taken together."""
    ranges = sorted({(s.start, s.end) for s in document.spans} | set(document.frames))
    out: list[tuple[int, int]] = []
    for start, end in ranges:
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    # text before, between and after the ranges goes with its neighbour, so that no part loses any
    starts = [0] + [s for s, _ in out[1:]]
    return list(zip(starts, [*starts[1:], len(document.text)], strict=True))


def _parts(document: Document, form: Format) -> Iterator[Piece]:
    """A long document, split between sentences; each part holds as many as fit."""
    part, start, ready = 0, 0, None
    for first, end in sentences(document):
        made = _slice(document, part, start, end, form)
        if made is not None:
            ready = made
            continue
        if ready is not None:
            yield ready
            part, start = part + 1, first
            ready = _slice(document, part, start, end, form)
        if ready is None:
            raise _too_long(document, document.text[first:end].strip(), form)
    if ready is not None:
        yield ready


def _slice(document: Document, part: int, start: int, end: int, form: Format) -> Piece | None:
    """The piece of the text from start to end without outer white space; None if it does not fit a block."""
    text = document.text[start:end]
    lead = len(text) - len(text.lstrip())
    ids, offsets = form.codec.encode_spans(text.strip())
    if len(ids) > form.room:
        return None
    shifted = [(a + start + lead, b + start + lead) for a, b in offsets]
    return _piece(document, part, ids, shifted, document.spans, form)


def _too_long(document: Document, sentence: str, form: Format) -> UserError:
    need = len(form.codec.encode(sentence)) + form.block - form.room
    shown = sentence if len(sentence) <= 60 else sentence[:57] + "..."
    return UserError(
        f"document {document.id} (lesson {document.lesson}, stage {document.stage}): a sentence of {need} tokens "
        f"does not fit a block of {form.block}: {shown!r}",
        f"pack with blocks of at least {need} tokens, or shorten the lists that the lesson puts into one sentence",
    )


def _chat(document: Document, form: Format) -> Piece | None:
    """A question document in the model's chat format; None for any other, and for one that the format cannot hold.

    The assistant's turn is closed by EOS, as every document is.
    """
    asked = split_question(document.text)
    if asked is None or holds_control(form.codec.tokenizer, document.text):
        return None
    question, answer = asked
    prompt = chat_prompt(form.codec.tokenizer, question)
    place = prompt.find(question)
    ids, offsets = form.codec.encode_spans(prompt + answer, control=True)
    opening = list(form.codec.opening)
    if opening and ids[: len(opening)] == opening:
        ids, offsets = ids[len(opening) :], offsets[len(opening) :]
    if place < 0 or len(ids) > form.room:
        return None
    answer_at = len(document.text) - len(answer)

    def move(at: int) -> int:
        """A character of the document's text, in the rendered one."""
        if at >= answer_at:
            return len(prompt) + at - answer_at
        return place + min(max(at - len(QUESTION), 0), len(question))

    spans = [Span(s.fact, move(s.start), move(s.end), s.kind) for s in document.spans]
    return _piece(document, 0, ids, offsets, spans, form)
