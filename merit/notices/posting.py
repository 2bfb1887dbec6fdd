"""Hand mails over: to a server as set, or into a folder where none is."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from merit.config import Settings
from merit.mail_route import MailRoute

TIMEOUT = 20.0  # seconds a server may be silent
_PERMANENT = 500
_CLOSING = 421
_PRIVATE = 0o700


class PostDownError(Exception):
    """No mail at all can leave now; ``problem`` is a short word without secrets."""

    def __init__(self, problem: str) -> None:
        """Keep the word."""
        super().__init__(problem)
        self.problem = problem


class MailRefusedError(Exception):
    """The server refuses this one mail, for good (code from 500) or for now."""

    def __init__(self, code: int) -> None:
        """Keep the server's code; its text may name people."""
        super().__init__(str(code))
        self.code = code

    @property
    def is_final(self) -> bool:
        """Whether trying again is of no use."""
        return self.code >= _PERMANENT


class Post(Protocol):
    """Something that takes mails."""

    def send(self, message: EmailMessage) -> None:
        """Hand one over; return only once it is safe with the other side."""


@contextmanager
def open_post(settings: Settings) -> Iterator[Post]:
    """Open the way mails take; raise :class:`PostDownError` where there is none."""
    route = settings.mail_route
    if route.is_file:
        yield Folder(settings.mail_path)
        return
    server = _connect(route)
    try:
        yield Server(server, settings.mail_from)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


class Folder:
    """Mails as files; one that is written again replaces itself, because its name follows from its id."""

    def __init__(self, path: Path) -> None:
        """Keep the folder."""
        self._path = path

    def send(self, message: EmailMessage) -> None:
        """Write the file whole or not at all."""
        name = message["Message-ID"].strip("<>").partition("@")[0]
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
            partial = self._path / f".{name}.{os.getpid()}"
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path / f"{name}.eml")
        except OSError as error:
            raise PostDownError(type(error).__name__) from error


class Server:
    """An open connection to a mail server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        """Keep the connection and who sends."""
        self._server, self._sender = server, sender

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; the server has taken it when this returns."""
        try:
            self._server.send_message(message, from_addr=self._sender, to_addrs=[str(message["To"])])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPSenderRefused as error:
            raise PostDownError(f"SMTP {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise PostDownError(type(error).__name__) from error


def _refusal(code: int) -> Exception:
    # 421: the server closes; -1: it said nothing readable.
    return PostDownError(f"SMTP {code}") if code in {_CLOSING, -1} else MailRefusedError(code)


def _connect(route: MailRoute) -> smtplib.SMTP:
    server: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context()
        if route.scheme == "smtps":
            server = smtplib.SMTP_SSL(route.host, route.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(route.host, route.port, timeout=TIMEOUT)
        if route.scheme == "smtp+starttls":
            server.starttls(context=context)
        if route.user:
            server.login(route.user, route.password)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        if server is not None:
            server.close()
        # Only the kind of fault: the server's words may repeat what was sent.
        raise PostDownError(_word_of(error)) from None
    return server


def _word_of(error: Exception) -> str:
    return f"SMTP {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
