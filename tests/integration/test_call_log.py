"""What remains of a call: its log in plain words, and its recordings, looked at for a reason."""

import io
import re
from collections.abc import AsyncIterator

import av  # noqa: TID251  to play what was recorded
import pytest

from actors.call_session.messages import (
    Event,
    MediaDue,
    MediaSet,
    PathReported,
    RecordingPlayed,
    RecordingStarted,
    address_of,
)
from actors.ids import CallId
from actors.runtime.codec import decode_as
from actors.zones import ZONES
from http_edge.downloads import HARMLESS
from tests.edge import ZONE, Answer, Edge, open_ward
from tests.integration.calls_support import visit_of
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of
from tests.integration.recordings_support import Recorded, open_recorded
from tests.integration.staff_support import accept, ask_for, set_hours, soon

WHY = "The <patient> asked what was said"


@pytest.fixture(scope="module")
async def recorded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Recorded]:
    """Return a visit that was recorded twice, in a clinic of its own."""
    async with open_recorded(tmp_path_factory.mktemp("recorded")) as recorded:
        yield recorded


async def doctors(recorded: Recorded) -> Tab:
    """Return a browser of the doctor."""
    return await tab_of(recorded.edge, recorded.visit.doctor)


async def ranged(tab: Tab, path: str, asked: str) -> Answer:
    """Ask for a part of a file."""
    return await tab.edge.send("GET", path, headers={"Cookie": tab.cookie, "Range": asked})


# --- the log -------------------------------------------------------------------------------------


async def test_the_log_says_in_words_who_was_there_and_how(recorded: Recorded) -> None:
    page = text_of(await (await doctors(recorded)).open(f"{recorded.visit.path}/log"))
    for words in (
        "Dr Mia rang Pat Ient, with video.",
        "Pat Ient answered Dr Mia.",
        "Pat Ient came into the call, with video.",
        "Doctor and patient were both in the call: the visit began.",
        "Picture and sound go directly from browser to browser",
        "Picture and sound go through the media worker media-0, because the call is recorded",
        "Pat Ient was connected through the media worker.",
        "Dr Mia asked everybody whether the call may be recorded.",
        "Pat Ient agreed to be recorded.",
        "Recording 1 was stopped by Pat Ient.",
        "Dr Mia noted what it came to: Completed.",
        "Agreed: Dr Mia, Pat Ient",
    ):
        assert words in page
    assert re.search(r"Call 1 was over\. It lasted (\d+ min )?\d+ s\.", page)
    assert "because the call is recorded" in page
    assert "through a media worker, because the call is recorded" not in page


async def test_administrators_read_the_log_and_play_nothing(recorded: Recorded) -> None:
    admin = await recorded.edge.admin()
    tab = await tab_of(recorded.edge, admin)
    page = await tab.open(f"{recorded.visit.path}/log")
    assert page.status == 200
    assert "Recording 1" in text_of(page)
    assert "/recordings/" not in page.text
    for path in (recorded.path, f"{recorded.path}/tapes/0"):
        assert (await tab.open(path)).status == 403
    assert (await admin.get(f"{recorded.path}/tapes/0")).status == 403


async def test_nobody_else_reads_the_log_or_finds_a_recording(recorded: Recorded) -> None:
    visit = recorded.visit
    for person, status in ((visit.patient, 403), (visit.colleague, 404)):
        tab = await tab_of(recorded.edge, person)
        for path in (f"{visit.path}/log", recorded.path, f"{recorded.path}/tapes/0"):
            assert (await tab.open(path)).status == status, path
        for path in (recorded.path, f"{recorded.path}/delete"):
            sent = await tab.send(path, once="k", reason=WHY, sure="yes")
            assert sent.status == status, path
        assert (await person.post(f"{recorded.path}/play", {"reason": WHY})).status == status
        refused = await person.call("DELETE", recorded.path, {"reason": WHY})
        assert refused.status == status


async def test_the_visit_leads_to_the_log(recorded: Recorded) -> None:
    tab, visit = await doctors(recorded), recorded.visit
    assert f'href="{visit.path}/log"' in (await tab.open(f"/visits/{visit.id}")).text
    assert f'href="{visit.path}/log"' in (await tab.open(visit.path)).text


