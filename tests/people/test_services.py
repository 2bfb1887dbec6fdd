"""Saved filters and the record of exports."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from merit.accounts.models import User
from merit.audit.models import AccessEntry, AuditEntry
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.people import services
from merit.security.permissions import Actor, Role
from tests.factories import RECORDED, add, make_official

pytestmark = pytest.mark.db


@pytest.fixture
def clerk(session) -> Actor:
    """Somebody with the right to export, in all units."""
    user = add(session, User(login="rina", name="Rina", created_at=RECORDED))
    return Actor(user_id=user.id, roles=frozenset({Role.ADMIN}), unit_ids=None)


def test_a_saved_filter_is_ones_own_and_its_name_is_given_anew(session, clerk):
    services.save_filter(session, clerk, page="officials", name=" Muda ", query="jenjang=jf_ahli_muda")
    services.save_filter(session, clerk, page="officials", name="Muda", query="jenjang=pengawas")

    own = services.list_saved_filters(session, clerk, page="officials")
    others = services.list_saved_filters(session, Actor(user_id=999), page="officials")

    assert [(saved.name, saved.query) for saved in own] == [("Muda", "jenjang=pengawas")]
    assert others == []


def test_somebody_elses_filter_cannot_be_deleted(session, clerk):
    saved = services.save_filter(session, clerk, page="officials", name="Muda", query="")

    services.forget_filter(session, Actor(user_id=999), filter_id=saved.id)
    kept = len(services.list_saved_filters(session, clerk, page="officials"))
    services.forget_filter(session, clerk, filter_id=saved.id)

    assert (kept, services.list_saved_filters(session, clerk, page="officials")) == (1, [])


def test_a_filter_needs_a_name_and_there_are_not_too_many(session, clerk):
    with pytest.raises(InvalidInputError):
        services.save_filter(session, clerk, page="officials", name="  ", query="")
    for number in range(services.SAVED_MAXIMUM):
        services.save_filter(session, clerk, page="officials", name=f"F{number}", query="")
    with pytest.raises(RuleViolationError):
        services.save_filter(session, clerk, page="officials", name="satu lagi", query="")


def test_an_export_is_kept_in_the_audit_chain_without_what_was_searched(session, clerk):
    siti = make_official(session, name="Siti Aminah")

    services.record_export(session, clerk, officials=[siti.id], choices={"cari": "siti"})
    append_pending(session)

    entry = session.scalars(select(AuditEntry)).one()
    assert entry.action == "official:export"
    assert '"filters":["cari"],"rows":1' in entry.payload
    assert session.scalars(select(AccessEntry.official_id)).all() == [siti.id]
    assert "siti" not in entry.payload


def test_an_export_needs_the_permission(session):
    with pytest.raises(NotAllowedError):
        services.record_export(session, Actor(user_id=1, roles=frozenset({Role.PANEL})), officials=[], choices={})
