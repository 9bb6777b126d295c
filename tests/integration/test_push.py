"""Web push over the wire, to a push service of the test's own."""

from pathlib import Path

import msgspec
import pytest
from py_vapid import Vapid02  # type: ignore[import-untyped]  # noqa: TID251  the service's side

from actors.caller import Caller, Role
from actors.notify.carriers import carriers_of, push_key
from actors.notify.carriers.carrier import Carried, Carrier
from actors.notify.messages import (
    Channel,
    GetPreferences,
    Outcome,
    Preferences,
    Subscribe,
    address_of,
)
from actors.store.memory import MemoryBlobs
from tests.browsers import Browser
from tests.integration.posting_support import Place, guarded, open_place, settings_for
from tests.letter_boxes import letter_boxes

LETTER = b'{"title":"Your visit is near","tag":"visit-1"}'


def carrier(place: Place, directory: Path) -> Carrier:
    """Return the carrier of pushes as the settings make it."""
    settings = settings_for(place, directory)
    return carriers_of(settings, directory, guarded(settings.push), MemoryBlobs())[Channel.PUSH]


def target(browser: Browser) -> str:
    return msgspec.json.encode(browser.subscription()).decode()


async def carried(place: Place, directory: Path, browser: Browser | None = None) -> Carried:
    to = target(browser or Browser(place.url))
    return await carrier(place, directory).carry("id1@carewire", LETTER, to)


async def test_rfc_8030_a_push_service_can_tell_who_pushes_and_read_nothing(
    tmp_path: Path,
) -> None:
    async with open_place() as place:
        browser = Browser(place.url)
        assert (await carried(place, tmp_path, browser)).outcome is Outcome.CARRIED
    [seen] = place.seen
    assert browser.read(seen.body) == LETTER
    assert b"visit" not in seen.body
    assert seen.headers["content-encoding"] == "aes128gcm"
    assert {"ttl", "urgency", "topic"} <= seen.headers.keys()
    assert Vapid02.verify(seen.headers["authorization"])
    key = push_key(settings_for(place, tmp_path), tmp_path).public
    assert seen.headers["authorization"].endswith(f"k={key}")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (201, Outcome.CARRIED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (400, Outcome.REFUSED),
        (413, Outcome.REFUSED),
        (429, Outcome.RETRY),
        (502, Outcome.RETRY),
        (0, Outcome.RETRY),
    ],
)
async def test_each_answer_of_a_push_service_has_its_outcome(
    tmp_path: Path, status: int, expected: Outcome
) -> None:
    async with open_place(status) as place:
        assert (await carried(place, tmp_path)).outcome is expected


async def test_a_push_whose_answer_was_lost_comes_again_in_the_place_of_the_first(
    tmp_path: Path,
) -> None:
    async with open_place(0, 201) as place:
        assert (await carried(place, tmp_path)).outcome is Outcome.RETRY
        assert (await carried(place, tmp_path)).outcome is Outcome.CARRIED
    topics = [each.headers["topic"] for each in place.seen]
    assert topics[0] == topics[1]


async def test_a_push_service_that_is_down_is_tried_again(tmp_path: Path) -> None:
    async with open_place() as place:
        pass
    assert await carried(place, tmp_path) == Carried(Outcome.RETRY, "unreachable")


async def test_clinics_without_push_have_no_such_channel(tmp_path: Path) -> None:
    async with open_place() as place:
        settings = settings_for(place, tmp_path)
    off = msgspec.structs.replace(settings.push, enabled=False)
    without = msgspec.structs.replace(settings, push=off)
    assert set(carriers_of(settings, tmp_path, guarded(), MemoryBlobs())) == set(Channel)
    assert set(carriers_of(without, tmp_path, guarded(), MemoryBlobs())) == set(Channel) - {
        Channel.PUSH
    }


async def test_a_notice_reaches_the_browser_and_one_that_is_gone_is_forgotten(
    tmp_path: Path,
) -> None:
    ada = Caller("ada", Role.PATIENT)
    async with open_place(201, 410) as place:
        browser = Browser(place.url)
        by_push = {Channel.PUSH: carrier(place, tmp_path)}
        async with letter_boxes(tmp_path, by_push) as clinic:
            await clinic.write("ada", 0)
            box = address_of("ada")
            await clinic.client.tell(box, Subscribe(browser.subscription()), ada)
            await clinic.write("ada", 1)
            assert await clinic.settled(["ada"]) == {"carried": 1}
            await clinic.write("ada", 1)
            await clinic.settled(["ada"])
            known = await clinic.client.ask(box, GetPreferences(), Preferences, ada)
            assert known.subscriptions == ()
    shown = [msgspec.json.decode(browser.read(each.body)) for each in place.seen]
    assert len(shown) == 2
    assert shown[0]["title"] == "Your appointment is confirmed"
    assert shown[0]["url"].startswith("https://clinic.example/")
    assert place.seen[0].headers["topic"] == place.seen[1].headers["topic"]
