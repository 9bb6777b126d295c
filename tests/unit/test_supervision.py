"""The tree of services: start in order, stop in reverse, mend what fails, give up in time."""

from collections.abc import Awaitable, Callable

import anyio
import pytest

from actors.runtime import supervision
from actors.runtime.supervision import Child, GaveUp, Ready, Restart, StartFailed, Tree


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "PAUSE", 0)


class Stage:
    """Children that note what happens to them and fail on demand."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._breaks: dict[str, anyio.Event] = {}

    def child(self, name: str, restart: Restart = Restart.WITH_LATER) -> Child:
        """Return a child that runs until it is broken or cancelled."""

        async def run(ready: Ready) -> None:
            self._breaks[name] = anyio.Event()
            self.notes.append(f"{name} up")
            ready()
            try:
                await self._breaks[name].wait()
            except anyio.get_cancelled_exc_class():
                self.notes.append(f"{name} down")
                raise
            raise RuntimeError(name)

        return Child(name, run, restart)

    def break_(self, name: str) -> None:
        """Make the child of that name fail."""
        self.notes.append(f"{name} breaks")
        self._breaks[name].set()

    async def saw(self, *notes: str) -> None:
        """Return once exactly these notes were taken, and forget them."""
        with anyio.fail_after(5):
            while self.notes != list(notes):
                await anyio.lowlevel.checkpoint()
        self.notes.clear()


async def running(tree: Tree, act: Callable[[], Awaitable[None]]) -> None:
    async with anyio.create_task_group() as tasks:
        up = anyio.Event()
        tasks.start_soon(tree.run, up.set)
        await up.wait()
        await act()
        tree.stop()


async def test_children_start_in_order_and_stop_in_reverse() -> None:
    stage = Stage()

    async def act() -> None:
        await stage.saw("store up", "bus up", "edge up")

    await running(Tree([stage.child(name) for name in ("store", "bus", "edge")]), act)
    await stage.saw("edge down", "bus down", "store down")


async def test_a_failure_restarts_the_child_and_all_later_ones() -> None:
    stage = Stage()

    async def act() -> None:
        await stage.saw("store up", "bus up", "edge up")
        stage.break_("bus")
        await stage.saw("bus breaks", "edge down", "bus up", "edge up")

    await running(Tree([stage.child(name) for name in ("store", "bus", "edge")]), act)


async def test_a_child_that_others_find_again_is_restarted_alone() -> None:
    stage = Stage()

    async def act() -> None:
        await stage.saw("bus up", "edge up")
        stage.break_("bus")
        await stage.saw("bus breaks", "bus up")
        stage.break_("edge")
        await stage.saw("edge breaks", "edge up")

    await running(Tree([stage.child("bus", Restart.ALONE), stage.child("edge")]), act)
    await stage.saw("edge down", "bus down")


async def test_a_tree_whose_services_fail_too_often_gives_up() -> None:
    stage = Stage()

    async def broken(ready: Ready) -> None:
        ready()
        raise RuntimeError("again")

    tree = Tree([stage.child("store"), Child("edge", broken)], failures=2)
    with pytest.raises(GaveUp, match="edge"):
        await tree.run()
    assert stage.notes == ["store up", "store down"]


async def test_a_service_that_can_not_be_started_again_counts_as_failing() -> None:
    tries: list[int] = []

    async def once(ready: Ready) -> None:
        tries.append(1)
        if len(tries) == 1:
            ready()
        raise RuntimeError("not again")

    with pytest.raises(GaveUp):
        await Tree([Child("edge", once)], failures=2).run()
    assert len(tries) == 3


async def test_a_child_that_does_not_start_stops_those_before_it() -> None:
    stage = Stage()

    async def broken(_ready: Ready) -> None:
        raise OSError("the port is taken")

    tree = Tree([stage.child("store"), Child("edge", broken), stage.child("never")])
    with pytest.raises(StartFailed, match="edge did not start: the port is taken"):
        await tree.run()
    assert stage.notes == ["store up", "store down"]


async def test_a_service_that_returns_has_failed() -> None:
    async def short(ready: Ready) -> None:
        ready()

    with pytest.raises(GaveUp):
        await Tree([Child("edge", short)], failures=0).run()


async def test_stopping_while_starting_starts_nothing_more() -> None:
    stage = Stage()

    async def stopper(ready: Ready) -> None:
        tree.stop()
        ready()
        await anyio.sleep_forever()

    tree = Tree([stage.child("store"), Child("stopper", stopper), stage.child("edge")])
    await tree.run()
    assert stage.notes == ["store up", "store down"]


async def test_stopping_does_not_wait_for_a_service_that_is_still_starting() -> None:
    stage = Stage()
    begun = anyio.Event()

    async def slow(_ready: Ready) -> None:
        begun.set()
        await anyio.sleep_forever()

    tree = Tree([stage.child("store"), Child("slow", slow), stage.child("edge")])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tree.run)
        await begun.wait()
        tree.stop()
    assert stage.notes == ["store up", "store down"]


async def test_a_cancelled_tree_still_stops_its_children() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        up = anyio.Event()
        tasks.start_soon(Tree([stage.child("store"), stage.child("edge")]).run, up.set)
        await up.wait()
        tasks.cancel_scope.cancel()
    assert {"store down", "edge down"} <= set(stage.notes)
