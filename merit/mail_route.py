"""Where mails go, as the setting writes it: a folder, or a server with the way to it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_LABEL = 64  # letters of one part of a host name, and one more
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoute:
    """How a mail leaves; ``scheme`` file, smtp, smtps or smtp+starttls. The password is never shown."""

    scheme: str
    folder: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_file(self) -> bool:
        """Whether mails are only written to a folder."""
        return self.scheme == "file"

    @property
    def shown(self) -> str:
        """The route as pages and logs may tell it."""
        return "file" if self.is_file else f"{self.scheme}://{self.host}:{self.port}"


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain ASCII mail address: no name, no second address, no control character."""
    if len(text) > 254 or not _ADDRESS.fullmatch(text):  # noqa: PLR2004 -- RFC 5321, 4.5.3.1.3
        return False
    local = text.rpartition("@")[0]
    return ".." not in text and not local.startswith(".") and not local.endswith(".")


def read_mail_url(url: str) -> MailRoute:
    """Read ``file:``, ``file:/folder``, ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``.

    Raises
    ------
    ValueError
        The sentence says what to write; it never repeats the password.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "file":
        folder = unquote(rest.removeprefix("//"))
        if folder and not folder.startswith("/"):
            raise ValueError("tulis file: saja, atau file: dengan jalur lengkap")
        return MailRoute(scheme="file", folder=folder)
    if scheme not in _PORTS:
        raise ValueError("pakai file:, smtp://HOST, smtps://HOST, atau smtp+starttls://PENGGUNA:SANDI@HOST:587")
    return _read_server(url, scheme)


def _read_server(url: str, scheme: str) -> MailRoute:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[scheme]
    except ValueError:
        raise ValueError("porta server surel harus bilangan 1 sampai 65535") from None
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("tulis nama server surel tanpa jalur; tanda khusus dalam sandi ditulis %XX")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (_is_name(host) and user.isascii() and password.isascii()):
        raise ValueError("nama server, pengguna, dan sandi server surel hanya huruf dan tanda ASCII")
    if bool(user) != bool(password):
        raise ValueError("pengguna dan sandi server surel diisi keduanya atau dikosongkan keduanya")
    if user and scheme == "smtp" and not _is_here(host):
        raise ValueError("smtp:// tidak mengamankan sandi; pakai smtps:// atau smtp+starttls://")
    return MailRoute(scheme=scheme, host=host, port=port, user=user, password=password)


def _is_name(host: str) -> bool:
    """Whether a host can be asked for: the library that connects raises something else than a network fault."""
    return host.isascii() and all(0 < len(part) < _LABEL for part in host.removesuffix(".").split("."))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
