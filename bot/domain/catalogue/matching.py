"""A question in, the words to look for out: folded the same way as what is searched."""

import unicodedata

WORDS_LIMIT = 6
"""More words only narrow a search down to nothing."""
WORD_LIMIT = 64
"""Characters of one word."""


def fold(text: str) -> str:
    """Full-width and compatibility forms, case and spacing made one: "Ｔ-Shirt " is "t-shirt"."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def search_words(question: str) -> tuple[str, ...]:
    """The folded words of ``question``, each once, in their order; none for an empty question."""
    words = dict.fromkeys(word[:WORD_LIMIT] for word in fold(question).split())
    return tuple(words)[:WORDS_LIMIT]
