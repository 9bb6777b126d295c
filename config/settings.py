"""Every setting, in one documented type, read once at the start.

`load` takes a TOML file (`example.toml` shows each key with its default) and, over it, variables
of the environment: `CAREWIRE_EDGE_PORT=9000` is `port` of the part `[edge]`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

import msgspec
from msgspec import Meta

from config.files import FilesSettings
from config.media import MediaSettings
from config.nats import NatsSettings
from config.part import Count, Part, Port, Seconds, Token, is_loopback
from config.private import TooOpen, read_private
from config.store import StoreSettings

PREFIX = "CAREWIRE_"
FILE_VARIABLE = "CAREWIRE_CONFIG"
DEFAULT_FILE = Path("carewire.toml")


class SettingsError(Exception):
    """The settings can't be used; the text says which, where, and what to do."""


class EdgeSettings(Part, frozen=True):
    """HTTP and websockets."""

    host: str = "127.0.0.1"
    """Address to listen on. Others than loopback need TLS: here, or in a proxy before it."""
    port: Port = 8080
    tls_certificate: str = ""
    """Path of a PEM file: our certificate, then those between it and the root. Empty: no TLS."""
    tls_key: str = ""
    """Path of the PEM file with its private key, mode 0600."""
    public_url: str = ""
    """How people reach the pages; empty: `http://localhost:<port>`, with TLS `https://...`."""
    allowed_hosts: tuple[str, ...] = ()
    """Further values of the Host header that are answered, beside that of `public_url`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose `X-Forwarded-*` headers are believed."""
    connections: Count = 1024
    """Open at once; further ones are closed."""
    connections_per_address: Count = 128
    header_seconds: Seconds = 10.0
    """A request whose headers are not complete by then is dropped."""
    json_bytes: Count = 65_536
    form_bytes: Count = 65_536
    form_fields: Count = 100
    ask_seconds: Seconds = 5.0
    """How long a request waits for an actor's answer."""
    attempts_per_minute: Count = 120
    """Sign-ins, sign-ups, held times, uses of links, each, from one network (/24, /64); messages
    and files, each, of one person."""
    sockets_per_user: Count = 10
    """Websockets; the oldest is closed for a new one."""
    socket_message_bytes: Count = 65_536
    socket_queue_bytes: Count = 262_144
    """What may wait for a slow reader before the socket is closed."""
    heartbeat_seconds: Seconds = 20.0
    access_token_seconds: Count = 600
    """How long an API client's access token is good."""

    def __post_init__(self) -> None:
        """Fill in the address that people use."""
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("`tls_certificate` and `tls_key` are only good together")
        scheme = "https" if self.tls else "http"
        url = self.public_url.rstrip("/") or f"{scheme}://localhost:{self.port}"
        if not url.startswith(("http://", "https://")):
            raise ValueError("`public_url` must begin with http:// or https://")
        if self.tls and not url.startswith("https://"):
            raise ValueError("with a certificate, `public_url` must begin with https://")
        msgspec.structs.force_setattr(self, "public_url", url)

    @property
    def tls(self) -> bool:
        """Whether we speak TLS ourselves."""
        return bool(self.tls_certificate)


class NodeSettings(Part, frozen=True):
    """The node: one process with one event loop, on which the actors live."""

    name: Token = "main"
    """Among the nodes of one clinic; a part of bus subjects."""
    role: Literal["all", "actors", "edge"] = "all"
    """What runs here: pages, API and sockets (`edge`), the actors (`actors`), or both."""
    data: str = "data"
    """Directory of everything that must be kept: journal, keys. Kept at mode 0700."""
    mailbox: Count = 256
    """Messages that may wait for one actor; further ones are answered `busy`."""
    passivate_seconds: Seconds = 600.0
    """An actor that was idle for so long leaves the memory."""
    snapshot_every: Count = 200
    """Events after which an actor's state is kept, to shorten its next start."""
    drain_seconds: Seconds = 3.0
    """How long an orderly stop may take to finish what was taken."""
    lease_seconds: Annotated[float, Meta(ge=1)] = 3.0
    """Where several nodes share a store: how long one that says nothing keeps its actors."""

    @property
    def directory(self) -> Path:
        """The data directory, absolute."""
        return Path(self.data).expanduser().absolute()


