package main

import (
	"sort"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xdstest"
)

// openings are all names that a gateway lets in, on whichever port, and where each leads.
func (w *world) openings(gateway Gateway) []Opening {
	p := w.proxyOf(model.Router, gateway.Namespace, gateway.Labels, gateway.InstallValues)
	out := []Opening{}
	for _, listener := range p.simulation.Listeners {
		for _, chain := range append(listener.FilterChains, listener.DefaultFilterChain) {
			if chain == nil {
				continue
			}
			routes := p.tcpRoutes(chain)
			for _, name := range namesOf(chain) {
				out = append(out, Opening{
					Port: listener.GetAddress().GetSocketAddress().GetPortValue(), SNI: w.domains.swap(name), Routes: routes,
				})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].SNI < out[j].SNI })
	return out
}

func namesOf(chain *listenerv3.FilterChain) []string {
	if names := chain.GetFilterChainMatch().GetServerNames(); len(names) > 0 {
		return names
	}
	return []string{"*"}
}

// tcpRoutes are where connections of a filter chain go.
func (p *proxy) tcpRoutes(chain *listenerv3.FilterChain) []Route {
	out := []Route{}
	tcp := xdstest.ExtractTCPProxy(silent{}, chain)
	if tcp == nil {
		return out
	}
	weighted := tcp.GetWeightedClusters().GetClusters()
	if len(weighted) == 0 {
		return append(out, p.route(tcp.GetCluster(), 100))
	}
	for _, cluster := range weighted {
		out = append(out, p.route(cluster.GetName(), cluster.GetWeight()))
	}
	return out
}
