"""Writing to one another: nothing is lost, nothing comes twice, and everybody can do it."""

import itertools
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from actors.caller import Role
from actors.conversation.messages import Mark, Member, ThreadView
from actors.correspondence import Answering, AnsweringBlock
from actors.doctor.messages import SetAnswering, address_of
from actors.ids import DoctorId, UserId
from http_edge.pages import times
from http_edge.pages.thread_wording import mark_of, reached
from tests.browser.axe import AXE, NARROWEST, SMALL, WIDE, faults
from tests.browser.chat import Pair, new_tab, open_house, pair_up, talking
from tests.browser.keyboard import Hands
from tests.browser.test_access import BARE_TIMES
from tests.browser.window import SOON, enter, open_window
from tests.edge import Edge

THREE = ("The first, without a network.", "The second.", "The third.")
SAID = """async ([moments, zone]) => {
  const clocks = await import("/static/js/chat/clocks.js");
  return moments.map((each) => clocks.momentInFull(new Date(each), zone));
}"""


@pytest.fixture(scope="module")
async def pair(edge: Edge) -> Pair:
    """Let two people have a thread."""
    return await pair_up(edge)


@pytest.fixture
async def fresh(edge: Edge, pair: Pair) -> Pair:
    """Let two people have a thread in which nothing was written."""
    return await pair_up(edge, pair.ward)


async def test_what_is_written_offline_leaves_by_itself_in_order_and_once(
    browser: Browser, tmp_path: Path
) -> None:
    """The tab is closed, and the house is opened anew, between writing and sending."""
    async with open_house(tmp_path) as edge:
        pair = await pair_up(edge)
        port = edge.settings.port
        context = await browser.new_context(timezone_id="Europe/Berlin")
        talk = await new_tab(context, edge)
        await enter(context, edge.url, pair.patient.email)
        await talk.open(pair.path)
        await context.set_offline(True)
        await talk.say(*THREE)
        for text in THREE:
            await talk.stands(text, "Sending")
        await talk.window.page.close()
    async with open_house(tmp_path, port) as again, talking(browser, again, pair.doctor) as (doc,):
        await doc.open(pair.path)
        await expect(doc.messages).to_have_count(0)
        await context.set_offline(False)
        later = await new_tab(context, again)
        await later.window.go("/home")
        await doc.has(*THREE)
        await later.open(pair.path)
        await later.has(*THREE)
        for text in THREE:
            await later.stands(text, "Read")
        await expect(later.messages).to_have_count(3)
        await expect(doc.messages).to_have_count(3)
        await context.close()


async def test_a_message_is_sending_sent_delivered_and_read(browser: Browser, fresh: Pair) -> None:
    await fresh.wrote(fresh.patient, *(f"Line {each} of what was before." for each in range(30)))
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await pat.window.page.context.set_offline(True)
        await pat.say("May I eat before the test?")
        await pat.stands("May I eat before the test?", "Sending")
        await pat.window.page.context.set_offline(False)
        await pat.stands("May I eat before the test?", "Sent")
        await doc.open(fresh.path)
        await doc.message("May I eat before the test?").scroll_into_view_if_needed()
        await pat.stands("May I eat before the test?", "Read")
        await doc.window.page.locator("#log").evaluate("(log) => log.scrollTop = 0")
        await expect(doc.window.page.locator("#jump")).to_be_visible()
        await pat.say("And drink?")
        await pat.stands("And drink?", "Delivered")
        await doc.window.page.locator("#jump").click()
        await pat.stands("And drink?", "Read")
        await expect(doc.window.page.locator("#new + .message")).to_contain_text("And drink?")


async def test_both_write_at_once_and_see_the_same(browser: Browser, fresh: Pair) -> None:
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as both:
        for talk in both:
            await talk.open(fresh.path)
        for turn in range(4):
            for who, talk in zip("PD", both, strict=True):
                await talk.say(f"{who}{turn}")
        shown = []
        for talk in both:
            await expect(talk.messages.locator(".state[data-state=sending]")).to_have_count(0)
            await expect(talk.messages).to_have_count(8)
            shown.append(await talk.messages.locator(".text").all_inner_texts())
        assert shown[0] == shown[1]


