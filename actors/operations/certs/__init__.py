"""Keys and certificates for a clinic on several machines: `carewire certs`.

It writes into one directory what each machine gets a part of:

* `ca.pem`, `ca.key`: the authority. Its key stays here, off the machines of the clinic
* `clinic`: the clinic's id; `cluster.json`: which servers and nodes there are
* `secrets/`: what all nodes share, like the keys that sign links in letters
* `servers/<server>/`: configuration and certificate of a nats-server
* `nodes/<node>/`: a node's keys for the bus, with the id and the secrets

Run again it keeps what is there, adds what is new, and renews what ends within a month.
"""

import os
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from actors.operations.certs.authority import Authority, end_of
from actors.operations.certs.words import (
    AUTHORITY_KEY,
    DAYS,
    NODES,
    SECRETS,
    SERVERS,
    Made,
    Plan,
    Secret,
    Wish,
)
from actors.runtime.nats_cluster import (
    AUTHORITY,
    CERTIFICATE,
    CONFIGURATION,
    KEY,
    Server,
    render_cluster,
)
from actors.runtime.nats_config import ROLES, User, inbox_of, new_seed, public_key, users_of
from actors.runtime.nats_keys import BUS_FILE, BusFile
from actors.runtime.subjects import token
from config.private import private_directory, read_private, write_private

__all__ = ["DAYS", "CertsRefused", "Made", "Secret", "Wish", "make"]

CLINIC_FILE = "clinic"
PLAN_FILE = "cluster.json"
JOURNAL = "the journal"
"""Who says an id that was given as such."""

_CLINIC = re.compile(r"[0-9a-f]{32}", re.ASCII)


class CertsRefused(Exception):
    """The keys can't be made so; the text says why."""


def make(wish: Wish, secrets: Iterable[Secret], now: datetime) -> Made:
    """Make everything that is missing, or raise `CertsRefused`, `TooOpen` or `OSError`.

    Writes files, and draws keys: call it in a thread where others wait for the loop.
    """
    try:
        return _Maker(wish, tuple(secrets), now).make()
    except (ValueError, msgspec.MsgspecError) as error:
        raise CertsRefused(str(error)) from error


