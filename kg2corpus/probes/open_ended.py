"""Open-ended: the model tells facts about an entity, which are matched against the graph (task 5 of KGQuiz, without a judge).

A claim is a sentence's mention of the object of a true fact of the entity, together with a word that the relation's wordings
use; a sentence without one is a wrong claim. Claims and facts are matched one to one, as many as possible, which gives
precision, recall and F1. What cannot be seen this way: a wrong object beside a right one in the same sentence. Yes-or-no
facts are said without their object: a sentence that names such a relation counts neither for nor against.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import uid
from ..types import Fact, Node, Probe
from .items import CONTROLS, SPLITS, Grade, Said, plain, probe_id

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import View

USES = "generate"
NAME = "open_ended"
PROMPT = "Tell me some facts about {name}:"
MOST_FACTS = 50
# words that no relation is known by
COMMON = frozenset(
    (
        "the", "and", "its", "are", "was", "were", "has", "have", "had", "who", "which", "what", "that", "this", "with",
        "from", "for", "not", "but", "into", "also", "than", "they", "there", "their", "one", "can", "may", "being",
        "been",
    )
)


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 20,
    least: int = 3,
    max_tokens: int = 120,
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """One probe per entity with at least `least` facts to tell; of held-out facts one is enough.

    The facts to tell are an entity's train facts, or its held-out ones; its other true facts count neither for nor against.
    The corpus has no such prompt: all probes are of the wording `unseen`. `chance` is 0.
    """
    from .choose import view_of

    view = view_of(graph, split)
    cues = _Cues(graph, lexicon)
    counter: Counter[str] = Counter() if skipped is None else skipped
    entities = sorted(graph.anchors(), key=lambda a: uid.digest("entity", str(seed), uid.show(a)))
    for name in SPLITS:
        asked = 0
        for anchor in entities:
            facts = graph.out(anchor)
            to_tell = _to_tell(view, name, anchor, facts)
            if len(to_tell) < (1 if name in CONTROLS else least):
                counter[f"{name}/unseen: too few facts"] += bool(to_tell)
            elif limit is not None and asked >= limit:
                counter[f"{name}/unseen: beyond the limit"] += 1
            elif (probe := _probe(name, facts, to_tell, lexicon, cues, max_tokens)) is None:
                counter[f"{name}/unseen: the answer shows in the question"] += 1
            else:
                asked += 1
                yield probe


def _to_tell(view: View, name: str, anchor: int, facts: Sequence[Fact]) -> set[int]:
    if name == "held_out":
        return {f.uid for f in facts if view.is_held_out(f)}
    if name == "held_out_entity":
        return {f.uid for f in facts if anchor in view.split.held_out_entities and not view.is_held_out(f)}
    if name == "held_out_composition":
        return set()
    if (anchor in view.split.qa_held_out) != (name == "qa_held_out"):
        return set()
    return {f.uid for f in facts if view.split.is_train(f)}


class _Cues:
    """The words that give a relation away in a sentence: those of its wordings.

    Words that more than half of the relations use give nothing away; they stay where a wording has no others. A relation
    with a wording without any ("A is in B") has no cues: the mention of its object is enough.
    """

    def __init__(self, graph: Graph, lexicon: Lexicon) -> None:
        relations = [r for r in graph.relations() if graph.subjects(r.uid)]
        found = {r.uid: _wordings(lexicon, graph.out(graph.subjects(r.uid)[0], r.uid)[0]) for r in relations}
        shared = Counter(word for wordings in found.values() for word in set().union(*wordings))
        common = {word for word, count in shared.items() if count > max(2, len(found) // 2)}
        self._words = {r: _joined([(w - common) or w for w in wordings]) for r, wordings in found.items()}

    def of(self, fact: Fact) -> tuple[str, ...]:
        return self._words[fact.relation.uid]


def _joined(wordings: Sequence[set[str]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*wordings))) if all(wordings) else ()


def _wordings(lexicon: Lexicon, fact: Fact) -> list[set[str]]:
    """The telling words of the relation's label and of each of its wordings, without the names of subject and object."""
    names = {plain(lexicon.name(fact.subject)), plain(lexicon.value(fact)), plain(fact.object.label)}
    found = [telling(fact.relation.label)]
    for i in range(lexicon.wordings(fact, "statement")):
        text = plain(lexicon.say((fact,), "statement", i))
        for name in names:
            text = text.replace(name, " ") if name else text
        found.append(telling(text))
    return found


