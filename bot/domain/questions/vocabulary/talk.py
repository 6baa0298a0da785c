"""Talk that asks for nothing, told from questions by the signs that those bear."""

import re
from collections.abc import Sequence

from bot.domain.catalogue.matching import fold
from bot.domain.questions.vocabulary.lexicon import NAMES, Kind, Piece, is_han

CHATTER = 3
"""Unknown words from which on a sentence that asks nothing is talk, not a search."""
_SIGNS = re.compile(
    r"[?？吗呢嘛吧]|什么|多少|几|哪|谁|怎|咋|能|可以|会|是不|有没|有无|支持|(.)[不没]\1"
    r"|(?<![a-z])(?:is|are|can|could|do|does|did|will|would|how|what|whats|which|where|when|why"
    r"|who|has|have|any|should|may)(?![a-z])"
)
"""What shows that somebody asks; other words in reply may be mere talk."""
_TALK = re.compile(
    r"^(?:太|真(?!皮|丝|假)|已)|[了啊哈呀呵!！~]$|你好|谢|滚|傻|操你|他妈|尼玛|垃圾|骗子|不错"
    r"|(?<![a-z])(?:f[u*]ck|shit|damn|bitch|bought|ordered|received|arrived|already|thanks?)"
)
TALK_HAN = 5
"""Unknown Chinese characters in a row from which on words without such a sign are talk."""
TOKEN_LIMIT = 24
"""Letters of the longest word that means something."""


def is_asking(text: str) -> bool:
    """Whether ``text`` shows by any sign that something is asked."""
    return _SIGNS.search(fold(text)) is not None


def is_talk(found: Sequence[Piece], text: str) -> bool:
    """Whether a reply only says something of the offer, or to somebody else."""
    if is_asking(text) or any(piece.kind in (*NAMES, Kind.DETAIL) for piece in found):
        return False
    unknown = [piece.text for piece in found if piece.kind is Kind.UNKNOWN]
    return (
        _TALK.search(text.strip()) is not None
        or len(unknown) >= CHATTER
        or any(len(run) > TOKEN_LIMIT for run in unknown if run.isascii())
        or any(len(run) >= TALK_HAN for run in unknown if is_han(run[0]))
    )
