"""The operator's side: what a person at the machine may ask of a running clinic, over the bus.

* `arguments`: the command line; `verbs`: what each verb asks; `tables`: how answers look
* `bus`: ways to the bus; `people`: invitations, links, accounts; `nodes`: all nodes together
* `house`: the services of a process that know neither rooms nor the web; `running`: its life
* `machines`, `local_nodes`: what one machine has, and its nodes when they are several
* `journals`: the store that the settings name; `clinic_file`, `skew`: what is refused
* `stopped`: what is done while the clinic is; `certs`: keys of several machines; `moving`: journals
* `media_workers`: what each is told at its start; `media`: whether browsers can reach them
* `demo`: a small made-up clinic, filled in through the ordinary commands
"""
