"""What proctors type on the board: read once, refused with the code of what to mend."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from merit.errors import InvalidInputError

_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they were sent."""

    values: MultiDict[str, str]

    def text(self, name: str) -> str:
        """Return a field, trimmed; "" when it was not sent."""
        return self.values.get(name, "").strip()

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) == "ya"

    def number(self, name: str, refusal: str = "number-missing") -> int:
        """Return a whole number; anything else is refused with the given reason."""
        found = _whole(self.text(name))
        if found is None:
            raise InvalidInputError(refusal)
        return found

    def optional_number(self, name: str) -> int | None:
        """Return a whole number, None when the field is empty."""
        return self.number(name) if self.text(name) else None

    def numbers(self, name: str) -> list[int]:
        """Return the whole numbers of a field sent several times; others are left out."""
        return [found for text in self.values.getlist(name) if (found := _whole(text.strip())) is not None]

    def instant(self, name: str) -> dt.datetime:
        """Return an aware instant that a page of ours had written into the form."""
        try:
            found = dt.datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise InvalidInputError("outage-already-decided") from error
        if found.tzinfo is None:
            raise InvalidInputError("outage-already-decided")
        return found


def _whole(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None