async def test_the_board_and_the_day_lead_administrators_to_the_log(edge: Edge) -> None:
    ward = await open_ward(edge)
    doctor, start = ward.doctors[0], soon(edge)
    await set_hours(doctor)
    visit = await ask_for(edge, ward, await edge.patient())
    await accept(edge, doctor, visit, start)
    log, admin = f'href="/calls/{visit}/log"', await tab_of(edge, ward.admin)
    board = f"/board?department={ward.department}"
    day = f"/day?date={start.astimezone(ZONES[ZONE]):%Y-%m-%d}"
    request = f"/board/{ward.department}/{visit}"
    for path in (board, request, day):
        assert log not in (await admin.open(path)).text, path
    for way, pages in (("start", (board, request, day)), ("finish", (request, day))):
        done = await doctor.post(f"/doctor/visits/{visit}/{way}", {})
        assert done.status == 200, done.text
        await edge.clinic.settled()
        for path in pages:
            assert log in (await admin.open(path)).text, (way, path)


async def test_the_patient_sees_that_it_was_recorded_and_by_whose_consent(
    recorded: Recorded,
) -> None:
    visit = recorded.visit
    tab = await tab_of(recorded.edge, visit.patient)
    page = await tab.open(f"/appointments/{visit.id}")
    said = text_of(page)
    assert "Recorded" in said
    assert "Agreed: Dr Mia, Pat Ient" in said
    assert recorded.kept not in page.text


async def test_a_visit_without_a_call_has_a_log_without_one(edge: Edge) -> None:
    visit = await visit_of(edge)
    page = text_of(await (await tab_of(edge, visit.doctor)).open(f"{visit.path}/log"))
    assert "Nobody has called yet." in page
    assert "The visit of Dr Mia and Pat Ient is on" in page
    assert "Recordings" not in page


async def test_operators_are_explained_what_went_on_in_the_call(recorded: Recorded) -> None:
    await recorded.visit.doctor.post(f"{recorded.path}/play", {"reason": WHY})
    await recorded.edge.clinic.settled()
    entries = await recorded.edge.clinic.journal.about(recorded.visit.id)
    mine = [each for each in entries if each.actor == address_of(CallId(recorded.visit.id))]
    done = {each.command for each in mine}
    assert {"JoinCall", "AskRecording", "Consent", "TendMedia", "PlayRecording"} <= done
    events = [each for entry in mine for each in decode_as(list[Event], entry.events)]
    found = {type(each) for each in events}
    assert {MediaSet, PathReported, RecordingStarted, RecordingPlayed} <= found
    lone = [each for each in mine if each.count == 1]
    assert MediaDue not in {type(decode_as(list[Event], each.events)[0]) for each in lone}


# --- looking -------------------------------------------------------------------------------------


async def test_a_recording_is_played_after_a_reason_that_everybody_of_the_log_sees(
    recorded: Recorded,
) -> None:
    tab = await doctors(recorded)
    empty = await tab.send(recorded.path, once="empty", reason=" ")
    assert (empty.status, "Say why you look at it." in text_of(empty)) == (422, True)
    page = await tab.open(recorded.path)
    done = await tab.send(recorded.path, once=once_of(page), reason=WHY)
    assert place(done) == recorded.path
    page = await tab.open(recorded.path)
    found = re.findall(r'<video src="([^"]+)" data-begins="(\d+)"', page.text)
    assert [src for src, _ in found] == [f"{recorded.path}/tapes/{number}" for number in (0, 1)]
    assert re.findall(r'<video[^>]+aria-label="([^"]+)"', page.text) == ["Dr Mia", "Pat Ient"]
    log = await tab.open(f"{recorded.visit.path}/log")
    assert "Dr Mia looked at recording 1: “The &lt;patient&gt; asked what was said”" in log.text
    admin = await tab_of(recorded.edge, await recorded.edge.admin())
    assert "The <patient> asked" in text_of(await admin.open(f"{recorded.visit.path}/log"))


async def test_every_look_has_a_line_of_its_own(recorded: Recorded) -> None:
    doctor = recorded.visit.doctor
    for reason in ("First look", "Second look"):
        assert (await doctor.post(f"{recorded.path}/play", {"reason": reason})).status == 200
    played = [
        each for each in (await recorded.log())["events"] if each["type"] == "RecordingPlayed"
    ]
    reasons = [each["reason"] for each in played if each["by"] == doctor.user]
    assert {"First look", "Second look"} <= set(reasons)


