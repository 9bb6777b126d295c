"""Letters in French."""

from actors.notify.messages import Topic
from actors.notify.wording.words import Clocks, Counted, Page, Wording, Words

PLANNED = "Date prévue à l'origine"
UNTIL = "Merci de répondre avant"


def _to_patient(
    subject: str,
    text: str,
    link: str = "Ouvrir votre rendez-vous",
    when: str = "Quand",
    until: str = UNTIL,
) -> Wording:
    return Wording(subject, text, link, Page.APPOINTMENT, when, until)


def _to_doctor(subject: str, text: str, when: str = "Quand") -> Wording:
    return Wording(subject, text, "Ouvrir votre boîte de réception", Page.INBOX, when, UNTIL)


def _elsewhere(subject: str, text: str, link: str, page: Page, when: str = "Quand") -> Wording:
    return Wording(subject, text, link, page, when, UNTIL)


TOPICS = {
    Topic.RECEIVED: _to_patient(
        "Votre demande est bien arrivée",
        "Nous avons reçu votre demande de rendez-vous et cherchons pour vous "
        "une date et une personne disponible.",
    ),
    Topic.OFFERED: _to_patient(
        "Choisissez un horaire",
        "Ces horaires vous sont réservés. Prenez celui qui vous convient ou demandez-en d'autres.",
        "Choisir un horaire",
        until="Réservés jusqu'au",
    ),
    Topic.EARLIER: _to_patient(
        "Un horaire plus proche est libre",
        "Vous pouvez venir plus tôt que prévu. Si vous ne faites rien, "
        "votre rendez-vous reste inchangé.",
        "Prendre cet horaire",
        until="Réservé jusqu'au",
    ),
    Topic.CONFIRMED: _to_patient(
        "Votre rendez-vous est confirmé", "Votre rendez-vous est confirmé."
    ),
    Topic.MOVED: _to_patient(
        "Votre rendez-vous a changé",
        "Votre rendez-vous a lieu à un autre horaire ou avec une autre personne.",
    ),
    Topic.STAYED: _to_patient(
        "Votre rendez-vous reste inchangé",
        "Le changement n'a pas abouti. Votre rendez-vous reste tel qu'il était.",
    ),
    Topic.RETURNED: _to_patient(
        "Votre rendez-vous doit être déplacé",
        "Votre rendez-vous ne peut pas avoir lieu comme prévu. Nous cherchons pour vous "
        "un autre horaire ou une autre personne.",
        when=PLANNED,
    ),
    Topic.CANCELLED: _to_patient(
        "Votre rendez-vous est annulé", "Votre rendez-vous est annulé.", when=PLANNED
    ),
    Topic.DECLINED: _to_patient(
        "À propos de votre demande",
        "Nous ne pouvons pas vous proposer de rendez-vous pour cette demande. "
        "La page indique ce que vous pouvez faire maintenant.",
    ),
    Topic.EXPIRED: _to_patient(
        "Votre demande a expiré",
        "Nous n'avons trouvé aucun rendez-vous aux horaires souhaités. "
        "Vous pouvez faire une nouvelle demande.",
    ),
    Topic.LAPSED: _to_patient(
        "Les horaires ne sont plus réservés",
        "Les horaires qui vous étaient réservés sont de nouveau libres. "
        "Nous continuons à chercher.",
    ),
    Topic.ASKED: _to_patient(
        "Nous avons une question",
        "Nous avons une question au sujet de votre demande.",
        "Répondre à la question",
    ),
    Topic.REMINDER: _to_patient(
        "Rappel : votre rendez-vous", "Nous vous rappelons votre rendez-vous."
    ),
    Topic.CLOCKS: _to_patient(
        "L'heure de votre rendez-vous a changé",
        "Les règles d'un fuseau horaire ont changé. "
        "Les horloges indiquent donc une autre heure pour votre rendez-vous.",
    ),
    Topic.NOSHOW: _to_patient(
        "Rendez-vous manqué",
        "Vous n'étiez pas à votre rendez-vous. Vous pouvez en demander un nouveau.",
        when=PLANNED,
    ),
    Topic.REQUEST: _to_doctor(
        "Une demande vous attend", "Une demande attend votre réponse.", "Souhaité"
    ),
    Topic.VISIT: _to_doctor(
        "Un nouveau rendez-vous", "Un rendez-vous est inscrit dans votre agenda."
    ),
    Topic.VISIT_MOVED: _to_doctor(
        "Un rendez-vous est déplacé", "Un rendez-vous de votre agenda est déplacé."
    ),
    Topic.VISIT_CANCELLED: _to_doctor(
        "Un rendez-vous est annulé", "Un rendez-vous de votre agenda est annulé.", PLANNED
    ),
    Topic.WISH: _to_doctor(
        "Un autre horaire est souhaité", "Un autre horaire est souhaité pour un rendez-vous."
    ),
    Topic.ON_CALL: _to_doctor(
        "Vous êtes d'astreinte : une demande attend",
        "Personne n'a répondu à temps à une demande. Elle est maintenant à vous.",
    ),
    Topic.ARRIVED: _elsewhere(
        "Quelqu'un est là",
        "Quelqu'un est là pour son rendez-vous et vous attend.",
        "Ouvrir le rendez-vous",
        Page.VISIT,
    ),
    Topic.TRIAGE: _elsewhere(
        "Une demande est à transmettre",
        "Une demande est arrivée et attend d'être transmise.",
        "Ouvrir le tableau",
        Page.BOARD,
    ),
    Topic.CALLING: _elsewhere(
        "On vous appelle",
        "On vous appelle en ce moment. Ouvrez la page pour répondre.",
        "Répondre",
        Page.CALL,
    ),
    Topic.MISSED_CALL: _elsewhere(
        "Vous avez manqué un appel",
        "Quelqu'un a essayé de vous appeler.",
        "Rappeler",
        Page.CALL,
        "Appel reçu",
    ),
    Topic.SUMMARY: _elsewhere(
        "Le compte rendu de votre rendez-vous",
        "Vous pouvez maintenant lire le compte rendu de votre rendez-vous.",
        "Lire le compte rendu",
        Page.SUMMARY,
    ),
    Topic.MESSAGES: _elsewhere(
        "Vous avez {messages}", "Vous avez {messages}.", "Lire vos messages", Page.MESSAGES
    ),
}