class _Maker:
    def __init__(self, wish: Wish, secrets: tuple[Secret, ...], now: datetime) -> None:
        self._wish = wish
        self._secrets = secrets
        self._now = now
        self._home = private_directory(wish.directory)
        for part in (NODES, SECRETS, SERVERS):
            private_directory(self._home / part)
        self._news: list[str] = []
        self._changed: set[Path] = set()

    def make(self) -> Made:
        plan = self._plan()
        clinic = self._clinic()
        self._share()
        authority = self._authority(clinic)
        for node in plan.nodes:
            self._make_node(node, plan, authority)
        users = [user for node in plan.nodes for user in self._users(node)]
        for server in plan.servers:
            self._make_server(server, authority)
            self._configure(server, plan, users, clinic)
        self._put(self._home / PLAN_FILE, msgspec.json.encode(plan))
        return Made(
            directory=self._home,
            clinic=clinic,
            news=tuple(self._news),
            servers=self._changed_of(SERVERS),
            nodes=self._changed_of(NODES),
            renewed=self._wish.renew,
            holds=tuple((secret.file, secret.holds) for secret in self._secrets),
            ends=min(map(self._end, plan.servers)),
        )

    def _plan(self) -> Plan:
        """Return what there is, and what is wished for beside it."""
        file = self._home / PLAN_FILE
        before = msgspec.json.decode(read_private(file), type=Plan) if file.exists() else Plan()
        servers = {server.name: server for server in before.servers}
        servers |= {server.name: server for server in map(Server.parse, self._wish.servers)}
        nodes = tuple(dict.fromkeys((*before.nodes, *map(token, self._wish.nodes))))
        if not servers or not nodes:
            raise CertsRefused("Name servers and nodes: --servers a=10.0.0.1 --nodes n1,n2,n3")
        if strangers := set(self._wish.renew) - set(nodes):
            raise CertsRefused(f"There is no node called {', '.join(sorted(strangers))}.")
        return Plan(tuple(servers.values()), nodes)

    def _clinic(self) -> str:
        """Return the clinic's id, and keep it."""
        file = self._home / CLINIC_FILE
        known = self._known_ids(file)
        source = self._wish.source
        if source and not {str(source / CLINIC_FILE), JOURNAL} & set(known):
            raise CertsRefused(
                f"{source} does not say which clinic it is of: start that clinic once with this "
                "release, and stop it, before its secrets are taken over."
            )
        clinic, *others = dict.fromkeys(known.values()) or [os.urandom(16).hex()]
        if others:
            said = ", ".join(f"{each} ({where})" for where, each in known.items())
            raise CertsRefused(f"These are different clinics: {said}.")
        if not _CLINIC.fullmatch(clinic):
            raise CertsRefused("A clinic's id has 32 hexadecimal digits.")
        if self._put(file, clinic.encode()):
            self._news.append(f"The clinic's id is {clinic}.")
        return clinic

    def _known_ids(self, file: Path) -> dict[str, str]:
        """Return what is said of the id, by where it is said."""
        source = self._wish.source
        places = [file, source / CLINIC_FILE] if source else [file]
        said = {
            str(place): read_private(place).decode().strip() for place in places if place.exists()
        }
        return said | ({JOURNAL: self._wish.clinic} if self._wish.clinic else {})

    def _share(self) -> None:
        """Have the secrets that all nodes share: those taken over, else new ones."""
        directory = self._home / SECRETS
        for secret in self._secrets:
            file = directory / secret.file
            if self._wish.source:
                self._take_over(self._wish.source / secret.file, file)
            if not file.exists():
                self._news.append(f"Made {file}.")
            secret.open(directory)

    def _take_over(self, source: Path, file: Path) -> None:
        if not source.exists():
            return
        content = read_private(source)
        if file.exists() and read_private(file) != content:
            raise CertsRefused(
                f"{file} is another than {source}, and all nodes of a clinic need the same: remove "
                f"{file} to take over the other one."
            )
        if self._put(file, content):
            self._news.append(f"Took over {source}.")

    def _authority(self, clinic: str) -> Authority:
        certificate, key = self._home / AUTHORITY, self._home / AUTHORITY_KEY
        if certificate.exists() and not key.exists():
            raise CertsRefused(
                f"{key} is missing beside {certificate}: bring it back, or remove both, to make "
                "another authority and all certificates anew."
            )
        if not key.exists():
            self._news.append(f"Made an authority for this clinic alone: {certificate}.")
        return Authority.open(certificate, key, f"Carewire {clinic}", self._now)

    def _make_node(self, node: str, plan: Plan, authority: Authority) -> None:
        directory = self._home / NODES / node
        if node in self._wish.renew:
            shutil.rmtree(directory)
        if not directory.exists():
            self._news.append(f"Made new keys for node {node}.")
        private_directory(directory)
        for role in ROLES:
            seed = directory / f"{role.name}.seed"
            self._put(seed, read_private(seed) if seed.exists() else new_seed().encode())
        inboxes = {role.name: inbox_of(role.name, node) for role in ROLES}
        bus = BusFile(node, tuple(server.url for server in plan.servers), inboxes)
        self._put(directory / BUS_FILE, msgspec.json.format(msgspec.json.encode(bus)))
        self._put(directory / AUTHORITY, authority.pem)
        for shared in (CLINIC_FILE, *(f"{SECRETS}/{secret.file}" for secret in self._secrets)):
            self._put(directory / Path(shared).name, read_private(self._home / shared))

    def _users(self, node: str) -> list[User]:
        directory = self._home / NODES / node
        seeds = {role.name: read_private(directory / f"{role.name}.seed") for role in ROLES}
        return users_of(node, {role: public_key(seed.decode()) for role, seed in seeds.items()})

    def _make_server(self, server: Server, authority: Authority) -> None:
        """Have a certificate for *server* that is good for a while."""
        directory = private_directory(self._home / SERVERS / server.name)
        certificate, key = directory / CERTIFICATE, directory / KEY
        self._put(directory / AUTHORITY, authority.pem)
        there = certificate.exists() and key.exists()
        if there and authority.vouches(certificate.read_bytes(), server.host, self._now):
            return
        certificate.unlink(missing_ok=True)  # never one beside another's key
        pair = authority.sign(server.name, server.host, now=self._now, days=self._wish.days)
        self._put(key, pair.key)
        self._put(certificate, pair.certificate)
        self._news.append(
            f"Made a certificate for server {server.name} at {server.host}, good until "
            f"{self._end(server):%Y-%m-%d}."
        )

    def _configure(self, server: Server, plan: Plan, users: list[User], clinic: str) -> None:
        text = render_cluster(server, plan.servers, users, f"carewire-{clinic}")
        self._put(self._home / SERVERS / server.name / CONFIGURATION, text.encode())

    def _end(self, server: Server) -> datetime:
        return end_of((self._home / SERVERS / server.name / CERTIFICATE).read_bytes())

    def _changed_of(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(place.name for place in self._changed if place.parent.name == kind))

    def _put(self, file: Path, content: bytes) -> bool:
        """Write *content* unless it is there already; return whether it was not."""
        if file.exists() and read_private(file) == content:
            return False
        write_private(file, content)
        self._changed.add(file.parent)
        return True
