"""Letters in German."""

from actors.notify.messages import Topic
from actors.notify.wording.words import Clocks, Counted, Page, Wording, Words

PLANNED = "Geplant war"
UNTIL = "Bitte antworten Sie bis"


def _to_patient(
    subject: str,
    text: str,
    link: str = "Termin öffnen",
    when: str = "Wann",
    until: str = UNTIL,
) -> Wording:
    return Wording(subject, text, link, Page.APPOINTMENT, when, until)


def _to_doctor(subject: str, text: str, when: str = "Wann") -> Wording:
    return Wording(subject, text, "Posteingang öffnen", Page.INBOX, when, UNTIL)


def _elsewhere(subject: str, text: str, link: str, page: Page, when: str = "Wann") -> Wording:
    return Wording(subject, text, link, page, when, UNTIL)


TOPICS = {
    Topic.RECEIVED: _to_patient(
        "Ihre Anfrage ist angekommen",
        "Ihre Terminanfrage liegt uns vor. Wir suchen für Sie, wer wann Zeit hat.",
    ),
    Topic.OFFERED: _to_patient(
        "Bitte wählen Sie eine Zeit",
        "Diese Zeiten sind für Sie vorgemerkt. Nehmen Sie die, die Ihnen passt, "
        "oder bitten Sie um andere.",
        "Zeit wählen",
        until="Vorgemerkt bis",
    ),
    Topic.EARLIER: _to_patient(
        "Eine frühere Zeit ist frei",
        "Sie können früher kommen als geplant. Wenn Sie nichts tun, bleibt es bei Ihrem Termin.",
        "Frühere Zeit nehmen",
        until="Vorgemerkt bis",
    ),
    Topic.CONFIRMED: _to_patient("Ihr Termin ist bestätigt", "Ihr Termin ist bestätigt."),
    Topic.MOVED: _to_patient(
        "Ihr Termin hat sich geändert",
        "Ihr Termin ist jetzt zu einer anderen Zeit oder bei jemand anderem.",
    ),
    Topic.STAYED: _to_patient(
        "Es bleibt bei Ihrem Termin",
        "Die Änderung ist nicht zustande gekommen. Ihr Termin bleibt, wie er war.",
    ),
    Topic.RETURNED: _to_patient(
        "Ihr Termin braucht eine neue Zeit",
        "Ihr Termin kann so nicht stattfinden. Wir suchen für Sie eine andere Zeit "
        "oder jemand anderen.",
        when=PLANNED,
    ),
    Topic.CANCELLED: _to_patient(
        "Ihr Termin ist abgesagt", "Ihr Termin ist abgesagt.", when=PLANNED
    ),
    Topic.DECLINED: _to_patient(
        "Zu Ihrer Anfrage",
        "Auf diese Anfrage können wir Ihnen keinen Termin anbieten. "
        "Auf der Seite steht, was Sie jetzt tun können.",
    ),
    Topic.EXPIRED: _to_patient(
        "Ihre Anfrage ist abgelaufen",
        "In den gewünschten Zeiten haben wir keinen Termin gefunden. "
        "Sie können noch einmal anfragen.",
    ),
    Topic.LAPSED: _to_patient(
        "Die Zeiten sind nicht mehr vorgemerkt",
        "Die Zeiten, die für Sie vorgemerkt waren, sind wieder frei. Wir suchen weiter.",
    ),
    Topic.ASKED: _to_patient(
        "Wir haben eine Frage", "Wir haben eine Frage zu Ihrer Anfrage.", "Frage beantworten"
    ),
    Topic.REMINDER: _to_patient("Erinnerung: Ihr Termin", "Wir erinnern Sie an Ihren Termin."),
    Topic.CLOCKS: _to_patient(
        "Die Uhrzeit Ihres Termins hat sich geändert",
        "Die Regeln einer Zeitzone haben sich geändert. "
        "Deshalb zeigen Uhren für Ihren Termin eine andere Zeit.",
    ),
    Topic.NOSHOW: _to_patient(
        "Sie waren nicht bei Ihrem Termin",
        "Sie sind nicht zu Ihrem Termin gekommen. Sie können um einen neuen bitten.",
        when=PLANNED,
    ),
    Topic.REQUEST: _to_doctor(
        "Eine Anfrage wartet auf Sie", "Eine Anfrage wartet auf Ihre Antwort.", "Gewünscht"
    ),
    Topic.VISIT: _to_doctor("Ein neuer Termin", "In Ihrem Kalender steht ein Termin."),
    Topic.VISIT_MOVED: _to_doctor(
        "Ein Termin ist verschoben", "Ein Termin in Ihrem Kalender ist verschoben."
    ),
    Topic.VISIT_CANCELLED: _to_doctor(
        "Ein Termin ist abgesagt", "Ein Termin in Ihrem Kalender ist abgesagt.", PLANNED
    ),
    Topic.WISH: _to_doctor(
        "Eine andere Zeit ist gewünscht", "Für einen Termin ist eine andere Zeit gewünscht."
    ),
    Topic.ON_CALL: _to_doctor(
        "Sie haben Bereitschaft: eine Anfrage wartet",
        "Eine Anfrage wurde nicht rechtzeitig beantwortet. Sie liegt jetzt bei Ihnen.",
    ),
    Topic.ARRIVED: _elsewhere(
        "Jemand ist da",
        "Jemand ist zum Termin da und wartet auf Sie.",
        "Termin öffnen",
        Page.VISIT,
    ),
    Topic.TRIAGE: _elsewhere(
        "Eine Anfrage ist weiterzuleiten",
        "Eine Anfrage ist angekommen und wartet darauf, weitergeleitet zu werden.",
        "Übersicht öffnen",
        Page.BOARD,
    ),
    Topic.CALLING: _elsewhere(
        "Sie werden angerufen",
        "Sie werden gerade angerufen. Öffnen Sie die Seite, um den Anruf anzunehmen.",
        "Anruf annehmen",
        Page.CALL,
    ),
    Topic.MISSED_CALL: _elsewhere(
        "Sie haben einen Anruf verpasst",
        "Jemand hat versucht, Sie anzurufen.",
        "Zurückrufen",
        Page.CALL,
        "Angerufen",
    ),
    Topic.SUMMARY: _elsewhere(
        "Die Zusammenfassung Ihres Termins",
        "Die Zusammenfassung Ihres Termins liegt für Sie bereit.",
        "Zusammenfassung lesen",
        Page.SUMMARY,
    ),
    Topic.MESSAGES: _elsewhere(
        "Sie haben {messages}", "Sie haben {messages}.", "Nachrichten lesen", Page.MESSAGES
    ),
}

