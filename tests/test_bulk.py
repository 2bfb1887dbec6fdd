import numpy as np
import pytest
from sqlalchemy import BigInteger, String, func, select, type_coerce

from merit.bulk import among, ordinal, read_columns
from merit.people.models import Official, OfficialRecord, Post
from tests import factories as make

pytestmark = pytest.mark.db


def test_read_columns_gives_arrays_of_each_kind(session):
    first = make.make_official(session, name="Ayu", study_field="Ilmu Élok")
    second = make.make_official(session, name="Budi", education="S2")
    make.make_post(session, second, tier="pelaksana", starts="1955-03-01", ends=make.day("1960-12-31"))

    found = read_columns(
        session,
        select(
            type_coerce(Official.nip, String(18)).label("nip"),
            OfficialRecord.name,
            OfficialRecord.study_field,
            OfficialRecord.grade,
            (OfficialRecord.education == "S2").label("is_master"),
            ordinal(Post.tier, ("pelaksana", "administrator")).label("tier"),
            Post.starts,
            Post.ends,
            Post.id,
        )
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .join(Post, Post.official_id == Official.id)
        .order_by(Post.id),
    )

    order = np.argsort(found["id"])
    assert found["nip"][order].tolist() == [first.nip, second.nip, second.nip]
    assert found["name"].texts()[order].tolist() == ["Ayu", "Budi", "Budi"]
    assert found["study_field"][order].texts().tolist() == ["Ilmu Élok", "", ""]
    assert found["grade"].dtype == np.int64
    assert found["is_master"][order].tolist() == [False, True, True]
    assert found["tier"][order].tolist() == [-1, -1, 0]
    assert found["starts"][order].astype(str).tolist() == ["2020-01-01", "2020-01-01", "1955-03-01"]
    assert found["ends"][order].astype(str).tolist() == ["NaT", "NaT", "1960-12-31"]


def test_read_columns_of_no_rows_keeps_the_kinds(session):
    found = read_columns(
        session, select(Post.id, Post.starts, Post.field, type_coerce(Post.title, String(3)).label("t"))
    )

    assert [found[name].dtype.kind for name in ("id", "starts", "t")] == ["i", "M", "U"]
    assert found["field"].texts().tolist() == []


def test_read_columns_sees_what_was_not_flushed(session):
    session.add(Official(nip=make.make_nip()))

    assert len(read_columns(session, select(Official.id))["id"]) == 1


def test_read_columns_refuses_null_among_integers(session):
    official = make.make_official(session)
    make.make_post(session, official, tier="pelaksana", starts="2010-01-01")

    with pytest.raises((TypeError, ValueError)):
        read_columns(session, select(Post.position_id))

    coalesced = select(func.coalesce(Post.position_id, 0, type_=BigInteger).label("position"))
    assert sorted(read_columns(session, coalesced)["position"] > 0) == [False, True]


def test_among_names_few_ids_and_leaves_many_open(session, monkeypatch):
    first, second = make.make_official(session), make.make_official(session)
    statement = select(Official.id).where(among(Official.id, np.array([second.id])))

    assert read_columns(session, statement)["id"].tolist() == [second.id]

    monkeypatch.setattr("merit.bulk.NAMED_AT_MOST", 0)
    everybody = select(Official.id).where(among(Official.id, np.array([second.id])))
    assert sorted(read_columns(session, everybody)["id"].tolist()) == [first.id, second.id]