def telling(text: str) -> set[str]:
    return {w for w in words(text) if len(w) > 2 and w not in COMMON}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _probe(
    name: str, facts: Sequence[Fact], to_tell: set[int], lexicon: Lexicon, cues: _Cues, max_tokens: int
) -> Probe | None:
    from .choose import accepted, gives_away

    subject: Node = facts[0].subject
    # what is to be told stands first, so that the cap falls on the rest
    ordered = sorted(facts, key=lambda f: (f.uid not in to_tell, f.relation.key, f.uid))[:MOST_FACTS]
    told: list[dict[str, Any]] = []
    for fact in ordered:
        if _yes_or_no(lexicon, fact):
            cued = {"cues": sorted(telling(fact.relation.label)), "texts": []}
            told.append({"fact": uid.show(fact.uid), "tell": False, "relation": fact.relation.name} | cued)
        elif not gives_away(lexicon.value(fact), lexicon.name(subject)):
            texts = list(dict.fromkeys(plain(t) for t in accepted(lexicon, (fact,)) if plain(t)))
            known = {"fact": uid.show(fact.uid), "tell": fact.uid in to_tell, "relation": fact.relation.name}
            told.append(known | {"texts": texts, "cues": list(cues.of(fact))})
    gold = [f for f in ordered if any(t["tell"] and t["fact"] == uid.show(f.uid) for t in told)]
    if not gold:
        return None
    prompt = PROMPT.format(name=lexicon.name(subject))
    return Probe(
        id=probe_id(NAME, name, "unseen", prompt, uid.show(subject.uid)),
        task=NAME,
        split=name,
        wording="unseen",
        relation="",
        prompt=prompt,
        gold=tuple(dict.fromkeys(lexicon.value(f) for f in gold)),
        candidates=(),
        facts=tuple(f.uid for f in gold),
        chance=0.0,
        level=1,
        data={"subject": uid.show(subject.uid), "facts": told, "max_tokens": max_tokens, "stop": ["\n\n"]},
    )


def _yes_or_no(lexicon: Lexicon, fact: Fact) -> bool:
    return fact.object.literal and lexicon.value(fact) in ("Yes", "No")


def grade(probe: Probe, said: Said) -> Grade:
    """F1 of the facts told. `detail` has precision, recall, the number of claims and the facts that were told."""
    text = str(said)
    facts: Sequence[Mapping[str, Any]] = probe.data["facts"]
    claims = [sorted(edges) for edges in _claims(text, facts)]
    told = match(claims, [i for i, f in enumerate(facts) if f["tell"]])
    rest = [c for c in range(len(claims)) if c not in told.values()]
    others = match([claims[c] for c in rest], [i for i, f in enumerate(facts) if not f["tell"]])
    counted = len(claims) - len(others)
    wanted = sum(bool(f["tell"]) for f in facts)
    precision, recall = len(told) / counted if counted else 0.0, len(told) / wanted
    f1 = 2 * precision * recall / (precision + recall) if told else 0.0
    names = [facts[i]["fact"] for i in sorted(told)]
    return Grade(f1, text.strip(), 0.0, {"precision": precision, "recall": recall, "claims": counted, "told": names})


def _claims(text: str, facts: Sequence[Mapping[str, Any]]) -> list[frozenset[int]]:
    """For each claim the facts that it may be; the same mention of the same facts counts once, however often it is made."""
    claims: dict[tuple[str, frozenset[int]], None] = {}
    for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text):
        said = words(sentence)
        if not said:
            continue
        cued = [i for i, fact in enumerate(facts) if _cued(fact["cues"], said)]
        mentions = _mentions(sentence, cued, facts)
        if mentions or all(facts[i]["texts"] for i in cued):
            claims.update(dict.fromkeys(mentions or [(plain(sentence), frozenset())]))
    return [edges for _, edges in claims]


def _cued(cues: Sequence[str], said: Sequence[str]) -> bool:
    """Whether a sentence uses a word of a relation, whatever its ending; a relation without words of its own needs none."""
    stems = tuple(c[: max(4, len(c) - 2)] for c in cues)
    return not stems or any(w.startswith(stems) for w in said)


def _mentions(
    sentence: str, candidates: Sequence[int], facts: Sequence[Mapping[str, Any]]
) -> list[tuple[str, frozenset[int]]]:
    by_text: dict[str, set[int]] = {}
    for i in candidates:
        for text in facts[i]["texts"]:
            by_text.setdefault(text, set()).add(i)
    left, found = re.sub(r"\s+", " ", sentence).casefold(), []
    # longest first, and each character belongs to one mention: "Guinea-Bissau" does not name Guinea
    for text in sorted(by_text, key=lambda t: (-len(t), t)):
        pattern = rf"(?<![\w]){re.escape(text)}(?![\w])"
        if re.search(pattern, left):
            left = re.sub(pattern, lambda m: "\0" * len(m.group()), left)
            found.append((text, frozenset(by_text[text])))
    return found


def match(claims: Sequence[Sequence[int]], facts: Sequence[int]) -> dict[int, int]:
    """A largest one-to-one matching, fact -> claim, by augmenting paths (H. W. Kuhn, 1955)."""
    of_claim: dict[int, int] = {}
    options = {fact: [c for c, edges in enumerate(claims) if fact in edges] for fact in facts}

    def place(fact: int, tried: set[int]) -> bool:
        for claim in options[fact]:
            if claim not in tried:
                tried.add(claim)
                if claim not in of_claim or place(of_claim[claim], tried):
                    of_claim[claim] = fact
                    return True
        return False

    for fact in facts:
        place(fact, set())
    return {fact: claim for claim, fact in of_claim.items()}
