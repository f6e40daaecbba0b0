"""What all tests share: a derandomized hypothesis profile, one torch thread, a cache folder of their own, the data folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .postgres import any_db, postgres, postgres_server  # noqa: F401  (fixtures)

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

REPO = Path(__file__).parent.parent
COUNTRIES = REPO / "data" / "countries"


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


def data_folder() -> Path | None:
    """The folder with larger data sets (KG2CORPUS_DATA), None where there is none."""
    folder = os.environ.get("KG2CORPUS_DATA")
    return Path(folder) if folder and Path(folder).is_dir() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if data_folder() is None:
        skip = pytest.mark.skip(reason="needs larger data: set KG2CORPUS_DATA to its folder")
        for item in items:
            if "data" in item.keywords:
                item.add_marker(skip)


@pytest.fixture
def kg_data() -> Path:
    folder = data_folder()
    assert folder is not None
    return folder
