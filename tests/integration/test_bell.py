"""The bell on every page, what it leads to, and how people choose to be told."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from actors.address import Address
from actors.caller import actor_caller
from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import (
    GetBell,
    NoteMessage,
    NoteThread,
    Notice,
    Notify,
    ThreadRef,
    Topic,
    address_of,
)
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.reaching import Reach
from tests.browsers import Browser
from tests.clinic import open_clinic
from tests.edge import Answer, Edge, Person, Ward, open_edge
from tests.integration.pages_support import Tab, place, tab_of, text_of

KEY = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"
ACTOR = actor_caller(Address("admin_router", "heart"))


@pytest.fixture(scope="module")
async def reaching(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve a clinic that reaches people in every way."""
    reach = Reach(push_key=KEY, webhook=True)
    directory = tmp_path_factory.mktemp("reaching")
    async with open_clinic(directory) as clinic, open_edge(clinic, reach=reach) as edge:
        yield edge


async def notify(
    edge: Edge,
    person: Person,
    topic: Topic = Topic.CONFIRMED,
    *,
    alert: bool = False,
    **more: Any,  # noqa: ANN401  fields of a notice
) -> None:
    """Let an actor of the clinic tell *person* something."""
    notice = Notice(topic, AppointmentId("a1"), **more)
    await edge.clinic.client.tell(address_of(person.user), Notify(notice, alert=alert), ACTOR)
    await edge.clinic.settled()


async def write_to(edge: Edge, person: Person) -> None:
    """Let somebody write to *person*."""
    thread = ThreadRef(ConversationId("t1"), "Dr Mia", open=True)
    talk = actor_caller(Address("conversation", "t1"))
    for command in (
        NoteThread(thread, member=True),
        NoteMessage(thread.id, 1, edge.clinic.clock.now()),
    ):
        await edge.clinic.client.tell(address_of(person.user), command, talk)


def bell_in(answer: Answer) -> dict[str, str]:
    """Return what the bell of a page says of itself."""
    [tag] = re.findall(r'<a id="bell"[^>]*>', answer.text)
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))


def section(answer: Answer, name: str) -> str:
    """Return the link called *name*, as it stands on a page."""
    found = re.search(rf'<a id="{name}".*?</a>', answer.text, re.DOTALL)
    assert found, answer.text
    return found[0]


# --- the bell ------------------------------------------------------------------------------------


async def test_the_bell_stands_on_every_page_of_somebody_signed_in(edge: Edge, ward: Ward) -> None:
    for person, paths in (
        (await edge.patient(), ("/home", "/requests/new", "/account", "/appointments/none")),
        (ward.doctors[0], ("/inbox", "/week", "/account")),
        (ward.admin, ("/board", "/clinic", "/accounts")),
    ):
        tab = await tab_of(edge, person)
        for path in paths:
            bell = bell_in(await tab.open(path))
            assert bell["data-address"] == f"notify/{person.user}"
            assert bell["data-from"] == "/bell"
            assert bell["href"] == "/notices"
    assert 'id="bell"' not in (await Tab(edge).open("/sign-in")).text


async def test_the_bell_counts_what_waits(edge: Edge) -> None:
    person = await edge.patient()
    tab = await tab_of(edge, person)
    counts = {"data-unseen": "0", "data-unread": "0", "data-alerts": "0", "data-ringing": "0"}
    assert counts.items() <= bell_in(await tab.open("/home")).items()
    await notify(edge, person)
    await notify(edge, person, Topic.ARRIVED, alert=True)
    await write_to(edge, person)
    page = await tab.open("/home")
    counts = {"data-unseen": "2", "data-unread": "1", "data-alerts": "1", "data-ringing": "1"}
    assert counts.items() <= bell_in(page).items()
    assert bell_in(page)["data-sound"] == "yes"
    assert "1 waits for you" in text_of(page)
    assert "Messages 1 unread" in text_of(page)


async def test_the_fragment_is_what_stands_on_the_page(edge: Edge) -> None:
    person = await edge.patient()
    tab = await tab_of(edge, person)
    await notify(edge, person)
    page, fragment = await tab.open("/home"), await tab.open("/bell")
    assert fragment.status == 200
    assert "<html" not in fragment.text
    for name in ("bell", "bell-messages"):
        assert section(page, name) == section(fragment, name)
    assert (await Tab(edge).open("/bell")).status == 401


