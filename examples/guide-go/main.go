// Writes the mesh of the guide to dist/.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"

	mesh "github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster-go/istiomulticluster"
)

func main() {
	defer jsii.Close()
	app := mesh.NewMeshApp(nil)
	if _, err := guideMesh(app); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Synth()
	fmt.Fprintln(os.Stderr, *app.Summary())
}
