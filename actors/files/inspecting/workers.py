"""Has pictures rewritten in processes of their own: what a hostile one breaks is that alone."""

from collections.abc import Callable, Sequence

import msgspec
import structlog

from actors.files.messages import MOST_BYTES, Why
from actors.files.pictures import Rewritten, Unfit, command
from actors.runtime.apart import run_apart

SECONDS = 25.0
"""How long a process may take; its work alone is bounded in `pictures.confine`."""

MOST_WRITTEN = 4 * MOST_BYTES
"""Of a picture that was written anew, with the small one."""

_log = structlog.get_logger(__name__)
_rewritten = msgspec.msgpack.Decoder[Rewritten](Rewritten)


class PictureWorker:
    """Rewrites pictures, each in a fresh process."""

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        command_of: Callable[[str], Sequence[str]] = command,
    ) -> None:
        self._seconds = seconds
        self._command_of = command_of

    async def __call__(self, data: bytes, media_type: str) -> Rewritten | None:
        """Return what became of the picture, or None when that can't be known now.

        A picture over which its process dies is broken; one that can't be worked on for want of
        time or of processes is none the worse for it.
        """
        try:
            ran = await run_apart(
                self._command_of(media_type), data, seconds=self._seconds, most=MOST_WRITTEN
            )
            return Unfit(Why.BROKEN) if ran.code < 0 else _rewritten.decode(ran.said)
        except (TimeoutError, OSError, msgspec.DecodeError) as error:
            _log.error("file.picture_not_read", error=type(error).__name__)
            return None
