"""Checks of an artefact: documents say what they claim, nothing held out leaks, the packing keeps its promises.

What a document claims is checked in every document; what its text says is checked in a seeded sample, or in all of them.
Gates fail closed: what could not be checked counts as a failure, with its reason.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import faithful
from ..documents import read_corpus
from ..errors import UserError
from ..faithful import gate
from ..graph import Graph
from ..progress import track
from ..runs import corpus_of
from ..types import Document
from ..uid import digest
from . import documents as said
from . import leaks
from .claims import Claims
from .declared import Declared, licences
from .result import CheckReport, CheckResult, Failure, Tally

if TYPE_CHECKING:
    from ..lexicon.resolve import Lexicon
    from ..store.split import Split

__all__ = ["CheckReport", "CheckResult", "Failure", "check", "check_texts"]
SAMPLE = 2000
FRAMES_LIMIT = 0.1
FEW = 100  # of so few sentences the share of frames says nothing


def check(
    run_or_corpus: Path,
    *,
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    blocks: Path | None = None,
    sample: int = SAMPLE,
    everything: bool = False,
    seed: int = 0,
    replay: Path | None = None,
    tokenizer: Path | str | None = None,
) -> CheckReport:
    """Check a corpus, and its packed blocks if given. `sample` documents are read against the graph, or `everything`.

    `replay` is the text that was mixed into the blocks (default: the one that is shipped); with `tokenizer` the tokens are
    read back as text. Raises UserError where there is no whole corpus, or split, graph and corpus do not belong together.
    """
    corpus = corpus_of(run_or_corpus)
    split.check(graph)
    kept = leaks.secrets(graph, split)
    claims, placed = Claims(graph, split, kept), Declared(corpus)
    chosen = _sample(claims.watch(placed.watch(read_corpus(corpus))), None if everything else sample, seed)
    reader = faithful.reader(graph, lexicon)
    results = [*claims.close(corpus), placed.close(), licences(corpus, graph)]
    results += _texts(chosen, graph, split, lexicon, kept, reader)
    if blocks is not None:
        results += _packed(corpus, blocks, tokenizer)
        bare = faithful.entity_reader(graph, lexicon) if kept.entities else None
        results += _replayed(corpus, blocks, replay, graph, kept, reader, bare)
    return CheckReport(tuple(results), {"difficulty": claims.hard.figures()})


def check_texts(
    run_or_corpus: Path,
    *,
    graph: Graph,
    lexicon: Lexicon,
    faithful: bool = False,
    diversity: bool = False,
    everything: bool = False,
    seed: int = 0,
    tokenizer: Path | str | None = None,
) -> CheckReport:
    """The checks of what texts say (`faithful`: a seeded sample of 10,000 documents, or `everything`) and of how varied they
    are (`diversity`: all documents, in tokens of the tokenizer). Raises UserError where there is no whole corpus."""
    from .diversity import diversity as varied
    from .faithfulness import SAMPLE as JUDGED
    from .faithfulness import faithful as true

    corpus = corpus_of(run_or_corpus)
    made = gate(graph, lexicon)
    results, figures = list[CheckResult](), dict[str, Any]()
    if faithful:
        documents = read_corpus(corpus)
        chosen: Iterable[Document] = documents if everything else _sample(documents, JUDGED, seed)
        found, figures["faithful"] = true(track(chosen, "judging documents"), made)
        results += found
    if diversity:
        watched, count = track(read_corpus(corpus), "measuring documents"), _counter(tokenizer) if tokenizer else None
        found, figures["diversity"] = varied(watched, made, lexicon, seed=seed, count=count)
        results += found
    return CheckReport(tuple(results), figures)


def _counter(tokenizer: Path | str) -> Callable[[str], int]:
    from ..models.tokens import open_codec

    codec = open_codec(tokenizer)
    return lambda text: len(codec.encode(text))


def _sample(documents: Iterator[Document], sample: int | None, seed: int) -> list[Document]:
    """The documents to read: those whose ids hash lowest, so that neither order nor number of buckets matters."""
    if sample is None:
        return list(documents)
    return heapq.nsmallest(sample, documents, key=lambda document: (digest("check", str(seed), document.id), document.id))


def _texts(
    chosen: list[Document], graph: Graph, split: Split, lexicon: Lexicon, kept: leaks.Secrets, reader: faithful.Reader
) -> list[CheckResult]:
    """The checks that read texts against the graph."""
    claims = Tally("documents name the entities and values of their facts")
    strays = Tally("documents name nothing that their facts do not")
    spans = Tally("spans lie on sentences, and every sentence has one or is a frame")
    frames = Tally("under 10 % of the sentences are frames", of="sentences")
    pairs = Tally("no text names both ends of a held-out fact")
    questions = Tally("no question is about a QA-held-out subject")
    composed = Tally("no text says a held-out composition in words")
    entities = Tally("no text names a held-out entity")
    bare = faithful.entity_reader(graph, lexicon) if kept.entities else None
    common, plain = said.common_words(graph, lexicon), said.wording_words(lexicon)
    framed = 0
    for document in track(chosen, "reading documents against the graph", total=len(chosen)):
        read = said.read(document, graph, reader, plain)
        claims.look(document.id, said.claims(read, lexicon))
        strays.look(document.id, said.strays(read, common, lexicon))
        spans.look(document.id, said.spans(document))
        pairs.look(document.id, leaks.named_pairs(read, graph, kept))
        questions.look(document.id, leaks.questions(read, graph, split))
        if kept.composed:
            composed.look(document.id, leaks.composed_in_words(read, graph, kept))
        if bare:
            found = faithful.mentions(bare, document.text)
            entities.look(document.id, leaks.named_entities(read, found, graph, kept))
        sentences, without = said.sentences(document)
        frames.looked_at += sentences
        framed += without
    share = framed / frames.looked_at if frames.looked_at else 0.0
    frames.note = f"{share:.1%} frames" + (", of too few sentences to judge" if frames.looked_at < FEW else "")
    if share >= FRAMES_LIMIT and frames.looked_at >= FEW:
        frames.fail("corpus", f"{framed} of {frames.looked_at} sentences carry no fact")
    own = [*([composed] if kept.composed else []), *([entities] if bare else [])]
    return [tally.close() for tally in (claims, strays, spans, frames, pairs, questions, *own)]


def _packed(corpus: Path, blocks: Path, tokenizer: Path | str | None) -> list[CheckResult]:
    from .packing import check_packing

    try:
        return check_packing(corpus, blocks, tokenizer=tokenizer)
    except (UserError, KeyError, ValueError, TypeError) as e:
        tally = Tally("the packing can be checked", of="folders")
        tally.look(str(blocks), [str(e) if isinstance(e, UserError) else f"damaged ({type(e).__name__}: {e})"])
        return [tally.close()]


def _replayed(
    corpus: Path,
    blocks: Path,
    replay: Path | None,
    graph: Graph,
    kept: leaks.Secrets,
    reader: faithful.Reader,
    bare: faithful.Reader | None,
) -> list[CheckResult]:
    """No passage of the replayed text names both ends of a held-out fact or composition, or a held-out entity."""
    from ..pack import read_pack

    tally = Tally("no replayed passage names both ends of a held-out fact", of="passages")
    others = Tally("no replayed passage names a held-out entity or both ends of a held-out composition", of="passages")
    try:
        wanted = read_pack(blocks)["replay"]
        if not wanted:
            return []
        for number, passage in enumerate(_passages(wanted, replay, corpus), 1):
            found = faithful.mentions(reader, passage)
            tally.look(f"passage {number}", leaks.named_in_text(passage, found, graph, kept))
            if kept.composed or bare:
                named = faithful.mentions(bare, passage) if bare else ()
                faults = leaks.composed_in_text(found, graph, kept) + leaks.entities_in_text(named, graph, kept)
                others.look(f"passage {number}", faults)
    except (UserError, KeyError) as e:
        tally.fail(str(blocks), f"the replayed text could not be read: {e}")
    return [tally.close(), *([others.close()] if kept.composed or bare else [])]


def _passages(wanted: str, replay: Path | None, corpus: Path) -> tuple[str, ...]:
    """The passages that packing could take: without those that bring names together that the corpus wants kept apart."""
    from ..config import shipped
    from ..train.replay import read_apart, read_replay, without

    text = read_replay(replay or shipped("data") / "replay")
    if text.fingerprint != wanted:
        raise UserError(f"{replay or 'the shipped replay text'} is not what the blocks hold", "name the text with --replay")
    return without(text, read_apart(corpus)).passages
