"""Two people who write to one another, each at a window of their own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, ViewportSize, expect

from actors.caller import Caller, Role
from actors.conversation.messages import PostMessage, address_of, between
from actors.ids import ConversationId, DoctorId, MessageId, PatientId
from tests.browser.window import SOON, Window
from tests.clinic import open_clinic
from tests.edge import Edge, Person, Ward, open_edge, open_ward

LOW: ViewportSize = {"width": 900, "height": 560}
NO_LINE = ("WebSocket connection", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED")
"""What Chromium itself says of a line that is not there."""


@dataclass(frozen=True)
class Pair:
    """A patient and a doctor with a visit before them, and so with a thread."""

    edge: Edge
    ward: Ward
    patient: Person
    doctor: Person
    appointment: str

    @property
    def conversation(self) -> ConversationId:
        """Their conversation."""
        return between(PatientId(self.patient.user), DoctorId(self.doctor.user))

    @property
    def path(self) -> str:
        """The page of their thread."""
        return f"/messages/{self.conversation}"

    def caller(self, person: Person) -> Caller:
        """Return *person* as an actor knows them."""
        role = Role.PATIENT if person is self.patient else Role.DOCTOR
        return Caller(person.user, role)

    async def wrote(self, person: Person, *texts: str) -> None:
        """Let *person* have written *texts* on some other device."""
        for text in texts:
            await self.edge.clinic.client.tell(
                address_of(self.conversation),
                PostMessage(text),
                self.caller(person),
                id=MessageId(self.edge.clinic.mint.message_id()),
            )
        await self.edge.clinic.settled()


async def pair_up(edge: Edge, ward: Ward | None = None, doctor: int = 0) -> Pair:
    """Let a patient have a visit confirmed by a doctor of *ward*."""
    ward = ward or await open_ward(edge)
    return await confirm(edge, ward, await edge.patient("Amira Haddad"), ward.doctors[doctor])


async def confirm(edge: Edge, ward: Ward, patient: Person, doctor: Person) -> Pair:
    """Let *patient* ask, and *doctor* accept."""
    asked = await patient.post("/appointments", ward.wish())
    assert asked.status == 201, asked.text
    await edge.clinic.settled()
    hours = timedelta(hours=2 + next(edge.numbers))
    start = edge.clinic.clock.now().replace(second=0, microsecond=0) + hours
    path = f"/doctor/requests/{asked.json['id']}/accept"
    accepted = await doctor.post(path, {"start": start.isoformat()})
    assert accepted.status == 200, accepted.text
    await edge.clinic.settled()
    return Pair(edge, ward, patient, doctor, asked.json["id"])


@asynccontextmanager
async def open_house(directory: Path, port: int = 0) -> AsyncIterator[Edge]:
    """Open a clinic that keeps all in *directory*, and its edge on *port*."""
    async with open_clinic(directory) as clinic, open_edge(clinic, port=port) as edge:
        yield edge


@dataclass
class Talk:
    """Somebody's window with a thread in it."""

    window: Window

    @property
    def messages(self) -> Locator:
        """All messages that are shown."""
        return self.window.page.locator("#items .message")

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.window.page.locator("#write textarea")

    def message(self, text: str) -> Locator:
        """Return the message that says *text*."""
        return self.messages.filter(has=self.window.page.get_by_text(text, exact=True))

    async def open(self, path: str) -> None:
        """Open the thread, and wait until it lives."""
        await self.window.go(path)
        await self.lives()

    async def lives(self) -> None:
        """Wait until the page's socket follows the thread."""
        thread = self.window.page.locator("#thread")
        await expect(thread).to_have_attribute("data-follows", "yes", timeout=SOON)

    async def say(self, *texts: str) -> None:
        """Write each of *texts*, and send it with Enter."""
        for text in texts:
            await self.field.click()
            await self.window.page.keyboard.type(text)
            await self.window.page.keyboard.press("Enter")
            await expect(self.field).to_have_value("")

    async def has(self, *texts: str) -> None:
        """See the messages end with *texts*, in that order, and each of them once."""
        await expect(self.message(texts[-1])).to_have_count(1, timeout=SOON)
        shown = self.messages.locator(".text")
        said = [each.strip() for each in await shown.all_inner_texts()]
        assert said[-len(texts) :] == list(texts)
        assert all(said.count(text) == 1 for text in texts), said

    async def stands(self, text: str, state: str) -> None:
        """See how far the message *text* has come, in the words of a screen reader."""
        await expect(self.message(text).locator(".state")).to_have_text(state, timeout=SOON)


@asynccontextmanager
async def talking(
    browser: Browser, edge: Edge, *people: Person, size: ViewportSize = LOW
) -> AsyncIterator[list[Talk]]:
    """Let each of *people* sit at a window, signed in; at its end nothing forbidden happened."""
    async with AsyncExitStack() as stack:
        found = []
        for person in people:
            context = await browser.new_context(
                viewport=size, timezone_id="Europe/Berlin", locale="en-GB"
            )
            stack.push_async_callback(context.close)
            talk = await new_tab(context, edge)
            await talk.window.enter(person.email)
            found.append(talk)
        yield found
        for talk in found:
            assert not quiet(talk.window), talk.window.violations
            assert not talk.window.foreign


def quiet(window: Window) -> list[str]:
    """Return what the console said that is no word of a line that was not there."""
    return [each for each in window.violations if not any(word in each for word in NO_LINE)]


async def new_tab(context: BrowserContext, edge: Edge) -> Talk:
    """Open another tab in the browser of *context*."""
    context.set_default_timeout(SOON)
    page = await context.new_page()
    return Talk(Window(page, edge.url, javascript=True).watch())
