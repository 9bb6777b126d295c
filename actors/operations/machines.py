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
    node = settings.node
    node = replace(node, role=said.role or node.role, name=said.name or node.name)
    if settings.nats.clustered:
        node = replace(node, name=_name_in(settings, node.name))
    settings = replace(settings, node=node)
    _check(settings, said.nodes)
    return settings


def _name_in(settings: Settings, name: str) -> str:
    """Return what a node of a cluster is called: as its keys are, unless it has a name."""
    home = home_of(settings.node.directory, settings.nats)
    keys = open_keys(home)
    for file in SHARED:
        if not (home / file).exists():
            raise KeysRefused(
                f"{home / file} is missing: copy there what `carewire certs` made for this node."
            )
    return keys.node if name == UNNAMED else name


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
