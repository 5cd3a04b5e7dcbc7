package main

import "strings"

// Istio's test server knows Services under svc.cluster.local alone.
const served = "cluster.local"

// domains lets that server stand for a cluster of another DNS domain: wherever one of the two domains is written, the
// other is put, on the way in and on the way out. Each text has exactly one counterpart, so a manifest that says
// svc.cluster.local in a cluster of another domain finds no Service, as in that cluster.
type domains struct{ own string }

func newDomains(own string) domains { return domains{own} }

func (d domains) swap(text string) string {
	if d.own == served {
		return text
	}
	var out strings.Builder
	for {
		at, found, other := d.first(text)
		if found == "" {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at])
		out.WriteString(other)
		text = text[at+len(found):]
	}
}

// first finds the first place where one of the two domains stands whole, and what to put there.
func (d domains) first(text string) (int, string, string) {
	at, found, other := -1, "", ""
	for _, pair := range [][2]string{{".svc." + served, ".svc." + d.own}, {".svc." + d.own, ".svc." + served}} {
		for from := 0; ; {
			i := strings.Index(text[from:], pair[0])
			if i < 0 {
				break
			}
			i += from
			if end := i + len(pair[0]); end == len(text) || !strings.ContainsRune(nameRunes, rune(text[end])) {
				if at < 0 || i < at {
					at, found, other = i, pair[0], pair[1]
				}
				break
			}
			from = i + 1
		}
	}
	return at, found, other
}

// What a longer name would go on with.
const nameRunes = "abcdefghijklmnopqrstuvwxyz0123456789-."
