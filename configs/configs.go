// Package configs embeds what ships with the binary and may be edited by an
// operator: settings, vocabularies, dictionaries and code lists.
package configs

import "embed"

// Files holds every file of this folder, by its plain name.
//
//go:embed *.tsv *.txt *.yaml
var Files embed.FS

// Text gives the content of an embedded file, such as "synonyms.txt"; "" when
// there is no such file.
func Text(name string) string {
	data, err := Files.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(data)
}
