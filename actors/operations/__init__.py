"""The operator's side: what a person at the machine may ask of a running clinic, over the bus.

* `arguments`: the command line; `verbs`: what each verb asks; `tables`: how answers look
* `bus`: the connection as user `operator`; `people`: invitations, links, accounts
* `media_workers`: what each is told at its start; `media`: whether browsers can reach them
* `certs`: keys and certificates for a clinic on several machines
* `demo`: a small made-up clinic, filled in through the ordinary commands
"""
