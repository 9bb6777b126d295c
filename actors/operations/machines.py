"""What `up` says about one machine, held against the settings before anything is started."""

from msgspec.structs import replace

from actors.operations.arguments import Arguments
from actors.operations.bus import home_of
from actors.runtime.nats_keys import KeysRefused, open_keys
from config.settings import NodeSettings, Settings

SHARED = ("tokens.json", "recordings.key", "push.pem")
"""Files that all nodes of a clinic must have the same; among the keys of a cluster."""
UNNAMED = NodeSettings().name


def settled(settings: Settings, said: Arguments) -> Settings:
    """Return *settings* with what was *said*.

    Raises `ValueError` with a sentence when it makes no sense together, and `KeysRefused`. It reads
    files.
    """
    node = replace(
        settings.node,
        role=said.role or settings.node.role,
        name=said.name or settings.node.name,
    )
    settings = named(replace(settings, node=node))
    _check_secrets(settings)
    _check(settings, said.nodes)
    return settings


def named(settings: Settings) -> Settings:
    """Return *settings* with the node's name: in a cluster that of its keys, unless it has one."""
    node = settings.node
    if not settings.nats.clustered or node.name != UNNAMED:
        return settings
    keys = open_keys(home_of(node.directory, settings.nats))
    return replace(settings, node=replace(node, name=keys.node))


def _check_secrets(settings: Settings) -> None:
    home = home_of(settings.node.directory, settings.nats)
    missing = [file for file in SHARED if not (home / file).exists()]
    if settings.nats.clustered and missing:
        raise KeysRefused(
            f"{home / missing[0]} is missing: copy there what `carewire certs` made for this node."
        )


def _check(settings: Settings, nodes: int) -> None:
    store, files, role = settings.store, settings.files, settings.node.role
    if nodes > 1 and role == "actors" and not store.many:
        raise ValueError(
            "An SQLite journal has one process, so there can't be several nodes with actors: name "
            "a database in [store], or leave --role away."
        )
    if store.many and settings.nats.clustered and files.store == "folder" and not files.folder:
        raise ValueError(
            "Files would lie in a folder of this machine, where others can't read them: set "
            '`store = "s3"` in [files], or `folder` to a directory that all machines share.'
        )
