"""The edge: HTTP and websockets in, messages to actors out. It asks; it decides nothing.

`table` lists every route once; the router, the policy check, HEAD and 405 answers and the
OpenAPI document are made from it. `api` speaks JSON, `pages` HTML, `sockets` live sections.
"""
