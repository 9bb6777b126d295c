"""The relay's end of ICE: lite, so it answers checks and starts none (RFC 8445, RFC 7675)."""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from aioice import stun

from actors.relay.demux import Demux, Key, Path, Receiver, Way

CONSENT_SECONDS: Final = 15.0
"""Without a check for as long, the browser has gone."""
FIRST_SECONDS: Final = 30.0
"""How long an answer waits for the first check."""
LEFT_SECONDS: Final = 6.0
"""Browsers check the path that they use at least every five."""
MOST_PATHS: Final = 16
"""Of one leg at once; the one that has been silent longest makes room."""
MOST_BAD: Final = 50
"""Bad checks a second for one leg; above it, addresses that are not known yet must wait."""
_ROLE_CONFLICT: Final = (487, "Role Conflict")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of one generation: ours, and the browser's user fragment."""

    ufrag: str
    password: str
    remote: str


class Agent:
    """All paths of one leg. *moved* is called when another one is to be sent on."""

    def __init__(
        self,
        demux: Demux,
        line: Receiver,
        moved: Callable[[Path], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._demux, self._line, self._moved, self._now = demux, line, moved, now
        self._generations: dict[str, Credentials] = {}
        self._paths: dict[Key, tuple[Path, float]] = {}
        self._bad_from = self._until = now()
        self._bad = 0
        self.chosen: Path | None = None
        """What is sent goes this way."""

    def start(self, remote: str) -> Credentials:
        """Begin a generation, whose checks name the browser's user fragment *remote*.

        The one before stays good until a path of the new one is nominated (RFC 8445, 9).
        """
        for ufrag in list(self._generations)[:-1]:
            self._drop(ufrag)
        made = Credentials(os.urandom(8).hex(), os.urandom(16).hex(), remote)
        self._generations[made.ufrag] = made
        self._demux.expect(made.ufrag, self._line)
        self._until = max(self._until, self._now() + FIRST_SECONDS)
        return made

    @property
    def gone(self) -> bool:
        """Whether no good check has come for too long."""
        return self._now() > self._until

    def check(self, ufrag: str, data: bytes, way: Way, key: Key) -> None:
        """Take one check: answer it when it is good, drop it when it isn't."""
        credentials = self._generations.get(ufrag)
        if credentials is None or (key not in self._paths and self._too_many_bad()):
            return
        message = _good(data, credentials)
        if message is None:
            self._bad += 1
            return
        if "ICE-CONTROLLED" in message.attributes:
            way.send(_refusal(message, credentials))
            return
        self._admit(key, way)
        way.send(_answer(message, credentials, way))
        if "USE-CANDIDATE" in message.attributes:
            self._nominate(self._paths[key][0], ufrag)

    def came_by(self, path: Path) -> None:
        """Send where the browser sends from, if it has nominated that or left the chosen one."""
        if self.chosen not in (None, path) and (path.nominated or self._is_left(self.chosen)):
            self._choose(path)

    def close(self) -> None:
        """Forget everything."""
        for ufrag in list(self._generations):
            self._drop(ufrag)
        for path, _ in self._paths.values():
            self._demux.dismiss(path)
        self._paths.clear()
        self.chosen = None

    def _admit(self, key: Key, way: Way) -> None:
        now = self._now()
        self._until = now + CONSENT_SECONDS
        known = self._paths.get(key)
        path = Path(key, way, self._line) if known is None else known[0]
        self._paths[key] = path, now
        if not self._demux.has(path):
            self._make_room()
            self._demux.admit(path)

    def _make_room(self) -> None:
        if len(self._paths) > MOST_PATHS:
            others = (one for one in self._paths.values() if one[0] is not self.chosen)
            oldest = min(others, key=lambda one: one[1])[0]
            del self._paths[oldest.key]
            self._demux.dismiss(oldest)

    def _nominate(self, path: Path, ufrag: str) -> None:
        path.nominated = True
        *older, newest = self._generations
        if ufrag == newest:
            for name in older:
                self._drop(name)
        if path is not self.chosen:
            self._choose(path)

    def _choose(self, path: Path) -> None:
        self.chosen = path
        self._moved(path)

    def _is_left(self, path: Path | None) -> bool:
        """Say whether no check has come that way for long, as when an address has changed."""
        known = None if path is None else self._paths.get(path.key)
        return known is None or self._now() - known[1] > LEFT_SECONDS

    def _drop(self, ufrag: str) -> None:
        del self._generations[ufrag]
        self._demux.forget(ufrag)

    def _too_many_bad(self) -> bool:
        if self._now() - self._bad_from >= 1.0:
            self._bad_from, self._bad = self._now(), 0
        return self._bad >= MOST_BAD


def _good(data: bytes, credentials: Credentials) -> stun.Message | None:
    """Return the request if it is whole, and made with the password."""
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    named = f"{credentials.ufrag}:{credentials.remote}"
    good = (
        "FINGERPRINT" in message.attributes
        and message.attributes.get("USERNAME") == named
        and message.check_message_integrity(credentials.password.encode())
    )
    return message if good else None


def _answer(request: stun.Message, credentials: Credentials, way: Way) -> bytes:
    mapped: dict[str, object] = {"XOR-MAPPED-ADDRESS": (way.host, way.number)}
    return _signed(request, stun.Class.RESPONSE, mapped, credentials)


def _refusal(request: stun.Message, credentials: Credentials) -> bytes:
    """Tell it that it is the one that controls: we never do."""
    return _signed(request, stun.Class.ERROR, {"ERROR-CODE": _ROLE_CONFLICT}, credentials)


def _signed(
    request: stun.Message,
    kind: stun.Class,
    attributes: dict[str, object],
    credentials: Credentials,
) -> bytes:
    message = stun.Message(request.message_method, kind, request.transaction_id, attributes)
    message.add_message_integrity(credentials.password.encode())
    return bytes(message)
