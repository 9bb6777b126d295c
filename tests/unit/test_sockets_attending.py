"""A call that a socket attends: the newest view, and each signal once and in order (M05, W06).

The call session is made up and the bus loses what it likes; the socket's side is the real one.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.address import Address
from actors.call_session.messages import (
    AttendLeg,
    CallView,
    GetCall,
    GetSignals,
    Leg,
    LegAttended,
    LegState,
    LoseLeg,
    PersonView,
    Signalled,
    Signals,
    address_of,
)
from actors.caller import Caller, Role
from actors.ids import CallId, LegId, UserId
from actors.refusal import NotFound
from actors.runtime.client import Client
from actors.runtime.codec import encode
from actors.runtime.envelope import Told, Watched
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.call_examples import EXAMPLES
from http_edge.emergency import Emergency
from http_edge.sockets import call_frames, legs, watches
from http_edge.sockets.attending import MOST, Attending
from http_edge.sockets.call_frames import Attend, CallNow
from http_edge.sockets.frames import Outgoing, Refused
from http_edge.sockets.legs import Legs
from http_edge.sockets.reader import Reader
from tests.simulation.loop import VirtualLoop
from tests.simulation.worldclock import WorldClock

(SHOWN,) = (each for each in EXAMPLES if isinstance(each, CallNow))
VIEW: CallView = SHOWN.view
CALL, ME = VIEW.id, VIEW.me
(MINE,) = (leg.id for person in VIEW.people for leg in person.legs)
THEIRS = LegId("theirs")
PAT = Caller(ME, Role.PATIENT)


class Exchange:
    """A call session as a client asks it: a view, and what is held for one leg."""

    def __init__(self) -> None:
        self.view = VIEW
        self.seq = 1
        self.run = "one"
        self.held: list[Signalled] = []
        self.number = 0
        self.asked: list[object] = []
        self.lost: list[LegId] = []
        self.goodbyes: list[bool] = []
        self.down = False
        self.gone = False
        self.page = 16
        self.attending: list[Attending] = []

    def begin_anew(self, run: str) -> None:
        """Forget what was held: the memory of signals is another one."""
        self.run, self.number, self.held = run, 0, []

    def change(self, **changes: Any) -> None:  # noqa: ANN401  fields of the view
        """Let something happen, and tell it."""
        self.seq += 1
        self.view = replace(self.view, **changes)
        self.tell(Told(address_of(CALL), self.seq, 1, msgspec.Raw(encode([]))))

    def signal(self, body: str, *, lose: bool = False, to: LegId = MINE) -> None:
        """Let the other leg tell something, and tell it in passing unless that is lost."""
        self.number += 1
        signal = Signalled(to, self.number, self.run, THEIRS, "candidate", body)
        self.held.append(signal)
        if not lose:
            events = msgspec.Raw(encode([signal]))
            self.tell(Told(address_of(CALL), self.seq, 0, events, passing=True))

    def tell(self, told: Told) -> None:
        """Tell the sockets."""
        for each in self.attending:
            each.told(told)

    # -- what a client asks ---------------------------------------------------------------------

    async def ask_numbered(
        self, _to: Address, query: object, _expect: object, _caller: Caller, **_more: object
    ) -> tuple[CallView, int]:
        """Ask for the view."""
        assert isinstance(query, GetCall)
        await self._on_the_way(query)
        return self.view, self.seq

    async def ask(
        self, _to: Address, query: object, _expect: object, _caller: Caller, **_more: object
    ) -> Signals:
        """Ask for signals."""
        assert isinstance(query, GetSignals)
        await self._on_the_way(query)
        after = [each for each in self.held if each.number > query.number]
        return Signals(self.run, tuple(after[: self.page]))

    async def watch(
        self, _to: Address, _subject: str, after: int, _caller: Caller, **_more: object
    ) -> Watched:
        """Watch."""
        await self._on_the_way("watch")
        return Watched(self.seq, (), resync=after > self.seq)

    async def tell_(self, _to: Address, command: object, _caller: Caller, **_more: object) -> None:
        """Give a command."""
        if isinstance(command, AttendLeg):
            events = msgspec.Raw(encode([LegAttended(command.leg, command.line)]))
            self.tell(Told(address_of(CALL), self.seq, 0, events, passing=True))
            return
        assert isinstance(command, LoseLeg)
        self.lost.append(command.leg)
        self.goodbyes.append(command.gone)

    async def _on_the_way(self, query: object) -> None:
        self.asked.append(query)
        await asyncio.sleep(0.002)
        if self.gone:
            raise NotFound
        if self.down:
            raise DeliveryFailed(Fault.TIMED_OUT)


class Asking:
    """The exchange as a `Client`."""

    def __init__(self, exchange: Exchange) -> None:
        self.ask, self.ask_numbered = exchange.ask, exchange.ask_numbered
        self.watch, self.tell = exchange.watch, exchange.tell_


class Page:
    """A page that attends the call."""

    def __init__(
        self, exchange: Exchange, registry: Legs, clock: WorldClock, line: str = "edge.here"
    ) -> None:
        self.heard: list[Outgoing] = []
        self._tasks: set[asyncio.Task[None]] = set()
        reader = Reader(
            PAT,
            cast("Client", Asking(exchange)),
            clock,
            line,
            Emergency(clock),
            self.heard.append,
            self._room,
            self._spawn,
        )
        self.attending = Attending(reader, registry)
        exchange.attending.append(self.attending)

    async def _room(self) -> None:
        await asyncio.sleep(0)

    def _spawn(self, part: Coroutine[Any, Any, None]) -> Any:  # noqa: ANN401
        task = asyncio.create_task(part)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task.cancel

    def attend(self, run: str = "", number: int = 0, leg: LegId = MINE) -> None:
        """Attend."""
        self.attending.attend(Attend(CALL, leg, run, number))

    async def cut(self, *, gone: bool = False) -> None:
        """Lose the line; *gone*: after a goodbye."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.attending.leave(gone=gone)

    @property
    def views(self) -> list[CallNow]:
        """What it was shown."""
        return [each for each in self.heard if isinstance(each, CallNow)]

    @property
    def signals(self) -> list[tuple[str, int, str]]:
        """What its leg was told."""
        told = [each for each in self.heard if isinstance(each, call_frames.Signalled)]
        return [(each.run, each.number, each.body) for each in told]

    @property
    def refused(self) -> list[str]:
        """Why it was refused something."""
        return [each.code for each in self.heard if isinstance(each, Refused)]


