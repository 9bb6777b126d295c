"""Tells workers how calls are, and fetches what they have recorded."""

from contextlib import suppress
from datetime import timedelta

import msgspec
import structlog

from actors.asked import Asked
from actors.call_session.desk import NoRelay
from actors.call_session.messages import (
    MediaTended,
    Plan,
    Recording,
    RecordingGone,
    SendSignal,
    SweepRecording,
    TendMedia,
    Worker,
)
from actors.call_session.preparing.relays import Relays
from actors.call_session.recordings import Fetched, Recordings
from actors.call_session.state.kept import Session
from actors.call_session.state.media import plan_of
from actors.call_session.state.recording import unfinished
from actors.call_session.switchboard import Switchboard
from actors.ids import CallId, LegId
from actors.media import Sealing
from actors.relay.messages import Arrange, Arranged, RecordOrder, TellRecorder
from actors.runtime.blobs import BlobsUnavailable
from actors.runtime.errors import StoreUnavailable

GIVE_UP = timedelta(minutes=5)
"""After that a recording on a worker that is gone is what was fetched of it by then."""

_log = structlog.get_logger(__name__)


class Tending:
    """What is done with media workers on behalf of sessions."""

    def __init__(self, relays: Relays, switchboard: Switchboard, recordings: Recordings) -> None:
        self._relays = relays
        self._switchboard = switchboard
        self._recordings = recordings
        self._arranged: dict[CallId, int] = {}
        """How many events there were when a worker was told last how the call is."""

    # -- the plan -------------------------------------------------------------------------------

    async def tend(self, state: Session, tend: TendMedia, asked: Asked) -> MediaTended:
        """Tell the worker how the call is, hand keys to its recorder, fetch what it recorded."""
        if tend.epoch != state.media.epoch:
            return MediaTended(tend.epoch, None)
        plan = plan_of(state)
        worker, arranged = await self._place(state, plan)
        await self.tell_recorder(state)
        recording, fetched = await self._fetch(state, asked)
        return MediaTended(
            epoch=tend.epoch,
            worker=worker,
            recording=plan.record if plan else None,
            kept=sum(each.size for each in fetched.tapes),
            done=fetched.done,
            key=arranged.recorder_key if arranged else "",
            recorded=arranged is not None and arranged.recording,
            tapes=fetched.tapes,
            arranged=plan,
            fetched=recording.id if recording else None,
        )

    async def _place(
        self, state: Session, plan: Plan | None
    ) -> tuple[Worker, Arranged] | tuple[None, None]:
        """Have the call where its plan says, or nowhere."""
        if plan is None:
            self._arranged.pop(state.id, None)
            with suppress(NoRelay):
                await self._relays.end(state.id, state.media.epoch, state.media.left)
            return None, None
        return await self.arrange(state, plan) or (None, None)

    def is_behind(self, state: Session) -> bool:
        """Return whether a worker was told of more than *state* knows."""
        return self._arranged.get(state.id, 0) > state.last

    async def arrange(self, state: Session, plan: Plan) -> tuple[Worker, Arranged] | None:
        """Tell a worker how the call is; None: there is none that takes it."""
        self._arranged[state.id] = state.last
        try:
            return await self._relays.arrange(
                state.id,
                plan.epoch,
                plan.legs,
                held=plan.held,
                record=self._order(state, plan),
                prefer=state.media.worker,
            )
        except NoRelay as refused:
            _log.warning("call.not_arranged", why=refused.why)
            return None

    def adopt(self, state: Session) -> None:
        """Let the desk know of a relayed call, which may have come here from another node."""
        plan, worker = plan_of(state), state.media.worker
        if plan is not None and worker is not None:
            record = self._order(state, plan)
            self._relays.adopt(worker, Arrange(state.id, plan.epoch, plan.legs, plan.held, record))

    def _order(self, state: Session, plan: Plan) -> RecordOrder | None:
        if plan.record is None:
            return None
        sealed = state.media.sealing is not Sealing.UNSUPPORTED
        return RecordOrder(plan.record, self._recordings.key_of(plan.record), sealed)

    # -- recordings -----------------------------------------------------------------------------

    async def _fetch(self, state: Session, asked: Asked) -> tuple[Recording | None, Fetched]:
        """Fetch what there is of the recording that has stopped, or of the one that runs."""
        recording = unfinished(state) or state.recording
        if recording is None or recording.worker is None:
            return None, Fetched((), done=False)
        unchanged = Fetched(recording.tapes, done=False)
        if recording.worker not in self._relays.workers:
            stopped = recording.stopped_at
            lost = stopped is not None and asked.at - stopped >= GIVE_UP
            return recording, unchanged._replace(done=lost)
        try:
            fetched = await self._recordings.fetch(
                self._relays, recording.worker, state.id, recording
            )
        except (NoRelay, BlobsUnavailable) as error:
            _log.warning("recording.not_fetched", why=type(error).__name__)
            return recording, unchanged
        return recording, fetched

    async def sweep(self, state: Session, sweep: SweepRecording) -> RecordingGone:
        """Remove what is needed no more: at the worker, and if it was deleted, in the store."""
        recording = state.kept_recording(sweep.recording)
        if recording is not None and recording.worker is not None:
            try:
                await self._recordings.release(self._relays, recording.worker, recording.id)
            except NoRelay as refused:
                _log.info("recording.not_released", why=refused.why)
        if sweep.deleted:
            try:
                await self._recordings.remove(state.id, sweep.recording)
            except BlobsUnavailable as error:
                raise StoreUnavailable("Recordings can't be removed now.") from error
        return RecordingGone(sweep.recording, deleted=sweep.deleted)

    # -- the recorder's keys --------------------------------------------------------------------

    async def tell_recorder(self, state: Session) -> None:
        """Hand the recorder the frame keys that are held for it, in order."""
        recording, worker = state.recording, state.media.worker
        if recording is None or recording.started_at is None or worker is None:
            return
        recorder = LegId(recording.id)
        try:
            for key in self._switchboard.after(state.id, recorder, 0):
                order = TellRecorder(state.id, state.media.epoch, key.leg, key.body)
                await self._relays.tell_recorder(worker, order)
                self._switchboard.hear(state.id, recorder, key.number)
        except NoRelay as refused:
            _log.warning("recorder.not_told", why=refused.why)


def for_recorder(state: Session, signal: SendSignal) -> SendSignal | None:
    """Return *signal* with the public key of the page that has wrapped it; None: it is no JSON."""
    leg = state.legs.get(signal.leg)
    try:
        body = msgspec.json.decode(signal.body, type=dict[str, str | int])
    except msgspec.DecodeError:
        return None
    whole = msgspec.json.encode({**body, "key": leg.key if leg else ""}).decode()
    return msgspec.structs.replace(signal, body=whole)
