"""The file of trainings attended."""

from __future__ import annotations

from merit.exchange.fields import choice, date, decimal, text
from merit.exchange.schema import Context, FactSpec, Kind, Rows
from merit.i18n import lazy
from merit.people.imports.lookups import official_column, optional, period_order, required, text_column
from merit.training.models import TRAINING_KINDS, TRAINING_PATHS, TrainingRecord


def training_code(raw: object) -> str:
    """Read the code of a training in capitals with underscores."""
    return "_".join(text(raw).upper().split())


def check_training(_context: Context, rows: Rows) -> None:
    """Refuse trainings that end before they begin."""
    for row in period_order(rows["mulai"], rows["selesai"]):
        rows.fail(row, "selesai", "period-order")


def fill_codes(_context: Context, rows: Rows) -> None:
    """Keep an empty code as empty text."""
    rows.values["kode"] = [code or "" for code in rows["kode"]]


TRAINING = Kind(
    name="training",
    title=lazy("Pelatihan"),
    columns=(
        official_column(),
        required("nama", text, example="Pelatihan Kepemimpinan Administrator"),
        optional("kode", training_code, "PKA, PKP, DIKLATPIM_III…", "PKA"),
        optional("jenis", choice(TRAINING_KINDS), ", ".join(TRAINING_KINDS), "kepemimpinan"),
        optional("jalur", choice(TRAINING_PATHS), ", ".join(TRAINING_PATHS), "klasikal"),
        required("penyelenggara", text, example="BPSDM Provinsi Kalimantan Timur"),
        required("mulai", date, example="2024-02-05"),
        required("selesai", date, example="2024-06-14"),
        required("jp", decimal(0), lazy("Jam pelajaran."), "120"),
        text_column("nilai"),
        text_column("nomor_sertifikat"),
        optional("transfer", decimal(0, 100), lazy("Evaluasi tingkat 3: penerapan di tempat kerja, 0–100.")),
        optional("transfer_se", decimal(0), lazy("Galat baku nilai transfer.")),
    ),
    key=("nip", "nama", "mulai", "selesai", "nomor_sertifikat"),
    facts=(
        FactSpec(
            model=TrainingRecord,
            key={
                "official_id": "nip",
                "name": "nama",
                "starts": "mulai",
                "ends": "selesai",
                "certificate_number": "nomor_sertifikat",
            },
            values={
                "code": "kode",
                "kind": "jenis",
                "path": "jalur",
                "provider": "penyelenggara",
                "learning_hours": "jp",
                "grade_text": "nilai",
                "transfer": "transfer",
                "transfer_se": "transfer_se",
            },
        ),
    ),
    check=check_training,
    prepare=fill_codes,
)

KINDS = (TRAINING,)
