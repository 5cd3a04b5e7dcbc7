import json
from pathlib import Path

from cdk8s import App
from cdk8s_istio_multicluster import (
    EgressGateway, GatewayAddress, Httpbin, IstioRelease, Mesh, MeshTrust, ServicePort, Sleep,
)

# The addresses and CAs of the example in TypeScript, so that both write the same files.
GUIDE = Path(__file__).resolve().parent.parent / "guide"


def guide_mesh(app: App) -> Mesh:
    """The guide's two clusters on the newest supported Istio: sleep in cluster1 calls httpbin in cluster2."""
    addresses: dict[str, dict[str, str]] = json.loads((GUIDE / "clusters.json").read_text())
    istio = IstioRelease.V1_31
    mesh = Mesh(app, "mesh", istio=istio, trust=MeshTrust.sealed_secrets(directory=str(GUIDE / "pki")))

    cluster1 = mesh.add_cluster(
        "cluster1",
        ingress_gateway=GatewayAddress.of(addresses["cluster1"]["ingressGateway"]),
        egress_gateway=EgressGateway.service(),
    )
    cluster2 = mesh.add_cluster("cluster2", ingress_gateway=GatewayAddress.of(addresses["cluster2"]["ingressGateway"]))

    cluster1.add_namespace("foo")
    Sleep(cluster1, "sleep", istio=istio, namespace="foo")
    cluster2.add_namespace("bar")
    Httpbin(cluster2, "httpbin", istio=istio, namespace="bar")

    httpbin = cluster2.export_service(
        "httpbin", namespace="bar", service_account="httpbin", ports=[ServicePort.http("http1", 8000)],
    )
    cluster1.import_service(httpbin, namespace="foo")
    return mesh
