package main

import (
	"os"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/util"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/test"
)

// world is a cluster as its istiod sees it.
type world struct {
	server  *xds.FakeDiscoveryServer
	cluster Cluster
	domains domains
	mesh    *meshconfig.MeshConfig
	// vips are the addresses that any entry of the cluster has for a host.
	vips     map[string][]string
	sidecars map[string]*proxy
	// standIns are the hostnames of remote gateways by the addresses that they resolve to here.
	standIns map[string]string
}

func newWorld(t test.Failer, cluster Cluster, manifests manifests, domains domains) *world {
	configs := manifests.configs
	settings, err := meshConfig(cluster, domains)
	if err != nil {
		t.Fatal(err)
	}
	remote, standIns := remoteGateways(manifests.gateways, cluster.Families[0])
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		Configs:           configs,
		MeshConfig:        settings,
		KubernetesObjects: append(kubernetesObjects(cluster), remote...),
	})
	awaitEntries(t, server, cluster, configs)
	return &world{
		server: server, cluster: cluster, domains: domains, mesh: settings, vips: vipsOf(configs), sidecars: map[string]*proxy{},
		standIns: standIns,
	}
}

// meshConfig is what istiod is installed with: the trust domain and its aliases decide whom a sidecar takes for the server.
func meshConfig(cluster Cluster, domains domains) (*meshconfig.MeshConfig, error) {
	settings := mesh.DefaultMeshConfig()
	if cluster.InstallValues != "" {
		values, err := installValues(cluster.InstallValues, domains)
		if err != nil {
			return nil, err
		}
		own, err := yaml.Marshal(values.MeshConfig)
		if err != nil {
			return nil, err
		}
		if settings, err = mesh.ApplyMeshConfig(string(own), settings); err != nil {
			return nil, err
		}
	}
	// The charts set it to the namespace that they are installed into.
	settings.RootNamespace = cluster.RootNamespace
	return settings, nil
}

// values are those of the chart of istiod, as far as they decide what istiod makes.
type values struct {
	MeshConfig map[string]any    `json:"meshConfig"`
	Env        map[string]string `json:"env"`
}

func installValues(file string, domains domains) (values, error) {
	var found values
	text, err := os.ReadFile(file)
	if err != nil {
		return found, err
	}
	return found, yaml.Unmarshal([]byte(domains.swap(string(text))), &found)
}

// setFeatures sets what istiod reads of its environment. It is one for all clusters of the process: one cluster that does
// not limit its gateways stands for all.
func setFeatures(clusters []Cluster) error {
	features.ScopeGatewayToNamespace = true
	for _, cluster := range clusters {
		if cluster.InstallValues == "" {
			continue
		}
		values, err := installValues(cluster.InstallValues, newDomains(cluster.Domain))
		if err != nil {
			return err
		}
		if values.Env["PILOT_SCOPE_GATEWAY_TO_NAMESPACE"] != "true" {
			features.ScopeGatewayToNamespace = false
		}
	}
	return nil
}

// proxyOf makes a proxy with the addresses that pods of the cluster have.
func (w *world) proxyOf(kind model.NodeType, namespace string, labels map[string]string, installed string) *proxy {
	var addresses, view []string
	if installed != "" {
		values, err := installValues(installed, w.domains)
		if err != nil {
			panic(err)
		}
		if network := values.Env["ISTIO_META_REQUESTED_NETWORK_VIEW"]; network != "" {
			view = []string{network}
		}
	}
	for _, family := range w.cluster.Families {
		addresses = append(addresses, map[int]string{4: "10.99.0.1", 6: "fd00:99::1"}[family])
	}
	node := w.server.SetupProxy(&model.Proxy{
		Type:            kind,
		ID:              "judged." + namespace,
		ConfigNamespace: namespace,
		Labels:          labels,
		IPAddresses:     addresses,
		Locality:        util.ConvertLocality(w.cluster.Locality),
		Metadata: &model.NodeMetadata{
			Namespace:      namespace,
			Labels:         labels,
			ClusterID:      constants.DefaultClusterName,
			ServiceAccount: "default",
			// istiod sees endpoints of these networks alone, if there are any.
			RequestedNetworkView: view,
			DNSCapture:           model.StringBool(w.mesh.GetDefaultConfig().GetProxyMetadata()["ISTIO_META_DNS_CAPTURE"] == "true"),
		},
	})
	return newProxy(w, node)
}

func (w *world) sidecar(namespace string) *proxy {
	if known, found := w.sidecars[namespace]; found {
		return known
	}
	made := w.proxyOf(model.SidecarProxy, namespace, map[string]string{"app": "caller"}, "")
	w.sidecars[namespace] = made
	return made
}

func vipsOf(configs []config.Config) map[string][]string {
	vips := map[string][]string{}
	for _, cfg := range configs {
		if entry, isEntry := cfg.Spec.(serviceEntry); isEntry {
			for _, host := range entry.GetHosts() {
				vips[host] = append(vips[host], entry.GetAddresses()...)
			}
		}
	}
	return vips
}

// serviceEntry is what only a ServiceEntry has.
type serviceEntry interface {
	GetHosts() []string
	GetAddresses() []string
}
