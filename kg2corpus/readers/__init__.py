"""Readers: file -> triples. A file name here is a reader's name; see `docs/` for how to add one."""
