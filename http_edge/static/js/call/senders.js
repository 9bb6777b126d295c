// How each track is sent: codecs, layers, bit rates. Sound goes before pictures, always.

import { kindOf } from "./legs.js";

const CODECS = { audio: new Set(["audio/opus"]), video: new Set(["video/VP8", "video/rtx"]) };
const VOICE = { maxBitrate: 40_000, priority: "high", networkPriority: "high" };
const SCREEN = { maxBitrate: 1_500_000, priority: "low", networkPriority: "low" };
const PICTURE = { priority: "low", networkPriority: "low" };

// The camera at each step of the ladder: how much smaller, and bits per second at most.
const STEPS = {
  720: { smaller: 1, maxBitrate: 1_500_000, layers: 3 },
  360: { smaller: 2, maxBitrate: 500_000, layers: 2 },
  180: { smaller: 4, maxBitrate: 150_000, layers: 1 },
};
const NO_PICTURE = { smaller: 4, maxBitrate: 150_000, layers: 0 };
const LAYERS = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];

// Return what a sender of *source* starts with; the relay gets the camera in three sizes.
export function encodingsOf(source, { simulcast }) {
  if (source === "microphone") return [VOICE];
  if (source === "screen") return [SCREEN];
  return simulcast ? LAYERS.map((layer) => ({ ...layer, ...PICTURE })) : [PICTURE];
}

// Nothing but what relay and recorder know.
export function preferCodecs(transceiver, source) {
  const kind = kindOf(source);
  const known = RTCRtpReceiver.getCapabilities(kind).codecs;
  const ours = known.filter((codec) => CODECS[kind].has(codec.mimeType));
  transceiver.setCodecPreferences?.(ours);
}

// Let *sender* send as *step* of the ladder says ("720" to "audio", and what lies below).
export function setStep(sender, source, step) {
  if (source === "microphone") return change(sender, voice);
  if (source === "screen") return change(sender, () => {});
  const limits = STEPS[step] ?? NO_PICTURE;
  return change(sender, (encodings) => picture(encodings, limits));
}

// Ask the encoder for a picture that stands on its own: whoever lost some sees again at once.
export async function sendKeyFrame(sender) {
  const parameters = sender.getParameters();
  const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
  await sender.setParameters(parameters, { encodingOptions }).catch(() => {});
}

function voice([encoding]) {
  Object.assign(encoding, VOICE);
}

function picture(encodings, { smaller, maxBitrate, layers }) {
  if (encodings.length > 1) {
    for (const [at, encoding] of encodings.entries()) encoding.active = at < layers;
    return;
  }
  const active = layers > 0;
  Object.assign(encodings[0], { active, maxBitrate, scaleResolutionDownBy: smaller });
}

// A sender that is not negotiated yet has nothing to change, and is told again when it is.
async function change(sender, edit) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  edit(parameters.encodings);
  await sender.setParameters(parameters).catch(() => {});
}
