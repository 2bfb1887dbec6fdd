"""Files of the national personnel system."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.errors import InvalidInputError
from merit.exchange.domain import ImportReport
from merit.exchange.services import Options, import_file, read_file
from merit.people.models import DisciplineFinding, OfficialRecord, Post
from merit.performance.models import Appraisal
from merit.security.permissions import SYSTEM
from merit.training.models import TrainingRecord
from tests.exchange.files import BUDI, TONO, counts, load_city, write_csv

pytestmark = pytest.mark.db


def load_siasn(session: Session, folder: Path, kind: str, rows: list[list[str]]) -> ImportReport:
    path = write_csv(folder / f"{kind}-siasn.csv", rows)
    return import_file(session, SYSTEM, kind=kind, path=path, options=Options(format="siasn", confirm_large=True))


def test_staff_export_in_capitals(session: Session, tmp_path: Path) -> None:
    """The same two people as in the city's own file: nothing changes but a name and what the export adds."""
    load_city(session, tmp_path)
    header = ["PNS ID", "NIP BARU", "NAMA", "GELAR DEPAN", "JENIS KELAMIN", "TANGGAL LAHIR", "STATUS CPNS PNS"]
    header += ["GOL AKHIR ID", "GOL AKHIR NAMA", "TMT GOLONGAN", "TINGKAT PENDIDIKAN ID", "UNOR ID", "JABATAN ID"]
    header += ["TMT JABATAN"]
    rows = [
        header,
        [
            "x",
            f"'{BUDI}",
            "Budi S.",
            "-",
            "M",
            "1985-04-12T00:00:00Z",
            "P",
            "34",
            "III/D",
            "01-04-2020",
            "45",
            "DISDIK",
            "KASI",
            "07-01-2019",
        ],
        [
            "y",
            TONO,
            "Tono",
            "-",
            "M",
            "1978-01-20",
            "PPPK",
            "33",
            "IX",
            "2023-03-01",
            "40",
            "DINKES",
            "STAF",
            "2023-03-01",
        ],
    ]

    report = load_siasn(session, tmp_path, "officials", rows)

    assert (counts(report), report.problems) == ((0, 1, 1), [])
    assert report.ignored_columns == ["PNS ID", "GOL AKHIR ID"]
    assert session.scalars(select(OfficialRecord.name).where(OfficialRecord.name == "Budi S.")).one()


def test_rank_id_is_read_where_the_name_is_absent(session: Session, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["nipBaru", "golRuangAkhirId"], [BUDI, "34"]])

    table = read_file(path, kind="officials", format="siasn")

    assert (table.header, table.columns[1]) == (("nip", "golongan"), ["III/d"])


def test_career_of_the_service(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [
        ["id", "nipBaru", "namaJabatan", "eselon", "tmtJabatan", "nomorSk"],
        ["1", BUDI, "Kasubbag Umum", "IV.a", "01-02-2015", "821/7"],
    ]

    report = load_siasn(session, tmp_path, "career", rows)

    post = session.scalars(select(Post).where(Post.origin == "career")).one()
    assert (counts(report), post.tier, post.title) == ((1, 0, 0), "pengawas", "Kasubbag Umum")


def test_training_of_both_histories(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [
        [
            "nipBaru",
            "namaKursus",
            "jenisDiklatId",
            "institusiPenyelenggara",
            "tanggalKursus",
            "tanggalSelesaiKursus",
            "jumlahJam",
            "noSertipikat",
        ],
        [BUDI, "Analisis Kebijakan", "3", "LAN", "05-02-2024", "09-02-2024", "40", "S/1"],
    ]

    load_siasn(session, tmp_path, "training", rows)

    record = session.scalars(select(TrainingRecord)).one()
    assert (record.kind, record.provider, int(record.learning_hours)) == ("teknis", "LAN", 40)


def test_performance_counts_from_the_best(session: Session, tmp_path: Path) -> None:
    """In rw-skp22 the code 1 is the best: di atas ekspektasi."""
    load_city(session, tmp_path)
    rows = [
        ["nip", "tahun", "hasilKinerjaNilai", "PerilakuKerjaNilai", "kuadranKinerja"],
        [BUDI, "2024", "1", "2", "Baik"],
    ]

    report = load_siasn(session, tmp_path, "performance", rows)

    appraisal = session.scalars(select(Appraisal)).one()
    assert (counts(report), appraisal.result_rating, appraisal.behaviour_rating) == ((1, 0, 0), 3, 2)


def test_annulled_punishment(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [
        ["nipBaru", "jenisHukumanNama", "skNomor", "skTanggal", "skPembatalanNomor"],
        [BUDI, "Teguran lisan", "862/1", "05-03-2021", "-"],
        [BUDI, "Teguran tertulis", "862/2", "05-03-2022", "862/9"],
    ]

    load_siasn(session, tmp_path, "discipline", rows)

    found = session.execute(select(DisciplineFinding.code, DisciplineFinding.state).order_by(DisciplineFinding.code))
    assert [tuple(row) for row in found] == [("R1", "final"), ("R2", "dibatalkan")]


def test_other_kinds_have_no_such_format(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["nip"], ["1"]])

    with pytest.raises(InvalidInputError) as error:
        read_file(path, kind="feedback", format="siasn")

    assert error.value.reason == "siasn-kind"
