"""Rules about persons and posts: the NIP, grades, tiers, punishments and their periods."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from merit.reference import PPPK_BASE, load_document, load_grades, load_punishments

NIP_LENGTH = 18
MONTHS = 12
_DIGITS = re.compile(rf"[0-9]{{{NIP_LENGTH}}}")
_SEX = {"1": "L", "2": "P"}


class NIPProblem(StrEnum):
    """Why a text is no NIP, or contradicts the record beside it."""

    FORM = "nip-form"
    BIRTH = "nip-birth"
    START = "nip-start"
    SEX = "nip-sex"
    OTHER_BIRTH = "nip-other-birth"
    OTHER_SEX = "nip-other-sex"


@dataclass(frozen=True, slots=True)
class NIP:
    """The parts of a NIP (Perka BKN 22/2007) or of a PPPK number.

    ``year`` is the year of appointment; ``month_or_contract`` the month of the TMT CPNS for PNS and CPNS, the
    number of the contract for PPPK, where it must not be read as a month.
    """

    text: str
    birth_date: dt.date
    year: int
    month_or_contract: int
    sex: str
    serial: int

    @property
    def start(self) -> dt.date | None:
        """First day of the TMT month; None where digits 13-14 are no month."""
        if 1 <= self.month_or_contract <= MONTHS:
            return dt.date(self.year, self.month_or_contract, 1)
        return None


def parse_nip(text: str) -> NIP | NIPProblem:
    """Return the parts of an 18-digit NIP, or why it cannot be one; PNS and PPPK alike."""
    if not _DIGITS.fullmatch(text):
        return NIPProblem.FORM
    try:
        birth_date = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return NIPProblem.BIRTH
    year = int(text[8:12])
    if year <= birth_date.year:
        return NIPProblem.START
    sex = _SEX.get(text[14])
    if sex is None:
        return NIPProblem.SEX
    return NIP(text, birth_date, year, int(text[12:14]), sex, int(text[15:]))


def check_nip(nip: NIP, *, birth_date: dt.date, sex: str, employment: str) -> list[NIPProblem]:
    """Return what contradicts the record: TMT month (PNS, CPNS), birth date, sex."""
    problems = []
    if employment != "PPPK" and nip.start is None:
        problems.append(NIPProblem.START)
    if nip.birth_date != birth_date:
        problems.append(NIPProblem.OTHER_BIRTH)
    if nip.sex != sex:
        problems.append(NIPProblem.OTHER_SEX)
    return problems


def parse_grade(text: str) -> int | None:
    """Return the ordinal of ``III/d`` (12) or of PPPK ``IX`` (109); None when there is no such grade."""
    return _grade_ordinals().get(text.strip().replace(" ", "").upper())


def format_grade(grade: int) -> str:
    """Return the code of a grade ordinal: 12 is ``III/d``, 109 is ``IX``."""
    return load_grades()[grade].code


def is_pppk_grade(grade: int) -> bool:
    """Whether the ordinal is one of the PPPK grades I-XVII."""
    return grade > PPPK_BASE


def _grade_ordinals() -> dict[str, int]:
    return {grade.code.upper(): ordinal for ordinal, grade in load_grades().items()}


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the same day ``months`` later, or the last day of that month when it is shorter."""
    years, month = divmod(start.month - 1 + months, MONTHS)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def punishment_end(code: str, start: dt.date) -> dt.date | None:
    """Return the last day of a punishment that began on ``start``; None for a dismissal, which has no end.

    A reprimand (R1-R3) has no duration: it begins and ends on its day (PP 94/2021 art. 8).
    """
    months = load_punishments()[code].months
    if months is None:
        return None
    return start if months == 0 else add_months(start, months) - dt.timedelta(days=1)


def absence_brackets() -> Mapping[str, tuple[int, int | None]]:
    """Return the unexcused days of a year that lead to each punishment (PP 94/2021 art. 9-11), both ends included.

    None: no upper bound.
    """
    days = load_document("punishments")["absence"]["days"]
    return {code: (low, high) for code, (low, high) in days.items()}
