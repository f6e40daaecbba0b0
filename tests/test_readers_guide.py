"""docs/readers.md: the reader that it shows works as it says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from .test_cli import run


def test_the_reader_of_the_guide(tmp_path: Path, repo: Path) -> None:
    code = re.search(r"```python\n(.*?)```", (repo / "docs" / "readers.md").read_text("utf-8"), re.S)
    assert code
    (tmp_path / "semicolons.py").write_text(code[1], "utf-8")
    (tmp_path / "friends.edges").write_text("a;knows;b\n# a comment\nb;knows;c\n", "utf-8")
    done = run("load", "friends.edges", "--with", "semicolons.py", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"facts": 2' in done.stdout
    (tmp_path / "bad.edges").write_text("a;knows;b\nb;knows\n", "utf-8")
    wrong = run("load", "bad.edges", "--with", "semicolons.py", "--db", "other.db", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "bad.edges:2" in wrong.stderr
    assert not (tmp_path / "other.db").exists()
    sys.path.insert(0, str(tmp_path))
    try:
        import semicolons  # type: ignore[import-not-found]

        for name, (text, triples) in semicolons.SAMPLE.items():
            (tmp_path / name).write_text(text, "utf-8")
            assert list(semicolons.read(tmp_path / name)) == triples
    finally:
        sys.path.remove(str(tmp_path))
