"""compose.yaml: every service is watched, held small, and told nothing that we do not know."""

from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from actors.operations import media_workers
from actors.runtime.nats_keys import Access
from tests.unit.deploy_support import (
    DEPLOY,
    Table,
    command,
    compose,
    dockerfile,
    gives_away,
    is_pinned,
    seconds,
    settings,
    way_out,
)

FILE = compose()
SERVICES: dict[str, Table] = FILE["services"]
NODES = [name for name in SERVICES if name.startswith("node-")]
SERVERS = [name for name in SERVICES if name.startswith("bus-")]
OURS = [name for name, said in SERVICES.items() if said["image"].startswith("carewire:")]
PROGRAMS = [name for name in OURS if "entrypoint" not in SERVICES[name]]
OPEN = {
    "proxy": {"80/tcp", "443/tcp", "443/udp"},
    "media": {"40000/tcp", "40000/udp"},
}
"""What may be reached from outside; everything else is reached by its neighbours alone."""
MAY_MEET = {
    "front": {*NODES, "proxy"},
    "calls": {"media"},
    "bus": {*NODES, *SERVERS, "media"},
    "store": {*NODES, "postgres"},
}


def mounts(service: Table) -> list[tuple[str, str]]:
    """Return what is mounted where."""
    parts = [text.split(":") for text in service.get("volumes", ())]
    return [(source, target) for source, target, *_ in parts]


def used(part: str) -> set[str]:
    """Return what all services name of a top-level part."""
    named: list[Any] = [one for service in SERVICES.values() for one in service.get(part, ())]
    return {one["source"] if isinstance(one, dict) else one for one in named}


