"""Media workers as real processes: what they carry, how they die, what they can't touch."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from anyio.lowlevel import checkpoint

from actors.call_session.desk import Desk, NoRelay
from actors.call_session.messages import LoseWorker, NoteConnected, Worker
from actors.ids import CallId, LegId, RecordingId
from actors.media import Source
from actors.relay import probing
from actors.relay.child import Child, WorkerNotStarted
from actors.relay.messages import Connect, Prefer, RecordOrder
from actors.relay.starting import Serving, Start
from actors.runtime.clock import SystemClock
from actors.runtime.nats_config import new_seed
from actors.runtime.nats_server import NatsServer
from tests.nats import NatsBus
from tests.relay_browser import RelayBrowser
from tests.relay_offers import sends
from tests.waiting import until

CALL, LEG = CallId("visit-1"), LegId("ann")
MICROPHONE = sends("0", "ann", Source.MICROPHONE, ssrc=1000)
MEGABYTE = 1024 * 1024


@dataclass
class Media:
    """A worker's process, the desk that knows it, and what call sessions were told."""

    start: Start
    child: Child
    desk: Desk
    told: list[tuple[CallId, LoseWorker | NoteConnected]] = field(default_factory=list)
    serving: Serving | None = None

    @property
    def worker(self) -> Worker:
        """The worker that lives."""
        (worker,) = self.desk.workers
        return worker

    @property
    def proc(self) -> Path:
        """What the system knows of its process."""
        return Path(f"/proc/{self.child.pid}")

    def lost(self) -> list[CallId]:
        """Return the calls that were told of a lost worker, in order."""
        return sorted(call for call, what in self.told if isinstance(what, LoseWorker))

    async def arrange(self, call: CallId = CALL, epoch: int = 1) -> Worker:
        """Have the worker carry a call of one."""
        found = await self.desk.arrange(call, epoch, (LEG,))
        assert found is not None
        return found[0]

    async def answer(self, sdp: str, call: CallId = CALL, epoch: int = 1) -> str:
        """Return the worker's answer to an offer of a voice."""
        order = Connect(call, epoch, LEG, 1, sdp, (MICROPHONE.section,), ())
        return (await self.desk.connect(self.worker, order)).sdp


def start_of(
    bus: str | tuple[str, ...],
    seed: str,
    directory: Path,
    *,
    port: int = 0,
    name: str = "media-0",
) -> Start:
    recordings = directory / name
    recordings.mkdir(mode=0o700, exist_ok=True)
    return Start(
        name=name,
        bus=bus,
        seed=seed,
        inbox_prefix="_INBOX_media",
        host="127.0.0.1",
        port=port,
        public_address="",
        recordings=str(recordings),
        memory_mb=512,
    )


@asynccontextmanager
async def open_media(bus: NatsBus, directory: Path) -> AsyncIterator[Media]:
    """Yield a worker that the desk has heard of."""
    access = await bus.server.access("media")
    start = start_of(access.url, access.seed, directory)
    told: list[tuple[CallId, LoseWorker | NoteConnected]] = []

    async def tell(call: CallId, what: LoseWorker | NoteConnected) -> None:
        told.append((call, what))

    desk = Desk(await bus.connect("node"), SystemClock(), tell, expects=True)
    media = Media(start, Child(start), desk, told)
    await desk.open()
    try:
        media.serving = await media.child.start()
        await until(lambda: bool(desk.workers))
        yield media
    finally:
        await media.child.stop()
        await desk.close()


