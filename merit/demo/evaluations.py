"""What the finished class of the demonstration came to: tests before and after, reactions, use at work, claims."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.scores import current_version, find_sitting
from merit.assessment.services.publication import ask_publication, publish_results
from merit.demo.accounts import OPD_UNIT
from merit.demo.crew import Crew, Member, acting, days_ago
from merit.demo.decisions import decision_entries
from merit.demo.history import LEAKED, MISLEADING, Exam, hold_exam
from merit.people.models import OfficialRecord
from merit.training.domain.reactions import QUESTIONS
from merit.training.domain.transfer import RaterGroup
from merit.training.models.evaluation import TransferRater
from merit.training.queries.classes import get_class
from merit.training.queries.evaluation import list_participants, list_raters
from merit.training.services.claims import ClaimInput, accept_claim, refuse_claim, submit_claim, verify_claim
from merit.training.services.evaluation import (
    answer_rating,
    ask_raters,
    compute_gains,
    conclude_transfer,
    give_reaction,
    set_evaluation,
)

BEFORE, AFTER = "UJI-PRA-1", "UJI-PASCA-1"
ANCHORS = (
    "Menyebut angka yang mendasari usul keputusan",
    "Membandingkan sedikitnya dua pilihan sebelum memutuskan",
    "Mencatat alasan keputusan sehingga dapat ditelusuri",
    "Memeriksa kembali akibat keputusan dan memperbaikinya",
)
COMMENTS = (
    "Contoh kasus dari loket sangat membantu.",
    "Perlu waktu latihan lebih panjang.",
    "Lembar hitung langsung saya pakai di kantor.",
)
_REACTED = 15
_SILENT = 5  # of every so many participants one still waits for ratings
# Name, provider, JP, number: what officials learnt elsewhere.
CLAIMS = (
    ("Manajemen Data Terpadu", "Pusat Pelatihan LAN (contoh)", 20, "LAN/0114/2026"),
    ("Keamanan Informasi bagi Pengelola Sistem", "BPSDM Provinsi (contoh)", 16, "BPSDM/778/2026"),
    ("Penulisan Naskah Dinas", "BPSDM Provinsi (contoh)", 8, "BPSDM/781/2026"),
    ("Pelayanan Ramah Difabel", "Lembaga Pelatihan Mandiri (contoh)", 12, "LPM/2026/31"),
    ("Dasar Kecerdasan Buatan", "Universitas Contoh", 10, "UC/DIK/552"),
)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody who sits an exam of the demonstration."""

    official_id: int
    sex: str


def hold_tests(session: Session, crew: Crew, *, code: str, participants: Sequence[int]) -> None:
    """Hold, score and publish a test before and one after the class, of different items on one scale."""
    course = get_class(session, code)
    sexes = dict(
        session.execute(
            select(OfficialRecord.official_id, OfficialRecord.sex).where(
                OfficialRecord.superseded_at.is_(None), OfficialRecord.official_id.in_(participants)
            )
        ).all()
    )
    seats = [_Seat(one, sexes[one]) for one in participants]
    codes = [entry["code"] for entry in decision_entries() if entry["code"] not in {LEAKED, MISLEADING}]
    today = clock.today()
    before, after = course.starts - dt.timedelta(days=7), course.ends + dt.timedelta(days=3)
    for sitting, name, some, day, mean in (
        (BEFORE, "Uji sebelum pelatihan: keputusan berbasis data", codes[::2], before, -0.2),
        (AFTER, "Uji sesudah pelatihan: keputusan berbasis data", codes[1::2], after, 0.4),
    ):
        back = (today - day).days
        exam = Exam(
            code=sitting, name=f"{name} (peragaan, jawaban simulasi)", codes=some, persons=len(seats), days_ago=back,
            mean=mean, traits="class-finished",
        )  # fmt: skip
        hold_exam(session, exam, seats, crew.draws)
        with days_ago(back - 1):
            ask_publication(session, crew.admin, code=sitting)
            version = current_version(session, find_sitting(session, sitting).id)
            number = version.number if version else 0
            publish_results(session, crew.second, code=sitting, version_number=number)


def evaluate_class(session: Session, crew: Crew, *, code: str, tested: bool) -> None:
    """Keep gains and reactions, ask superiors and colleagues, let most of them answer, record what is complete."""
    course = get_class(session, code)
    back = (clock.today() - course.ends).days
    with days_ago(back - 6):
        tests = (BEFORE, AFTER) if tested else ("", "")
        set_evaluation(session, crew.admin, code=code, before=tests[0], after=tests[1], anchors=ANCHORS)
        if tested:
            compute_gains(session, crew.admin, code=code)
    with days_ago(back - 1):
        _react(session, crew, course.id)
    with days_ago(back - 7):
        rng = Random(f"demo/{crew.draws.seed}/raters")  # noqa: S311 -- a draw that can be made again, no secret
        ask_raters(session, crew.admin, code=code, rng=rng)
    with days_ago(4):
        _rate(session, crew, course.id)
    with days_ago(2):
        conclude_transfer(session, crew.admin, code=code)


