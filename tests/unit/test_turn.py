"""Credentials of the clinic's TURN server."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.call_session.turn import NO_TURN, Turn, ice_servers, turn_of
from config.media import MediaSettings
from config.private import TooOpen

URLS = ("turns:turn.example.org:443?transport=tcp",)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = b"shared with nobody else"


def secret_file(tmp_path: Path, mode: int = 0o600) -> Path:
    file = tmp_path / "turn.secret"
    file.write_bytes(SECRET + b"\n")
    file.chmod(mode)
    return file


def test_a_clinic_without_a_server_names_none() -> None:
    assert turn_of(MediaSettings()) is NO_TURN
    assert ice_servers(NO_TURN, NOW, "pat") == ()


def test_the_secret_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    file = secret_file(tmp_path)
    turn = turn_of(MediaSettings(turn_urls=URLS, turn_secret_file=str(file), turn_seconds=600))
    assert turn == Turn(URLS, SECRET, 600)
    assert SECRET.decode() not in repr(turn)


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = secret_file(tmp_path, 0o644)
    with pytest.raises(TooOpen):
        turn_of(MediaSettings(turn_urls=URLS, turn_secret_file=str(file)))


@given(
    seconds=st.integers(60, 86_400),
    user=st.text("abcdef0123456789-_", min_size=1, max_size=64),
    later=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_m09_a_credential_is_one_persons_and_ends(
    seconds: int, user: str, later: timedelta
) -> None:
    """M09."""
    now = NOW + later
    (server,) = ice_servers(Turn(URLS, SECRET, seconds), now, user)
    until, _, who = server.username.partition(":")
    assert who == user
    assert 0 <= now.timestamp() + seconds - int(until) < 1
    proof = hmac.digest(SECRET, server.username.encode(), hashlib.sha1)
    assert base64.b64decode(server.credential) == proof
    assert server.urls == URLS


def test_m09_it_is_no_good_for_another_person_or_a_later_end() -> None:
    """M09."""
    turn = Turn(URLS, SECRET)
    mine = ice_servers(turn, NOW, "pat")[0]
    theirs = ice_servers(turn, NOW, "ada")[0]
    later = ice_servers(turn, NOW + timedelta(seconds=1), "pat")[0]
    assert len({mine.credential, theirs.credential, later.credential}) == 3
