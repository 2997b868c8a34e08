// Manifests checks configuration files strictly by the schemas of the programs that read them, and prints what it has
// read as JSON: what is unknown there, of another type or missing is an error.
//
//	manifests kubernetes FILE...   a list of all objects
//	manifests compose FILE         the project
//	manifests yaml FILE            the document, by no schema
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// version is that of Kubernetes' schema, set by the build.
var version = "(devel)"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println("manifests version " + version)
		return
	}
	read, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(read)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) (any, error) {
	switch {
	case len(args) > 1 && args[0] == "kubernetes":
		return readObjects(args[1:])
	case len(args) == 2 && args[0] == "compose":
		return readProject(args[1])
	case len(args) == 2 && args[0] == "yaml":
		return readDocument(args[1])
	}
	return nil, fmt.Errorf("usage: manifests kubernetes FILE... | manifests compose FILE | manifests yaml FILE")
}
