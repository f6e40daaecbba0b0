"""The report of a run: one self-contained HTML page and a Markdown page."""

from .build import report

__all__ = ["report"]
