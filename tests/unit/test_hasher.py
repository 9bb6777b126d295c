"""What every hasher promises, and what Argon2 costs."""

import threading

import anyio
import pytest

from actors.accounts.hasher import AT_A_TIME, Argon2Hasher, Hasher, QuickHasher
from actors.accounts.refusals import RetryLater


def cheap_argon2(passes: int = 1) -> Argon2Hasher:
    return Argon2Hasher(memory_kib=8, passes=passes)


@pytest.fixture(params=["argon2", "quick"])
def hasher(request: pytest.FixtureRequest) -> Hasher:
    return cheap_argon2() if request.param == "argon2" else QuickHasher()


async def test_a_password_fits_its_own_hash_alone(hasher: Hasher) -> None:
    made = await hasher.hash("seven green kettles")
    assert await hasher.verify(made, "seven green kettles")
    assert not await hasher.verify(made, "seven green kettle")
    assert not await hasher.verify(made, "")


async def test_a_hash_does_not_contain_the_password(hasher: Hasher) -> None:
    assert "kettles" not in await hasher.hash("kettles")


@pytest.mark.parametrize("password", ["", "none", "x", "\0" * 32])
async def test_no_password_fits_the_dummy(hasher: Hasher, password: str) -> None:
    assert not await hasher.verify(hasher.dummy, password)


@pytest.mark.parametrize("broken", ["", "x", "$argon2id$", "quick$", "quick$1$", "$$$$$"])
async def test_what_is_no_hash_fits_nothing(hasher: Hasher, broken: str) -> None:
    assert not await hasher.verify(broken, "x")


async def test_long_and_foreign_passwords_are_hashed_whole(hasher: Hasher) -> None:
    long = "пароль🔑" * 150
    made = await hasher.hash(long)
    assert await hasher.verify(made, long)
    assert not await hasher.verify(made, long[:-1])


async def test_a_fresh_hash_needs_no_rehash(hasher: Hasher) -> None:
    assert not hasher.needs_rehash(await hasher.hash("seven green kettles"))


@pytest.mark.parametrize(
    ("old", "new"),
    [(cheap_argon2(1), cheap_argon2(2)), (QuickHasher(strength=1), QuickHasher(strength=2))],
    ids=["argon2", "quick"],
)
async def test_a01_a_hash_of_weaker_parameters_is_still_good_but_needs_a_rehash(
    old: Hasher, new: Hasher
) -> None:
    made = await old.hash("seven green kettles")
    assert await new.verify(made, "seven green kettles")
    assert new.needs_rehash(made)


async def test_a01_argon2id_costs_at_least_19_mib_and_two_passes() -> None:
    made = await Argon2Hasher().hash("seven green kettles")
    assert made.split("$")[1:4] == ["argon2id", "v=19", "m=19456,t=2,p=1"]


async def test_a05_the_dummy_costs_what_a_real_hash_costs() -> None:
    hasher = Argon2Hasher()
    made = await hasher.hash("seven green kettles")
    assert made.split("$")[:4] == hasher.dummy.split("$")[:4]
    assert len(made) == len(hasher.dummy)


async def test_the_same_password_gets_another_salt() -> None:
    hasher = cheap_argon2()
    assert await hasher.hash("seven green kettles") != await hasher.hash("seven green kettles")


class CountedWork:
    """Stands in for Argon2: notes how many work at once; two must meet for either to end."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()
        self._meeting = threading.Barrier(AT_A_TIME)

    def hash(self, _password: str) -> str:
        """Meet another one, and return."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self._meeting.wait(timeout=10)
        with self._lock:
            self._now -= 1
        return "hash"


async def test_a01_two_are_hashed_at_a_time_and_the_loop_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasher, work = Argon2Hasher(), CountedWork()
    monkeypatch.setattr(hasher, "_hasher", work)
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(hasher.hash, "x")
    assert work.most == AT_A_TIME == 2


async def test_a_flood_is_turned_away_instead_of_queued_without_end() -> None:
    flooded = Argon2Hasher(waiting=0)
    with pytest.raises(RetryLater):
        await flooded.hash("x")
    with pytest.raises(RetryLater):
        await flooded.verify(flooded.dummy, "x")
