"""Rules of accounts: logins, who counts as a stranger, how many tries each place has, the last admin."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from merit.security.permissions import UNIT_SCOPED_ROLES, Role

NIP_LENGTH = 18
WINDOW = dt.timedelta(minutes=15)
LINK_LIFETIME = dt.timedelta(hours=24)
DEVICE_LIFETIME = dt.timedelta(days=180)
CODES_PER_SIGN_IN = 5
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
# The order matters: every browser also names the ones it wants to be taken for.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


class Place(StrEnum):
    """From where somebody tries to sign in, as far as the account is concerned."""

    DEVICE = "device"
    NETWORK = "network"
    INSIDE = "inside"
    STRANGER = "stranger"


class Scope(StrEnum):
    """What tries are counted by."""

    ACCOUNT_DEVICE = "account-device"
    ACCOUNT_NETWORK = "account-network"
    NETWORK = "network"
    STRANGERS = "strangers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``tries`` failures per window, counted by ``scope``."""

    scope: Scope
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role to be given, with the code of its unit where the role needs one."""

    role: Role
    unit_code: str = ""


# An outsider can use up only what strangers share: the network's own count and the account's count of
# strangers. Whoever holds the device cookie, comes from a network the account has used, or sits inside the
# office network keeps an allowance of their own (ADR 0041).
_OWN_DEVICE = Limit(scope=Scope.ACCOUNT_DEVICE, tries=10)
_OWN_NETWORK = Limit(scope=Scope.ACCOUNT_NETWORK, tries=10)
_PER_NETWORK = Limit(scope=Scope.NETWORK, tries=60)
_STRANGERS = Limit(scope=Scope.STRANGERS, tries=20)


def limits_for(place: Place) -> tuple[Limit, ...]:
    """Return the limits that hold for a try from a place."""
    if place is Place.DEVICE:
        return (_OWN_DEVICE,)
    if place is Place.STRANGER:
        return (_OWN_NETWORK, _PER_NETWORK, _STRANGERS)
    return (_OWN_NETWORK, _PER_NETWORK)


def network_of(address: str) -> str:
    """Return what counts as one network: an IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_inside(network: str) -> bool:
    """Whether a network is private: nobody out on the internet can come from it."""
    try:
        return ipaddress.ip_network(network).is_private
    except ValueError:
        return False


def browser_name(user_agent: str) -> str:
    """Return a short name of browser and system for the list of one's sign-ins, "" when unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system)))


def folded_login(text: str) -> str:
    """Return a login as it is stored and looked up: lower case, a NIP without its spaces."""
    return re.sub(r"\s+", "", text).casefold()


def is_login(login: str) -> bool:
    """Whether a folded login may be given to an account."""
    return _LOGIN.fullmatch(login) is not None


def is_nip_like(login: str) -> bool:
    """Whether a login looks like a NIP, and so must be its owner's."""
    return login.isdecimal() and len(login) == NIP_LENGTH


def find_grant_fault(grant: Grant) -> str | None:
    """Return why a role cannot be given like this, None when it can."""
    if grant.role in UNIT_SCOPED_ROLES and not grant.unit_code:
        return "role-needs-unit"
    if grant.role not in UNIT_SCOPED_ROLES and grant.unit_code:
        return "role-has-no-unit"
    return None


def leaves_no_admin(admins: AbstractSet[int], leaving: int) -> bool:
    """Whether nobody could manage accounts any more once a user ceases to be an enabled admin."""
    return leaving in admins and len(admins) == 1
