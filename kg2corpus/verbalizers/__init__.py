"""Verbalizers: subgraphs in, documents out. A file here with a function `tell` is one, by its file name."""
