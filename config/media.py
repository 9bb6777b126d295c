"""The part `[media]`: the media workers, how browsers reach them, and what calls may do."""

from ipaddress import ip_address
from typing import Annotated

from msgspec import Meta

from config.part import Part, Port


class MediaSettings(Part, frozen=True):
    """Calls."""

    workers: Annotated[int, Meta(ge=0, le=64)] = 1
    """Media workers on this machine, each a process on a core of its own; 0: browsers talk to one
    another directly or not at all."""
    host: str = ""
    """Address to listen on; empty: that of the pages."""
    port: Port = 40_000
    """UDP and TCP port of the first worker; the next ones have the next ports. 0: any free ones."""
    public_address: str = ""
    """Address under which browsers reach the workers, where that is another one (NAT). Empty: the
    machine's own addresses."""
    turn_urls: tuple[str, ...] = ()
    """A TURN server of the clinic's, such as `turns:turn.example.org:443?transport=tcp`."""
    turn_secret_file: str = ""
    """Path of a file with the secret that it shares with us (`static-auth-secret`), mode 0600."""
    turn_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 3600
    """How long a credential for it is good."""
    hide_addresses: bool = False
    """Whether browsers always talk through a worker, so that nobody learns another's address."""
    recording: bool = False
    """Whether a doctor may ask to record a call."""
    memory_mb: Annotated[int, Meta(ge=128)] = 1024
    """What one worker may take; the system ends it when it wants more."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        if bool(self.turn_urls) != bool(self.turn_secret_file):
            raise ValueError("`turn_urls` and `turn_secret_file` are only good together")
        if any(not url.startswith(("turn:", "turns:")) for url in self.turn_urls):
            raise ValueError("`turn_urls` must begin with turn: or turns:")
        for address in filter(None, (self.host, self.public_address)):
            _check_address(address)


def _check_address(address: str) -> None:
    try:
        ip_address(address)
    except ValueError as error:
        raise ValueError("`host` and `public_address` are IP addresses") from error
