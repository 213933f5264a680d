package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"hongniang/internal/collection"
	"hongniang/matcher"
)

// bands are all bands, strongest first.
var bands = []matcher.Band{matcher.VeryHigh, matcher.High, matcher.Medium, matcher.Low, matcher.Insufficient}

func bandNames() []string {
	out := make([]string, len(bands))
	for i, b := range bands {
		out[i] = b.Label()
	}
	return out
}

func bandName(chance float64) string { return matcher.BandOf(chance).Label() }

// tell prints the fit, and set by set what became of the bands.
func (e evalCalibrate) tell(ctx context.Context, stdout io.Writer) error {
	sets, err := e.read(ctx)
	if err != nil {
		return err
	}
	var pairs [][]collection.Pair
	for _, s := range sets {
		pairs = append(pairs, s.pairs)
	}
	fit, err := collection.Fit(pairs...)
	if err != nil {
		return err
	}
	held := make([][]collection.Forecast, len(sets))
	if e.heldOut {
		if held, err = collection.HeldOut(pairs...); err != nil {
			return err
		}
	}
	var b strings.Builder
	e.tellFit(&b, fit)
	for i, s := range sets {
		if err := e.tellSet(&b, s, held[i]); err != nil {
			return err
		}
	}
	_, err = io.WriteString(stdout, b.String())
	return err
}

// tellFit prints the constants in use beside the fitted ones.
func (e evalCalibrate) tellFit(b *strings.Builder, fit collection.Logistic) {
	now := e.present()
	b.WriteString("把握 = 1 / (1 + exp(−(a + b·强度^p)))，即评为 2 级以上的可能\n\n| | a | b | p |\n|---|---|---|---|\n")
	fmt.Fprintf(b, "| 现用 | %.2f | %.2f | %g |\n", now.Intercept, now.Slope, now.Power)
	fmt.Fprintf(b, "| 拟合 | %.2f | %.2f | %g |\n", fit.Intercept, fit.Slope, fit.Power)
	if fit.Slope <= 0 {
		b.WriteString("\n提示：强度越大，2 级以上的反而不更多，这样的排序不能用来分档。\n")
	}
}

func (e evalCalibrate) tellSet(b *strings.Builder, s judgedRun, held []collection.Forecast) error {
	grading, err := collection.Grade(s.pairs)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n## %s\n\n%d 条需求，%d 对评判。\n", s.name, len(s.judged), len(s.pairs))
	if s.missing > 0 {
		fmt.Fprintf(b, "其中 %d 对不在结果里，按强度 0 计；结果若不完整，请把 eval rank 的 --top 调大后重做。\n", s.missing)
	}
	tellReliability(b, "现用权重", collection.Forecasts(s.pairs, e.present().Of))
	if e.heldOut {
		tellReliability(b, fmt.Sprintf("留出检验（%d 折，只用其余需求拟合）", calibrationFolds), held)
	}
	fmt.Fprintf(b, "\n由强度猜等级（交叉验证）：1/(1+MAE) = %.3f；总猜同一级为 %.3f。分界 %s。\n", grading.Score, grading.Constant, cutsText(grading.Cuts))
	e.tellNobody(b, s)
	return nil
}

// cutsText writes the cuts; a grade that is never guessed has none.
func cutsText(cuts collection.Cuts) string {
	var out []string
	for _, c := range cuts {
		if math.IsInf(c, 0) {
			out = append(out, "—")
		} else {
			out = append(out, fmt.Sprintf("%.3f", c))
		}
	}
	return strings.Join(out, "、")
}

// tellReliability prints a reliability table.
func tellReliability(b *strings.Builder, heading string, forecasts []collection.Forecast) {
	fmt.Fprintf(b, "\n### %s\n\n期望校准误差 %.3f\n\n", heading, collection.CalibrationError(forecasts))
	b.WriteString("| 匹配度 | 对数 | 平均把握 | 2 级以上 | 95% 区间 | 3 级 |\n|---|---|---|---|---|---|\n")
	for _, l := range collection.Reliability(forecasts, bandNames(), bandName) {
		if l.N == 0 {
			fmt.Fprintf(b, "| %s | 0 | — | — | — | — |\n", l.Band)
			continue
		}
		fmt.Fprintf(b, "| %s | %d | %.2f | %.2f | %.2f–%.2f | %.2f |\n", l.Band, l.N, l.Chance, l.Useful, l.Low, l.High, l.Strong)
	}
}

// tellNobody prints in which band the best candidate stands of needs that have
// no answer, and of all needs when their answers are taken away.
func (e evalCalibrate) tellNobody(b *strings.Builder, s judgedRun) {
	var unanswered []string
	useful := collection.Measuring{MinGrade: collection.UsefulGrade}
	for _, q := range queriesOf(s.judged) {
		if !useful.Counts(s.judged[q]) {
			unanswered = append(unanswered, q)
		}
	}
	fmt.Fprintf(b, "\n### 没有答案时，最好的候选落在哪一档\n\n| | 需求 | %s |\n|---|---|%s\n", strings.Join(bandNames(), " | "), strings.Repeat("---|", len(bands)))
	known := func(q, id string) bool {
		_, judged := s.judged[q][id]
		return judged || !e.condensed
	}
	e.tellBest(b, "没有 2 级以上候选的需求", collection.Best(s.run, unanswered, known))
	e.tellBest(b, "各需求去掉 1 级以上的候选", collection.Best(s.run, queriesOf(s.judged), func(q, id string) bool { return known(q, id) && s.judged[q][id] == 0 }))
}

func (e evalCalibrate) tellBest(b *strings.Builder, label string, best map[string]float64) {
	counts := map[string]int{}
	for _, strength := range best {
		counts[bandName(e.present().Of(strength))]++
	}
	fmt.Fprintf(b, "| %s | %d |", label, len(best))
	for _, name := range bandNames() {
		if len(best) == 0 {
			b.WriteString(" — |")
			continue
		}
		fmt.Fprintf(b, " %.2f |", float64(counts[name])/float64(len(best)))
	}
	b.WriteString("\n")
}
