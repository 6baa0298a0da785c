"""Codes: dark modules in a quiet zone, corrected at least as well as M."""

import segno

from bot.pictures.codes import QUIET, matrix

ADDRESS = "https://go.example.com/r/abcdefghijklm"


def test_a_code_is_square_and_stands_in_a_quiet_zone() -> None:
    found = matrix(ADDRESS)
    assert {len(row) for row in found} == {len(found)}
    assert QUIET == 4
    for row in (*found[:QUIET], *found[-QUIET:]):
        assert not any(row)
    assert not any(any(row[:QUIET]) or any(row[-QUIET:]) for row in found)


def test_a_code_is_what_its_maker_says() -> None:
    made = segno.make_qr(ADDRESS, error="m", boost_error=True)
    assert made.error in ("M", "Q", "H")
    inner = tuple(row[QUIET:-QUIET] for row in matrix(ADDRESS)[QUIET:-QUIET])
    assert inner == tuple(tuple(bool(each) for each in row) for row in made.matrix)
