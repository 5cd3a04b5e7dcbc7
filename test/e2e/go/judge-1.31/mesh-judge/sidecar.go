package main

import (
	"net/http"
	"regexp"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"istio.io/istio/pilot/pkg/simulation"
	"istio.io/istio/pilot/test/xdstest"
)

// An address that no service has, for callers of a host that is nowhere in the cluster.
const unassigned = "203.0.113.254"

func (w *world) call(call Call) CallAnswer {
	p := w.sidecar(call.Namespace)
	host := w.domains.swap(call.Host)
	answer := CallAnswer{Resolved: append([]string{}, p.names[host]...), Outcomes: []Outcome{}}
	addresses := answer.Resolved
	if len(addresses) == 0 {
		addresses = w.vips[host]
	}
	if len(addresses) == 0 {
		addresses = []string{unassigned}
	}
	for _, address := range addresses {
		answer.Outcomes = append(answer.Outcomes, p.outcome(call, host, address))
	}
	return answer
}

// outcome follows a call through the listeners of a sidecar by Istio's simulator; which of several routes takes it, and
// how it is shared out, is read from the configuration, since the simulator looks at paths alone.
func (p *proxy) outcome(call Call, host, address string) Outcome {
	var chain *listenerv3.FilterChain
	input := simulation.Call{
		Address:  address,
		Port:     call.Port,
		Protocol: simulation.Protocol(call.Protocol),
		Headers:  http.Header{},
		CallMode: simulation.CallModeOutbound,
		CustomListenerValidations: []simulation.CustomFilterChainValidation{
			func(matched *listenerv3.FilterChain) error { chain = matched; return nil },
		},
	}
	switch call.Protocol {
	case "tls":
		input.Protocol, input.TLS, input.Sni = simulation.TCP, simulation.TLS, host
	case "http", "http2":
		input.HostHeader = host
	}
	for name, value := range call.Headers {
		input.Headers[name] = []string{value}
	}
	result := p.simulation.Run(input)
	out := Outcome{Address: address, Routes: []Route{}}
	if result.Error != nil {
		out.Nowhere = result.Error.Error()
		return out
	}
	routes, nowhere := p.tcpRoutes(chain), ""
	if result.VirtualHostMatched != "" {
		routes, nowhere = p.httpRoutes(chain, result, call)
	}
	if nowhere == "" {
		nowhere = p.deadEnd(routes)
	}
	if nowhere != "" {
		out.Nowhere = nowhere
		return out
	}
	out.Routes = routes
	return out
}

// deadEnd says why none of the routes leads to a service: they pass the call on to the address that it was made to, or name
// clusters that the proxy does not get, which Envoy answers with 503.
func (p *proxy) deadEnd(routes []Route) string {
	why := "no route"
	for _, route := range routes {
		why = route.Cluster
		if _, known := p.clusters[p.world.domains.swap(route.Cluster)]; known && route.Host != "" {
			return ""
		}
	}
	return why
}

// httpRoutes are where a request goes that has come to a virtual host.
func (p *proxy) httpRoutes(chain *listenerv3.FilterChain, result simulation.Result, call Call) ([]Route, string) {
	table := xdstest.ExtractHTTPConnectionManager(silent{}, chain).GetRouteConfig()
	if table == nil {
		table = xdstest.ExtractRouteConfigurations(p.simulation.Routes)[result.RouteConfigMatched]
	}
	for _, host := range table.GetVirtualHosts() {
		if host.GetName() != result.VirtualHostMatched {
			continue
		}
		for _, route := range host.GetRoutes() {
			if !takes(route.GetMatch(), call.Headers) {
				continue
			}
			action := route.GetRoute()
			if action == nil {
				return nil, "no destination"
			}
			if weighted := action.GetWeightedClusters().GetClusters(); len(weighted) > 0 {
				var out []Route
				for _, cluster := range weighted {
					out = append(out, p.route(cluster.GetName(), cluster.GetWeight().GetValue()))
				}
				return out, ""
			}
			return []Route{p.route(action.GetCluster(), 100)}, ""
		}
	}
	return nil, "no route"
}

// takes says whether a route takes a request for "/" with these headers.
func takes(match *routev3.RouteMatch, headers map[string]string) bool {
	if match.GetPrefix() != "/" || len(match.GetQueryParameters()) > 0 {
		return false
	}
	for _, header := range match.GetHeaders() {
		value, present := headers[header.GetName()]
		if !present || header.GetInvertMatch() || header.GetStringMatch() == nil {
			return false
		}
		pattern, holds := header.GetStringMatch(), false
		switch {
		case pattern.GetExact() != "":
			holds = value == pattern.GetExact()
		case pattern.GetPrefix() != "":
			holds = strings.HasPrefix(value, pattern.GetPrefix())
		case pattern.GetSafeRegex() != nil:
			// Envoy matches the whole value.
			whole, err := regexp.Compile("^(?:" + pattern.GetSafeRegex().GetRegex() + ")$")
			holds = err == nil && whole.MatchString(value)
		}
		if !holds {
			return false
		}
	}
	return true
}
