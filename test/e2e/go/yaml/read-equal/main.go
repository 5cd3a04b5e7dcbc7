// Command read-equal reads documents as kubectl and Argo CD do, and prints each one that reads otherwise than it was written.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"sigs.k8s.io/yaml"
)

// document is a text of YAML and the value that it was written from.
type document struct {
	YAML  string `json:"yaml"`
	Value any    `json:"value"`
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string) error {
	octets, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var documents []document
	if err := json.Unmarshal(octets, &documents); err != nil {
		return err
	}
	for _, written := range documents {
		if read, err := valueOf(written.YAML); err != nil || !reflect.DeepEqual(read, written.Value) {
			fmt.Printf("%q of %#v -> %#v %v\n", written.YAML, written.Value, read, err)
		}
	}
	return nil
}

func valueOf(text string) (any, error) {
	asJSON, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	var value any
	err = json.Unmarshal(asJSON, &value)
	return value, err
}
