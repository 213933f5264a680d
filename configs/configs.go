// Package configs embeds what ships with the binary and may be edited by an
// operator: settings, vocabularies, dictionaries and code lists.
package configs

import "embed"

// Files holds every file of this folder, by its plain name.
//
//go:embed *.tsv
var Files embed.FS
