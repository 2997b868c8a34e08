package main

import (
	"context"

	"github.com/compose-spec/compose-go/v2/cli"
)

// readProject reads a file as `docker compose` does: by the schema of the Compose specification, its references
// resolved, and with nothing of the environment.
func readProject(file string) (any, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithName("checked"), cli.WithResolvedPaths(true))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}
