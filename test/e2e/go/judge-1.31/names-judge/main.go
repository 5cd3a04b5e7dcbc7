// Command names-judge says whether istiod and Kubernetes accept names and values: each line of standard input is a folder of an
// output as JSON (a Request), and each line of standard output is the Answer to it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"istio.io/istio/pkg/log"
)

// Request is an output to judge.
type Request struct {
	// Folder holds the folders of the clusters, and their install values in the folder install.
	Folder string `json:"folder"`
}

// Answer says what is wrong with an output.
type Answer struct {
	// Error is why the output could not be read.
	Error string `json:"error,omitempty"`
	// Objects is how many objects and install values were judged.
	Objects int `json:"objects"`
	// Invalid are the reasons of istiod and Kubernetes to refuse an object.
	Invalid []string `json:"invalid"`
}

func main() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	if err := log.Configure(options); err != nil {
		fail(err)
	}
	in := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var request Request
		if err := json.Unmarshal(in.Bytes(), &request); err != nil {
			fail(err)
		}
		if err := out.Encode(judge(request.Folder)); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func judge(folder string) Answer {
	answer := Answer{Invalid: []string{}}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		var check func(string) ([]string, error)
		switch {
		case entry.Name() == "istiod-values.yml":
			check = checkInstallValues
		case strings.HasSuffix(path, ".yaml"):
			check = checkObject
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		reasons, err := check(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Name(), err)
		}
		answer.Objects++
		for _, reason := range reasons {
			answer.Invalid = append(answer.Invalid, entry.Name()+": "+reason)
		}
		return nil
	})
	if err != nil {
		answer.Error = err.Error()
	}
	return answer
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "names-judge:", err)
	os.Exit(1)
}
