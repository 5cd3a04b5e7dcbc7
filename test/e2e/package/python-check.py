"""What a user of Python sees beside the files: each line that is printed is a promise of docs/how-to/use-from-python-or-java.md."""
import time

import jsii
from cdk8s import App, Chart
from cdk8s_istio_multicluster import (
    GatewayAddress, IRemoteService, IstioRelease, Mesh, MeshApp, MeshErrorCode, MeshErrorCodes, RemoteService, RemoteServiceEntry,
    ServicePort, ServiceToExport,
)

IMPORTS = 1000


@jsii.implements(IRemoteService)
class PlainAttributes:
    """A service whose facts are attributes, which jsii does not pass on."""

    def __init__(self) -> None:
        self.name = "httpbin"
        self.namespace = "bar"
        self.host = "httpbin.bar.global"
        self.cluster_domain = "cluster.local"
        self.ports = [ServicePort.http("http", 8000)]
        self.exporters: list = []
        self.addresses: list = []


def delegating(service: RemoteService) -> type:
    """A class with the same facts as properties, which are those of a service that the library made."""
    def forward(name: str) -> property:
        return property(lambda self: getattr(service, name))

    names = ["name", "namespace", "host", "subdomain", "cluster_domain", "ports", "exporters", "addresses", "istio", "mesh_id"]
    return jsii.implements(IRemoteService)(type("Delegating", (), {name: forward(name) for name in names}))


def refusal(call) -> str:
    try:
        call()
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__} {' '.join(MeshErrorCodes.in_message(str(error)))} {error}"
    return "accepted"


def cluster_of(mesh: Mesh, name: str, address: str):
    return mesh.add_cluster(name, ingress_gateway=GatewayAddress.of(address))


istio = IstioRelease.V1_31
print("code", MeshErrorCodes.text_of(MeshErrorCode.INVALID_NAME))
mesh = Mesh(App(), "mesh", istio=istio)
cluster = cluster_of(mesh, "c1", "203.0.113.1")
print("error", refusal(lambda: cluster.add_namespace("Not_valid")).splitlines()[0])

chart = Chart(App(), "chart")
print("attributes", refusal(lambda: RemoteServiceEntry(chart, "a", istio=istio, service=PlainAttributes(), namespace="foo")).splitlines()[0])
service = RemoteService(
    name="httpbin", namespace="bar", ports=[ServicePort.http("http", 8000)],
    exporters=[{"cluster": "c2", "gateways": [GatewayAddress.of("203.0.113.2")]}],
)
print("properties", refusal(lambda: RemoteServiceEntry(chart, "b", istio=istio, service=delegating(service)(), namespace="foo")))
print("none", refusal(lambda: cluster_of(mesh, "c2", "203.0.113.2").export_service(
    "a", namespace="bar", service_account=None, ports=[ServicePort.http("http", 8000)], addresses=None,
)))

app = MeshApp()
many = Mesh(app, "many", istio=istio)
exporting = cluster_of(many, "exporting", "203.0.113.1")
ports = [ServicePort.http("http", 8000)]
start = time.perf_counter()
services = [exporting.export_service(f"one-{i}", namespace="bar", service_account="x", ports=ports) for i in range(IMPORTS)]
exports_single = time.perf_counter() - start
other = cluster_of(Mesh(MeshApp(), "other", istio=istio), "exporting", "203.0.113.1")
start = time.perf_counter()
other.export_services([ServiceToExport(name=f"one-{i}", namespace="bar", service_account="x", ports=ports) for i in range(IMPORTS)])
exports_together = time.perf_counter() - start
single = cluster_of(many, "single", "203.0.113.2")
start = time.perf_counter()
for each in services:
    single.import_service(each, namespace="foo")
imports_single = time.perf_counter() - start
together = cluster_of(many, "together", "203.0.113.3")
start = time.perf_counter()
together.import_services(services, namespace="foo")
imports_together = time.perf_counter() - start
print(f"cost of {IMPORTS}: exports one by one {exports_single:.2f} s, in one call {exports_together:.2f} s; "
      f"imports one by one {imports_single:.2f} s, in one call {imports_together:.2f} s")
