package demo

// grades is how many grades there are: 0 to 3.
const grades = 4

// Agreement says how far two judgings of the same pairs agree.
type Agreement struct {
	Pairs int
	// Exact is the share of pairs with the same grade twice, 0 to 1.
	Exact float64
	// Kappa is Cohen's kappa with quadratic weights: 1 is full agreement, 0 what
	// chance gives to two judgings with these shares of grades (J. Cohen, Weighted
	// kappa, Psychological Bulletin 70(4), 1968). 1 when all pairs have one grade.
	Kappa float64
}

// Agree compares the two judgings of pairs.
func Agree(pairs []Judgement) Agreement {
	if len(pairs) == 0 {
		return Agreement{}
	}
	var table [grades][grades]float64
	for _, j := range pairs {
		table[j.First][j.Second]++
	}
	var first, second [grades]float64 // pairs of each grade
	same := 0.0
	for a, row := range table {
		same += row[a]
		for b, n := range row {
			first[a] += n
			second[b] += n
		}
	}
	total := float64(len(pairs))
	seen, expected := 0.0, 0.0 // squared distances, as judged and by chance
	for a, row := range table {
		for b, n := range row {
			distance := float64((a - b) * (a - b))
			seen += distance * n
			expected += distance * first[a] * second[b] / total
		}
	}
	out := Agreement{Pairs: len(pairs), Exact: same / total, Kappa: 1}
	if expected > 0 {
		out.Kappa = 1 - seen/expected
	}
	return out
}

// Useful keeps the pairs to which at least one judging gave 1 or better: most
// pooled pairs are plainly of no use, and agreement on those says little.
func (s JudgedSet) Useful() []Judgement {
	var out []Judgement
	for _, j := range s.Judgements {
		if max(j.First, j.Second) > 0 {
			out = append(out, j)
		}
	}
	return out
}
