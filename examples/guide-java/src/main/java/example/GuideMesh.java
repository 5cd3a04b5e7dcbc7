package example;

import io.github.cdk8s_istio_multicluster.EgressGateway;
import io.github.cdk8s_istio_multicluster.ExportServiceOptions;
import io.github.cdk8s_istio_multicluster.ExportedService;
import io.github.cdk8s_istio_multicluster.GatewayAddress;
import io.github.cdk8s_istio_multicluster.Httpbin;
import io.github.cdk8s_istio_multicluster.ImportServiceOptions;
import io.github.cdk8s_istio_multicluster.IstioRelease;
import io.github.cdk8s_istio_multicluster.Mesh;
import io.github.cdk8s_istio_multicluster.MeshCluster;
import io.github.cdk8s_istio_multicluster.MeshClusterOptions;
import io.github.cdk8s_istio_multicluster.MeshTrust;
import io.github.cdk8s_istio_multicluster.SealedSecretsTrustOptions;
import io.github.cdk8s_istio_multicluster.ServicePort;
import io.github.cdk8s_istio_multicluster.Sleep;
import java.util.List;
import org.cdk8s.App;

/** The guide's two clusters on the newest supported Istio: sleep in cluster1 calls httpbin in cluster2. */
final class GuideMesh {
    /** The CAs of the example in TypeScript, so that both write the same files. */
    private static final String PKI = "../guide/pki";

    private GuideMesh() {}

    static Mesh in(App app) {
        IstioRelease istio = IstioRelease.V1_31;
        Mesh mesh = Mesh.Builder.create(app, "mesh")
            .istio(istio)
            .trust(MeshTrust.sealedSecrets(SealedSecretsTrustOptions.builder().directory(PKI).build()))
            .build();

        MeshCluster cluster1 = mesh.addCluster("cluster1", MeshClusterOptions.builder()
            .ingressGateway(GatewayAddress.of("203.0.113.10"))
            .egressGateway(EgressGateway.service())
            .build());
        MeshCluster cluster2 = mesh.addCluster("cluster2", MeshClusterOptions.builder()
            .ingressGateway(GatewayAddress.of("203.0.113.20"))
            .build());

        cluster1.addNamespace("foo");
        Sleep.Builder.create(cluster1, "sleep").istio(istio).namespace("foo").build();
        cluster2.addNamespace("bar");
        Httpbin.Builder.create(cluster2, "httpbin").istio(istio).namespace("bar").build();

        ExportedService httpbin = cluster2.exportService("httpbin", ExportServiceOptions.builder()
            .namespace("bar")
            .serviceAccount("httpbin")
            .ports(List.of(ServicePort.http("http1", 8000)))
            .build());
        cluster1.importService(httpbin, ImportServiceOptions.builder().namespace("foo").build());
        return mesh;
    }
}
