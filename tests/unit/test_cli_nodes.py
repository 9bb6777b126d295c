"""Several nodes, as the command line has them: what may be said together, what is read of them."""

import ssl
from pathlib import Path

import msgspec
import pytest

from actors.operations import (
    clinic_file,
    journals,
    local_nodes,
    machines,
    media_workers,
    nodes,
    skew,
)
from actors.operations.arguments import parse
from actors.operations.nodes import NodeAtAGlance, Nodes, ShardCount, ShardCounts
from actors.operations.tables import render
from actors.runtime.leases import Member
from actors.runtime.nats_keys import KeysRefused
from actors.runtime.operations import MoveList, MoveRow, ShardList, ShardRow
from actors.runtime.presence import Present
from actors.store.files import StoreRefused
from config.private import TooOpen, write_private
from config.settings import Settings, load

POSTGRES = "postgresql://carewire@127.0.0.1/carewire"


def settings_with(tmp_path: Path, **more: str) -> Settings:
    return load(None, {"CAREWIRE_NODE_DATA": str(tmp_path), **more})


def keys_in(tmp_path: Path) -> Path:
    """Return a directory with what `carewire certs` makes for node n1, as far as is looked at."""
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    bus = {"node": "n1", "servers": ["tls://10.0.0.1:4222"], "inboxes": {}}
    write_private(keys / "bus.json", msgspec.json.encode(bus))
    for file in machines.SHARED:
        write_private(keys / file, b"")
    return keys


# --- what one machine has ------------------------------------------------------------------------


def test_what_is_said_goes_before_the_settings(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, CAREWIRE_NODE_ROLE="actors", CAREWIRE_NODE_NAME="a")
    assert machines.settled(settings, parse(["up"])).node.role == "actors"
    said = machines.settled(settings, parse(["up", "--role", "edge", "--name", "e"])).node
    assert (said.role, said.name) == ("edge", "e")


def test_with_sqlite_one_node_has_the_actors_and_the_others_are_edges(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    starts = [local_nodes.start_of(settings, number) for number in (1, 2, 3)]
    assert [start.settings.node.role for start in starts] == ["all", "edge", "edge"]
    assert [start.settings.node.name for start in starts] == ["main-1", "main-2", "main-3"]
    assert local_nodes.names(settings, 3) == ("main-1", "main-2", "main-3")


def test_with_a_store_for_many_each_node_has_all_that_the_machine_has(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, CAREWIRE_STORE_URL=POSTGRES)
    starts = [local_nodes.start_of(settings, number) for number in (1, 2)]
    assert [start.settings.node.role for start in starts] == ["all", "all"]


def test_what_a_node_is_told_comes_over_as_it_is(tmp_path: Path) -> None:
    start = local_nodes.start_of(settings_with(tmp_path), 2, demonstrate=True)
    raw = msgspec.json.encode(start)
    assert msgspec.json.decode(raw, type=local_nodes.NodeStart) == start


def test_several_nodes_with_actors_on_sqlite_are_refused(tmp_path: Path) -> None:
    said = parse(["up", "--role", "actors", "--nodes", "2"])
    with pytest.raises(ValueError, match="one process"):
        machines.settled(settings_with(tmp_path), said)
    machines.settled(settings_with(tmp_path, CAREWIRE_STORE_URL=POSTGRES), said)


def test_a_node_of_a_cluster_is_called_as_its_keys_are(tmp_path: Path) -> None:
    keys = str(keys_in(tmp_path))
    assert machines.settled(settings_with(tmp_path, CAREWIRE_NATS_KEYS=keys), parse(["up"])) == (
        settings_with(tmp_path, CAREWIRE_NATS_KEYS=keys, CAREWIRE_NODE_NAME="n1")
    )


def test_a_secret_that_is_missing_is_never_made_anew(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    (keys / "recordings.key").unlink()
    with pytest.raises(KeysRefused, match="carewire certs"):
        machines.settled(settings_with(tmp_path, CAREWIRE_NATS_KEYS=str(keys)), parse(["up"]))


def test_files_that_other_machines_can_t_read_are_refused(tmp_path: Path) -> None:
    many = {"CAREWIRE_NATS_KEYS": str(keys_in(tmp_path)), "CAREWIRE_STORE_URL": POSTGRES}
    with pytest.raises(ValueError, match=r'store = "s3"'):
        machines.settled(settings_with(tmp_path, **many), parse(["up"]))
    shared = settings_with(tmp_path, **many, CAREWIRE_FILES_FOLDER=str(tmp_path / "shared"))
    machines.settled(shared, parse(["up"]))


# --- whose directory it is -----------------------------------------------------------------------


def test_a_directory_keeps_the_id_of_its_clinic(tmp_path: Path) -> None:
    assert clinic_file.id_in(tmp_path) is None
    clinic_file.keep_id(tmp_path, "abc")
    clinic_file.keep_id(tmp_path, "another")
    assert clinic_file.id_in(tmp_path) == "abc"
    assert (tmp_path / clinic_file.FILE).stat().st_mode & 0o777 == 0o600


def test_a_foreign_clinic_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match=r"\(its id is abc\).*copy the file `clinic`"):
        clinic_file.refuse_foreign(tmp_path, "abc")


def test_beyond_this_machine_the_way_to_the_database_is_encrypted(tmp_path: Path) -> None:
    far = "postgresql://carewire@db.example/carewire"
    here = settings_with(tmp_path, CAREWIRE_STORE_URL=POSTGRES)
    there = settings_with(tmp_path, CAREWIRE_STORE_URL=far)
    assert journals.target_of(here.store).tls is None
    tls = journals.target_of(there.store).tls
    assert tls is not None
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_password_of_the_database_is_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    write_private(file, b"four plain words\n")
    more = {"CAREWIRE_STORE_URL": POSTGRES, "CAREWIRE_STORE_PASSWORD_FILE": str(file)}
    assert journals.target_of(settings_with(tmp_path, **more).store).password == "four plain words"
    file.chmod(0o644)
    with pytest.raises(TooOpen):
        journals.target_of(settings_with(tmp_path, **more).store)


def test_media_workers_of_a_cluster_are_named_after_their_node(tmp_path: Path) -> None:
    two = {"CAREWIRE_MEDIA_WORKERS": "2"}
    assert media_workers.names(settings_with(tmp_path, **two)) == ("media-0", "media-1")
    keys = {"CAREWIRE_NATS_KEYS": str(keys_in(tmp_path))}
    clustered = machines.named(settings_with(tmp_path, **two, **keys))
    assert media_workers.names(clustered) == ("n1-media-0", "n1-media-1")


# --- releases ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("1.4.0", "1.4.7", True),
        ("1.4.0", "1.5.2", True),
        ("1.5.0", "1.4.9", True),
        ("1.4.0", "1.6.0", False),
        ("1.4.0", "2.4.0", False),
        ("0.1.0", "0.1", True),
        ("0.1.0", "0.2.0rc1", True),
    ],
)
def test_nodes_may_be_one_minor_release_apart(one: str, other: str, fits: bool) -> None:
    assert skew.near(one, other) is fits
    assert skew.near(other, one) is fits


