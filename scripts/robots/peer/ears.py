"""Listening without decoding: what others say is counted, and let go."""

from queue import Queue
from typing import Any

from aiortc import RTCRtpReceiver

_QUEUE = "_RTCRtpReceiver__decoder_queue"
"""Where aiortc 1.16 puts whole frames for its decoder; tests hold that it still does."""


class Ears(Queue[Any]):
    """Takes the place of a receiver's queue; only the word to stop goes through."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = 0
        """Whole frames that have come."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ANN401
        """Count a frame, or pass on that nothing more comes."""
        if item is None:
            super().put(item, block, timeout)
        else:
            self.frames += 1


def listen(receiver: RTCRtpReceiver) -> Ears:
    """Let *receiver*, which has not begun to receive, only count."""
    if not hasattr(receiver, _QUEUE):
        raise RuntimeError("This aiortc keeps its frames elsewhere.")
    ears = Ears()
    setattr(receiver, _QUEUE, ears)
    return ears