class MailSettings(Part, frozen=True):
    """How letters leave the clinic."""

    carrier: Literal["folder", "smtp"] = "folder"
    """`folder`: each letter becomes a file under the data directory, and nothing is sent."""
    sender: str = "Carewire <no-reply@localhost>"
    """Who letters are from: an address, or `Name <address>`."""
    host: str = ""
    """The mail server."""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`tls`: from the first byte on (port 465). `none` is for a server on loopback alone."""
    user: str = ""
    password_file: str = ""
    """Path of a file with the password, mode 0600."""
    timeout_seconds: Annotated[float, Meta(gt=0, le=40)] = 20.0
    """How long each answer of the mail server may take."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        if not re.fullmatch(r"[!-~]+@[!-~]+", self.sender_address) or not self.sender.isprintable():
            raise ValueError("`sender` must be an address, or a name and <an address>")
        if self.carrier == "smtp" and not self.host:
            raise ValueError("the carrier `smtp` needs a `host`")
        if bool(self.user) != bool(self.password_file):
            raise ValueError("`user` and `password_file` are only good together")
        if self.host and self.security == "none" and not is_loopback(self.host):
            raise ValueError("`security` may be `none` on loopback alone")

    @property
    def sender_address(self) -> str:
        """The address in `sender`."""
        return parseaddr(self.sender)[1]


class PushSettings(Part, frozen=True):
    """Notices to browsers that their owners have allowed it on (web push)."""

    enabled: bool = True
    """Whether browsers are pushed to. Off, nobody is asked to allow it."""
    contact: str = ""
    """Whom the makers of browsers may write to: `mailto:...` or `https://...`; empty: the sender
    of letters."""
    hosts: tuple[str, ...] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    )
    """Hosts of push services; a star at the start stands for any names before the rest."""

    def __post_init__(self) -> None:
        """Hold what the services take."""
        if self.contact and not self.contact.startswith(("mailto:", "https://")):
            raise ValueError("`contact` must begin with mailto: or https://")
        for host in self.hosts:
            if not re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", host):
                raise ValueError("`hosts` are names in small letters, like push.example.org")

    def serves(self, host: str) -> bool:
        """Return whether a push service may be called *host*."""
        name = host.lower()
        return any(
            name.endswith(each[1:]) if each.startswith("*.") else name == each
            for each in self.hosts
        )


class WebhookSettings(Part, frozen=True):
    """Notices to a program of the clinic's choice, which may send an SMS (Standard Webhooks)."""

    url: str = ""
    """Where each is posted: `https://...`, or `http://...` in a network of one's own. Empty: no
    webhook."""
    secret_file: str = ""
    """Path of a file with the secret that signs them (`whsec_...`, base64), mode 0600."""

    def __post_init__(self) -> None:
        """Hold what only fits together."""
        if bool(self.url) != bool(self.secret_file):
            raise ValueError("`url` and `secret_file` are only good together")
        if self.url and not re.fullmatch(r"https?://[^/?#@\s]+(/[^#\s]*)?", self.url):
            raise ValueError("`url` must begin with http:// or https://, without a password in it")


class LogSettings(Part, frozen=True):
    """What is written down, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = "auto"
    """One JSON line per event, or text for people; `auto`: text on a terminal."""


class Settings(Part, frozen=True):
    """All settings."""

    edge: EdgeSettings = EdgeSettings()
    node: NodeSettings = NodeSettings()
    store: StoreSettings = StoreSettings()
    nats: NatsSettings = NatsSettings()
    mail: MailSettings = MailSettings()
    push: PushSettings = PushSettings()
    webhook: WebhookSettings = WebhookSettings()
    files: FilesSettings = FilesSettings()
    media: MediaSettings = MediaSettings()
    log: LogSettings = LogSettings()


def load(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, or raise `SettingsError`.

    Without *file* it is the one that `CAREWIRE_CONFIG` names, else `carewire.toml` if there is one.
    """
    named = file or (Path(environment[FILE_VARIABLE]) if FILE_VARIABLE in environment else None)
    source = named or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    tables = _read(source) if source else {}
    _convert(tables, Settings, str(source))
    for variable, text in environment.items():
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE:
            _override(tables, variable, text)
    settings: Settings = _convert(tables, Settings, "The environment")
    return settings


def _override(tables: dict[str, Any], variable: str, text: str) -> None:
    part, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    kind = _types(Settings).get(part)
    field = _types(kind).get(key) if kind else None
    if field is None:
        raise SettingsError(f"{variable}: there is no such setting")
    value = [item.strip() for item in text.split(",") if item.strip()] if _many(field) else text
    tables.setdefault(part, {})[key] = _convert(value, field, variable, strict=False)


def _types(kind: type[Part]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


def _many(field: Any) -> bool:  # noqa: ANN401  any type of a setting
    return get_origin(field) is tuple


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_private(file).decode())
    except TooOpen as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error


def _convert(value: Any, kind: Any, source: str, *, strict: bool = True) -> Any:  # noqa: ANN401
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{source}: {error}") from error
