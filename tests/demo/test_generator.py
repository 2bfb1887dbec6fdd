"""The demonstration city: plausible, deterministic, nobody real."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from merit.demo.appraisals import RATINGS
from merit.demo.careers import AS_OF
from merit.demo.cases import SHORT_TENURE_START, Case
from merit.demo.city import found_city, load_city_file
from merit.demo.generator import Demonstration, build_demonstration
from merit.demo.staffing import VACANT_POSTS
from merit.demo.tables import KINDS
from merit.evidence import TIERS
from merit.people.domain import NIP, check_nip, parse_grade, parse_nip

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def demonstration() -> Demonstration:
    return build_demonstration(officials=1500, seed=7)


@pytest.fixture(scope="module")
def large() -> Demonstration:
    return build_demonstration(officials=6000, seed=7)


def _rows(demonstration: Demonstration, kind: str) -> list[dict[str, object]]:
    table = demonstration.tables[kind]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_city_has_the_real_units():
    city = found_city(schools=4)

    kinds = Counter(unit.kind for unit in city.units.values())

    assert (kinds["kecamatan"], kinds["kelurahan"]) == (6, 34)
    assert sum(unit.parent == "" for unit in city.units.values()) == 36
    assert len(load_city_file()["perangkat_daerah"]["daftar"]) == 30


def test_same_seed_same_rows():
    assert build_demonstration(officials=300, seed=3).tables == build_demonstration(officials=300, seed=3).tables


def test_other_seed_other_people():
    first, second = (build_demonstration(officials=300, seed=seed) for seed in (1, 2))

    assert not {person.nip for person in first.people} & {person.nip for person in second.people}


@pytest.mark.parametrize("count", [300, 777])
def test_city_has_exactly_the_officials_asked_for(count):
    assert len(build_demonstration(officials=count, seed=1).tables["officials"].rows) == count


@pytest.mark.parametrize("count", [299, 100_001])
def test_city_refuses_other_sizes(count):
    with pytest.raises(ValueError):
        build_demonstration(officials=count, seed=1)


def test_every_kind_has_rows(demonstration):
    assert [kind for kind in KINDS if not demonstration.tables[kind].rows] == []


def test_pyramid_is_the_citys(large):
    tiers = Counter(person.tier for person in large.people)
    status = Counter(person.seat.status for person in large.people)

    assert (tiers["jpt_pratama"], tiers["administrator"], tiers["pengawas"]) == (30, 146, 500)
    assert 2400 <= status["PPPK"] <= 2600
    assert set(tiers) <= set(TIERS)


def test_nips_are_valid_and_unique(demonstration):
    people = demonstration.people
    parsed = [parse_nip(person.nip) for person in people]

    assert len({person.nip for person in people}) == len(people)
    assert all(isinstance(nip, NIP) for nip in parsed)
    assert all(
        check_nip(nip, birth_date=person.birth, sex=person.sex, employment=person.seat.status) == []
        for nip, person in zip(parsed, people, strict=True)
    )


def test_serials_are_higher_than_any_real_one(demonstration):
    assert min(int(person.nip[15:]) for person in demonstration.people) == 901


def test_people_are_of_working_age(demonstration):
    ages = [(AS_OF - person.birth).days / 365.25 for person in demonstration.people]

    assert min(ages) > 18
    assert max(ages) < 60


def test_grades_are_known_and_suit_the_status(demonstration):
    grades = {(person.seat.status, parse_grade(person.grade)) for person in demonstration.people}

    assert all((grade > 100) == (status == "PPPK") for status, grade in grades)


def test_careers_are_seamless_from_appointment(demonstration):
    for person in demonstration.people:
        assert person.held[0].starts == person.entry
        assert person.held[-1].ends is None
        assert all(a.ends + dt.timedelta(days=1) == b.starts for a, b in pairwise(person.held))
        assert person.entry <= person.grade_since <= AS_OF


def test_leading_posts_have_one_holder_and_vacancies_none(demonstration):
    holders = Counter(person.seat.post.code for person in demonstration.people if person.leads)

    assert set(holders.values()) == {1}
    assert not holders.keys() & set(VACANT_POSTS.values())


def test_natural_keys_are_unique(demonstration):
    keys = {
        "units": ("kode",),
        "positions": ("kode",),
        "career": ("nip", "jenjang", "mulai"),
        "results": ("nip", "kompetensi", "tanggal", "penyelenggara", "metode"),
        "training": ("nip", "nama", "mulai", "selesai", "nomor_sertifikat"),
        "performance": ("nip", "tahun"),
        "feedback": ("nip", "tahun", "penilai", "aspek"),
        "unit-results": ("unit", "tahun"),
        "agreements": ("unit", "tahun", "triwulan", "indikator"),
        "complaints": ("nomor",),
        "satisfaction": ("unit", "periode"),
        "discipline": ("nip", "nomor_sk", "kode"),
        "attendance": ("nip", "tahun"),
        "assignments": ("nip", "nama", "ditawarkan"),
        "leave": ("nip", "jenis", "mulai"),
        "attestations": ("nip", "fakta", "tanggal"),
        "applications": ("nip", "lowongan"),
        "awards": ("nip", "nomor_sk", "jenis"),
    }
    for kind, columns in keys.items():
        listed = [tuple(row[column] for column in columns) for row in _rows(demonstration, kind)]
        assert len(set(listed)) == len(listed), kind


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("career", ("mulai", "selesai")),
        ("training", ("mulai", "selesai")),
        ("leave", ("mulai", "selesai")),
        ("assignments", ("ditawarkan", "mulai", "selesai")),
        ("discipline", ("tanggal", "mulai", "selesai")),
        ("results", ("tanggal", "berlaku_sampai")),
        ("attestations", ("tanggal", "berlaku_sampai")),
        ("complaints", ("diterima", "ditanggapi", "ditutup", "dibuka_kembali")),
        ("vacancies", ("tanggal", "tanggal_pelantikan")),
    ],
)
def test_dates_are_in_order(demonstration, kind, columns):
    for row in _rows(demonstration, kind):
        days = [row[column] for column in columns if row[column] is not None]
        assert days == sorted(days)


def test_records_belong_to_known_people_and_units(demonstration):
    nips = {person.nip for person in demonstration.people}
    for kind in KINDS:
        for row in _rows(demonstration, kind):
            assert row.get("nip", person_of := next(iter(nips))) in nips, (kind, person_of)
            assert row.get("unit", "4.00.01.01") in demonstration.city.units
            assert row.get("memimpin") in {None, "", *demonstration.city.units}


def test_predicates_agree_with_the_matrix(demonstration):
    said = {
        (row["hasil_kerja"], row["perilaku_kerja"], row["predikat"])
        for row in _rows(demonstration, "performance")
        if row["predikat"]
    }

    assert said <= {
        ("di_atas", "di_atas", "Sangat Baik"),
        ("di_atas", "sesuai", "Baik"),
        ("di_atas", "di_bawah", "Kurang/Misconduct"),
        ("sesuai", "di_atas", "Baik"),
        ("sesuai", "sesuai", "Baik"),
        ("sesuai", "di_bawah", "Kurang/Misconduct"),
        ("di_bawah", "di_atas", "Butuh Perbaikan"),
        ("di_bawah", "sesuai", "Butuh Perbaikan"),
        ("di_bawah", "di_bawah", "Sangat Kurang"),
    }


def test_indicators_correlate_moderately(large):
    results: dict[object, list[float]] = {}
    for row in _rows(large, "performance"):
        results.setdefault(row["nip"], []).append(RATINGS.index(str(row["hasil_kerja"])))
    levels: dict[object, list[float]] = {}
    for row in _rows(large, "results"):
        if row["level"] is not None:
            levels.setdefault(row["nip"], []).append(float(str(row["level"])))
    tiers = {person.nip: person.tier for person in large.people}
    both = [nip for nip in levels if nip in results and tiers[str(nip)] == "pengawas"]

    correlation = np.corrcoef([[np.mean(results[nip]), np.mean(levels[nip])] for nip in both], rowvar=False)[0, 1]

    assert 0.15 < correlation < 0.7


def test_every_story_is_told(large):
    assert {person.case for person in large.people if person.case} == set(Case)


def test_short_tenure_lacks_three_months(demonstration):
    short = [person for person in demonstration.people if person.case == Case.SHORT_TENURE]

    assert {person.since for person in short} == {SHORT_TENURE_START}
    assert all(person.held[-2].tier == "pelaksana" for person in short)


def test_twins_have_the_same_evidence(demonstration):
    first, second = (person.nip for person in demonstration.people if person.case == Case.TWIN)
    for kind in ("performance", "results", "training", "attendance", "feedback"):
        rows = demonstration.tables[kind].rows
        assert [row[1:] for row in rows if row[0] == first] == [row[1:] for row in rows if row[0] == second]


def test_open_selections_have_applicants(demonstration):
    applied = Counter(row["lowongan"] for row in _rows(demonstration, "applications"))

    assert applied == {"LOWONGAN-3": 20, "LOWONGAN-4": 3}
