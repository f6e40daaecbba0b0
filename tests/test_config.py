"""Curricula are validated with the path of the key, the nearest match, and all faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kg2corpus import config
from kg2corpus.errors import UserError

GOOD = """
name: x
exposures: 40
stages:
  - name: recall
    questions: 0.5
    lessons: {facts: {weight: 2, options: {lists: 0.5}}, profile: {}}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path: Path, text: str, *sets: str) -> UserError:
    with pytest.raises(UserError) as caught:
        config.load_curriculum(write(tmp_path, text), sets)
    assert caught.value.hint
    return caught.value


def test_defaults(tmp_path: Path) -> None:
    c = config.load_curriculum(write(tmp_path, GOOD))
    assert (c.exposures, c.tokens, c.buckets) == (40, None, 16)
    assert (c.pack.block, c.pack.replay, c.pack.lookahead) == (128, 0.1, 64)
    assert c.train == config.TrainSettings(
        rank=16, alpha=32, layers=None, lr=3e-3, batch=1, schedule="linear", epochs=1, warmup=0.03
    )
    assert c.probe.tasks == ("true_false", "multiple_choice", "blank_filling")
    assert c.stages[0].lessons["facts"].options == {"lists": 0.5}
    with pytest.raises(ValidationError):
        c.seed = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("20M", 20_000_000), ("300k", 300_000), ("1.5B", 1_500_000_000), ("20_000", 20_000), ("7", 7), (" 2.5K ", 2500),
        ("1e6", 1_000_000),
    ],
)
def test_counts_as_people_write_them(tmp_path: Path, text: str, count: int) -> None:
    c = config.load_curriculum(write(tmp_path, GOOD), [f"tokens={text}"])
    assert (c.tokens, c.exposures) == (count, None)  # one budget takes the place of the other


@pytest.mark.parametrize("text", ["20X", "many", "-3", "0", "1.2.3M"])
def test_other_counts_are_refused(tmp_path: Path, text: str) -> None:
    assert "tokens" in refused(tmp_path, GOOD, f"tokens={text}").message


def test_overrides(tmp_path: Path) -> None:
    sets = ["train.rank=64", "train.lr=1e-3", "stages.recall.questions=2", "split.relations=capital,currency", "probe.limit=5"]
    c = config.load_curriculum(write(tmp_path, GOOD), [*sets, "stages.0.lessons.facts.options.lists=0.1"])
    assert (c.train.rank, c.train.lr, c.stages[0].questions, c.probe.limit) == (64, 1e-3, 2, 5)
    assert c.split.relations == ("capital", "currency")
    assert c.stages[0].lessons["facts"].options["lists"] == 0.1
    assert config.override(c.pack, ["block=256"]).block == 256
    assert config.override(c, ["tokens=1M"]).tokens == 1_000_000


def test_all_faults_at_once_with_paths_and_near_matches(tmp_path: Path) -> None:
    text = GOOD.replace("questions", "question").replace("weight: 2", "weigth: 2")
    text += "trian: {}\nsplit: {held_out: abc, seed: 1}\n"
    e = refused(tmp_path, text, "train.rnk=3")
    weight = "'stages.recall.lessons.facts.weigth'"
    for path in ("'stages.recall.question'", weight, "'trian'", "split.held_out", "'train.rnk'"):
        assert path in e.message
    for hint in ("'questions'", "'weight'", "'train'", "'rank'"):
        assert hint in e.hint
    assert str(tmp_path / "c.yaml") in e.message
    assert "abc" in e.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("exposures: 40", ""), "either 'exposures'"),
        (("exposures: 40", "exposures: 40\ntokens: 1M"), "not both"),
        (("profile: {}", "profle: {}"), "unknown lesson 'profle'"),
        (("lists: 0.5", "list: 0.5"), "unknown option 'list'"),
        (("name: recall", "name: ../up"), "stages.../up.name"),
        (("name: x", "name: x\nname: y"), "given twice"),
        (("name: x", "name: [x"), "not YAML"),
        (("stages:", "nothing:"), "'stages' is missing"),
    ],
)
def test_single_faults(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert said in refused(tmp_path, GOOD.replace(*change)).message


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("split.held_out=yes", "split.held_out: a number is wanted (given: True)"),
        ("split.held_out=2", "split.held_out: at most 1 is wanted (given: 2)"),
        ("split.relations=3", "split.relations: a list is wanted (given: 3)"),
        ("max_chars=lots", "max_chars: a whole number is wanted (given: 'lots')"),
        ("train.layers=first", "train.layers: numbers and ranges of layers are wanted"),
        ("train.replay_loss=l2", "train.replay_loss: one of 'kl' or 'text' is wanted"),
        ("train=fast", "train: a section of keys is wanted (given: 'fast')"),
    ],
)
def test_wrong_values_in_plain_words(tmp_path: Path, override: str, said: str) -> None:
    assert said in refused(tmp_path, GOOD, override).message


def test_names_of_curricula(tmp_path: Path) -> None:
    assert {"ladder", "demo", "smoke"} <= set(config.curriculum_names())
    with pytest.raises(UserError) as caught:
        config.load_curriculum("lader")
    assert "ladder" in caught.value.hint
    with pytest.raises(UserError) as caught:
        config.load_curriculum(tmp_path / "no.yaml")
    assert caught.value.hint
    assert config.load_curriculum("curricula/ladder.yaml").name == "ladder"
    assert refused(tmp_path, "- a list").message.endswith("mapping of settings")
    assert "key=value" in refused(tmp_path, GOOD, "tokens").message
    assert "no 'recal'" in refused(tmp_path, GOOD, "stages.recal.questions=1").message
    assert "is a value" in refused(tmp_path, GOOD, "name.x.y=1").message


def test_settings_come_back(tmp_path: Path) -> None:
    c = config.load_curriculum(write(tmp_path, GOOD), ["tokens=3k", "split.relations=[a, b]"])
    (tmp_path / "again").mkdir()
    assert config.load_curriculum(write(tmp_path / "again", config.resolved(c))) == c


def test_fingerprint_is_of_what_the_corpus_depends_on(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    base = config.load_curriculum(path).fingerprint
    for sets in (["train.rank=2"], ["pack.block=64"], ["probe.limit=3"]):
        assert config.load_curriculum(path, sets).fingerprint == base
    for sets in (["seed=1"], ["buckets=2"], ["exposures=41"], ["stages.recall.questions=1"], ["max_chars=900"]):
        assert config.load_curriculum(path, sets).fingerprint != base


def test_minutes(tmp_path: Path) -> None:
    table = "minutes: {3: {subjects: 5, exposures: 9}, 9: {exposures: 50}}\n"
    c = config.load_curriculum(write(tmp_path, GOOD + table))
    assert config.at_minutes(c, None) is c
    assert (config.at_minutes(c, 5).exposures, config.at_minutes(c, 5).split.subjects) == (9, 5)
    assert (config.at_minutes(c, 60).exposures, config.at_minutes(c, 60).split.subjects) == (50, None)
    with pytest.raises(UserError, match="no row") as caught:
        config.at_minutes(c, 2)
    assert "at least 3" in caught.value.hint


KEYS = st.sampled_from(["name", "stages", "exposures", "lessons", "facts", "pack", "x"])
PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text("ab:{", max_size=4) | st.integers()
SHAPES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))


@given(SHAPES)
def test_no_shape_of_yaml_is_a_traceback(value: object) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text(yaml.safe_dump(value), encoding="utf-8")
        with pytest.raises(UserError) as caught:
            config.load_curriculum(path)
        assert caught.value.hint
