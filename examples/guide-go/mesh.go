package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"

	mesh "github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster-go/istiomulticluster"
)

// The addresses and CAs of the example in TypeScript, so that both write the same files.
const guide = "../guide"

// guideMesh declares the guide's two clusters on the newest supported Istio: sleep in cluster1 calls httpbin in cluster2.
func guideMesh(app cdk8s.App) (mesh.Mesh, error) {
	text, err := os.ReadFile(filepath.Join(guide, "clusters.json"))
	if err != nil {
		return nil, err
	}
	var addresses map[string]struct{ IngressGateway string }
	if err := json.Unmarshal(text, &addresses); err != nil {
		return nil, err
	}
	address := func(cluster string) mesh.GatewayAddress {
		return mesh.GatewayAddress_Of(jsii.String(addresses[cluster].IngressGateway), nil)
	}
	istio := mesh.IstioRelease_V1_31()
	trust := mesh.MeshTrust_SealedSecrets(&mesh.SealedSecretsTrustOptions{Directory: jsii.String(filepath.Join(guide, "pki"))})
	made := mesh.NewMesh(app, jsii.String("mesh"), &mesh.MeshProps{Istio: istio, Trust: trust})

	cluster1 := made.AddCluster(jsii.String("cluster1"), &mesh.MeshClusterOptions{
		IngressGateway: address("cluster1"),
		EgressGateway:  mesh.EgressGateway_Service(nil),
	})
	cluster2 := made.AddCluster(jsii.String("cluster2"), &mesh.MeshClusterOptions{IngressGateway: address("cluster2")})

	cluster1.AddNamespace(jsii.String("foo"), nil)
	mesh.NewSleep(cluster1, jsii.String("sleep"), &mesh.SampleProps{Istio: istio, Namespace: jsii.String("foo")})
	cluster2.AddNamespace(jsii.String("bar"), nil)
	mesh.NewHttpbin(cluster2, jsii.String("httpbin"), &mesh.SampleProps{Istio: istio, Namespace: jsii.String("bar")})

	httpbin := cluster2.ExportService(jsii.String("httpbin"), &mesh.ExportServiceOptions{
		Namespace:      jsii.String("bar"),
		ServiceAccount: jsii.String("httpbin"),
		Ports:          &[]mesh.ServicePort{mesh.ServicePort_Http(jsii.String("http1"), jsii.Number(8000))},
	})
	cluster1.ImportService(httpbin, &mesh.ImportServiceOptions{Namespace: jsii.String("foo")})
	return made, nil
}
