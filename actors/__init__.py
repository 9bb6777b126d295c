"""The actors of the clinic. This map says which room is in charge of what.

Words that everybody may use: `ids`, `address`, `caller`, `refusal`, `asked`, `effects`,
`appointment`, `visit_type`, `intake`, `zones`, `calendars`, `correspondence`, `passages`, `media`.

=============== ==================================================== =====================
room            the truth that it keeps                              key
=============== ==================================================== =====================
accounts        who may sign in; credentials, sessions, roles        hash of the e-mail
directory       who exists; when the clinic is closed; calendar feeds `clinic`
patient         my requests, my appointments, my profile             the patient
doctor          my hours, my diary, what waits for my answer         the doctor
admin_router    which request goes to whom, by when; who won it      the department
conversation    what was written between a patient and a doctor or group the thread
files           what is attached to a conversation's messages        the thread
call_session    who waits, who is in the call, what was agreed       the visit, or the thread
phone           what rings for a person, which call they are in      the user
visit_note      what the doctor wrote of a visit, and its summary    the visit
notify          what a person should know; which letters have left   the user
=============== ==================================================== =====================

`relay` forwards the media of calls, in processes of its own, and knows packets alone.
`runtime` carries them all and knows no medicine; `store` keeps the journal.

Every room has the same files: `messages` (its whole language), `state` (`decide`, `evolve`,
`answer`: pure), `reactions` (`react`: pure) and `actor` (ties these to the runtime).
"""
