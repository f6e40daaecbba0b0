"""Lessons: a file here with `LEVEL` and `pick` is a lesson, found by its name. See docs/lessons.md for how to add one."""
