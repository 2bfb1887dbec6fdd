from __future__ import annotations

import pytest

from merit.accounts.domain import (
    Grant,
    Place,
    Scope,
    browser_name,
    find_grant_fault,
    folded_login,
    is_inside,
    is_login,
    is_nip_like,
    leaves_no_admin,
    limits_for,
    network_of,
)
from merit.security.permissions import Role

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("19850412 201001 1 003", "198504122010011003"),
        ("  Budi.Santoso ", "budi.santoso"),
        ("198504122010011003\u00a0", "198504122010011003"),
        ("", ""),
    ],
)
def test_folded_login(typed, folded):
    assert folded_login(typed) == folded


@pytest.mark.parametrize(
    ("login", "fits"), [("rina", True), ("a", False), ("-rina", False), ("rina@opd.id", True), ("a" * 65, False)]
)
def test_is_login(login, fits):
    assert is_login(login) is fits


def test_is_nip_like():
    assert is_nip_like("198504122010011003")
    assert not is_nip_like("19850412201001100")
    assert not is_nip_like("budi")


@pytest.mark.parametrize(
    ("address", "network", "inside"),
    [
        ("203.0.113.9", "203.0.113.9", True),  # documentation range counts as private in ipaddress
        ("36.66.1.2", "36.66.1.2", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("::ffff:36.66.1.2", "36.66.1.2", False),
        ("2404:c0:1:2:3:4:5:6", "2404:c0:1:2::/64", False),
        ("", "unknown", False),
    ],
)
def test_network_of(address, network, inside):
    assert network_of(address) == network
    assert is_inside(network) is inside


def test_an_outsider_shares_nothing_with_a_known_device():
    strangers = {limit.scope for limit in limits_for(Place.STRANGER)}
    device = {limit.scope for limit in limits_for(Place.DEVICE)}

    assert device == {Scope.ACCOUNT_DEVICE}
    assert strangers.isdisjoint(device)


@pytest.mark.parametrize("place", [Place.NETWORK, Place.INSIDE])
def test_own_networks_are_not_counted_among_strangers(place):
    assert {limit.scope for limit in limits_for(place)} == {Scope.ACCOUNT_NETWORK, Scope.NETWORK}


@pytest.mark.parametrize(
    ("grant", "fault"),
    [
        (Grant(role=Role.OPD_ADMIN, unit_code="A"), None),
        (Grant(role=Role.OPD_ADMIN), "role-needs-unit"),
        (Grant(role=Role.ADMIN, unit_code="A"), "role-has-no-unit"),
        (Grant(role=Role.ADMIN), None),
    ],
)
def test_find_grant_fault(grant, fault):
    assert find_grant_fault(grant) == fault


def test_leaves_no_admin():
    assert leaves_no_admin({1}, 1)
    assert not leaves_no_admin({1, 2}, 1)
    assert not leaves_no_admin({2}, 1)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8", ""),
    ],
)
def test_browser_name(agent, name):
    assert browser_name(agent) == name
