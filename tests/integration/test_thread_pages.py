"""Threads on pages, by plain forms: what two people write reaches both, and nobody else."""

import itertools
import re

import pytest

from actors.conversation.messages import MOST_TEXT
from actors.conversation.messages.views import PAGE
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.pages import threads
from tests.edge import Edge, Person, Ward
from tests.integration.pages_support import once_of, place, seen, text_of
from tests.integration.threads_support import Pair, pair_of

NAMES = (f"Patient Number{number}" for number in itertools.count())


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another; the patient's name is nobody else's."""
    return await pair_of(edge, ward, next(NAMES))


async def listed(pair: Pair, who: Person) -> str:
    """Return what the list of *who*'s threads says of this one."""
    page = await (await pair.tab(who)).open("/messages")
    (line,) = re.findall(rf'<li[^>]*data-key="{pair.id}".*?</li>', page.text, re.DOTALL)
    return seen(line)


async def test_what_one_writes_by_a_form_the_other_reads(pair: Pair) -> None:
    pat, mia = await pair.tab(pair.patient), await pair.tab(pair.doctor)
    page = await pat.open(pair.page)
    assert page.status == 200
    assert "Dr Mia" in text_of(page)
    assert "Visit confirmed" in text_of(page)
    sent = await pat.send(pair.page, once=once_of(page), text="Is <b>Monday</b> fine?\nTell me.")
    assert place(sent) == f"{pair.page}#write"
    read = await mia.open(pair.page)
    assert "Is &lt;b&gt;Monday&lt;/b&gt; fine?" in read.text
    assert "Patient Number" in text_of(read)


async def test_a_form_sent_twice_is_one_message(pair: Pair) -> None:
    pat = await pair.tab(pair.patient)
    once = once_of(await pat.open(pair.page))
    for _ in range(2):
        assert place(await pat.send(pair.page, once=once, text="canary once"))
    items = (await pair.doctor.get(f"{pair.api}/messages")).json["items"]
    assert [each.get("text") for each in items].count("canary once") == 1


async def test_the_list_says_with_whom_how_much_and_what_last(edge: Edge, pair: Pair) -> None:
    await pair.says(pair.patient, "canary excerpt")
    await pair.says(pair.patient, "and one more")
    await edge.clinic.settled()
    theirs = await listed(pair, pair.doctor)
    assert "Patient Number" in theirs
    assert "and one more" in theirs
    assert "2 messages not read" in theirs
    own = await listed(pair, pair.patient)
    assert "Dr Mia" in own
    assert "You: and one more" in own
    assert "not read" not in own


async def test_marking_as_read_without_a_script(edge: Edge, pair: Pair) -> None:
    number = await pair.says(pair.patient, "read me")
    await edge.clinic.settled()
    assert "1 message not read" in await listed(pair, pair.doctor)
    mia = await pair.tab(pair.doctor)
    page = await mia.open(pair.page)
    done = await mia.send(f"{pair.page}/read", once=once_of(page), up_to=str(number))
    assert place(done) == pair.page
    await edge.clinic.settled()
    assert (await pair.doctor.get(pair.api)).json["unread"] == 0
    assert "not read" not in await listed(pair, pair.doctor)


