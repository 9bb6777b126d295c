"""Notices to the clinic's own program: signed as Standard Webhooks says, each recognisable."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from standardwebhooks import (  # noqa: TID251  the receiver's side
    Webhook,
    WebhookVerificationError,
)

from actors.notify.carriers import carriers_of
from actors.notify.carriers.carrier import Carried, Carrier
from actors.notify.carriers.webhook import WebhookCarrier
from actors.notify.messages import Channel, Outcome
from actors.runtime.clock import SystemClock
from actors.store.memory import MemoryBlobs
from config.private import TooOpen, write_private
from config.settings import Settings, WebhookSettings
from tests.integration.posting_support import SECRET, Place, guarded, open_place, settings_for

LETTER = '{"topic":"reminder","to":"Zoë"}'.encode()


def carrier(place: Place, directory: Path) -> Carrier:
    """Return the carrier of webhooks as the settings make it."""
    settings = settings_for(place, directory)
    post = guarded(settings.push, settings.webhook)
    return carriers_of(settings, directory, post, MemoryBlobs())[Channel.WEBHOOK]


async def carried(place: Place, directory: Path) -> Carried:
    return await carrier(place, directory).carry("id1@carewire", LETTER, "user")


async def test_a_receiver_can_tell_that_we_sent_it_and_when(tmp_path: Path) -> None:
    async with open_place(200) as place:
        assert await carried(place, tmp_path) == Carried(Outcome.CARRIED, "status 200")
    [seen] = place.seen
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["webhook-id"] == "id1@carewire"
    assert Webhook(SECRET).verify(seen.body, seen.headers) == json.loads(LETTER)
    for body, changes in (
        (seen.body + b" ", {}),
        (seen.body, {"webhook-id": "id2@carewire"}),
        (seen.body, {"webhook-timestamp": "1"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, seen.headers | changes)


async def test_each_attempt_is_signed_anew_under_the_same_id(tmp_path: Path) -> None:
    class LaterClock(SystemClock):
        def now(self) -> datetime:
            return super().now() + timedelta(seconds=60)

    async with open_place(0, 201) as place:
        assert (await carried(place, tmp_path)).outcome is Outcome.RETRY
        settings = settings_for(place, tmp_path)
        later = WebhookCarrier(place.url, SECRET, guarded(None, settings.webhook), LaterClock())
        assert (await later.carry("id1@carewire", LETTER, "user")).outcome is Outcome.CARRIED
    one, two = (each.headers for each in place.seen)
    assert one["webhook-id"] == two["webhook-id"]
    assert int(two["webhook-timestamp"]) >= int(one["webhook-timestamp"]) + 60
    assert one["webhook-signature"] != two["webhook-signature"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (204, Outcome.CARRIED),
        (410, Outcome.REFUSED),
        (400, Outcome.RETRY),
        (404, Outcome.RETRY),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (302, Outcome.RETRY),
        (0, Outcome.RETRY),
    ],
)
async def test_each_answer_of_a_receiver_has_its_outcome(
    tmp_path: Path, status: int, expected: Outcome
) -> None:
    async with open_place(status) as place:
        assert (await carried(place, tmp_path)).outcome is expected
        assert len(place.seen) == 1


async def test_a_receiver_that_is_down_is_tried_again(tmp_path: Path) -> None:
    async with open_place() as place:
        pass
    assert await carried(place, tmp_path) == Carried(Outcome.RETRY, "unreachable")


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_short", "whsec_" + "A" * 20, "no base64, no secret", "ä" * 32]
)
def test_a_secret_that_is_none_is_refused_at_the_start(tmp_path: Path, secret: str) -> None:
    file = tmp_path / "secret"
    write_private(file, secret.encode())
    with pytest.raises(ValueError, match="whsec_"):
        carriers_with(file, tmp_path)


def test_c04_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    write_private(file, SECRET.encode())
    file.chmod(0o640)
    with pytest.raises(TooOpen):
        carriers_with(file, tmp_path)


def carriers_with(file: Path, directory: Path) -> None:
    webhook = WebhookSettings(url="https://sms.example/", secret_file=str(file))
    settings = msgspec.structs.replace(Settings(), webhook=webhook)
    carriers_of(settings, directory, guarded(), MemoryBlobs())
