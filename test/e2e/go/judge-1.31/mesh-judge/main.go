// Command mesh-judge says what istiod makes of a mesh: each line of standard input is a mesh as JSON (a Request), and each
// line of standard output is the Answer to it. It feeds the folder of each cluster to Istio's own discovery server and
// traffic simulator, without a cluster, so an answer takes a fraction of a second.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/log"
)

// A request names every call of a mesh: far more than a Scanner's default line.
const longestLine = 64 << 20

func main() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	if err := log.Configure(options); err != nil {
		fail(err)
	}
	// It holds every collection of every server for good, for a debug page that nobody asks for.
	krt.GlobalDebugHandler = nil
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), longestLine)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var request Request
		decoder := json.NewDecoder(bytes.NewReader(in.Bytes()))
		// A field that is misspelt would be a question that is never asked.
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&request); err != nil {
			fail(err)
		}
		if err := out.Encode(judge(request)); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "mesh-judge:", err)
	os.Exit(1)
}
