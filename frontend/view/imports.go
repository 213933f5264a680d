package view

import "time"

// ImportsURL is where files are brought in; what one does with one of them is below
// its own address.
const ImportsURL = "/imports"

// ImportURL is the page of one file on its way in.
func ImportURL(code string) string { return ImportsURL + "/" + code }

// SinceText says how long ago something was, such as 3 天前.
func SinceText(t, now time.Time) string { return sinceText(t, now) }