async def test_administrators_have_no_messages_of_their_own(edge: Edge, ward: Ward) -> None:
    tab = await tab_of(edge, ward.admin)
    for path in ("/board", "/bell"):
        assert "bell-messages" not in (await tab.open(path)).text


async def test_a_page_comes_without_numbers_when_the_letter_box_does_not_answer(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await tab_of(edge, await edge.patient())
    whole = edge.clinic.client.ask_numbered

    async def deaf(to: Address, query: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
        if isinstance(query, GetBell):
            raise DeliveryFailed(Fault.TIMED_OUT)
        return await whole(to, query, *rest, **more)

    monkeypatch.setattr(edge.clinic.client, "ask_numbered", deaf)
    page = await tab.open("/home")
    assert page.status == 200
    assert "data-unseen" not in bell_in(page)
    assert "data-address" not in bell_in(page)
    fragment = await tab.open("/bell")
    assert (fragment.status, fragment.headers["Retry-After"]) == (503, "1")


# --- notices -------------------------------------------------------------------------------------


async def test_notices_are_counted_and_marked_as_seen(edge: Edge) -> None:
    person = await edge.patient()
    tab = await tab_of(edge, person)
    assert "Nothing yet" in (await tab.open("/notices")).text
    await notify(edge, person, with_name="Dr Mia", start=edge.clinic.clock.now())
    page = await tab.open("/notices")
    assert 'href="/appointments/a1">Dr Mia confirmed your visit</a> for' in page.text
    assert 'class="row apart unread"' in page.text
    number = page.text.split('name="up_to" value="')[1].split('"')[0]
    assert place(await tab.send("/notices/read", once="y", up_to=number)) == "/notices?said=read"
    page = await tab.open("/notices?said=read")
    assert "All notices are marked as read." in page.text
    assert bell_in(page)["data-unseen"] == "0"
    assert "Mark all as read" not in page.text


async def test_older_notices_are_on_further_pages(edge: Edge) -> None:
    person = await edge.patient()
    for _ in range(51):
        await notify(edge, person)
    tab = await tab_of(edge, person)
    page = await tab.open("/notices")
    assert page.text.count('data-key="') == 50
    older = re.search(r'href="(/notices\?before=\d+)"', page.text)
    assert older
    assert (await tab.open(older[1])).text.count('data-key="') == 1


async def test_what_waits_stands_first_and_can_be_hushed(edge: Edge, ward: Ward) -> None:
    doctor = await edge.doctor(ward.admin)
    await notify(edge, doctor, Topic.ARRIVED, alert=True)
    tab = await tab_of(edge, doctor)
    page = await tab.open("/notices")
    assert 'href="/visits/a1">See a patient who has come in</a>' in page.text
    hush = {"once": "h", "topic": "arrived", "appointment": "a1"}
    assert place(await tab.send("/notices/hush", **hush)) == "/notices?said=hushed"
    page = await tab.open("/notices")
    assert "Stop ringing" not in page.text
    assert (bell_in(page)["data-alerts"], bell_in(page)["data-ringing"]) == ("1", "0")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/notices/read", {"up_to": "0"}),
        ("/notices/read", {"up_to": "all"}),
        ("/notices/hush", {"topic": "gossip", "appointment": "a1"}),
        ("/notices/hush", {"topic": "arrived", "appointment": "x" * 65}),
    ],
)
async def test_what_does_not_fit_is_said_on_the_page(
    edge: Edge, path: str, fields: dict[str, str]
) -> None:
    answer = await (await tab_of(edge, await edge.patient())).send(path, **fields)
    assert answer.status == 422
    assert 'class="errors"' in answer.text


async def test_programs_see_and_mark_the_same(edge: Edge) -> None:
    person = await edge.patient()
    await notify(edge, person, Topic.OFFERED, with_name="Dr Mia")
    await notify(edge, person, Topic.ARRIVED, alert=True)
    bell = (await person.get("/notices/bell")).json
    assert (bell["unseen"], bell["unread"], len(bell["alerts"])) == (2, 0, 1)
    first = (await person.get("/notices?limit=1")).json
    assert [each["topic"] for each in first["items"]] == ["arrived"]
    second = (await person.get(first["next"])).json
    assert (second["items"][0]["with_name"], second["next"]) == ("Dr Mia", None)
    number = first["items"][0]["number"]
    assert (await person.post("/notices/read", {"up_to": number})).status == 204
    assert (await person.get("/me")).json["unread"] == 0
    hush = {"topic": "arrived", "appointment": "a1"}
    assert (await person.post("/notices/hush", hush)).status == 204
    assert (await person.get("/notices/bell")).json["alerts"][0]["rings"] is False


