// Command ca-bundle asks Istio's own loader of CA bundles what it thinks of folders that are mounted as /etc/cacerts.
// It prints a line of JSON for each: null when istiod takes the bundle, or why it does not.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"istio.io/istio/security/pkg/pki/util"
)

func main() {
	for _, folder := range os.Args[1:] {
		file := func(name string) string { return filepath.Join(folder, name) }
		crl := file("ca-crl.pem")
		if _, err := os.Stat(crl); err != nil {
			crl = ""
		}
		_, err := util.NewVerifiedKeyCertBundleFromFile(file("ca-cert.pem"), file("ca-key.pem"), []string{file("cert-chain.pem")}, file("root-cert.pem"), crl)
		var verdict any
		if err != nil {
			verdict = err.Error()
		}
		line, _ := json.Marshal(verdict)
		fmt.Println(string(line))
	}
}
