"""A time that is stored, shown, mailed and put into calendars is one instant on every clock.

Visits stand around every change of clocks from 2024 to 2035, their doctors and patients in
different zones.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html import unescape
from typing import Any

import aiohttp_jinja2
import pytest
from aiohttp import web
from icalendar import Calendar  # noqa: TID251  reads what our own door has written

from actors.address import Address
from actors.admin_router import messages as router
from actors.admin_router.state.clocks import moved_clocks
from actors.appointment import Span
from actors.calendars import visit_event
from actors.caller import Role
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import UserId
from actors.notify.messages import Notice, Notify, Topic
from actors.notify.moments import moment
from actors.notify.state.kept import Letter, Recipient
from actors.patient import messages as patient
from http_edge.feeds import entry_of
from http_edge.pages import times
from http_edge.pages.rendering import set_up
from tests.clock_changes import changes_of
from tests.rooms import DESK
from tests.unit.clock_support import (
    ANN,
    NAMES,
    PAT,
    Case,
    cases,
    check_said,
    starts_around,
    wall_of,
)
from tests.unit.notify_support import WRITER

# --- what is stored --------------------------------------------------------------------------


def events_of(case: Case, address: Address, kind: type[Any]) -> list[Any]:
    found = [each for each in case.clinic.journal(address) if isinstance(each, kind)]
    return [each for each in found if each.appointment == case.appointment]


def test_all_who_keep_a_visit_keep_the_same_instant_and_what_clocks_show_then() -> None:
    for case in cases():
        here, there = wall_of(case.start, case.here), wall_of(case.start, case.there)
        [confirmed] = events_of(case, DESK, router.RequestConfirmed)
        assert (confirmed.patient_wall, confirmed.doctor_wall) == (here, there)
        [told] = events_of(case, PAT, patient.AppointmentConfirmed)
        assert told.walls == patient.Walls(there, here)
        [diary] = events_of(case, ANN, doctor.VisitConfirmed)
        for kept in (confirmed, told, diary, case.view):
            assert (kept.start, kept.end) == (case.span.start, case.span.end)
        assert case.view.doctor_zone == case.there
        assert case.clinic.state(ANN).live[case.appointment].span == case.span


def test_no_visit_looks_moved_while_the_rules_stay() -> None:
    for case in cases()[::10]:
        assert not moved_clocks(case.clinic.state(DESK), case.clinic.now).items


# --- what is shown ---------------------------------------------------------------------------


@cache
def templates() -> Any:  # noqa: ANN401 - the pages' environment
    app = web.Application()
    set_up(app)
    return aiohttp_jinja2.get_env(app)


@cache
def macros(name: str, zone: str) -> Any:  # noqa: ANN401 - what a template is made of
    return templates().get_template(name).make_module({"zone": zone})


def shown_to_patient(case: Case) -> str:
    return str(macros("booking_parts.html", case.here).both(case.start, case.here, case.there))


def shown_to_doctor(case: Case) -> str:
    return str(macros("staff_parts.html", case.there).both(case.start, case.here))


def test_pages_show_each_side_its_own_clock_and_the_other_where_it_differs() -> None:
    for case in cases():
        patients, doctors = shown_to_patient(case), shown_to_doctor(case)
        check_said(patients, case.start, case.here, case.there)
        check_said(doctors, case.start, case.there, case.here)
        for page in (patients, doctors):
            said = re.findall(r'<time datetime="([^"]+)"', page)
            assert {datetime.fromisoformat(each) for each in said} == {case.start}


@pytest.mark.parametrize("told", [times.moment_in_full, times.moment_in_words, moment])
def test_around_every_change_of_every_zone_words_name_one_instant(told: Any) -> None:  # noqa: ANN401
    for name in NAMES:
        for change in changes_of(name):
            for start in starts_around(change):
                check_said(told(start, name), start, name, name)


# --- what is mailed --------------------------------------------------------------------------


def notices(case: Case, address: Address, topic: Topic) -> list[Notice]:
    """Return what the letter box of the one at *address* was told of the visit."""
    sends = [
        effect.command.notice
        for event in case.clinic.journal(address)
        for effect in case.clinic.rooms[address.kind].react(event, address)
        if isinstance(effect, Send) and isinstance(effect.command, Notify)
    ]
    return [each for each in sends if (each.appointment, each.topic) == (case.appointment, topic)]


def reader(address: Address, zone: str) -> Recipient:
    user = UserId(address.key)
    return Recipient(user, f"{user}@example.org", "Somebody", Role(address.kind), zone)


def sides_of(case: Case) -> Iterator[tuple[Notice, Recipient, str]]:
    """Yield the one notice for each side, who reads it, and the zone of the other side."""
    [to_patient] = notices(case, PAT, Topic.CONFIRMED)
    yield to_patient, reader(PAT, case.here), case.there
    [to_doctor] = notices(case, ANN, Topic.VISIT)
    yield to_doctor, reader(ANN, case.there), case.here


def mailed(case: Case, notice: Notice, to: Recipient) -> EmailMessage:
    """Return a letter as its bytes are read by somebody else."""
    letter = Letter(1, notice, "id@carewire", case.clinic.now, case.clinic.now)
    written = WRITER(to, letter, case.clinic.now)
    message = message_from_bytes(written, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def parts_of(message: EmailMessage) -> dict[str, str]:
    return {each.get_content_type(): str(each.get_content()) for each in message.iter_parts()}


def when_in(parts: dict[str, str]) -> tuple[str, str]:
    """Return what the plain text and the HTML say about when it is."""
    [plain] = re.findall(r"^When: (.*?)\r?$", parts["text/plain"], re.MULTILINE)
    [html] = re.findall(r"<dt>When</dt><dd>(.*?)</dd>", parts["text/html"])
    return plain, unescape(html)


def check_entry(file: str | bytes, span: Span) -> None:
    [event] = Calendar.from_ical(file).walk("VEVENT")
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    assert (start, end) == (span.start, span.end)
    assert start.utcoffset() == timedelta()


def test_letters_tell_both_sides_the_instant_that_is_kept() -> None:
    for case in cases():
        for notice, to, other in sides_of(case):
            said = dict(WRITER.content(to, notice).facts)["When"]
            check_said(said, case.start, to.zone, other)


def test_text_html_and_calendar_of_a_letter_mean_the_same_instant() -> None:
    for case in cases()[::5]:
        for notice, to, other in sides_of(case):
            parts = parts_of(mailed(case, notice, to))
            plain, html = when_in(parts)
            assert plain == html
            check_said(plain, case.start, to.zone, other)
            check_entry(parts["text/calendar"], case.span)


def test_the_file_that_a_page_gives_means_the_instant_that_is_kept() -> None:
    for case in cases():
        entry = entry_of(case.view)
        assert entry is not None
        url = f"https://clinic.example/appointments/{entry.uid}"
        file = visit_event(entry, now=case.clinic.now, url=url, organizer="a@b.example")
        check_entry(file, case.span)
