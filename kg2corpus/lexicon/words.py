"""Words of relation phrases: verbs and their forms, participles, adjectives, by lists first and by endings where no list knows."""

from __future__ import annotations

import re

PREPOSITIONS = frozenset({
    "of", "in", "on", "at", "by", "for", "from", "to", "with", "under", "into", "within", "about", "as", "against", "between",
    "near", "through", "after", "before", "over", "during", "onto", "upon", "via", "inside", "outside", "among", "per", "along",
    "behind", "above", "below", "beside", "without", "toward", "towards", "until", "since", "across", "around",
})  # fmt: skip
MODALS = frozenset({"may", "can", "might", "could", "must", "should", "will", "would"})
BE = frozenset({"is", "are", "was", "were"})
# base -> past, participle, where they are not made with -ed
_IRREGULAR_VERBS = {
    "write": "wrote written", "sing": "sang sung", "make": "made made", "build": "built built", "draw": "drew drawn",
    "lead": "led led", "win": "won won", "know": "knew known", "find": "found found", "hold": "held held",
    "teach": "taught taught", "run": "ran run", "give": "gave given", "take": "took taken", "speak": "spoke spoken",
    "wear": "wore worn", "buy": "bought bought", "sell": "sold sold", "say": "said said", "see": "saw seen",
    "bear": "bore born", "eat": "ate eaten", "fly": "flew flown", "begin": "began begun", "feed": "fed fed",
    "bind": "bound bound", "have": "had had", "do": "did done", "get": "got got", "keep": "kept kept", "leave": "left left",
    "lose": "lost lost", "meet": "met met", "pay": "paid paid", "ride": "rode ridden", "rise": "rose risen",
    "send": "sent sent", "spend": "spent spent", "stand": "stood stood", "think": "thought thought", "throw": "threw thrown",
    "become": "became become", "come": "came come", "go": "went gone", "fall": "fell fallen", "grow": "grew grown",
    "lie": "lay lain", "sit": "sat sat", "tell": "told told", "drive": "drove driven", "choose": "chose chosen",
    "fight": "fought fought", "catch": "caught caught", "bring": "brought brought", "understand": "understood understood",
    "overcome": "overcame overcome", "undergo": "underwent undergone", "cut": "cut cut", "put": "put put", "set": "set set",
    "read": "read read", "shut": "shut shut", "hit": "hit hit", "let": "let let", "split": "split split",
    "mean": "meant meant", "shoot": "shot shot", "swim": "swam swum", "hide": "hid hidden", "be": "was been",
}  # fmt: skip
# verbs that are no nouns as well: "owns", "own" and "owned by" are sure to be verbs
_SURE = """
regulate contain include precede treat inhibit activate encode express produce own employ represent know cite mention describe
require affect catalyze catalyse overlap eat supply manage teach speak prevent replace succeed implement extend define occur
interact participate depend consist refer adjoin marry belong comprise enclose surround connect adjoin create found invent discover
direct compose perform publish publicise release develop establish educate nominate inspire translate edit paint adapt acquire
operate maintain govern manufacture distribute generate provide receive obtain consume absorb emit transmit transport carry convert
modify induce suppress stimulate promote repress degrade bind metabolize phosphorylate methylate reduce enhance trigger modulate
mediate facilitate indicate contraindicate diagnose detect identify denote depict portray illustrate resemble derive originate
belong follow accompany attend join leave enter inhabit occupy possess hold wear believe admire influence criticise criticize
hire befriend supervise mentor advise report collaborate appear act star live work reside study graduate die bury kill defeat
conquer invade colonise sign ratify accept allow permit forbid enable serve deliver host measure control monitor feed meter
observe store load produce tag link reference import deprecate supersede annotate imply entail correspond conform comply intersect
touch communicate broadcast air license sponsor fund finance donate invest subscribe buy sell pay win lose play compete
orbit flow drain lie intersect localise localize express correlate associate relate locate situate base contribute
attack defend marry adopt raise bear fly begin finish complete close open dissolve merge divide separate differentiate evolve
migrate hunt pollinate parasitize infect transcribe target cross border cause end start use name award call list review
record hear watch visit explore survey award grant elect appoint charter commission construct demolish destroy
design build restore renovate install approve reject recommend prescribe contribute mint issue circulate stream host
form inherit extends capture execute arrest detain imprison exile convict found head chair captain coach train
write sing make draw lead run give take see say keep meet ride send become grow choose bring shoot find drive catch read set
depend rely inform address engage involve assign allocate deploy compile parse call invoke return throw subclass override
contradict refute confirm recognise recognize honour honor celebrate worship practise practice adhere
""".split()
# what its subject does by itself: "acted in" is no passive
INTRANSITIVE = frozenset({
    "acted", "appeared", "starred", "worked", "lived", "died", "studied", "played", "graduated", "competed", "participated",
    "served", "resided", "belonged", "collaborated", "fought", "voted", "arrived", "moved", "emigrated", "immigrated",
    "contributed", "interacted", "evolved", "resulted", "occurred", "happened", "lasted", "ruled", "reigned", "retired",
    "travelled", "traveled", "stayed", "emerged", "reacted", "debuted", "ended", "started", "closed", "opened",
    "migrated", "dissolved", "ceased", "collapsed", "erupted", "joined", "withdrew", "originated", "succeeded", "converted",
    "flew", "began", "came", "went", "became", "ran", "flown", "begun", "differed", "varied", "stood", "lay",
    "trained", "enrolled", "attended", "overlapped", "flowed", "flows", "expired", "sailed", "landed",
})  # fmt: skip
# third person of a verb or plural of a noun: a noun where the objects are literals or several
AMBIGUOUS = frozenset({
    "uses", "ends", "leads", "targets", "controls", "influences", "supplies", "hosts", "causes", "plays", "bounds", "starts",
    "results", "links", "works", "tags", "references", "names", "reports", "records", "addresses", "imports", "reviews",
    "lists", "calls", "loads", "meters", "stores", "measures", "forms", "awards", "visits", "attacks", "charters", "grants",
    "sponsors", "covers", "labels", "sets", "runs", "signs", "streams", "heads", "chairs", "coaches", "trains", "returns",
    "wins", "losses", "draws", "points", "feeds", "issues", "designs", "funds", "rises", "falls", "cuts", "parts",
})  # fmt: skip
# the same word as a base form: "cause" and "use" name a thing or a deed
TWOFOLD = frozenset({
    "use", "end", "lead", "target", "control", "influence", "supply", "host", "cause", "play", "start", "result", "link",
    "work", "tag", "reference", "name", "report", "record", "address", "import", "review", "list", "call", "load", "meter",
    "store", "measure", "form", "award", "visit", "attack", "charter", "grant", "sponsor", "cover", "label", "set", "run",
    "sign", "stream", "head", "chair", "coach", "train", "return", "win", "draw", "point", "feed", "issue", "design", "fund",
    "cross", "border", "practice", "base", "orbit", "drain", "found", "act", "commission", "license", "air", "hunt", "survey",
    "arrest", "exile", "stream", "star", "relate", "study", "touch", "pay", "watch", "sign", "say", "mint", "defeat", "mentor",
    "overlap", "captain", "divide", "address", "honour", "honor", "subclass", "override", "read", "cut", "split",
    "capture", "find", "drive", "catch", "make", "take", "ride", "open", "close", "complete", "separate", "produce", "fly",
    "contact", "finish", "broadcast", "appoint", "elect", "express", "direct", "mean", "believe", "bear", "live", "raise",
})  # fmt: skip
# participles that tell of an event: "founded by" is "was founded by", the others ("owned by") is "owned by"
EVENTS = frozenset({
    "educated", "named", "discovered", "founded", "influenced", "published", "released", "born", "nominated", "awarded",
    "created", "written", "directed", "produced", "composed", "designed", "invented", "built", "killed", "performed",
    "authored", "painted", "developed", "buried", "died", "established", "formed", "edited", "inspired", "filmed", "shot",
    "recorded", "translated", "adapted", "constructed", "acquired", "defeated", "conquered", "elected", "appointed", "signed",
    "executed", "detained", "arrested", "trained", "commissioned", "renovated", "demolished", "destroyed", "launched",
    "introduced", "opened", "closed", "completed", "abolished", "dissolved", "issued", "modified", "adopted", "ratified",
    "derived", "generated", "invalidated", "broadcast", "aired", "organised", "organized", "coined", "won", "lost", "sung",
    "checked", "corrected", "replaced", "superseded", "succeeded", "preceded", "granted", "donated", "ordered",
    "drafted", "scored", "starred", "played", "taught", "crowned", "baptised", "executive-produced", "co-founded", "photographed",
    "chartered", "hired", "exiled", "impersonated", "attended", "transferred", "sculpted", "drawn", "cast", "choreographed",
    "narrated", "remixed", "mixed", "mastered", "engineered", "illustrated", "begun", "deprecated", "served", "celebrated",
})  # fmt: skip
# states, not deeds: "related" is "is related to", "located" is "is located in"
STATES = {
    **dict.fromkeys(
        ("related", "connected", "linked", "married", "allied", "opposed", "attached", "engaged", "bound", "mapped", "dedicated",
         "adjacent", "equivalent", "similar", "identical", "parallel", "equal", "subject", "native", "prior", "next", "devoted",
         "tied", "restricted", "assigned", "limited", "exposed", "close", "sensitive", "resistant", "specific"), "to"),
    **dict.fromkeys(("associated", "affiliated", "involved", "synonymous", "compatible", "disjoint", "aligned", "twinned"), "with"),
    **dict.fromkeys(("located", "based", "situated", "headquartered", "born", "buried", "used"), "in"),
    **dict.fromkeys(("different", "derived", "descended", "distinct", "absent"), "from"),
    **dict.fromkeys(("dependent", "reliant"), "on"),
    **dict.fromkeys(("composed", "capable", "characteristic", "typical", "independent"), "of"),
    **dict.fromkeys(("responsible", "famous", "known", "available", "named", "suitable"), "for"),
}  # fmt: skip
_NOT_PARTICIPLES = frozenset({
    "breed", "seed", "speed", "bed", "feed", "need", "weed", "red", "shed", "open", "garden", "citizen", "naked", "hundred",
    "sacred", "wicked", "hatred", "kindred", "creed", "greed", "reed", "deed", "shred", "biped", "moped", "embed", "id", "run",
    "become", "come", "cut", "put", "set", "read", "hit", "let", "split", "found", "lay", "saw", "cast", "bound",
})  # fmt: skip
_NOUNS = frozenset({
    "states", "dates", "plates", "rates", "sizes", "coordinates", "certificates", "templates", "estates", "climates", "gates",
    "candidates", "associates", "graduates", "affiliates", "candidates", "delegates", "substrates", "isolates", "prizes",
})  # fmt: skip
_PAST_OF = {base: forms.split()[0] for base, forms in _IRREGULAR_VERBS.items()}
_PARTICIPLE_OF = {base: forms.split()[1] for base, forms in _IRREGULAR_VERBS.items()}
_FROM_PARTICIPLE = {p: base for base, p in _PARTICIPLE_OF.items() if base not in ("be", "become", "come", "run", "cut", "put", "set")}
_FROM_PARTICIPLE |= {"died": "die", "tied": "tie", "lain": "lie", "run": "run", "cut": "cut", "set": "set", "found": "find"}
_FROM_PAST = {p: base for base, p in _PAST_OF.items() if base not in ("cut", "put", "set", "read", "hit", "let", "be")}
_DOUBLED = frozenset({"b", "d", "g", "m", "n", "p", "r", "t"})


