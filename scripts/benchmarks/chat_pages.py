"""Pages with a thread and a bell: whenever the letter box changes, the bell is read anew."""

from actors.ids import UserId
from actors.notify.messages import address_of
from scripts.benchmarks.chat_lines import Crowd, Side, written
from scripts.benchmarks.chat_talk import RATE, STEADY, cost, steady, through
from scripts.benchmarks.chat_threads import End, Thread, both_sides, gathered, open_sides
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.processes import Up


class Bell:
    """Keeps the bell of one page fresh, as our script does: one read at a time."""

    def __init__(self, url: str, token: str, crowd: Crowd) -> None:
        self.reads = 0
        self._url = f"{url}/bell"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._crowd = crowd
        self._stale = self._reading = False

    async def hang(self, side: Side, user: str) -> None:
        """Hear of the letter box of *user* by the socket of *side*."""
        side.changed = self._changed
        await side.say(written(type="watch", address=str(address_of(UserId(user))), after=0))

    def _changed(self) -> None:
        self._stale = True
        if not self._reading:
            self._reading = True
            self._crowd.spawn(self._read())

    async def _read(self) -> None:
        while self._stale:
            self._stale = False
            self.reads += 1
            async with self._crowd.session.get(self._url, headers=self._headers) as reply:
                reply.raise_for_status()
                await reply.read()
        self._reading = False


async def measure(figures: Figures, up: Up, threads: list[Thread], seconds: float) -> None:
    """Let the two of each of *threads* write to one another at a steady rate, on whole pages.

    Nobody is in two of them: a letter box makes every page of its owner read the bell.
    """
    ends = both_sides(threads, 2 * len(threads))
    name = f"page_{len(threads)}_steady"
    async with Crowd() as crowd:
        sides = await open_sides(up.url, crowd, ends)
        bells = await gathered(
            _with_bell(up.url, crowd, end, side) for end, side in zip(ends, sides, strict=True)
        )
        way = through("page", up, crowd, sides)
        await steady(way.one, len(threads), 1.0)
        before = sum(bell.reads for bell in bells)
        found = await cost(way, steady, len(threads), seconds)
        reads = sum(bell.reads for bell in bells) - before
    for part, (value, unit) in found.items():
        figures.note(name + part, value, unit)
    figures.note(f"{name}_bells", reads / (RATE * STEADY * seconds), "bells read per message")
    chat = figures[f"chat_{len(threads)}_steady_cpu"]
    figures.note(f"{name}_cpu_to_chat", figures[f"{name}_cpu"] / (chat or float("nan")), "times")


async def _with_bell(url: str, crowd: Crowd, end: End, side: Side) -> Bell:
    _, who = end
    bell = Bell(url, who.person.token, crowd)
    await bell.hang(side, who.user)
    return bell