async def test_a_tape_is_a_webm_file_that_is_kept_nowhere(recorded: Recorded) -> None:
    tab, visit = await doctors(recorded), recorded.visit
    played = (await visit.doctor.post(f"{recorded.path}/play", {"reason": WHY})).json
    assert [(each["name"], each["video"], each["screen"]) for each in played["tapes"]] == [
        ("Dr Mia", True, False),
        ("Pat Ient", True, False),
    ]
    for each in played["tapes"]:
        whole = await tab.open(f"{recorded.path}/tapes/{each['number']}")
        assert (await visit.doctor.get(each["href"])).body == whole.body
        assert whole.headers["Content-Type"] == "video/webm"
        assert whole.headers["Content-Security-Policy"] == HARMLESS
        assert whole.headers["Cache-Control"] == "no-store"
        assert whole.headers["Content-Disposition"].startswith("inline;")
        with av.open(io.BytesIO(whole.body), "r") as file:
            kinds = {stream.type for stream in file.streams}
            frames = len(list(file.decode(video=0)))
        assert kinds == {"audio", "video"}
        assert frames > 0


async def test_a_part_of_a_tape_is_what_was_asked_for(recorded: Recorded) -> None:
    tab = await doctors(recorded)
    await recorded.visit.doctor.post(f"{recorded.path}/play", {"reason": WHY})
    path = f"{recorded.path}/tapes/0"
    whole = (await tab.open(path)).body
    for asked, start, end in (
        ("bytes=0-", 0, len(whole)),
        ("bytes=10-99", 10, 100),
        (f"bytes={len(whole) - 5}-", len(whole) - 5, len(whole)),
    ):
        part = await ranged(tab, path, asked)
        assert part.body == whole[start:end]
        if (start, end) != (0, len(whole)):
            assert part.status == 206
            assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole)}"
    beyond = await ranged(tab, path, f"bytes={len(whole)}-")
    assert beyond.status == 416
    saved = await tab.open(f"{path}?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert "Pat" not in saved.headers["Content-Disposition"]
    for missing in ("9", "x", "00000"):
        assert (await tab.open(f"{recorded.path}/tapes/{missing}")).status == 404


async def test_without_a_reason_nothing_of_it_is_read(recorded: Recorded) -> None:
    tab = await doctors(recorded)
    refused = await tab.open(f"{recorded.doomed_path}/tapes/0")
    assert refused.status in {403, 409}  # whether it was deleted already, or not
    api = await recorded.visit.doctor.get(f"{recorded.doomed_path}/tapes/0")
    assert api.code in {"reason_needed", "recording_over"}


async def test_what_is_no_recording_is_not_found(recorded: Recorded) -> None:
    tab, base = await doctors(recorded), f"{recorded.visit.path}/recordings/nothing"
    assert (await tab.open(base)).status == 404
    assert (await tab.open(f"{base}/tapes/0")).status == 404
    assert (await tab.send(base, once="a", reason=WHY)).status == 404
    assert (await recorded.visit.doctor.post(f"{base}/play", {"reason": WHY})).status == 404


# --- deleting ------------------------------------------------------------------------------------


async def test_a_recording_is_deleted_for_a_reason_and_nothing_is_left_of_it(
    recorded: Recorded,
) -> None:
    tab, visit = await doctors(recorded), recorded.visit
    unsure = await tab.send(f"{recorded.doomed_path}/delete", once="unsure", reason=WHY)
    assert "Confirm that it is deleted for ever." in text_of(unsure)
    once = once_of(await tab.open(recorded.doomed_path))
    fields = {"once": once, "reason": "They took it back", "sure": "yes"}
    done = await tab.send_fields(f"{recorded.doomed_path}/delete", fields)
    assert place(done) == f"{visit.path}/log?said=recording-deleted"
    await recorded.edge.clinic.settled()
    assert (await tab.open(f"{recorded.doomed_path}/tapes/0")).status == 409
    assert "It was deleted by Dr Mia" in text_of(await tab.open(recorded.doomed_path))
    log = text_of(await tab.open(f"{visit.path}/log"))
    assert "Dr Mia deleted recording 2: “They took it back”" in log
    again = await visit.doctor.call("DELETE", recorded.doomed_path, {"reason": WHY})
    assert again.code == "recording_over"
    patient = await tab_of(recorded.edge, visit.patient)
    assert "nothing of it is kept" in text_of(await patient.open(f"/appointments/{visit.id}"))
