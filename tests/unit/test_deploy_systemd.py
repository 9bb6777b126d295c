"""The units of systemd: read as what they are, and held to what the program needs and may do."""

import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from actors.relay.confining import OPEN_FILES
from actors.runtime.supervision import GaveUp
from tests.unit.deploy_support import DEPLOY, command, settings, way_out

UNITS = ("carewire.service", "carewire-media@.service")
KNOWN = {
    "Unit": "Description Wants After StartLimitIntervalSec StartLimitBurst",
    "Service": """
        Type User Group ExecStart WorkingDirectory StateDirectory StateDirectoryMode UMask
        Environment KillMode TimeoutStopSec Restart RestartSec OOMPolicy LimitNOFILE LimitCORE
        TasksMax CapabilityBoundingSet AmbientCapabilities NoNewPrivileges ProtectSystem
        ReadWritePaths ProtectHome PrivateTmp PrivateDevices ProtectClock ProtectControlGroups
        ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc
        ProcSubset RemoveIPC LockPersonality RestrictNamespaces RestrictRealtime RestrictSUIDSGID
        RestrictAddressFamilies SystemCallArchitectures SystemCallErrorNumber SystemCallFilter
    """,
    "Install": "WantedBy",
}
"""The keys of systemd.unit(5), systemd.service(5) and systemd.exec(5) that we use."""
HELD = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "LimitCORE": "0",
}
NAME = "media-9"


def unit(name: str) -> ConfigParser:
    """Return a unit; a key that is said twice is an error."""
    parser = ConfigParser(interpolation=None, comment_prefixes="#", delimiters="=")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / name).read_text().replace("%i", NAME))
    return parser


def service(name: str) -> dict[str, str]:
    return dict(unit(name)["Service"])


def environment(name: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in shlex.split(service(name)["Environment"]))
    return {key: value for key, _, value in pairs}


@pytest.mark.parametrize("name", UNITS)
def test_it_says_nothing_that_systemd_does_not_know(name: str) -> None:
    parser = unit(name)
    assert parser.sections() == list(KNOWN)
    for section, known in KNOWN.items():
        assert set(parser[section]) <= set(known.split()), section


@pytest.mark.parametrize("name", UNITS)
def test_it_starts_what_there_is_to_start(name: str) -> None:
    program, *words = shlex.split(service(name)["ExecStart"])
    assert program == "/opt/carewire/bin/carewire"
    said = command(words)
    assert said.verb == ("up" if name == UNITS[0] else "media")
    assert str(said.config) == "/etc/carewire/carewire.toml"
    assert said.name == ("" if name == UNITS[0] else NAME)


@pytest.mark.parametrize("name", UNITS)
def test_it_has_no_more_rights_than_it_needs(name: str) -> None:
    said = service(name)
    assert {key: said[key] for key in HELD} == HELD
    assert said["User"] == said["Group"] == "carewire"


@pytest.mark.parametrize("name", UNITS)
def test_it_writes_to_one_directory(name: str) -> None:
    said = service(name)
    home = f"/var/lib/{said['StateDirectory']}"
    assert said["ReadWritePaths"] == said["WorkingDirectory"] == home
    assert str(settings(environment(name)).node.directory) == home


@pytest.mark.parametrize("name", UNITS)
def test_it_may_stop_in_order_and_comes_back(name: str) -> None:
    said = service(name)
    assert int(said["TimeoutStopSec"]) > way_out(settings(environment(name)))
    assert said["KillMode"] == "mixed"  # the program stops its own
    assert said["Restart"] == "on-failure"
    assert issubclass(GaveUp, Exception)  # which is how a clinic that can't go on ends
    assert int(unit(name)["Unit"]["StartLimitBurst"]) > 1
    assert said["OOMPolicy"] == "continue"  # a worker that is killed takes nobody along


@pytest.mark.parametrize("name", UNITS)
def test_a_media_worker_can_lock_itself_in(name: str) -> None:
    said = service(name)
    allowed = said["SystemCallFilter"].split()
    calls = {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
    assert allowed[0] == "@system-service"
    assert calls == set(allowed[1:])
    assert int(said["LimitNOFILE"]) >= OPEN_FILES
    assert "AF_NETLINK" in said["RestrictAddressFamilies"].split()


@pytest.mark.parametrize("name", UNITS)
def test_callbacks_of_openssl_can_be_made(name: str) -> None:
    """They are written to memory and then run; see the end of the unit."""
    assert "MemoryDenyWriteExecute" not in service(name)


@pytest.mark.parametrize("name", UNITS)
def test_systemd_has_nothing_to_say_against_it(name: str, tmp_path: Path) -> None:
    """Where it is installed; elsewhere the tests above are all that is known."""
    file = tmp_path / name.replace("@", f"@{NAME}")
    text = (DEPLOY / name).read_text()
    assert "/opt/carewire/bin/carewire" in text
    file.write_text(text.replace("/opt/carewire/bin/carewire", sys.executable))
    if tool := shutil.which("systemd-analyze"):
        found = subprocess.run(  # noqa: S603  a tool of the system, on a file of ours
            [tool, "verify", "--man=no", file], capture_output=True, text=True, check=False
        )
        assert (found.returncode, found.stderr) == (0, "")
