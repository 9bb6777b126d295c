"""A file that is encrypted while it is written: whole chunks of AES-256-GCM, one after the other.

Chunk *n* holds `CHUNK` bytes (the last one fewer) and lies at `n * SEALED`. Its nonce is the tape's
number and *n*; a key belongs to one recording, so no nonce comes twice. The chunk's place, and
whether it is the last, are authenticated: none can be moved, left out or cut off unnoticed.
"""

from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from actors.relay.messages import CHUNK, SEALED

__all__ = ["CHUNK", "SEALED", "Broken", "Vault", "nonce_of", "open_chunk", "plain_size"]
LAST, NOT_LAST = b"last", b"more"


class Broken(Exception):
    """These bytes are not what was written, or not all of it."""


class Vault:
    """Writes one encrypted file; what is not a whole chunk yet is kept in memory."""

    def __init__(self, path: Path, key: bytes, tape: int) -> None:
        self._file: BinaryIO = path.open("xb", buffering=0)
        self._key = AESGCM(key)
        self._tape = tape
        self._chunks = 0
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take *data*; whole chunks go to the file."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), NOT_LAST)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the last chunk; nothing more can be written."""
        self._put(bytes(self._waiting), LAST)
        self._waiting.clear()
        self._file.close()

    def _put(self, chunk: bytes, which: bytes) -> None:
        nonce = nonce_of(self._tape, self._chunks)
        self._file.write(self._key.encrypt(nonce, chunk, which))
        self._chunks += 1


def nonce_of(tape: int, chunk: int) -> bytes:
    """Return the nonce of that chunk."""
    return tape.to_bytes(4, "big") + chunk.to_bytes(8, "big")


def open_chunk(key: bytes, tape: int, chunk: int, sealed: bytes, *, last: bool) -> bytes:
    """Return what that chunk holds, or raise `Broken`."""
    which = LAST if last else NOT_LAST
    try:
        return AESGCM(key).decrypt(nonce_of(tape, chunk), sealed, which)
    except InvalidTag as error:
        raise Broken("A chunk of a recording is not what was written.") from error


def plain_size(sealed: int) -> int:
    """Return how many bytes a whole file of *sealed* bytes holds."""
    chunks = -(-sealed // SEALED)
    return sealed - (SEALED - CHUNK) * chunks
