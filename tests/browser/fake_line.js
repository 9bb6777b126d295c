// A socket whose far end is the other pages of this browser: what legs tell one another gets there,
// whatever is done is written down and answered, and views come from the test.
async ([leg, call, me]) => {
  const { Session } = await import("/static/js/call/session.js");
  const { Media } = await import("/static/js/call/media.js");
  const { Lost } = await import("/static/js/socket.js");

  class FakeLine {
    isOpen = true;
    listeners = new Map();
    acts = [];
    held = []; // what came while the line was cut
    number = 0;
    told = new Map(); // leg -> number of what it has told
    channel = new BroadcastChannel("legs");

    constructor() {
      this.channel.onmessage = ({ data }) => data.to === leg && this.take(data);
    }
    on(type, listener) {
      this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
    }
    start() {}
    tell(type, frame) {
      for (const listener of this.listeners.get(type) ?? []) listener(frame);
    }
    send(frame) {
      if (!this.isOpen) return false;
      if (frame.type === "attend") setTimeout(() => this.held.splice(0).forEach((one) => this.pass(one)));
      if (frame.type === "layer") askRelay(frame);
      if (frame.type !== "signal") return true;
      this.channel.postMessage(frame);
      setTimeout(() => this.tell("held", { call, leg, to: frame.to, number: frame.number }));
      return true;
    }
    async ask(frame) {
      if (!this.isOpen) throw new Lost();
      if (frame.type === "offer") return { ...(await askRelay(frame)), id: frame.id };
      this.acts.push(frame.act);
      return { type: "acted", id: frame.id, call, seq: 0 };
    }
    take(frame) {
      if (frame.number <= (this.told.get(frame.leg) ?? 0)) return;
      this.told.set(frame.leg, frame.number);
      if (this.isOpen) this.pass(frame);
      else this.held.push(frame);
    }
    pass({ leg: from, signal, body }) {
      if (this.muffled?.includes(signal)) return;
      this.number += 1;
      this.tell("signal", { type: "signal", call, number: this.number, run: "r", leg: from, signal, body });
    }
    cut() {
      this.isOpen = false;
      this.tell("closed", 1006);
    }
    mend() {
      this.isOpen = true;
      this.tell("open");
    }
  }

  const line = new FakeLine();
  const session = new Session(line, { call, me });
  session.leg = session.signals.leg = leg;
  const seen = { streams: new Map(), frames: new Map(), states: [], quality: [], sealing: [], handed: [], errors: [] };
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
  addEventListener("error", (event) => seen.errors.push(String(event.message)));

  // Play what is to be heard, and note when each picture comes.
  const players = new Map();
  const onStream = (other, source, track) => {
    const name = `${other} ${source}`;
    seen.streams.set(name, track);
    if (source === "microphone") play(name, track);
    else if (track) note(name, track);
  };
  function play(name, track) {
    const player = players.get(name) ?? document.createElement("audio");
    players.set(name, player);
    player.srcObject = track && new MediaStream([track]);
    if (track) player.play().catch(() => {});
  }
  async function note(name, track) {
    if (!seen.frames.has(name)) seen.frames.set(name, []);
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      if (seen.streams.get(name) === track) seen.frames.get(name).push(performance.now());
      value.close();
    }
  }

  const media = new Media(session, {
    onStream,
    onState: (other, state) => seen.states.push([other, state]),
    onQuality: (other, quality) => seen.quality.push([other, quality.word]),
    onSealing: (state, code) => seen.sealing.push([state, code]),
  });
  // How many streams flow over what is left, whenever a connection is closed.
  const { closing } = media.links.tell;
  media.links.tell.closing = (link) => {
    const streams = [...(media.links.newest?.sample?.streams.values() ?? [])];
    seen.handed.push(streams.filter(({ source, frames, packets }) => (source === "microphone" ? packets : frames)).length);
    closing(link);
  };
  globalThis.carewire = { call: { session, media, line, seen } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  const [microphone] = stream.getAudioTracks();
  const [camera] = stream.getVideoTracks();
  media.start(new Map([["microphone", microphone], ["camera", camera]]));
  return session.key.raw();
}
