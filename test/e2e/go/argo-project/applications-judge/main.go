// Command applications-judge reads an ApplicationSet and the Secrets of clusters as JSON, and prints the Applications that Argo CD's own code
// generates from them.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

type input struct {
	ApplicationSet v1alpha1.ApplicationSet `json:"applicationSet"`
	// Secrets are the Secrets by which Argo CD knows the clusters.
	Secrets []corev1.Secret `json:"secrets"`
}

func main() {
	logrus.SetOutput(io.Discard)
	var in input
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	check(decoder.Decode(&in))
	scheme := runtime.NewScheme()
	check(corev1.AddToScheme(scheme))
	check(v1alpha1.AddToScheme(scheme))
	objects, clients := []runtime.Object{}, fake.NewClientBuilder().WithScheme(scheme)
	for i := range in.Secrets {
		objects = append(objects, &in.Secrets[i])
		clients = clients.WithObjects(&in.Secrets[i])
	}
	client := clients.Build()
	namespace := in.ApplicationSet.Namespace
	basic := map[string]generators.Generator{
		"List":     generators.NewListGenerator(),
		"Clusters": generators.NewClusterGenerator(context.Background(), client, kubefake.NewSimpleClientset(objects...), namespace),
	}
	all := map[string]generators.Generator{"Merge": generators.NewMergeGenerator(basic)}
	for name, generator := range basic {
		all[name] = generator
	}
	entry := logrus.NewEntry(logrus.StandardLogger())
	applications, _, err := template.GenerateApplications(entry, in.ApplicationSet, all, &utils.Render{}, client)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(applications))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
