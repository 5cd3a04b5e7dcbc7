package main

import (
	"fmt"
	"runtime/debug"
	"sync"

	"istio.io/istio/pkg/test"
)

// judge answers for all clusters of a mesh at once: each has a discovery server of its own.
func judge(request Request) Answer {
	answers := make([]ClusterAnswer, len(request.Clusters))
	if err := setFeatures(request.Clusters); err != nil {
		for i := range answers {
			answers[i].Error = err.Error()
		}
		return Answer{Clusters: answers}
	}
	var all sync.WaitGroup
	for i, cluster := range request.Clusters {
		all.Go(func() { answers[i] = judgeCluster(cluster) })
	}
	all.Wait()
	return Answer{Clusters: answers}
}

// judgeCluster ends the discovery server of the cluster before it returns: one process judges thousands of them.
func judgeCluster(cluster Cluster) (answer ClusterAnswer) {
	domains := newDomains(cluster.Domain)
	manifests, err := readManifests(cluster.Folder, domains)
	if err != nil {
		return ClusterAnswer{Error: err.Error()}
	}
	answer.Invalid, answer.Objects = manifests.invalid, len(manifests.configs)
	err = test.Wrap(func(t test.Failer) {
		defer func() {
			if panicked := recover(); panicked != nil {
				answer.Error = fmt.Sprintf("%v\n%s", panicked, debug.Stack())
			}
		}()
		world := newWorld(t, cluster, manifests, domains)
		for _, gateway := range cluster.Gateways {
			answer.Gateways = append(answer.Gateways, world.openings(gateway))
		}
		for _, call := range cluster.Calls {
			answer.Calls = append(answer.Calls, world.call(call))
		}
		for _, asked := range cluster.Settings {
			answer.Settings = append(answer.Settings, world.settings(asked))
		}
	})
	if err != nil {
		answer.Error = err.Error()
	}
	return answer
}
