"""`carewire certs`: what it makes, keeps, adds, renews, refuses and says."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from actors.operations.certs import CertsRefused, Made, Secret, Wish, make
from actors.runtime.nats_cluster import Server
from actors.runtime.nats_config import public_key
from actors.runtime.nats_keys import KeysRefused, open_keys
from config.private import TooOpen, write_private

NOW = datetime(2031, 5, 17, 12, 0, tzinfo=UTC)
SERVERS = ("a=10.0.0.1", "b=bus-b.clinic.example", "c=[2001:db8::3]:5222:7222")
NODES = ("n1", "n2", "n3")
ROLES = ("node", "edge", "media", "operator")
CLINIC = "0123456789abcdef" * 2


def keep_once(directory: Path) -> None:
    """Make a secret, as the clinic's own do."""
    file = directory / "tokens.json"
    if not file.exists():
        write_private(file, b"signs")


SECRETS = (Secret("tokens.json", keep_once, "links in letters"),)


def certs(
    home: Path,
    *,
    servers: tuple[str, ...] = SERVERS,
    nodes: tuple[str, ...] = NODES,
    now: datetime = NOW,
    renew: tuple[str, ...] = (),
    source: Path | None = None,
    clinic: str = "",
    days: int = 825,
) -> Made:
    """Run it."""
    wish = Wish(home, servers, nodes, days, renew, source, clinic)
    return make(wish, SECRETS, now)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("certs") / "keys"
    certs(home)
    return home


@pytest.fixture
def home(first_run: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_run, tmp_path / "keys")


def contents(home: Path) -> dict[str, bytes]:
    """Return every file with what is in it."""
    files = (file for file in home.rglob("*") if file.is_file())
    return {str(file.relative_to(home)): file.read_bytes() for file in files}


def certificate(home: Path, server: str = "a") -> x509.Certificate:
    return x509.load_pem_x509_certificate((home / "servers" / server / "cert.pem").read_bytes())


def test_it_writes_one_directory_for_each_machine(home: Path) -> None:
    own = {"ca.pem", "ca.key", "clinic", "cluster.json", "secrets/tokens.json"}
    of_node = {*(f"{role}.seed" for role in ROLES), "bus.json", "ca.pem", "clinic", "tokens.json"}
    of_server = {"server.conf", "ca.pem", "cert.pem", "key.pem"}
    assert set(contents(home)) == (
        own
        | {f"nodes/{node}/{file}" for node in NODES for file in of_node}
        | {f"servers/{server}/{file}" for server in "abc" for file in of_server}
    )


def test_c04_all_of_it_is_its_owners_alone(home: Path) -> None:
    """C04."""
    kept = [home, *home.rglob("*")]
    assert {entry.stat().st_mode & 0o777 for entry in kept if entry.is_file()} == {0o600}
    assert {entry.stat().st_mode & 0o777 for entry in kept if entry.is_dir()} == {0o700}


def test_a_node_gets_what_it_needs_to_connect(home: Path) -> None:
    keys = open_keys(home / "nodes" / "n2")
    assert keys.node == "n2"
    assert keys.urls == (
        "tls://10.0.0.1:4222",
        "tls://bus-b.clinic.example:4222",
        "tls://[2001:db8::3]:5222",
    )
    access = keys.access("edge")
    assert access.inbox_prefix == "_INBOX_n2_edge"
    assert access.ca == (home / "ca.pem").read_text()
    assert access.seed not in repr(access)
    assert open_keys(keys.directory, ("tls://other:1",)).access("edge").urls == ("tls://other:1",)


def test_a_server_knows_every_key_by_its_public_part_alone(home: Path) -> None:
    seeds = [open_keys(home / "nodes" / node).access(role).seed for node in NODES for role in ROLES]
    for server in "abc":
        text = (home / "servers" / server / "server.conf").read_text()
        assert all(public_key(seed) in text for seed in seeds)
        assert not any(seed in text for seed in seeds)


def test_a_server_is_told_the_others_ways_and_its_own_addresses(home: Path) -> None:
    texts = {name: (home / "servers" / name / "server.conf").read_text() for name in "abc"}
    assert 'listen: "10.0.0.1:4222"' in texts["a"]
    assert 'listen: "0.0.0.0:6222"' in texts["b"]
    assert 'listen: "[2001:db8::3]:7222"' in texts["c"]
    assert 'routes: ["tls://bus-b.clinic.example:6222", "tls://[2001:db8::3]:7222"]' in texts["a"]
    assert not any(word in text for text in texts.values() for word in ("jetstream", "http"))


