"""Acts for the made-up people of `carewire up --demo`, as programs can, at a human pace.

Patients ask to be seen, choose among times, check in, and now and then change their mind; doctors
answer and hold their visits; an administrator sends on what waits in triage; and all of them write
to one another. They leave a moment to whoever watches, and one department's triage to people alone.

`robot` is somebody who is signed in, `line` a live socket, `moods` their chance and pace;
`patients`, `doctors`, `admins` and `writers` are what they do. Run it with `python -m
scripts.robots URL CAST`.
"""
