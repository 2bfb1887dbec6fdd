"""Every sign of a sitting as one line with its evidence: what the page, its exports and its print all show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.assessment.domain.copying import CopyingSign
from merit.assessment.queries.integrity import Person, PersonPair, list_pairs, load_people
from merit.assessment.queries.integrity_models import SittingSigns, load_model_signs
from merit.i18n import _
from merit.phrases import phrase
from merit.web.filters import number
from merit.web.labels import label

OMEGA, FIT, HASTY, RAPID = "sign-omega", "sign-person-fit", "sign-hasty", "sign-rapid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sign of one person, or of two; numbers are None where the sign has none. ``is_strong``: p is corrected."""

    sign: str
    person: Person
    other: Person | None = None
    text: str = ""
    observed: float | None = None
    expected: float | None = None
    z: float | None = None
    p: float | None = None
    apart: int | None = None
    is_strong: bool = False

    @property
    def people(self) -> list[Person]:
        """Whom the line is about."""
        return [self.person] if self.other is None else [self.person, self.other]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All signs of a sitting, the strongest kinds first, and what was looked at."""

    lines: Sequence[Line]
    persons: int
    models: SittingSigns | None


def load_report(session: Session, sitting_id: int, version_id: int | None) -> Report:
    """Collect the signs of a sitting; without scores only those of behaviour."""
    people = load_people(session, sitting_id)
    if version_id is None:
        return Report(lines=list(_own_lines(people)), persons=len(people), models=None)
    models = load_model_signs(session, sitting_id, version_id)
    pairs = list_pairs(session, sitting_id, version_id, people)
    lines = [*map(_pair_line, pairs), *_model_lines(models, people), *_own_lines(people)]
    return Report(lines=lines, persons=len(people), models=models)


def narrowed(lines: Sequence[Line], *, sign: str, text: str) -> list[Line]:
    """Return the lines of a kind of sign whose people match a search text."""
    words = text.lower().split()

    def fits(line: Line) -> bool:
        names = " ".join(f"{person.name} {person.number} {person.room}" for person in line.people).lower()
        return all(word in names for word in words)

    return [line for line in lines if (not sign or line.sign == sign) and fits(line)]


def _pair_line(pair: PersonPair) -> Line:
    found = pair.found
    details = {
        "matches": found.matches,
        "common": found.common,
        "expected": number(found.expected, 1),
        "wrong": found.wrong_matches,
    }
    return Line(
        sign=str(found.sign),
        person=pair.copier,
        other=pair.source,
        text=phrase(found.sign, **details),
        observed=found.matches,
        expected=found.expected,
        z=found.z,
        p=found.p,
        apart=found.distance,
        is_strong=found.sign is CopyingSign.SIMILAR,
    )


def _model_lines(models: SittingSigns, people: Mapping[int, Person]) -> Iterator[Line]:
    for pair in models.signs.pairs:
        details = {"matches": pair.matches, "common": pair.common, "expected": number(pair.expected, 1)}
        yield Line(
            sign=OMEGA,
            person=people[models.attempts[pair.copier]],
            other=people[models.attempts[pair.source]],
            text=phrase(OMEGA, **details, scale=label(pair.scale, "competency")),
            observed=pair.matches,
            expected=pair.expected,
            z=pair.z,
            p=pair.p,
            apart=models.apart(pair.copier, pair.source),
            is_strong=True,
        )
    for fit in models.signs.fits:
        yield Line(
            sign=FIT,
            person=people[models.attempts[fit.person]],
            text=phrase(FIT, items=fit.items, scale=label(fit.scale, "competency"), outfit=number(fit.outfit, 2)),
            observed=fit.observed,
            expected=fit.expected,
            z=fit.z,
            p=fit.p,
        )
    for hasty in models.signs.hasty:
        effort = number(100 * hasty.effort, 0)
        yield Line(
            sign=HASTY,
            person=people[models.attempts[hasty.person]],
            text=phrase(HASTY, rapid=hasty.rapid, answers=hasty.answers, effort=effort),
            observed=hasty.rapid,
            expected=hasty.expected,
            p=hasty.p,
        )


def _own_lines(people: Mapping[int, Person]) -> Iterator[Line]:
    for person in people.values():
        for found in person.signs:
            yield Line(sign=str(found.sign), person=person, text=phrase(found.sign, **found.details))
        if person.is_rapid:
            text = phrase(RAPID, count=person.rapid, answers=person.answers)
            yield Line(sign=RAPID, person=person, text=text, observed=person.rapid)


def looked_at(report: Report) -> list[str]:
    """Say how many were looked at, and how false signs are held down."""
    said = [
        _(
            "Kemiripan jawaban: indeks serupa omega (Wollack 1997) menurut kelompok nilai; jawaban salah yang sama "
            "berbobot dua. Perlu 20 peserta dan 10 butir yang sama."
        )
    ]
    if report.models is not None:
        signs = report.models.signs
        said.append(
            _(
                "Omega dengan butir terkalibrasi: %(pairs)s pasangan dibandingkan. Kecocokan pola (lz*): %(persons)s "
                "pola jawaban diperiksa. Jawaban tergesa (NT10): waktu %(timed)s peserta diperiksa.",
                pairs=number(signs.pairs_compared),
                persons=number(signs.persons_fitted),
                timed=number(signs.persons_timed),
            )
        )
        if not report.models.calibrated:
            said.append(
                _("Belum ada butir terkalibrasi dalam sesi ini: omega dengan kemampuan dan lz* tidak dihitung.")
            )
    said.append(
        _(
            "Nilai p sudah dikoreksi untuk banyaknya yang diperiksa (Holm): peluang satu tanda palsu saja di seluruh "
            "sesi, per jenis tanda, paling besar 5 dari 100."
        )
    )
    return said
