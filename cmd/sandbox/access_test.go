package main

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core, which .ci/test fetches and names in AXE; empty
// where it is not at hand: then .ci/test says that it was not run.
var axe = sync.OnceValue(func() string {
	source, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil && os.Getenv("AXE") != "" {
		panic(err)
	}
	return string(source)
})

// breach is a rule of axe-core that a page does not keep.
type breach struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
		Why  string `json:"failureSummary"`
	} `json:"nodes"`
}

// judge runs the rules of WCAG 2.2 A and AA, and what axe-core holds for good
// practice.
const judge = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
}).then(({violations}) => violations.map(({id, help, nodes}) =>
	({id, help, nodes: nodes.map(({html, failureSummary}) => ({html: html.slice(0, 200), failureSummary}))})))`

// access fails for each rule that the page breaks.
func (tb *tab) access(name string) {
	tb.t.Helper()
	if axe() == "" {
		return
	}
	if !ask(tb, "look for axe-core", chromedp.Evaluate[bool](`typeof axe === "object"`)) {
		ask(tb, "load axe-core", chromedp.Evaluate[bool](axe()+"; true"))
	}
	for _, b := range ask(tb, "judge "+name, chromedp.Evaluate[[]breach](judge, chromedp.EvalAwaitPromise)) {
		var where strings.Builder
		for _, n := range b.Nodes[:min(len(b.Nodes), 4)] {
			fmt.Fprintf(&where, "\n    %s\n      %s", n.HTML, strings.ReplaceAll(n.Why, "\n", "\n      "))
		}
		tb.t.Errorf("%s on a %s: %s (%s), %d times%s", name, tb.size.name, b.Help, b.ID, len(b.Nodes), where.String())
	}
}
