"""The tree of our exceptions: broken promises, never expected outcomes.

HaowuError
├── SettingsError          the environment is wrong; every fault is in ``faults``
├── InputError             what somebody gave us can never be right (HTTP 4xx, exit code 2)
│   ├── NotFoundError      it names something that is not there (404)
│   ├── NotAllowedError    it is there, but not for the one who asks (403)
│   ├── ForgedError        it does not prove who sent it: a wrong secret or signature (401)
│   ├── TooLargeError      more than we take in one piece (413)
│   ├── TooSlowError       it did not end in time (408)
│   └── UnknownStatusError a marketplace's word that we do not know: quarantined (422)
├── TemporaryError         our fault or the world's: trying again later may help (503)
└── BooksError             the books refuse: never answered by trying again
"""


class HaowuError(Exception):
    """Anything Haowu raises on purpose; ``is_retryable`` says whether trying again may help."""

    is_retryable = False


class SettingsError(HaowuError):
    """The settings are wrong; all faults are told at once."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class InputError(HaowuError):
    """One clear sentence for the one who gave the input; nothing was changed."""


class NotFoundError(InputError):
    """It names something that is not there."""


class NotAllowedError(InputError):
    """It is there, but not for the one who asks."""


class ForgedError(InputError):
    """It does not prove who sent it: the secret or signature is missing, wrong or stale."""


class TooLargeError(InputError):
    """More than we take in one piece."""


class TooSlowError(InputError):
    """It did not end in time."""


class UnknownStatusError(InputError):
    """A marketplace's status that we do not know; the report is kept in quarantine."""


class TemporaryError(HaowuError):
    """Our fault or the world's; the same call may work later."""

    is_retryable = True


class BooksError(HaowuError):
    """An entry that the books refuse: unbalanced, out of order, or a broken chain."""
