package matcher

import "hongniang/internal/search"

// Weights are every number that the order depends on. docs/matching.md gives
// for each the measurement that set it.
type Weights struct {
	// Title and Text: a need's title and its text are two queries; the title says
	// what is wanted, the text surrounds it.
	Title float64 `json:"title"`
	Text  float64 `json:"text"`
	// TextLength is the power by which a text weighs less the longer it is beside
	// its title: Text · (title's length / text's length)^TextLength, at most Text.
	TextLength float64 `json:"text_length"`
	// Documents ranks results and patents for a need.
	Documents search.Scoring `json:"documents"`
	// Profiles ranks people and studios by their own text.
	Profiles search.Scoring `json:"profiles"`
	// Vote is the weight of a person's documents beside the profile, both as
	// strengths.
	Vote float64 `json:"vote"`
	// Features weigh what is known of a pair beside its text.
	Features FeatureWeights `json:"features"`
	// DocumentChance and PersonChance make strengths comparable.
	DocumentChance Chance `json:"document_chance"`
	PersonChance   Chance `json:"person_chance"`
}

// DefaultWeights are the weights that were set by hand.
func DefaultWeights() Weights {
	return Weights{
		Title: 1, Text: 1.5, TextLength: 0.5,
		Documents: search.Scoring{Words: 0.5, Bigrams: 1, Characters: 0.8, K1: 1.2, B: 0.75, IDFPower: 1.25, Repeat: 0.7, NeedPower: 0.5, Related: 0.5},
		Profiles:  search.Scoring{Words: 0.5, Bigrams: 1, Characters: 0.5, K1: 1.2, B: 0.5, IDFPower: 1.25, Repeat: 1, Related: 0.5},
		Vote:      1,
		Features:  DefaultFeatures(),

		DocumentChance: Chance{Intercept: -3.64, Slope: 8.45, Power: 1},
		PersonChance:   Chance{Intercept: -7.63, Slope: 8.97, Power: 0.5},
	}
}

const (
	// retrievedProfiles and retrievedVoices are how many profiles, beside those of
	// the people for whom documents speak, and how many documents are looked at
	// for a list of people.
	retrievedProfiles = 300
	retrievedVoices   = 300
	// bestDocuments is over how many documents of a person the mean is taken; a
	// person with fewer gets 0 for the missing ones.
	bestDocuments = 2
)
