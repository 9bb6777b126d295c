"""Places for blobs to test: each can be opened again later."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from actors.runtime.blobs import Blobs
from actors.store.blobs.folder import FolderBlobs
from actors.store.blobs.s3 import Keys, S3Blobs
from actors.store.memory import MemoryBlobs

KEYS = Keys("an id", "a secret")
_numbers = itertools.count()


class Place(Protocol):
    """Where blobs are kept."""

    def open(self) -> Blobs:
        """Open what is kept here."""


class MemoryPlace:
    """Memory that outlives its users."""

    def __init__(self) -> None:
        self._blobs = MemoryBlobs()

    def open(self) -> Blobs:
        """Return the memory itself."""
        return self._blobs


class FolderPlace:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "files"

    def open(self) -> Blobs:
        """Open the folder."""
        return FolderBlobs(self.folder)


class S3Place:
    """A bucket of its own in the S3 server at *endpoint*."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.bucket = f"bucket-{next(_numbers)}"
        with urlopen(Request(f"{endpoint}/{self.bucket}", method="PUT")):  # noqa: S310  our own server
            pass

    def open(self) -> Blobs:
        """Open the bucket."""
        return S3Blobs(self.bucket, KEYS, endpoint=self.endpoint, region="us-east-1", seconds=20)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Run an S3 server and return its URL."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