# --- how one is told -----------------------------------------------------------------------------


FORM = {
    "email-visits": "yes",
    "push-messages": "yes",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "digest_minutes": "60",
}


async def test_choices_are_kept_and_shown_without_a_script(reaching: Edge) -> None:
    person = await reaching.patient()
    tab = await tab_of(reaching, person)
    page = await tab.open("/notices/settings")
    assert page.text.count('type="checkbox"') == 4 * 3 + 1
    assert "alert_push_seconds" not in page.text
    kept = await tab.send_fields("/notices/settings", {"once": "1", **FORM})
    assert place(kept) == "/notices/settings?said=choices"
    page = await tab.open("/notices/settings")
    assert page.text.count(" checked") == 2
    assert 'value="22:00"' in page.text
    known = (await person.get("/notices/preferences")).json
    assert known["channels"] == ["email", "push", "webhook"]
    choices = known["choices"]
    assert set(choices["email"]) == {"visits", "requests"}, "what is not on the page stays"
    assert choices["quiet"] == {"start": "22:00", "end": "07:00"}
    assert (choices["digest_minutes"], choices["sound"]) == (60, False)


async def test_a_language_is_chosen_without_a_script(edge: Edge) -> None:
    person = await edge.patient()
    tab = await tab_of(edge, person)
    page = await tab.open("/notices/settings")
    assert '<option value="fr" lang="fr">Français</option>' in page.text
    kept = await tab.send_fields("/notices/settings", {"once": "1", **FORM, "language": "fr"})
    assert place(kept) == "/notices/settings?said=choices"
    page = await tab.open("/notices/settings")
    assert '<option value="fr" lang="fr" selected>' in page.text
    assert (await person.get("/notices/preferences")).json["choices"]["language"] == "fr"
    wrong = await tab.send_fields("/notices/settings", {"once": "2", **FORM, "language": "tlh"})
    assert wrong.status == 422
    assert 'id="f-language-wrong"' in wrong.text


async def test_staff_choose_how_long_something_may_wait(reaching: Edge) -> None:
    admin = await reaching.admin()
    tab = await tab_of(reaching, admin)
    page = await tab.open("/notices/settings")
    assert 'name="alert_push_seconds"' in page.text
    assert 'name="email-messages"' not in page.text
    fields = {"digest_minutes": "15", "alert_push_seconds": "0", "alert_mail_minutes": "3"}
    kept = await tab.send_fields("/notices/settings", {"once": "1", "sound": "yes", **fields})
    assert place(kept) == "/notices/settings?said=choices"
    choices = (await admin.get("/notices/preferences")).json["choices"]
    assert (choices["alert_push_seconds"], choices["alert_mail_minutes"]) == (0, 3)
    assert "requests" not in choices["email"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quiet_to": ""}, "quiet_to"),
        ({"quiet_from": ""}, "quiet_from"),
        ({"quiet_from": "noon"}, "quiet_from"),
        ({"digest_minutes": "4"}, "digest_minutes"),
        ({"digest_minutes": "often"}, "digest_minutes"),
    ],
)
async def test_choices_that_do_not_fit_keep_what_was_typed(
    reaching: Edge, changes: dict[str, str], field: str
) -> None:
    tab = await tab_of(reaching, await reaching.patient())
    answer = await tab.send_fields("/notices/settings", {"once": "1", **FORM, **changes})
    assert answer.status == 422
    assert f'id="f-{field}-wrong"' in answer.text
    assert answer.text.count(" checked") == 2


async def test_a_clinic_without_them_offers_neither_push_nor_texts(edge: Edge) -> None:
    person = await edge.patient()
    page = await (await tab_of(edge, person)).open("/notices/settings")
    assert page.text.count('type="checkbox"') == 4 + 1
    assert 'id="push"' not in page.text
    assert (await person.get("/push/key")).status == 404
    assert (await person.post("/push/subscriptions", Browser().to_json())).status == 404