async def test_what_is_read_out_is_what_others_write(browser: Browser, fresh: Pair) -> None:
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await doc.open(fresh.path)
        await doc.field.press_sequentially("How are you")
        await expect(pat.window.page.locator("#typing")).to_have_text("Dr Mia is typing")
        await expect(pat.window.page.locator("#presence")).to_have_text("Here now")
        await doc.window.page.keyboard.press("Enter")
        said = pat.window.page.locator("#said")
        await expect(said).to_have_text("Dr Mia: How are you")
        await expect(pat.window.page.locator("#typing")).to_be_empty()
        await pat.say("Well, thank you.")
        await pat.stands("Well, thank you.", "Read")
        await expect(said).to_have_text("Dr Mia: How are you")
        log = pat.window.page.get_by_role("log", name="Messages with Dr Mia")
        await expect(log).to_have_attribute("aria-live", "off")


async def test_a_message_is_answered_edited_and_deleted_by_keyboard_alone(
    browser: Browser, fresh: Pair
) -> None:
    await fresh.wrote(fresh.doctor, "Which tablets do you take?")
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await doc.open(fresh.path)
        hands, keyboard = Hands(pat.window), pat.window.page.keyboard
        await hands.hit(pat.message("Which tablets do you take?").locator("summary"))
        await hands.press("link", "Answer")
        await expect(pat.field).to_be_focused()
        await keyboard.type("The blue ones.")
        await keyboard.press("Shift+Enter")
        await keyboard.type("One a day.")
        await keyboard.press("Enter")
        mine = pat.messages.last
        await expect(mine.locator(".quote")).to_contain_text("Which tablets do you take?")
        await expect(doc.messages.last.locator(".text")).to_have_text("The blue ones.\nOne a day.")
        await keyboard.press("Shift+Tab")
        await back_to(pat.window.page, mine.locator("summary"))
        await keyboard.press("Enter")
        await hands.press("link", "Edit")
        await keyboard.press("Control+A")
        await keyboard.type("The white ones.")
        await hands.press("button", "Save")
        await expect(doc.messages.last.locator(".text")).to_have_text("The white ones.")
        await expect(doc.messages.last.locator(".edited")).to_be_visible()
        await expect(mine.locator("summary")).to_be_focused()
        await keyboard.press("Enter")
        await hands.press("link", "Delete")
        await keyboard.press("Tab")
        await keyboard.press("Enter")
        await expect(doc.messages.last).to_contain_text("This message was deleted.")
        await expect(mine).to_contain_text("This message was deleted.")
        await expect(pat.window.page.get_by_text("The white ones.")).to_have_count(0)


async def back_to(page: Page, wanted: Locator) -> None:
    """Go back by Shift+Tab until *wanted* has the focus."""
    for _ in range(20):
        if await wanted.evaluate("(it) => it === document.activeElement"):
            return
        await page.keyboard.press("Shift+Tab")
    raise AssertionError("Shift+Tab never comes there")


async def test_what_can_not_be_sent_says_why_and_is_kept(browser: Browser, fresh: Pair) -> None:
    async with talking(browser, fresh.edge, fresh.patient) as (pat,):
        await pat.open(fresh.path)
        await pat.window.page.context.set_offline(True)
        await pat.say("I shall be late.")
        await pat.stands("I shall be late.", "Sending")
        path = f"/doctor/visits/{fresh.appointment}/give-back"
        gone = await fresh.doctor.post(path, {"reason": "I am ill."})
        assert gone.status == 200, gone.text
        await fresh.edge.clinic.settled()
        await pat.window.page.context.set_offline(False)
        await pat.stands("I shall be late.", "Not sent")
        unsent = pat.message("I shall be late.")
        await expect(unsent.locator(".why")).not_to_be_empty()
        await expect(pat.window.page.locator("#closed")).to_be_visible(timeout=SOON)
        await pat.stands("I shall be late.", "Not sent")
        await unsent.get_by_role("button", name="Remove").click()
        await pat.window.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await expect(unsent).to_have_count(0)


