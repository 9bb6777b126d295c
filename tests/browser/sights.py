"""What there is to look at, and how one comes to it, by who opens it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Page

from tests.browser.cast import Cast
from tests.browser.house import QUESTIONS
from tests.edge import Person

NOWHERE = "/nowhere"
VISITOR = ("/", "/sign-up", "/sign-in", "/welcome", "/password", "/join", NOWHERE)
Step = Callable[[Page], Awaitable[None]]


async def stay(_page: Page) -> None:
    """Look at what the address shows."""


@dataclass(frozen=True)
class Sight:
    """One page: its name, its path, and what is done on it before one looks."""

    name: str
    path: str
    step: Step = stay

    async def open(self, page: Page, url: str) -> None:
        """Come to it."""
        answer = await page.goto(url + self.path)
        assert answer is None or answer.status == (404 if self.path == NOWHERE else 200), self.path
        await self.step(page)


async def to_times(page: Page) -> None:
    """Fill in the form of a request, and go on to the free times."""
    await page.get_by_label("What is the matter?").fill("My heart skips beats.")
    await page.get_by_label("Since when?").fill("Two weeks")
    await page.get_by_role("radio", name="No", exact=True).check()
    await page.get_by_role("button", name="Choose a time").click()


async def to_held(page: Page) -> None:
    """Pick the first time that is shown."""
    await to_times(page)
    await page.locator(".times button").first.click()


async def to_own_times(page: Page) -> None:
    """Name times of one's own after all."""
    await to_times(page)
    await page.get_by_role("button", name="None of these suits").click()


async def to_feed(page: Page) -> None:
    """Make a calendar feed."""
    await (
        page.get_by_role("button", name="calendar feed")
        .or_(page.get_by_role("button", name="new address"))
        .click()
    )


async def to_found(page: Page) -> None:
    """Find messages with a word in them."""
    await page.get_by_role("searchbox").fill("tablets")
    await page.get_by_role("button", name="Find").click()


async def to_room(page: Page) -> None:
    """Wait until the page of a call knows how the call is."""
    await page.locator("[data-self]:visible").first.wait_for()


async def to_check(page: Page) -> None:
    """Begin the check of the device."""
    await page.get_by_role("button", name="Check my device").click()
    await page.get_by_role("button", name="Yes").wait_for()


async def open_all(page: Page) -> None:
    """Open everything that opens."""
    await page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")


def sights(cast: Cast) -> dict[str, tuple[Person | None, tuple[Sight, ...]]]:
    """Return what there is to look at, by who opens it."""
    return {
        "visitor": (None, _visitor(cast)),
        "patient": (cast.patient, _patient(cast)),
        "doctor": (cast.ward.doctors[0], _doctor(cast)),
        "admin": (cast.ward.admin, _admin(cast)),
    }


def _named(paths: tuple[str, ...]) -> tuple[Sight, ...]:
    return tuple(Sight(path.strip("/").replace("/", "-") or "start", path) for path in paths)


def _visitor(cast: Cast) -> tuple[Sight, ...]:
    answered = Sight("answered", cast.link(cast.mine["waiting"]))
    return (*_named(VISITOR), Sight("answer", cast.link(cast.theirs["flagged"])), answered)


def _patient(cast: Cast) -> tuple[Sight, ...]:
    new = f"/requests/new?category={cast.category}"
    asking = (
        Sight("ask-1-about", "/requests/new"),
        Sight("ask-2-kind", new),
        Sight("ask-3-form", f"{new}&visit=first"),
        Sight("ask-4-form-times", f"{new}&visit=times"),
        Sight("ask-5-times", f"{new}&visit=times", to_times),
        Sight("ask-6-held", f"{new}&visit=direct", to_held),
        Sight("ask-7-own-times", f"{new}&visit=times", to_own_times),
    )
    mine = tuple(Sight(f"visit-{name}", f"/appointments/{it}") for name, it in cast.mine.items())
    move = Sight("move", f"/appointments/{cast.mine['confirmed']}/move")
    call = f"/calls/{cast.mine['waiting']}"
    calls = (
        Sight("call-early", f"/calls/{cast.mine['confirmed']}"),
        Sight("call-waiting", call, to_room),
        Sight("call-check", f"{call}/check", to_check),
    )
    return (
        *_named(("/home", "/notices", "/notices/settings", "/account")),
        *_threads(cast),
        *asking,
        *mine,
        move,
        *calls,
        Sight("feed", "/account", to_feed),
    )


def _threads(cast: Cast) -> tuple[Sight, ...]:
    number = cast.message.rpartition("/")[2]
    return (
        *_named(("/messages", "/messages/search")),
        Sight("messages-found", "/messages/search", to_found),
        Sight("thread", cast.thread),
        Sight("thread-around", f"{cast.thread}?around={number}#m{number}"),
        Sight("thread-answer", f"{cast.thread}?reply_to={number}"),
        Sight("thread-edit", f"{cast.message}/edit"),
        Sight("thread-delete", f"{cast.message}/delete"),
        Sight("thread-found", f"{cast.thread}/search", to_found),
    )


def _doctor(cast: Cast) -> tuple[Sight, ...]:
    today = cast.edge.clinic.clock.now().date()
    next_week = today + timedelta(days=7 - today.weekday())
    away = f"first={today}&from=&last={next_week + timedelta(days=1)}&to="
    series = f"/visits/{cast.mine['confirmed']}/series"
    return (
        *_named(("/inbox", "/week", "/hours", "/absences", "/practice", "/account")),
        *_named(("/notices", "/notices/settings", "/messages", "/replies", "/answering")),
        Sight("thread", cast.thread),
        Sight("thread-ready", f"{cast.thread}?reply=0"),
        Sight("thread-team", cast.team_thread),
        Sight("inbox-open", "/inbox", open_all),
        Sight("week-next", f"/week?day={next_week}"),
        Sight("absences-preview", f"/absences/preview?{away}"),
        Sight("visit-confirmed", f"/visits/{cast.mine['confirmed']}", open_all),
        Sight("visit-wished", f"/visits/{cast.theirs['wished']}"),
        Sight("visit-waiting", f"/visits/{cast.mine['waiting']}"),
        Sight("call-ready", f"/calls/{cast.mine['waiting']}", to_room),
        Sight("call-log", f"/calls/{cast.mine['waiting']}/log"),
        Sight("note", f"/visits/{cast.mine['waiting']}/note"),
        Sight("series", series),
        Sight("series-plan", f"{series}?every=week&interval=1&count=6"),
    )


def _admin(cast: Cast) -> tuple[Sight, ...]:
    board, set_up = f"/board/{cast.ward.department}", cast.department
    category = f"{set_up}/categories/rhythm"
    return (
        *_named(("/board", "/day", "/accounts", "/departments", "/clinic", "/clocks")),
        *_named(("/notices", "/notices/settings", "/clinic/replies")),
        Sight("request-flagged", f"{board}/{cast.theirs['flagged']}"),
        Sight("request-triage", f"{board}/{cast.mine['requested']}"),
        Sight("request-confirmed", f"{board}/{cast.mine['moving']}", open_all),
        Sight("board-lane", f"/board?department={cast.ward.department}&lane=out"),
        Sight("department", set_up),
        Sight("group", f"{set_up}/groups/rhythm"),
        Sight("kinds", f"{set_up}/visits"),
        Sight("kind", f"{set_up}/visits/direct"),
        Sight("category", category),
        Sight("rule", f"{category}/rules/1"),
        Sight("question", f"{category}/questions/{QUESTIONS[2]['id']}"),
        Sight("letters", f"/accounts/{cast.patient.user}/letters"),
    )
