package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"

	"hongniang/internal/errs"
	"hongniang/matcher"
)

// weightsFile is the file of the data directory that is looked for when no
// setting names one.
const weightsFile = "weights.json"

// weights gives the weights of matching; nil means those of the program. A file
// that is not in use, and one that another version of the program wrote, leave
// those too: an upgrade must not stop the service. Any other fault of the file
// does, as one of a setting would.
func (in *installation) weights() (*matcher.Weights, error) {
	path := in.weightsPath()
	if path == "" {
		return nil, nil
	}
	weights, fitted, err := matcher.ReadWeights(path)
	switch {
	case err != nil && errs.As(err).Code == "weights.version":
		in.log.Warn("the learned weights are of another version; matching uses the weights set by hand", "file", path)
		return nil, nil
	case err != nil:
		return nil, err
	}
	t := fitted.Trained
	worth := slog.Group("held_out", "by_hand", t.ByHand, "fitted", t.Fitted, "p", t.P)
	if !fitted.InUse() {
		in.log.Warn("the learned weights are not in use; matching uses the weights set by hand", "file", path, worth)
		return nil, nil
	}
	in.log.Debug("matching uses learned weights", "file", path, "date", t.Date, worth)
	return &weights, nil
}

// weightsPath is the setting, else the file of the data directory, else empty.
func (in *installation) weightsPath() string {
	if in.cfg.Ranking.Weights != "" {
		return in.cfg.Ranking.Weights
	}
	own := in.dir.File(weightsFile)
	if _, err := os.Stat(own); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return own
}
