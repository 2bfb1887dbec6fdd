"""A small real mail server: it speaks SMTP over a socket, keeps what it takes, and refuses whom it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps mails; ``refusals`` are answers by address, ``taken`` is called when a mail is safe here."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[tuple[str, EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.taken: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 uji")
        address = ""
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word[:4].upper()
            if verb == "RCPT":
                address = word.partition("<")[2].partition(">")[0]
                self._say(self.server.refusals.get(address, "250 ya"))
            elif verb == "DATA":
                self._say("354 tulis")
                self._take(address)
            elif verb == "QUIT":
                self._say("221 selesai")
                return
            else:
                self._say("250 ya")

    def _take(self, address: str) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.mails.append((address, mail))
        self.server.taken()
        self._say("250 disimpan")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
