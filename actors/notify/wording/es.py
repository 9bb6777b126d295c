"""Letters in Spanish."""

from actors.notify.messages import Topic
from actors.notify.wording.words import Clocks, Counted, Page, Wording, Words

PLANNED = "Estaba prevista para"
UNTIL = "Responda, por favor, hasta"


def _to_patient(
    subject: str,
    text: str,
    link: str = "Abrir su cita",
    when: str = "Cuándo",
    until: str = UNTIL,
) -> Wording:
    return Wording(subject, text, link, Page.APPOINTMENT, when, until)


def _to_doctor(subject: str, text: str, when: str = "Cuándo") -> Wording:
    return Wording(subject, text, "Abrir su bandeja de entrada", Page.INBOX, when, UNTIL)


def _elsewhere(subject: str, text: str, link: str, page: Page, when: str = "Cuándo") -> Wording:
    return Wording(subject, text, link, page, when, UNTIL)


TOPICS = {
    Topic.RECEIVED: _to_patient(
        "Hemos recibido su solicitud",
        "Tenemos su solicitud de cita y buscamos para usted una hora y quien le atienda.",
    ),
    Topic.OFFERED: _to_patient(
        "Elija una hora",
        "Estas horas están reservadas para usted. Elija la que le convenga o pida otras.",
        "Elegir una hora",
        until="Reservadas hasta",
    ),
    Topic.EARLIER: _to_patient(
        "Hay una hora libre antes",
        "Puede venir antes de lo previsto. Si no hace nada, su cita queda como está.",
        "Tomar la hora anterior",
        until="Reservada hasta",
    ),
    Topic.CONFIRMED: _to_patient("Su cita está confirmada", "Su cita está confirmada."),
    Topic.MOVED: _to_patient(
        "Su cita ha cambiado", "Su cita tiene una nueva hora o le atenderá otra persona."
    ),
    Topic.STAYED: _to_patient(
        "Su cita queda como está",
        "El cambio no ha sido posible. Su cita queda como estaba.",
    ),
    Topic.RETURNED: _to_patient(
        "Su cita necesita una nueva hora",
        "Su cita no puede tener lugar como estaba prevista. "
        "Buscamos para usted otra hora o a otra persona que le atienda.",
        when=PLANNED,
    ),
    Topic.CANCELLED: _to_patient("Su cita está anulada", "Su cita está anulada.", when=PLANNED),
    Topic.DECLINED: _to_patient(
        "Sobre su solicitud",
        "No podemos ofrecerle una cita para esta solicitud. La página dice qué puede hacer ahora.",
    ),
    Topic.EXPIRED: _to_patient(
        "Su solicitud ha caducado",
        "No hemos encontrado ninguna cita en las horas que pidió. Puede volver a pedirla.",
    ),
    Topic.LAPSED: _to_patient(
        "Las horas ya no están reservadas",
        "Las horas que estaban reservadas para usted vuelven a estar libres. Seguimos buscando.",
    ),
    Topic.ASKED: _to_patient(
        "Tenemos una pregunta",
        "Tenemos una pregunta sobre su solicitud.",
        "Responder a la pregunta",
    ),
    Topic.REMINDER: _to_patient("Recordatorio: su cita", "Le recordamos su cita."),
    Topic.CLOCKS: _to_patient(
        "La hora de reloj de su cita ha cambiado",
        "Las reglas de una zona horaria han cambiado, "
        "por lo que los relojes marcan otra hora para su cita.",
    ),
    Topic.NOSHOW: _to_patient(
        "No vino a su cita", "No le vimos en su cita. Puede pedir otra.", when=PLANNED
    ),
    Topic.REQUEST: _to_doctor(
        "Una solicitud le espera", "Una solicitud espera su respuesta.", "Solicitada para"
    ),
    Topic.VISIT: _to_doctor("Una nueva cita", "Hay una cita en su agenda."),
    Topic.VISIT_MOVED: _to_doctor("Una cita ha cambiado", "Una cita de su agenda ha cambiado."),
    Topic.VISIT_CANCELLED: _to_doctor(
        "Una cita está anulada", "Una cita de su agenda está anulada.", PLANNED
    ),
    Topic.WISH: _to_doctor("Se desea otra hora", "Se desea otra hora para una cita."),
    Topic.ON_CALL: _to_doctor(
        "Está de guardia: una solicitud espera",
        "Nadie ha respondido a tiempo a una solicitud. Ahora le corresponde a usted.",
    ),
    Topic.ARRIVED: _elsewhere(
        "Alguien ha llegado",
        "Alguien ha llegado para su cita y le espera.",
        "Abrir la cita",
        Page.VISIT,
    ),
    Topic.TRIAGE: _elsewhere(
        "Una solicitud espera ser asignada",
        "Ha llegado una solicitud y espera ser asignada.",
        "Abrir el panel",
        Page.BOARD,
    ),
    Topic.CALLING: _elsewhere(
        "Le están llamando",
        "Le están llamando en este momento. Abra la página para contestar.",
        "Contestar",
        Page.CALL,
    ),
    Topic.MISSED_CALL: _elsewhere(
        "Tiene una llamada perdida",
        "Alguien ha intentado llamarle.",
        "Devolver la llamada",
        Page.CALL,
        "Le llamaron",
    ),
    Topic.SUMMARY: _elsewhere(
        "El resumen de su cita",
        "Ya puede leer el resumen de su cita.",
        "Leer el resumen",
        Page.SUMMARY,
    ),
    Topic.MESSAGES: _elsewhere(
        "Tiene {messages}", "Tiene {messages}.", "Leer sus mensajes", Page.MESSAGES
    ),
}

SPANISH = Words(
    topics=TOPICS,
    declined_visit=_to_patient(
        "Su cita está anulada",
        "La clínica no puede mantener su cita. La página dice por qué, y puede pedir otra.",
        when=PLANNED,
    ),
    lapsed_stays=_to_patient(
        "La hora ya no está reservada",
        "La hora que estaba reservada para usted vuelve a estar libre. Su cita queda como estaba.",
    ),
    join=_to_patient("Su cita empieza pronto", "Su cita empieza dentro de {minutes}.", "Entrar"),
    thread=_elsewhere("Tiene {messages}", "Tiene {messages}.", "Leer y responder", Page.THREAD),
    messages=Counted("un mensaje sin leer", "{count} mensajes sin leer"),
    minutes=Counted("un minuto", "{count} minutos"),
    hello="Hola, {name}:",
    line="{label}: {value}",
    with_whom="Con",
    time="Hora",
    time_of_several="Hora {number}",
    answer="Aceptar o rechazar",
    footer="Este correo viene del sistema de la clínica. Por favor, no lo responda.",
    emergency=(
        "Si es una emergencia, no nos espere: llame ahora al número de emergencias de su zona."
    ),
    clocks=Clocks(
        day="EEEE, d 'de' MMMM 'de' y",
        day_at="{day}, {clock}",
        city="hora de {city}",
        vowel_city="hora de {city}",
        both="{here}, es decir, {there}",
    ),
)
