"""Letters as files: for a clinic without a mail server, for demonstrations and for tests."""

from pathlib import Path

import anyio.to_thread

from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Outcome
from config.private import TooOpen, private_directory, write_private


class FolderCarrier:
    """Puts each letter into a directory as `<message id>.eml`, for its owner alone.

    The same letter is the same file, so one that is carried twice is there once. Whoever
    collects the files removes them.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def carry(self, message_id: str, letter: bytes, _to: str, _attempt: str = "") -> Carried:
        """Write *letter*, all of it or nothing."""
        try:
            await anyio.to_thread.run_sync(self._write, f"{message_id}.eml", letter)
        except (OSError, TooOpen) as error:
            return Carried(Outcome.RETRY, type(error).__name__)
        return Carried(Outcome.CARRIED)

    def _write(self, name: str, letter: bytes) -> None:
        write_private(private_directory(self._directory) / name, letter)