async def test_programs_choose_the_same(reaching: Edge) -> None:
    person = await reaching.patient()
    body = {
        "language": "es",
        "email": ["messages"],
        "push": [],
        "quiet": {"start": "21:00", "end": "06:30"},
    }
    kept = await person.call("PUT", "/notices/preferences", body)
    assert kept.status == 200, kept.text
    assert kept.json["choices"]["email"] == ["messages"]
    assert kept.json["choices"]["language"] == "es"
    assert kept.json["choices"]["digest_minutes"] == 15
    for bad in (
        {"digest_minutes": 1},
        {"email": ["gossip"]},
        {"sound": "loud"},
        {"language": "tlh"},
        {"quiet": {"start": "25:00", "end": "06:00"}},
    ):
        answer = await person.call("PUT", "/notices/preferences", bad)
        assert answer.status == 422, answer.text


# --- browsers ------------------------------------------------------------------------------------


async def test_a_browser_subscribes_once_is_listed_and_removed(reaching: Edge) -> None:
    person = await reaching.patient()
    tab = await tab_of(reaching, person)
    assert (await person.get("/push/key")).json == {"key": KEY}
    assert f'data-key="{KEY}"' in (await tab.open("/notices/settings")).text
    browser = Browser("https://updates.push.services.mozilla.com/wpush/v2/gAAA")
    made = [await person.post("/push/subscriptions", browser.to_json()) for _ in range(2)]
    assert [each.status for each in made] == [201, 201]
    assert made[0].json == made[1].json
    [known] = (await person.get("/notices/preferences")).json["subscriptions"]
    assert known == made[0].json
    page = await tab.open("/notices/settings")
    assert browser.endpoint not in page.text
    gone = await tab.send(f"/notices/settings/browsers/{known['id']}/remove", once="1")
    assert place(gone) == "/notices/settings?said=browser"
    assert (await person.get("/notices/preferences")).json["subscriptions"] == []
    await person.post("/push/subscriptions", browser.to_json())
    assert (await person.call("DELETE", f"/push/subscriptions/{known['id']}")).status == 204
    assert (await person.get("/notices/preferences")).json["subscriptions"] == []


async def test_two_people_at_one_browser_do_not_meet(reaching: Edge) -> None:
    one, two = await reaching.patient(), await reaching.patient()
    browser = Browser()
    ids = [
        (await person.post("/push/subscriptions", browser.to_json())).json["id"]
        for person in (one, two)
    ]
    assert ids[0] != ids[1]
    await two.call("DELETE", f"/push/subscriptions/{ids[0]}")
    [still] = (await one.get("/notices/preferences")).json["subscriptions"]
    assert still["id"] == ids[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"endpoint": "https://evil.example/push"}, "endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/fcm/send/a"}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com:22/"}, "endpoint"),
        ({"endpoint": "https://x@fcm.googleapis.com/"}, "endpoint"),
        ({"endpoint": "https://[half/"}, "endpoint"),
        ({"endpoint": "https://169.254.169.254/"}, "endpoint"),
        ({"endpoint": ""}, "endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": "c2l4dGVlbiBieXRlcyEhIQ"}}, "keys.p256dh"),
        ({"keys": {"p256dh": "é", "auth": "c2l4dGVlbiBieXRlcyEhIQ"}}, "keys.p256dh"),
        ({"keys": {"p256dh": Browser().p256dh, "auth": "AAAA"}}, "keys.auth"),
        ({"keys": {"p256dh": Browser().p256dh}}, "keys.auth"),
        ({"more": 1}, "more"),
    ],
)
async def test_ssrf_what_no_browser_would_say_is_refused(
    reaching: Edge, changes: dict[str, Any], field: str
) -> None:
    person = await reaching.patient()
    answer = await person.post("/push/subscriptions", Browser().to_json() | changes)
    assert answer.status == 422
    assert field in [each["field"] for each in answer.json["errors"]]
    assert (await person.get("/notices/preferences")).json["subscriptions"] == []


async def test_who_a_browser_is_written_to_stands_in_no_answer_and_no_page(
    reaching: Edge,
) -> None:
    person, browser = await reaching.patient(), Browser()
    await person.post("/push/subscriptions", browser.to_json())
    seen = (await person.get("/notices/preferences")).text
    for secret in (browser.endpoint, browser.p256dh, browser.to_json()["keys"]["auth"]):
        assert secret not in seen
