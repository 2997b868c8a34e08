package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

//go:embed schemas
var files embed.FS

// schemas are those of all kinds.
type schemas struct {
	compiler *jsonschema.Compiler
	// By apiVersion and kind.
	locations map[string]string
}

// Names of schemas are addresses; relative ones would be in the folder that this runs in.
const (
	base        = "https://flowmeter.test/"
	kubernetes  = base + "kubernetes"
	definitions = kubernetes + "#/definitions/"
)

func (known schemas) check(object map[string]any) error {
	kind := fmt.Sprintf("%v %v", object["apiVersion"], object["kind"])
	location, ok := known.locations[kind]
	if !ok {
		return fmt.Errorf("no schema is known of %s", kind)
	}
	schema, err := known.compiler.Compile(location)
	if err != nil {
		return err
	}
	plain, err := plainly(object)
	if err != nil {
		return err
	}
	if err := schema.Validate(plain); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

// loadSchemas reads Kubernetes' own schemas and those of all custom resource definitions.
func loadSchemas() (schemas, error) {
	known := schemas{jsonschema.NewCompiler(), map[string]string{}}
	known.compiler.DefaultDraft(jsonschema.Draft4)
	entries, err := files.ReadDir("schemas")
	if err != nil {
		return known, err
	}
	for _, entry := range entries {
		text, err := files.ReadFile("schemas/" + entry.Name())
		if err != nil {
			return known, err
		}
		var document map[string]any
		if strings.HasSuffix(entry.Name(), ".json") {
			if err = json.Unmarshal(text, &document); err == nil {
				err = known.addKubernetes(document)
			}
		} else if err = yaml.Unmarshal(text, &document); err == nil {
			err = known.addDefinition(document)
		}
		if err != nil {
			return known, fmt.Errorf("%s: %w", entry.Name(), err)
		}
	}
	return known, nil
}

// addKubernetes adds the kinds of Kubernetes' OpenAPI document.
func (known schemas) addKubernetes(document map[string]any) error {
	all := document["definitions"].(map[string]any)
	// Both are written as numbers as well, which the document does not say.
	all["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = map[string]any{"type": []any{"string", "integer"}}
	all["io.k8s.apimachinery.pkg.api.resource.Quantity"] = map[string]any{"type": []any{"string", "number"}}
	for name, definition := range all {
		strict(definition)
		kinds, _ := definition.(map[string]any)["x-kubernetes-group-version-kind"].([]any)
		for _, each := range kinds {
			kind := each.(map[string]any)
			apiVersion := strings.TrimPrefix(fmt.Sprintf("%v/%v", kind["group"], kind["version"]), "/")
			known.locations[fmt.Sprintf("%s %v", apiVersion, kind["kind"])] = definitions + name
		}
	}
	return known.add(kubernetes, map[string]any{"definitions": all})
}

// addDefinition adds the kind of a CustomResourceDefinition.
func (known schemas) addDefinition(document map[string]any) error {
	spec := document["spec"].(map[string]any)
	kind := spec["names"].(map[string]any)["kind"]
	for _, each := range spec["versions"].([]any) {
		version := each.(map[string]any)
		schema := version["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)
		// Definitions leave it out: it is the same for all.
		properties := schema["properties"].(map[string]any)
		properties["metadata"] = map[string]any{
			"$ref": definitions + "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
		}
		strict(schema)
		name := fmt.Sprintf("%v/%v %v", spec["group"], version["name"], kind)
		location := base + strings.ReplaceAll(name, " ", "/")
		known.locations[name] = location
		if err := known.add(location, schema); err != nil {
			return err
		}
	}
	return nil
}

func (known schemas) add(location string, schema any) error {
	plain, err := plainly(schema)
	if err != nil {
		return err
	}
	return known.compiler.AddResource(location, plain)
}

// plainly gives a value as JSON has it, with the kind of numbers that schemas are about.
func plainly(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

// strict makes a schema of OpenAPI one of JSON Schema that refuses what it does not name, as `kubectl apply` does.
func strict(value any) {
	switch node := value.(type) {
	case []any:
		for _, each := range node {
			strict(each)
		}
	case map[string]any:
		if node["x-kubernetes-int-or-string"] == true {
			delete(node, "type")
		}
		if kind, ok := node["type"].(string); ok && node["nullable"] == true {
			node["type"] = []any{kind, "null"}
		}
		_, isOpen := node["additionalProperties"]
		properties, isObject := node["properties"].(map[string]any)
		if isObject && !isOpen && node["x-kubernetes-preserve-unknown-fields"] != true {
			node["additionalProperties"] = false
		}
		for key, each := range node {
			// Below them are names of fields and not keywords.
			if key == "properties" {
				continue
			}
			strict(each)
		}
		for _, each := range properties {
			strict(each)
		}
	}
}
