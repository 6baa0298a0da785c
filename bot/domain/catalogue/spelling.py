"""How many slips of the keyboard lie between two words."""


def slips(one: str, other: str, *, limit: int) -> int | None:
    """The least number of letters left out, added, mistaken or swapped with the next one.

    None when there are more than ``limit``. (Damerau and Levenshtein; no letter moves twice.)
    """
    if abs(len(one) - len(other)) > limit or len(set(one) ^ set(other)) > 2 * limit:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for to, mark in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != mark))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == mark:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None


def tolerance(word: str) -> int:
    """How many slips are forgiven in ``word``: none below four letters, two from eight on."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2
