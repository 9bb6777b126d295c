// What pages gain from a script; without it they work all the same.

import { guessZones } from "./zone.js";
import { takeCodes } from "./code.js";
import { focusErrors } from "./errors.js";
import { startAlerts } from "./alerts.js";
import { startChat } from "./chat/chat.js";
import { startCountdowns } from "./countdown.js";
import { startLive } from "./live.js";
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