def test_a_certificate_is_good_for_one_server_and_825_days(home: Path) -> None:
    found, authority = (
        certificate(home),
        x509.load_pem_x509_certificate((home / "ca.pem").read_bytes()),
    )
    found.verify_directly_issued_by(authority)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name) for name in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1"]
    assert found.not_valid_after_utc == NOW + timedelta(days=825)
    assert authority.not_valid_after_utc == NOW + timedelta(days=3650)
    key = load_pem_private_key((home / "servers/a/key.pem").read_bytes(), None).public_key()
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    assert found.public_key().public_bytes(*form) == key.public_bytes(*form)


def test_all_nodes_share_the_secrets(home: Path) -> None:
    assert {(home / "nodes" / node / "tokens.json").read_bytes() for node in NODES} == {b"signs"}
    assert len({(home / "nodes" / node / "clinic").read_bytes() for node in NODES}) == 1


def test_run_again_it_changes_nothing(home: Path) -> None:
    before = contents(home)
    made = certs(home, servers=(), nodes=())
    assert contents(home) == before
    assert (made.servers, made.nodes, made.news) == ((), (), ())
    assert "nothing to copy" in str(made)


def test_what_is_new_is_added_and_the_rest_kept(home: Path) -> None:
    before = contents(home)
    made = certs(home, servers=("d=10.0.0.4", "e=10.0.0.5"), nodes=("n4",))
    after = contents(home)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {
        "cluster.json",
        *(f"nodes/{node}/bus.json" for node in NODES),
        *(f"servers/{server}/server.conf" for server in "abc"),
    }
    assert made.servers == tuple("abcde")
    assert made.nodes == (*NODES, "n4")


def test_a_server_that_moves_gets_another_certificate(home: Path) -> None:
    before = certificate(home).serial_number
    made = certs(home, servers=("a=10.0.0.7",), nodes=())
    assert certificate(home).serial_number != before
    assert made.servers == tuple("abc")
    assert made.nodes == NODES


@pytest.mark.parametrize(("days_later", "renews"), [(794, False), (796, True), (900, True)])
def test_a_certificate_that_ends_within_a_month_is_made_anew(
    home: Path, days_later: int, renews: bool
) -> None:
    before, keys = certificate(home).serial_number, (home / "nodes/n1/node.seed").read_bytes()
    now = NOW + timedelta(days=days_later)
    made = certs(home, now=now)
    assert (certificate(home).serial_number != before) is renews
    assert (made.servers == tuple("abc")) is renews
    assert made.nodes == ()
    assert (home / "nodes/n1/node.seed").read_bytes() == keys
    assert made.ends - now >= timedelta(days=30)


def test_an_authority_that_ends_goes_on_with_its_key(home: Path) -> None:
    """Who still has the certificate of before believes what is signed after, and the other way."""
    before = x509.load_pem_x509_certificate((home / "ca.pem").read_bytes())
    old = certificate(home)
    made = certs(home, now=NOW + timedelta(days=3625))
    after = x509.load_pem_x509_certificate((home / "ca.pem").read_bytes())
    assert after.not_valid_after_utc > before.not_valid_after_utc
    old.verify_directly_issued_by(after)
    certificate(home).verify_directly_issued_by(before)
    assert made.nodes == NODES


def test_another_clinics_authority_vouches_for_none_of_ours(home: Path, tmp_path: Path) -> None:
    certs(tmp_path / "other")
    other = x509.load_pem_x509_certificate((tmp_path / "other" / "ca.pem").read_bytes())
    with pytest.raises((InvalidSignature, ValueError)):
        certificate(home).verify_directly_issued_by(other)


def test_new_keys_for_one_node_change_no_other(home: Path) -> None:
    before = contents(home)
    made = certs(home, renew=("n2",))
    after = contents(home)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {
        *(f"nodes/n2/{role}.seed" for role in ROLES),
        *(f"servers/{server}/server.conf" for server in "abc"),
    }
    assert (
        public_key(before["nodes/n2/node.seed"].decode())
        not in after["servers/a/server.conf"].decode()
    )
    assert made.nodes == ("n2",)


def test_it_says_what_was_made_and_what_to_copy_where(home: Path, tmp_path: Path) -> None:
    first = str(certs(tmp_path / "new"))
    for node in NODES:
        assert f"  {tmp_path / 'new' / 'nodes' / node}  to the machine of node {node}" in first
    assert f"Keep {tmp_path / 'new' / 'ca.key'} off these machines" in first
    assert "SIGHUP" in first
    lost = str(certs(home, renew=("n2",)))
    assert "The old keys of n2 are good until every server has read its new configuration" in lost
    assert f"  {home / 'secrets' / 'tokens.json'}: that ends links in letters" in lost
    assert f"{certs(home).ends:%Y-%m-%d}" in lost


