"""Particulars of the places for blobs: a folder's modes and flushes, an S3 store's troubles."""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actors.runtime.blobs import Blobs, BlobsUnavailable
from actors.runtime.clock import SystemClock
from actors.store.blobs import blobs_of
from actors.store.blobs.folder import FolderBlobs
from actors.store.blobs.s3 import Keys, S3Blobs, keys_in
from actors.store.memory import MemoryBlobs
from config.files import FilesSettings
from config.private import TooOpen
from tests.contract.blobs import S3Place, s3_server

__all__ = ["s3_server"]

KEYS = Keys("the-id", "the-secret")
NAME = "kept/some-conversation"

# -- a folder ------------------------------------------------------------------------------------


def files_in(folder: Path) -> list[str]:
    """Return every path below *folder*."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def modes_in(folder: Path) -> dict[bool, set[int]]:
    """Return the modes of what is below *folder*: of folders (True) and of files."""
    modes: dict[bool, set[int]] = {}
    for path in folder.rglob("*"):
        modes.setdefault(path.is_dir(), set()).add(path.stat().st_mode & 0o777)
    return modes


async def test_c04_all_of_it_is_the_owner_s_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        await FolderBlobs(tmp_path / "files").put("kept/one/two", b"bytes")
    finally:
        os.umask(old)
    assert modes_in(tmp_path) == {True: {0o700}, False: {0o600}}


def test_c04_a_folder_that_others_reach_is_refused(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir(mode=0o755)
    with pytest.raises(TooOpen, match="chmod 700"):
        FolderBlobs(tmp_path / "files")


async def test_folders_go_with_the_last_that_was_in_them(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    await blobs.put("parts/one/a", b"a")
    await blobs.put("parts/one/b/c", b"c")
    assert files_in(tmp_path / "parts") == ["one", "one/a.blob", "one/b", "one/b/c.blob"]
    await blobs.remove("parts/one/b/c")
    assert files_in(tmp_path / "parts") == ["one", "one/a.blob"]
    await blobs.remove("parts/one/a")
    assert files_in(tmp_path) == [".aside"]


async def test_what_a_crash_left_aside_goes_when_it_is_a_day_old(tmp_path: Path) -> None:
    FolderBlobs(tmp_path)
    for name, age in (("old", timedelta(days=2)), ("fresh", timedelta(0))):
        left = tmp_path / ".aside" / name
        left.write_bytes(b"half of some")
        then = (SystemClock().now() - age).timestamp()
        os.utime(left, (then, then))
    FolderBlobs(tmp_path)
    assert files_in(tmp_path / ".aside") == ["fresh"]


async def test_several_processes_may_have_one_folder(tmp_path: Path) -> None:
    """As processes have their own locks, these two do; one empties what the other fills."""
    one, other = FolderBlobs(tmp_path), FolderBlobs(tmp_path)

    async def come_and_go(blobs: FolderBlobs, name: str) -> None:
        for number in range(60):
            await blobs.put(f"a/b/{name}", b"%d" % number)
            assert await blobs.get(f"a/b/{name}") == b"%d" % number
            await blobs.remove(f"a/b/{name}")

    await asyncio.gather(*(come_and_go(each, str(id(each))) for each in (one, other)))
    assert await one.names("a") == []
    assert files_in(tmp_path) == [".aside"]


async def test_bytes_and_names_are_flushed_before_a_put_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    flush = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)))
        flush(handle)

    blobs = FolderBlobs(tmp_path)
    monkeypatch.setattr(os, "fsync", fsync)
    await blobs.put("kept/one", b"bytes")
    assert [each.partition("/")[0] for each in flushed] == [".aside", ".", "kept"]


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EIO, errno.ENOENT])
async def test_a_put_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: int
) -> None:
    blobs = FolderBlobs(tmp_path)
    await blobs.put("kept/one", b"before")

    def fail(_handle: int) -> None:
        raise OSError(trouble, os.strerror(trouble), str(tmp_path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(BlobsUnavailable, match=os.strerror(trouble)) as refused:
            await blobs.put("kept/one", b"after")
    assert str(tmp_path) not in str(refused.value)
    assert await blobs.get("kept/one") == b"before"
    assert files_in(tmp_path / ".aside") == []


async def test_a_folder_that_is_gone_is_no_missing_blob(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "files")
    (tmp_path / "files" / ".aside").rmdir()
    with pytest.raises(BlobsUnavailable):
        await blobs.put("kept/one", b"")


async def test_the_event_loop_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, free, begun = FolderBlobs(tmp_path), threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait(_handle: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        free.wait()

    monkeypatch.setattr(os, "fsync", wait)
    putting = asyncio.create_task(blobs.put("kept/one", b"bytes"))
    await begun.wait()
    assert not putting.done()
    free.set()
    await putting


# -- an S3 store ---------------------------------------------------------------------------------

SHORT = 0.3
"""Seconds that a store has where it is to give up."""
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def s3(endpoint: str, seconds: float = SHORT) -> S3Blobs:
    """Return blobs in the store at *endpoint*."""
    return S3Blobs("bucket", KEYS, endpoint=endpoint, region="us-east-1", seconds=seconds)


@asynccontextmanager
async def answering(answer: Answer, seconds: float = SHORT) -> AsyncIterator[S3Blobs]:
    """Run a server that gives this answer to everything, and return blobs there."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield s3(str(server.make_url("")).rstrip("/"), seconds)


