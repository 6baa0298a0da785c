"""QR codes: an address in, its modules out; nothing is drawn here."""

import segno

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004): without them scanners do not find it."""

Matrix = tuple[tuple[bool, ...], ...]


def matrix(address: str) -> Matrix:
    """The code of ``address`` row by row, True where it is dark, its quiet zone included.

    Error correction M or better: where a better one needs no larger code it is taken.
    """
    made = segno.make_qr(address, error="m", boost_error=True)
    rows = made.matrix_iter(scale=1, border=QUIET)
    return tuple(tuple(bool(module) for module in row) for row in rows)