def third_person(base: str) -> str:
    """ "own" -> "owns", "occupy" -> "occupies", "have" -> "has"."""
    if base in ("have", "do", "be"):
        return {"have": "has", "do": "does", "be": "is"}[base]
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


VERBS = frozenset(_SURE)
THIRD = {third_person(base): base for base in (*VERBS, *_IRREGULAR_VERBS)}


def participle(word: str) -> bool:
    """Whether a word is a past participle, as far as its ending tells."""
    if word in _FROM_PARTICIPLE:
        return word not in _NOT_PARTICIPLES
    return (word.endswith("ed") and len(word) > 4 and word not in _NOT_PARTICIPLES) or word in EVENTS


def past_tense(word: str) -> bool:
    """Whether a word is a past tense that is no participle: "wrote"."""
    return word in _FROM_PAST and word not in _FROM_PARTICIPLE and word not in ("saw", "lay", "fell", "bore")


def past(word: str) -> str:
    """A participle as a past tense: "written" -> "wrote", "directed" stays."""
    return _PAST_OF.get(_FROM_PARTICIPLE.get(word, ""), word)


def base(word: str) -> str:
    """The base form of a participle, past tense or third person: "owned" -> "own", "wrote" -> "write", "owns" -> "own"."""
    if word in THIRD:
        return THIRD[word]
    if word in _FROM_PARTICIPLE or word in _FROM_PAST:
        return _FROM_PARTICIPLE.get(word) or _FROM_PAST[word]
    if word.endswith("ed") and len(word) > 4:
        return _base_of_ed(word)
    if word in ("has", "does", "is", "are", "was"):
        return {"has": "have", "does": "do"}.get(word, "be")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "oes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _base_of_ed(word: str) -> str:
    stem = word[:-2]
    for known in (stem + "e", stem):
        if known in VERBS:
            return known
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED and stem not in ("add", "err"):
        return stem[:-1]
    soft = ("c", "g", "s", "u", "v", "z", "at", "ut", "ir", "id", "bin", "iz", "ur", "am", "as", "as", "ok", "ot", "in")
    hard = ("ss", "ng", "ain", "oin", "eat", "oat", "ign", "out", "uit", "it", "pt", "our", "ot", "ay", "ey")
    return stem + "e" if stem.endswith(soft) and not stem.endswith(hard) else stem


