// Command policy-judge reads a JSON object from its standard input, with NetworkPolicies, connections and pods. It writes which
// connections the policies allow, as cyclonus reads NetworkPolicies, and what Kubernetes' own Pod Security Standards find in each pod.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// peer is one end of a connection: a pod, or an address outside of the cluster where it has no namespace.
type peer struct {
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	Labels          map[string]string `json:"labels"`
	IP              string            `json:"ip"`
}

type connection struct {
	From     peer            `json:"from"`
	To       peer            `json:"to"`
	Port     int             `json:"port"`
	Protocol corev1.Protocol `json:"protocol"`
}

type pod struct {
	Level    api.Level         `json:"level"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"spec"`
}

type input struct {
	Policies    []*networkingv1.NetworkPolicy `json:"policies"`
	Connections []connection                  `json:"connections"`
	Pods        []pod                         `json:"pods"`
}

type output struct {
	// Allowed has an entry for each connection.
	Allowed []bool `json:"allowed"`
	// Violations has a list for each pod.
	Violations [][]string `json:"violations"`
}

func main() {
	var in input
	check(json.NewDecoder(os.Stdin).Decode(&in))
	out := output{Allowed: []bool{}, Violations: [][]string{}}
	rules := matcher.BuildNetworkPolicies(false, in.Policies)
	for _, c := range in.Connections {
		out.Allowed = append(out.Allowed, rules.IsTrafficAllowed(&matcher.Traffic{
			Source:       trafficPeer(c.From),
			Destination:  trafficPeer(c.To),
			ResolvedPort: c.Port,
			Protocol:     c.Protocol,
		}).IsAllowed())
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	check(err)
	for _, p := range in.Pods {
		found := []string{}
		for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: p.Level, Version: api.LatestVersion()}, &p.Metadata, &p.Spec) {
			if !result.Allowed {
				found = append(found, result.ForbiddenReason+": "+result.ForbiddenDetail)
			}
		}
		out.Violations = append(out.Violations, found)
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}

func trafficPeer(p peer) *matcher.TrafficPeer {
	if p.Namespace == "" {
		return &matcher.TrafficPeer{IP: p.IP}
	}
	return &matcher.TrafficPeer{
		IP:       p.IP,
		Internal: &matcher.InternalPeer{Namespace: p.Namespace, NamespaceLabels: p.NamespaceLabels, PodLabels: p.Labels},
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
