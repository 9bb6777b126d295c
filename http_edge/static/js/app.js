// What pages gain from a script; without it they work all the same.

import { guessZones } from "./zone.js";
import { takeCodes } from "./code.js";
import { focusErrors } from "./errors.js";
import { startAlerts } from "./alerts.js";
import { startChat } from "./chat/chat.js";
import { startCountdowns } from "./countdown.js";
import { startLive } from "./live.js";
import { startPhone } from "./phone.js";
import { startPush } from "./push.js";
import { startSignOut } from "./sign_out.js";

guessZones();
takeCodes();
focusErrors();
startCountdowns();
startLive();
startAlerts();
startPush();
startSignOut();
startChat();
startPhone();

// What only some pages need is fetched there alone.
const [call, note, player] = ["call", "note", "player"].map((id) => document.getElementById(id));
if (call) import("./call/call.js").then(({ startCall }) => startCall(call));
if (note) import("./call/notes.js").then(({ startNote }) => startNote(note));
if (player) import("./call/player.js").then(({ startPlayer }) => startPlayer(player));