@pytest.fixture
async def mortal(own_nats_bus: NatsBus, tmp_path: Path) -> AsyncIterator[Media]:
    """Yield a worker for this test alone, to do with it what it likes."""
    async with open_media(own_nats_bus, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
async def media(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Media]:
    """Yield a worker that carries the calls of all tests; each has its own call there."""
    directory = tmp_path_factory.mktemp("media")
    async with NatsServer(directory / "nats") as server, AsyncExitStack() as stack:
        yield await stack.enter_async_context(open_media(NatsBus(server, stack), directory))


# --- what it carries -----------------------------------------------------------------------------


async def test_a_browser_finds_it_by_udp_and_tcp(media: Media) -> None:
    call = CallId("visit-udp-tcp")
    await media.arrange(call)
    found = probing.read_answer(await media.answer(probing.offer(), call))
    assert media.serving is not None
    assert found.ways == tuple(
        probing.Way(protocol, "127.0.0.1", media.serving.port) for protocol in ("udp", "tcp")
    )
    for way in found.ways:
        assert await probing.check(way, found) is not None


async def test_who_does_not_know_the_password_finds_nobody(media: Media) -> None:
    call = CallId("visit-password")
    await media.arrange(call)
    found = probing.read_answer(await media.answer(probing.offer(), call))
    wrong = probing.Found(found.ways, found.ufrag, "wrong" * 8)
    for way in found.ways:
        assert await probing.check(way, wrong, patience=0.2) is None


async def test_the_session_is_told_when_a_browser_is_connected_and_gone(media: Media) -> None:
    call = CallId("visit-told")
    await media.arrange(call)
    browser = RelayBrowser()
    await browser.connect(await media.answer(browser.offer((MICROPHONE,)), call))
    await until(lambda: (call, NoteConnected(1, LEG, connected=True)) in media.told)
    browser.say_goodbye()
    await until(lambda: (call, NoteConnected(1, LEG, connected=False)) in media.told)
    browser.close()
    assert len([what for told, what in media.told if told == call]) == 2


async def test_orders_of_an_older_epoch_and_for_strangers_are_refused(media: Media) -> None:
    call = CallId("visit-epochs")
    worker = await media.arrange(call, epoch=5)
    with pytest.raises(NoRelay, match="stale"):
        await media.arrange(call, epoch=4)
    with pytest.raises(NoRelay, match="stale"):
        await media.answer(probing.offer(), call, epoch=4)
    unknown = Prefer(CallId("visit-nowhere"), 1, LEG, MICROPHONE.section, 0)
    with pytest.raises(NoRelay, match="no_such_call"):
        await media.desk.prefer(worker, unknown)
    with pytest.raises(NoRelay, match="bad_offer"):
        await media.answer("not an offer", call, epoch=5)


async def test_a_recording_lies_in_its_own_directory_alone(media: Media) -> None:
    call = CallId("visit-recorded")
    order = RecordOrder(RecordingId("rec-1"), bytes(32), sealed=False)
    found = await media.desk.arrange(call, 1, (LEG,), record=order)
    assert found is not None
    assert found[1].recording
    assert not (await media.desk.list_tapes(media.worker, order.recording)).tapes
    await media.desk.end(call, 2)
    assert not (await media.desk.list_tapes(media.worker, order.recording)).running
    await media.desk.drop_recording(media.worker, order.recording)
    with pytest.raises(NoRelay, match="no_such_recording"):
        await media.desk.read_part(media.worker, order.recording, 0, 0)


# --- how it dies ---------------------------------------------------------------------------------


async def test_m10_a_killed_worker_is_noticed_told_once_per_call_and_started_again(
    mortal: Media,
) -> None:
    """M10."""
    calls = [CallId("visit-1"), CallId("visit-2"), CallId("visit-3")]
    before = mortal.worker
    for call in calls:
        assert await mortal.arrange(call) == before
    keeping = asyncio.create_task(mortal.child.keep())
    os.kill(mortal.child.pid, signal.SIGKILL)
    await until(lambda: len(mortal.lost()) == len(calls))
    await until(lambda: bool(mortal.desk.workers), 20)
    after = mortal.worker
    assert after.name == before.name
    assert after.boot != before.boot
    assert await mortal.arrange() == after
    assert mortal.lost() == calls
    assert all(what == LoseWorker(before) for _, what in mortal.told)
    keeping.cancel()
    await asyncio.wait({keeping})


async def test_a_frozen_worker_is_as_good_as_dead_until_it_beats_again(mortal: Media) -> None:
    worker = await mortal.arrange()
    os.kill(mortal.child.pid, signal.SIGSTOP)
    await until(lambda: mortal.lost() == [CALL])
    assert mortal.desk.workers == ()
    os.kill(mortal.child.pid, signal.SIGCONT)
    await until(lambda: mortal.desk.workers == (worker,))


async def done(asking: Awaitable[None]) -> bool:
    """Return whether a worker did what it was asked."""
    with suppress(NoRelay):
        await asking
        return True
    return False


async def test_calls_outlive_the_bus(own_nats_bus: NatsBus, tmp_path: Path) -> None:
    async with open_media(own_nats_bus, tmp_path) as media:
        worker = await media.arrange()
        await own_nats_bus.down()
        await own_nats_bus.up()

        order = Prefer(CALL, 1, LEG, MICROPHONE.section, 0)
        async with asyncio.timeout(20):
            while not await done(media.desk.prefer(worker, order)):
                await checkpoint()
        assert media.lost() == []


async def test_a_signal_ends_it_in_order(mortal: Media) -> None:
    mortal.child._running.send_signal(signal.SIGTERM)
    assert await mortal.child.wait() == 0


async def test_it_dies_with_who_has_started_it(own_nats_bus: NatsBus, tmp_path: Path) -> None:
    access = await own_nats_bus.server.access("media")
    start = start_of(access.url, access.seed, tmp_path)
    script = (
        "import asyncio, msgspec, sys\n"
        "from actors.relay.child import Child\n"
        "from actors.relay.starting import Start\n"
        "async def main():\n"
        "    child = Child(msgspec.json.decode(sys.stdin.buffer.readline(), type=Start))\n"
        "    await child.start()\n"
        "    print(child.pid, flush=True)\n"
        "    await child.wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(msgspec.json.encode(start) + b"\n")
    pid = int(await parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    await parent.communicate()
    await until(lambda: not is_alive(pid))


# --- what keeps it from starting -----------------------------------------------------------------


async def test_a_port_that_is_taken_is_said_with_what_to_do(media: Media, tmp_path: Path) -> None:
    assert media.serving is not None
    port = media.serving.port
    start = start_of(media.start.bus, media.start.seed, tmp_path, port=port, name="media-1")
    with pytest.raises(WorkerNotStarted) as refused:
        await Child(start).start()
    assert str(refused.value) == (
        f"The media worker media-1 can't listen on 127.0.0.1, UDP and TCP port {port}: another "
        "program does. Set another `port` in [media], or end that program."
    )


async def test_a_wrong_key_is_refused_by_the_bus(media: Media, tmp_path: Path) -> None:
    start = start_of(media.start.bus, new_seed(), tmp_path, name="media-1")
    with pytest.raises(WorkerNotStarted, match="media-1 does not start"):
        await Child(start).start()


# --- what it can't touch -------------------------------------------------------------------------


def texts(media: Media, *names: str) -> str:
    """Return files of the process' own directory, as text."""
    return "".join((media.proc / name).read_bytes().decode(errors="replace") for name in names)


async def test_m10_no_secret_is_in_its_environment_arguments_or_open_files(media: Media) -> None:
    """M10."""
    said = texts(media, "environ", "cmdline")
    assert media.start.seed not in said
    assert media.start.recordings not in said
    assert "CAREWIRE" not in said
    opened = {str(each.readlink()) for each in (media.proc / "fd").iterdir()}
    assert not [each for each in opened if each.startswith(media.start.recordings)]
    assert not [each for each in opened if each.endswith((".db", ".seed", ".key"))]


async def test_m10_it_is_held_to_little_of_the_machine(media: Media) -> None:
    """M10."""
    limits = {line[:25].strip(): line[26:].split() for line in texts(media, "limits").splitlines()}
    assert limits["Max core file size"][:2] == ["0", "0"]
    assert limits["Max data size"][1] == str(512 * MEGABYTE)
    assert limits["Max address space"][1] == str((512 + 1024) * MEGABYTE)
    assert int(limits["Max open files"][1]) <= 4096
    status = dict(line.split(":\t", 1) for line in texts(media, "status").splitlines())
    assert status["Umask"] == "0077"


def test_m10_it_reads_no_data_and_writes_to_one_directory(tmp_path: Path) -> None:
    """M10."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    (other / "journal.db").write_text("of patients")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from actors.relay.confining import fence\n"
        "mine, other = map(Path, sys.argv[1:])\n"
        "def tries(work):\n"
        "    try:\n"
        "        work()\n"
        "    except PermissionError:\n"
        "        return 'no'\n"
        "    return 'yes'\n"
        "print('fenced' if fence(mine) else 'open')\n"
        "print(tries((other / 'journal.db').read_text))\n"
        "print(tries(lambda: (other / 'new').write_text('x')))\n"
        "print(tries(lambda: (mine / 'new').write_text('x')))\n"
        "print(tries(lambda: __import__('mailbox')))\n"
    )
    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", script, mine, other],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    fenced, reads, writes, keeps, imports = ran.stdout.split()
    held = "no" if fenced == "fenced" else "yes"
    assert (reads, writes) == (held, held)
    assert (keeps, imports) == ("yes", "yes")
    assert fenced == ("fenced" if landlock_version() > 0 else "open")


def landlock_version() -> int:
    """Return which version of Landlock this system has; -1: none."""
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1))


def is_alive(pid: int) -> bool:
    """Whether process *pid* runs; one that only waits to be buried does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
