package matcher

import "hongniang/internal/search"

// Every weight of the ranking stands here; docs/matching.md gives for each the
// measurement that set it.
const (
	// titleWeight and textWeight: a need's title and its text are two queries;
	// the title says what is wanted, the text surrounds it.
	titleWeight = 1.0
	textWeight  = 0.3

	// retrievedProfiles and retrievedVoices are how many profiles and how many
	// documents are looked at for a list of people.
	retrievedProfiles = 1000
	retrievedVoices   = 300
	// bestDocuments is over how many documents of a person the mean is taken; a
	// person with fewer gets 0 for the missing ones.
	bestDocuments = 2
	// voteWeight is the weight of a person's documents beside the profile, both
	// as strengths.
	voteWeight = 0.5
)

// documentScoring ranks results and patents for a need.
var documentScoring = search.Scoring{Bigrams: 1, Characters: 0.3, K1: 1.2, B: 0.75, IDFPower: 1.5}

// profileScoring ranks people and studios by their own text: longer texts,
// hence words too, and a smaller b.
var profileScoring = search.Scoring{Words: 1, Bigrams: 1, Characters: 0.5, K1: 1.2, B: 0.5, IDFPower: 1.25}