async def troubles(blobs: Blobs) -> set[str]:
    """Return in which words everything fails."""
    return {
        await trouble(call)
        for call in (
            blobs.put(NAME, b""),
            blobs.get(NAME),
            blobs.get(NAME, 3, 4),
            blobs.remove(NAME),
            blobs.names("kept"),
        )
    }


async def trouble(call: Awaitable[object]) -> str:
    """Return in which words *call* fails; nothing else may be read from it."""
    with pytest.raises(BlobsUnavailable) as refused:
        await call
    assert refused.value.__suppress_context__
    return str(refused.value)


async def test_a_store_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        found = await troubles(s3(f"http://127.0.0.1:{nobody.getsockname()[1]}"))
    assert found == {"The S3 store does not answer as it should."}


async def test_a_store_that_does_not_answer_is_given_up_in_time() -> None:
    given_up = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await given_up.wait()
        return web.Response()

    async with answering(hang) as blobs:
        assert await troubles(blobs) == {"The S3 store does not answer as it should."}
        given_up.set()


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "SignatureDoesNotMatch", "refuses our keys"),
        (401, "Unauthorized", "refuses our keys"),
        (404, "NoSuchBucket", "has no bucket of that name"),
        (404, "Nothing of S3", "has no bucket of that name"),
        (500, "InternalError", "does not answer as it should"),
        (503, "SlowDown", "does not answer as it should"),
        (400, "InvalidRequest", "does not answer as it should"),
    ],
)
async def test_what_a_store_says_against_us_is_unavailable_never_missing(
    status: int, code: str, said: str
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        text = f"<Error><Code>{code}</Code><Key>{request.path}</Key></Error>"
        return web.Response(status=status, text=text, content_type="application/xml")

    async with answering(refuse) as blobs:
        found = await troubles(blobs)
    assert any(said in each for each in found), found
    assert not any("kept" in each or "secret" in each for each in found)


async def test_a_store_that_stumbles_once_is_asked_again() -> None:
    asked: list[str] = []

    async def stumble(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(status=503 if len(asked) == 1 else 200, headers={"ETag": '"1"'})

    async with answering(stumble, seconds=20) as blobs:
        await blobs.put(NAME, b"bytes")
    assert asked == ["PUT", "PUT"]


async def test_what_goes_to_a_store_is_signed_and_keeps_our_secret() -> None:
    seen: list[str] = []

    async def look(request: web.Request) -> web.Response:
        seen.extend((request.path, *request.headers.values()))
        return web.Response(headers={"ETag": '"1"'})

    async with answering(look, seconds=20) as blobs:
        await blobs.put(NAME, b"bytes")
    assert f"/bucket/{NAME}" in seen
    assert any(KEYS.access_key_id in each and "AWS4-HMAC-SHA256" in each for each in seen)
    assert not any(KEYS.secret_access_key in each for each in seen)


# -- which one -----------------------------------------------------------------------------------


def keys_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    """Write *text* into a file."""
    file = folder / "keys"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_keys_are_two_lines_of_a_private_file(tmp_path: Path) -> None:
    assert keys_in(keys_file(tmp_path, "the-id\nthe-secret\n")) == KEYS
    with pytest.raises(ValueError, match="two lines") as refused:
        keys_in(keys_file(tmp_path, "the-secret"))
    assert "the-secret" not in str(refused.value)
    with pytest.raises(TooOpen):
        keys_in(keys_file(tmp_path, "the-id\nthe-secret\n", 0o640))


async def test_the_settings_say_which_one(tmp_path: Path, s3_server: str) -> None:
    folder = blobs_of(FilesSettings(), tmp_path)
    await folder.put("kept/one", b"here")
    assert files_in(tmp_path / "files" / "kept") == ["one.blob"]
    place = S3Place(s3_server)
    keys = keys_file(tmp_path, "the-id\nthe-secret\n")
    files = FilesSettings(
        store="s3", s3_endpoint=s3_server, s3_bucket=place.bucket, s3_keys_file=str(keys)
    )
    await blobs_of(files, tmp_path).put("kept/one", b"there")
    assert await place.open().get("kept/one") == b"there"


async def test_memory_fails_as_it_is_told() -> None:
    failures = iter([True, False, True])
    blobs = MemoryBlobs(fails=lambda: next(failures))
    with pytest.raises(BlobsUnavailable):
        await blobs.put("kept/one", b"lost")
    await blobs.put("kept/one", b"kept")
    with pytest.raises(BlobsUnavailable):
        await blobs.get("kept/one")
    assert blobs.kept == {"kept/one": b"kept"}
