"""A mail server with moods: at each step it can refuse, fall silent, or hang up."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, AnyStr

import anyio
from aiosmtpd.smtp import SMTP, Envelope, Session

HERE = "127.0.0.1"
STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "text", "quit")
"""Of a letter's way in: `data` answers the command, `text` the letter itself."""
DROP = "drop"
STALL = "stall"


@dataclass(frozen=True)
class Arrived:
    """A letter that the server has taken upon itself."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def message_id(self) -> str:
        """The name that it has for life."""
        return str(message_from_bytes(self.content, policy=policy.default)["Message-ID"])


@dataclass
class Moods:
    """What the server does: at a step, always; or by connection, one mood after the other."""

    always: dict[str, str] = field(default_factory=dict)
    """A reply (`450 later`), `drop` or `stall`, by step."""
    by_turn: list[dict[str, str]] = field(default_factory=list)
    """The same for the next connections, one each; then it is friendly."""
    keeps: bool = True
    """Whether it keeps a letter though it drops or stalls instead of answering."""
    arrived: list[Arrived] = field(default_factory=list)
    has_text: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it has the text of a letter and has not answered yet."""

    def next(self) -> dict[str, str]:
        """Return the mood of a new connection."""
        return self.by_turn.pop(0) if self.by_turn else self.always


class MoodySmtp(SMTP):
    """One connection."""

    def __init__(self, moods: Moods, **options: Any) -> None:  # noqa: ANN401  aiosmtpd's
        super().__init__(self, hostname="mx.example", **options)
        self._moods = moods
        self._mood = moods.next()
        self._step = "connect"

    async def push(self, status: AnyStr) -> None:
        """Send a reply, or what the mood puts in its place."""
        step, mood = self._step, self._mood.get(self._step)
        self._step = "text" if step == "data" else step
        match mood:
            case None:
                await super().push(status)
            case "stall":
                await anyio.sleep_forever()
            case "drop":
                self.hang_up()
            case reply:
                await super().push(reply)

    def hang_up(self) -> None:
        """End the connection without a word."""
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]

    async def smtp_EHLO(self, hostname: str) -> None:
        """Answer EHLO."""
        self._step = "ehlo"
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        """Answer HELO, which comes where EHLO was refused."""
        self._step = "ehlo"
        await super().smtp_HELO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Answer MAIL FROM."""
        self._step = "mail"
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Answer RCPT TO."""
        self._step = "rcpt"
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        """Answer DATA, and then the letter."""
        self._step = "data"
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        """Answer QUIT."""
        self._step = "quit"
        await super().smtp_QUIT(arg)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a letter, if the mood is to."""
        mood = self._mood.get("text", "250 OK")
        if mood.startswith("250") or (mood in {DROP, STALL} and self._moods.keeps):
            assert isinstance(envelope.content, bytes)
            sender, content = envelope.mail_from or "", envelope.content
            self._moods.arrived.append(Arrived(sender, envelope.rcpt_tos, content))
        self._moods.has_text.set()
        return "250 OK"


@asynccontextmanager
async def mail_server(
    moods: Moods,
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    **options: Any,  # noqa: ANN401  aiosmtpd's
) -> AsyncIterator[int]:
    """Let a mail server with *moods* listen; yield its port."""
    sessions: list[MoodySmtp] = []

    def session() -> MoodySmtp:
        sessions.append(MoodySmtp(moods, **options))
        return sessions[-1]

    listening = await asyncio.get_running_loop().create_server(session, HERE, port, ssl=tls)
    try:
        bound: int = listening.sockets[0].getsockname()[1]
        yield bound
    finally:
        listening.close()
        for each in sessions:
            each.hang_up()
            await _gone(each)


async def _gone(session: SMTP) -> None:
    task = session._handler_coroutine
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
