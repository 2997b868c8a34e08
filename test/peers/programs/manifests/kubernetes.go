package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v4"
)

// readObjects reads the documents of files, each an object of Kubernetes or of a custom resource.
func readObjects(files []string) (any, error) {
	schemas, err := loadSchemas()
	if err != nil {
		return nil, err
	}
	objects := []any{}
	var problems []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		for number := 1; ; number++ {
			var object map[string]any
			err := decoder.Decode(&object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = schemas.check(object)
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: document %d: %w", file, number, err))
				// What follows a text that is no YAML is not known.
				break
			}
			objects = append(objects, object)
		}
	}
	return objects, errors.Join(problems...)
}

// readDocument reads the one document of a file.
func readDocument(file string) (any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document any
	err = yaml.Unmarshal(text, &document)
	return document, err
}
