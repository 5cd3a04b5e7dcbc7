package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
)

// manifests are the Istio objects of a folder, with what istiod's validation has against them.
type manifests struct {
	configs []config.Config
	// gateways are those of the Gateway API.
	gateways []*gatewayv1.Gateway
	invalid  []string
}

// All objects of a cluster are of one age, as after one `kubectl apply`, unless they say another.
var age = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// readManifests reads the objects of Istio's kinds; others mean nothing to its traffic. A folder that is not there is that
// of a cluster without objects.
func readManifests(folder string, domains domains) (manifests, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return manifests{}, err
	}
	sort.Strings(files)
	var all manifests
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return manifests{}, err
		}
		if err := all.add(domains.swap(string(text))); err != nil {
			return manifests{}, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return all, nil
}

func (m *manifests) add(text string) error {
	var object crd.IstioKind
	if err := kubeyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(&object); err != nil {
		return err
	}
	gvk := object.GroupVersionKind()
	if gvk.Group == gatewayv1.GroupName && gvk.Kind == "Gateway" {
		gateway := &gatewayv1.Gateway{}
		if err := kubeyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(gateway); err != nil {
			return err
		}
		m.gateways = append(m.gateways, gateway)
		return nil
	}
	schema, known := collections.Pilot.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&gvk))
	if !known {
		if strings.HasSuffix(gvk.Group, "istio.io") {
			return fmt.Errorf("istiod does not know %s", gvk)
		}
		return nil
	}
	place := fmt.Sprintf("%s %s/%s", gvk.Kind, object.Namespace, object.Name)
	cfg, err := crd.ConvertObject(schema, &object, "")
	if err != nil {
		m.invalid = append(m.invalid, fmt.Sprintf("%s: %v", place, err))
		return nil
	}
	if cfg.CreationTimestamp.IsZero() {
		cfg.CreationTimestamp = age
	}
	m.configs = append(m.configs, *cfg)
	warning, err := schema.ValidateConfig(*cfg)
	if err != nil {
		m.invalid = append(m.invalid, fmt.Sprintf("%s: %v", place, err))
	}
	// An entry without an address is meant to be: the remote Gateway of its network has the address. Without one, calls miss it.
	if warning != nil && !strings.Contains(warning.Error(), "address is unset with network") {
		m.invalid = append(m.invalid, fmt.Sprintf("%s: warning: %v", place, warning))
	}
	if err := refuseUnknown(schema, object); err != nil {
		m.invalid = append(m.invalid, fmt.Sprintf("%s: %v", place, err))
	}
	return nil
}

// refuseUnknown says which field istiod reads over: it takes what it does not know for absent.
func refuseUnknown(schema resource.Schema, object crd.IstioKind) error {
	spec, err := schema.NewInstance()
	if err != nil {
		return err
	}
	text, err := json.Marshal(object.GetSpec())
	if err != nil {
		return err
	}
	return config.ApplyJSONStrict(spec, string(text))
}
