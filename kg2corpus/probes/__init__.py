"""Probes: questions about the graph, asked before and after training.

The graph half (`ask` of each task, `choose`, `samplers`, `write`) turns a snapshot, a split and a lexicon into a probe file.
The file half (`grade` of each task, `items`, `score`, `stats`) needs nothing but that file and a language model.
"""