GERMAN = Words(
    topics=TOPICS,
    declined_visit=_to_patient(
        "Ihr Termin ist abgesagt",
        "Die Klinik kann Ihren Termin nicht einhalten. Auf der Seite steht, warum, "
        "und Sie können um einen anderen bitten.",
        when=PLANNED,
    ),
    lapsed_stays=_to_patient(
        "Die Zeit ist nicht mehr vorgemerkt",
        "Die Zeit, die für Sie vorgemerkt war, ist wieder frei. Ihr Termin bleibt, wie er war.",
    ),
    join=_to_patient("Ihr Termin beginnt bald", "Ihr Termin beginnt in {minutes}.", "Teilnehmen"),
    thread=_elsewhere(
        "Sie haben {messages}", "Sie haben {messages}.", "Lesen und antworten", Page.THREAD
    ),
    messages=Counted("eine ungelesene Nachricht", "{count} ungelesene Nachrichten"),
    minutes=Counted("einer Minute", "{count} Minuten"),
    hello="Guten Tag {name}!",
    line="{label}: {value}",
    with_whom="Bei",
    time="Zeit",
    time_of_several="Zeit {number}",
    answer="Annehmen oder ablehnen",
    footer="Diese E-Mail kommt vom System der Klinik. Bitte antworten Sie nicht darauf.",
    emergency=(
        "Wenn es ein Notfall ist, warten Sie nicht auf uns: "
        "Rufen Sie jetzt die Notrufnummer an Ihrem Ort an."
    ),
    clocks=Clocks(
        day="EEEE, d. MMMM y",
        day_at="{day} um {clock}",
        city="Uhrzeit {city}",
        vowel_city="Uhrzeit {city}",
        both="{here}, das entspricht {there}",
    ),
)