async def test_what_is_too_long_is_kept_and_said(pair: Pair) -> None:
    pat = await pair.tab(pair.patient)
    once = once_of(await pat.open(pair.page))
    text = "canary " * (MOST_TEXT // 7 + 1)
    refused = await pat.send(pair.page, once=once, text=text, reply_to="0")
    assert refused.status == 422
    assert f"Use at most {MOST_TEXT} characters" in text_of(refused)
    assert text.strip() in refused.text
    mended = await pat.send(pair.page, once=once_of(refused), text="canary short")
    assert place(mended)


async def test_an_empty_message_is_refused(pair: Pair) -> None:
    pat = await pair.tab(pair.patient)
    refused = await pat.send(pair.page, once="1", text="   ")
    assert refused.status == 422
    assert "Please look at this again" in text_of(refused)


async def test_answering_a_message_quotes_it(pair: Pair) -> None:
    number = await pair.says(pair.patient, "canary question")
    mia = await pair.tab(pair.doctor)
    page = await mia.open(f"{pair.page}?reply_to={number}")
    assert f'name="reply_to" value="{number}"' in page.text
    fields = {"once": once_of(page), "text": "an answer", "reply_to": str(number)}
    assert place(await mia.send_fields(pair.page, fields))
    items = (await pair.patient.get(f"{pair.api}/messages")).json["items"]
    assert items[-1]["quote"] == {
        "number": number,
        "author": pair.patient.user,
        "text": "canary question",
    }
    gone = await mia.send(pair.page, once="2", text="what?", reply_to=str(number + 100))
    assert gone.status == 409
    assert "what?" in gone.text


async def test_own_messages_are_changed_and_deleted_by_forms(pair: Pair) -> None:
    number = await pair.says(pair.patient, "first wording")
    pat, mia = await pair.tab(pair.patient), await pair.tab(pair.doctor)
    path = f"{pair.page}/{number}"
    form = await pat.open(f"{path}/edit")
    assert "first wording" in form.text
    mute = await pat.send(f"{path}/edit", once="1", text="")
    assert mute.status == 422
    saved = await pat.send(f"{path}/edit", once=once_of(form), text="second wording")
    assert place(saved) == f"{pair.page}?around={number}#m{number}"
    read = text_of(await mia.open(pair.page))
    assert "second wording" in read
    assert "first wording" not in read
    asked = await pat.open(f"{path}/delete")
    assert "second wording" in asked.text
    assert place(await pat.send(f"{path}/delete", once=once_of(asked))) == pair.page
    assert "second wording" not in (await mia.open(pair.page)).text
    assert (await pat.open(f"{path}/edit")).status == 404


async def test_nobody_changes_what_another_wrote(pair: Pair) -> None:
    number = await pair.says(pair.patient, "mine alone")
    mia = await pair.tab(pair.doctor)
    for what in ("edit", "delete"):
        path = f"{pair.page}/{number}/{what}"
        assert (await mia.open(path)).status == 404
        assert (await mia.send(path, once="1", text="theirs")).status in {403, 404}
    item = await pair.patient.get(f"{pair.api}/messages/{number}")
    assert item.json["text"] == "mine alone"


async def test_an_earlier_page_and_a_place_in_the_middle(pair: Pair) -> None:
    numbers = [await pair.says(pair.patient, f"canary-{each}-") for each in range(PAGE + 10)]
    mia = await pair.tab(pair.doctor)
    newest = await mia.open(pair.page)
    assert f"canary-{PAGE + 9}-" in newest.text
    assert "canary-0-" not in newest.text
    (before,) = re.findall(r'href="[^"]*\?before=(\d+)"', newest.text)
    older = await mia.open(f"{pair.page}?before={before}")
    assert "canary-0-" in older.text
    assert f"canary-{PAGE + 9}-" not in older.text
    middle = await mia.open(f"{pair.page}?around={numbers[5]}")
    assert f'id="m{numbers[5]}"' in middle.text
    assert f"canary-{PAGE + 9}-" not in middle.text
    (later,) = re.findall(r'href="[^"]*\?around=(\d+)"[^>]*>Show later', middle.text)
    assert "canary-31-" in (await mia.open(f"{pair.page}?around={later}")).text


async def test_words_are_found_in_all_threads_and_in_one(pair: Pair) -> None:
    number = await pair.says(pair.patient, "The canary sang at dawn.")
    mia = await pair.tab(pair.doctor)
    form = await mia.open("/messages/search")
    assert 'method="post"' in form.text
    link = f'href="{pair.page}?around={number}#m{number}"'
    for path in ("/messages/search", f"{pair.page}/search"):
        found = await mia.send(path, q="Canary dawn")
        assert link in found.text, path
        assert "The canary sang at dawn." in found.text
        nothing = await mia.send(path, q="okapi")
        assert "No message has all of these words" in text_of(nothing)
        assert (await mia.send(path, q=" ")).status == 422
    named = await mia.send("/messages/search", q=pair.name)
    assert f'href="{pair.page}#write"' in named.text


async def test_e22_what_is_looked_for_never_stands_in_a_url(pair: Pair) -> None:
    mia = await pair.tab(pair.doctor)
    for path in ("/messages", "/messages/search", f"{pair.page}/search", pair.page):
        page = re.sub(r"<template.*?</template>", "", (await mia.open(path)).text, flags=re.DOTALL)
        for form in re.findall(r"<form[^>]*>", page):
            assert 'method="post"' in form, path


async def test_z04_a_thread_of_others_answers_like_none(edge: Edge, ward: Ward, pair: Pair) -> None:
    number = await pair.says(pair.patient, "canary secret")
    stranger = await pair.tab(await edge.patient())
    colleague = await pair.tab(ward.doctors[1])
    nothing = "/messages/no-such-thread"
    for tab in (stranger, colleague):
        for rest in ("", "/search", f"/{number}/edit", f"/{number}/delete", "/files/some"):
            theirs, none = await tab.open(pair.page + rest), await tab.open(nothing + rest)
            assert theirs.status == none.status == 404
            assert "canary" not in theirs.text
        for rest in ("", "/read", f"/{number}/edit", f"/{number}/delete"):
            fields = {"once": "1", "text": "intruder", "up_to": "5"}
            assert (await tab.send_fields(pair.page + rest, fields)).status == 404
        found = await tab.send("/messages/search", q="canary")
        assert "canary secret" not in found.text
        assert (await tab.send(f"{pair.page}/search", q="canary")).status == 404
    items = (await pair.patient.get(f"{pair.api}/messages")).json["items"]
    assert not any("intruder" in each.get("text", "") for each in items)


async def test_a_closed_thread_is_read_by_its_patient_alone(edge: Edge, pair: Pair) -> None:
    await pair.says(pair.doctor, "canary advice")
    pat, mia = await pair.tab(pair.patient), await pair.tab(pair.doctor)
    page = await pat.open(pair.page)
    cancelled = await pair.patient.post(f"/appointments/{pair.appointment}/cancel", {})
    assert cancelled.status == 200, cancelled.text
    await edge.clinic.settled()
    late = await pat.send(pair.page, once=once_of(page), text="canary too late")
    assert late.status == 409
    read = await pat.open(pair.page)
    assert "canary advice" in read.text
    assert 'id="write"' not in read.text
    assert (await mia.open(pair.page)).status == 404
    assert "Closed" in await listed(pair, pair.patient)
    assert str(pair.id) not in (await mia.open("/messages")).text


async def test_a_thread_that_does_not_answer_is_listed_without_its_words(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.says(pair.doctor, "canary advice")

    async def silent(*_asked: object) -> None:
        raise DeliveryFailed(Fault.BUSY)

    monkeypatch.setattr(threads, "ask", silent)
    line = await listed(pair, pair.patient)
    assert "Dr Mia" in line
    assert "Messages are not shown just now" in line
    assert "canary advice" not in line


async def test_the_pages_of_a_visit_lead_to_its_thread(pair: Pair) -> None:
    pat, mia = await pair.tab(pair.patient), await pair.tab(pair.doctor)
    link = f'href="{pair.page}#write"'
    assert link in (await pat.open(f"/appointments/{pair.appointment}")).text
    assert link in (await mia.open(f"/visits/{pair.appointment}")).text