class World:
    """One exchange, one registry of legs, one clock."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.exchange = Exchange()
        self.registry = Legs()
        self.clock = WorldClock(loop)

    def page(self, *, elsewhere: bool = False) -> Page:
        """Open a page; *elsewhere*: at another edge."""
        registry = Legs() if elsewhere else self.registry
        line = "edge.there" if elsewhere else "edge.here"
        return Page(self.exchange, registry, self.clock, line)


def run(test: Any) -> None:  # noqa: ANN401  a coroutine function of a world
    """Run *test* in virtual time."""
    loop = VirtualLoop()
    try:
        loop.run_until_complete(test(World(loop)))
        assert loop.faults == []
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def test_a_page_sees_the_call_at_once_and_on_each_change() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        assert [each.seq for each in page.views] == [1]
        world.exchange.change(word="Soon")
        await asyncio.sleep(0.1)
        assert page.views[-1].view.word == "Soon"
        assert page.views[-1].seq == 2

    run(attends)


def test_a_page_hears_at_once_at_the_node_that_took_the_call_over() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        nobody, world.exchange.attending = world.exchange.attending, []
        world.exchange.change(word="Soon")  # whoever has it now knows nobody to tell
        page.attending.moved(lambda actor: actor != address_of(CALL))
        await asyncio.sleep(0.1)
        assert page.views[-1].view.word != "Soon"
        page.attending.moved(lambda actor: actor == address_of(CALL))
        await asyncio.sleep(0.1)
        assert page.views[-1].view.word == "Soon"
        world.exchange.attending = nobody

    run(attends)


def test_many_changes_at_once_are_read_twice_at_most() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        before = len(page.views)
        for number in range(50):
            world.exchange.change(word=f"Word {number}")
        await asyncio.sleep(0.001)
        for number in range(50, 100):
            world.exchange.change(word=f"Word {number}")
        await asyncio.sleep(0.1)
        assert page.views[-1].view.word == "Word 99"
        assert len(page.views) - before <= 2

    run(attends)


def test_sixty_candidates_of_which_the_bus_brings_nine_come_at_once() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        for number in range(60):
            world.exchange.signal(str(number), lose=number > 8)
        await asyncio.sleep(0.3)
        assert page.signals == [("one", n + 1, str(n)) for n in range(60)]

    run(attends)


def test_what_was_told_before_the_line_was_cut_is_not_told_again() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        world.exchange.signal("first")
        await asyncio.sleep(0.1)
        await page.cut()
        world.exchange.signal("second")
        again = world.page()
        again.attend(*page.signals[-1][:2])
        await asyncio.sleep(3)
        assert [body for *_, body in page.signals + again.signals] == ["first", "second"]
        assert world.exchange.lost == []

    run(attends)


def test_signals_that_are_counted_anew_are_read_from_the_first_on() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend("an older run", 40)
        world.exchange.signal("one")
        await asyncio.sleep(0.1)
        world.exchange.begin_anew("two")
        world.exchange.signal("two")
        await asyncio.sleep(0.2)
        assert page.signals == [("one", 1, "one"), ("two", 1, "two")]

    run(attends)


def test_nobody_is_told_what_the_leg_of_another_is_told() -> None:
    async def attends(world: World) -> None:
        others = Leg(THEIRS, UserId("mia"), LegState.IN_CALL, VIEW.hosting.start)  # type: ignore[union-attr]
        doctor = PersonView(replace(VIEW.people[1].person, user=UserId("mia")), (others,))
        world.exchange.view = replace(VIEW, people=(VIEW.people[0], doctor))
        page = world.page()
        page.attend(leg=THEIRS)
        await asyncio.sleep(0.1)
        world.exchange.signal("secret", to=THEIRS)
        await asyncio.sleep(30)
        assert page.signals == []
        assert not any(isinstance(each, GetSignals) for each in world.exchange.asked)
        await page.cut()
        await asyncio.sleep(30)
        assert world.exchange.lost == []

    run(attends)


def test_a_leg_that_enters_later_gets_what_it_was_told_meanwhile() -> None:
    async def attends(world: World) -> None:
        people = world.exchange.view.people
        world.exchange.view = replace(VIEW, people=(replace(people[0], legs=()), people[1]))
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        world.exchange.signal("early")
        await asyncio.sleep(1)
        assert page.signals == []
        world.exchange.change(people=people)
        await asyncio.sleep(0.1)
        assert [body for *_, body in page.signals] == ["early"]

    run(attends)


def test_a_page_that_has_said_goodbye_is_told_of_as_gone() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        await page.cut(gone=True)
        await asyncio.sleep(legs.LOSE_AFTER + 0.1)
        assert world.exchange.goodbyes == [True]

    run(attends)


def test_a_line_that_stays_away_loses_its_leg() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        await page.cut()
        assert world.exchange.lost == []
        await asyncio.sleep(legs.LOSE_AFTER + 0.1)
        assert world.exchange.lost == [MINE]
        assert len(world.registry) == 0

    run(attends)


def test_who_says_that_they_attend_no_more_loses_nothing() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        page.attending.drop(CALL)
        await page.cut()
        await asyncio.sleep(60)
        assert world.exchange.lost == []
        assert len(world.registry) == 0

    run(attends)


def test_of_two_lines_of_one_leg_at_two_edges_the_newest_goes_on() -> None:
    async def attends(world: World) -> None:
        older, newer = world.page(elsewhere=True), world.page()
        older.attend()
        await asyncio.sleep(0.1)
        newer.attend()
        await asyncio.sleep(0.1)
        world.exchange.signal("hello")
        await asyncio.sleep(0.2)
        assert (older.refused, newer.refused) == (["attended_elsewhere"], [])
        assert (older.signals, newer.signals) == ([], [("one", 1, "hello")])
        await older.cut()
        await asyncio.sleep(60)
        assert world.exchange.lost == []

    run(attends)


def test_of_two_pages_with_one_leg_the_newest_goes_on() -> None:
    async def attends(world: World) -> None:
        older, newer = world.page(), world.page()
        older.attend()
        await asyncio.sleep(0.1)
        newer.attend()
        await asyncio.sleep(0.1)
        world.exchange.signal("hello")
        await asyncio.sleep(0.2)
        assert older.refused == ["attended_elsewhere"]
        assert (older.signals, newer.signals) == ([], [("one", 1, "hello")])
        await older.cut()
        await asyncio.sleep(60)
        assert world.exchange.lost == []

    run(attends)


def test_who_may_see_the_call_no_more_is_told_so_once() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        page.attend()
        await asyncio.sleep(0.1)
        world.exchange.gone = True
        world.exchange.change(word="x")
        await asyncio.sleep(30)
        assert page.refused == ["not_found"]
        assert len(page.attending) == 0
        assert len(world.registry) == 0

    run(attends)


def test_a_page_attends_a_few_calls() -> None:
    async def attends(world: World) -> None:
        page = world.page()
        for number in range(MOST + 1):
            page.attending.attend(Attend(f"call-{number}", MINE))
        assert len(page.attending) == MOST
        assert page.refused == ["too_many_calls"]
        page.attending.drop(CallId("call-0"))
        page.attending.attend(Attend("call-9", MINE))
        assert page.refused == ["too_many_calls"]

    run(attends)


ACTS = st.sampled_from(["signal", "lost", "burst", "change", "down", "up", "anew", "cut", "wait"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ACTS, st.sampled_from([0, 0.001, 0.003, 0.05, 2.5])), max_size=30))
def test_whatever_is_lost_each_signal_comes_once_and_in_order(
    acts: list[tuple[str, float]],
) -> None:
    async def attends(world: World) -> None:
        exchange, pages, counter = world.exchange, [world.page()], 0
        pages[0].attend()
        sent: dict[str, list[str]] = {exchange.run: []}
        for act, pause in acts:
            match act:
                case "signal" | "lost" | "burst":
                    for turn in range(20 if act == "burst" else 1):
                        counter += 1
                        sent[exchange.run].append(str(counter))
                        exchange.signal(str(counter), lose=act == "lost" or turn > 8)
                case "change":
                    exchange.change(word=str(counter))
                case "down" | "up":
                    exchange.down = act == "down"
                case "anew":
                    exchange.begin_anew(f"run {len(sent)}")
                    sent[exchange.run] = []
                case "cut":
                    await pages[-1].cut()
                    had = [each for page in pages for each in page.signals]
                    pages.append(world.page())
                    pages[-1].attend(*(had[-1][:2] if had else ()))
                case _:
                    pass
            await asyncio.sleep(pause)
        exchange.down = False
        await asyncio.sleep(watches.RENEW_SECONDS + 1)
        had = [each for page in pages for each in page.signals]
        assert [body for name, _, body in had if name == exchange.run] == sent[exchange.run]
        assert len(set(had)) == len(had)
        for name, words in sent.items():
            told = [body for other, _, body in had if other == name]
            assert told == words[: len(told)]
        assert pages[-1].views[-1].seq == exchange.seq
        assert pages[-1].refused == []

    run(attends)