def participle_of(verb: str) -> str:
    """The past participle of a base form: "own" -> "owned", "write" -> "written"."""
    return _PARTICIPLE_OF.get(verb) or _ed(verb)


def past_of(verb: str) -> str:
    """The past tense of a base form: "own" -> "owned", "write" -> "wrote"."""
    return _PAST_OF.get(verb) or _ed(verb)


def _ed(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return verb[:-1] + "ied"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb)
    doubles = short or verb in ("control", "refer", "occur", "overlap", "transfer", "prefer", "permit", "submit", "transmit", "emit")
    return verb + (verb[-1] if doubles else "") + "ed"


def is_third(word: str) -> bool:
    """Whether a word is a verb in the third person, as far as the lists and its ending tell."""
    ending = word.endswith(("ates", "izes", "ises", "ifies", "duces", "serts", "tains"))
    return word in THIRD or (ending and word not in _NOUNS)


def is_base(word: str) -> bool:
    """Whether a word is the base form of a verb that the lists know."""
    return word in VERBS or word in _IRREGULAR_VERBS


_ADJECTIVES = frozenset({
    "landlocked", "independent", "radioactive", "alive", "dead", "open", "free", "active", "public", "private", "available",
    "male", "female", "national", "deprecated", "abstract", "gregarious", "toxic", "endemic", "extinct", "vegetarian", "vegan",
    "halal", "kosher", "friendly", "accessible", "wide", "tall", "high", "deep", "long", "visible", "required", "mandatory",
    "optional", "soluble", "edible", "domestic", "foreign", "legal", "illegal", "clean", "dirty", "complete", "final", "new",
    "old", "modern", "magnetic", "stable", "rare", "common", "safe", "dangerous", "symmetric", "transitive", "functional",
    "reflexive", "smoke-free", "similar", "different", "adjacent", "equivalent", "identical", "disjoint", "equal", "next",
})  # fmt: skip
_ADJECTIVE_ENDINGS = ("able", "ible", "ous", "ful", "less", "topic", "ctive", "ative", "itive", "friendly", "free", "proof", "like")


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective, as far as a list and its ending tell."""
    return word in _ADJECTIVES or (word.endswith(_ADJECTIVE_ENDINGS) and len(word) > 5)
