"""ICE, the answering side: who is let in, where we send, and when somebody is gone."""

import struct
from dataclasses import dataclass, field

import pytest
from aioice import stun  # noqa: TID251  the other side of the relay
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.demux import Address, Demux, Path
from actors.relay.ice import (
    CONSENT_SECONDS,
    FIRST_SECONDS,
    LEFT_SECONDS,
    MOST_BAD,
    MOST_PATHS,
    Agent,
    Credentials,
)
from tests.unit.relay_support import Post

HOME: Address = ("192.0.2.1", 5000)
AWAY: Address = ("192.0.2.2", 6000)


@dataclass
class House:
    """One agent, with a clock that is set by hand."""

    at: float = 100.0
    moves: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.demux = Demux(lambda address: Post(host=address[0], number=address[1]))
        self.agent = Agent(self.demux, Post(), self.moves.append, lambda: self.at)
        self.now = self.agent.start("theirs")

    def is_gone(self) -> bool:
        """Say whether the agent takes its browser for gone."""
        return self.agent.gone

    def check(self, data: bytes, key: Address = HOME, ufrag: str = "") -> stun.Message | None:
        """Bring a check; return what it was answered."""
        post = Post(host=key[0], number=key[1])
        self.agent.check(ufrag or self.now.ufrag, data, post, key)
        return stun.parse_message(post.got[0][1]) if post.got else None


