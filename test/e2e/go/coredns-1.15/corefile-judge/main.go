// Command corefile-judge reads Corefiles, a JSON string on each line, and says what CoreDNS's own parser makes of each:
// its server blocks, or why it refuses it. With "setup" before them, every plugin is set up too, without being started.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/coredns/caddy"
	"github.com/coredns/caddy/caddyfile"
	"github.com/coredns/coredns/core/dnsserver"
	_ "github.com/coredns/coredns/core/plugin"
)

type block struct {
	Keys       []string            `json:"keys"`
	Directives map[string][]string `json:"directives"`
}

type verdict struct {
	Error  string  `json:"error,omitempty"`
	Blocks []block `json:"blocks"`
}

func main() {
	setup := len(os.Args) > 1 && os.Args[1] == "setup"
	dnsserver.Port = "53"
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadString('\n')
		if line == "" && err != nil {
			break
		}
		var text string
		if err := json.Unmarshal([]byte(line), &text); err != nil {
			panic(err)
		}
		_ = encoder.Encode(judge(text, setup))
		_ = out.Flush()
	}
}

func judge(text string, setup bool) verdict {
	blocks, err := caddyfile.Parse("Corefile", strings.NewReader(text), nil)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	if setup {
		input := caddy.CaddyfileInput{Contents: []byte(text), Filepath: "Corefile", ServerTypeName: "dns"}
		if err := caddy.ValidateAndExecuteDirectives(input, nil, true); err != nil {
			return verdict{Error: err.Error()}
		}
	}
	found := verdict{Blocks: []block{}}
	for _, b := range blocks {
		directives := map[string][]string{}
		for name, tokens := range b.Tokens {
			for _, token := range tokens {
				directives[name] = append(directives[name], token.Text)
			}
		}
		found.Blocks = append(found.Blocks, block{Keys: b.Keys, Directives: directives})
	}
	return found
}
