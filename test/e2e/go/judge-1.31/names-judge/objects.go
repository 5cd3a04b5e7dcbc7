package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/protocol"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
)

// Ports that pilot-agent tells istiod of each sidecar.
const (
	statusPort     = 15021
	prometheusPort = 15090
)

// checkObject returns the reasons to refuse an object: those of Kubernetes for its metadata, and those of istiod.
func checkObject(text string) ([]string, error) {
	var object unstructured.Unstructured
	if err := decode(text, &object.Object); err != nil {
		return nil, err
	}
	reasons := metadataReasons(object)
	gvk := object.GroupVersionKind()
	if schema, known := collections.Pilot.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&gvk)); known {
		return append(reasons, istioReasons(schema, text)...), nil
	}
	switch gvk.Kind {
	case "Certificate":
		return append(reasons, certificateReasons(object)...), nil
	case "ExternalSecret":
		_, reason := duration(object, "refreshInterval")
		return append(reasons, reason...), nil
	}
	return reasons, nil
}

func decode(text string, into any) error {
	return kubeyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(into)
}

func metadataReasons(object unstructured.Unstructured) []string {
	// Labels and annotations that are no text are lost where a client reads them as maps of text.
	if _, _, err := unstructured.NestedStringMap(object.Object, "metadata", "labels"); err != nil {
		return []string{err.Error()}
	}
	if _, _, err := unstructured.NestedStringMap(object.Object, "metadata", "annotations"); err != nil {
		return []string{err.Error()}
	}
	path := field.NewPath("metadata")
	all := validation.ValidateObjectMetaAccessor(&object, object.GetNamespace() != "", validation.NameIsDNSSubdomain, path)
	all = append(all, metavalidation.ValidateLabels(object.GetLabels(), path.Child("labels"))...)
	selector, found, err := unstructured.NestedStringMap(object.Object, "spec", "selector")
	if object.GetKind() == "Service" && found && err == nil {
		all = append(all, metavalidation.ValidateLabels(selector, field.NewPath("spec", "selector"))...)
	}
	return texts(all)
}

func texts(all field.ErrorList) []string {
	var reasons []string
	for _, err := range all {
		reasons = append(reasons, err.Error())
	}
	return reasons
}

func istioReasons(schema resource.Schema, text string) []string {
	var object crd.IstioKind
	if err := decode(text, &object); err != nil {
		return []string{err.Error()}
	}
	cfg, err := crd.ConvertObject(schema, &object, "")
	if err != nil {
		return []string{err.Error()}
	}
	var reasons []string
	warning, err := schema.ValidateConfig(*cfg)
	if err != nil {
		reasons = append(reasons, err.Error())
	}
	if warning != nil && !isOfNetworkGateway(cfg, warning) {
		reasons = append(reasons, "warning: "+warning.Error())
	}
	// Endpoints by a number that is no text, for example, are lost without an error.
	spec, err := json.Marshal(object.GetSpec())
	if err != nil {
		return append(reasons, err.Error())
	}
	strict, err := schema.NewInstance()
	if err != nil {
		return append(reasons, err.Error())
	}
	if err := config.ApplyJSONStrict(strict, string(spec)); err != nil {
		reasons = append(reasons, err.Error())
	}
	reasons = append(reasons, podLabelReasons(cfg)...)
	return append(reasons, listenerReasons(cfg)...)
}

// podLabelReasons says which labels no pod can have. istiod does not know how long a label may be.
func podLabelReasons(cfg *config.Config) []string {
	all := field.ErrorList{}
	check := func(labels map[string]string, name string) {
		all = append(all, metavalidation.ValidateLabels(labels, field.NewPath("spec", name))...)
	}
	switch spec := cfg.Spec.(type) {
	case *networking.DestinationRule:
		for _, subset := range spec.Subsets {
			check(subset.Labels, "subsets")
		}
	case *networking.Gateway:
		check(spec.Selector, "selector")
	case *networking.WorkloadEntry:
		check(spec.Labels, "labels")
	case *security.AuthorizationPolicy:
		check(spec.GetSelector().GetMatchLabels(), "selector")
	}
	return texts(all)
}

// isOfNetworkGateway says whether a warning is the one for an entry that has a network and no address. It is no fault: istiod
// sends the connections of such an entry to the gateways of its network, and leaves the entry out where the network has none.
func isOfNetworkGateway(cfg *config.Config, warning error) bool {
	entry, isEntry := cfg.Spec.(*networking.WorkloadEntry)
	return isEntry && entry.Address == "" && warning.Error() == fmt.Sprintf("address is unset with network %q", entry.Network)
}

// listenerReasons says for which ports of an entry istiod makes no listener in sidecars.
func listenerReasons(cfg *config.Config) []string {
	entry, isEntry := cfg.Spec.(*networking.ServiceEntry)
	if !isEntry {
		return nil
	}
	proxy := &model.Proxy{Metadata: &model.NodeMetadata{EnvoyStatusPort: statusPort, EnvoyPrometheusPort: prometheusPort}}
	push := &model.PushContext{Mesh: mesh.DefaultMeshConfig()}
	var reasons []string
	for _, port := range entry.Ports {
		if can, _ := proxy.CanBindToPort(false, proxy, push, "", int(port.Number), protocol.Parse(port.Protocol), "0.0.0.0"); !can {
			reasons = append(reasons, fmt.Sprintf("no listener for %s on %d", port.Protocol, port.Number))
		}
	}
	return reasons
}

// certificateReasons are those of cert-manager.
func certificateReasons(object unstructured.Unstructured) []string {
	validity, reasons := duration(object, "duration")
	renewBefore, more := duration(object, "renewBefore")
	reasons = append(reasons, more...)
	if len(reasons) == 0 && (validity < time.Hour || renewBefore < 5*time.Minute || renewBefore >= validity) {
		reasons = append(reasons, fmt.Sprintf("duration %s, renewBefore %s", validity, renewBefore))
	}
	return reasons
}

func duration(object unstructured.Unstructured, name string) (time.Duration, []string) {
	text, _, err := unstructured.NestedString(object.Object, "spec", name)
	if err != nil {
		return 0, []string{err.Error()}
	}
	var read metav1.Duration
	if err := read.UnmarshalJSON([]byte(fmt.Sprintf("%q", text))); err != nil {
		return 0, []string{fmt.Sprintf("%s: %v", name, err)}
	}
	return read.Duration, nil
}

// checkInstallValues returns the reasons of istiod to refuse the configuration of the mesh.
func checkInstallValues(text string) ([]string, error) {
	var values struct {
		MeshConfig map[string]any `json:"meshConfig"`
	}
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		return nil, err
	}
	own, err := yaml.Marshal(values.MeshConfig)
	if err != nil {
		return nil, err
	}
	if _, err := mesh.ApplyMeshConfig(string(own), mesh.DefaultMeshConfig()); err != nil {
		return []string{err.Error()}, nil
	}
	return nil, nil
}