def request(now: Credentials, nominate: bool = True, **other: object) -> bytes:
    """Return a check; *other* sets attributes, or leaves them out with None."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{now.ufrag}:{now.remote}"
    if "ICE_CONTROLLED" in other:
        message.attributes["ICE-CONTROLLED"] = other["ICE_CONTROLLED"]
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.attributes["USERNAME"] = other.get("USERNAME", message.attributes["USERNAME"])
    message.add_message_integrity(str(other.get("password", now.password)).encode())
    return bytes(message)


def without_fingerprint(data: bytes) -> bytes:
    return stun.set_body_length(data[:-8], len(data) - 28)


def test_a_good_check_is_answered_with_the_address_it_came_from() -> None:
    house = House()
    answer = house.check(request(house.now))
    assert answer is not None
    assert answer.message_class is stun.Class.RESPONSE
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == HOME
    assert answer.check_message_integrity(house.now.password.encode())
    assert "FINGERPRINT" in answer.attributes


def bad_checks(now: Credentials) -> dict[str, bytes]:
    good = request(now)
    return {
        "another password": request(now, password="x" * 32),
        "another browser": request(now, USERNAME=f"{now.ufrag}:others"),
        "no browser": request(now, USERNAME=now.ufrag),
        "no fingerprint": without_fingerprint(good),
        "a changed bit": good[:30] + bytes((good[30] ^ 1,)) + good[31:],
        "cut short": good[:-4],
        "an attribute of a wrong size": good[:20] + b"\x00\x24\x00\x01\x00\x00\x00\x00" + good[20:],
    }


@pytest.mark.parametrize("trouble", bad_checks(Credentials("a", "b", "c")))
def test_a_check_that_is_not_good_is_neither_answered_nor_let_in(trouble: str) -> None:
    house = House()
    assert house.check(bad_checks(house.now)[trouble]) is None
    assert (house.moves, house.agent.chosen) == ([], None)


def test_a_side_that_thinks_it_is_controlled_is_told_otherwise() -> None:
    house = House()
    answer = house.check(request(house.now, ICE_CONTROLLED=1))
    assert answer is not None
    assert answer.error_code == 487
    assert house.agent.chosen is None


def test_we_send_where_the_browser_has_nominated_last() -> None:
    house = House()
    house.check(request(house.now, nominate=False))
    assert house.agent.chosen is None
    house.check(request(house.now), HOME)
    house.check(request(house.now), AWAY)
    house.check(request(house.now), AWAY)
    assert [path.key for path in house.moves] == [HOME, AWAY]


def test_we_follow_what_the_browser_sends_among_nominated_ones() -> None:
    house = House()
    house.check(request(house.now), HOME)
    home = house.moves[0]
    house.check(request(house.now), AWAY)
    house.agent.came_by(Path(("192.0.2.3", 1), Post(), Post()))
    house.agent.came_by(home)
    assert [path.key for path in house.moves] == [HOME, AWAY, HOME]


def test_we_follow_a_browser_whose_address_has_changed_under_it() -> None:
    house = House()
    house.check(request(house.now), HOME)
    house.at += LEFT_SECONDS
    house.check(request(house.now, nominate=False), AWAY)
    away = Path(AWAY, Post(), Post())
    house.agent.came_by(away)
    assert [path.key for path in house.moves] == [HOME]
    house.at += 1
    house.agent.came_by(away)
    house.agent.came_by(away)
    assert [path.key for path in house.moves] == [HOME, AWAY]


def test_an_answer_waits_a_while_for_the_first_check() -> None:
    house = House()
    house.at += FIRST_SECONDS
    assert not house.is_gone()
    house.at += 1
    assert house.is_gone()


def test_a_browser_that_checks_no_more_is_gone_until_it_checks_again() -> None:
    house = House()
    house.at += FIRST_SECONDS
    house.check(request(house.now))
    house.at += CONSENT_SECONDS
    assert not house.is_gone()
    house.check(request(house.now, password="x" * 32))
    house.at += 1
    assert house.is_gone()
    house.check(request(house.now))
    assert not house.is_gone()


def test_a_restart_leaves_the_old_path_until_a_new_one_is_nominated() -> None:
    house = House()
    old = house.now
    house.check(request(old))
    new = house.agent.start("newer")
    assert new.ufrag != old.ufrag
    assert house.check(request(old), ufrag=old.ufrag) is not None
    assert house.check(request(new), AWAY, new.ufrag) is not None
    assert house.check(request(old), ufrag=old.ufrag) is None
    assert [path.key for path in house.moves] == [HOME, AWAY]


def test_of_many_restarts_the_last_two_are_good() -> None:
    house = House()
    made = [house.now, *(house.agent.start(f"theirs{n}") for n in range(4))]
    good = [house.check(request(one, nominate=False), ufrag=one.ufrag) for one in made]
    assert [one is not None for one in good] == [False, False, False, True, True]


def test_many_bad_checks_shut_out_addresses_that_nobody_knows_for_a_second() -> None:
    house = House()
    house.check(request(house.now))
    for _ in range(MOST_BAD):
        house.check(request(house.now, password="x" * 32), AWAY)
    assert house.check(request(house.now), AWAY) is None
    assert house.check(request(house.now), HOME) is not None
    house.at += 1
    assert house.check(request(house.now), AWAY) is not None


def test_paths_are_bounded_and_the_one_in_use_stays() -> None:
    house = House()
    house.check(request(house.now), HOME)
    for number in range(1, MOST_PATHS + 5):
        house.at += 0.01
        house.check(request(house.now, nominate=False), ("192.0.2.9", number))
    kept = [n for n in range(1, MOST_PATHS + 5) if house.demux.knows(("192.0.2.9", n))]
    assert kept == list(range(6, MOST_PATHS + 5))
    assert house.demux.knows(HOME)


def test_a_closed_agent_answers_nobody_and_has_no_paths() -> None:
    house = House()
    house.check(request(house.now))
    house.agent.close()
    assert house.check(request(house.now)) is None
    assert not house.demux.knows(HOME)
    assert house.agent.chosen is None


@given(st.binary(max_size=548))
def test_m01_no_datagram_is_taken_for_a_check(data: bytes) -> None:
    house = House()
    assert house.check(data) is None
    head = struct.pack("!HHI12s", 1, len(data), stun.COOKIE, bytes(12))
    assert house.check(head + data) is None
