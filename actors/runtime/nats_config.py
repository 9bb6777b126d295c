"""What a nats-server of our own lets in: four users, each with its key and its subjects.

Loopback is no boundary between the users of one machine, so every connection proves an nkey.
"""

import os
from pathlib import Path

import msgspec
import nkeys  # type: ignore[import-untyped]

MAX_PAYLOAD = 262_144
REPLY_SECONDS = 60
"""How long a server of requests may take to answer one of them."""


class User(msgspec.Struct, frozen=True):
    """Who connects, and what it may publish and subscribe beside its own inbox."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    """What of that it may not subscribe after all."""

    @property
    def inbox(self) -> str:
        """The prefix of the subjects on which this user gets replies."""
        return f"_INBOX_{self.name}"


USERS = (
    User(
        "node",
        publish=("actor.>", "edge.>", "media.>"),
        subscribe=("actor.>", "node.>", "media.beat"),
    ),
    User("edge", publish=("actor.>",), subscribe=("edge.>",)),
    User("media", publish=("media.beat",), subscribe=("media.*",), but_not=("media.beat",)),
    User("operator", publish=("actor.>", "node.>", "media.*")),
)


def new_seed() -> str:
    """Return the seed of a new user key."""
    seed: bytes = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode()


def public_key(seed: str) -> str:
    """Return what the server may know of the key with that *seed*."""
    key: bytes = nkeys.from_seed(bytearray(seed, "ascii")).public_key
    return key.decode()


def render(port: int, directory: Path, log: Path, public_keys: dict[str, str]) -> str:
    """Return the server's configuration; *port* -1 lets it choose a free one."""
    users = "\n".join(_user(user, public_keys[user.name]) for user in USERS)
    return f"""\
server_name: carewire
listen: "127.0.0.1:{port}"
ports_file_dir: {_quoted(directory)}
log_file: {_quoted(log)}
logfile_size_limit: 10485760
logfile_max_num: 3
max_payload: {MAX_PAYLOAD}
max_connections: 64
max_subscriptions: 8192
max_control_line: 2048
max_pending: 16777216
write_deadline: "5s"
ping_interval: "10s"
ping_max: 2
lame_duck_duration: "30s"
authorization {{
  timeout: 2
  users: [
{users}
  ]
}}
"""


def _user(user: User, key: str) -> str:
    publish = ", ".join(map(_quoted, user.publish))
    subscribe = ", ".join(map(_quoted, (*user.subscribe, f"{user.inbox}.>")))
    deny = f", deny: [{', '.join(map(_quoted, user.but_not))}]" if user.but_not else ""
    replies = (
        f', allow_responses: {{max: 1, expires: "{REPLY_SECONDS}s"}}' if user.subscribe else ""
    )
    return (
        f"    {{nkey: {key}, permissions: {{publish: {{allow: [{publish}]}},"
        f" subscribe: {{allow: [{subscribe}]{deny}}}{replies}}}}}"
    )


def _quoted(text: str | Path) -> str:
    return msgspec.json.encode(str(text)).decode()
