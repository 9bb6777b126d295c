"""What brings letters away: a folder or a mail server, push services, a webhook.

`carrier` is the promise; `carriers_of` makes those that the settings name.
"""

from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path

from actors.notify.carriers.carrier import Carrier
from actors.notify.carriers.folder import FolderCarrier
from actors.notify.carriers.ledger import Ledger
from actors.notify.carriers.posting import Post
from actors.notify.carriers.push import PushCarrier, PushKey
from actors.notify.carriers.smtp import Server, SmtpCarrier
from actors.notify.carriers.webhook import WebhookCarrier
from actors.notify.messages import Channel
from actors.runtime.blobs import Blobs
from actors.runtime.clock import Clock, SystemClock
from config.private import read_private
from config.settings import MailSettings, Settings, WebhookSettings

FOLDER = "mail"
"""Under the data directory."""


def carriers_of(
    settings: Settings,
    data: Path,
    post: Post,
    blobs: Blobs,
    clock: Clock | None = None,
    *,
    secrets: Path | None = None,
) -> Mapping[Channel, Carrier]:
    """Return what carries by each channel that *settings* name; *post* posts for push and webhook.

    What is leaving is noted in *blobs*. *secrets* is where the key of push lies, if not in *data*.

    Raises `OSError` or `TooOpen` (a password, a secret, the key of push), or `ValueError` (a
    secret that is none).
    """
    clock = clock or SystemClock()
    carriers: dict[Channel, Carrier] = {Channel.EMAIL: carrier_of(settings.mail, data, blobs)}
    if settings.push.enabled:
        key = push_key(settings, secrets or data)
        carriers[Channel.PUSH] = PushCarrier(key, settings.push, post, clock)
    if settings.webhook.url:
        carriers[Channel.WEBHOOK] = _webhook(settings.webhook, post, clock)
    return carriers


def push_key(settings: Settings, data: Path) -> PushKey:
    """Open the keys by which push services know us; browsers subscribe with its `public`."""
    contact = settings.push.contact or f"mailto:{parseaddr(settings.mail.sender)[1]}"
    return PushKey.open(data, contact)


def carrier_of(mail: MailSettings, data: Path, blobs: Blobs) -> Carrier:
    """Return the carrier that *mail* names, or raise `OSError` or `TooOpen` (its password)."""
    if mail.carrier == "folder":
        return FolderCarrier(data / FOLDER)
    password = _secret(mail.password_file) if mail.user else ""
    server = Server(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password=password,
        timeout=mail.timeout_seconds,
    )
    return SmtpCarrier(server, mail.sender_address, ledger=Ledger(blobs))


def _webhook(webhook: WebhookSettings, post: Post, clock: Clock) -> WebhookCarrier:
    return WebhookCarrier(webhook.url, _secret(webhook.secret_file), post, clock)


def _secret(file: str) -> str:
    return read_private(Path(file)).decode().strip()
