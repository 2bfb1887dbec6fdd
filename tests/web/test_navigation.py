"""The menu shows what exists and what the person may open; the layouts know who is signed in."""

from __future__ import annotations

import pytest
from flask import Flask, g

from merit.security.permissions import ANONYMOUS, Actor, Role
from merit.web.navigation import _current_address, home_url, navigation, signed_in_person

pytestmark = pytest.mark.unit


def stub_pages(app: Flask) -> None:
    for endpoint, address in (("people.officials", "/pegawai"), ("audit.entries", "/audit"), ("portal.home", "/saya")):
        app.add_url_rule(address, endpoint, lambda: "")


def actor(role: Role) -> Actor:
    return Actor(user_id=2, login="siti", name="Siti Rahmawati", roles=frozenset({role}))


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.ADMIN, ["/pegawai", "/komponen"]),
        (Role.AUDITOR, ["/pegawai", "/audit"]),
        (Role.OFFICIAL, ["/saya"]),
        (Role.AUTHOR, []),
    ],
)
def test_menu_follows_the_role(look, role, addresses):
    stub_pages(look)
    with look.test_request_context("/pegawai/198504122010011003"):
        g.actor = actor(role)

        assert [item.url for section in navigation() for item in section.items] == addresses


def test_menu_marks_the_section_one_is_in(look):
    stub_pages(look)
    with look.test_request_context("/pegawai/198504122010011003"):
        g.actor = actor(Role.ADMIN)

        assert [item.url for section in navigation() for item in section.items if item.current] == ["/pegawai"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "/"), ("/saya", "/saya"), ("/saya/catatan/1", "/saya/catatan"), ("/sayang", ""), ("/lain", "")],
)
def test_current_address_is_the_longest_parent(path, current):
    assert _current_address(["/", "/saya", "/saya/catatan"], path) == current


def test_nobody_signed_in_is_nobody(look):
    with look.test_request_context("/"):
        g.actor = ANONYMOUS

        assert signed_in_person() is None
        assert home_url() == "/"


def test_person_has_initials_and_roles_in_words(look):
    with look.test_request_context("/"):
        g.actor = actor(Role.PANEL)

        person = signed_in_person()

    assert person is not None
    assert (person.initials, person.roles) == ("SR", "Panitia seleksi")
