"""The part `[files]`: where the bytes of files are kept, and what looks for malware in them."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta

from config.part import Part, Port, is_loopback


class FilesSettings(Part, frozen=True):
    """Files that people send one another."""

    store: Literal["folder", "s3"] = "folder"
    """Where their bytes are: in a folder, or in an S3-compatible store."""
    folder: str = ""
    """Path of the folder, mode 0700; empty: `files` under the data directory. Nodes on several
    machines need one that all of them share, or the store `s3`."""
    s3_endpoint: str = ""
    """URL of the store; empty: Amazon's, in that region. `http://` is for loopback alone."""
    s3_bucket: str = ""
    """A bucket of our own, which exists and is private."""
    s3_region: str = "us-east-1"
    s3_keys_file: str = ""
    """Path of a file, mode 0600: the access key id, and the secret key on the next line."""
    s3_seconds: Annotated[float, Meta(gt=0, le=40)] = 20.0
    """How long the store may take for one file or part of it, with all attempts."""
    scanner: Literal["none", "command", "clamd"] = "none"
    """What looks for malware. `none`: nothing does, and people are told so."""
    scanner_command: tuple[str, ...] = ()
    """A program and its arguments. It gets the bytes on standard input; 0 is clean, 1 infected."""
    clamd_host: str = ""
    """Host of a clamd. It gets the files as they are: in a network of one's own alone."""
    clamd_port: Port = 3310
    scan_seconds: Annotated[float, Meta(gt=0, le=50)] = 30.0
    """How long the scanner may take for one file."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        self._check_store()
        if self.scanner == "command" and not self.scanner_command:
            raise ValueError("the scanner `command` needs a `scanner_command`")
        if self.scanner == "clamd" and not self.clamd_host:
            raise ValueError("the scanner `clamd` needs a `clamd_host`")

    def _check_store(self) -> None:
        if self.store == "s3" and self.folder:
            raise ValueError("`folder` is for the store `folder` alone")
        if self.store == "s3" and not (self.s3_bucket and self.s3_keys_file):
            raise ValueError("the store `s3` needs an `s3_bucket` and an `s3_keys_file`")
        if self.s3_endpoint and not is_safe(self.s3_endpoint):
            raise ValueError("`s3_endpoint` must begin with https://, or http:// on loopback")


def is_safe(url: str) -> bool:
    """Return whether nobody on the way can read what goes to *url*."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    named = bool(host) and parts.username is None
    return named and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
