package main

import (
	"fmt"
	"time"

	networking "istio.io/api/networking/v1alpha3"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/test"
)

// remoteGateways are Gateways with an address in the place of each hostname, since no DNS knows the hostnames of a random mesh.
// They come with the hostnames by their addresses.
func remoteGateways(gateways []*gatewayv1.Gateway, family int) ([]runtime.Object, map[string]string) {
	var objects []runtime.Object
	standIns, addresses := map[string]string{}, map[string]string{}
	format := map[int]string{4: "192.0.2.%d", 6: "2001:db8:ffff::%d"}[family]
	for i, gateway := range gateways {
		gateway.UID = types.UID(fmt.Sprintf("gateway-%d", i))
		for j, address := range gateway.Spec.Addresses {
			if *address.Type != gatewayv1.HostnameAddressType {
				continue
			}
			if addresses[address.Value] == "" {
				addresses[address.Value] = fmt.Sprintf(format, 100+len(addresses))
				standIns[addresses[address.Value]] = address.Value
			}
			isAddress := gatewayv1.IPAddressType
			gateway.Spec.Addresses[j] = gatewayv1.GatewaySpecAddress{Type: &isAddress, Value: addresses[address.Value]}
		}
		objects = append(objects, gateway)
	}
	return objects, standIns
}

// awaitEntries waits until istiod has made WorkloadEntries endpoints of the Services that select them, which it does beside the
// start of the server, and has pushed the identities behind them.
func awaitEntries(t test.Failer, server *xds.FakeDiscoveryServer, cluster Cluster, configs []config.Config) {
	all := 0
	for _, service := range cluster.Services {
		entries := entriesOf(service, configs)
		all += entries
		if entries == 0 {
			continue
		}
		host := fmt.Sprintf("%s.%s.svc.%s", service.Name, service.Namespace, served)
		await(t, fmt.Sprintf("%d entries of %s", entries, host), func() bool {
			return entryEndpoints(server, host, service) >= entries*len(service.Ports)
		})
	}
	if all == 0 {
		return
	}
	server.Discovery.ConfigUpdate(&model.PushRequest{Forced: true, Reason: model.NewReasonStats(model.ConfigUpdate)})
	wanted := server.Discovery.InboundUpdates.Load()
	await(t, "a push", func() bool { return server.Discovery.CommittedUpdates.Load() >= wanted })
}

func entriesOf(service Service, configs []config.Config) int {
	count := 0
	for _, cfg := range configs {
		entry, isEntry := cfg.Spec.(*networking.WorkloadEntry)
		if isEntry && cfg.Namespace == service.Namespace && entry.GetLabels()["app"] == service.Name {
			count++
		}
	}
	return count
}

// entryEndpoints counts the endpoints of a Service that are no pods.
func entryEndpoints(server *xds.FakeDiscoveryServer, host string, service Service) int {
	shards, found := server.Discovery.Env.EndpointIndex.ShardsForService(host, service.Namespace)
	if !found {
		return 0
	}
	shards.RLock()
	defer shards.RUnlock()
	count := 0
	for _, endpoints := range shards.Shards {
		count += len(endpoints)
	}
	return count - len(service.Pods)*len(service.Ports)
}

func await(t test.Failer, what string, holds func() bool) {
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("istiod did not take %s", what)
		}
	}
}
