"""What waits for somebody: the same on every page and device, and heard until they know."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from http_edge.reaching import Reach
from tests.browser.chat import Pair, Talk, new_tab, pair_up, talking
from tests.browser.window import SOON
from tests.browsers import Browser as PushedTo
from tests.edge import Edge, Person, open_edge

HEARD = "html[data-sounding=yes]"
HELD = """async () => {
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name.startsWith("bell of"));
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, data }) => [title, body, data.url]);
}"""


@pytest.fixture(scope="module")
async def pair(edge: Edge) -> Pair:
    """Let two people have a thread."""
    return await pair_up(edge)


def unread(page: Page) -> Locator:
    """Return where a page says how many messages were not read."""
    return page.locator("#bell-messages .count")


async def test_unread_counts_agree_in_two_tabs_and_on_another_device(
    browser: Browser, pair: Pair
) -> None:
    async with talking(browser, pair.edge, pair.patient, pair.patient) as (tab, device):
        other = await new_tab(tab.window.page.context, pair.edge)
        pages = [tab.window.page, other.window.page, device.window.page]
        for talk, path in ((tab, "/home"), (other, "/account"), (device, "/messages")):
            await talk.window.go(path)
        await pair.wrote(pair.doctor, "One.", "Two.", "Three.")
        for page in pages:
            await expect(unread(page)).to_have_text("3 unread", timeout=SOON)
            assert (await page.title()).startswith("(3) ")
        await tab.open(pair.path)
        await tab.has("One.", "Two.", "Three.")
        for page in pages:
            await expect(unread(page)).to_have_count(0, timeout=SOON)
            await expect(page).not_to_have_title("(3) Messages · Carewire")
        await expect(device.window.page.locator("#bell-messages")).to_have_text("Messages")


async def test_what_is_written_oneself_is_never_unread(browser: Browser, pair: Pair) -> None:
    async with talking(browser, pair.edge, pair.patient, pair.patient) as (pat, device):
        await pat.open(pair.path)
        await device.open(pair.path)
        await pat.say("From the telephone.")
        await device.has("From the telephone.")
        await pat.window.go("/home")
        await expect(unread(pat.window.page)).to_have_count(0)


async def test_the_list_of_threads_says_what_is_new_by_itself(browser: Browser, edge: Edge) -> None:
    pair = await pair_up(edge)
    async with talking(browser, edge, pair.doctor) as (doc,):
        await doc.window.go("/messages")
        line = doc.window.page.locator(f'#threads [data-key="{pair.conversation}"]')
        await expect(line).to_have_count(1)
        await pair.wrote(pair.patient, "One.", "Two.")
        await expect(line.locator(".count")).to_have_text("2 messages not read", timeout=SOON)
        await expect(line).to_contain_text("Two.")
        other = await pair_up(edge, pair.ward)
        assert other.doctor is pair.doctor
        lines = doc.window.page.locator("#threads [data-key]")
        await expect(lines).to_have_count(2, timeout=SOON)
        await other.wrote(other.patient, "Three.")
        await expect(lines.first).to_contain_text("Three.", timeout=SOON)
        elsewhere = await new_tab(doc.window.page.context, edge)
        await elsewhere.open(pair.path)
        await expect(line.locator(".count")).to_have_count(0, timeout=SOON)


async def test_a_request_is_seen_and_heard_in_one_tab_until_somebody_knows(
    browser: Browser, pair: Pair
) -> None:
    async with talking(browser, pair.edge, pair.doctor) as (doc,):
        tabs = [doc, await new_tab(doc.window.page.context, pair.edge)]
        for tab, path in zip(tabs, ("/week", "/hours"), strict=True):
            await tab.window.go(path)
            await tab.window.page.get_by_role("heading", level=1).click()
        await ask(pair)
        for tab in tabs:
            await expect(banner(tab)).to_be_visible(timeout=SOON)
            await expect(banner(tab).get_by_role("alert")).to_have_text("Waiting for you")
        await heard_in_one(tabs)
        await banner(tabs[1]).get_by_role("button", name="I know").click()
        for tab in tabs:
            await expect(banner(tab)).to_have_count(0, timeout=SOON)
            await expect(tab.window.page.locator(HEARD)).to_have_count(0)
            assert "/notices" not in tab.window.page.url


async def test_a_request_that_is_dealt_with_elsewhere_is_not_heard_any_more(
    browser: Browser, pair: Pair
) -> None:
    async with talking(browser, pair.edge, pair.doctor) as (doc,):
        await doc.window.go("/week")
        await doc.window.page.get_by_role("heading", level=1).click()
        appointment = await ask(pair)
        await expect(banner(doc)).to_be_visible(timeout=SOON)
        await expect(doc.window.page.locator(HEARD)).to_have_count(1)
        path = f"/doctor/requests/{appointment}/decline"
        declined = await pair.doctor.post(path, {"reason": "Not my field."})
        assert declined.status == 200, declined.text
        await pair.edge.clinic.settled()
        await expect(banner(doc)).to_have_count(0, timeout=SOON)
        await expect(doc.window.page.locator(HEARD)).to_have_count(0)


async def test_a_push_is_shown_in_its_own_words(browser: Browser, pair: Pair) -> None:
    async with talking(browser, pair.edge, pair.patient) as (pat,):
        page = pat.window.page
        await page.context.grant_permissions(["notifications"])
        await pat.window.go("/home")
        await page.evaluate(REGISTER)
        await push(page, pair.edge.url, '{"title":"A visit","body":"Today","url":"/home"}')
        await push(page, pair.edge.url, "what no clinic says")
        await page.wait_for_function(f"async () => (await ({SHOWN})()).length === 2")
        shown = await page.evaluate(SHOWN)
        assert sorted(shown) == [
            ["A visit", "Today", "/home"],
            ["Carewire", "Something waits for you.", "/notices"],
        ]


REGISTER = """async () => {
  const { scriptAt } = await import("/static/js/trusted.js");
  await navigator.serviceWorker.register(scriptAt("/sw.js"));
  await navigator.serviceWorker.ready;
}"""


async def push(page: Page, origin: str, data: str) -> None:
    """Deliver *data* to the service worker, as a push service would."""
    session = await page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    await session.send("ServiceWorker.enable")
    while not found:
        await page.evaluate("null")
    message = {"origin": origin, "registrationId": found[0], "data": data}
    await session.send("ServiceWorker.deliverPushMessage", message)
    await session.detach()


@pytest.mark.parametrize("hangs", [False, True])
async def test_signing_out_ends_what_this_browser_is_told(
    browser: Browser, pair: Pair, hangs: bool
) -> None:
    reach, told = Reach(push_key="a key"), PushedTo().to_json()
    async with open_edge(pair.edge.clinic, reach=reach) as edge:
        person = await Person(edge, pair.patient.email).sign_in()
        assert (await person.post("/push/subscriptions", told)).status == 201
        async with talking(browser, edge, person) as (pat,):
            page = pat.window.page
            await pat.window.go("/home")
            await page.evaluate(REGISTER)
            unsubscribed = list[bool]()
            await page.expose_function("unsubscribed", lambda: unsubscribed.append(True))
            await page.evaluate(SUBSCRIBED, [told, hangs])
            await page.get_by_role("button", name="Sign out").click()
            await page.wait_for_url(lambda url: url.endswith("/sign-in?said=signed-out"))
            assert unsubscribed == [True]
        left = (await person.get("/notices/preferences")).json["subscriptions"]
        assert len(left) == hangs


SUBSCRIBED = """([told, hangs]) => {
  PushManager.prototype.getSubscription = async () => ({
    toJSON: () => told,
    unsubscribe: async () => {
      await unsubscribed();
      return hangs ? new Promise(() => {}) : true;
    },
  });
}"""
"""Let the browser be subscribed, without a push service of its vendor."""


def banner(talk: Talk) -> Locator:
    """Return what says that something waits."""
    return talk.window.page.get_by_role("region", name="Waiting for you")


async def ask(pair: Pair) -> str:
    """Let the patient ask for another appointment."""
    asked = await pair.patient.post("/appointments", pair.ward.wish())
    assert asked.status == 201, asked.text
    await pair.edge.clinic.settled()
    return str(asked.json["id"])


async def heard_in_one(tabs: list[Talk]) -> None:
    """Hear the sound in one tab, whichever it is."""
    await tabs[0].window.page.wait_for_function(HELD)
    assert sum([await tab.window.page.locator(HEARD).count() for tab in tabs]) == 1
