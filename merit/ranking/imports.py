"""Files of vacancies and of applications for them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import MeritError
from merit.exchange.fields import choice, code, date, integer
from merit.exchange.schema import Column, Context, FactSpec, Identity, Kind, Reference, Rows
from merit.i18n import lazy
from merit.people.imports.lookups import POSITION, official_column, optional, required
from merit.people.models import PositionRecord
from merit.ranking.models import PATHWAYS, Application, Vacancy, VacancyRecord
from merit.ranking.services.policies import load_policy
from merit.ranking.services.vacancies import VacancyInput, check_vacancy, freeze_policy

DEFAULT_PATHWAY = "seleksi_internal"
_COLUMN_OF = {
    "vacancy-code-reserved": "kode",
    "vacancy-inauguration-early": "tanggal_pelantikan",
    "vacancy-without-standard": "jabatan",
    "vacancy-tier": "jabatan",
}


def vacancy_identities(session: Session) -> dict[str, int]:
    """Return the id of every vacancy code ever recorded."""
    return dict(session.execute(select(Vacancy.code, Vacancy.id)).all())


def vacancies(session: Session) -> dict[str, int]:
    """Return the ids of vacancies known now by code."""
    query = select(Vacancy.code, Vacancy.id).join(VacancyRecord, VacancyRecord.vacancy_id == Vacancy.id)
    return dict(session.execute(query.where(known(VacancyRecord))).all())


def current_vacancies(session: Session) -> dict[int, VacancyRecord]:
    """Return the record of every vacancy known now."""
    records = session.scalars(select(VacancyRecord).where(known(VacancyRecord)))
    return {record.vacancy_id: record for record in records}


def position_records(session: Session) -> dict[int, PositionRecord]:
    """Return the record of every position known now."""
    records = session.scalars(select(PositionRecord).where(known(PositionRecord)))
    return {record.position_id: record for record in records}


def check_vacancies(context: Context, rows: Rows) -> None:
    """Freeze the policy version in force for new vacancies; refuse with the reason what could not be ranked."""
    current: Mapping[int, VacancyRecord] = context.once(current_vacancies)
    positions: Mapping[int, PositionRecord] = context.once(position_records)
    versions: list[int | None] = [None] * rows.height
    for row in rows.good():
        position = positions[rows.ids["jabatan"][row] or 0]
        vacancy = VacancyInput(
            code=rows["kode"][row],
            position_code=rows["jabatan"][row],
            as_of=rows["tanggal"][row],
            pathway=rows["jalur"][row],
            inauguration=rows["tanggal_pelantikan"][row],
            size=rows["jumlah"][row],
            policy_code=rows["kebijakan"][row],
        )
        try:
            frozen = current.get(rows.ids["kode"][row] or 0)
            version = freeze_policy(context.session, position, vacancy, frozen)
            check_vacancy(position, load_policy(version), vacancy)
        except MeritError as error:
            rows.fail(row, _COLUMN_OF.get(error.reason, "kebijakan"), error.reason, **error.details)
        else:
            versions[row] = version.id
    rows.values["versi"] = versions


VACANCIES = Kind(
    name="vacancies",
    title=lazy("Lowongan jabatan"),
    columns=(
        required("kode", code, lazy("Kode lowongan."), "LOWONGAN-1"),
        Column(
            name="jabatan",
            parser=code,
            required=True,
            reference=POSITION,
            hint=lazy("Kode jabatan yang diisi."),
            example="DISDIK-KABID-SMP",
        ),
        required("tanggal", date, lazy("Tanggal acuan penilaian."), "2026-03-01"),
        Column(
            name="jalur",
            parser=choice(PATHWAYS),
            default=DEFAULT_PATHWAY,
            hint=", ".join(PATHWAYS),
            example=DEFAULT_PATHWAY,
        ),
        optional("tanggal_pelantikan", date),
        optional("jumlah", integer(1, 1_000), lazy("Banyak nama; kosong = menurut kebijakan."), "3"),
        Column(
            name="kebijakan",
            parser=code,
            default="",
            hint=lazy("Kode kebijakan; kosong = yang berlaku bagi jenjang jabatan."),
            example="loyalitas-hasil",
        ),
    ),
    key=("kode",),
    identity=Identity(model=Vacancy, attribute="code", column="kode", load=vacancy_identities),
    facts=(
        FactSpec(
            model=VacancyRecord,
            key={"vacancy_id": "kode"},
            values={
                "position_id": "jabatan",
                "as_of": "tanggal",
                "pathway": "jalur",
                "inauguration": "tanggal_pelantikan",
                "size": "jumlah",
                "policy_version_id": "versi",
            },
        ),
    ),
    check=check_vacancies,
    central=True,
)

APPLICATIONS = Kind(
    name="applications",
    title=lazy("Lamaran"),
    columns=(
        official_column(),
        Column(
            name="lowongan",
            parser=code,
            required=True,
            reference=Reference(load=vacancies, unknown="vacancy-code-unknown"),
            hint=lazy("Kode lowongan."),
            example="LOWONGAN-1",
        ),
        required("tanggal", date, example="2026-02-10"),
        Column(
            name="status",
            parser=choice(("melamar", "mundur")),
            default="melamar",
            hint="melamar, mundur",
            example="melamar",
        ),
    ),
    key=("nip", "lowongan"),
    facts=(
        FactSpec(
            model=Application,
            key={"official_id": "nip", "vacancy_id": "lowongan"},
            values={"dated": "tanggal", "state": "status"},
        ),
    ),
)

KINDS = (VACANCIES, APPLICATIONS)
