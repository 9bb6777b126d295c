"""Fair shares, few moves: the plan that every node comes to."""

from hypothesis import given
from hypothesis import strategies as st

from actors.runtime.leases import Census, Lease, Member
from actors.runtime.sharing import Plan, in_turn, owned, plan_for, quotas_of

TOTAL = 16
RUNS = ("a", "b", "c", "d", "e")


@st.composite
def censuses(draw: st.DrawFn) -> Census:
    """Return any state of the lease table: some live, some are on their way out, some are dead."""
    living = draw(st.lists(st.sampled_from(RUNS), unique=True))
    members = tuple(Member(run, run, wants=draw(st.booleans())) for run in living)
    owners = draw(st.lists(st.sampled_from(("", *RUNS)), min_size=TOTAL, max_size=TOTAL))
    never = draw(st.integers(0, TOTAL))
    leases = tuple(Lease(shard, owner, 1) for shard, owner in enumerate(owners[never:], never))
    return Census(0, members, leases)


def after(census: Census) -> tuple[Census, int]:
    """Return the table after everybody has done their part once, and how many shards moved."""
    owners = {lease.shard: lease.owner for lease in census.leases}
    moved = 0
    for member in census.members:
        plan = plan_for(member.run, census, TOTAL)
        gifts = [(shard, heir) for heir, shards in plan.give.items() for shard in shards]
        for shard, owner in (*((shard, member.run) for shard in plan.take), *gifts):
            owners[shard] = owner
            moved += 1
    leases = tuple(Lease(shard, owner, 2) for shard, owner in sorted(owners.items()))
    return Census(0, census.members, leases), moved


@given(censuses())
def test_after_one_round_all_shares_are_fair(census: Census) -> None:
    settled, _ = after(census)
    takers = [member.run for member in census.members if member.wants]
    shares = owned(census.members, settled, TOTAL)
    if takers:
        sizes = [len(shares[run]) for run in takers]
        assert sum(sizes) == TOTAL
        assert max(sizes) - min(sizes) <= 1
        assert after(settled) == (settled, 0)


@given(censuses())
def test_nothing_moves_that_need_not(census: Census) -> None:
    settled, moved = after(census)
    before, then = (owned(census.members, each, TOTAL) for each in (census, settled))
    quotas = quotas_of(census.members, TOTAL)
    if any(quotas.values()):
        surplus = sum(max(0, len(before[run]) - quota) for run, quota in quotas.items())
        assert moved == len(before[""]) + surplus
        for run, quota in quotas.items():
            assert len(set(before[run]) & set(then[run])) == min(len(before[run]), quota)


@given(censuses())
def test_nobody_takes_what_another_takes_or_a_living_one_has(census: Census) -> None:
    taken = [shard for run in RUNS for shard in plan_for(run, census, TOTAL).take]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(owned(census.members, census, TOTAL)[""])


@given(censuses(), st.sampled_from(RUNS))
def test_what_the_gone_have_is_shared_by_the_others(census: Census, gone: str) -> None:
    others = tuple(member for member in census.members if member.run != gone)
    without = Census(0, others, census.leases)
    for member in others:
        assert plan_for(member.run, census, TOTAL, {gone}) == plan_for(member.run, without, TOTAL)


def test_a_newcomer_gets_its_share_from_all_the_others() -> None:
    members = tuple(Member(run, run) for run in "abc")
    leases = tuple(Lease(shard, "ab"[shard % 2], 1) for shard in range(9))
    census = Census(0, members, leases)
    assert plan_for("a", census, 9) == Plan((), {"c": (6, 8)})
    assert plan_for("b", census, 9) == Plan((), {"c": (7,)})


def test_who_is_on_its_way_out_gives_everything_away() -> None:
    census = Census(0, (Member("a", "a", wants=False), Member("b", "b")), (Lease(0, "a", 1),))
    assert plan_for("a", census, 2) == Plan((), {"b": (0,)})
    assert plan_for("b", census, 2) == Plan((1,))


def test_in_turn_each_gets_one_after_the_other() -> None:
    assert list(in_turn({"a": 2, "b": 0, "c": 3})) == ["a", "c", "a", "c", "c"]
