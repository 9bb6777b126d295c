"""A window of somebody's browser: does what people do, and notes what must not happen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
)

from actors.caller import Role
from actors.directory.messages import ADDRESS, IssueInvitation
from http_edge.credentials import hash_of
from tests.edge import OPERATOR, PASSWORD, Edge

SOON = 20_000
"""Milliseconds that a change may take to be seen (on a busy machine)."""


EXPECTED = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
"""What Chromium complains of when there is nothing at an address, or no network."""


@dataclass
class Window:
    """One page in a browser of its own."""

    page: Page
    url: str
    javascript: bool
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def main(self) -> Locator:
        """The content of the page."""
        return self.page.get_by_role("main")

    def watch(self) -> "Window":
        """Note broken policies, errors of scripts and requests to anybody else."""
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.violations.append(str(error)))
        self.page.on("request", self._note_request)
        return self

    def _note_console(self, message: ConsoleMessage) -> None:
        expected = any(words in message.text for words in EXPECTED)
        if message.type == "error" and not expected:
            self.violations.append(message.text)

    def _note_request(self, request: Request) -> None:
        ours = request.url.startswith(
            (self.url, self.url.replace("http", "ws", 1), f"blob:{self.url}", "data:")
        )
        if not ours:
            self.foreign.append(request.url)

    async def go(self, path: str) -> None:
        """Open a page of the clinic."""
        await self.page.goto(self.url + path)

    async def latest(self) -> None:
        """See the latest state: by itself with a script, without one by loading again."""
        if not self.javascript:
            await self.page.reload()

    async def press(self, name: str) -> None:
        """Press a button of the content."""
        await self.main.get_by_role("button", name=name).first.click()

    async def submit(self, button: Locator) -> None:
        """Send a form with *button*, and wait until its answer is the page that is shown."""
        async with self.page.expect_navigation():
            await button.click()

    async def fill(self, label: str, text: str) -> None:
        """Type *text* into the field *label*."""
        await self.main.get_by_label(label, exact=True).first.fill(text)

    async def sees(self, text: str) -> None:
        """Wait until the page says *text*."""
        await expect(self.main.get_by_text(text).first).to_be_visible(timeout=SOON)

    async def sign_up(self, role: str, name: str, email: str) -> None:
        """Open an account."""
        await self.go("/sign-up")
        await self.main.get_by_role("radio", name=f"a {role}").check()
        await self._person(name, email)
        await self.press("Create my account")
        await self.sees("Thank you.")

    async def _person(self, name: str, email: str) -> None:
        await self.fill("Full name", name)
        await self.fill("E-mail", email)
        await self.fill("Password", PASSWORD)
        await self.main.get_by_label("Time zone").select_option("Europe/Berlin")

    async def accept_invitation(self, token: str, name: str, email: str) -> None:
        """Open the account of an invitation; without a script the code is typed."""
        await self.go(f"/welcome#{token}")
        if not self.javascript:
            await self.fill("Invitation code", token)
        await self.press("Continue")
        await self._person(name, email)
        await self.press("Open my account")
        await self.sees("Your account is ready.")

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in."""
        await self.go("/sign-in")
        await self.fill("E-mail", email)
        await self.fill("Password", password)
        await self.press("Sign in")
        await self.page.wait_for_url(lambda address: "/sign-in" not in address)

    async def enter(self, email: str) -> None:
        """Sign in where the form is not the point."""
        await enter(self.page.context, self.url, email)


@asynccontextmanager
async def open_window(
    browser: Browser, edge: Edge, *, javascript: bool = True
) -> AsyncIterator[Window]:
    """Open a window of somebody new; at its end nothing forbidden has happened."""
    context = await browser.new_context(
        java_script_enabled=javascript, timezone_id="Europe/Berlin", locale="en-GB"
    )
    context.set_default_timeout(2 * SOON)
    window = Window(await context.new_page(), edge.url, javascript).watch()
    try:
        yield window
    finally:
        await context.close()
    assert not window.violations, window.violations
    assert not window.foreign


async def enter(context: BrowserContext, url: str, email: str) -> None:
    """Sign in with the browser of *context*, as the form at *url* does; no page is opened."""
    answer = await context.request.post(
        f"{url}/sign-in",
        form={"email": email, "password": PASSWORD},
        headers={"Origin": url, "Sec-Fetch-Site": "same-origin"},
        max_redirects=0,
    )
    assert answer.status == HTTPStatus.SEE_OTHER


async def invitation(edge: Edge, role: Role) -> str:
    """Return the token of an invitation by the operator."""
    token = edge.clinic.mint.secret()
    expires = edge.clinic.clock.now() + timedelta(hours=1)
    await edge.clinic.client.tell(ADDRESS, IssueInvitation(hash_of(token), role, expires), OPERATOR)
    return token
