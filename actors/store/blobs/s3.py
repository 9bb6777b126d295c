"""Blobs in an S3-compatible store: a bucket of our own, each blob an object of its name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import (
    BaseError,
    GenericError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from actors.runtime.blobs import BlobMissing, BlobsUnavailable, check_range, checked
from config.private import read_private

if TYPE_CHECKING:
    from obstore.store import S3Config

CONNECT_SECONDS = 5.0
RETRIES = 3
"""Further attempts, where the store did not answer or said that it can't just now."""


class Keys(NamedTuple):
    """What the store knows us by."""

    access_key_id: str
    secret_access_key: str


def keys_in(file: Path) -> Keys:
    """Return the keys in *file*: the id, and the secret on the next line.

    Raises `OSError` or `TooOpen` when it can't be read, `ValueError` when they are not in it.
    """
    lines = read_private(file).decode().split()
    if len(lines) != len(Keys._fields):
        raise ValueError(f"{file} needs two lines: the access key id, and the secret key.")
    return Keys(*lines)


class S3Blobs:
    """Keeps bytes in *bucket*, which must exist. Each call takes at most *seconds*."""

    def __init__(
        self, bucket: str, keys: Keys, *, endpoint: str = "", region: str, seconds: float
    ) -> None:
        self._seconds = seconds
        whole = timedelta(seconds=seconds)
        config: S3Config = {
            "region": region,
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
            "disable_bulk_delete": True,  # not every store knows how
        }
        if endpoint:
            config["endpoint"] = endpoint
        self._store = S3Store(
            bucket,
            config=config,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=min(CONNECT_SECONDS, seconds)),
                "timeout": whole,
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": whole},
        )

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data* under *name*, in the place of what was there."""
        checked(name)
        async with self._in_time():
            await obstore.put_async(self._store, name, data, use_multipart=False)

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return *size* bytes from *start* on, or raise `BlobMissing`."""
        checked(name)
        check_range(start, size)
        async with self._in_time():
            try:
                return (await self._read(name, start, size))[:size]
            except GenericError:
                there = await obstore.head_async(self._store, name)
                if start < there["size"]:
                    raise
                return b""  # a store refuses a range beyond the end

    async def _read(self, name: str, start: int, size: int | None) -> bytes:
        if size is not None:
            found = await obstore.get_async(
                self._store, name, options={"range": (start, start + max(size, 1))}
            )
        elif start:
            found = await obstore.get_async(self._store, name, options={"range": {"offset": start}})
        else:
            found = await obstore.get_async(self._store, name)
        return bytes(await found.bytes_async())

    async def remove(self, name: str) -> None:
        """Forget *name*; it is fine when there is nothing."""
        checked(name)
        with suppress(BlobMissing):
            async with self._in_time():
                await obstore.delete_async(self._store, name)

    async def names(self, folder: str) -> Sequence[str]:
        """Return the names below *folder*, in order."""
        checked(folder)
        async with self._in_time():
            stream = obstore.list(self._store, folder)
            return sorted([each["path"] async for some in stream for each in some])

    async def close(self) -> None:
        """Do nothing: connections go with the last reference."""

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """Put trouble in the words of blobs, without the name and the answer of the store."""
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except FileNotFoundError as error:
            if "NoSuchKey" in str(error):
                raise BlobMissing from None
            raise BlobsUnavailable("The S3 store has no bucket of that name.") from None
        except (PermissionDeniedError, UnauthenticatedError):
            raise BlobsUnavailable("The S3 store refuses our keys.") from None
        except (TimeoutError, BaseError):
            raise BlobsUnavailable("The S3 store does not answer as it should.") from None