def _react(session: Session, crew: Crew, class_id: int) -> None:
    lines = list_participants(session, crew.admin, class_id)[:_REACTED]
    luck = crew.draws.stream("reactions").uniform(len(lines), len(QUESTIONS))
    for number, (line, row) in enumerate(zip(lines, luck, strict=True)):
        marks = {question: 3 + int(float(u) * 2.6) for question, u in zip(QUESTIONS, row, strict=True)}
        comment = COMMENTS[number // 5] if number % 5 == 0 else ""
        actor = acting(session, line.enrolment.official_id)
        give_reaction(session, actor, enrolment_id=line.enrolment.id, marks=marks, comment=comment)


def _rate(session: Session, crew: Crew, class_id: int) -> None:
    """Answer for the raters, but not for all of one participant in five.

    Those who sign in, and the superior of the first of them, find on their page what waits.
    """
    lines = list_participants(session, crew.admin, class_id)
    first = next((one.enrolment.id for one in lines if one.enrolment.official_id == crew.signed_in[0]), None)
    raters = list_raters(session, class_id)
    luck = crew.draws.stream("use-at-work").uniform(len(raters), len(ANCHORS) + 1)
    for number, (asked, row) in enumerate(zip(raters, luck, strict=True)):
        is_silent = asked.enrolment_id % _SILENT == 0 and number % 2 == 0
        is_ours = asked.enrolment_id == first and asked.rater_group == RaterGroup.SUPERIOR
        if not (is_silent or is_ours or asked.official_id in crew.signed_in):
            answer_rating(session, acting(session, asked.official_id), rater_id=asked.id, marks=_marks(asked, row))


def _marks(asked: TransferRater, luck: Sequence[float]) -> list[int | None]:
    """Return marks around the participant's own use of the class, one anchor now and then not seen."""
    level = 1.7 + 1.4 * ((asked.enrolment_id * 7) % 5) / 4
    marks: list[int | None] = [max(0, min(4, int(level + 1.5 * float(u)))) for u in luck[:-1]]
    if float(luck[-1]) < 0.1:  # noqa: PLR2004 -- one in ten
        marks[-1] = None
    return marks


def hand_in_certificates(session: Session, crew: Crew) -> int:
    """Let officials hand in certificates from elsewhere: waiting for the unit, for BKPSDM, accepted, refused."""
    people = [*(crew.members[one] for one in crew.signed_in[:1]), *crew.shuffled("claims", crew.of_unit(OPD_UNIT))]
    given = []
    for number, (member, told) in enumerate(zip(people, CLAIMS, strict=False)):
        with days_ago(9 - number):
            given.append(_hand_in(session, member, told))
    with days_ago(3):
        for claim in given[:2]:
            verify_claim(session, crew.second, claim_id=claim)
        for claim in given[3:4]:
            refuse_claim(session, crew.second, claim_id=claim, reason="Berkas tidak terbaca; pindai ulang.")
    with days_ago(2):
        for claim in given[:1]:
            accept_claim(session, crew.admin, claim_id=claim)
    return len(given)


def _hand_in(session: Session, member: Member, told: tuple[str, str, int, str]) -> int:
    name, provider, hours, number = told
    ends = clock.today() - dt.timedelta(days=12)
    claimed = ClaimInput(
        name=name,
        kind="teknis",
        path="nonklasikal",
        provider=provider,
        starts=ends - dt.timedelta(days=2),
        ends=ends,
        learning_hours=Decimal(hours),
        number=number,
    )
    actor = acting(session, member.id)
    picture = _scan(name, member.name, number)
    return submit_claim(session, actor, claimed=claimed, data=picture, file_name="sertifikat.png").id


def _scan(title: str, holder: str, number: str) -> bytes:
    """Return the picture of an invented certificate."""
    picture = Image.new("RGB", (640, 440), "#fbfaf5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((12, 12, 627, 427), outline="#8a6d1d", width=4)
    for height, text in ((90, "SERTIFIKAT (CONTOH PERAGAAN)"), (180, holder), (240, title), (320, number)):
        draw.text((320, height), text, fill="#222222", anchor="mm", font_size=22)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