def test_a_node_of_another_release_is_named() -> None:
    skew.hold("1.4.0", [Member("a-1", "a", "1.5.0"), Member("b-1", "b", "")])
    with pytest.raises(
        skew.TooFarApart, match=r"node b runs Carewire 1\.6\.0, and this is 1\.4\.0"
    ):
        skew.hold("1.4.0", [Member("a-1", "a", "1.5.0"), Member("b-1", "b", "1.6.0")])


# --- tables --------------------------------------------------------------------------------------


def test_edges_and_media_workers_stand_below_the_nodes_with_shards() -> None:
    whole, actors, silent = (
        NodeAtAGlance(name, f"{name}-run", "1.4.0", role, 0, 100, "running")
        for name, role in (("a", "all"), ("b", "actors"), ("c", ""))
    )
    others = (
        Present("a", "all", "1.4.0", 1, sockets=3),
        Present("b", "edge", "1.5.0", 2, sockets=4),
        Present("m", "media", "1.4.0", 3, calls=5),
    )
    rows = list(nodes.joined((whole, actors, silent), others))
    assert [(row.name, row.role, row.shards, row.sockets, row.calls) for row in rows] == [
        ("a", "all", 100, 3, None),
        ("b", "actors", 100, None, None),
        ("c", "", 100, None, None),
        ("b", "edge", 0, 4, None),
        ("m", "media", 0, None, 5),
    ]
    told = render(Nodes(tuple(rows), 300, 0)).splitlines()
    assert [line.split()[:7] for line in told[-2:]] == [
        ["b", "running", "edge", "0", "4", "-", "1.5.0"],
        ["m", "running", "media", "0", "-", "5", "1.4.0"],
    ]


def test_nodes_are_a_table_and_free_shards_a_sentence() -> None:
    row = NodeAtAGlance("n-1", "n-1-abc", "1.4.0", "all", 0, 200, "running", sockets=7)
    told = render(Nodes((row,), 256, 56)).splitlines()
    head = ["NODE", "STATE", "ROLE", "SHARDS", "SOCKETS", "CALLS", "VERSION", "SINCE", "RUN"]
    assert told[0].split() == head
    assert told[1].split()[:7] == ["n-1", "running", "all", "200", "7", "-", "1.4.0"]
    assert told[2] == "56 of 256 shards have no living owner now."
    assert len(render(Nodes((row,), 200, 0)).splitlines()) == 2


def test_shards_are_counted_or_listed() -> None:
    counts = render(ShardCounts((ShardCount("n-1", 200), ShardCount("", 56)))).splitlines()
    assert [line.split() for line in counts[1:]] == [["n-1", "200"], ["(none)", "56"]]
    listed = render(ShardList((ShardRow(0, "n-1", "n-1-abc", 3), ShardRow(1, "", "", 4))))
    assert [line.split() for line in listed.splitlines()[1:]] == [
        ["0", "n-1", "3", "n-1-abc"],
        ["1", "(none)", "4"],
    ]


def test_what_moves_is_a_table_or_a_sentence() -> None:
    told = render(MoveList((MoveRow("a", "b", 12), MoveRow("", "b", 3)))).splitlines()
    assert [line.split() for line in told[1:]] == [["a", "b", "12"], ["(none)", "b", "3"]]
    assert render(MoveList(())) == "Shares are fair: nothing moves."
