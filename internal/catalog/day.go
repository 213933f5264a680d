package catalog

import "time"

// China is the zone in which a day of the field begins and ends; it has had no
// summer time since 1991.
func China() *time.Location { return time.FixedZone("CST", 8*60*60) }

// Day is the day in China, as YYYY-MM-DD: until eight in the morning it is not
// that of UTC.
func Day(t time.Time) string { return t.In(China()).Format(time.DateOnly) }
