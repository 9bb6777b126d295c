"""The command line of `carewire`."""

import argparse
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Literal, TypeAlias

from actors.caller import Role
from actors.runtime.subjects import token

MOST_NODES = 64
"""On one machine."""

NodeRole: TypeAlias = Literal["all", "actors", "edge"]
AddParser: TypeAlias = Callable[..., argparse.ArgumentParser]
Add: TypeAlias = Callable[[str, str], argparse.ArgumentParser]
"""Adds a verb, called so, with a few words of help."""


class Exit(IntEnum):
    """How the command ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_ANSWER = 3


EXITS = """\
exit codes:
  0  done
  1  refused, or failed; the sentence on standard error says why
  2  the command line or the settings make no sense
  3  no node answered
"""


class Arguments(argparse.Namespace):
    """What was said on the command line; what a verb does not know keeps its default."""

    verb: str
    what: str = ""
    """The second word of `user`, `deadletters`, `reminders`, `zones` and `check`."""
    config: Path | None = None
    json: bool = False
    node: str = "any"
    demo: bool = False
    role: NodeRole | None = None
    nodes: int = 1
    drained: str = ""
    """The node to drain; empty: the only one."""
    all: bool = False
    to: str = ""
    password_file: str = ""
    tls_ca: str = ""
    directory: Path = Path()
    bus_servers: tuple[str, ...] = ()
    bus_nodes: tuple[str, ...] = ()
    renew: tuple[str, ...] = ()
    days: int = 0
    source: Path | None = None
    clinic: str = ""
    address: str = ""
    subject: str = ""
    kind: str = ""
    limit: int = 200
    events: int = 10
    reveal: bool = False
    of_role: Role = Role.PATIENT
    email: str = ""
    notify: bool = False
    id: str = ""
    name: str = ""
    bus: str = ""
    seed: Path | None = None


def parse(arguments: list[str] | None = None) -> Arguments:
    """Read the command line; end the process when it makes no sense."""
    return _parser().parse_args(arguments, Arguments())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="carewire",
        description="A self-hosted telehealth platform: start it, look into it, mend it.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (carewire.toml)")
    add = parser.add_subparsers(dest="verb", required=True, metavar="VERB").add_parser
    up = add("up", help="start the clinic on this machine")
    _add_ways_up(up)
    _add_node_verbs(_asking(add))
    _add_user_verbs(_group(add, "user", "let people in, or out"))
    _add_letter_verbs(_group(add, "deadletters", "what could not be delivered"))
    _add_reminder_verbs(_group(add, "reminders", "what patients are reminded of, and why not"))
    _add_zone_verbs(_group(add, "zones", "what clocks show, after a change of law"))
    _add_check_verbs(_group(add, "check", "try whether what people need can be reached"))
    _add_media_verb(add)
    _add_certs_verb(add)
    _add_migrate_verb(add)
    add("version", help="say which version this is")
    add("node")  # one of several that `up --nodes` starts; it is told the rest
    return parser


def _group(add: AddParser, name: str, about: str) -> Add:
    words = add(name, help=about).add_subparsers(dest="what", required=True, metavar="WHAT")
    return _asking(words.add_parser)


def _asking(add: AddParser) -> Add:
    """Return *add* for verbs that ask a running node."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="answer for machines")
    common.add_argument("--node", metavar="NAME", default="any", help="ask this node")
    return lambda name, about: add(name, help=about, parents=[common])


def _add_node_verbs(add: Add) -> None:
    add("status", "the node at a glance")
    ps = add("ps", "the actors in memory, the busiest first")
    ps.add_argument("kind", nargs="?", default="", help="of this kind only")
    ps.add_argument("--limit", type=int, default=200, metavar="N")
    inspect = add("inspect", "what an actor knows, and its last events")
    inspect.add_argument("address", metavar="ADDRESS", help="kind/key, as `ps` prints it")
    inspect.add_argument("--events", type=int, default=10, metavar="N")
    explain = add("explain", "all that happened to an appointment, by whom and why")
    explain.add_argument("subject", metavar="APPOINTMENT")
    for shows in (inspect, explain):
        shows.add_argument("--reveal", action="store_true", help="unmask; this is written down")
    _add_together_verbs(add)
    restart = add("restart", "rebuild an actor from its journal")
    restart.add_argument("address", metavar="ADDRESS")


