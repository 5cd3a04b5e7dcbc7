package main

import (
	"encoding/json"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
)

// settings are what a sidecar is given for a host, as Envoy reads them: the routes of the host, and its clusters.
func (w *world) settings(asked Settings) SettingsAnswer {
	p := w.sidecar(asked.Namespace)
	host := w.domains.swap(asked.Host)
	answer := SettingsAnswer{Routes: []json.RawMessage{}, Clusters: map[string]json.RawMessage{}}
	for _, config := range p.simulation.Routes {
		for _, virtual := range config.GetVirtualHosts() {
			if !slices.Contains(virtual.GetDomains(), host) {
				continue
			}
			for _, route := range virtual.GetRoutes() {
				answer.Routes = append(answer.Routes, asJSON(route))
			}
		}
	}
	for name, cluster := range p.clusters {
		if _, subset, of, _ := model.ParseSubsetKey(name); string(of) == host {
			answer.Clusters[subset] = asJSON(cluster)
		}
	}
	return answer
}

// asJSON panics for a message of a type that is not linked in; the judge then answers with an error.
func asJSON(message proto.Message) json.RawMessage {
	text, err := protojson.Marshal(message)
	if err != nil {
		panic(err)
	}
	return text
}
