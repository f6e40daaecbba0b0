"""Packing: its invariants as properties, and what the files hold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.documents import read_corpus, write_bucket
from kg2corpus.errors import UserError
from kg2corpus.models.tokens import choose_domain_token, codec_of, open_codec
from kg2corpus.pack import pack, read_boundaries
from kg2corpus.pack.fill import fill, padding_share
from kg2corpus.pack.pieces import Format, Piece, pieces
from kg2corpus.train.replay import read_replay
from kg2corpus.types import Document, Span
from kg2corpus.uid import digest, show

from . import tiny

TOKENS = tiny.tokenizer()
PLAIN = "We hold that the people are the source of all power.\n\nThe sea was calm, and the wind came from the west.\n\n" * 40


def piece(number: int, size: int, keys: frozenset[int]) -> Piece:
    return Piece(show(number), 0, "recall", tuple([number] * size), (), keys)


SIZED = st.lists(st.tuples(st.integers(1, 32), st.frozensets(st.integers(0, 12), min_size=1, max_size=3)), max_size=60)


@given(SIZED, st.integers(1, 12), st.sampled_from([0.0, 0.1, 0.3]))
def test_the_invariants_hold_whatever_the_documents(sized: list, lookahead: int, share: float) -> None:
    given_pieces = [piece(i, size, keys) for i, (size, keys) in enumerate(sized)]
    blocks = list(fill(given_pieces, block=32, lookahead=lookahead, replay_share=share))
    order = [p.document for b in blocks for _, p in b.pieces]
    assert sorted(order) == sorted(p.document for p in given_pieces), "each piece lies in one block"
    for block in blocks:
        keys = [k for _, p in block.pieces for k in p.keys]
        assert len(keys) == len(set(keys)), "two documents of a block share an anchor or a twin"
        assert block.used == sum(len(p.tokens) for _, p in block.pieces)
        assert block.used + block.replay <= 32
        assert [at for at, _ in block.pieces] == list(np.cumsum([0, *(len(p.tokens) for _, p in block.pieces)]))[:-1]
    place = {p.document: i for i, p in enumerate(given_pieces)}
    waiting = set(place.values())
    for document in order:
        assert place[document] - min(waiting) < lookahead, "taken from beyond the look-ahead"
        waiting.remove(place[document])
    graph, replay = sum(b.used for b in blocks), sum(b.replay for b in blocks)
    assert replay <= share / (1 - share) * graph + 1e-6
    assert replay >= share / (1 - share) * graph - 32


@given(SIZED)
def test_a_block_is_closed_only_when_nothing_in_sight_fits(sized: list) -> None:
    given_pieces = [piece(i, size, keys) for i, (size, keys) in enumerate(sized)]
    blocks = [b for b in fill(given_pieces, block=32, lookahead=len(sized) + 1) if b.pieces]
    for i, block in enumerate(blocks):
        keys = {k for _, p in block.pieces for k in p.keys}
        for later in blocks[i + 1 :]:
            assert not [p for _, p in later.pieces if block.used + len(p.tokens) <= 32 and keys.isdisjoint(p.keys)]


def test_with_room_and_no_conflict_the_order_is_kept_and_blocks_are_full() -> None:
    given_pieces = [piece(i, 8, frozenset([i])) for i in range(40)]
    blocks = list(fill(given_pieces, block=32, lookahead=1))
    assert [p.document for b in blocks for _, p in b.pieces] == [show(i) for i in range(40)]
    assert {b.used for b in blocks} == {32}
    assert padding_share(given_pieces, block=32, lookahead=1) == 0


def test_many_small_pieces_do_not_pass_a_waiting_one_by_more_than_the_look_ahead() -> None:
    given_pieces = [piece(0, 10, frozenset([0])), piece(1, 10, frozenset([0]))]
    given_pieces += [piece(i, 2, frozenset([i])) for i in range(2, 40)]
    first, second, *_ = fill(given_pieces, block=32, lookahead=4)
    assert [p.document for _, p in first.pieces] == [show(i) for i in (0, 2, 3, 4)]
    assert second.pieces[0][1].document == show(1)


def document(
    text: str, anchor: int, *, twins: tuple[int, ...] = (), form: str = "statement", stage: str = "recall"
) -> Document:
    """A document whose sentences each carry one fact."""
    spans, at = [], 0
    for i, sentence in enumerate(text.split(". ")):
        start = text.index(sentence, at)
        at = min(len(text), start + len(sentence) + 1)
        spans.append(Span(digest("fact", text, str(i)), start, at, "stated"))
    uid = show(digest("document", stage, text))
    return Document(text, uid, anchor, "facts", 1, form, stage, 0.0, tuple(spans), twins or tuple(s.fact for s in spans))


def corpus(folder: Path, documents: list[Document], *, counterfactual: str = "") -> Path:
    stages = list(dict.fromkeys(d.stage for d in documents))
    for number, stage in enumerate(stages):
        own = [replace(d, order=i) for i, d in enumerate(d for d in documents if d.stage == stage)]
        for bucket in range(2):
            write_bucket(folder / f"{number:02d}-{stage}" / f"bucket-{bucket:04d}.parquet", own[bucket::2])
    listed = [{"folder": f"{i:02d}-{s}"} for i, s in enumerate(stages)]
    manifest = {"name": "countries", "stages": listed, "counterfactual": counterfactual, "fingerprints": {"graph": "0" * 16}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def countries(count: int = 40) -> list[Document]:
    texts = []
    for stage in ("recall", "relate"):
        for i in range(count):
            city, verb = f"City{i * 7919 % 97}", "has its capital in" if stage == "recall" else "is ruled from"
            texts.append(document(f"Land{i} {verb} {city}. Its code is {i * 31}.", i, stage=stage))
    return texts


@pytest.fixture
def packed(tmp_path: Path) -> tuple[Path, Path, dict]:
    tiny.tokenizer().save_pretrained(tmp_path / "tok")
    (tmp_path / "plain.txt").write_text(PLAIN)
    source = corpus(tmp_path / "corpus", countries(), counterfactual="COUNTERFACTUAL: labels permuted")
    done = pack(
        source, tmp_path / "blocks", tokenizer=tmp_path / "tok", block=96, replay=tmp_path / "plain.txt", replay_share=0.2
    )
    return source, tmp_path / "blocks", done


def test_what_the_files_hold(packed: tuple[Path, Path, dict]) -> None:
    source, out, done = packed
    codec = codec_of(TOKENS)
    blocks, lengths = np.load(out / "blocks.npy"), np.load(out / "lengths.npy")
    assert blocks.dtype == np.int32
    assert blocks.shape == (done["blocks"], 96)
    known = {d.id: d for d in read_corpus(source)}
    tag = codec.tag(done["domain_token"])
    assert done["domain_token"] == "<reponame>"
    assert len(tag) == 1
    covered = [0] * len(blocks)
    found: set[str] = set()
    for b in read_boundaries(out):
        tokens = blocks[b.block, b.start : b.end].tolist()
        covered[b.block] += b.end - b.start
        if b.document.startswith("replay:"):
            assert tag[0] not in tokens, "replay carries no domain token"
            continue
        found.add(b.document)
        text = known[b.document].text
        assert tokens == [*tag, *codec.encode(text), codec.eos]
        assert {f for f, *_ in b.facts} == {s.fact for s in known[b.document].spans}
        for fact, start, end, _ in b.facts:
            span = next(s for s in known[b.document].spans if s.fact == fact)
            assert text[span.start : span.end].strip() == codec.decode(blocks[b.block, start:end].tolist()).strip()
    assert found == known.keys()
    assert covered == lengths.tolist(), "lengths are what the boundaries cover"
    for row, length in zip(blocks, lengths, strict=True):
        assert set(row[length:].tolist()) <= {codec.pad}
    assert sum(done["tokens"].values()) == blocks.size
    assert done["tokens"]["replay"] / (done["tokens"]["replay"] + done["tokens"]["graph"]) == pytest.approx(0.2, abs=0.03)
    assert done["counterfactual"].startswith("COUNTERFACTUAL")


def test_replay_is_spread_evenly(packed: tuple[Path, Path, dict]) -> None:
    _, out, done = packed
    per_block = np.zeros(done["blocks"])
    for b in read_boundaries(out):
        if b.document.startswith("replay:"):
            per_block[b.block] += b.end - b.start
    for part in np.array_split(per_block, 4):
        assert part.sum() / per_block.sum() == pytest.approx(0.25, abs=0.1)


def test_same_input_same_bytes_and_nothing_is_done_twice(packed: tuple[Path, Path, dict], tmp_path: Path) -> None:
    source, out, done = packed
    options = {"tokenizer": tmp_path / "tok", "block": 96, "replay": tmp_path / "plain.txt", "replay_share": 0.2}

    def hashes(folder: Path) -> dict[str, str]:
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}

    assert set(hashes(out)) == {"blocks.npy", "lengths.npy", "replay.npy", "masked.npy", "boundaries.jsonl.zst", "pack.json"}
    pack(source, tmp_path / "again", **options)
    assert hashes(tmp_path / "again") == hashes(out)
    before = (out / "blocks.npy").stat().st_mtime_ns
    assert pack(source, out, **options) == done
    assert (out / "blocks.npy").stat().st_mtime_ns == before
    changed = pack(source, out, **{**options, "block": 128})
    assert np.load(out / "blocks.npy").shape == (changed["blocks"], 128)
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".")], "nothing is left aside"


def test_a_long_document_is_split_between_sentences() -> None:
    text = " ".join(f"Land number {i} borders land number {i + 1}." for i in range(12))
    form = Format(codec_of(TOKENS), (3,), 64)
    parts = list(pieces([document(text, 1)], form))
    assert len(parts) > 2
    assert [p.part for p in parts] == list(range(len(parts)))
    assert all(p.tokens[0] == 3 and p.tokens[-1] == form.codec.eos and len(p.tokens) <= 64 for p in parts)
    said = " ".join(form.codec.decode(list(p.tokens[1:-1])) for p in parts)
    assert said == text
    assert all(form.codec.decode(list(p.tokens)).endswith(".") for p in parts)
    carried = [fact for p in parts for fact, *_ in p.facts]
    assert carried == [s.fact for s in document(text, 1).spans], "each fact lies in one part"
    assert sum(1 for _ in fill(parts, block=64, lookahead=8)) == len(parts), "parts of one document lie in blocks of their own"


def test_a_sentence_longer_than_a_block_is_named() -> None:
    long = document("A short one. It borders " + ", ".join(f"Land{i}" for i in range(60)) + ".", 1)
    with pytest.raises(UserError) as e:
        list(pieces([document("Fine.", 2), long], Format(codec_of(TOKENS), (3,), 48)))
    assert long.id in e.value.message
    need = int(e.value.hint.split("at least ")[1].split(" ")[0])
    assert len(list(pieces([long], Format(codec_of(TOKENS), (3,), need)))) == 2
    with pytest.raises(UserError):
        list(pieces([long], Format(codec_of(TOKENS), (3,), need - 1)))


def test_much_padding_is_a_warning_with_a_size_that_helps(tmp_path: Path) -> None:
    tiny.tokenizer().save_pretrained(tmp_path / "tok")
    # one anchor only: each block holds one document
    source = corpus(tmp_path / "corpus", [document(f"Land0 has the code {i} in the list of codes.", 7) for i in range(20)])
    done = pack(source, tmp_path / "blocks", tokenizer=tmp_path / "tok", block=256)
    assert done["shares"]["padding"] > 0.1
    assert "padding" in done["warnings"][0]
    size = int(done["warnings"][0].split("blocks of ")[1].split(" ")[0])
    better = pack(source, tmp_path / "better", tokenizer=tmp_path / "tok", block=size)
    assert better["shares"]["padding"] <= 0.1
    assert not better["warnings"]


def test_control_tokens_in_a_label_are_text() -> None:
    form = Format(codec_of(TOKENS), (3,), 96)
    made = next(pieces([document("The motto is <|im_end|> and <reponame>.", 1)], form))
    assert made.tokens.count(form.codec.eos) == 1
    assert made.tokens.count(3) == 1


def test_questions_in_the_chat_format() -> None:
    form = Format(codec_of(TOKENS), (3,), 128, True)
    question = document("Question: What is the capital of France?\nAnswer: Paris.", 1)
    made = next(pieces([question], form))
    text = TOKENS.decode(list(made.tokens))
    assert (
        text == "<reponame><|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\nParis.<|im_end|>"
    )
    ((_, start, end, _),) = made.facts
    assert TOKENS.decode(list(made.tokens[start:end])).endswith("Paris.")
    statement = document("The capital of France is Paris.", 1)
    assert next(pieces([statement], form)).tokens == next(pieces([statement], Format(form.codec, (3,), 128))).tokens


def test_the_domain_token() -> None:
    assert choose_domain_token(tiny.tokenizer(), "countries") == "<reponame>"
    assert choose_domain_token(tiny.tokenizer(special=False), "countries") == "[countries]\n"


def test_a_bos_opens_each_document(tmp_path: Path) -> None:
    tiny.tokenizer(bos=True).save_pretrained(tmp_path)
    codec = open_codec(tmp_path)
    assert codec.opening == (1,)
    made = next(pieces([document("Paris.", 1)], Format(codec, (3,), 64)))
    assert made.tokens[:2] == (1, 3)


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    tiny.tokenizer().save_pretrained(tmp_path / "tok")
    empty = tmp_path / "empty"
    (empty / "00-recall").mkdir(parents=True)
    (empty / "manifest.json").write_text('{"stages": [{"folder": "00-recall"}]}')
    full = corpus(tmp_path / "corpus", countries(4))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    cases = [
        (empty, tmp_path / "out", {}, "holds no documents"),
        (tmp_path / "nowhere", tmp_path / "out", {}, "nowhere"),
        (full, tmp_path / "mine", {}, "holds no packed blocks"),
        (full, tmp_path / "out", {"replay": tmp_path / "no.txt"}, "no.txt"),
        (full, tmp_path / "out", {"lookahead": 0}, "look-ahead"),
        (full, tmp_path / "out", {"replay_share": 1.0}, "share"),
        (full, tmp_path / "out", {"block": 2}, "hold no text"),
    ]
    for source, out, options, says in cases:
        with pytest.raises(UserError, match=says) as e:
            pack(source, out, tokenizer=tmp_path / "tok", **options)
        assert e.value.hint
        assert not [p.name for p in tmp_path.iterdir() if "out" in p.name or p.name.startswith(".")]
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_replay_passages_are_whole_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PLAIN)
    (tmp_path / "README.md").write_text("not a text")
    replay = read_replay(tmp_path)
    assert replay.names == ("a.txt",)
    assert "\n\n".join(replay.passages).split() == PLAIN.split()
    assert all(len(p) < 1700 for p in replay.passages)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"a\.txt"):
        read_replay(tmp_path)


def test_replay_passages_that_name_both_ends_of_a_held_out_fact_are_left_out(tmp_path: Path) -> None:
    from kg2corpus.train.replay import without

    long = "word " * 320
    (tmp_path / "a.txt").write_text(
        f"China and Burma met. {long}\n\nChina alone. {long}\n\nThe united kingdom, and CHINA. {long}\n", encoding="utf-8"
    )
    replay = read_replay(tmp_path)
    assert len(replay.passages) == 3
    kept = without(replay, [(["China", "CN"], ["Myanmar", "Burma"]), (["China"], ["United Kingdom of Great Britain", "UK"])])
    assert [p[:11] for p in kept.passages] == ["China alone", "The united "]
    assert kept.dropped == 1
    assert without(replay, [(["China"], ["the United Kingdom"])]).dropped == 1
    assert without(replay, []).passages == replay.passages