def _add_ways_up(up: argparse.ArgumentParser) -> None:
    up.add_argument(
        "--demo", action="store_true", help="with made-up people who book by themselves"
    )
    roles = ("all", "actors", "edge")
    up.add_argument("--role", choices=roles, default=None, help="what runs here (`role` of [node])")
    up.add_argument(
        "--name", type=_token, default=argparse.SUPPRESS, metavar="NAME", help="`name` of [node]"
    )
    up.add_argument(
        "--nodes", type=_count, default=1, metavar="N", help="so many nodes, sharing the HTTP port"
    )


def _token(text: str) -> str:
    try:
        return token(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_NODES:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_NODES}")
    return int(text)


def _add_together_verbs(add: Add) -> None:
    add("nodes", "who is there, and what each node has")
    shards = add("shards", "how many shards each node is in charge of")
    shards.add_argument("--all", action="store_true", help="each shard, and whose it is")
    drain = add("drain", "have a node hand over what it has, take no more, and stop")
    drain.add_argument(
        "drained", nargs="?", default="", metavar="NODE", help="if there are several"
    )
    add("rebalance", "have all nodes look at their shares now; says what moves")


def _add_user_verbs(add: Add) -> None:
    invite = add("add", "print a one-time link with which somebody opens an account")
    roles = (Role.DOCTOR, Role.ADMIN, Role.PATIENT)
    invite.add_argument("--role", dest="of_role", type=Role, choices=roles, required=True)
    for what, does in (
        ("disable", "end all sessions and let them in no more"),
        ("link", "print a one-time link with which they set a new password"),
    ):
        add(what, does).add_argument("email", metavar="EMAIL")


def _add_letter_verbs(add: Add) -> None:
    add("list", "show them")
    add("retry", "deliver one once more").add_argument("id", metavar="ID")
    add("drop", "forget one").add_argument("id", metavar="ID")


def _add_reminder_verbs(add: Add) -> None:
    listed = add("list", "those that are set, the earliest first")
    listed.add_argument("--limit", type=int, default=200, metavar="N")
    why = add("why", "what became of each reminder of a visit")
    why.add_argument("subject", metavar="APPOINTMENT")


def _add_zone_verbs(add: Add) -> None:
    check = add("check", "visits to come whose hour is another now on somebody's clock")
    check.add_argument("--notify", action="store_true", help="tell their patients")


def _add_check_verbs(add: Add) -> None:
    add("media", "every way to the media workers, and the TURN server; says what to open")


def _add_media_verb(add: AddParser) -> None:
    media = add("media", help="run one more media worker, beside those that `up` starts")
    media.add_argument("--name", required=True, metavar="NAME", help="such as media-9")
    media.add_argument("--bus", default="", metavar="URL", help="of a bus on another machine")
    media.add_argument("--seed", type=Path, metavar="FILE", help="with the key of its user `media`")


def _add_migrate_verb(add: AddParser) -> None:
    migrate = add("migrate", help="bring the journal up to date, while the clinic is stopped")
    migrate.add_argument(
        "--to", default="", metavar="URL", help="or move it: postgresql://user@host:5432/database"
    )
    for option in ("--password-file", "--tls-ca"):
        what = option.removeprefix("--").replace("-", "_")
        migrate.add_argument(option, default="", metavar="FILE", help=f"as `{what}` of [store]")


def _add_certs_verb(add: AddParser) -> None:
    certs = add("certs", help="make keys and certificates for a clinic on several machines")
    certs.add_argument("directory", type=Path, metavar="DIR", help="where to; nobody else's")
    for option, dest, metavar, about in (
        ("--servers", "bus_servers", "NAME=HOST,...", "of the bus: a=10.0.0.1,b=10.0.0.2"),
        ("--nodes", "bus_nodes", "NAME,...", "such as n1,n2,n3"),
        ("--renew", "renew", "NAME,...", "nodes that get new keys"),
    ):
        certs.add_argument(option, dest=dest, type=_names, default=(), metavar=metavar, help=about)
    certs.add_argument("--days", type=int, default=0, metavar="N", help="a certificate is good for")
    certs.add_argument(
        "--from", dest="source", type=Path, metavar="DATA", help="take over this clinic's secrets"
    )
    certs.add_argument("--clinic", default="", metavar="ID", help="the clinic's id, if it has one")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