async def test_what_is_typed_and_not_sent_is_there_again(browser: Browser, fresh: Pair) -> None:
    async with talking(browser, fresh.edge, fresh.patient) as (pat,):
        await pat.open(fresh.path)
        await pat.field.fill("I was about to say")
        await pat.window.go("/home")
        await pat.open(fresh.path)
        await expect(pat.field).to_have_value("I was about to say")
        await pat.say(" that all is well.")
        await pat.has("I was about to say that all is well.")
        await pat.open(fresh.path)
        await expect(pat.field).to_have_value("")


async def test_signing_out_asks_first_while_something_was_not_sent(
    browser: Browser, fresh: Pair
) -> None:
    async with talking(browser, fresh.edge, fresh.patient) as (pat,):
        page = pat.window.page
        await pat.open(fresh.path)
        await page.context.set_offline(True)
        await pat.say("Not sent yet.")
        await page.get_by_role("button", name="Sign out").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("A message of yours has not been sent yet.")
        await dialog.get_by_role("button", name="Stay").click()
        await page.context.set_offline(False)
        await pat.stands("Not sent yet.", "Sent")
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url(lambda url: "/messages" not in url)


async def test_nobody_sends_what_somebody_else_wrote_in_the_same_browser(
    browser: Browser, fresh: Pair
) -> None:
    async with talking(browser, fresh.edge, fresh.patient) as (pat,):
        await pat.open(fresh.path)
        await pat.window.page.context.set_offline(True)
        await pat.say("Only mine to send.")
        await pat.window.page.context.clear_cookies()
        await pat.window.page.context.set_offline(False)
        await pat.window.sign_in(fresh.doctor.email)
        await pat.open(fresh.path)
        await pat.say("Hello from the doctor.")
        await pat.has("Hello from the doctor.")
        await expect(pat.messages).to_have_count(1)
        await pat.window.page.context.clear_cookies()
        await pat.window.sign_in(fresh.patient.email)
        await pat.open(fresh.path)
        await pat.has("Hello from the doctor.", "Only mine to send.")


async def test_earlier_messages_come_without_moving_what_is_read(
    browser: Browser, fresh: Pair
) -> None:
    await fresh.wrote(fresh.doctor, *(f"Number {each}." for each in range(120)))
    async with talking(browser, fresh.edge, fresh.doctor) as (doc,):
        await doc.open(fresh.path)
        first = doc.messages.first
        text = await first.locator(".text").inner_text()
        await doc.window.page.locator("#log").evaluate("(log) => log.scrollTop = 40")
        await expect(doc.messages.first.locator(".text")).not_to_have_text(text)
        await expect(doc.message(text)).to_be_in_viewport()
        await doc.window.page.locator("#log").evaluate("(log) => log.scrollTop = 0")
        await expect(doc.message("Number 0.")).to_have_count(1)
        await expect(doc.messages).to_have_count(120)
        await expect(doc.window.page.locator("#items .day")).to_have_count(1)


async def test_who_writes_outside_of_the_hours_is_told_and_told_what_to_do_in_danger(
    browser: Browser, edge: Edge, pair: Pair
) -> None:
    night = await pair_up(edge, pair.ward, doctor=1)
    day = (edge.clinic.clock.now().weekday() + 3) % 7
    hours = Answering("UTC", (AnsweringBlock(day, time(9), time(10)),), "In the mornings.")
    await edge.clinic.client.tell(
        address_of(DoctorId(night.doctor.user)), SetAnswering(hours), night.caller(night.doctor)
    )
    async with talking(browser, edge, night.patient) as (pat,):
        await pat.open(night.path)
        banner = pat.window.main.get_by_text("Nobody answers just now")
        await expect(banner).to_be_visible()
        await pat.say("Is anybody there?")
        said = pat.window.page.locator("#items .automatic")
        await expect(said.locator(".text")).to_have_text("In the mornings.")
        await expect(said.locator(".start")).to_have_attribute("datetime", re.compile("T09:00"))
        await expect(said).to_contain_text("If your life may be in danger")