def test_there_is_what_a_clinic_of_several_nodes_needs() -> None:
    assert (len(NODES), len(SERVERS)) == (3, 3)
    assert set(SERVICES) == {*NODES, *SERVERS, "postgres", "media", "proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_c01_each_image_has_a_version(name: str) -> None:
    assert is_pinned(SERVICES[name]["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_asked_whether_it_is_well(name: str) -> None:
    if name in NODES:  # the image's own
        assert "healthcheck" not in SERVICES[name]
        assert any(word == "HEALTHCHECK" for word, _ in dockerfile())
        return
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert seconds(check["timeout"]) <= seconds(check["interval"])
    if check["test"][1] == "python":
        compile(check["test"][-1], name, "exec")


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_held_small_and_comes_back(name: str) -> None:
    said = SERVICES[name]
    assert said["restart"] == "unless-stopped"
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert set(said.get("cap_add", ())) <= {"NET_BIND_SERVICE"}
    assert "no-new-privileges:true" in said["security_opt"]
    assert not said.get("privileged")
    assert set(said["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert said["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_named_that_is_not_there(name: str) -> None:
    said = SERVICES[name]
    for source, _ in mounts(said):
        if source.startswith("./"):
            assert source.startswith("./keys/") or (DEPLOY / source).exists(), source
        else:
            assert source in FILE["volumes"], source
    assert set(said["networks"]) <= set(FILE["networks"])
    assert {
        one if isinstance(one, str) else one["source"] for one in said.get("secrets", ())
    } <= set(FILE["secrets"])
    assert {one["source"] for one in said.get("configs", ())} <= set(FILE["configs"])
    assert set(said.get("depends_on", ())) <= set(SERVICES)


def test_nothing_is_there_that_nobody_uses() -> None:
    mounted = {source for service in SERVICES.values() for source, _ in mounts(service)}
    assert set(FILE["volumes"]) <= mounted
    for part in ("networks", "secrets", "configs"):
        assert set(FILE[part]) == used(part), part


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_a_variable(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    assert not gives_away(environment.items())
    words = (*environment.values(), *SERVICES[name].get("command", ()))
    named = {word.rpartition("/run/secrets/")[2] for word in words if "/run/secrets/" in word}
    assert named == set(SERVICES[name].get("secrets", ()))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_setting_and_every_word_is_one_that_we_know(name: str) -> None:
    said = SERVICES[name]
    assert settings(said["environment"]).nats.clustered
    assert command(said["command"]).verb in {"up", "media"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_may_stop_in_order(name: str) -> None:
    said = SERVICES[name]
    assert seconds(said["stop_grace_period"]) > way_out(settings(said["environment"]))


@pytest.mark.parametrize("name", NODES)
def test_each_node_goes_by_the_keys_of_its_own_name(name: str) -> None:
    said = SERVICES[name]
    mine = settings(said["environment"])
    assert mine.node.name == name
    assert (f"./keys/nodes/{name}", mine.nats.keys) in mounts(said)
    assert (name, str(mine.node.directory)) in mounts(said)
    assert ("files", mine.files.folder) in mounts(said)


@pytest.mark.parametrize("name", SERVERS)
def test_each_server_goes_by_the_files_of_its_own_name(name: str) -> None:
    said = SERVICES[name]
    (mount,) = mounts(said)
    assert mount == (f"./keys/servers/{name.removeprefix('bus-')}", said["working_dir"])
    assert said["command"] == ["--config", f"{said['working_dir']}/server.conf"]
    assert said["stop_signal"] == "SIGUSR2"  # lame duck


def test_the_database_is_the_one_that_the_nodes_ask_over_tls() -> None:
    store = settings(SERVICES["node-1"]["environment"]).store
    postgres = SERVICES["postgres"]
    user, name = postgres["environment"]["POSTGRES_USER"], postgres["environment"]["POSTGRES_DB"]
    assert store.url == f"postgresql://{user}@postgres:5432/{name}"
    assert store.tls_ca
    words = postgres["command"]
    assert {"--fsync=on", "--full_page_writes=on", "--synchronous_commit=on"} <= set(words)
    assert "--ssl=on" in words
    rules = FILE["configs"]["pg_hba"]["content"].splitlines()
    assert [rule.split()[0] for rule in rules] == ["local", "hostssl"]
    assert rules[1].split()[-1] == "scram-sha-256"


def test_only_the_proxy_and_the_media_worker_are_reached_from_outside() -> None:
    for name, said in SERVICES.items():
        pairs = [text.partition(":") for text in said.get("ports", ())]
        assert {inside for _, _, inside in pairs} == OPEN.get(name, set())
        assert all(outside == inside.partition("/")[0] for outside, _, inside in pairs)


@pytest.mark.parametrize("network", MAY_MEET)
def test_only_those_meet_who_have_to(network: str) -> None:
    assert {name for name, said in SERVICES.items() if network in said["networks"]} == MAY_MEET[
        network
    ]


def test_nobody_gets_out_by_the_bus_or_the_store() -> None:
    internal = {name for name, said in FILE["networks"].items() if said.get("internal")}
    assert internal == {"bus", "store"}


def test_e07_the_nodes_believe_the_proxy_alone() -> None:
    (trusted,) = settings(SERVICES["node-1"]["environment"]).edge.trusted_proxies
    assert SERVICES["proxy"]["networks"]["front"]["ipv4_address"] == trusted
    (subnet,) = FILE["networks"]["front"]["ipam"]["config"]
    assert ip_address(trusted) in ip_network(subnet["subnet"])


def test_calls_come_in_at_the_port_that_the_worker_listens_on() -> None:
    media = settings(SERVICES["media"]["environment"]).media
    assert {f"{media.port}/udp", f"{media.port}/tcp"} == OPEN["media"]
    assert media.public_address
    assert media.workers == 0  # beside this one, which therefore has the first port
    assert settings(SERVICES["node-1"]["environment"]).media.workers == 0
    memory = SERVICES["media"]["deploy"]["resources"]["limits"]["memory"]
    assert int(memory.removesuffix("M")) > media.memory_mb


def test_the_worker_listens_where_it_is_reached(tmp_path: Path) -> None:
    said = SERVICES["media"]
    mine = settings({**said["environment"], "CAREWIRE_NODE_DATA": str(tmp_path / "data")})
    key = Access(("tls://bus-a:4222",), "seed", "_INBOX")
    start = media_workers.start_of(mine, key, name=command(said["command"]).name)
    assert f"{start.port}/udp" in OPEN["media"]
    assert start.host == "0.0.0.0"  # noqa: S104  in its container