def test_no_secret_is_said(home: Path) -> None:
    said = str(certs(home, renew=NODES)) + repr(certs(home, renew=("n1",)))
    secrets = [content for name, content in contents(home).items() if name.endswith(".seed")]
    assert not any(secret.decode() in said for secret in secrets)


def test_a_clinic_of_one_machine_keeps_its_secrets_and_its_id(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    write_private(data / "tokens.json", b"ours for years")
    write_private(data / "clinic", CLINIC.encode())
    made = certs(tmp_path / "keys", source=data, clinic=CLINIC)
    assert made.clinic == CLINIC
    for node in NODES:
        directory = tmp_path / "keys" / "nodes" / node
        assert (directory / "tokens.json").read_bytes() == b"ours for years"
        assert (directory / "clinic").read_text() == CLINIC
    assert certs(tmp_path / "keys", source=data).news == ()


def test_the_secrets_of_two_clinics_are_not_mixed(home: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    write_private(data / "tokens.json", b"another's")
    with pytest.raises(CertsRefused, match="does not say which clinic"):
        certs(home, source=data)
    write_private(data / "clinic", (home / "clinic").read_bytes())
    with pytest.raises(CertsRefused, match=r"tokens\.json is another than"):
        certs(home, source=data)
    write_private(data / "clinic", CLINIC.encode())
    with pytest.raises(CertsRefused, match="different clinics"):
        certs(home, source=data)
    with pytest.raises(CertsRefused, match="different clinics"):
        certs(home, clinic=CLINIC)


def test_an_authority_without_its_key_is_not_replaced_unasked(home: Path) -> None:
    before = (home / "ca.pem").read_bytes()
    (home / "ca.key").unlink()
    with pytest.raises(CertsRefused, match=r"ca\.key is missing"):
        certs(home)
    assert (home / "ca.pem").read_bytes() == before
    (home / "ca.pem").unlink()
    certs(home)
    certificate(home).verify_directly_issued_by(
        x509.load_pem_x509_certificate((home / "ca.pem").read_bytes())
    )


@pytest.mark.parametrize(
    ("servers", "nodes", "renew", "says"),
    [
        ((), ("n1",), (), "Name servers and nodes"),
        (("a=10.0.0.1",), (), (), "Name servers and nodes"),
        (("10.0.0.1",), ("n1",), (), "is no server"),
        (("a=host:0",), ("n1",), (), "two ports"),
        (("a=host:99999",), ("n1",), (), "two ports"),
        (("a=host:5:5",), ("n1",), (), "two ports"),
        (("a b=host",), ("n1",), (), "token"),
        (("a=ho st",), ("n1",), (), "is no server"),
        (("a=host",), ("n/1",), (), "token"),
        (("a=host",), ("..",), (), "token"),
        (("a=host",), ("n1",), ("n2",), "no node called n2"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path,
    servers: tuple[str, ...],
    nodes: tuple[str, ...],
    renew: tuple[str, ...],
    says: str,
) -> None:
    with pytest.raises(CertsRefused, match=says):
        certs(tmp_path / "keys", servers=servers, nodes=nodes, renew=renew)


def test_an_id_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CertsRefused, match="32 hexadecimal digits"):
        certs(tmp_path / "keys", clinic="ours")


@pytest.mark.parametrize("file", ["ca.key", "nodes/n1/node.seed", "secrets/tokens.json"])
def test_c04_it_does_not_go_on_with_keys_that_others_may_read(home: Path, file: str) -> None:
    """C04."""
    (home / file).chmod(0o644)
    with pytest.raises(TooOpen):
        certs(home)


@pytest.mark.parametrize("file", ["bus.json", "ca.pem", "edge.seed"])
def test_a_node_without_all_of_its_keys_is_told_what_to_do(home: Path, file: str) -> None:
    directory = home / "nodes" / "n1"
    (directory / file).unlink()
    with pytest.raises(KeysRefused, match="carewire certs"):
        open_keys(directory).access("edge")


def test_a_server_is_said_with_its_ports() -> None:
    assert Server.parse("a=10.0.0.1") == Server("a", "10.0.0.1", 4222, 6222)
    assert Server.parse(" b=bus.example:1:2 ") == Server("b", "bus.example", 1, 2)
    assert Server.parse("c=[::1]:7").url == "tls://[::1]:7"
