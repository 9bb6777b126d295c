"""kubernetes.yaml: names that have to agree, agree; nobody may do or reach more than they need."""

import re
from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from tests.unit.deploy_support import (
    HEALTH,
    PROGRAM,
    Table,
    command,
    gives_away,
    is_pinned,
    kubernetes,
    read,
    settings,
    way_out,
)

DOCUMENTS = kubernetes()
HOSTED = "carewire-media"
"""The one namespace whose pods use the network of their machine."""


def of(kind: str) -> dict[str, Table]:
    return {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] == kind}


WORKLOADS = of("StatefulSet")
PODS: dict[str, Table] = {name: one["spec"]["template"] for name, one in WORKLOADS.items()}
POLICIES = of("NetworkPolicy")


def title(one: Table) -> str:
    return f"{one['kind']}-{one['metadata']['name']}"


def namespace_of(one: Table) -> str:
    return str(one["metadata"]["namespace"])


def container(name: str) -> Table:
    (only,) = PODS[name]["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def all_containers(name: str) -> Iterator[Table]:
    yield from PODS[name]["spec"]["containers"]
    yield from PODS[name]["spec"].get("initContainers", ())


def environment(name: str) -> dict[str, str]:
    """Return the variables of ours that a container gets; the cluster fills in a pod's name."""
    said = container(name)
    tables = [
        of("ConfigMap")[one["configMapRef"]["name"]]["data"] for one in said.get("envFrom", ())
    ]
    mine = {one["name"]: one.get("value", "pod-0") for one in said.get("env", ())}
    return {key: value for table in (*tables, mine) for key, value in table.items()}


def chosen(labels: dict[str, str], namespace: str) -> list[str]:
    """Return the workloads whose pods carry *labels*."""
    return [
        name
        for name, pod in PODS.items()
        if namespace_of(WORKLOADS[name]) == namespace
        and labels.items() <= pod["metadata"]["labels"].items()
    ]


def ports(name: str) -> dict[str, int]:
    return {one["name"]: one["containerPort"] for one in container(name)["ports"]}


@pytest.mark.parametrize("one", DOCUMENTS, ids=title)
def test_each_document_says_what_it_is_and_where(one: Table) -> None:
    assert one["apiVersion"]
    assert re.fullmatch(r"[a-z0-9-]+", one["metadata"]["name"])
    if one["kind"] != "Namespace":
        assert namespace_of(one) in of("Namespace")


def test_each_is_there_once() -> None:
    keys = [
        (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"])
        for one in DOCUMENTS
    ]
    assert len(keys) == len(set(keys))


def test_no_secret_is_in_it() -> None:
    assert not of("Secret")
    for name in PODS:
        assert not gives_away(environment(name).items())


def test_every_secret_that_is_mounted_is_said_how_to_make() -> None:
    text = re.sub(r"\\\n#", "", read("kubernetes.yaml"))
    for name, pod in PODS.items():
        for volume in pod["spec"]["volumes"]:
            if "secret" in volume:
                where = f"kubectl -n {namespace_of(WORKLOADS[name])} create secret generic"
                assert f"{where} {volume['secret']['secretName']} " in text
    (made,) = re.findall(r"generic clinic (.*)", text)
    for value in environment("carewire").values():
        if value.startswith("/run/carewire/secrets/"):
            assert f"--from-file={value.rpartition('/')[2]}" in made, value


@pytest.mark.parametrize("name", WORKLOADS)
def test_each_workload_finds_its_pods_and_its_service(name: str) -> None:
    one = WORKLOADS[name]
    assert chosen(one["spec"]["selector"]["matchLabels"], namespace_of(one)) == [name]
    service = of("Service")[one["spec"]["serviceName"]]
    assert service["spec"]["clusterIP"] == "None"
    assert chosen(service["spec"]["selector"], namespace_of(service)) == [name]
    assert one["spec"]["replicas"] > 1


@pytest.mark.parametrize("service", of("Service").values(), ids=title)
def test_each_service_leads_to_a_port_that_is_there(service: Table) -> None:
    (name,) = chosen(service["spec"]["selector"], namespace_of(service))
    for port in service["spec"]["ports"]:
        assert port["targetPort"] in ports(name)


@pytest.mark.parametrize("name", WORKLOADS)
def test_one_pod_at_most_is_taken_away_at_a_time(name: str) -> None:
    budget = of("PodDisruptionBudget")[name]
    assert budget["spec"]["maxUnavailable"] == 1
    labels = budget["spec"]["selector"]["matchLabels"]
    assert chosen(labels, namespace_of(budget)) == [name]
    (rule,) = PODS[name]["spec"]["affinity"]["podAntiAffinity"].values()
    term = rule[0].get("podAffinityTerm", rule[0])
    assert term["labelSelector"]["matchLabels"] == labels
    assert term["topologyKey"] == "kubernetes.io/hostname"


@pytest.mark.parametrize("name", PODS)
def test_each_pod_is_asked_where_there_is_an_answer(name: str) -> None:
    said = container(name)
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        match said[probe]:
            case {"httpGet": {"path": path, "port": port}}:
                assert path in HEALTH
                assert port in ports(name)
            case {"tcpSocket": {"port": port}}:
                assert port in ports(name)
            case {"exec": {"command": words}}:
                compile(words[-1], name, "exec")
            case other:
                raise AssertionError(other)
    assert "ready" not in str(said["livenessProbe"])  # who is cut off is not started anew for it


@pytest.mark.parametrize("name", ["carewire", HOSTED])
def test_every_setting_and_every_word_is_one_that_we_know(name: str) -> None:
    assert "command" not in container(name)  # the image's own: the program
    said = settings(environment(name))
    assert said.nats.clustered
    assert command(container(name)["args"]).verb == ("up" if name == PROGRAM else "media")


@pytest.mark.parametrize("name", PODS)
def test_the_cluster_adds_no_variables_named_after_services(name: str) -> None:
    """One called `carewire` would bring CAREWIRE_PORT, which is no setting."""
    assert PODS[name]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("name", ["carewire", HOSTED])
def test_each_may_stop_in_order(name: str) -> None:
    before = container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {})
    pause = int(before.get("command", ["sleep", "0"])[1])
    grace = PODS[name]["spec"]["terminationGracePeriodSeconds"]
    assert grace > pause + way_out(settings(environment(name)))


def test_ports_are_those_that_are_listened_on() -> None:
    assert ports("carewire") == {"http": settings(environment("carewire")).edge.port}
    media = settings(environment(HOSTED)).media
    assert set(ports(HOSTED).values()) == {media.port}
    said = container(HOSTED)["ports"]
    assert {one["protocol"] for one in said} == {"UDP", "TCP"}
    assert all(one["hostPort"] == media.port for one in said)
    assert settings(environment("carewire")).media.workers == 0
    limit = container(HOSTED)["resources"]["limits"]["memory"]
    assert int(limit.removesuffix("Mi")) > media.memory_mb


@pytest.mark.parametrize("name", PODS)
def test_each_pod_is_held_small(name: str) -> None:
    spec = PODS[name]["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert of("ServiceAccount")[spec["serviceAccountName"]]["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for one in all_containers(name):
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert is_pinned(one["image"])
        assert {"requests", "limits"} == set(one["resources"])
        assert "memory" in one["resources"]["limits"]


def test_only_media_workers_use_the_network_of_their_machine() -> None:
    hosted = {
        namespace_of(WORKLOADS[name]) for name in PODS if PODS[name]["spec"].get("hostNetwork")
    }
    assert hosted == {HOSTED}
    levels = {
        name: one["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for name, one in of("Namespace").items()
    }
    assert levels == {PROGRAM: "restricted", HOSTED: "privileged"}


@pytest.mark.parametrize("name", PODS)
def test_what_is_mounted_is_there_and_secrets_are_only_unpacked(name: str) -> None:
    spec = PODS[name]["spec"]
    claims = [
        one["metadata"]["name"] for one in WORKLOADS[name]["spec"].get("volumeClaimTemplates", ())
    ]
    volumes = {one["name"]: one for one in spec["volumes"]} | {claim: {} for claim in claims}
    mounted = {one["name"] for each in all_containers(name) for one in each["volumeMounts"]}
    assert mounted == set(volumes)
    secret = {key for key, one in volumes.items() if "secret" in one}
    assert secret.isdisjoint(one["name"] for one in container(name)["volumeMounts"])
    (memory,) = (one for key, one in volumes.items() if key == "run")
    assert memory["emptyDir"]["medium"] == "Memory"


@pytest.mark.parametrize("name", PODS)
def test_what_is_unpacked_is_for_its_owner_alone(name: str) -> None:
    (unpacking,) = PODS[name]["spec"]["initContainers"]
    (script,) = unpacking["args"]
    assert script.startswith("umask 077\n")
    made = re.findall(r"^mkdir -p (.*)$", script, re.MULTILINE)
    assert re.findall(r"^chmod 00700 (.*)$", script, re.MULTILINE) == made
    said = settings(environment(name)) if name != "nats" else None
    for needed in (said.nats.keys, str(said.node.directory)) if said else ():
        assert needed in made[0].split()


def test_the_way_in_leads_to_the_edge() -> None:
    (ingress,) = of("Ingress").values()
    public = settings(environment("carewire")).edge.public_url
    for rule in ingress["spec"]["rules"]:
        assert public == f"https://{rule['host']}"
        assert rule["host"] in ingress["spec"]["tls"][0]["hosts"]
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            service = of("Service")[backend["name"]]
            assert backend["port"]["name"] in {one["name"] for one in service["spec"]["ports"]}


def test_the_servers_are_called_what_their_certificates_say() -> None:
    """The names in the comment are those of the pods, by way of their service."""
    service = WORKLOADS["nats"]["spec"]["serviceName"]
    named = re.findall(r"(nats-\d)=(\S+?)[,\s]", read("kubernetes.yaml"))
    space = namespace_of(WORKLOADS["nats"])
    expected = [(f"nats-{n}", f"nats-{n}.{service}.{space}.svc") for n in range(3)]
    assert named == expected
    assert of("Service")[service]["spec"]["publishNotReadyAddresses"] is True


def test_nobody_reaches_anybody_unless_it_is_said() -> None:
    nobody = POLICIES["nobody"]["spec"]
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for policy in POLICIES.values():
        labels = policy["spec"]["podSelector"].get("matchLabels", {})
        assert chosen(labels, namespace_of(policy))


def test_only_nodes_media_workers_and_servers_reach_the_bus() -> None:
    clients, routes = POLICIES["nats"]["spec"]["ingress"]
    assert routes["from"] == [{"podSelector": {"matchLabels": {"app": "nats"}}}]
    pods, machines = clients["from"]
    assert pods == {"podSelector": {"matchLabels": {"app": "carewire"}}}
    assert ip_network(machines["ipBlock"]["cidr"]).is_private
    for rule in (clients, routes):
        assert all(port["port"] in ports("nats") for port in rule["ports"])


def test_only_the_way_in_reaches_the_nodes_and_they_reach_what_they_need() -> None:
    policy = POLICIES["carewire"]["spec"]
    (way_in,) = policy["ingress"]
    assert [port["port"] for port in way_in["ports"]] == ["http"]
    assert all("namespaceSelector" in one for one in way_in["from"])
    reached = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
    said = settings(environment("carewire"))
    assert reached == {"clients", 5432, 443, 465, said.mail.port}
    assert f":{5432}/" in said.store.url
