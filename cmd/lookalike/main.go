// Lookalike scans product listings for the risk that they infringe somebody's trademark, registered design or picture.
//
// The command wires sources, matchers, judge, policies and sinks; it is the only package that knows terminals, settings
// and exit codes. There is one file per verb.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), host(), os.Args[1:]))
}
