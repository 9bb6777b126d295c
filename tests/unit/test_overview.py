"""What an operator is told of all nodes together, by the lease table."""

from actors.runtime.leases import Census, Lease, Member
from actors.runtime.operations import MoveRow, NodeRow, ShardRow
from actors.runtime.overview import moves_in, nodes_in, shards_in

ANN = Member("ann-1", "ann", "1.4.0", since=5)
BEN = Member("ben-1", "ben", "1.5.0", wants=False, since=7)
CAT = Member("cat-1", "cat", "1.5.0", since=9)
CENSUS = Census(
    10,
    (ANN, BEN, CAT),
    (Lease(0, "ann-1", 3), Lease(1, "ben-1", 4), Lease(2, "dead-1", 5), Lease(3, "", 6)),
)


def test_nodes_are_the_living_with_what_each_owns() -> None:
    found = nodes_in(CENSUS, 6)
    assert found.items[0] == NodeRow("ann", "ann-1", "1.4.0", 5, 1, leaving=False)
    assert [(row.name, row.shards, row.leaving) for row in found.items] == [
        ("ann", 1, False),
        ("ben", 1, True),
        ("cat", 0, False),
    ]
    assert (found.shards_total, found.free) == (6, 4)


def test_a_shard_of_nobody_who_lives_is_nobodys() -> None:
    rows = shards_in(CENSUS, 5).items
    assert rows[0] == ShardRow(0, "ann", "ann-1", 3)
    assert [row.node for row in rows] == ["ann", "ben", "", "", ""]
    assert [row.epoch for row in rows] == [3, 4, 5, 6, 0]


def test_what_moves_is_said_by_nodes() -> None:
    assert set(moves_in(CENSUS, 6).items) == {
        MoveRow("", "ann", 2),
        MoveRow("", "cat", 2),
        MoveRow("ben", "cat", 1),
    }


def test_nothing_moves_where_shares_are_fair() -> None:
    fair = Census(10, (ANN, CAT), (Lease(0, "ann-1", 3), Lease(1, "cat-1", 4)))
    assert moves_in(fair, 2).items == ()
