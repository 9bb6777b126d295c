"""What a nats-server lets in: for each node four users, each with its key and its subjects.

Loopback is no boundary between the users of one machine, so every connection proves an nkey.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import nkeys  # type: ignore[import-untyped]

MAX_PAYLOAD = 262_144
REPLY_SECONDS = 60
"""How long a server of requests may take to answer one of them."""
CONNECTIONS = 64
"""Beside those of nodes: operators, media workers."""
CONNECTIONS_PER_NODE = 16
SUBSCRIPTIONS = 8192
"""Of one connection: a node serves 256 shards at most, and each of its peers asks it by name."""

MAIN = "main"
"""The node that every machine has keys of: its operators and media workers use them."""


class Role(msgspec.Struct, frozen=True):
    """What somebody connects for, and may publish and subscribe for it beside their own inbox."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    """What of that it may not subscribe after all."""


ROLES = (
    Role(
        "node",
        publish=("actor.>", "edge.>", "media.>", "peer.>", "clock.now"),
        subscribe=("actor.>", "node.>", "media.beat", "peer.>", "clock.now"),
    ),
    Role("edge", publish=("actor.>", "clock.now"), subscribe=("edge.>", "peer.moved")),
    Role("media", publish=("media.beat",), subscribe=("media.*",), but_not=("media.beat",)),
    Role("operator", publish=("actor.>", "node.>", "media.*", "clock.now")),
)


class User(msgspec.Struct, frozen=True):
    """A node in one role, by the public part of its key."""

    role: Role
    key: str
    inboxes: tuple[str, ...]


def inbox_of(role: str, node: str = MAIN) -> str:
    """Return the prefix of the subjects on which *node* gets replies in that *role*."""
    return f"_INBOX_{node}_{role}"


def users_of(node: str, public_keys: Mapping[str, str]) -> list[User]:
    """Return the users of *node*, given the public key of each of its roles by name."""
    return [
        User(role, public_keys[role.name], (inbox_of(role.name, node),))
        for role in ROLES
        if role.name in public_keys
    ]


def new_seed() -> str:
    """Return the seed of a new user key."""
    seed: bytes = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode()


def public_key(seed: str) -> str:
    """Return what the server may know of the key with that *seed*."""
    key: bytes = nkeys.from_seed(bytearray(seed, "ascii")).public_key
    return key.decode()


def render(port: int, directory: Path, log: Path, users: Iterable[User]) -> str:
    """Return the configuration of a server of our own; *port* -1 lets it choose a free one."""
    people = list(users)
    return f"""\
server_name: carewire
listen: "127.0.0.1:{port}"
ports_file_dir: {quoted(directory)}
log_file: {quoted(log)}
logfile_size_limit: 10485760
logfile_max_num: 3
ping_interval: "10s"
ping_max: 2
write_deadline: "5s"
lame_duck_duration: "30s"
{limits(people)}{authorization(people, timeout=2)}"""


def limits(users: list[User]) -> str:
    """Return how much of everything the server takes from these *users*."""
    nodes = len(users) // len(ROLES)
    return f"""\
max_payload: {MAX_PAYLOAD}
max_connections: {CONNECTIONS + CONNECTIONS_PER_NODE * nodes}
max_subscriptions: {SUBSCRIPTIONS}
max_control_line: 2048
max_pending: 16777216
"""


def authorization(users: Iterable[User], *, timeout: int) -> str:
    """Return who may connect, and do what; proving it may take *timeout* seconds."""
    lines = "\n".join(map(_line, users))
    return f"""\
authorization {{
  timeout: {timeout}
  users: [
{lines}
  ]
}}
"""


def _line(user: User) -> str:
    role = user.role
    publish = ", ".join(map(quoted, role.publish))
    inboxes = (f"{inbox}.>" for inbox in user.inboxes)
    subscribe = ", ".join(map(quoted, (*role.subscribe, *inboxes)))
    deny = f", deny: [{', '.join(map(quoted, role.but_not))}]" if role.but_not else ""
    replies = (
        f', allow_responses: {{max: 1, expires: "{REPLY_SECONDS}s"}}' if role.subscribe else ""
    )
    return (
        f"    {{nkey: {user.key}, permissions: {{publish: {{allow: [{publish}]}},"
        f" subscribe: {{allow: [{subscribe}]{deny}}}{replies}}}}}"
    )


def quoted(text: str | Path) -> str:
    """Return *text* as the configuration takes it."""
    return msgspec.json.encode(str(text)).decode()