async def test_it_works_without_a_script(browser: Browser, fresh: Pair) -> None:
    await fresh.wrote(fresh.doctor, "Do you hear me?")
    async with open_window(browser, fresh.edge, javascript=False) as pat:
        await pat.sign_in(fresh.patient.email)
        await pat.go(fresh.path)
        await pat.sees("Do you hear me?")
        await pat.page.locator("#write textarea").fill("Without any script.")
        await pat.submit(pat.main.get_by_role("button", name="Send"))
        await pat.sees("Without any script.")
        await expect(pat.page.locator("#items .message")).to_have_count(2)


async def test_it_can_be_used_by_everybody(browser: Browser, fresh: Pair) -> None:
    await fresh.wrote(fresh.patient, "How long does the visit take?", "And where is it?")
    async with talking(browser, fresh.edge, fresh.doctor, size=WIDE) as (doc,):
        page = doc.window.page
        await doc.open(fresh.path)
        await doc.say(
            "Twenty minutes.", "It is by video: the link stands on the page of the visit."
        )
        await page.context.set_offline(True)
        await doc.say("Not sent yet.")
        await doc.message("Twenty minutes.").hover()
        await doc.message("Twenty minutes.").locator("summary").click()
        await page.evaluate(AXE)
        found = await faults(page)
        await page.emulate_media(color_scheme="dark")
        found += await faults(page, runOnly=["color-contrast"])
        found += await page.evaluate(BARE_TIMES)
        await page.set_viewport_size(NARROWEST)
        found += await page.evaluate(SMALL)
        assert not found, "\n".join(found)
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
        await expect(doc.field).to_be_in_viewport()


async def test_ticks_are_those_of_the_server(browser: Browser, pair: Pair) -> None:
    folk = (("pat", Role.PATIENT), ("mia", Role.DOCTOR), ("ben", Role.DOCTOR))
    members = tuple(Member(UserId(user), role, user) for user, role in folk)
    marks = [None, Mark(0, 0), Mark(5, 4), Mark(5, 5)]
    cases, ticks = [], []
    for (me, role), three in itertools.product(folk, itertools.product(marks, repeat=3)):
        known = {each.user: mark for each, mark in zip(members, three, strict=True) if mark}
        view = ThreadView(pair.conversation, "", members, known, 5, 0, may_write=True)
        lines = [(each.user, each.role, known.get(each.user)) for each in members]
        cases.append(msgspec.to_builtins((me, role, lines)))
        ticks.append(mark_of(5, reached(view, role)))
    async with open_window(browser, pair.edge) as window:
        await window.go("/sign-in")
        assert await window.page.evaluate(TICKS, cases) == ticks


TICKS = """async (cases) => {
  const { People } = await import("/static/js/chat/people.js");
  return cases.map(([me, role, members]) => {
    const list = Object.assign(document.createElement("ul"), { id: "members" });
    for (const [user, role, mark] of members) {
      const line = list.appendChild(document.createElement("li"));
      Object.assign(line.dataset, { user, role, ...mark });
    }
    document.body.append(list);
    const tick = new People({ dataset: { me, role } }).reached(5);
    list.remove();
    return tick;
  });
}"""
"""How far message 5 has come, as the script of a thread reckons it."""


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])
async def test_times_are_said_as_the_server_says_them(
    browser: Browser, edge: Edge, zone: str
) -> None:
    """Also in the hours that come twice, or are jumped over."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=13 * 60 * each + each) for each in range(700)]
    changes = [datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC)]
    changes += [datetime(2026, 4, 4, 13, tzinfo=UTC)]
    moments += [each + timedelta(minutes=10 * step) for each in changes for step in range(24)]
    async with open_window(browser, edge) as window:
        await window.go("/sign-in")
        said = await window.page.evaluate(SAID, [[each.isoformat() for each in moments], zone])
    assert said == [times.moment_in_full(each, zone) for each in moments]
