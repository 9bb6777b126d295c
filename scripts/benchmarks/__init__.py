"""How fast it is, always beside a yardstick of the same run.

`runtime` asks counter actors in another process over a real nats-server; `http` books visits
through the edge of a clinic that is up; `memory` weighs actors, active and put away; `chat` has
people write to one another; `nodes` has several nodes share a load, and kills some; `figures` keeps
the numbers and prints the table.
"""