FRENCH = Words(
    topics=TOPICS,
    declined_visit=_to_patient(
        "Votre rendez-vous est annulé",
        "La clinique ne peut pas maintenir votre rendez-vous. La page indique pourquoi, "
        "et vous pouvez en demander un autre.",
        when=PLANNED,
    ),
    lapsed_stays=_to_patient(
        "L'horaire n'est plus réservé",
        "L'horaire qui vous était réservé est de nouveau libre. "
        "Votre rendez-vous reste tel qu'il était.",
    ),
    join=_to_patient(
        "Votre rendez-vous commence bientôt",
        "Votre rendez-vous commence dans {minutes}.",
        "Rejoindre",
    ),
    thread=_elsewhere(
        "Vous avez {messages}", "Vous avez {messages}.", "Lire et répondre", Page.THREAD
    ),
    messages=Counted("un message non lu", "{count} messages non lus"),
    minutes=Counted("une minute", "{count} minutes"),
    hello="Bonjour {name},",
    line="{label} : {value}",
    with_whom="Avec",
    time="Horaire",
    time_of_several="Horaire {number}",
    answer="Accepter ou refuser",
    footer="Cet e-mail vient du système de la clinique. Merci de ne pas y répondre.",
    emergency=(
        "S'il s'agit d'une urgence, ne nous attendez pas : "
        "appelez maintenant le numéro d'urgence de votre région."
    ),
    clocks=Clocks(
        day="EEEE d MMMM y",
        day_at="{day} à {clock}",
        city="heure de {city}",
        vowel_city="heure d'{city}",
        both="{here}, soit {there}",
    ),
)
