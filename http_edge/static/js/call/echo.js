// Ten seconds to a relay and back: what a call over it would be like.

import { preferCodecs } from "./senders.js";

const SECONDS = 10;
const WITHIN = 8000;
const second = () => new Promise((resolve) => setTimeout(resolve, 1000));

// Resolve to {round_trip_ms, loss_percent, jitter_ms, path}, or null: no relay answered.
export async function echo(session, tracks, { progress, signal }) {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: session.view?.ice ?? [] });
  const made = new Map([["microphone", tracks.get("microphone") ?? silence()]]);
  if (tracks.has("camera")) made.set("camera", tracks.get("camera"));
  try {
    const sections = [...made].map(([source, track]) => addBoth(pc, source, track));
    if (!(await connect(session, pc, sections))) return null;
    return await measure(pc, { progress, signal });
  } finally {
    pc.close();
  }
}

function addBoth(pc, source, track) {
  const sends = pc.addTransceiver(track, { direction: "sendonly" });
  const receives = pc.addTransceiver(track.kind, { direction: "recvonly" });
  for (const each of [sends, receives]) preferCodecs(each, source);
  return { source, sends, receives };
}

async function connect(session, pc, sections) {
  await pc.setLocalDescription();
  const { leg } = session;
  const named = (way) => sections.map((each) => ({ mid: each[way].mid, leg, source: each.source }));
  const { sdp } = pc.localDescription;
  const offer = { epoch: 0, neg: 1, sdp, sends: named("sends"), receives: named("receives"), echo: true };
  const answer = await session.offer(offer);
  if (answer.type !== "answer") return false;
  await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  return connected(pc);
}

function connected(pc) {
  return new Promise((resolve) => {
    const look = () => pc.connectionState === "connected" && resolve(true);
    pc.onconnectionstatechange = look;
    setTimeout(() => resolve(false), WITHIN);
    look();
  });
}

async function measure(pc, { progress, signal }) {
  for (let seconds = 1; seconds <= SECONDS && !signal.aborted; seconds += 1) {
    await second();
    progress(seconds);
  }
  if (signal.aborted) return null;
  return figuresOf(await pc.getStats());
}

function figuresOf(stats) {
  const all = [...stats.values()];
  const came = all.filter(({ type }) => type === "inbound-rtp");
  const pair = all.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const lost = sum(came, "packetsLost");
  const received = sum(came, "packetsReceived");
  if (!received) return null;
  return {
    round_trip_ms: Math.round((pair?.currentRoundTripTime ?? 0) * 1000),
    loss_percent: Math.round((1000 * lost) / (lost + received)) / 10,
    jitter_ms: Math.round(Math.max(...came.map(({ jitter }) => jitter ?? 0)) * 1000),
    path: all.find(({ id }) => id === pair?.localCandidateId)?.protocol ?? "",
  };
}

const sum = (all, what) => all.reduce((total, each) => total + (each[what] ?? 0), 0);

// A sound track for who skipped the microphone.
function silence() {
  return new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
}
