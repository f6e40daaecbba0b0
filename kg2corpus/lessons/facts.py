"""Level 1, recall: each fact in many wordings and both directions, stated and asked.

Around Bhutan (capital Thimphu; borders China, India) one round yields, in the lexicon's words:

    statement          "Thimphu is the capital of Bhutan."
    statement          "Bhutan borders China and India."        (or one sentence for each)
    question           "Question: What is the capital of Bhutan?\\nAnswer: Thimphu."
    inverse_question   "Question: Thimphu is the capital of which country?\\nAnswer: Bhutan."

A fact learned in one wording cannot be asked for; five and more wordings, and questions about other subjects mixed in,
make it extractable (Physics of Language Models 3.1). This lesson also tops every fact up to its exposures.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import groups

LEVEL = 1


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    lists: float = 0.25,
    longest_list: int = 6,
    inverse: float = 0.3,
    forward: float = 0.0,
) -> Iterator[Subgraph]:
    """All facts of the anchor once, and a question about each (subject, relation) group.

    `lists`: share of groups said in one sentence; `longest_list`: objects of the longest such sentence and answer;
    `inverse`: share of questions that ask for the subject, where exactly one subject has the object; `forward`: share of
    single statements that are said from the subject to the object only (0: both directions have their full share). A model
    answers in the directions that it has read, so where only objects are asked for, forward statements teach faster.
    """
    found = groups(list(graph.out(anchor.uid)))
    rng.shuffle(found)
    for group in found:
        if 1 < len(group) <= longest_list and rng.random() < lists:
            yield Subgraph(anchor.uid, tuple(group), "statement")
        else:
            rng.shuffle(group)
            for fact in group:
                yield Subgraph(anchor.uid, (fact,), "forward_statement" if rng.random() < forward else "statement")
        fact = group[rng.randrange(len(group))]
        if rng.random() < inverse and _alone(graph, fact):
            yield Subgraph(anchor.uid, (fact,), "inverse_question")
        elif len(group) <= longest_list:
            yield Subgraph(anchor.uid, tuple(group), "question")


def _alone(graph: Graph, fact: Fact) -> bool:
    """Whether no other subject has this object, so that asking for the subject has one answer."""
    return len(graph.into(fact.object.uid, fact.relation.uid, limit=2)) == 1
