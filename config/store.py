"""The part `[store]`: where the journal is kept."""

from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from config.part import Part


class StoreSettings(Part, frozen=True):
    """Where the journal is kept."""

    url: str = ""
    """`postgresql://user@host:port/database`, for several machines; empty: an SQLite file under
    the data directory, for one."""
    password_file: str = ""
    """Path of a file with the password, mode 0600. In the `url` there must be none."""
    tls_ca: str = ""
    """Path of a PEM file with the authority that signed the server's certificate. Beyond loopback
    the connection is encrypted, and the server proves who it is; empty: to the system's."""
    connections: Annotated[int, Meta(ge=2, le=64)] = 4
    """To the database, from this node."""
    timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 5.0
    """How long the database may take for one statement."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        if not self.url:
            if self.password_file or self.tls_ca:
                raise ValueError("`password_file` and `tls_ca` belong to a `url`")
            return
        parts = urlsplit(self.url)
        if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
            raise ValueError("`url` must be like postgresql://user@host:5432/database")
        if parts.password is not None:
            raise ValueError("`url` must hold no password: that goes into `password_file`")

    @property
    def many(self) -> bool:
        """Whether several nodes may share it."""
        return bool(self.url)
