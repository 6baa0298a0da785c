"""What only the title or the description says: the sentence that says it, word for word."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from bot.domain.catalogue.matching import fold, phrase
from bot.domain.posts.characters import cleaned
from bot.domain.questions import measures
from bot.domain.questions.vocabulary import personal
from bot.domain.questions.vocabulary.lexicon import Kind, pieces
from bot.domain.records import OfferFacts, Topic

DETAILED = ("contents", "material", "description", "title")
"""The columns that may tell of a detail, the one that says it best first."""
SENTENCES_LIMIT = 2
"""Sentences of one description that answer one topic."""

_ENDS = re.compile(r"(?<=[。！？；!?;\n])|(?<=\.)\s+(?=[A-Z0-9\u4e00-\u9fff])")
LOAD_BEHIND = 12
"""Characters behind a weight in which it may be said to be a load: "1 kg load"."""
_LOAD = re.compile(
    r"承重|负重|载重|承载|承受|负荷|能放|可放|(?<![a-z])(?:loads?|holds?|bears?|carr(?:y|ies)"
    r"|supports?|lifts?|up to|max(?:imum)?(?: load| weight)?)(?![a-z])"
)
_COMMA = re.compile(r"[,;，；、]")
_MATERIALS = 14
"""Of the traits of goods, the first are what they are made of."""
_OTHER_MATERIALS = re.compile(
    r"材质|面料|材料|聚酯|涤纶|尼龙|牛津布|乳胶|金属|合金|纤维|桦木|榉木|高硼硅|氨基酸|配方"
    r"|polyester|nylon|latex|metal|steel|beech|fibre|fiber|braided|paper|made of|ingredient|tpe"
    r"|(?<![a-z])(?:abs|eva|pvc|pp)(?![a-z])|\d\s?%\s?[\u4e00-\u9fff]"
)
_WORDS = {
    Topic.RETURNS: re.compile(
        r"退货|退换|可退|包退|无理由|换货|包赔|售后|returns?(?![a-z])|refund|exchange|money.back"
    ),
    Topic.CONTENTS: re.compile(
        r"内含|包含|含有|内附|附赠?|配[有件]|赠送?|一盒|套装|件套|includ|contains?(?![a-z])"
        r"|comes with|in the box|with a (?:pouch|case|bag)|set of|pack of"
    ),
}


def sentences(text: str | None) -> list[str]:
    """The sentences of a description, cleaned, without the stop at their end."""
    parts = (cleaned(part).strip("。；; ") for part in _ENDS.split(text or ""))
    return [part for part in parts if part]


def quoted(topic: Topic, facts: OfferFacts) -> list[tuple[str, str]]:
    """(column, words) pairs by which title and description answer ``topic``."""
    match topic:
        case Topic.SIZE:
            return _sizes(facts)
        case Topic.MATERIAL:
            return _first(facts, _is_of_material) or _material_of_title(facts.title)
        case Topic.RETURNS:
            return _first(facts, lambda text: _WORDS[Topic.RETURNS].search(text) is not None)
        case Topic.CONTENTS:
            return _first(facts, lambda text: _WORDS[Topic.CONTENTS].search(text) is not None)
    return []


def told_of(details: Iterable[Sequence[str]], facts: OfferFacts) -> list[tuple[str, str]]:
    """Where any word of each of ``details`` stands: what a column states, else the sentences."""
    found: dict[tuple[str, str], None] = {}
    for words in details:
        made = [each for word in words if (each := phrase(word)) is not None]
        for field in DETAILED:
            said = [
                (field, sentence)
                for sentence in sentences(getattr(facts, field))
                if any(each.stands_in(fold(sentence)) for each in made)
            ]
            found.update(dict.fromkeys(said))
            if said:
                break
    return list(found)[:SENTENCES_LIMIT]


def other_sizes(facts: OfferFacts) -> list[tuple[str, str]]:
    """The sentences with measures of a kind that the column of the size does not state.

    What it can bear is no size of its own.
    """
    stated = {span.unit for span in measures.spans(facts.size or "")}

    def is_said(text: str) -> bool:
        own = [span.unit for span in measures.spans(text) if not _is_load(text, span)]
        return any(unit not in stated for unit in own)

    return _first(facts, is_said)


def _is_load(text: str, span: measures.Span) -> bool:
    """Whether a weight is what is carried; only the words between two commas count."""
    before, behind = _COMMA.split(text[: span.start])[-1], _COMMA.split(text[span.end :])[0]
    return span.unit == "mg" and _LOAD.search(f"{before} {behind[:LOAD_BEHIND]}") is not None


def _first(facts: OfferFacts, is_said: Callable[[str], bool]) -> list[tuple[str, str]]:
    said = [each for each in sentences(facts.description) if is_said(fold(each))]
    return [("description", each) for each in said[:SENTENCES_LIMIT]]


def _sizes(facts: OfferFacts) -> list[tuple[str, str]]:
    """The measures in the title, as they stand there, and the sentences that state some."""
    title = cleaned(facts.title)
    folded = fold(title)
    # Folding may join or part characters: then the folded words stand for the title's.
    source = title if len(folded) == len(title) else folded
    places: list[tuple[int, int]] = []
    for span in measures.spans(folded):
        start, end = span.start, span.end
        if places and start < places[-1][1]:
            start, end = places[-1][0], max(end, places.pop()[1])
        places.append((start, end))
    parts = [source[start:end].strip() for start, end in places]
    found = [("title", " · ".join(parts))] if parts else []
    return found + _first(facts, lambda text: bool(measures.spans(text)))


def _is_of_material(text: str) -> bool:
    return _OTHER_MATERIALS.search(text) is not None or any(
        piece.text in materials() for piece in pieces(text)
    )


def _material_of_title(title: str) -> list[tuple[str, str]]:
    found = [
        piece.text
        for piece in pieces(title)
        if piece.kind is Kind.TRAIT and piece.text in materials()
    ]
    return [("title", cleaned(title))] if found else []


@cache
def materials() -> frozenset[str]:
    """The words of the vocabulary for what things are made of."""
    lines = personal.TRAITS.strip().splitlines()[:_MATERIALS]
    return frozenset(word.strip() for line in lines for word in line.split(","))
