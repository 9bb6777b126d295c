"""By what else this clinic reaches people, beside the bell and letters."""

from dataclasses import dataclass, field

from actors.notify.messages import Channel
from config.settings import PushSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The further channels, as the settings made them."""

    push_key: str = ""
    """The public key (base64url) with which browsers subscribe; empty: nobody is pushed to."""
    push: PushSettings = field(default_factory=PushSettings)
    webhook: bool = False
    """Whether notices are posted to a program of the clinic's."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel that there is."""
        push = (Channel.PUSH,) if self.push_key else ()
        webhook = (Channel.WEBHOOK,) if self.webhook else ()
        return (Channel.EMAIL, *push, *webhook)
