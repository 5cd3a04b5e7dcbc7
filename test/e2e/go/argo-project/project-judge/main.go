// Command project-judge reads an AppProject, sources, destinations and objects as JSON, and says which of them Argo CD's own code permits.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type object struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
}

type input struct {
	Project v1alpha1.AppProject          `json:"project"`
	Sources []v1alpha1.ApplicationSource `json:"sources"`
	// Cluster is the cluster that the Application leads to.
	Cluster v1alpha1.Cluster `json:"cluster"`
	// Namespace is the namespace of the Application's destination.
	Namespace string   `json:"namespace"`
	Objects   []object `json:"objects"`
}

type output struct {
	Invalid     string `json:"invalid"`
	Destination bool   `json:"destination"`
	Sources     []bool `json:"sources"`
	Objects     []bool `json:"objects"`
}

func main() {
	var in input
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	check(decoder.Decode(&in))
	noClusters := func(string) ([]*v1alpha1.Cluster, error) { return nil, nil }
	out := output{}
	if err := in.Project.ValidateProject(); err != nil {
		out.Invalid = err.Error()
	}
	permitted, err := in.Project.IsDestinationPermitted(&in.Cluster, in.Namespace, noClusters)
	check(err)
	out.Destination = permitted
	for _, source := range in.Sources {
		out.Sources = append(out.Sources, in.Project.IsSourcePermitted(source))
	}
	for _, o := range in.Objects {
		kind := schema.GroupKind{Group: o.Group, Kind: o.Kind}
		permitted, err := in.Project.IsResourcePermitted(kind, o.Namespace, &in.Cluster, noClusters)
		check(err)
		out.Objects = append(out.Objects, permitted)
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
