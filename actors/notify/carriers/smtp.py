"""Letters over SMTP: the only user of aiosmtplib."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import anyio
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPStatus,
)

from actors.notify.carriers.carrier import Carried
from actors.notify.carriers.ledger import Ledger
from actors.notify.messages import Outcome
from actors.runtime.blobs import BlobsUnavailable

LINES = 8
"""Connections to the mail server at once."""

LONGEST_WAIT = 14
"""Seconds for a free one; with the next, less than a carrier may take."""

LONGEST_TALK = 30
"""Seconds for one letter, from the connection to the mail server's last word."""

PERMANENT = 500

_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the mail server is, and how we speak to it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = ""
    timeout: float = 20.0

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"

    def client(self, sender: str) -> SMTP:
        """Return a client that is not connected yet, and calls itself by *sender*'s domain."""
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            local_hostname=sender.rpartition("@")[2],
            timeout=self.timeout,
        )


class SmtpCarrier:
    """Hands each letter to a mail server over a connection of its own.

    The letter may have left once its text was sent: when the line breaks or falls silent from
    there on, the outcome is in doubt and nobody tries again by themselves. All that goes wrong
    before (no server, a wrong password, 4xx) is tried again; what the server refuses for ever
    (5xx) about sender, recipient or letter is not.
    """

    def __init__(
        self, server: Server, sender: str, *, lines: int = LINES, ledger: Ledger | None = None
    ) -> None:
        """With a *ledger* it is known also to the next process what has left."""
        self._server = server
        self._sender = sender
        self._ledger = ledger
        self._lines = anyio.Semaphore(lines)

    async def carry(self, message_id: str, letter: bytes, to: str, attempt: str = "") -> Carried:
        """Hand *letter* over, as soon as a line is free."""
        name = f"{message_id} {attempt}"
        try:
            before = await self._ledger.known(name) if self._ledger else None
        except BlobsUnavailable:
            return Carried(Outcome.NOT_TRIED, "no ledger")
        return before or await self._carry(name, letter, to)

    async def _carry(self, name: str, letter: bytes, to: str) -> Carried:
        with anyio.move_on_after(LONGEST_WAIT) as waiting:
            await self._lines.acquire()
        if waiting.cancelled_caught:
            return Carried(Outcome.NOT_TRIED, "no free line")
        try:
            return await self._talk(name, letter, to)
        finally:
            self._lines.release()

    async def _talk(self, name: str, letter: bytes, to: str) -> Carried:
        attempt = Attempt(self._server.client(self._sender), self._sender, name, self._ledger)
        carried = Carried(attempt.silence)
        with anyio.move_on_after(LONGEST_TALK) as talking:
            carried = await attempt.run(letter, to)
        if talking.cancelled_caught:
            carried = Carried(attempt.silence, "no answer")
        if self._ledger:
            with suppress(BlobsUnavailable):
                await self._ledger.end(name, carried)
        return carried


class Attempt:
    """One connection with one letter."""

    def __init__(self, client: SMTP, sender: str, name: str, ledger: Ledger | None) -> None:
        self._client = client
        self._sender = sender
        self._name = name
        self._ledger = ledger
        self.silence = Outcome.RETRY
        """The outcome if nothing more is heard from here on."""

    async def run(self, letter: bytes, to: str) -> Carried:
        """Return what became of it."""
        try:
            await self._client.connect()
            said = await self._hand_over(letter, to)
        except (SMTPDataError, SMTPRecipientRefused, SMTPSenderRefused) as answer:
            for_ever = answer.code >= PERMANENT
            said = f"{answer.code} {answer.message}"
            return Carried(Outcome.REFUSED if for_ever else Outcome.RETRY, said)
        except (SMTPException, OSError, ValueError, BlobsUnavailable) as trouble:
            return Carried(self.silence, _named(trouble))
        finally:
            self._client.close()
        return Carried(Outcome.CARRIED, said)

    async def _hand_over(self, letter: bytes, to: str) -> str:
        options = [] if to.isascii() else ["SMTPUTF8"]
        encoding = "ascii" if to.isascii() else "utf-8"
        await self._client.mail(self._sender, options=options, encoding=encoding)
        await self._client.rcpt(to, encoding=encoding)
        answer = await self._client.execute_command(b"DATA")
        if answer.code != SMTPStatus.start_input:
            raise SMTPDataError(answer.code, answer.message)
        if self._ledger:
            await self._ledger.begin(self._name)
        self.silence = Outcome.IN_DOUBT
        answer = await self._send_text(letter)
        if answer.code != SMTPStatus.completed:
            raise SMTPDataError(answer.code, answer.message)
        self.silence = Outcome.CARRIED
        with suppress(SMTPException, OSError):
            await self._client.quit()
        return answer.message

    async def _send_text(self, letter: bytes) -> SMTPResponse:
        """Send *letter* itself, and return what the server says to it."""
        line = self._client.protocol
        if line is None:
            raise SMTPServerDisconnected("Connection lost")
        line.write(framed(letter))
        return await line.read_response(timeout=self._client.timeout)


def framed(letter: bytes) -> bytes:
    """Return *letter* as it goes over the line: whole lines, dots stuffed (RFC 5321, 4.5.2)."""
    lines = _ENDS.sub(b"\r\n", letter).removesuffix(b"\r\n") + b"\r\n"
    return _DOTS.sub(b"..", lines) + b".\r\n"


def _named(trouble: Exception) -> str:
    """Return *trouble* in a word: its name and code, never the text of a system error."""
    code = f" {trouble.code}" if isinstance(trouble, SMTPResponseException) else ""
    return f"{type(trouble).__name__}{code}"
