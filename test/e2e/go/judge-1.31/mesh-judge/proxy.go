package main

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/util"
	"istio.io/istio/pilot/pkg/simulation"
	"istio.io/istio/pilot/pkg/xds/endpoints"
	dnsserver "istio.io/istio/pkg/dns/server"
)

// proxy is a proxy with all that istiod pushes to it.
type proxy struct {
	world      *world
	node       *model.Proxy
	simulation *simulation.Simulation
	clusters   map[string]*clusterv3.Cluster
	names      map[string][]string
}

func newProxy(w *world, node *model.Proxy) *proxy {
	made := simulation.NewSimulation(&testing.T{}, w.server, node)
	made.Listeners = eachAddress(made.Listeners)
	clusters := map[string]*clusterv3.Cluster{}
	for _, cluster := range made.Clusters {
		clusters[cluster.Name] = cluster
	}
	names := map[string][]string{}
	for host, info := range dnsserver.BuildNameTable(dnsserver.Config{Node: node, Push: w.server.PushContext()}).Table {
		names[host] = info.Ips
	}
	return &proxy{world: w, node: node, simulation: made, clusters: clusters, names: names}
}

// eachAddress gives each listener one address, and the IPv6 wildcard the form that the simulator looks for.
func eachAddress(listeners []*listenerv3.Listener) []*listenerv3.Listener {
	var out []*listenerv3.Listener
	for _, listener := range listeners {
		for _, extra := range listener.AdditionalAddresses {
			clone := proto.Clone(listener).(*listenerv3.Listener)
			clone.Address = extra.Address
			out = append(out, clone)
		}
		out = append(out, listener)
	}
	for _, listener := range out {
		if socket := listener.GetAddress().GetSocketAddress(); socket.GetAddress() == "::" {
			listener.Address = &corev3.Address{Address: &corev3.Address_SocketAddress{
				SocketAddress: &corev3.SocketAddress{Address: "0.0.0.0", PortSpecifier: socket.PortSpecifier},
			}}
		}
	}
	return out
}

// route says what is behind a cluster of Envoy's.
func (p *proxy) route(name string, weight uint32) Route {
	swap := p.world.domains.swap
	_, subset, host, _ := model.ParseSubsetKey(name)
	route := Route{
		Cluster: swap(name), Host: swap(string(host)), Subset: subset, Weight: weight, Identities: []string{}, Tiers: [][]Endpoint{},
	}
	cluster, known := p.clusters[name]
	if !known {
		route.TLS = "OTHER"
		return route
	}
	route.TLS, route.SNI, route.Identities = transport(cluster)
	route.SNI = swap(route.SNI)
	route.Tiers = p.tiers(cluster)
	return route
}

func (p *proxy) endpointsOf(cluster *clusterv3.Cluster) *endpointv3.ClusterLoadAssignment {
	if cluster.GetType() != clusterv3.Cluster_EDS {
		return cluster.GetLoadAssignment()
	}
	name := cluster.GetEdsClusterConfig().GetServiceName()
	if name == "" {
		name = cluster.Name
	}
	builder := endpoints.NewEndpointBuilder(name, p.node, p.world.server.PushContext())
	return builder.BuildClusterLoadAssignment(p.world.server.Discovery.Env.EndpointIndex)
}

// tiers are endpoints by their priority, the highest first. Where Envoy divides requests among localities first, the weight of
// an endpoint is its part of that of its locality.
func (p *proxy) tiers(cluster *clusterv3.Cluster) [][]Endpoint {
	byPriority := map[int][]Endpoint{}
	byLocality := cluster.GetCommonLbConfig().GetLocalityWeightedLbConfig() != nil
	isAuto := len(cluster.GetTransportSocketMatches()) > 0
	known := map[string]bool{}
	for _, locality := range p.endpointsOf(cluster).GetEndpoints() {
		var here []Endpoint
		sum := 0.0
		for _, endpoint := range locality.GetLbEndpoints() {
			address := p.addressOf(endpoint)
			if isAuto && !takesTLS(endpoint) {
				address += " in plain text"
			}
			// Envoy takes the first of several endpoints with one address: an entry for each version leads to one gateway.
			if isAuto && known[address] {
				continue
			}
			known[address] = true
			weight := float64(endpoint.GetLoadBalancingWeight().GetValue())
			sum += weight
			here = append(here, Endpoint{Address: address, Weight: weight})
		}
		for i := range here {
			if byLocality {
				here[i].Weight *= float64(locality.GetLoadBalancingWeight().GetValue()) / sum
			}
		}
		if len(here) == 0 {
			continue
		}
		priority := int(locality.GetPriority())
		byPriority[priority] = append(byPriority[priority], here...)
	}
	out := [][]Endpoint{}
	for _, priority := range slices.Sorted(maps.Keys(byPriority)) {
		out = append(out, byPriority[priority])
	}
	return out
}

func (p *proxy) addressOf(endpoint *endpointv3.LbEndpoint) string {
	socket := endpoint.GetEndpoint().GetAddress().GetSocketAddress()
	address := socket.GetAddress()
	if name, found := p.world.standIns[address]; found {
		address = name
	}
	return p.world.domains.swap(fmt.Sprintf("%s port %d", address, socket.GetPortValue()))
}

// takesTLS says whether Envoy chooses mutual TLS for an endpoint of a cluster that decides by endpoint.
func takesTLS(endpoint *endpointv3.LbEndpoint) bool {
	match := endpoint.GetMetadata().GetFilterMetadata()[util.EnvoyTransportSocketMetadataKey]
	return match.GetFields()[model.TLSModeLabelShortname].GetStringValue() == model.IstioMutualTLSModeLabel
}

// transport says how a proxy speaks to a cluster: the mode, the SNI, and whom it takes for the server.
func transport(cluster *clusterv3.Cluster) (string, string, []string) {
	for _, match := range cluster.GetTransportSocketMatches() {
		if match.GetMatch().GetFields()[model.TLSModeLabelShortname].GetStringValue() == model.IstioMutualTLSModeLabel {
			mode, sni, identities := socketTransport(match.GetTransportSocket())
			if mode == "ISTIO_MUTUAL" {
				mode = "AUTO"
			}
			return mode, sni, identities
		}
	}
	return socketTransport(cluster.GetTransportSocket())
}

func socketTransport(socket *corev3.TransportSocket) (string, string, []string) {
	none := []string{}
	if socket == nil {
		return "NONE", "", none
	}
	var settings tlsv3.UpstreamTlsContext
	if err := socket.GetTypedConfig().UnmarshalTo(&settings); err != nil {
		return "OTHER", "", none
	}
	common := settings.GetCommonTlsContext()
	identities := none
	for _, matcher := range common.GetCombinedValidationContext().GetDefaultValidationContext().GetMatchSubjectAltNames() {
		if matcher.GetExact() == "" {
			identities = append(identities, strings.ReplaceAll(matcher.String(), "\n", " "))
			continue
		}
		identities = append(identities, matcher.GetExact())
	}
	sort.Strings(identities)
	mode := "OTHER"
	certificates := common.GetTlsCertificateSdsSecretConfigs()
	root := common.GetCombinedValidationContext().GetValidationContextSdsSecretConfig()
	if len(certificates) == 1 && certificates[0].Name == "default" && root.GetName() == "ROOTCA" {
		mode = "ISTIO_MUTUAL"
	}
	return mode, settings.GetSni(), identities
}
