package main

import "encoding/json"

// Request is a mesh: what was synthesized for each of its clusters, what runs there, and what is asked.
type Request struct {
	Clusters []Cluster `json:"clusters"`
}

// Cluster is one cluster of a mesh.
type Cluster struct {
	Name string `json:"name"`
	// Folder holds its manifests, one file for each object.
	Folder string `json:"folder"`
	// InstallValues is the file of Helm values of istiod, whose meshConfig holds; empty for Istio's own defaults.
	InstallValues string `json:"installValues"`
	// Domain is the DNS domain of the cluster.
	Domain string `json:"domain"`
	// RootNamespace is the namespace of the control plane.
	RootNamespace string `json:"rootNamespace"`
	// Locality is where its nodes are, as region/zone/subzone; empty when they do not say.
	Locality string `json:"locality"`
	// Families are the IP families of its pods, 4 and 6.
	Families []int     `json:"families"`
	Services []Service `json:"services"`
	Gateways []Gateway `json:"gateways"`
	Calls    []Call    `json:"calls"`
	// Settings are hosts whose configuration is asked for.
	Settings []Settings `json:"settings"`
}

// Settings is a host as the sidecars of a namespace know it.
type Settings struct {
	Namespace string `json:"namespace"`
	Host      string `json:"host"`
}

// Service is a Kubernetes Service with its pods.
type Service struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	ClusterIP string `json:"clusterIp"`
	Ports     []Port `json:"ports"`
	Pods      []Pod  `json:"pods"`
}

// Port is a port of a Service; pods listen on the same number.
type Port struct {
	Name     string `json:"name"`
	Number   int32  `json:"number"`
	Protocol string `json:"protocol"`
	// AppProtocol is what Istio takes the port for; empty when only the name says it.
	AppProtocol string `json:"appProtocol"`
}

// Pod is a pod behind a Service.
type Pod struct {
	Name           string            `json:"name"`
	IP             string            `json:"ip"`
	Labels         map[string]string `json:"labels"`
	ServiceAccount string            `json:"serviceAccount"`
}

// Gateway is a gateway proxy whose listeners are asked for.
type Gateway struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	// InstallValues is the file of its Helm values, whose env holds; empty where nothing installs it.
	InstallValues string `json:"installValues"`
}

// Call is a connection or request that a pod with a sidecar makes.
type Call struct {
	Namespace string `json:"namespace"`
	Host      string `json:"host"`
	Port      int    `json:"port"`
	// Protocol is http, http2, tcp, or tls for TLS that the application speaks itself.
	Protocol string            `json:"protocol"`
	Headers  map[string]string `json:"headers"`
}

// Answer has a part for each cluster of the request, in its order.
type Answer struct {
	Clusters []ClusterAnswer `json:"clusters"`
}

// ClusterAnswer is what istiod makes of one cluster.
type ClusterAnswer struct {
	// Error is why nothing could be asked; the other fields are then incomplete.
	Error string `json:"error,omitempty"`
	// Invalid are the errors and warnings of istiod's validation.
	Invalid []string `json:"invalid"`
	// Objects is how many objects were validated.
	Objects int `json:"objects"`
	// Gateways are the listeners of each gateway of the request, in its order.
	Gateways [][]Opening `json:"gateways"`
	// Calls says where each call of the request ends, in its order.
	Calls []CallAnswer `json:"calls"`
	// Settings are the configurations of the request, in its order.
	Settings []SettingsAnswer `json:"settings"`
}

// SettingsAnswer is the configuration of a host, as Envoy reads it.
type SettingsAnswer struct {
	Routes []json.RawMessage `json:"routes"`
	// Clusters are those of the host, by the name of the subset; the name of the whole host is empty.
	Clusters map[string]json.RawMessage `json:"clusters"`
}

// Opening is a name that a gateway lets in.
type Opening struct {
	Port uint32 `json:"port"`
	// SNI is "*" for a chain that takes every name.
	SNI    string  `json:"sni"`
	Routes []Route `json:"routes"`
}

// CallAnswer says where a call ends.
type CallAnswer struct {
	// Resolved are the addresses that the sidecar's DNS gives for the host; none when it does not know it.
	Resolved []string `json:"resolved"`
	// Outcomes are for each resolved address. A host that does not resolve is called at every address that the cluster
	// has for it all the same, as a caller could who learned it elsewhere.
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome is where a call to one address ends.
type Outcome struct {
	Address string `json:"address"`
	// Nowhere is why the sidecar sends the call to no known service.
	Nowhere string  `json:"nowhere,omitempty"`
	Routes  []Route `json:"routes"`
}

// Route is a set of endpoints that a call or connection is sent to.
type Route struct {
	// Cluster is Envoy's name for it.
	Cluster string `json:"cluster"`
	Host    string `json:"host"`
	Subset  string `json:"subset"`
	// Weight is the share of calls, in percent.
	Weight uint32 `json:"weight"`
	// TLS is ISTIO_MUTUAL, NONE, AUTO where endpoints that say so get mutual TLS, or OTHER.
	TLS        string   `json:"tls"`
	SNI        string   `json:"sni"`
	Identities []string `json:"identities"`
	// Tiers are its endpoints, those that answer first in the first tier.
	Tiers [][]Endpoint `json:"tiers"`
}

// Endpoint is an endpoint, with its weight among those of its tier.
type Endpoint struct {
	Address string  `json:"address"`
	Weight  float64 `json:"weight"`
}
