"""The part `[nats]`: the bus between actors and edge."""

from config.part import Part, Seconds


class NatsSettings(Part, frozen=True):
    """The bus between actors and edge: a nats-server of our own on loopback, or a cluster."""

    server: str = ""
    """Path of the nats-server program; empty: the installed one."""
    start_seconds: Seconds = 10.0
    """How long its start may take."""
    keys: str = ""
    """Directory of this node's keys and the clinic's secrets, as `carewire certs` made it. Empty:
    a server of our own on loopback, with keys under the data directory."""
    servers: tuple[str, ...] = ()
    """`tls://host:port` of each server of the cluster; empty: those that `keys` names."""
    run: str = ""
    """Directory of the server of the cluster that this machine runs, as `carewire certs` made it;
    empty: none, when there are `keys`."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        if (self.servers or self.run) and not self.keys:
            raise ValueError("`servers` and `run` are only good with `keys`")
        if not all(server.startswith("tls://") for server in self.servers):
            raise ValueError("`servers` must begin with tls://")

    @property
    def clustered(self) -> bool:
        """Whether the bus is one that several machines share."""
        return bool(self.keys)
